"""A draft as its pages see it: what was answered, and the plan, member and terms that it names.

Everything is read once a page and only when asked for, so that each page's queries stay few and
do not grow with the tables.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpRequest

from members.eligibility import Eligibility, EligibilityCode, eligibility_on
from members.models import Member, Plan, Program, ProgramTerms
from orders import links
from orders.facts import Facts, facts_of
from orders.intake import Intake
from orders.links import numbered
from orders.models import Order
from orders.queries import earlier_orders
from orders.rules import gates
from orders.rules.duplicates import EarlierOrder
from orders.rules.following import FollowOn
from orders.rules.judgement import judge_order
from orders.rules.pending import asks_continuity
from orders.rules.problems import Problem
from orders.rules.results import Judgement
from orders.rules.schedule import ScheduleError
from orders.rules.terms import Terms
from orders.steps import Answers, DraftState, radiates
from orders.terms import plain_terms
from pathways.content import ContentInForce
from pathways.matching import PathwayLibrary, RegimenRow
from pathways.models import Drug
from pathways.queries import content_on, drugs_by_name, tumor_questions
from portal import access
from portal.practice.forms.drug_lines import Catalog
from portal.practice.forms.words import clock, in_full, zone_letters

#: What a draft is to the order that it was begun from, as the strip on every page says it.
FOLLOWS: Mapping[str, str] = {
    FollowOn.CONTINUATION: "Continuation of",
    FollowOn.CHANGE: "Replaces",
    FollowOn.SUPPORTIVE: "Supportive drugs beside",
    FollowOn.ANOTHER: "Same patient as",
}


@dataclass
class Draft:
    """One draft on one page view."""

    request: HttpRequest
    order: Order
    state: DraftState
    now: datetime
    _drugs: dict[str, Drug] = field(default_factory=dict)

    def assuming(self, state: DraftState) -> Draft:
        """The same draft under other answers; what does not depend on them is not read again."""
        other = replace(self, state=state)
        for name in ("plan", "member", "start_on", "coverage", "program", "terms", "plain_terms", "content"):
            if name in vars(self):
                vars(other)[name] = vars(self)[name]
        return other

    def answers(self, step: str) -> Answers:
        """The clean answers of a step, or an empty mapping."""
        return self.state.get(step)

    # --- Plan and member --------------------------------------------------------------------------
    @cached_property
    def plan(self) -> Plan | None:
        """The plan of the first step."""
        slug = self.answers("plan").get("plan")
        if self.order.plan is not None and self.order.plan.slug == slug:
            return self.order.plan
        return Plan.objects.filter(slug=slug).first() if slug else None

    def find_members(self, **criteria: Any) -> list[Member]:
        """The plan's members that fit what was typed; the search is audited."""
        return access.search_members(self.request, self.order, self.plan, **criteria) if self.plan else []

    @cached_property
    def member(self) -> Member | None:
        """The member of the second step."""
        key = self.answers("member").get("member")
        if key is None or self.order.member_id != key:
            return None
        return self.order.member

    @property
    def saved(self) -> str:
        """When the draft was last saved, on the plan's wall clock; the day only if it is not today."""
        local = self.order.updated_at.astimezone(self._zone)
        at = f"{clock(local.time())} {zone_letters(str(self._zone))}"
        return at if local.date() == self.today else f"{in_full(local.date())}, {at}"

    @property
    def _zone(self) -> ZoneInfo:
        return ZoneInfo(self.terms.time_zone if self.terms else "America/New_York")

    @property
    def follows_words(self) -> str:
        """What the draft is to the order that it was begun from; "" for none."""
        return FOLLOWS.get(self.order.follows_as, "") if links.followed(self.order) else ""

    @property
    def masked_number(self) -> str:
        """The member ID with its middle left out, for the strip on every page."""
        number = self.member.member_number if self.member else ""
        return f"{number[:3]}••••{number[-4:]}" if len(number) > 7 else number

    @cached_property
    def start_on(self) -> date | None:
        """The planned first day of treatment."""
        day = self.answers("member").get("start_on")
        return date.fromisoformat(day) if day else None

    def find_order(self, number: str) -> Order | None:
        """The submitted order of this member and practice with this Order ID or tracking number (R-300)."""
        if self.member is None:
            return None
        own = access.orders_of(self.request).filter(
            member=self.member, practice=self.order.practice_id, submitted_at__isnull=False
        )
        return own.filter(numbered(number)).exclude(pk=self.order.pk).first()

    def find_orders(self, references: Iterable[str]) -> list[Order]:
        """Those of these orders that the practice may open; the list is audited.

        An agent reads them to the practice, which hears no more than it would see (D-63).
        """
        mine = access.orders_of(self.request).filter(practice=self.order.practice_id)
        found = list(mine.filter(reference__in=list(references)))
        access.record_list(self.request, found, what="earlier orders", why="duplicate notice")
        return found

    # --- Program and its terms ----------------------------------------------------------------------
    @cached_property
    def program(self) -> Program | None:
        """The program that the member's coverage falls under; before that the plan's first one."""
        if self.member is not None and self.order.program is not None:
            return self.order.program
        return self.plan.programs.order_by("pk").first() if self.plan else None

    @cached_property
    def terms(self) -> ProgramTerms | None:
        """The program's terms in force on the start date, or today while that is not known."""
        return self.program.terms_on(self.start_on or self.now.date()) if self.program else None

    @cached_property
    def plain_terms(self) -> Terms | None:
        """The same terms as the rules read them."""
        if self.program is None or self.terms is None:
            return None
        if self.plan is not None:
            self.program.plan = self.plan
        return plain_terms(self.program, self.terms)

    def refusals(
        self, step: str, *, malignant: bool | None = None, listed: bool | None = None, **facts: Any
    ) -> list[Problem]:
        """The acceptance gates of one step, on what is known so far and what is given here (DR-01)."""
        if self.plain_terms is None:
            return []
        known = {
            "line_of_business": self.line_of_business,
            "group_number": self.coverage.group_number if self.coverage else "",
            "start_on": (self.start_on or self.today).isoformat(),
            "submitted_on": self.today.isoformat(),
        }
        found = gates.refusals(known | facts, self.plain_terms, malignant=malignant, listed=listed)
        return [problem for problem in found if problem.step == step]

    @property
    def today(self) -> date:
        """Today on the plan's wall clock."""
        return self.now.astimezone(self._zone).date()

    # --- Content and what it is asked with --------------------------------------------------------------
    @property
    def tumor(self) -> str:
        """The tumor type of the primary diagnosis; "" for a cancer without content."""
        return str(self.answers("diagnosis").get("tumor") or "")

    @cached_property
    def questions(self) -> dict[str, Any] | None:
        """What is asked about this tumor; None for one without content (R-088, R-117)."""
        return tumor_questions(self.tumor) if self.tumor else None

    @property
    def line_of_business(self) -> str:
        """The line of business of the member's coverage on the start date."""
        return self.coverage.line_of_business if self.coverage else ""

    @cached_property
    def content(self) -> ContentInForce:
        """Pathways of today, policy and codes of the start date (DR-03)."""
        return content_on(
            plan=self.plan.slug if self.plan else "",
            line_of_business=self.line_of_business,
            submitted_on=self.today,
            start_on=self.start_on or self.today,
        )

    @property
    def library(self) -> PathwayLibrary:
        """The regimens of the Pathway release in force."""
        return self.content.pathways

    @cached_property
    def row(self) -> RegimenRow | None:
        """The regimen chosen; None for a custom plan."""
        return self.library.get(self.answers("regimen").get("regimen_id"))

    @cached_property
    def facts(self) -> Facts:
        """What the steps say so far, as the rules read it; empty before the member is known."""
        if self.member is None or self.coverage is None:
            return {}
        found = facts_of(
            self.state.answers,
            member=self.member,
            eligibility=self.coverage,
            network=str(self.answers("providers").get("network") or ""),
            provider_state=self.order.ordering_site.state if self.order.ordering_site else "",
            submitted_on=self.today,
        )
        return {**found, "tumor": self.tumor or None}

    @cached_property
    def coverage(self) -> Eligibility | None:
        """The eligibility shown on the member step, as its answers keep it (R-060); else looked up."""
        kept = self.answers("member")
        if self.plan is None or self.start_on is None or self.member is None:
            return None
        if "line_of_business" not in kept:
            return eligibility_on(self.member, self.start_on)
        return Eligibility(
            plan=self.plan,
            on=self.start_on,
            code=EligibilityCode.IN_PROGRAM,
            reason="",
            line_of_business=kept["line_of_business"],
            group_number=kept.get("group_number", ""),
            starts_on=_day(kept.get("coverage_starts_on")),
            ends_on=_day(kept.get("coverage_ends_on")),
            program=self.program,
            in_program=True,
            coverage=self.order.coverage,
        )

    @property
    def is_supportive(self) -> bool:
        """Whether supportive drugs are ordered alone (DR-23)."""
        return bool(self.answers("regimen").get("choice") == "supportive_only")

    @property
    def regimen_risk(self) -> str | None:
        """The regimen's risk of febrile neutropenia; of supportive drugs alone the cited order's (DR-08)."""
        row = self.row
        if row is None and self.is_supportive:
            cited = self.answers("regimen").get("references_order")
            named = (order for order in (self.earlier if cited else ()) if cited in order.numbers)
            row = next((self.library.get(order.regimen_id) for order in named), None)
        return row.fn_risk if row else None

    def judge(
        self, lines: Sequence[Mapping[str, Any]], earlier: Sequence[EarlierOrder] = ()
    ) -> Judgement | None:
        """What the rules say of the order with these drug lines; nothing is written (R-179).

        None while there is too little to judge, or when a line cannot be read.
        """
        if self.plain_terms is None or not self.facts:
            return None
        if self.is_supportive:
            # Their judgement rests on the regimen of the order that they cite.
            earlier = self.earlier
        counted = [{**line, "number": number} for number, line in enumerate(lines, start=1)]
        try:
            return judge_order({**self.facts, "drugs": counted}, self.plain_terms, self.content, earlier)
        except ScheduleError:
            return None

    @cached_property
    def forecast(self) -> Judgement | None:
        """What submitting the draft as it stands would lead to, the member's other orders considered.

        None before there is enough to judge.
        """
        lines = self.facts.get("drugs")
        return self.judge(lines, self.earlier) if lines else None

    @cached_property
    def asks_continuity(self) -> bool:
        """Whether criteria are left open that treatment under way would settle, and nobody has said (R-194).

        Only once everything else is answered: before that the rules cannot tell (R-199).
        """
        if self.state.first_unfinished or "continuity" in self.state.keys:
            return False
        forecast, terms = self.forecast, self.plain_terms
        return forecast is not None and terms is not None and asks_continuity(forecast, terms)

    @cached_property
    def earlier(self) -> list[EarlierOrder]:
        """The member's other orders, for the notice of a possible duplicate (R-188)."""
        intake = self.intake
        return earlier_orders(intake) if intake else []

    @property
    def intake(self) -> Intake | None:
        """The draft as the rules take it; None before the first three steps are answered."""
        order, coverage = self.order, self.coverage
        if (
            self.member is None
            or coverage is None
            or self.program is None
            or self.terms is None
            or self.plain_terms is None
            or order.ordering_provider is None
            or order.ordering_site is None
        ):
            return None
        return Intake(
            answers={key: value for key, value in self.state.answers.items() if value is not None},
            facts=self.facts,
            member=self.member,
            eligibility=coverage,
            program=self.program,
            terms=self.terms,
            plain_terms=self.plain_terms,
            ordering_provider=order.ordering_provider,
            ordering_site=order.ordering_site,
            received_at=self.now,
        )

    def catalog(self, names: Iterable[str]) -> Catalog:
        """These drugs of the catalog with their codes in force on the start date."""
        missing = set(names) - self._drugs.keys()
        if missing:
            self._drugs.update(drugs_by_name(missing))
        return Catalog(self._drugs, self.start_on or self.today)

    @property
    def radiates(self) -> bool:
        """Whether it is a radiation order (R-335)."""
        return radiates(self.state.answers)

    @property
    def treatment(self) -> str:
        """The chosen regimen's name, or the course of radiation, shown on every later page (R-086)."""
        return str(self.answers("radiation" if self.radiates else "regimen").get("name") or "")


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
