"""A second reading of the content and of the decision at intake, to hold against the first.

It reads the raw YAML and CSV of `fixtures/` and follows the decision rules of intake word by word (DR-01
to DR-13, DR-16, DR-17, DR-20, DR-22, DR-23 and DR-25): lists are scanned, paragraphs are interpreted as
written, nothing is compiled, indexed or kept.  It shares with the
product the reading of files, the program terms and the table of therapy classes; no logic.

    python -m tests.rules.naive --requests 100000 [--seed N]

judges random requests both ways and names every difference by its path.

| Module | Reads |
|---|---|
| `raw` | the files, and what is in force on a day (DR-03, DR-04) |
| `truth` | met, not met and unknown; what counts as an answer |
| `course` | days, cycles and phases of drug lines (DR-20, DR-25) |
| `amounts` | doses and billing units (D-56) |
| `policy` | paragraphs of medical policy (DR-09) |
| `regimen` | the regimen picked: fit, schedule, doses (DR-05 to DR-07) |
| `history` | earlier orders, continuity of care, S-codes (DR-10, DR-11, DR-17) |
| `decision` | the whole decision at intake (DR-01, DR-02, DR-08, DR-12, DR-13, DR-16, DR-22, DR-23) |
| `requests`, `patients`, `lines` | random requests that fit a row or a paragraph |
| `changes`, `occasions` | what may be changed in them, one thing at a time |
| `compare` | the product's judgement in the same shape, and the first difference |
| `coverage` | that every row, paragraph and kind of result came up |

Where the rules leave a question open, the answer of the product is written down here in one sentence
(a plan added to, DR-05; the length of a phase, DR-25; two lines that share a cycle, DR-09).

Left out, because it is wording or belongs to review: sentences, messages and contacts, which unknown
paragraph stands nearest to met, the reasons of a missing award, what follows review (DR-14, DR-15),
billing (DR-18), numbers (DR-19) and deadlines (DR-21).  Of a paragraph about
another cancer or coverage the product shows only the tests it read; these are compared, the rest is
not.  Radiation orders (DR-24), drafts, and programs whose terms differ from the four that ship are not
drawn.
"""
