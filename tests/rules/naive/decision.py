"""The decision at intake, rule by rule (DR-01, DR-02, DR-08, DR-12, DR-13, DR-16, DR-20, DR-22, DR-23)."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from orders.rules.duplicates import EarlierOrder
from orders.rules.terms import Terms
from tests.rules.naive import amounts, course, history, policy, raw
from tests.rules.naive.regimen import Fit, fit
from tests.rules.naive.truth import MET, named

Raw = dict[str, Any]

GROWTH_FACTORS = {"pegfilgrastim", "filgrastim", "tbo-filgrastim"}
REFERRALS = {"health_plan": "refer_health_plan", "pbm": "refer_pbm", "other_entity": "other_impact"}


def refusals(facts: Raw, terms: Terms) -> list[str]:
    """Every acceptance gate that does not open, in the order of DR-01."""
    start_on, submitted_on = (date.fromisoformat(facts[day]) for day in ("start_on", "submitted_on"))
    line, diagnosis = facts["line_of_business"], facts["diagnosis"]
    state = terms.pcp_states.get(line)
    outside = line not in terms.lines_of_business or (state and facts.get("pcp_state") != state)
    malignant = "C00" <= diagnosis[:3] <= "C96" or diagnosis[:3] == "D46"
    gates = {
        "SERVICING_PROVIDER_CANNOT_SUBMIT": facts["submitter_role"] not in terms.submitter_roles,
        "NOT_IN_PROGRAM": outside,
        "GROUP_EXCLUDED": facts["group_number"] in terms.excluded_groups,
        "BEFORE_GO_LIVE": terms.go_live_on is not None and start_on < terms.go_live_on,
        "NON_CANCER_PRIMARY": not malignant,
        "DX_NOT_LISTED": malignant and not raw.is_listed(diagnosis) and not terms.all_malignancies,
        "RETRO_WINDOW_PASSED": submitted_on > _last_retro_day(start_on, terms),
    }
    return [code for code, closed in gates.items() if closed]


def _last_retro_day(start_on: date, terms: Terms) -> date:
    """DR-02: the start date is day 0; weekends and holidays do not count."""
    day, left = start_on, terms.retro_business_days
    while left:
        day += timedelta(days=1)
        left -= day.weekday() < 5 and day not in terms.holidays
    return day


def decide(facts: Raw, terms: Terms, earlier: list[EarlierOrder]) -> Raw:
    """The whole decision, in the shape of `compare.of_product`."""
    if found := refusals(facts, terms):
        return {"refusals": found}
    return Case(facts, terms, earlier).decided()


class Case:
    """One accepted request."""

    def __init__(self, facts: Raw, terms: Terms, earlier: list[EarlierOrder]) -> None:
        withdrawn = set(facts.get("withdrawn_lines") or [])
        self.all_lines: list[Raw] = facts["drugs"]
        self.lines = [line for line in self.all_lines if line["number"] not in withdrawn]
        self.facts = {**facts, "drugs": self.lines}
        self.terms = terms
        self.earlier = earlier
        self.start_on = date.fromisoformat(facts["start_on"])
        self.end_on = date.fromisoformat(facts["planned_end_on"])
        self.therapeutic = [line for line in self.lines if line["role"] == "therapeutic"]
        self.minor = terms.adult_only and facts["age"] < terms.adult_age

    def decided(self) -> Raw:
        """Everything that is compared."""
        self.regimens = raw.release_on(date.fromisoformat(self.facts["submitted_on"])).regimens
        self.fit = Fit() if self.minor else self._fit()
        self.risk = self._risk()
        self.judged = {line["number"]: self._line(line) for line in self.lines}
        reviewed = [line for line in self.lines if self.judged[line["number"]]["reviewed"]]
        pends = self._pends(reviewed)
        case = self._case(bool(pends), bool(reviewed))
        given_id = case in ("authorized", "completed")
        on_pathway = self._on_pathway()
        days = course.course_days(self.lines) if self.lines else 0
        s_codes = history.s_codes(
            *(self.facts, self.terms, self.fit.row), eligible=on_pathway, days=days, earlier=self.earlier
        )
        until = self._until()
        visits = {day for line in reviewed for day in self._given(line, until) or []}
        valid_to = until + timedelta(days=self.terms.grace_days)
        return {
            "refusals": [],
            "row": self.fit.row["id"] if self.fit.row else None,
            "custom": self.fit.custom,
            "deviations": sorted(self._deviations()),
            "warned": sorted(self.fit.warned),
            "risk": None if self.minor else self.risk,
            "duplicates": sorted(self.duplicates),
            "continuity": self.continues,
            "pends": pends,
            "case": case,
            "eligible": None if case == "in_progress" else given_id and on_pathway,
            "s_codes": s_codes if given_id else (0, 0),
            "course_days": days,
            "visits": len(visits),
            "valid": (self.start_on, valid_to) if given_id else (None, None),
            "valid_when_final": (self.start_on, valid_to),
            "lines": {line["number"]: self._status(line, case, until) for line in self.all_lines},
        }

    def _fit(self) -> Fit:
        found = history.cited(self.facts, self.earlier, "references_order")
        return fit(self.regimens, self.facts, set(found.therapeutic_drugs) if found else set())

    def _risk(self) -> str | None:
        """DR-08: of the row picked; in a supportive-only order, of the row of the order it references."""
        if self.therapeutic or self.fit.row:
            return self.fit.row["fn_risk"] if self.fit.row else None
        found = history.cited(self.facts, self.earlier, "references_order")
        rows = [row for row in self.regimens if found and row["id"] == found.regimen_id]
        return rows[0]["fn_risk"] if rows else None

    def _fn_code(self, line: Raw) -> str | None:
        """DR-08, T3: is a growth factor for primary prophylaxis justified by the regimen's risk?"""
        if line["drug"] not in GROWTH_FACTORS or line.get("indication") != "primary_prophylaxis":
            return None
        attested = named(self.facts.get("fn_risk_factors")) or set()
        factor = self.facts["age"] > 65 or attested - {"age_gt_65"}
        if self.risk == "intermediate":
            return None if factor else "FN_INTERMEDIATE"
        return {"low": "FN_LOW", "high": None, None: "FN_UNKNOWN"}[self.risk]

    def _line(self, line: Raw) -> Raw:
        """Manager, review and policy of one line (DR-04, DR-09, DR-22)."""
        manager = raw.manager_on(
            *(self.facts["plan"], self.facts["line_of_business"], line["drug"], line["hcpcs"], self.start_on)
        )
        reviewed = manager == "aim" and line["role"] != "investigational" and not self.minor
        found = raw.policy_on(line["drug"], self.start_on) if reviewed else None
        judged: Raw = {"manager": manager, "reviewed": reviewed, "policy": None, "result": None}
        if found:
            judged["policy"] = found["effective"]
            judged["result"], judged["paragraphs"] = policy.judge(found, self.facts, line, self.risk)
        return judged

    def _deviations(self) -> list[str]:
        fn = [] if self.minor else [code for line in self.lines if (code := self._fn_code(line))]
        custom = ["CUSTOM_PLAN"] if self.fit.custom else []
        return custom + self.fit.clinical + self.fit.off_schedule + fn

    def _pends(self, reviewed: list[Raw]) -> dict[str, list[int]]:
        """DR-12, after what continuity of care clears (DR-10)."""
        self.duplicates: list[str] = []
        self.continues = False
        if self.minor:
            return {}
        if self.terms.duplicate_enabled and self.lines:
            self.duplicates = history.duplicates(self.facts, self.earlier, self.start_on, self.end_on)
        unmet = [
            line["number"]
            for line in reviewed
            if self.judged[line["number"]]["result"] != MET or self._fn_code(line) or _shares(line, reviewed)
        ]
        open_questions = {
            "POLICY": unmet,
            "SCHEDULE": [
                line["number"] for line in self.therapeutic if reviewed and line["drug"] in self.fit.schedule
            ],
            "UNKNOWN_ANSWER": [0] if reviewed and self.fit.unknown else [],
        }
        pends = {code: lines for code, lines in open_questions.items() if lines}
        if pends and history.is_continuity(self.facts, self.terms, self.start_on):
            self.continues, pends = True, {}
        always = {"CUSTOM_PLAN": self.fit.custom, "DUPLICATE": bool(self.duplicates)}
        return pends | {code: [0] for code, holds in always.items() if holds}

    def _case(self, pends: bool, reviewed: bool) -> str:
        """DR-13, D-67, DR-22."""
        if not self.lines:
            return "voluntarily_cancelled"
        if pends:
            return "in_progress"
        return "authorized" if reviewed else "completed"

    def _on_pathway(self) -> bool:
        """DR-16, as far as it does not hang on the case status."""
        row = self.fit.row
        return (
            row is not None
            and row["kind"] == "pathway"
            and not self.fit.clinical
            and not self.fit.schedule
            and not self.minor
        )

    def _until(self) -> date:
        """The planned end; under continuity of care six months at most (D-34)."""
        if not self.continues:
            return self.end_on
        months = self.terms.continuity_max_months
        return min(self.end_on, history.add_months(self.start_on, months) - timedelta(days=1))

    def _given(self, line: Raw, until: date) -> list[date] | None:
        return course.given_on(line, self.lines, self.start_on, until)

    def _status(self, line: Raw, case: str, until: date) -> Raw:
        """Status, visits and units of one line; of a withdrawn line only the status."""
        judged = self.judged.get(line["number"])
        if judged is None:
            return {"status": "voluntarily_cancelled"}
        if judged["reviewed"]:
            status = "in_progress" if case == "in_progress" else "authorized"
        elif self.minor or line["role"] == "investigational":
            status = "not_required"
        else:
            status = REFERRALS.get(judged["manager"], "not_required")
        given = self._given(line, until)
        return {
            **{name: judged[name] for name in ("reviewed", "policy", "result")},
            "paragraphs": judged.get("paragraphs", {}),
            "manager": None if self.minor or line["role"] == "investigational" else judged["manager"],
            "status": status,
            "visits": None if given is None else len(given),
            "units": self._units(line, given),
        }

    def _units(self, line: Raw, given: list[date] | None) -> Decimal | None:
        products = raw.products_on(line["drug"], self.start_on)
        if line["hcpcs"]:
            products = [product for product in products if product["hcpcs"] == line["hcpcs"]]
        product = products[0] if len(products) == 1 else None
        doses = None if given is None else len(given) * line["per_day"]
        return amounts.billing_units(line, product, doses, self.facts)


def _shares(line: Raw, lines: list[Raw]) -> bool:
    """Does another line give the same drug in the same cycle of the same phase?  The doses add up (DR-09)."""
    return any(
        other["drug"] == line["drug"]
        and other["number"] != line["number"]
        and (other["phase"] or 1) == (line["phase"] or 1)
        and set(course.cycles_of(other)) & set(course.cycles_of(line))
        for other in lines
    )
