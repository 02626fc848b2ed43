"""People who sign in, by name: two of everybody, so that each test can have the wrong one too."""

from __future__ import annotations

from django.test import Client

from members.models import Affiliation, Practice, Provider, Site
from portal.models import PracticeRole, StaffRole, User

PASSWORD = "a long enough phrase for tests"

OWN, OTHER, FACILITY, OTHER_FACILITY = "OWN", "OTHER", "FACILITY", "OTHERFAC"
NAMES = {
    OWN: "Harbor Oncology",
    OTHER: "Summit Cancer Care",
    FACILITY: "Harbor Infusion Center",
    OTHER_FACILITY: "Summit Infusion Center",
}


def user(username: str, **names: str) -> User:
    """Somebody who can sign in with PASSWORD, or the one who is there already."""
    found = User.objects.filter(username=username).first()
    return found or User.objects.create_user(
        username, email=f"{username}@example.test", password=PASSWORD, **names
    )


def practice(code: str = OWN) -> Practice:
    """A practice (or facility) with one site."""
    is_facility = code in {FACILITY, OTHER_FACILITY}
    made, _ = Practice.objects.get_or_create(
        code=code, defaults={"name": NAMES.get(code, code), "kind": "facility" if is_facility else "practice"}
    )
    Site.objects.get_or_create(
        code=f"{code}-1",
        defaults={
            "practice": made,
            "name": made.name,
            "kind": "infusion" if is_facility else "office",
            "street": "1 Main Street",
            "city": "Boston",
            "state": "MA",
            "zip": "02110",
            "phone": "617-555-0100",
            "search_key": f"{made.name} BOSTON".upper(),
        },
    )
    return made


def provider(npi: str, last_name: str, at: Practice) -> Provider:
    """A physician who orders at a practice."""
    made, _ = Provider.objects.get_or_create(
        npi=npi,
        defaults={
            "first_name": "Jordan",
            "last_name": last_name,
            "name_key": f"{last_name.upper()}|JORDAN",
            "prescriber_type": "physician",
            "taxonomy": "207RH0003X",
            "specialty": "Hematology & Oncology",
            "state": "MA",
        },
    )
    Affiliation.objects.get_or_create(provider=made, practice=at)
    return made


def at_practice(username: str, kind: PracticeRole.Kind, where: Practice, **names: str) -> User:
    """Somebody with a role at a practice or facility."""
    made = user(username, **names)
    who = (
        provider("1467560003" if where.code == OWN else "1184722779", made.last_name or "Okafor", where)
        if kind == PracticeRole.Kind.ORDERING_PHYSICIAN
        else None
    )
    PracticeRole.objects.get_or_create(user=made, practice=where, kind=kind, defaults={"provider": who})
    return made


def on_staff(username: str, kind: StaffRole.Kind, **names: str) -> User:
    """Somebody of the administrator's own staff."""
    made = user(username, **names)
    StaffRole.objects.get_or_create(user=made, kind=kind)
    return made


def signed_in(who: User) -> Client:
    """A browser in which this person is signed in."""
    client = Client()
    client.force_login(who)
    return client
