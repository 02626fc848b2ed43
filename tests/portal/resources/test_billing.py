"""The billing guide (R-326): codes and rules by plan, from the terms in force; never an amount (R-310)."""

from __future__ import annotations

import re
from datetime import date

import pytest

from members.models import Program
from portal.resources.billing import Guide, guide_of
from tests.factories.people import signed_in
from tests.portal.resources.test_codes import EVERYBODY, text

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shipped")]

ADDRESS = "/resources/billing-guide/"
TODAY = date(2026, 3, 9)


def guide(slug: str, **changes: object) -> Guide:
    """The guide of one program, with some of its terms changed."""
    program = Program.objects.get(slug=slug)
    terms = program.terms_on(TODAY)
    for name, value in changes.items():
        setattr(terms, name, value)
    return guide_of(program, terms, today=TODAY)


@pytest.mark.parametrize("who", EVERYBODY)
def test_r326_whoever_is_signed_in_finds_codes_and_rules_by_plan(
    who: str, request: pytest.FixtureRequest
) -> None:
    client = signed_in(request.getfixturevalue(who))
    assert f'href="{ADDRESS}"' in client.get("/resources/").content.decode()
    shown = text(client.get(ADDRESS))
    for program in Program.objects.all():
        assert program.short_name in shown
    assert shown.count("S0353 The start of treatment with a Pathway regimen.") == Program.objects.count()
    assert "Blue Cross MI: enhanced reimbursement" in shown
    assert "Blue Cross MA commercial: S-code reimbursement" in shown


def test_r310_r326_no_amount_is_shown_and_the_fee_schedule_is_named(practice_user) -> None:
    shown = text(signed_in(practice_user).get(ADDRESS))
    assert "Amounts are in the plan’s fee schedule, not here." in shown
    assert not re.search(r"\$\s*\d", shown)


def test_r326_the_rules_say_how_often_each_code_is_paid() -> None:
    onset, monthly = guide("bcbsm-urmbt").codes
    assert (onset.code, monthly.code) == ("S0353", "S0354")
    assert onset.how_often.startswith("Once per patient. Again only when the treatment changes")
    assert monthly.how_often == (
        "From 30 days after S0353, then no more than once every 30 days, for the months on the Order Request "
        "Summary: 5 at most."
    )


def test_r326_codes_months_and_days_are_those_of_the_terms_w_15() -> None:
    found = guide(
        "bcbsm-urmbt",
        scode_onset_code="S9998",
        scode_monthly_code="S9999",
        scode_min_days=28,
        scode_max_months=3,
    )
    assert [code.code for code in found.codes] == ["S9998", "S9999"]
    assert "From 28 days after S9998" in found.codes[1].how_often
    assert "3 at most" in found.codes[1].how_often
    assert (found.example_on, found.example) == (
        date(2026, 1, 2),
        (date(2026, 1, 30), date(2026, 2, 27), date(2026, 3, 27)),
    )


def test_r326_what_must_be_on_the_claim() -> None:
    claim = " ".join(guide("bcbsma-commercial").claim)
    assert "Type of claim: professional claims only; a facility claim is not eligible." in claim
    assert "the servicing provider cannot bill these codes" in claim


@pytest.mark.parametrize(
    ("slug", "eligible", "excluded"),
    [
        ("bcbsm-urmbt", "Practice site in Alabama, Arkansas", "70605 (UAW Retiree Health Care Trust)"),
        ("bcbsma-medicare-advantage", "Line of business: Medicare Advantage.", "out of area (BlueCard)"),
        ("bcbsnc", "Members aged 18 and older", "Treatment without a request to"),
    ],
)
def test_r326_who_is_eligible_and_what_is_excluded_differ_by_program(
    slug: str, eligible: str, excluded: str
) -> None:
    found = guide(slug)
    assert eligible in " ".join(found.eligible)
    assert excluded in " ".join(found.not_paid)


def test_r326_what_a_program_does_not_have_is_not_said() -> None:
    found = guide("bcbsma-commercial", scode_networks=["in", "out", "bluecard"], scode_lines=["HMO_POS"])
    everything = " ".join((*found.eligible, *found.not_paid))
    assert "Practice site" not in everything
    assert "Members aged" not in everything
    assert "Members of group" not in everything
    assert "Ordering providers who are" not in everything
    assert "Ordering provider: in network, out of network or out of area (BlueCard)" in everything
    assert "Line of business: Commercial PPO/EPO and New England Health Plan." in found.not_paid


def test_r326_a_program_without_s_codes_says_so(practice_user) -> None:
    assert guide("bcbsnc", scode_enabled=False).codes == ()


def test_the_guide_costs_the_same_number_of_queries(practice_user, django_assert_num_queries) -> None:
    client = signed_in(practice_user)
    client.get(ADDRESS)
    with django_assert_num_queries(7):  # session, person, roles, drafts; programs, terms, plans' lines
        client.get(ADDRESS)
