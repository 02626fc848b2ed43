"""What a request needs around it: people, a member, a provider, earlier orders.  All of it is rolled back.

Until then it stands beside what the portal holds, so that its numbers and names are none of theirs.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q

from members.keys import name_key, search_key
from members.models import (
    Affiliation,
    Coverage,
    Member,
    Participation,
    Plan,
    Practice,
    ProgramTerms,
    Provider,
    Site,
)
from members.npi import check_digit
from members.states import STATE_NAMES
from orders.models import ClinicalSnapshot, DrugLine, Order, SCodeGrant
from orders.rules import ids
from orders.rules.states import WITH_ORDER_ID, Disposition, DrugStatus, OrderStatus
from orders.steps import Answers
from pathways.criteria.terms import RADIATION_TECHNIQUES
from pathways.models import RegimenEntry, Release
from portal.evaluate.drugs import DRUG
from portal.evaluate.reading import Invalid, Node, shown
from portal.evaluate.request import NETWORKS, SOLUTIONS, CaseRequest, check_range
from portal.models import PracticeRole, StaffRole, User

#: Case statuses as the file names them.
DISPOSITIONS: dict[str, Disposition] = {
    "In Progress": Disposition.IN_PROGRESS,
    "Completed": Disposition.COMPLETED,
    "Authorized": Disposition.AUTHORIZED,
    "Non-Authorized": Disposition.NON_AUTHORIZED,
    "Multiple Decisions Rendered": Disposition.MULTIPLE_DECISIONS,
    "Review Cancelled": Disposition.REVIEW_CANCELLED,
    "Voluntarily Cancelled": Disposition.VOLUNTARILY_CANCELLED,
}
#: Where the file says nothing of when coverage began.
LONG_AGO = date(1990, 1, 1)
#: Members were born, and their coverage began, before the days that cases play on.
FIRST_BIRTH = date(1900, 1, 1)


@dataclass(frozen=True)
class People:
    """Who acts: the office, a nurse, a physician reviewer."""

    office: User
    nurse: User
    physician: User
    practice: Practice

    @classmethod
    def create(cls) -> People:
        """Accounts that nobody can sign in with, and the practice they order for."""
        mark = _mark()
        practice = Practice.objects.create(code=mark, name="Evaluated practice", kind="practice")
        office, nurse, physician = (
            User.objects.create_user(f"{mark}-{name}", f"{name}@evaluate.invalid")
            for name in ("office", "nurse", "physician")
        )
        PracticeRole.objects.create(user=office, practice=practice, kind=PracticeRole.Kind.PRACTICE_USER)
        StaffRole.objects.create(user=nurse, kind=StaffRole.Kind.NURSE)
        StaffRole.objects.create(user=physician, kind=StaffRole.Kind.PHYSICIAN_REVIEWER)
        return cls(office=office, nurse=nurse, physician=physician, practice=practice)


class World:
    """The member, the provider and the earlier orders of one request; `numbers` has our order numbers."""

    def __init__(self, request: CaseRequest, people: People) -> None:
        self.request, self.people = request, people
        self.plan = Plan.objects.get(slug=request.plan)
        self.member = self._member(request.node.node("member"))
        self.provider, self.site = self._provider(request.node.node("ordering_provider"))
        self.numbers: dict[str, str] = {}
        for node in request.node.nodes("prior_orders"):
            self._earlier_order(node)

    def member_answers(self) -> Answers:
        """The answers of the member step."""
        return {"member": self.member.pk, "start_on": self.request.start_on.isoformat()}

    def provider_answers(self) -> Answers:
        """The answers of the provider step."""
        return {
            "ordering_provider": self.provider.pk,
            "ordering_site": self.site.pk,
            "servicing_site": self.site.pk,
            "p2p_phone": "617-555-0110",
        }

    def _member(self, node: Node) -> Member:
        request = self.request.node
        start_on, birth_date = self.request.start_on, node.day("dob", first=FIRST_BIRTH)
        if birth_date > start_on:
            raise Invalid(node.at("dob"), f"lies after the start date {start_on}")
        node.text("id", "", most=20)
        number = _mark()  # not that of the file, which may be one of the plan's members
        member = Member.objects.create(
            plan=self.plan,
            member_number=number,
            number_key=number,
            first_name="Evaluated",
            last_name="Member",
            name_key=name_key("Evaluated", "Member"),
            birth_date=birth_date,
            sex=node.text("sex", Member.Sex.FEMALE, among=dict(Member.Sex.choices)),
            state=_state(node, "state"),
        )
        Coverage.objects.create(
            member=member,
            line_of_business=request.text("lob", most=20),
            group_number=request.text("group", "", most=20),
            starts_on=node.day("coverage_effective", LONG_AGO, first=FIRST_BIRTH),
            pcp_state=_state(node, "pcp_state"),
            pbm_name=node.text("pbm", "", most=60),
        )
        return member

    def _provider(self, node: Node) -> tuple[Provider, Site]:
        state = _state(node, "state")
        digits = f"29{secrets.randbelow(10_000_000):07}"
        provider = Provider.objects.create(
            npi=digits + check_digit(digits),
            first_name="Evaluated",
            last_name="Provider",
            name_key=name_key("Evaluated", "Provider"),
            prescriber_type=Provider.PrescriberType.PHYSICIAN,
            taxonomy="207RX0202X",
            specialty="Medical Oncology",
            state=state,
        )
        Affiliation.objects.create(provider=provider, practice=self.people.practice)
        Participation.objects.create(
            provider=provider,
            plan=self.plan,
            network=node.text("network", among=NETWORKS),
            starts_on=LONG_AGO,
        )
        site = Site.objects.create(
            code=_mark(),
            practice=self.people.practice,
            name="Evaluated site",
            kind=Site.Kind.OFFICE,
            street="1 Main Street",
            city="Boston",
            state=state,
            zip="02110",
            search_key=search_key("Evaluated site", "Boston", state),
        )
        return provider, site

    # --- Earlier orders -------------------------------------------------------------------------------
    def _earlier_order(self, node: Node) -> None:
        """An order as history has it: what later orders ask about is real, its dosing is a stand-in."""
        order = self._order(node)
        self.numbers[node.text("order_id")] = order.order_id or order.reference
        ClinicalSnapshot.objects.create(
            order=order,
            answers={},
            facts={"regimen_id": node.text("regimen_row", None), **_course(node)},
            facts_hash="",
            eligibility={},
            taken_at=order.created_at,
        )
        drugs = [(name, "therapeutic") for name in node.texts("therapeutic_drugs", most=DRUG)]
        drugs += [(name, "supportive") for name in node.texts("supportive_drugs", most=DRUG)]
        DrugLine.objects.bulk_create(
            DrugLine(
                order=order,
                number=place,
                role=role,
                drug=drug,
                dose=1,
                dose_unit="mg",
                days="1",
                cycle_length_days=1,
                cycles="1",
                status=DrugStatus.NOT_REQUIRED,
            )
            for place, (drug, role) in enumerate(drugs, start=1)
        )
        SCodeGrant.objects.create(
            order=order,
            s0353=1 if order.pathway_eligible else 0,
            regimen_key=node.text("regimen_key", "") or _key_of(node.text("regimen_row", None)),
            granted_at=order.created_at,
        )

    def _order(self, node: Node) -> Order:
        disposition = DISPOSITIONS[node.text("status", among=DISPOSITIONS)]
        pends, has_id = disposition is Disposition.IN_PROGRESS, disposition in WITH_ORDER_ID
        start_on, planned_end_on = node.day("start_date"), node.day("planned_end")
        check_range(node, start_on, planned_end_on)
        before = self.request.received_at - timedelta(days=1)
        number = _order_number()
        return Order.objects.create(
            reference=f"T{number}",
            practice=self.people.practice,
            status=OrderStatus.NURSE_REVIEW if pends else OrderStatus.DETERMINED,
            disposition=disposition,
            created_at=before,
            created_by=self.people.office,
            updated_at=before,
            solution=_solution(node),
            plan=self.plan,
            member=self.member,
            ordering_provider=self.provider,
            ordering_site=self.site,
            start_on=start_on,
            planned_end_on=planned_end_on,
            received_at=before,
            submitted_at=before,
            submitted_by=self.people.office,
            terms=ProgramTerms.objects.filter(program__plan=self.plan).first(),
            pathway_release=Release.objects.filter(kind=Release.Kind.PATHWAYS).first(),
            policy_release=Release.objects.filter(kind=Release.Kind.POLICY).first(),
            decided_at=None if pends else before,
            order_id=number if has_id else None,
            valid_from=start_on if has_id else None,
            valid_to=planned_end_on if has_id else None,
            pathway_eligible=node.flag("pathway_eligible", None),
        )


def _mark() -> str:
    """A name that neither the portal has nor another run at the same time."""
    return f"EVALUATE{secrets.token_hex(6).upper()}"


def _order_number() -> str:
    """Nine digits that no order has, be it as Order ID or as tracking number."""
    while True:
        number = ids.order_id(secrets.SystemRandom())
        if not Order.objects.filter(Q(order_id=number) | Q(reference=f"T{number}")).exists():
            return number


def _solution(node: Node) -> str:
    """What an earlier order was for; drugs, where it does not say."""
    return SOLUTIONS[node.text("programme", "medical_oncology", among=SOLUTIONS)]


def _course(node: Node) -> dict[str, str]:
    """The facts of an earlier radiation order that a later one is compared with."""
    if _solution(node) != "radiation_oncology":
        return {}
    course = node.node("rt")
    return {
        "radiation_site": course.text("site", most=DRUG),
        "radiation_technique": course.text("technique", among=RADIATION_TECHNIQUES),
    }


def _key_of(row: str | None) -> str:
    """The regimen key of a row, of whatever release; empty where there is none."""
    found = RegimenEntry.objects.filter(regimen_id=row or "").first()
    return str(found.content["regimen_key"]) if found else ""


def _state(node: Node, key: str) -> str:
    found: str = node.text(key, "")
    if found and found not in STATE_NAMES:
        raise Invalid(node.at(key), f"expected a state by its two letters, found {shown(found)}")
    return found
