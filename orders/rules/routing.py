"""Who reviews each drug, and what the practice is told about it (DR-04; R-220 to R-228, R-439 to R-445)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from orders.rules.states import DrugStatus
from orders.rules.terms import Contact, Terms


class Manager(StrEnum):
    """Who manages a drug for a plan and line of business."""

    AIM = "aim"
    NONE = "none"
    HEALTH_PLAN = "health_plan"
    PBM = "pbm"
    OTHER_ENTITY = "other_entity"


class ContactKey(StrEnum):
    """What a practice may need somebody for; `Terms.contacts` says whom, per program."""

    HEALTH_PLAN = "health_plan"
    PBM = "pbm"
    OTHER_ENTITY = "other_entity"
    NON_ONCOLOGY = "non_oncology"
    DIAGNOSIS_NOT_LISTED = "diagnosis_not_listed"
    RETRO = "retro"
    PEDIATRIC = "pediatric"


@dataclass(frozen=True, slots=True)
class Message:
    """What is said of a drug line; a referral names entity, reason and contact (R-443)."""

    code: str
    entity: str
    reason: str
    contact: str
    contact_key: str

    @property
    def sentence(self) -> str:
        """The parts in one text."""
        return f"{self.reason} {self.contact}".strip()


#: Who a drug is referred to: its status, message code, contact and reason.
_REFERRALS: dict[Manager, tuple[DrugStatus, str, ContactKey, str]] = {
    Manager.HEALTH_PLAN: (
        DrugStatus.REFER_HEALTH_PLAN,
        "REFER_TO_HEALTH_PLAN",
        ContactKey.HEALTH_PLAN,
        "{entity} reviews this drug itself; ask there before treatment.",
    ),
    Manager.PBM: (
        DrugStatus.REFER_PBM,
        "REFER_TO_PBM",
        ContactKey.PBM,
        "This drug falls under the pharmacy benefit, which {administrator} does not review.",
    ),
    Manager.OTHER_ENTITY: (
        DrugStatus.OTHER_IMPACT,
        "OTHER_ENTITY",
        ContactKey.OTHER_ENTITY,
        "Another entity reviews this drug for {entity}; ask there before treatment.",
    ),
}


def is_reviewed(manager: Manager, role: str) -> bool:
    """Does the administrator review this line?  Never an investigational drug (DR-04, D-55)."""
    return manager is Manager.AIM and role != "investigational"


def route(
    manager: Manager, role: str, terms: Terms, *, pbm_name: str = ""
) -> tuple[DrugStatus, Message | None]:
    """Status and message of a line at intake; a reviewed one waits for its decision, without message.

    `pbm_name` is the member's own pharmacy benefit manager, where the plan has sent it (R-225).
    """
    if role == "investigational":
        reason = "Drugs under investigation are not reviewed and not paid by the plan."
        return DrugStatus.NOT_REQUIRED, Message("INVESTIGATIONAL_NOT_REVIEWED", "", reason, "", "")
    if manager is Manager.AIM:
        return DrugStatus.IN_PROGRESS, None
    if manager is Manager.NONE:
        reason = f"{terms.administrator} does not review this drug in the {terms.program_name}."
        return DrugStatus.NOT_REQUIRED, Message("NOT_REVIEWED_BY_ADMINISTRATOR", "", reason, "", "")
    status, code, key, reason = _REFERRALS[manager]
    contact = terms.contact(key)
    if manager is Manager.PBM and pbm_name:
        contact = Contact(name=pbm_name, text=f"The member's pharmacy benefit manager is {pbm_name}.")
    reason = reason.format(entity=contact.name, administrator=terms.administrator)
    return status, Message(code, contact.name, reason, contact.text, key)


def outside_program(terms: Terms) -> Message:
    """What is said of every drug of a minor's order in a program for adults (DR-22, R-447)."""
    contact = terms.contact(ContactKey.PEDIATRIC)
    reason = f"The {terms.program_name} is for members aged {terms.adult_age} and older."
    return Message("ADULT_PROGRAM_ONLY", contact.name, reason, contact.text, ContactKey.PEDIATRIC)
