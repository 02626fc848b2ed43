"""Submitting an order: the only door from a draft to a request that is judged."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction

from notifications import audit, clock
from notifications.names import AuditName
from orders import intake as intakes
from orders import links, queries, steps
from orders.actions._record import move, one_at_a_time
from orders.actions._standing import case_of, enterer, lines_of
from orders.actions.deadlines import start_clocks
from orders.actions.determination import conclude_at_intake
from orders.actions.evaluation import Ruling, canonical_hash, rule_on, store_evaluation
from orders.actions.review import open_case
from orders.changes import changes_since
from orders.intake import Intake
from orders.models import ClinicalSnapshot, DrugLine, Order, WorkItem
from orders.rules import lifecycle
from orders.rules.pending import asks_continuity
from orders.rules.problems import Blocker, Problem
from orders.rules.states import Disposition, OrderStatus

if TYPE_CHECKING:
    from portal.models import User


#: What a submission key looks like; the form makes one for each page it shows.
KEY = re.compile(r"[A-Za-z0-9_-]{8,64}")

#: What was reviewed is not what would be submitted.
CHANGED_SINCE_REVIEW = Blocker(
    code="CHANGED_SINCE_REVIEW",
    step="review",
    sentence="An answer was changed in another window after this page was opened. "
    "Check the answers below and submit again.",
)

#: The questions that come before an order may wait for a reviewer (R-194).
CONTINUITY_UNANSWERED = Blocker(
    code="CONTINUITY_UNANSWERED",
    step="continuity",
    sentence="Say on “Continuity of care” whether this treatment was already under way.",
)


class SubmissionRefused(Exception):
    """The draft cannot be submitted; `problems` are all its reasons, each with step and sentence."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__(f"{len(problems)} problems")
        self.problems = problems


class KeyReused(Exception):
    """The idempotency key was used before, for something else (409)."""


def content_hash(order: Order) -> str:
    """The hash of the draft's answers, as the review page shows them; it travels with the submission."""
    return canonical_hash(steps.state_of(order).answers)


def submit_order(
    order: Order,
    *,
    by: User,
    idempotency_key: str,
    reviewed_hash: str | None = None,
    form_rules: bool = True,
) -> Order:
    """Submit a draft and judge it on the spot (R-099, R-201, DR-01 to DR-20).

    1. A repeat with the same key and content returns the order as it stands: double clicks and
       retries make one order.  The same key with other content raises KeyReused.
    2. All problems at once raise SubmissionRefused; nothing is written then.
    3. Otherwise one transaction freezes the facts and lines, binds terms and releases, stores the
       evaluation, starts the clocks, and either determines the order or opens a nurse's case.

    `reviewed_hash` is the content hash that the person saw; None skips that comparison.  Without
    `form_rules` only the gates of DR-01 count: what the form alone asks for (D-36, D-37, the role a
    drug is entered in) is left to the interface that the request comes from.  Raises MayNotOrder.
    """
    person = enterer(order, by)
    lifecycle.check_orderer(case_of(order), person)
    check_key(idempotency_key)
    with transaction.atomic():
        # Where the database can lock a row, twins wait here; the compare-and-set in `move` decides anyway.
        order = Order.objects.select_for_update().get(pk=order.pk)
        if _is_repeat(order, idempotency_key, reviewed_hash):
            return order
        one_at_a_time(order)
        now = clock.now()
        intake = intakes.build(order, at=now, form_rules=form_rules)
        if isinstance(intake, list):
            raise SubmissionRefused(intake)
        fingerprint = content_hash(order)
        if reviewed_hash is not None and reviewed_hash != fingerprint:
            raise SubmissionRefused([CHANGED_SINCE_REVIEW])
        ruling = rule_on(intake.facts, intake.plain_terms, queries.earlier_orders(intake))
        if ruling.judgement.refusals:
            raise SubmissionRefused(list(ruling.judgement.refusals))
        asked = form_rules and "continuity" not in intake.answers
        if asked and asks_continuity(ruling.judgement, intake.plain_terms):
            raise SubmissionRefused([CONTINUITY_UNANSWERED])
        after = lifecycle.submit(
            case_of(order),
            person,
            lines_of(ruling.judgement, {}),
            flagged=bool(ruling.judgement.duplicates),
            settled=ruling.judgement.disposition != Disposition.IN_PROGRESS,
        )
        _bind(order, intake, ruling, by=by, at=now, key=idempotency_key, fingerprint=fingerprint)
        lines = _freeze(order, intake, ruling, at=now)
        evaluation = store_evaluation(order, lines, ruling, cause="submission", by=by)
        start_clocks(order, intake.terms, by=by)
        if after.status is OrderStatus.NURSE_REVIEW:
            reasons = [reason.to_json() for reason in ruling.judgement.pend_reasons]
            open_case(order, WorkItem.Kind.NURSE, reasons)
            move(order, after.status, by=by, why="submitted", disposition=after.disposition)
        else:
            conclude_at_intake(order, ruling.judgement, evaluation, after, by=by)
        audit.record(
            AuditName.ORDER_SUBMITTED,
            actor=by,
            subject=f"order:{order.reference}",
            practice=str(order.practice_id),
            disposition=order.disposition,
            despite_duplicates=[flag.reference for flag in ruling.judgement.duplicates],
        )
    return order


def check_key(key: str) -> None:
    """Raise SubmissionRefused unless the key can tell one submission from all others."""
    if not KEY.fullmatch(key):
        sentence = "This page is out of date. Open it again and submit from there."
        raise SubmissionRefused([Blocker(code="KEY_MISSING", step="review", sentence=sentence)])


def _is_repeat(order: Order, key: str, reviewed_hash: str | None) -> bool:
    """Whether this very submission was made before; raises KeyReused or NotADraft if another was."""
    twin = Order.objects.filter(practice_id=order.practice_id, idempotency_key=key).first()
    if twin is not None and twin.pk != order.pk:
        raise KeyReused("This submission key belongs to another order.")
    if order.idempotency_key != key:
        lifecycle.check_draft(case_of(order))
        return False
    if reviewed_hash is not None and reviewed_hash != order.submission_hash:
        raise KeyReused("This order was already submitted with other answers.")
    return True


def _bind(
    order: Order,
    intake: Intake,
    ruling: Ruling,
    *,
    by: User,
    at: datetime,
    key: str,
    fingerprint: str,
) -> None:
    """Fix what the order was judged by, for good (DR-03)."""
    columns: dict[str, Any] = {
        "plan_id": intake.member.plan_id,
        "program": intake.program,
        "terms": intake.terms,
        "member": intake.member,
        "coverage": intake.eligibility.coverage,
        "ordering_provider": intake.ordering_provider,
        "ordering_site": intake.ordering_site,
        "servicing_site_id": intake.answers["providers"]["servicing_site"],
        "start_on": intake.start_on,
        "planned_end_on": date.fromisoformat(intake.facts["planned_end_on"]),
        "urgency": intake.facts["urgency"],
        "pathway_release_id": ruling.releases.pathway_release_pk,
        "policy_release_id": ruling.releases.policy_release_pk,
        "received_at": intake.received_at,
        "submitted_at": at,
        "submitted_by": by,
        "idempotency_key": key,
        "submission_hash": fingerprint,
    }
    for name, value in columns.items():
        setattr(order, name, value)
    earlier, kind = links.cited_order(order, intake.facts)
    order.follows, order.follows_as = columns["follows"], columns["follows_as"] = earlier, kind
    order.save(update_fields=[name.removesuffix("_id") for name in columns])


def _freeze(order: Order, intake: Intake, ruling: Ruling, *, at: datetime) -> list[DrugLine]:
    """Keep the facts and the drug lines exactly as submitted; return the lines."""
    ClinicalSnapshot.objects.create(
        order=order,
        answers=intake.answers,
        facts=intake.facts,
        facts_hash=canonical_hash(intake.facts),
        eligibility=intake.eligibility.snapshot(),
        changed=changes_since(order.forecast_facts, intake.facts),
        taken_at=at,
    )
    judged = {line.number: line for line in ruling.judgement.lines}
    return DrugLine.objects.bulk_create(
        _drug_line(order, fact, judged[fact["number"]]) for fact in intake.facts["drugs"]
    )


def _drug_line(order: Order, fact: dict[str, Any], judged: Any) -> DrugLine:
    return DrugLine(
        order=order,
        number=fact["number"],
        role=fact["role"],
        drug=fact["drug"],
        hcpcs=fact["hcpcs"],
        dose=fact["dose"],
        dose_unit=fact["unit"],
        route=fact["route"],
        days=fact["days"],
        cycle_length_days=fact["cycle_length_days"],
        cycles=fact["cycles"],
        per_day=fact["per_day"],
        phase=fact["phase"],
        indication=fact["indication"],
        visits=judged.visits,
        billing_units=judged.billing_units,
        reviewed=judged.reviewed,
        status=judged.status,
        message=judged.message,
    )
