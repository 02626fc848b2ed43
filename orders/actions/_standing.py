"""An order and a person as `orders.rules.lifecycle` reads them, each part for its queries."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from orders.models import Order, ReviewAssignment
from orders.rules.cases import Case, Hold, Person
from orders.rules.judgement import Judgement
from orders.rules.lifecycle import QUEUE
from orders.rules.reviewing import Reviewer
from orders.rules.rollup import Decision, RolledLine
from orders.rules.states import Disposition, OrderStatus

if TYPE_CHECKING:
    from portal.models import User

#: Where a case of each queue stands.
STATUS = {queue: status for status, queue in QUEUE.items()}

#: Who submits for a practice (R-043).
ORDERING_ROLES = ("practice_user", "ordering_physician")

#: Who enters orders for callers (R-376).
AGENT = "contact_center_agent"

#: The staff roles that review (R-234, R-245).
REVIEWERS = {"nurse": Reviewer.NURSE, "physician_reviewer": Reviewer.PHYSICIAN}


def orderer(order: Order, by: User) -> Person:
    """Whether the person orders for the order's practice (one query)."""
    roles = by.practice_roles.filter(practice=order.practice_id, kind__in=ORDERING_ROLES)
    return Person(by, orders=roles.exists())


def changer(order: Order, by: User) -> Person:
    """Whether the person changes a submitted order of this practice, or any as an agent (two queries)."""
    agent = is_agent(by)
    return Person(by, orders=agent or orderer(order, by).orders, agent=agent)


def source_of(person: Person) -> str:
    """Where what is recorded comes from: the office itself, or somebody who called for it."""
    return "caller" if person.agent else "practice"


def enterer(order: Order, by: User) -> Person:
    """Whether the person enters this very draft (one query).

    One that the contact center has taken up is its agents' alone until the office takes it back.
    """
    if order.channel == Order.Channel.PORTAL:
        return orderer(order, by)
    return Person(by, orders=is_agent(by))


def is_agent(by: User) -> bool:
    """Whether the person is an agent of the contact center (one query)."""
    return by.staff_roles.filter(kind=AGENT).exists()


def reviewer(order: Order, by: User) -> Person:
    """What the person is to reviews (one query), and whether the order is his own."""
    kinds = by.staff_roles.filter(kind__in=REVIEWERS).values_list("kind", flat=True)
    entered = by.pk in (order.created_by_id, order.submitted_by_id)
    return Person(by, reviews=frozenset(REVIEWERS[kind] for kind in kinds), entered=entered)


def case_of(order: Order) -> Case:
    """The order as it was read: nobody's hold, no lines, no offers.  No query."""
    return Case(
        order.reference,
        status=OrderStatus(order.status),
        disposition=Disposition(order.disposition) if order.disposition else None,
        order_id=order.order_id is not None,
        clocks_running=order.due_at is not None,
    )


def held_case(order: Order) -> Case:
    """The same with the hold on its open case (one query)."""
    found = (
        ReviewAssignment.objects.select_related("reviewer")
        .filter(work_item__order=order, work_item__closed_at__isnull=True, released_at__isnull=True)
        .first()
    )
    return case_of(order)._replace(hold=hold_of(found))


def hold_of(found: ReviewAssignment | None) -> Hold | None:
    """A reviewer's hold as the rules read it."""
    return Hold(found.reviewer, found.expires_at) if found else None


def with_offer(case: Case, order: Order) -> Case:
    """The case with the first offer of a peer-to-peer talk (one query)."""
    offer = order.peer_to_peer_offers.first()
    return case._replace(offered_at=offer.offered_at if offer else None)


def with_lines(case: Case, judgement: Judgement, outcomes: Mapping[int, str]) -> Case:
    """The case with its drug lines as judged and decided."""
    return case._replace(lines=lines_of(judgement, outcomes), flagged=bool(judgement.duplicates))


def lines_of(judgement: Judgement, outcomes: Mapping[int, str]) -> dict[int, RolledLine]:
    """The drug lines by number, with what was decided on each."""
    return {
        line.number: RolledLine(
            line.role,
            line.reviewed,
            Decision.WITHDRAWN if line.withdrawn else Decision(outcomes.get(line.number, "undecided")),
        )
        for line in judgement.lines
    }
