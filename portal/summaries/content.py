"""What an Order Request Summary says, worked out once for the page, the PDF and the case page.

Nothing of an approval is in a summary of an order that has none (R-209, R-292, R-296): the numbers,
dates and codes are read in one place, `_approval`, and nowhere else.  Answers, visits and billing units
are those of the evaluation that stands: what was submitted may have been corrected since (DR-14).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings

from members.models import ProgramTerms
from notifications import clock
from orders.models import DrugLine, Evaluation, Order, SCodeGrant
from orders.queries import latest_evaluation, regimen_ends_on, timeline
from orders.rules.judgement import Judgement
from orders.rules.procedure_codes import ApprovedCode
from orders.rules.request import Request
from orders.rules.schedule import case_visits
from orders.rules.scodes import earliest_monthly_dates
from orders.rules.states import WITH_ORDER_ID, Disposition, DrugStatus, OrderStatus
from pathways.criteria.vocabulary import FACTS
from pathways.deviations import SCHEDULE_REASON
from portal.summaries import radiation, words
from portal.summaries.continuity import Care, care_of
from portal.summaries.history import Entry, history_of
from portal.summaries.pending import Pending, pending_of
from portal.summaries.radiation import Course, course_of
from portal.summaries.radiation_codes import codes_of
from portal.summaries.trees import Tree, judged_line, trees_of
from portal.summaries.verdict import Pathway, pathway_of
from portal.words import look_of


class Audience(StrEnum):
    """For whom a summary is; only the ordering side is told how to bill S-codes (R-305)."""

    ORDERING = "ordering"
    SERVICING = "servicing"
    REVIEWER = "reviewer"


@dataclass(frozen=True)
class Line:
    """One drug as the summary lists it; what was not approved has neither visits nor units (R-293).

    `shown` is what people read as its status.
    """

    number: int
    drug: str
    role: str
    hcpcs: str
    dosing: str
    status: DrugStatus
    shown: DrugStatus | Disposition
    label: str
    message: str
    reviewed: bool
    custom: bool
    visits: int | None
    billing_units: Decimal | None
    units_note: str
    order_id: str

    @property
    def word(self) -> str:
        """The status in words, the plan's own where it has one."""
        return self.label or look_of(self.shown).word


@dataclass(frozen=True)
class Approval:
    """What an order with an Order ID carries, and an order without one does not.

    Treatments are covered until `covered_until`; `grace` follows it up to `valid_to` and is "" where
    there is none.  `ended_on` is the last day before another order replaced this one; it may be before the
    first (DR-11).
    """

    order_id: str
    pathway_eligible_id: str
    valid_from: date
    valid_to: date
    covered_until: date
    until_what: str
    grace: str
    visits: int
    ended_on: date | None = None

    @property
    def last_day(self) -> date:
        """The last valid day as it stands."""
        return min(self.valid_to, self.ended_on or self.valid_to)

    @property
    def given_until(self) -> date:
        """The last day on which treatment is given under the order."""
        return min(self.covered_until, self.ended_on or self.covered_until)


@dataclass(frozen=True)
class SCodes:
    """How often each code with its `earliest` days, or why none (R-286, R-304 to R-325).  Never an amount."""

    label: str
    onset_code: str
    monthly_code: str
    onset: int
    months: int
    earliest: tuple[date, ...]
    reasons: tuple[str, ...]
    billing: str
    duration: str
    #: Void from this day on: another regimen, or another order for this one, is given (R-318).
    void_from: date | None = None
    #: The last day for which a regimen without planned end has them (R-320, D-21).
    last_day: date | None = None

    @property
    def standing(self) -> tuple[date, ...]:
        """The earliest days that another regimen has not made void."""
        return tuple(day for day in self.earliest if self.void_from is None or day < self.void_from)

    @property
    def void(self) -> int:
        """How many of the monthly codes are void."""
        return len(self.earliest) - len(self.standing)

    @property
    def awarded(self) -> bool:
        """Whether any code may be billed."""
        return bool(self.onset or self.months)


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
    approval = _approval(order, drugs, judgement, facts) if judgement else None
    phases = len({line.phase for line in drugs if line.role == DrugLine.Role.THERAPEUTIC}) > 1
    course = course_of(
        order,
        facts,
        judgement,
        covered_to=approval.valid_to if approval else None,
        today=_today(order.terms),
    )
    lines = tuple(_line(order, line, approval, judgement, phases=phases, course=course) for line in drugs)
    state = order.disposition or order.status
    return Summary(
        order=order,
        terms=order.terms,
        audience=audience,
        state=state,
        headline=_headline(order, drugs, approval, course),
        lead=words.lead(order, drugs),
        approval=approval,
        care=care_of(order, judgement, facts),
        pathway=pathway_of(order, judgement, facts),
        scodes=_scodes(order, audience, approval) if approval else None,
        radiation=course,
        pending=pending_of(order, judgement) if state == Disposition.IN_PROGRESS else None,
        lines=lines,
        codes=codes_of(drugs, judgement) if approval and judgement else (),
        trees=trees_of(judged, judgement, course),
        judgement=judgement,
        diagnosis=words.diagnosis(order),
        clinical=words.clinical(facts),
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
    until = words.day(approval.valid_to) if approval else ""
    told = radiation.headline(order, course, until=until) if course else ""
    return told or words.headline(order, drugs, approved=approval is not None)


def _approval(
    order: Order, lines: list[DrugLine], judgement: Judgement, facts: dict[str, Any]
) -> Approval | None:
    if order.disposition not in WITH_ORDER_ID or order.status != OrderStatus.DETERMINED:
        return None
    assert order.order_id
    assert order.valid_from
    assert order.valid_to
    assert order.terms
    approved = [line.number for line in lines if line.status == DrugStatus.AUTHORIZED]
    request = Request.read(facts)
    radiates = order.solution == Order.Solution.RADIATION_ONCOLOGY
    # A radiation approval lasts so many days and has no grace (DR-20).
    grace_days = 0 if radiates else order.terms.grace_days
    covered_until = request.end_on if radiates else order.valid_to - timedelta(days=grace_days)
    return Approval(
        order_id=order.order_id,
        pathway_eligible_id=order.pathway_eligible_id or "",
        valid_from=order.valid_from,
        valid_to=order.valid_to,
        covered_until=covered_until,
        until_what=words.until_what(
            continued=judgement.continuity_applied and covered_until < request.end_on
        ),
        grace=words.grace(grace_days) if grace_days else "",
        visits=case_visits(request.facts, approved, until=covered_until),
        ended_on=order.ended_on,
    )


def _line(
    order: Order,
    line: DrugLine,
    approval: Approval | None,
    judgement: Judgement | None,
    *,
    phases: bool,
    course: Course | None,
) -> Line:
    status = DrugStatus(line.status)
    judged = judged_line(judgement, line.number) if approval and status == DrugStatus.AUTHORIZED else None
    return Line(
        number=line.number,
        drug=course.name if course else line.drug,
        role=line.role,
        hcpcs=line.hcpcs,
        # Supportive drugs go along from the start; only a later phase is worth a word.
        dosing=course.fractions
        if course
        else words.dosing(line, phases=phases and (line.role == DrugLine.Role.THERAPEUTIC or line.phase > 1)),
        status=status,
        shown=_shown(order, status),
        label=_label(order, status),
        message=line.message,
        reviewed=line.reviewed,
        custom=bool(judgement and judgement.match.custom),
        visits=judged.visits if judged else None,
        billing_units=judged.billing_units if judged else None,
        units_note=judged.units_note if judged and judged.billing_units is None else "",
        order_id=_line_order_id(order, status, approval),
    )


def _shown(order: Order, status: DrugStatus) -> DrugStatus | Disposition:
    """The status of a drug, or that of its case where a cancelled duplicate left it undecided (D-13)."""
    cancelled = order.disposition == Disposition.REVIEW_CANCELLED
    return Disposition.REVIEW_CANCELLED if cancelled and status == DrugStatus.IN_PROGRESS else status


def _label(order: Order, status: DrugStatus) -> str:
    """The plan's own word for a status, empty where it is everybody's (R-217)."""
    if status == DrugStatus.NOT_REQUIRED and order.terms:
        return order.terms.not_required_label
    return ""


def _line_order_id(order: Order, status: DrugStatus, approval: Approval | None) -> str:
    """The Order ID on approved lines; on those nobody here reviews only where the program says so (D-15)."""
    if approval is None or order.terms is None:
        return ""
    unmanaged = status == DrugStatus.NOT_REQUIRED and order.terms.order_id_for_unmanaged
    return approval.order_id if status == DrugStatus.AUTHORIZED or unmanaged else ""


def _scodes(order: Order, audience: Audience, approval: Approval) -> SCodes | None:
    grant: SCodeGrant | None = getattr(order, "scode_grant", None)
    terms = order.terms
    if (
        audience == Audience.SERVICING
        or grant is None
        or terms is None
        or order.solution != Order.Solution.MEDICAL_ONCOLOGY
    ):
        return None
    return SCodes(
        label=terms.scode_label,
        onset_code=terms.scode_onset_code,
        monthly_code=terms.scode_monthly_code,
        onset=grant.s0353,
        months=grant.s0354,
        earliest=tuple(earliest_monthly_dates(order.start_on, grant.s0354)) if order.start_on else (),
        reasons=tuple(words.reason(found) for found in grant.reasons),
        billing=terms.scode_billing_text,
        duration=terms.scode_duration_text,
        void_from=regimen_ends_on(order) if grant.s0354 else None,
        last_day=_last_day(order, approval),
    )


def _last_day(order: Order, approval: Approval) -> date | None:
    """The end of the months of an indefinite regimen, where the plan of treatment goes on beyond it."""
    until = order.treatment_until
    return until if until is not None and until < approval.covered_until else None


def _departure(found: Any) -> Departure:
    return Departure(
        kind=words.DEVIATIONS[found.kind],
        about=found.drug or (FACTS[found.field].label if found.field in FACTS else ""),
        entered=found.entered,
        expected=found.expected,
        sentence=found.sentence,
    )
