"""Reads of orders for pages and rules; each says who reads it and what it costs."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.db.models import Count, Exists, F, OuterRef, Prefetch, Q, QuerySet

from members.models import Practice
from orders import links
from orders.intake import Intake
from orders.models import DrugLine, Evaluation, LineDetermination, LineEvaluation, Order, OrderEvent
from orders.rules import following
from orders.rules.duplicates import EarlierOrder
from orders.rules.following import ChangeRule, FollowOn
from orders.rules.judgement import Judgement
from orders.rules.states import Disposition, DrugStatus, OrderStatus

#: Orders that can make a later one a duplicate, or that S-codes follow on (DR-11, DR-17).
COUNTING = (
    Disposition.IN_PROGRESS,
    Disposition.AUTHORIZED,
    Disposition.COMPLETED,
    Disposition.MULTIPLE_DECISIONS,
)


#: How far from the end of treatment any program asks for its continuation.
LONGEST_NOTICE = timedelta(days=120)

#: Orders that continue the one they follow, drafts included.
CONTINUES = Q(follows_as=FollowOn.CONTINUATION) & ~Q(
    disposition__in=[
        Disposition.WITHDRAWN,
        Disposition.VOLUNTARILY_CANCELLED,
        Disposition.REVIEW_CANCELLED,
        Disposition.NON_AUTHORIZED,
    ]
)

#: The staff roles that review (R-234, R-245).
REVIEWING = ("nurse", "physician_reviewer")

#: Drugs of an order that it does not give.
NOT_GIVEN = (DrugStatus.NON_AUTHORIZED, DrugStatus.VOLUNTARILY_CANCELLED)


def earlier_orders(intake: Intake) -> list[EarlierOrder]:
    """The member's submitted orders as the rules need them (two queries)."""
    orders = Order.objects.filter(member=intake.member)
    return _as_earlier(orders, practice=intake.ordering_site.practice_id)


def orders_before(order: Order) -> list[EarlierOrder]:
    """The same for an order that was submitted: the orders that came in before it (two queries)."""
    orders = Order.objects.filter(member=order.member_id, submitted_at__lte=order.submitted_at)
    return _as_earlier(orders.exclude(pk=order.pk), practice=order.practice_id)


def _as_earlier(orders: QuerySet[Order], *, practice: int) -> list[EarlierOrder]:
    found = (
        orders.filter(disposition__in=COUNTING)
        .select_related("scode_grant", "snapshot")
        .prefetch_related("lines")
        .order_by("submitted_at")
    )
    return [_earlier(order, own_practice=order.practice_id == practice) for order in found]


def _earlier(order: Order, *, own_practice: bool) -> EarlierOrder:
    if order.start_on is None or order.planned_end_on is None:
        raise ValueError(f"order {order.reference} was submitted without its dates")
    grant, snapshot = getattr(order, "scode_grant", None), order.snapshot
    # A drug that was withdrawn or denied is not given, so that nothing repeats it.
    lines = [line for line in order.lines.all() if line.status not in NOT_GIVEN]
    return EarlierOrder(
        order_id=order.order_id or order.reference,
        reference=order.reference,
        disposition=Disposition(order.disposition),
        start_on=order.start_on,
        # An order that was replaced has ended on the day before the one that replaced it (DR-11).
        planned_end_on=order.ended_on or order.planned_end_on,
        regimen_id=snapshot.facts["regimen_id"],
        regimen_key=grant.regimen_key if grant else "",
        therapeutic_drugs=tuple(line.drug for line in lines if line.role == "therapeutic"),
        supportive_drugs=tuple(line.drug for line in lines if line.role == "supportive"),
        pathway_eligible=bool(order.pathway_eligible),
        own_practice=own_practice,
        solution=order.solution,
        radiation_site=snapshot.facts.get("radiation_site") or "",
        radiation_technique=snapshot.facts.get("radiation_technique") or "",
    )


def offers_for(order: Order, *, today: date) -> list[FollowOn]:
    """What the practice may make of a submitted order today, by its program's terms (PD-34).

    No query where the order was read with its terms and snapshot.
    """
    if order.submitted_at is None or order.terms is None:
        return []
    supportive = bool(order.snapshot.facts.get("supportive_only"))
    return following.offers(
        links.earlier_of(order, regimen=not supportive),
        ChangeRule(order.terms.change_rule),
        today=today,
        start_ahead_days=order.terms.start_ahead_limit_days,
    )


def is_continued(order: Order) -> bool:
    """Whether an order continues this one, or a draft is to (one query)."""
    return order.follow_ons.filter(CONTINUES).exists()


def regimen_ends_on(order: Order) -> date | None:
    """The first day on which the regimen of an approved order is not given any more (R-318, DR-18).

    That is the day after one that replaced it ended it, or the start of the member's next approved order
    for another regimen, whoever ordered it.  One query.
    """
    own = order.scode_grant.regimen_key
    others = (
        Order.objects.filter(
            member=order.member_id,
            solution=order.solution,
            order_id__isnull=False,
            start_on__gt=order.start_on,
            lines__role=DrugLine.Role.THERAPEUTIC,
        )
        .exclude(pk=order.pk)
        .exclude(scode_grant__regimen_key=own)
        .order_by("start_on")
    )
    next_start = others.values_list("start_on", flat=True).first()
    ended = order.ended_on + timedelta(days=1) if order.ended_on else None
    return min((day for day in (ended, next_start) if day), default=None)


def _with_renewal(orders: QuerySet[Order]) -> QuerySet[Order]:
    """Each with the notice that its program's terms give before treatment ends, and if it is continued."""
    continuations = Order.objects.filter(CONTINUES, follows=OuterRef("pk"))
    return orders.annotate(notice_days=F("terms__renewal_notice_days"), continued=Exists(continuations))


def asks_for_renewal(order: Order, *, today: date) -> bool:
    """Whether a row of `worklist` or `ending_soon` is to be continued now (R-332).  No query."""
    if order.continued or order.ended_on or order.notice_days is None:  # type: ignore[attr-defined]
        return False
    return following.renewal_due(
        order.treatment_until,
        today=today,
        notice_days=order.notice_days,  # type: ignore[attr-defined]
        valid_to=order.valid_to,
    )


def ending_soon(practices: Iterable[Practice], *, today: date, limit: int) -> list[Order]:
    """A practice's orders whose treatment ends soon and is not continued yet, soonest first (one query).

    Index order_by_end_of_treatment.  The notice is a matter of each order's terms, within LONGEST_NOTICE.
    """
    around = (today - LONGEST_NOTICE, today + LONGEST_NOTICE)
    orders = Order.objects.filter(practice__in=list(practices), treatment_until__range=around)
    found = (
        _with_renewal(orders)
        .select_related("plan", "program", "member", "ordering_provider")
        .order_by("treatment_until", "id")
    )
    return [order for order in found if asks_for_renewal(order, today=today)][:limit]


def worklist(
    practices: Iterable[Practice],
    *,
    after: tuple[datetime, int] | None = None,
    limit: int = 25,
    plan: str = "",
    status: str = "",
) -> list[Order]:
    """A practice's orders, last touched first, one page by key (index order_worklist; one query).

    `after` is the (updated_at, id) of the last row shown; `status` a Disposition or "draft".
    """
    orders = Order.objects.filter(practice__in=list(practices)).exclude(status=OrderStatus.WITHDRAWN)
    if plan:
        orders = orders.filter(plan__slug=plan)
    if status == OrderStatus.DRAFT:
        orders = orders.filter(status=OrderStatus.DRAFT)
    elif status:
        orders = orders.filter(disposition=status)
    if after:
        touched, pk = after
        orders = orders.filter(Q(updated_at__lt=touched) | Q(updated_at=touched, pk__lt=pk))
    return list(
        _with_renewal(orders)
        .select_related("plan", "program", "member", "ordering_provider")
        .order_by("-updated_at", "-id")[:limit]
    )


def latest_evaluation(order: Order) -> Evaluation:
    """The evaluation that stands, with its lines (two queries)."""
    lines = LineEvaluation.objects.select_related("line").order_by("line__number")
    return (
        order.evaluations.select_related("pathway_release", "policy_release")
        .prefetch_related(Prefetch("lines", lines))
        .latest("sequence")
    )


def standing_judgement(order: Order) -> Judgement:
    """What the rules say of the order by its latest evaluation (one query)."""
    return Judgement.from_json(order.evaluations.latest("sequence").judgement)


def outcomes_so_far(order: Order) -> dict[int, str]:
    """The decisions that were made, by line (one query)."""
    found = LineDetermination.objects.filter(line__order=order).order_by("round")
    return dict(found.values_list("line__number", "outcome"))


def contact_phone(order: Order) -> str:
    """Where the prescriber is reached, as the practice last said it (D-40).

    One query unless the snapshot was read with the order.
    """
    answers = order.snapshot.answers.get("providers") or {}
    return order.contact_phone or (answers.get("p2p_phone") or "").strip()


def timeline(order: Order) -> list[OrderEvent]:
    """The order's status history, oldest first (one query).

    Each event has `by_reviewer`: above 0 when its person reviews, whose name no practice reads.
    """
    reviews = Count("by__staff_roles", filter=Q(by__staff_roles__kind__in=REVIEWING))
    return list(order.events.select_related("by").annotate(by_reviewer=reviews))
