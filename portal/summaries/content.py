"""What an Order Request Summary says, worked out once for the page, the PDF and the case page.

Nothing of an approval is in a summary of an order that has none (R-209, R-292, R-296): the numbers,
dates and codes are read in one place, `approval.py`, and nowhere else.  Answers, visits and billing units
are those of the evaluation that stands: what was submitted may have been corrected since (DR-14).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings

from members.models import ProgramTerms
from notifications import clock
from orders.models import DrugLine, Evaluation, Order
from orders.queries import latest_evaluation, timeline
from orders.rules.judgement import Judgement
from orders.rules.procedure_codes import ApprovedCode
from orders.rules.states import Disposition
from pathways.criteria.vocabulary import FACTS
from pathways.deviations import SCHEDULE_REASON
from portal.summaries import radiation, words
from portal.summaries.approval import Approval, SCodes, approval_of, scodes_of
from portal.summaries.continuity import Care, care_of, is_continued
from portal.summaries.history import Entry, history_of
from portal.summaries.lines import Line, line_of
from portal.summaries.pending import Pending, pending_of
from portal.summaries.radiation import Course, course_of
from portal.summaries.radiation_codes import codes_of
from portal.summaries.trees import Tree, trees_of
from portal.summaries.verdict import Pathway, pathway_of
from portal.words import look_of


class Audience(StrEnum):
    """For whom a summary is; only the ordering side is told how to bill S-codes (R-305)."""

    ORDERING = "ordering"
    SERVICING = "servicing"
    REVIEWER = "reviewer"


@dataclass(frozen=True)
class Departure:
    """A deviation as the summary lists it; `about` is the drug, or the answer that departs."""

    kind: str
    about: str
    entered: str
    expected: str
    sentence: str


@dataclass(frozen=True)
class Summary:
    """One order, for one audience."""

    order: Order
    terms: ProgramTerms | None
    audience: Audience
    state: str
    headline: str
    lead: tuple[str, ...]
    approval: Approval | None
    care: Care | None
    pathway: Pathway | None
    scodes: SCodes | None
    radiation: Course | None
    pending: Pending | None
    lines: tuple[Line, ...]
    codes: tuple[ApprovedCode, ...]
    trees: tuple[Tree, ...]
    judgement: Judgement | None
    diagnosis: str
    clinical: tuple[tuple[str, str], ...]
    changed: tuple[str, ...]
    network: str
    trial: str
    evaluation: Evaluation | None
    history: tuple[Entry, ...]
    as_of: datetime

    @property
    def disclaimer(self) -> str:
        """R-207, R-302: said wherever an order number stands."""
        return words.DISCLAIMER

    @property
    def tone(self) -> str:
        """The colour that goes with the status."""
        return look_of(self.state).tone

    @property
    def meaning(self) -> str:
        """What the status means where its usual meaning would speak of drugs; "" elsewhere."""
        return radiation.MEANINGS.get(self.state, "") if self.radiation else ""

    @property
    def quantities(self) -> bool:
        """Whether any drug has visits or units to show."""
        return any(line.visits is not None for line in self.lines)

    @property
    def deviations(self) -> tuple[Departure, ...]:
        """Every deviation with what was entered and expected (R-171, R-287)."""
        return tuple(_departure(found) for found in self.judgement.deviations) if self.judgement else ()

    @property
    def schedule_reason(self) -> str:
        """Why a changed schedule matters, where one was changed (R-176)."""
        found = self.judgement.deviations if self.judgement else ()
        return SCHEDULE_REASON if any(deviation.kind == "schedule" for deviation in found) else ""

    @property
    def warnings(self) -> tuple[Any, ...]:
        """Doses to look at again; no deviations (R-180)."""
        return self.judgement.match.warnings if self.judgement else ()


def summary_of(order: Order, *, audience: Audience) -> Summary:
    """The summary of an order as it stands (five queries, whatever its size).

    The caller has let the person in; `audience` is what the person is to this order.
    """
    order = _whole(order)
    evaluation = latest_evaluation(order) if order.submitted_at else None
    judgement = Judgement.from_json(evaluation.judgement) if evaluation else None
    judged = list(evaluation.lines.all()) if evaluation else []
    facts = evaluation.inputs["facts"] if evaluation else {}
    drugs = [found.line for found in judged]
    approval = approval_of(order, drugs, judgement, facts) if judgement else None
    phases = len({line.phase for line in drugs if line.role == DrugLine.Role.THERAPEUTIC}) > 1
    course = course_of(
        order,
        facts,
        judgement,
        covered_to=approval.valid_to if approval else None,
        today=_today(order.terms),
    )
    lines = tuple(line_of(order, line, approval, judgement, phases=phases, course=course) for line in drugs)
    state = order.disposition or order.status
    return Summary(
        order=order,
        terms=order.terms,
        audience=audience,
        state=state,
        headline=_headline(order, drugs, approval, course),
        lead=words.lead(order, drugs, continued=approval is not None and is_continued(judgement)),
        approval=approval,
        care=care_of(order, judgement, facts),
        pathway=pathway_of(order, judgement, facts),
        scodes=scodes_of(order, approval, bills=audience == Audience.ORDERING)
        if approval and audience != Audience.SERVICING
        else None,
        radiation=course,
        pending=pending_of(order, judgement) if state == Disposition.IN_PROGRESS else None,
        lines=lines,
        codes=codes_of(drugs, judgement) if approval and judgement else (),
        trees=trees_of(judged, judgement, course),
        judgement=judgement,
        diagnosis=words.diagnosis(order),
        clinical=words.clinical(facts),
        changed=words.changes(order.snapshot.changed or ()) if evaluation else (),
        network=words.NETWORKS.get(facts.get("network", ""), ""),
        trial="" if course else words.trial(facts),
        evaluation=evaluation,
        history=history_of(timeline(order), names=audience == Audience.REVIEWER),
        as_of=order.updated_at,
    )


def _whole(order: Order) -> Order:
    """The order with everything that hangs on it one to one (one query)."""
    return Order.objects.select_related(
        "plan",
        "program",
        "practice",
        "terms",
        "member",
        "coverage",
        "ordering_provider",
        "ordering_site",
        "servicing_site__practice",
        "created_by",
        "submitted_by",
        "pathway_release",
        "policy_release",
        "snapshot",
        "scode_grant",
        "caller_request__account",
    ).get(pk=order.pk)


def _today(terms: ProgramTerms | None) -> date:
    """Today on the plan's wall clock."""
    zone = terms.time_zone if terms else settings.TIME_ZONE
    return clock.now().astimezone(ZoneInfo(zone)).date()


def _headline(order: Order, drugs: list[DrugLine], approval: Approval | None, course: Course | None) -> str:
    """The verdict; of a radiation order it names the course and counts no drugs."""
    until = words.day(approval.last_day) if approval else ""
    told = radiation.headline(order, course, until=until) if course else ""
    return told or words.headline(order, drugs, approved=approval is not None)


def _departure(found: Any) -> Departure:
    return Departure(
        kind=words.DEVIATIONS[found.kind],
        about=found.drug or (FACTS[found.field].label if found.field in FACTS else ""),
        entered=found.entered,
        expected=found.expected,
        sentence=found.sentence,
    )
