"""Starting, saving and discarding a draft."""

from __future__ import annotations

import secrets
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction

from members.models import Member, Practice
from members.queries import eligibility_on
from notifications import audit, clock
from notifications.names import AuditName
from orders.actions._record import move
from orders.actions._standing import case_of
from orders.actions.calls import wait_no_longer
from orders.changes import clinical_of
from orders.facts import Facts
from orders.models import CallerRequest, Order, OrderEvent, StepAnswers
from orders.rules import ids, lifecycle
from orders.rules.refusals import StaleOrder
from orders.rules.states import OrderStatus
from orders.steps import BY_KEY, Answers, DraftState, basis_of, state_of

if TYPE_CHECKING:
    from portal.models import User


#: Why a draft was opened in the portal: somebody began it.
STARTED = "started"


class StaleDraft(Exception):
    """Another tab or person saved this step since the page was shown.

    `saved` is the row that stands; the page shows it beside what was typed and asks which to keep.
    """

    def __init__(self, saved: StepAnswers) -> None:
        super().__init__(f"step {saved.step} was saved elsewhere as revision {saved.revision}")
        self.saved = saved


@transaction.atomic
def start_order(practice: Practice, *, by: User, why: str = STARTED, **columns: Any) -> Order:
    """Open a draft with a tracking number of its own, and what is known of it (R-078, D-16).

    `why` is for its history.
    """
    now = clock.now()
    order = _create_with_reference(practice, by=by, now=now, **columns)
    OrderEvent.objects.create(order=order, new_status=OrderStatus.DRAFT, at=now, by=by, why=why)
    audit.record(
        AuditName.ORDER_STARTED, actor=by, subject=f"order:{order.reference}", practice=str(practice.pk)
    )
    return order


def _create_with_reference(practice: Practice, *, by: User, now: datetime, **columns: Any) -> Order:
    for _ in range(5):
        try:
            with transaction.atomic():  # a savepoint, so that a collision of numbers costs one more try
                return Order.objects.create(
                    reference=ids.tracking_number(secrets.SystemRandom()),
                    practice=practice,
                    created_at=now,
                    created_by=by,
                    updated_at=now,
                    **columns,
                )
        except IntegrityError:
            continue
    raise RuntimeError("no free tracking number found in five tries")


@transaction.atomic
def save_step(
    order: Order,
    step: str,
    *,
    raw: dict[str, list[str]],
    clean: Answers | None,
    revision: int | None,
    by: User,
) -> StepAnswers:
    """Keep what was typed in one step, valid or not (R-078).

    `revision` is the one the page was shown with (None = the step had never been saved).  Raises
    StaleDraft when the step was saved elsewhere meanwhile, StaleOrder when it is no draft any more.
    """
    if not Order.objects.filter(pk=order.pk, status=OrderStatus.DRAFT).update(updated_at=clock.now()):
        raise StaleOrder(f"order {order.reference} is no longer a draft")
    answers = state_of(order).answers | {step: clean}
    fields: dict[str, Any] = {
        "raw": raw,
        "cleaned": clean,
        "basis": basis_of(BY_KEY[step], answers),
        "saved_at": clock.now(),
        "saved_by": by,
    }
    row = order.answers.filter(step=step).first()
    if row is None:
        row = order.answers.create(step=step, **fields)
    elif row.revision != revision:
        raise StaleDraft(row)
    else:
        for name, value in (fields | {"revision": row.revision + 1}).items():
            setattr(row, name, value)
        row.save()
    project(order, step, clean)
    audit.record(
        AuditName.ORDER_STEP_SAVED,
        actor=by,
        subject=f"order:{order.reference}",
        practice=str(order.practice_id),
        step=step,
        valid=clean is not None,
    )
    return row


def project(order: Order, step: str, clean: Answers | None) -> None:
    """Copy to the order what lists and headers show of a draft, in the caller's transaction."""
    if clean is None:
        return
    changes: dict[str, Any] = {}
    if step == "plan":
        changes = {"solution": clean["solution"]}
        if clean["solution"] != order.solution:
            # What was chosen under the other kind of order is kept, and is none of this one.
            changes["regimen_name"] = _treatment(state_of(order))
        if order.by_contact_center:
            # For the report of outages.
            reason = clean.get("outage_reason", "")
            CallerRequest.objects.filter(order=order).update(outage_reason=reason)
    elif step == "member":
        changes = _member_columns(clean)
    elif step == "providers":
        changes = {
            "ordering_provider_id": clean["ordering_provider"],
            "ordering_site_id": clean["ordering_site"],
            "servicing_site_id": clean["servicing_site"],
        }
    elif step == "diagnosis":
        changes = {"primary_diagnosis": clean["primary"], "tumor": clean["tumor"] or ""}
    elif step == "regimen":
        changes = {"regimen_name": clean.get("name") or "Custom treatment plan"}
    elif step == "radiation":
        changes = {"regimen_name": clean.get("name") or ""}
    elif step == "dates":
        changes = {"planned_end_on": clean["planned_end_on"], "urgency": clean["urgency"]}
    if changes:
        Order.objects.filter(pk=order.pk).update(**changes)
        order.refresh_from_db(fields=list(changes))


def _treatment(state: DraftState) -> str:
    """The name of the regimen, or of the course of radiation, as far as it is chosen."""
    return str(state.get("regimen").get("name") or state.get("radiation").get("name") or "")


def _member_columns(clean: Answers) -> dict[str, Any]:
    member = Member.objects.select_related("plan").get(pk=clean["member"])
    result = eligibility_on(member, date.fromisoformat(clean["start_on"]))
    return {
        "member_id": member.pk,
        "plan_id": member.plan_id,
        "coverage_id": result.coverage.pk if result.coverage else None,
        "program_id": result.program.pk if result.program else None,
        "start_on": clean["start_on"],
    }


@transaction.atomic
def forecast_shown(order: Order, facts: Facts, *, by: User) -> None:
    """Keep the clinical answers under which somebody first saw what the rules would say (R-179).

    Once for each draft; afterwards, and for an order that is no draft any more, nothing is written.
    """
    drafts = Order.objects.filter(pk=order.pk, status=OrderStatus.DRAFT, forecast_facts__isnull=True)
    if drafts.update(forecast_facts=clinical_of(facts)):
        audit.record(
            AuditName.ORDER_FORECAST_SHOWN,
            actor=by,
            subject=f"order:{order.reference}",
            practice=str(order.practice_id),
        )


@transaction.atomic
def discard_draft(order: Order, *, by: User) -> None:
    """Close a draft as withdrawn before submission (R-100, R-227, T1 rule 1)."""
    after = lifecycle.discard(case_of(order))
    move(order, after.status, by=by, why="discarded", disposition=after.disposition)
    wait_no_longer(order, by=by)
    audit.record(
        AuditName.ORDER_DISCARDED,
        actor=by,
        subject=f"order:{order.reference}",
        practice=str(order.practice_id),
    )
