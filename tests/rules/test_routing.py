"""Who reviews a drug, and what is said about it (DR-04, D-55; R-220 to R-228, R-439 to R-445)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from orders.rules.routing import Manager, is_reviewed, outside_program, route
from orders.rules.terms import Contact
from tests.rules.programs import BCBSMA_COMMERCIAL, BCBSNC

TERMS = replace(
    BCBSMA_COMMERCIAL,
    contacts={
        "health_plan": Contact(name="Blue Cross", text="Call Blue Cross at 800-555-0101."),
        "pbm": Contact(name="Express Scripts", text="Check the member's coverage."),
    },
)


@pytest.mark.parametrize(
    ("row", "manager", "status", "code", "entity"),
    [
        ("R-220", "none", "not_required", "NOT_REVIEWED_BY_ADMINISTRATOR", ""),
        ("R-224", "health_plan", "refer_health_plan", "REFER_TO_HEALTH_PLAN", "Blue Cross"),
        ("R-225", "pbm", "refer_pbm", "REFER_TO_PBM", "Express Scripts"),
        ("R-223", "other_entity", "other_impact", "OTHER_ENTITY", "Blue Cross"),
    ],
)
def test_a_drug_nobody_here_reviews_has_its_status_and_message_at_once_dr_04(
    row, manager, status, code, entity
):
    found, message = route(Manager(manager), "therapeutic", TERMS)
    assert (found, message.code, message.entity) == (status, code, entity), row
    assert message.contact == (TERMS.contact(manager).text if entity else "")
    assert not is_reviewed(Manager(manager), "therapeutic")


BLUE_CROSS, EXPRESS_SCRIPTS = "Call Blue Cross at 800-555-0101.", "Check the member's coverage."


@pytest.mark.parametrize(
    ("manager", "reason", "contact"),
    [
        ("health_plan", "Blue Cross reviews this drug itself; ask there before treatment.", BLUE_CROSS),
        (
            "pbm",
            "This drug falls under the pharmacy benefit, which AIM does not review.",
            EXPRESS_SCRIPTS,
        ),
        (
            "other_entity",
            "Another entity reviews this drug for Blue Cross; ask there before treatment.",
            BLUE_CROSS,
        ),
    ],
)
def test_a_referral_has_entity_reason_and_contact_r_165_r_443(manager, reason, contact):
    _, message = route(Manager(manager), "supportive", TERMS)
    assert (message.reason, message.contact, message.contact_key) == (reason, contact, manager)
    assert message.sentence == f"{reason} {contact}"


@pytest.mark.parametrize(
    ("manager", "role", "reason"),
    [
        (
            Manager.NONE,
            "therapeutic",
            "AIM does not review this drug in the Quality Cancer Care Program.",
        ),
        (
            Manager.AIM,
            "investigational",
            "Drugs under investigation are not reviewed and not paid by the plan.",
        ),
    ],
)
def test_where_nobody_reviews_there_is_nobody_to_turn_to(manager, role, reason):
    _, message = route(manager, role, TERMS)
    assert (message.entity, message.contact, message.contact_key) == ("", "", "")
    assert message.sentence == message.reason == reason


def test_the_member_s_own_pharmacy_benefit_manager_is_named_r_225():
    _, message = route(Manager.PBM, "therapeutic", TERMS, pbm_name="OptumRx")
    assert message.entity == "OptumRx"
    assert message.contact == "The member's pharmacy benefit manager is OptumRx."
    assert "Express Scripts" not in message.sentence
    _, message = route(Manager.HEALTH_PLAN, "therapeutic", TERMS, pbm_name="OptumRx")
    assert message.entity == "Blue Cross"


@pytest.mark.parametrize("role", ["therapeutic", "supportive"])
def test_a_reviewed_drug_waits_without_a_message_r_229(role):
    assert route(Manager.AIM, role, TERMS) == ("in_progress", None)
    assert is_reviewed(Manager.AIM, role)


@pytest.mark.parametrize("manager", list(Manager))
def test_an_investigational_drug_is_never_reviewed_r_166_d_55(manager):
    status, message = route(manager, "investigational", TERMS)
    assert (status, message.code) == ("not_required", "INVESTIGATIONAL_NOT_REVIEWED")
    assert not is_reviewed(manager, "investigational")


def test_without_the_member_s_own_the_coverage_is_to_be_checked_r_441():
    _, message = route(Manager.PBM, "therapeutic", TERMS)
    assert "Check the member's coverage." in message.sentence


def test_a_program_that_names_nobody_points_to_the_plan():
    bare = replace(TERMS, contacts={})
    _, message = route(Manager.PBM, "therapeutic", bare)
    assert message.entity == "the health plan"
    assert message.contact == "Contact the member's health plan."


def test_a_minor_in_a_program_for_adults_is_told_why_dr_22():
    pediatric = Contact(name="Children's desk", text="Call the children's desk.")
    message = outside_program(replace(BCBSNC, contacts={"pediatric": pediatric}))
    assert (message.code, message.contact_key) == ("ADULT_PROGRAM_ONLY", "pediatric")
    assert message.reason == "The Medical Oncology Program is for members aged 18 and older."
    assert (message.entity, message.contact) == ("Children's desk", "Call the children's desk.")
