"""Paragraphs of medical policy, interpreted as written (DR-09; the language of pathways/README.md)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from tests.rules.naive import amounts, course
from tests.rules.naive.truth import (
    MET,
    UNKNOWN,
    every,
    flag,
    had_therapy,
    is_missing,
    named,
    number,
    opposite,
    some,
    truth,
)

Raw = dict[str, Any]
Leaf = tuple[str, str]


class Reading:
    """One drug line of a request, and the tests that were read on the way."""

    def __init__(self, facts: Raw, line: Raw, risk: str | None) -> None:
        self.facts = facts
        self.line = line
        self.risk = risk
        self.leaves: list[Leaf] = []

    def paragraph(self, found: Raw) -> str:
        """Whom it is about, what rules it out, what must be shown: every one of them."""
        included = [self.test(test) for test in found.get("includes", [])]
        excluded = [self._excluded(test) for test in found.get("excludes", [])]
        shown = [self.test(test) for test in found.get("criteria", [])]
        return every(included + excluded + shown)

    def test(self, test: Raw) -> str:
        """One entry of a list: a test of a fact, or a group."""
        if "any" in test:
            return some([self.test(one) for one in test["any"]])
        if "all" in test:
            return every([self.test(one) for one in test["all"]])
        if "not" in test:
            return opposite(every([self.test(one) for one in test["not"]]))
        result = self._fact(test)
        self.leaves.append((test["fact"], result))
        return result

    def _excluded(self, test: Raw) -> str:
        """What rules the paragraph out is written as what is found, and read as its opposite."""
        if "fact" not in test:
            return opposite(self.test(test))
        result = opposite(self._fact(test))
        self.leaves.append((test["fact"], result))
        return result

    def _fact(self, test: Raw) -> str:
        fact = test["fact"]
        if fact == "drugs":
            return self._drugs(test)
        if fact == "dose":
            return amounts.at_most(self.line, test["at_most"], self.facts)
        if fact == "schedule":
            return self._schedule(test)
        if fact == "prior_therapies":
            return had_therapy(self.facts.get(fact), test["include"])
        if fact == "fn_risk_factors":
            return self._risk_factors(int(test["at_least"]))
        if fact.startswith("attestations."):
            attested = named(self.facts.get("attestations"))
            return truth(None if attested is None else fact.partition(".")[2] in attested)
        return self._answer(test)

    def _answer(self, test: Raw) -> str:
        answer = self._value(test["fact"])
        if is_missing(answer):
            return MET if test.get("or_unknown") else UNKNOWN
        if "is" in test:
            return truth(flag(answer) is test["is"])
        if "is_one_of" in test:
            return truth(answer in test["is_one_of"])
        value = number(answer)
        if value is None:
            return UNKNOWN
        compared = {
            "at_most": lambda limit: value <= limit,
            "at_least": lambda limit: value >= limit,
            "below": lambda limit: value < limit,
            "above": lambda limit: value > limit,
        }
        return every(
            truth(holds(Decimal(str(test[name]).split()[0])))
            for name, holds in compared.items()
            if name in test
        )

    def _value(self, fact: str) -> Any:
        if fact == "indication":
            return self.line.get("indication")
        if fact == "regimen_risk":
            return self.risk
        if fact == "trial.cms_identified" and not self.facts["trial"]["enrolled"]:
            return False  # no trial, so none that CMS has identified (DR-28)
        family, _, name = fact.partition(".")
        found = self.facts.get(family)
        return (found or {}).get(name) if name else found

    def _drugs(self, test: Raw) -> str:
        others = {
            line["drug"]
            for line in self.facts["drugs"]
            if line["role"] == "therapeutic" and line["drug"] != self.line["drug"]
        }
        if "alone" in test:
            return truth(not others)
        return truth(bool(others & set(test["with_one_of"])))

    def _risk_factors(self, least: int) -> str:
        attested, age = named(self.facts.get("fn_risk_factors")), number(self.facts.get("age"))
        old = age is not None and age > 65
        if len((attested or set()) - {"age_gt_65"}) + old >= least:
            return MET
        return truth(None if attested is None else False)

    def _schedule(self, test: Raw) -> str:
        """Limits on the schedule hold for the drug, on however many lines it stands."""
        lines = self.facts["drugs"]
        cycles = course.cycle_lengths(self.line, lines)
        results = {
            "days_apart": self._apart,
            "cycles_at_most": lambda limit: truth(len(cycles) <= limit),
            "total_days_at_most": lambda limit: truth(sum(cycles.values()) <= limit),
            "doses_per_cycle_at_most": self._doses_per_cycle,
            "cycle_days_at_least": lambda limit: truth(min(cycles.values()) >= limit),
            "one_of": lambda pairs: some(
                every([amounts.at_most(self.line, pair["dose"], self.facts), self._apart(pair["every_days"])])
                for pair in pairs
            ),
        }
        return every(results[name](limit) for name, limit in test.items() if name != "fact")

    def _apart(self, days: int) -> str:
        gap, label = course.smallest_gap(self.line, self.facts["drugs"])
        return truth(False if gap < days else None if label else True)

    def _doses_per_cycle(self, most: int) -> str:
        lines = self.facts["drugs"]
        own = [
            line for line in lines if line["drug"] == self.line["drug"] and line["role"] != "investigational"
        ]
        if any(line["days"] == "LABEL" for line in own):
            return UNKNOWN
        return every(
            truth(
                sum(
                    len(course.numbers(line["days"]) or []) * line["per_day"]
                    for line in own
                    if course.phase_start(line["phase"], lines) == start and cycle in course.cycles_of(line)
                )
                <= most
            )
            for start, cycle in course.cycle_lengths(self.line, lines)
        )


def judge(
    policy: Raw, facts: Raw, line: Raw, risk: str | None
) -> tuple[str, dict[str, tuple[str, list[Leaf]]]]:
    """What the policy says of the line, and paragraph by paragraph the result and its tests."""
    paragraphs = {}
    for found in policy["paragraphs"]:
        reading = Reading(facts, line, risk)
        paragraphs[found["id"]] = (reading.paragraph(found), reading.leaves)
    return some([result for result, _ in paragraphs.values()]), paragraphs
