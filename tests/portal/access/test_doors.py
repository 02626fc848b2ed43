"""The doors of portal/access.py: who gets an order or a member, and what it leaves (D-63, G-31, G-34)."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpRequest
from django.test import RequestFactory

from members.models import Member, Practice
from notifications.models import AuditEvent
from orders.actions.drafting import start_order
from orders.models import Order
from portal import access
from portal.access import Role
from portal.models import PracticeRole, User
from portal.roles import Visitor
from tests.factories.members import MemberFactory
from tests.factories.people import at_practice


def visit(who: Visitor, *roles: Role) -> HttpRequest:
    """A request inside a view that lets these roles in (all unless told)."""
    seen: list[HttpRequest] = []

    @access.requires(*(roles or access.SIGNED_IN))
    def view(request: HttpRequest):
        seen.append(request)

    request = RequestFactory().get("/somewhere/")
    request.user = who
    view(request)
    return seen[0]


@pytest.fixture
def draft(practice: Practice, practice_user: User) -> Order:
    return start_order(practice, by=practice_user)


def reads() -> list[AuditEvent]:
    return list(AuditEvent.objects.filter(name__startswith="read.").order_by("pk"))


# --- Orders -------------------------------------------------------------------------------------------
def test_a_practice_opens_its_own_order_and_one_event_says_so(draft: Order, practice_user: User) -> None:
    request = visit(practice_user)
    assert access.order_for(request, draft.reference, why="order page") == draft
    assert access.draft_for(request, draft.reference) == draft
    [event] = reads()
    assert event.name == "read.order"
    assert event.subject == f"order:{draft.reference}"
    assert event.actor_id == practice_user.pk
    assert event.practice == str(draft.practice_id)
    assert event.details == {"why": "order page", "role": "practice_user"}


def test_each_request_leaves_its_own_event(draft: Order, practice_user: User) -> None:
    for _ in range(2):
        access.order_for(visit(practice_user), draft.reference, why="order page")
    assert len(reads()) == 2


def test_the_ordering_physician_opens_orders_of_the_practice(draft: Order, ordering_physician: User) -> None:
    assert access.draft_for(visit(ordering_physician), draft.reference) == draft
    assert reads()[0].details["role"] == "ordering_physician"


@pytest.mark.parametrize(
    "who",
    ["stranger", "servicing_site_user", "nurse", "physician_reviewer", "administrator"],
)
@pytest.mark.parametrize("door", [access.order_for, access.draft_for, access.case_for])
def test_a_draft_is_its_own_practices_alone(
    draft: Order, who: str, door, request: pytest.FixtureRequest
) -> None:
    """A draft is nobody else's: reviewers see what was submitted, administrators no order at all."""
    somebody: User = request.getfixturevalue(who)
    with pytest.raises(Http404):
        door(visit(somebody), draft.reference, why="test")
    [event] = reads()
    assert (event.name, event.outcome) == ("read.denied", "denied")
    assert event.subject == f"order:{draft.reference}"
    assert event.actor_id == somebody.pk
    assert event.member == ""


def test_a_foreign_and_a_missing_order_take_the_same_path(
    draft: Order, stranger: User, django_assert_num_queries
) -> None:
    """G-31: same queries, same refusal, so that neither text nor time tells them apart."""
    said = []
    for reference in (draft.reference, "T000000000"):
        request = visit(stranger)
        with django_assert_num_queries(2), pytest.raises(Http404) as refusal:  # the order, the event
            access.order_for(request, reference, why="order page")
        said.append(str(refusal.value))
    assert said[0] == said[1]


def test_what_was_typed_into_an_address_is_cut_before_it_is_kept(practice_user: User) -> None:
    with pytest.raises(Http404):
        access.order_for(visit(practice_user), "x" * 5000, why="order page")
    assert len(reads()[0].subject) <= 40


def test_a_nul_in_an_address_names_no_order(practice_user: User) -> None:
    with pytest.raises(Http404):
        access.order_for(visit(practice_user), "T00000000\0", why="order page")
    assert reads()[0].subject == "order:T00000000"


def test_a_view_for_reviewers_does_not_widen_what_a_practice_sees(
    practice_user: User, nurse: User, other_practice: Practice, stranger: User
) -> None:
    """A person of two roles acts in those that the view lets in, and in no other."""
    foreign = start_order(other_practice, by=stranger)
    at_practice("nora.nurse", PracticeRole.Kind.PRACTICE_USER, other_practice)
    both = User.objects.get(pk=nurse.pk)
    assert access.order_for(visit(both, *access.ORDERING), foreign.reference, why="x") == foreign
    with pytest.raises(Http404):
        access.order_for(visit(both, *access.REVIEWERS), foreign.reference, why="x")


def test_lists_begin_with_what_one_may_see(
    draft: Order, practice_user: User, stranger: User, nurse: User, administrator: User
) -> None:
    assert list(access.orders_of(visit(practice_user))) == [draft]
    for somebody in (stranger, nurse, administrator):
        assert not access.orders_of(visit(somebody)).exists()


def test_outside_a_view_nobody_sees_anything(draft: Order, practice_user: User) -> None:
    request = RequestFactory().get("/")
    request.user = practice_user
    assert not access.orders_of(request).exists()
    with pytest.raises(Http404):
        access.order_for(request, draft.reference, why="x")


def test_a_list_names_each_member_in_one_event(
    practice: Practice, practice_user: User, django_assert_num_queries
) -> None:
    members = [MemberFactory() for _ in range(3)]
    orders = [start_order(practice, by=practice_user) for _ in members]
    for order, member in zip(orders, members, strict=True):
        order.member = member
    request = visit(practice_user)
    with django_assert_num_queries(1):
        access.record_list(request, orders, what="worklist", why="my orders")
    [event] = reads()
    assert event.details["members"] == sorted(m.pk for m in members)
    assert event.details["orders"] == [o.reference for o in orders]
    access.record_list(request, [], what="worklist", why="my orders")
    assert len(reads()) == 1


# --- Roles ----------------------------------------------------------------------------------------------
def test_roles_are_read_once_a_request(practice_user: User, django_assert_num_queries) -> None:
    who = User.objects.get(pk=practice_user.pk)
    with django_assert_num_queries(1):
        assert access.roles_of(who) == {Role.PRACTICE_USER}
        assert access.roles_of(who) == {Role.PRACTICE_USER}
    assert access.roles_of(AnonymousUser()) == {Role.ANONYMOUS}


def test_a_person_orders_for_his_practices_only(
    practice: Practice, facility: Practice, practice_user: User, servicing_site_user: User, nurse: User
) -> None:
    """R-041, R-043: a servicing site is no practice to order for."""
    assert access.practices_of(visit(practice_user)) == [practice]
    assert access.practices_of(visit(servicing_site_user)) == []
    assert access.practices_of(visit(nurse)) == []


# --- Members ----------------------------------------------------------------------------------------------
@pytest.fixture
def member() -> Member:
    return MemberFactory(first_name="Ana", last_name="Rivera")


def test_a_search_is_recorded_with_whom_it_found(draft: Order, practice_user: User, member: Member) -> None:
    request = visit(practice_user)
    found = access.search_members(request, draft, member.plan, member_number=member.member_number)
    assert found == [member]
    event = AuditEvent.objects.get(name="member.searched")
    assert (event.outcome, event.member) == ("found", str(member.pk))
    assert event.details["members"] == [member.pk]
    assert event.details["by"] == ["member_number"]
    assert "Rivera" not in str(event.details)
    assert access.search_members(request, draft, member.plan, member_number="ZMI000000000") == []
    assert AuditEvent.objects.filter(name="member.searched", outcome="none").exists()


def test_a_pass_is_of_one_draft_and_one_member_and_cannot_be_guessed(
    draft: Order, practice: Practice, practice_user: User, member: Member
) -> None:
    """Nobody walks through the members by counting; test_leaks.py tries it on the page."""
    elsewhere = start_order(practice, by=practice_user)
    passes = [
        access.member_pass(draft, member),
        access.member_pass(draft, MemberFactory()),
        access.member_pass(elsewhere, member),
    ]
    assert len(set(passes)) == 3
    assert len({signed.partition(":")[2] for signed in passes}) == 3
    assert access.member_pass(draft, member) == passes[0]
    assert str(member.pk) not in passes
