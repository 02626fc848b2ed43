"""Radiation therapy code lookup (R-337, R-338, R-349, R-404)."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.http import HttpResponse
from django.test import Client

from tests.factories.people import signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shipped")]

ADDRESS = "/resources/radiation-codes/"
#: People of every role; the last is an administrator.
EVERYBODY = (
    *("practice_user", "ordering_physician", "servicing_site_user"),
    *("nurse", "physician_reviewer", "administrator"),
)


@pytest.fixture
def office(practice_user) -> Client:
    return signed_in(practice_user)


def find(client: Client, coverage: str = "BCBSMA-MA", year: object = 2026, **more: str) -> HttpResponse:
    return client.get(ADDRESS, {"coverage": coverage, "year": year, **more})


def text(response: HttpResponse) -> str:
    """The words of a page."""
    plain = re.sub(r"<(script|style|svg).*?</\1>|<[^>]+>", " ", response.content.decode(), flags=re.S)
    return re.sub(r"\s+", " ", unescape(plain))


def listed(response: HttpResponse, column: str = "code") -> list[str]:
    return [getattr(row, column) for row in response.context["rows"]]


@pytest.mark.parametrize("who", EVERYBODY)
def test_r349_r404_everybody_finds_the_lookup_under_help_desk(
    who: str, request: pytest.FixtureRequest
) -> None:
    client = signed_in(request.getfixturevalue(who))
    rail = {item.label: item.url for item in client.get("/").context["navigation"]}
    resources = client.get(rail["Resources"])
    assert re.search(
        rf'Help Desk</h2>.*?<a class="usa-link" href="{ADDRESS}">Radiation therapy code lookup</a>',
        resources.content.decode(),
        re.S,
    )
    assert client.get(ADDRESS).status_code == 200


def test_somebody_not_signed_in_is_asked_to(client: Client) -> None:
    for address in ("/resources/", ADDRESS):
        assert client.get(address).status_code == 302


def test_before_anything_is_asked_there_is_the_form_alone(office: Client) -> None:
    page = office.get(ADDRESS)
    assert page.context["form"].errors == {}
    assert "found" not in page.context
    labels = [label for _, label in page.context["form"].fields["coverage"].choices]
    assert labels == [
        "Blue Cross MA: Commercial HMO/POS",
        "Blue Cross MA: Commercial PPO/EPO",
        "Blue Cross MA: Medicare Advantage",
        "Blue Cross MA: New England Health Plan",
        "Blue Cross MI: Commercial, UAW Retiree Medical Benefits Trust",
        "Blue Cross NC: Commercial",
    ]


def test_r349_find_shows_code_description_and_category(office: Client) -> None:
    shown = text(find(office))
    assert "77301 IMRT plan with target and organ constraints IMRT planning" in shown
    assert "Blue Cross MA: Medicare Advantage, 2026 · 63 codes" in shown


def test_r337_the_lists_of_two_lines_of_business_differ_as_loaded(office: Client) -> None:
    medicare, commercial = set(listed(find(office))), set(listed(find(office, "BCBSMA-PPO_EPO")))
    assert {"G0339", "77600"} <= medicare - commercial
    assert "0395T" in commercial - medicare
    assert {"77301", "77407"} <= medicare & commercial


def test_r337_each_year_has_its_own_list(office: Client) -> None:
    assert {"77386", "G6015"} <= set(listed(find(office, year=2025))) - set(listed(find(office, year=2026)))
    first = find(office, year=2021)
    assert "from Thu Jul 1, 2021" in text(first)


@pytest.mark.parametrize("column", ["code", "description", "category"])
def test_r349_each_header_sorts_and_turns_round(office: Client, column: str) -> None:
    rising = find(office, sort=column)
    assert listed(rising, column) == sorted(listed(rising, column), key=str.lower)
    falling = find(office, sort=f"-{column}")
    assert listed(falling, column) == sorted(listed(falling, column), key=str.lower, reverse=True)
    for page, said in ((rising, "ascending"), (falling, "descending")):
        head = page.content.decode().partition("<thead>")[2].partition("</thead>")[0]
        assert re.findall(r'aria-sort="(\w+)"', head) == [said]
    by_column = {heading.label.lower(): heading.address for heading in rising.context["headings"]}
    assert by_column[column] == f"?coverage=BCBSMA-MA&year=2026&sort=-{column}#codes"
    for other in by_column.keys() - {column}:
        assert by_column[other] == f"?coverage=BCBSMA-MA&year=2026&sort={other}#codes"
    assert (
        office.get(ADDRESS + by_column[column].partition("#")[0]).context["rows"] == falling.context["rows"]
    )


@pytest.mark.parametrize("sort", ["", "part", "-", "code,description", "__class__"])
def test_what_cannot_be_sorted_by_is_sorted_by_code(office: Client, sort: str) -> None:
    page = find(office, sort=sort)
    assert listed(page) == sorted(listed(page))


def test_one_code_that_is_managed(office: Client) -> None:
    page = find(office, code=" g0339 ")
    assert listed(page) == ["G0339"]
    assert "not managed" not in text(page).lower().partition("a code that is not")[0]


@pytest.mark.parametrize("code", ["77999", "J9271", "G6015"])
def test_r338_a_code_that_is_not_listed_is_not_managed_and_the_plan_is_to_be_contacted(
    office: Client, code: str
) -> None:
    shown = text(find(office, code=code))
    assert (
        f"{code} is not on the list of Blue Cross MA: Medicare Advantage for 2026, so it is not managed here."
        in shown
    )
    assert "Contact Blue Cross Blue Shield of Massachusetts through Provider Central" in shown
    assert "Managed codes" not in shown


def test_r338_a_code_that_has_ended_tells_what_took_its_place(office: Client) -> None:
    assert "The code ended on Dec 31, 2025; 77407 or 77412 took its place." in text(
        find(office, code="77386")
    )
    assert "ended" not in text(find(office, code="77386", year=2025))
    assert "ended" not in text(find(office, code="32701"))


def test_r338_a_plan_without_a_list_says_whom_to_contact(office: Client) -> None:
    shown = text(find(office, "BCBSNC-COMMERCIAL"))
    assert (
        "No radiation code is on the list of Blue Cross NC: Commercial for 2026: none is managed here."
        in shown
    )
    assert "Contact Blue Cross NC through Blue e" in shown


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"coverage": ""}, "Choose the plan with its line of business."),
        ({"coverage": "BCBSMA-INDEMNITY"}, "Choose the plan with its line of business."),
        ({"year": "1999"}, "Choose one of the years listed."),
        ({"year": "next"}, "Choose one of the years listed."),
        ({"year": ""}, "Choose the year."),
        ({"code": "773"}, "Enter the five characters of one CPT or HCPCS code"),
        ({"code": "77 01"}, "Enter the five characters of one CPT or HCPCS code"),
        ({"code": "7730\0"}, "Null characters are not allowed."),
        ({"code": "<b>x"}, "Enter the five characters of one CPT or HCPCS code"),
    ],
)
def test_what_cannot_be_looked_up_is_told_beside_the_field_and_kept(
    office: Client, asked: dict[str, str], message: str
) -> None:
    page = office.get(ADDRESS, {"coverage": "BCBSMA-MA", "year": "2026", **asked})
    assert page.status_code == 422
    assert message in text(page)
    assert "found" not in page.context
    assert "<b>x" not in page.content.decode()


def test_the_lookup_costs_the_same_however_long_the_list(office: Client, django_assert_num_queries) -> None:
    find(office)
    # session, person, roles, drafts; programs, terms, plans' lines; years; managed codes, their meanings
    for year in (2021, 2026):
        with django_assert_num_queries(10):
            assert find(office, year=year).status_code == 200
    with django_assert_num_queries(11):  # and what a code stood for
        find(office, code="77386")
