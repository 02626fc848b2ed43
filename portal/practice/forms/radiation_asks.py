"""Questions of a radiation order: only those that a policy of its site and technique reads (R-336, DR-24).

The policies themselves say what they want, as for drugs (`drug_asks.py`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from orders.rules.radiation_course import is_voluntary
from pathways.criteria import terms
from pathways.criteria.policy import Policy, judge
from pathways.criteria.vocabulary import FACTS

FRACTIONS, BOOST, REASONS = "radiation_fractions", "boost_fractions", "radiation_reasons"
#: Answers of the radiation step: a question does not go away by being answered.
OF_THE_COURSE = frozenset({FRACTIONS, BOOST, REASONS})


class Policies(Protocol):
    """The content in force, as far as it is read here."""

    def policy(self, drug: str) -> Policy | None:
        """The policy of that name, or None."""


def sites_for(tumor: str) -> dict[str, str]:
    """The sites that may be treated for a cancer: one that belongs to another cancer is left out."""
    others = {site for site, cancer in terms.RADIATION_SITE_OF.items() if cancer != tumor}
    if tumor == "nsclc":
        others.add("lung_other")
    return {site: label for site, label in terms.RADIATION_SITES.items() if site not in others}


def asked_of_course(
    content: Policies, facts: Mapping[str, Any], *, site: str, technique: str
) -> tuple[str, ...]:
    """The facts that the policy of a site wants for a technique, with nothing of the course answered.

    Where no policy speaks of the technique there a reviewer needs to know the boost as well; a course
    that needs no authorization is told by its fractions alone.
    """
    known = {name: value for name, value in facts.items() if name not in OF_THE_COURSE}
    wanted = _wanted(content, {**known, "radiation_site": site, "radiation_technique": technique})
    if wanted:
        return (FRACTIONS, *(fact for fact in wanted if fact != FRACTIONS))
    return (FRACTIONS,) if is_voluntary(technique, site) else (FRACTIONS, BOOST)


def has_criteria(content: Policies, *, site: str, technique: str) -> bool:
    """Whether the policy of a site speaks of a technique at all."""
    return bool(_wanted(content, {"radiation_site": site, "radiation_technique": technique}))


def asked_of_clinic(content: Policies, facts: Mapping[str, Any], tumor: str) -> tuple[str, ...]:
    """The clinical facts that the policies of this cancer's sites read, in the order of the form."""
    known = {name: facts[name] for name in ("age", "tumor") if name in facts}
    wanted = {
        fact
        for site in sites_for(tumor)
        for technique in terms.RADIATION_TECHNIQUES
        for fact in _wanted(content, {**known, "radiation_site": site, "radiation_technique": technique})
    }
    return tuple(name for name in FACTS if name in wanted and FACTS[name].step == "clinical")


def _wanted(content: Policies, facts: Mapping[str, Any]) -> tuple[str, ...]:
    name = terms.RADIATION_POLICIES.get(facts["radiation_site"])
    policy = content.policy(name) if name else None
    return judge(policy, facts, {}).ask_for if policy else ()
