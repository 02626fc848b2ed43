"""The people of the tests as fixtures; each one's name says what he is."""

from __future__ import annotations

import pytest

from members.models import Practice
from portal.models import PracticeRole, StaffRole, User
from tests.factories import people

Kind = PracticeRole.Kind


@pytest.fixture
def practice(db: None) -> Practice:
    return people.practice(people.OWN)


@pytest.fixture
def other_practice(db: None) -> Practice:
    return people.practice(people.OTHER)


@pytest.fixture
def facility(db: None) -> Practice:
    return people.practice(people.FACILITY)


@pytest.fixture
def practice_user(practice: Practice) -> User:
    return people.at_practice("pat.clerk", Kind.PRACTICE_USER, practice, first_name="Pat", last_name="Clerk")


@pytest.fixture
def ordering_physician(practice: Practice) -> User:
    return people.at_practice(
        "dr.okafor", Kind.ORDERING_PHYSICIAN, practice, first_name="Jordan", last_name="Okafor"
    )


@pytest.fixture
def servicing_site_user(facility: Practice) -> User:
    return people.at_practice(
        "sam.infusion", Kind.SERVICING_SITE_USER, facility, first_name="Sam", last_name="Site"
    )


@pytest.fixture
def stranger(other_practice: Practice) -> User:
    """Practice staff of another practice."""
    return people.at_practice(
        "stranger", Kind.PRACTICE_USER, other_practice, first_name="Alex", last_name="Stranger"
    )


@pytest.fixture
def nurse(db: None) -> User:
    return people.on_staff("nora.nurse", StaffRole.Kind.NURSE, first_name="Nora", last_name="Nurse")


@pytest.fixture
def other_nurse(db: None) -> User:
    return people.on_staff("noel.nurse", StaffRole.Kind.NURSE, first_name="Noel", last_name="Nurse")


@pytest.fixture
def physician_reviewer(db: None) -> User:
    return people.on_staff(
        "dr.reviewer", StaffRole.Kind.PHYSICIAN_REVIEWER, first_name="Rae", last_name="Viewer"
    )


@pytest.fixture
def administrator(db: None) -> User:
    return people.on_staff("ada.admin", StaffRole.Kind.ADMINISTRATOR, first_name="Ada", last_name="Min")


@pytest.fixture
def contact_center_agent(db: None) -> User:
    return people.on_staff(
        "casey.agent", StaffRole.Kind.CONTACT_CENTER_AGENT, first_name="Casey", last_name="Agent"
    )
