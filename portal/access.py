"""The only doors to an order or a member for a user.

A view says who may use it (`requires`, `public`), and gets orders and members from here alone: what
a person may not see is answered exactly like what does not exist (D-63, R-370, G-31), and each read
leaves one audit event that names who, in which role, what and why (D-72, G-34).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.signing import Signer
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponseBase, HttpResponseNotAllowed

from members.models import Member, Plan, Practice
from members.queries import find_members
from notifications import audit
from notifications.names import AuditName
from orders.models import CallTask, Order, OrderDocument
from orders.rules.states import OrderStatus
from portal.accounts import ask_to_sign_in
from portal.roles import (
    AGENTS,
    ENTERING,
    ORDERING,
    REVIEWERS,
    SERVICING,
    SIGNED_IN,
    Role,
    Standing,
    Visitor,
    standing_of,
)

__all__ = [
    "AGENTS",
    "ENTERING",
    "ORDERING",
    "REVIEWERS",
    "SERVICING",
    "SIGNED_IN",
    "Declared",
    "Role",
    "acts_for_callers",
    "case_for",
    "declared",
    "document_for",
    "draft_for",
    "is_agent",
    "member_pass",
    "order_for",
    "order_to_change",
    "orders_of",
    "own_order_for",
    "practices_of",
    "public",
    "record_list",
    "requires",
    "roles_of",
    "search_members",
    "urgent_draft_for",
]

View = Callable[..., HttpResponseBase]
METHODS = ("GET", "HEAD", "POST")

#: What order pages show beside the order itself; read with it in one query.
_BESIDE = (
    "practice",
    "plan",
    "program",
    "member__plan",
    "coverage",
    "ordering_provider",
    "ordering_site",
    "servicing_site",
    "caller_request",
    "follows",
)
#: The reason in the audit trail of what agents read: somebody asks on the phone (R-376).
CALLER = "caller"


# --- Who may use a view ---------------------------------------------------------------------------
@dataclass(frozen=True)
class Declared:
    """What a view says of itself: the roles that it lets in, and the methods that it answers."""

    roles: frozenset[Role]
    methods: tuple[str, ...]


def requires(*roles: Role, methods: Sequence[str] = METHODS) -> Callable[[View], View]:
    """Let only these roles into a view (R-045).

    Somebody not signed in is sent to sign in and comes back; a person without the role gets 403.
    Inside the view the person acts in these roles only, whatever others he holds.
    """
    return _declare(Declared(frozenset(roles), tuple(methods)))


def public(view: View, *, methods: Sequence[str] = METHODS) -> View:
    """Let everybody into a view, signed in or not; it must show no order and no member."""
    return _declare(Declared(frozenset(Role), tuple(methods)))(view)


def declared(view: Any) -> Declared | None:
    """What a view was declared with, or None: then the build fails (G-32)."""
    found = getattr(view, "declared_access", None)
    return found if isinstance(found, Declared) else None


def _declare(what: Declared) -> Callable[[View], View]:
    def decorate(view: View) -> View:
        @wraps(view)
        def let_in(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            acting = roles_of(request.user) & what.roles
            if not acting and not request.user.is_authenticated:
                return ask_to_sign_in(request)
            if not acting and Role.ANONYMOUS not in what.roles:
                raise PermissionDenied("no role that this page is for")
            if request.method not in what.methods:
                return HttpResponseNotAllowed(what.methods)
            _visit(request).acting = acting
            return view(request, *args, **kwargs)

        let_in.declared_access = what  # type: ignore[attr-defined]
        return let_in

    return decorate


def roles_of(user: Visitor) -> frozenset[Role]:
    """The roles that somebody holds (one query a request); {ANONYMOUS} when not signed in."""
    return standing_of(user).roles


def practices_of(request: HttpRequest) -> list[Practice]:
    """The practices that the person enters orders for, by name (R-041, R-043)."""
    keys = standing_of(request.user).practices_as(_acting(request) & ORDERING)
    return list(Practice.objects.filter(pk__in=keys).order_by("name"))


# --- Orders ---------------------------------------------------------------------------------------
def orders_of(request: HttpRequest) -> QuerySet[Order]:
    """The orders that the person may see in the roles that the view lets in; each list starts here.

    - practice staff and ordering physicians: all orders of their practices;
    - servicing-site staff: submitted orders to be given at their facility (R-044, R-368);
    - reviewers: submitted orders, which are in review or decided;
    - contact center agents: submitted orders, the drafts that the contact center enters, and urgent
      drafts that wait for a call (R-376, D-37);
    - administrators: none (minimum necessary).
    """
    return Order.objects.filter(_reach(standing_of(request.user), _acting(request)))


def order_for(request: HttpRequest, reference: str, *, why: str) -> Order:
    """The order with this tracking number, for reading; `why` goes to the audit trail.

    An agent reads for a caller, and the trail says so.  Raises Http404, alike for an order of somebody
    else and for one that does not exist.
    """
    return _open(request, orders_of(request), reference, why=CALLER if acts_for_callers(request) else why)


def draft_for(request: HttpRequest, reference: str, *, why: str = "order entry") -> Order:
    """The order that a person enters: for one of his own practices (R-043), as an agent for a caller.

    It may have been submitted since the page was shown: look at its status.  Raises Http404.
    """
    return own_order_for(request, reference, why=why)


def own_order_for(request: HttpRequest, reference: str, *, why: str) -> Order:
    """An order of one of his own practices, to be changed by somebody who orders there (R-043, R-095).

    A servicing site that only gives the treatment changes nothing.  Raises Http404.
    """
    reach = _reach(standing_of(request.user), _acting(request) & ORDERING)
    if _acting(request) & AGENTS:
        reach |= _TAKEN_UP
    return _open(request, Order.objects.filter(reach), reference, why=why)


def order_to_change(request: HttpRequest, reference: str, *, why: str) -> Order:
    """An order that the person may change after submission: his practice's, as an agent a caller's (R-376).

    It may be a draft of his practice.  A servicing site changes nothing.  Raises Http404.
    """
    reach = _reach(standing_of(request.user), _acting(request) & ORDERING)
    if _acting(request) & AGENTS:
        reach |= Q(submitted_at__isnull=False)
        why = CALLER if acts_for_callers(request) else why
    return _open(request, Order.objects.filter(reach), reference, why=why)


def urgent_draft_for(request: HttpRequest, reference: str) -> Order:
    """The urgent draft that waits for a call, for an agent to take up (D-37).  Raises Http404."""
    waiting = Order.objects.filter(_WAITING) if _acting(request) & AGENTS else Order.objects.none()
    return _open(request, waiting, reference, why=CALLER)


def is_agent(request: HttpRequest) -> bool:
    """Whether the person acts as an agent of the contact center here."""
    return bool(_acting(request) & AGENTS)


def acts_for_callers(request: HttpRequest) -> bool:
    """Whether the person acts as an agent here, and as nothing else: then all is read for a caller."""
    return is_agent(request) and _acting(request) <= AGENTS


def document_for(request: HttpRequest, reference: str, number: int) -> OrderDocument:
    """A document of an order, for its practice, for reviewers, and for agents, who take in faxes (R-102).

    Reading it is told apart from reading the order.  Raises Http404, alike for an order of somebody else.
    """
    reach = _reach(standing_of(request.user), _acting(request) & (ORDERING | REVIEWERS | AGENTS))
    order = _open(request, Order.objects.filter(reach), reference, why="document")
    document = order.documents.filter(number=number).first()
    if document is None:
        raise Http404("no such document")
    audit.record(
        AuditName.DOCUMENT_DOWNLOADED,
        actor=request.user,
        subject=f"order:{order.reference}",
        practice=order.practice_id,
        member=order.member_id or "",
        why="document",
        role=_role_words(_roles_towards(request, order)),
        document=document.number,
    )
    return document


def case_for(request: HttpRequest, reference: str, *, why: str = "review") -> Order:
    """The order that a reviewer opens: in review or decided, never a draft.  Raises Http404."""
    reach = _reach(standing_of(request.user), _acting(request) & REVIEWERS)
    return _open(request, Order.objects.filter(reach), reference, why=why)


def record_list(request: HttpRequest, orders: Iterable[Order], *, what: str, why: str) -> None:
    """Record that a list named the members of these orders: one event for the page (G-34).

    `what` names the list, e.g. "worklist".  An empty list leaves no event.
    """
    shown = list(orders)
    if not shown:
        return
    audit.record_read(
        actor=request.user,
        subject=f"list:{what}",
        why=why,
        role=_role_words(_acting(request)),
        orders=[order.reference for order in shown],
        members=sorted({order.member_id for order in shown if order.member_id}),
    )


#: What the contact center enters, or entered.
_TAKEN_UP = ~Q(channel=Order.Channel.PORTAL)
#: Urgent drafts that wait for a call (D-37).
_WAITING = Q(
    status=OrderStatus.DRAFT,
    pk__in=CallTask.objects.filter(kind=CallTask.Kind.URGENT_DRAFT, closed_at=None).values("order"),
)


def _reach(standing: Standing, acting: frozenset[Role]) -> Q:
    reach = Q(pk__in=[])
    if own := standing.practices_as(acting & ORDERING):
        reach |= Q(practice__in=own)
    if facilities := standing.practices_as(acting & SERVICING):
        reach |= Q(servicing_site__practice__in=facilities, submitted_at__isnull=False)
    if acting & REVIEWERS:
        reach |= Q(submitted_at__isnull=False)
    if acting & AGENTS:
        reach |= Q(submitted_at__isnull=False) | _TAKEN_UP | _WAITING
    return reach


def _open(request: HttpRequest, orders: QuerySet[Order], reference: str, *, why: str) -> Order:
    # PostgreSQL refuses to compare with a NUL, which an address may hold and no reference does.
    reference = reference.replace("\0", "")
    # One query finds or does not find: a foreign order takes no other path than a missing one.
    order = orders.select_related(*_BESIDE).filter(reference=reference).first()
    subject = f"order:{reference[:20]}"
    if order is None:
        audit.record(
            AuditName.READ_DENIED,
            actor=request.user,
            subject=subject,
            outcome="denied",
            why=why,
            role=_role_words(_acting(request)),
        )
        raise Http404("no such order")
    _record_once(request, order, subject, why=why)
    return order


def _record_once(request: HttpRequest, order: Order, subject: str, *, why: str) -> None:
    visit = _visit(request)
    if subject in visit.read:
        return
    visit.read.add(subject)
    audit.record_read(
        actor=request.user,
        subject=subject,
        member=order.member_id or "",
        why=why,
        practice=order.practice_id,
        role=_role_words(_roles_towards(request, order)),
    )


def _roles_towards(request: HttpRequest, order: Order) -> frozenset[Role]:
    """The roles in which the person reaches this very order; an agent's where there is none nearer."""
    standing, acting = standing_of(request.user), _acting(request)
    site = order.servicing_site
    nearer = frozenset(
        role
        for role in acting
        if role in REVIEWERS
        or (role in ORDERING and order.practice_id in standing.practices_as(frozenset({role})))
        or (role in SERVICING and site and site.practice_id in standing.practices_as(frozenset({role})))
    )
    return nearer or acting & AGENTS


# --- Members --------------------------------------------------------------------------------------
def search_members(request: HttpRequest, order: Order, plan: Plan, **criteria: Any) -> list[Member]:
    """Look for the member of a draft at a plan, by the criteria of `members.queries.find_members`.

    One audit event names the members that were found (R-057, G-34).
    """
    found = find_members(plan, **criteria)
    audit.record(
        AuditName.MEMBER_SEARCHED,
        actor=request.user,
        subject=f"order:{order.reference}",
        practice=order.practice_id,
        member=found[0].pk if len(found) == 1 else "",
        outcome="found" if found else "none",
        why="order entry",
        role=_role_words(_acting(request)),
        by=sorted(name for name, value in criteria.items() if value),
        members=[member.pk for member in found],
    )
    return found


def member_pass(order: Order, member: Member) -> str:
    """What a page carries in place of a member's key: good for this draft only, made by a search.

    A bare key would let anybody walk through all members by counting.  The form takes the passes of
    what the search finds now, and nothing else.
    """
    return Signer(salt=f"portal.access.member.{order.pk}").sign(str(member.pk))


# --- One request ----------------------------------------------------------------------------------
@dataclass
class _Visit:
    """What access remembers of one request: the roles acted in, and what was read already."""

    acting: frozenset[Role] = frozenset()
    read: set[str] = field(default_factory=set)


def _visit(request: HttpRequest) -> _Visit:
    visit: _Visit = vars(request).setdefault("_visit", _Visit())
    return visit


def _acting(request: HttpRequest) -> frozenset[Role]:
    return _visit(request).acting


def _role_words(roles: frozenset[Role]) -> str:
    return ",".join(sorted(roles))
