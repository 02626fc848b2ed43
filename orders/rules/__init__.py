"""The rules of order entry and review, in plain Python: no Django, no clock, no database.

Everything a rule needs is handed to it, and what it says is a value that can be stored and replayed.

| Module | Says |
|---|---|
| `judgement` | the whole decision at intake (`judge_order`), and how a case ends (`conclude`) |
| `results` | the values of a judgement, with their JSON form |
| `request`, `lines`, `pending` | the parts of judging: facts read once, each drug line, why a case waits |
| `gates` | what keeps a request from becoming a case (DR-01, DR-02) |
| `routing` | who reviews a drug, and what the practice is told (DR-04) |
| `growth_factors` | the rule on febrile neutropenia (DR-08, T3) |
| `continuity` | treatment under way before the program or the coverage (DR-10) |
| `duplicates` | earlier orders of the member (DR-11) |
| `rollup` | the case status from the lines (T1, DR-13, DR-14) |
| `scodes` | S-codes: award, dates, bills (T2, DR-17, DR-18) |
| `schedule` | administrations, visits, course days, valid range (DR-20, DR-25) |
| `billing_units` | units of a drug line, with the dosing formulas (D-56) |
| `calendars`, `deadlines` | business days, due times, escalation, retrospective window (D-01 to D-07) |
| `ids` | Order ID, Pathway Eligible ID, tracking number (D-16) |
| `states` | statuses and the moves between them |
| `lifecycle`, `cases` | who may do what with a case when, and what follows |
| `reviewing` | what takes a physician |
| `refusals` | why something is not done, one class for each reason |
| `terms` | the program terms as plain values |
| `problems` | what stands in the way, as values with step and sentence |
| `records` | JSON by type hints, for all of these |

How an order compares with its regimen is in `pathways.matching`, what a drug's policy says in
`pathways.criteria`.
"""
