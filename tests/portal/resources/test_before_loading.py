"""Resources of a portal that holds no content yet."""

from __future__ import annotations

import pytest
from django.test import Client

from members.clock import plan_today
from portal.resources.checklist import site_parts
from tests.factories.people import signed_in
from tests.portal.resources.test_codes import text

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(administrator) -> Client:
    return signed_in(administrator)


def test_before_policies_are_loaded_the_general_part_of_the_checklist_stands_alone(office: Client) -> None:
    assert site_parts(plan_today()) == ()
    shown = text(office.get("/resources/radiation-checklist/"))
    assert "For every radiation order" in shown
    assert "What the policy of the site asks besides" not in shown


def test_before_programs_are_loaded_guide_and_lookup_have_no_plan(office: Client) -> None:
    assert "No program is loaded" in text(office.get("/resources/billing-guide/"))
    assert office.get("/resources/radiation-codes/").status_code == 200
