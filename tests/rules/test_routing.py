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
    ("manager", "status", "code", "entity"),
    [
        ("none", "not_required", "NOT_REVIEWED_BY_ADMINISTRATOR", ""),
        ("health_plan", "refer_health_plan", "REFER_TO_HEALTH_PLAN", "Blue Cross"),
        ("pbm", "refer_pbm", "REFER_TO_PBM", "Express Scripts"),
        ("other_entity", "other_impact", "OTHER_ENTITY", "Blue Cross"),
    ],
)
def test_a_drug_nobody_here_reviews_has_its_status_and_message_at_once_dr_04(manager, status, code, entity):
    found, message = route(Manager(manager), "therapeutic", TERMS)
    assert (found, message.code, message.entity) == (status, code, entity)
    assert not is_reviewed(Manager(manager), "therapeutic")


@pytest.mark.parametrize("manager", ["health_plan", "pbm", "other_entity"])
def test_a_referral_has_entity_reason_and_contact_r_443(manager):
    _, message = route(Manager(manager), "supportive", TERMS)
    assert message.entity
    assert message.reason
    assert message.contact
    assert message.sentence == f"{message.reason} {message.contact}"


def test_the_member_s_own_pharmacy_benefit_manager_is_named_r_225():
    _, message = route(Manager.PBM, "therapeutic", TERMS, pbm_name="OptumRx")
    assert message.entity == "OptumRx"
    assert "OptumRx" in message.sentence
    assert "Express Scripts" not in message.sentence


@pytest.mark.parametrize("role", ["therapeutic", "supportive"])
def test_a_reviewed_drug_waits_without_a_message_r_229(role):
    assert route(Manager.AIM, role, TERMS) == ("in_progress", None)
    assert is_reviewed(Manager.AIM, role)


@pytest.mark.parametrize("manager", list(Manager))
def test_an_investigational_drug_is_never_reviewed_d_55(manager):
    status, message = route(manager, "investigational", TERMS)
    assert (status, message.code) == ("not_required", "INVESTIGATIONAL_NOT_REVIEWED")
    assert not is_reviewed(manager, "investigational")


def test_a_program_that_names_nobody_points_to_the_plan():
    bare = replace(TERMS, contacts={})
    _, message = route(Manager.PBM, "therapeutic", bare)
    assert message.entity == "the health plan"
    assert "health plan" in message.contact


def test_a_minor_in_a_program_for_adults_is_told_why_dr_22():
    message = outside_program(BCBSNC)
    assert message.code == "ADULT_PROGRAM_ONLY"
    assert "18 and older" in message.reason
