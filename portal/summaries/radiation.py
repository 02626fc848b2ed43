"""What the summary says of a radiation order in place of drugs (R-339 to R-344)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from members.models import ProgramTerms
from orders.models import Order
from orders.rules.judgement import Judgement
from orders.rules.radiation_course import RADIATION, is_voluntary, name_of
from orders.rules.states import Disposition
from pathways.criteria import terms as words
from pathways.criteria.explain import capital, count, joined

#: The rule sets that program terms name for radiation (PD-09, R-341).
RULE_SETS = {
    "aim-guidelines": "{administrator} clinical guidelines",
    "bcbsma-medical-policy": "{plan} medical policy",
    "ncd": "National Coverage Determinations (NCD)",
    "lcd": "Local Coverage Determinations (LCD)",
}
NO_REASON = "None of the reasons asked about"
#: What a status means of a course, where its usual meaning speaks of drugs (R-218).
MEANINGS: dict[str, str] = {
    Disposition.AUTHORIZED: "Reviewed by us and meets medical necessity.",
    Disposition.COMPLETED: "This course needs no authorization, so there was nothing to review.",
}


@dataclass(frozen=True)
class Course:
    """A course of radiation as the summary lists it.

    `reasons` is what calls for it, "" where that was not asked.  `rule_sets` are those that the program
    reviews radiation by, `policy` the one whose criteria were applied ("" where none speaks of the site).
    `covered_to` is the last day that an approval covers, and `ended` whether it has passed; None and False
    without an approval.
    """

    name: str
    site: str
    technique: str
    fractions: str
    reasons: str
    voluntary: bool
    rule_sets: tuple[str, ...]
    policy: str
    covered_to: date | None
    days: int
    ended: bool

    @property
    def new_request_from(self) -> date | None:
        """The first day that needs a new request (R-344)."""
        return self.covered_to + timedelta(days=1) if self.covered_to else None


def course_of(
    order: Order,
    facts: Mapping[str, Any],
    judgement: Judgement | None,
    *,
    covered_to: date | None,
    today: date,
) -> Course | None:
    """The course of a submitted radiation order; None for an order of drugs or one that was never judged."""
    if judgement is None or order.solution != RADIATION or order.terms is None:
        return None
    site, technique = facts.get("radiation_site") or "", facts["radiation_technique"]
    policies = [line.policy.rpartition(" ")[0] for line in judgement.lines if line.policy]
    return Course(
        name=name_of(technique, site),
        site=capital(words.RADIATION_SITES.get(site, site)),
        technique=capital(words.RADIATION_TECHNIQUES.get(technique, technique)),
        fractions=_fractions(facts),
        reasons=_reasons(facts),
        voluntary=is_voluntary(technique, site),
        rule_sets=rule_sets(order, order.terms),
        policy=capital(policies[0]) if policies else "",
        covered_to=covered_to,
        days=order.terms.radiation_days,
        ended=covered_to is not None and covered_to < today,
    )


def rule_sets(order: Order, terms: ProgramTerms) -> tuple[str, ...]:
    """The rule sets of the order's program in words; one without words of ours as it is spelled."""
    names = {"administrator": terms.administrator_short, "plan": order.plan.short_name if order.plan else ""}
    return tuple(RULE_SETS.get(found, found).format(**names) for found in terms.radiation_rule_sets)


def _reasons(facts: Mapping[str, Any]) -> str:
    """What calls for the course; "" where it was not asked, or nothing is known."""
    stated = facts.get("radiation_reasons")
    if not isinstance(stated, list):
        return ""
    texts = [words.RADIATION_REASONS.get(str(name), str(name)) for name in stated]
    return capital("; ".join(texts)) or NO_REASON


def _fractions(facts: Mapping[str, Any]) -> str:
    """16 fractions and 4 boost fractions."""
    parts = [count(facts["radiation_fractions"], "fraction")]
    if boost := facts.get("boost_fractions"):
        parts.append(count(boost, "boost fraction"))
    return joined(parts, "and")


def headline(order: Order, course: Course, *, until: str) -> str:
    """The verdict where it speaks of the course; "" where every order has the same."""
    name, through = capital(course.name), f" through {until}" if until else ""
    if order.disposition == Disposition.AUTHORIZED:
        return f"Authorized. {name} is approved{through}."
    if order.disposition == Disposition.COMPLETED:
        valid = f" This voluntary order is valid{through}." if until else ""
        return f"Completed. {name} needs no authorization.{valid}"
    return ""
