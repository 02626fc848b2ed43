"""Who somebody is to the portal: the roles that he holds, and at which practices (R-045)."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from django.contrib.auth.models import AnonymousUser
from django.db.models import BigIntegerField, Value

from portal.models import PracticeRole, StaffRole, User

Visitor = User | AnonymousUser


class Role(StrEnum):
    """What a view lets in.  The values are the kinds of `PracticeRole` and `StaffRole`."""

    PRACTICE_USER = "practice_user"
    ORDERING_PHYSICIAN = "ordering_physician"
    SERVICING_SITE_USER = "servicing_site_user"
    NURSE = "nurse"
    PHYSICIAN_REVIEWER = "physician_reviewer"
    ADMINISTRATOR = "administrator"
    CONTACT_CENTER_AGENT = "contact_center_agent"
    ANONYMOUS = "anonymous"


ROLE_LABEL: dict[Role, str] = {
    Role.PRACTICE_USER: "Practice staff",
    Role.ORDERING_PHYSICIAN: "Ordering physician",
    Role.SERVICING_SITE_USER: "Servicing site staff",
    Role.NURSE: "Nurse reviewer",
    Role.PHYSICIAN_REVIEWER: "Physician reviewer",
    Role.ADMINISTRATOR: "Administrator",
    Role.CONTACT_CENTER_AGENT: "Contact center agent",
    Role.ANONYMOUS: "Not signed in",
}

#: Only ordering clinicians and their staff enter orders (R-043).
ORDERING: frozenset[Role] = frozenset({Role.PRACTICE_USER, Role.ORDERING_PHYSICIAN})
#: They enter orders for practices that call, fax or write, and tell the outcome (R-376).
AGENTS: frozenset[Role] = frozenset({Role.CONTACT_CENTER_AGENT})
#: Who fills in the steps of an order: for one's own practice, or for a caller.
ENTERING: frozenset[Role] = ORDERING | AGENTS
#: They verify that an authorization exists before the service, and change nothing (R-044).
SERVICING: frozenset[Role] = frozenset({Role.SERVICING_SITE_USER})
REVIEWERS: frozenset[Role] = frozenset({Role.NURSE, Role.PHYSICIAN_REVIEWER})
SIGNED_IN: frozenset[Role] = frozenset(Role) - {Role.ANONYMOUS}


@dataclass(frozen=True)
class Standing:
    """A person's roles, and for the roles of a practice the practices (primary keys) held at."""

    roles: frozenset[Role]
    practices: dict[Role, frozenset[int]] = field(default_factory=dict)

    def practices_as(self, roles: frozenset[Role]) -> frozenset[int]:
        """The practices at which the person holds any of these roles."""
        return frozenset().union(*(self.practices.get(role, frozenset()) for role in roles))

    @property
    def label(self) -> str:
        """The roles in words, in the order of `Role`."""
        return ", ".join(ROLE_LABEL[role] for role in Role if role in self.roles)


NOBODY = Standing(roles=frozenset({Role.ANONYMOUS}))


def standing_of(user: Visitor) -> Standing:
    """Read a person's roles: one query, kept on the user, who is read anew for each request.

    A role that is taken away is therefore gone with the next request, in every open session (G-39).
    """
    if not isinstance(user, User):
        return NOBODY
    kept: Standing | None = getattr(user, "_standing", None)
    if kept is None:
        kept = _read_standing(user)
        setattr(user, "_standing", kept)  # noqa: B010 - the model need not know of it
    return kept


def _read_standing(user: User) -> Standing:
    staff = StaffRole.objects.filter(user_id=user.pk).values_list(
        "kind", Value(None, output_field=BigIntegerField())
    )
    rows = (
        PracticeRole.objects.filter(user_id=user.pk).values_list("kind", "practice_id").union(staff, all=True)
    )
    practices: dict[Role, set[int]] = {}
    roles = set()
    for kind, practice in rows:
        role = Role(kind)
        roles.add(role)
        if practice is not None:
            practices.setdefault(role, set()).add(practice)
    return Standing(
        roles=frozenset(roles), practices={role: frozenset(keys) for role, keys in practices.items()}
    )
