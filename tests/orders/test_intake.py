"""Nothing that the form checked is taken over unasked at submission: the one way in fails closed."""

from __future__ import annotations

from datetime import timedelta

import pytest

from members.models import Affiliation, Provider, Site
from orders.actions.drafting import save_step
from orders.actions.submission import SubmissionRefused, submit_order
from orders.models import DrugLine, Evaluation, Order
from orders.rules.refusals import MayNotOrder
from orders.rules.states import OrderStatus
from orders.steps import STEPS, state_of
from pathways import content
from pathways.models import DrugProduct, LoadedFile
from tests.factories import orders

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shipped")]


def _with(step: str, **changes: object) -> Order:
    """A draft with other answers in one step, and each later step looked at again."""
    order = orders.draft()
    answers = state_of(order).answers
    answers[step] = {**(answers[step] or {}), **changes}
    for saved in STEPS:
        if row := order.answers.filter(step=saved.key).first():
            save_step(
                order,
                saved.key,
                raw={},
                clean=answers[saved.key],
                revision=row.revision,
                by=orders.person("practice"),
            )
    return order


def _refusals(order: Order, *, form_rules: bool = True) -> dict[str, str]:
    """The step of each reason, by code; nothing is written."""
    with pytest.raises(SubmissionRefused) as refused:
        submit_order(
            order, by=orders.person("practice"), idempotency_key="the-only-key", form_rules=form_rules
        )
    order.refresh_from_db()
    assert order.status == OrderStatus.DRAFT
    assert not Evaluation.objects.filter(order=order).exists()
    assert not DrugLine.objects.filter(order=order).exists()
    assert all(problem.sentence.endswith(".") for problem in refused.value.problems)
    return {problem.code: problem.step for problem in refused.value.problems}


def test_the_draft_of_the_tests_below_is_submitted_when_nothing_is_wrong():
    order = submit_order(_with("dates"), by=orders.person("practice"), idempotency_key="the-only-key")
    assert order.status == OrderStatus.DETERMINED


# --- What the form alone checks -------------------------------------------------------------------
def test_r074_a_provider_who_has_left_the_practice_since_orders_no_more():
    order = orders.draft()
    Affiliation.objects.filter(provider=order.ordering_provider).update(
        ends_on=orders.today() - timedelta(days=1)
    )
    assert _refusals(order) == {"PROVIDER_MAY_NOT_ORDER": "providers"}


def test_r070_a_provider_of_a_type_that_may_not_order_orders_no_more():
    order = orders.draft()
    Provider.objects.filter(pk=order.ordering_provider_id).update(prescriber_type="other")
    assert _refusals(order) == {"PROVIDER_MAY_NOT_ORDER": "providers"}


def test_r070_a_provider_of_another_practice_cannot_be_posted():
    stranger = Provider.objects.exclude(practices__roles__user__username="practice").first()
    assert _refusals(_with("providers", ordering_provider=stranger.pk)) == {
        "PROVIDER_MAY_NOT_ORDER": "providers"
    }


def test_a_site_of_another_practice_cannot_be_posted():
    strange = Site.objects.exclude(practice__roles__user__username="practice").first()
    assert _refusals(_with("providers", ordering_site=strange.pk)) == {
        "SITE_OF_ANOTHER_PRACTICE": "providers"
    }


def test_dr03_a_code_that_is_not_valid_on_the_start_date_names_its_drug():
    order = orders.draft()
    DrugProduct.objects.filter(hcpcs="J9271").update(effective_to=order.start_on - timedelta(days=1))
    LoadedFile.objects.filter(path=content.CATALOG).update(content_hash="a catalog without J9271")
    with pytest.raises(SubmissionRefused) as refused:
        submit_order(order, by=orders.person("practice"), idempotency_key="the-only-key")
    (problem,) = refused.value.problems
    assert (problem.code, problem.step, problem.field) == ("CODE_NOT_VALID", "dosing", "lines.1.hcpcs")
    assert "J9271 of pembrolizumab is not valid" in problem.sentence


@pytest.mark.parametrize("code", ["J9999", ""])
def test_a_code_that_the_drug_never_had_cannot_be_posted(code):
    line = state_of(orders.draft()).get("dosing")["lines"][0]
    assert _refusals(_with("dosing", lines=[line | {"hcpcs": code}])) == {"CODE_NOT_VALID": "dosing"}


# --- What no request may lack, whichever interface it comes from ----------------------------------
@pytest.mark.parametrize("form_rules", [True, False], ids=["form", "interface"])
@pytest.mark.parametrize(
    ("step", "changes", "code"),
    [
        ("diagnosis", {"primary": ""}, "DIAGNOSIS_MISSING"),
        ("diagnosis", {"primary": "C50.911"}, "TUMOR_NOT_OF_DIAGNOSIS"),
        ("dosing", {"lines": []}, "NO_DRUG"),
        ("dates", {"planned_end_on": "2021-01-01"}, "END_BEFORE_START"),
    ],
)
def test_answers_that_are_missing_or_at_odds_are_refused(step, changes, code, form_rules):
    assert _refusals(_with(step, **changes), form_rules=form_rules)[code] == step


def test_a_diagnosis_that_no_cancer_was_named_for_is_refused_not_a_fault():
    """What the rules refuse although the code lists have nothing against it."""
    assert _refusals(_with("diagnosis", tumor=None), form_rules=False) == {"DX_NOT_LISTED": "diagnosis"}


def test_an_unfinished_step_is_named_once():
    order = orders.draft()
    row = order.answers.get(step="dosing")
    save_step(order, "dosing", raw={}, clean=None, revision=row.revision, by=orders.person("practice"))
    assert _refusals(order) == {"STEP_UNFINISHED": "dosing", "STEP_TO_RECHECK": "dates"}


# --- Who submits ----------------------------------------------------------------------------------
@pytest.mark.parametrize("username", ["nurse", "admin", "site", "piedmont"])
def test_r043_only_the_ordering_practice_submits_whatever_calls_the_action(username):
    order = orders.draft()
    with pytest.raises(MayNotOrder):
        submit_order(order, by=orders.person(username), idempotency_key="the-only-key")
    order.refresh_from_db()
    assert order.status == OrderStatus.DRAFT


def test_a_repeat_is_shown_to_nobody_else():
    order = orders.submitted()
    with pytest.raises(MayNotOrder):
        submit_order(order, by=orders.person("piedmont"), idempotency_key=order.idempotency_key)
