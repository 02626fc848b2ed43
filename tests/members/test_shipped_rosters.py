"""The synthetic rosters as shipped: size, spread, and the people that walk-throughs rely on."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date
from itertools import chain

import pytest
from django.conf import settings

from members.eligibility import EligibilityCode, age_on, eligibility_on
from members.models import Coverage, Member, Plan, Practice, Provider
from members.queries import find_members, network_status, ordering_providers, search_sites
from members.rosters.apply import load_roster
from members.rosters.layouts import LAYOUTS
from members.rosters.parse import parse
from tools import make_rosters

FOLDER = settings.FIXTURES_ROOT / "rosters"
DAY = date(2026, 11, 23)


@pytest.fixture(scope="module")
def files():
    return {kind: parse((FOLDER / f"{kind}.csv").read_bytes(), layout) for kind, layout in LAYOUTS.items()}


@pytest.fixture
def loaded(programs):
    for kind in LAYOUTS:
        content = (FOLDER / f"{kind}.csv").read_bytes()
        load_roster(kind, content, file_name=f"{kind}.csv", as_of=DAY, by=None)


def test_the_tool_writes_the_same_files_again(tmp_path):
    make_rosters.main(tmp_path)
    for kind in LAYOUTS:
        assert (tmp_path / f"{kind}.csv").read_bytes() == (FOLDER / f"{kind}.csv").read_bytes(), kind


def test_every_row_can_be_used(files):
    for kind, parsed in files.items():
        assert (parsed.faults, parsed.bad_rows) == ([], []), kind


def test_there_are_2000_members_and_200_providers(files):
    members = {row.values["member_number"] for row in files["members"].rows}
    assert len(members) >= 2000
    assert len(files["providers"].rows) == 200


def test_all_lines_both_excluded_groups_and_minors_are_among_them(files):
    rows = [row.values for row in files["members"].rows]
    lines = Counter((row["plan"], row["line_of_business"]) for row in rows)
    assert {plan for plan, _ in lines} == {"BCBSNC", "BCBSMA", "BCBSM"}
    assert len(lines) == 12
    groups = Counter(row["group_number"] for row in rows)
    assert groups["70605"] >= 20
    assert groups["71714"] >= 20
    assert sum(age_on(row["birth_date"], DAY) < 18 for row in rows) > 40


def test_most_coverage_is_open_since_before_2021_some_ended_some_is_to_come(files):
    rows = [row.values for row in files["members"].rows]
    old = sum(row["coverage_starts_on"].year < 2021 and row["coverage_ends_on"] is None for row in rows)
    assert old > 0.75 * len(rows)
    assert sum(row["coverage_ends_on"] is not None for row in rows) > 50
    assert sum(row["coverage_starts_on"] > DAY for row in rows) > 10


def test_practices_treat_in_many_states(files):
    states = {row.values["state"] for row in files["sites"].rows}
    assert {"MA", "NC", "MI", "OH", "KY", "TX", "NH", "NY"} <= states
    assert len(states) == 13
    kinds = Counter(row.values["kind"] for row in files["sites"].rows)
    assert set(kinds) == {"office", "infusion", "hospital"}


def test_prescribers_of_every_type_and_every_network_by_plan(files):
    types = Counter(row.values["prescriber_type"] for row in files["providers"].rows)
    assert set(types) == {"physician", "physician_assistant", "nurse_practitioner", "other"}
    assert all(row.values["npi"].startswith("2") for row in files["providers"].rows)
    networks = {(row.values["plan"], row.values["network"]) for row in files["participations"].rows}
    assert len(networks) == 9


def test_no_number_could_be_somebodys(files):
    phones = [row.values["phone"] for row in chain(files["practices"].rows, files["sites"].rows)]
    assert all(re.search(r"-555-01\d\d$", phone) for phone in phones)


# --- People of the walk-throughs ------------------------------------------------------------------


def people_of_the_readme() -> list[dict[str, str]]:
    pattern = re.compile(r"^\| (\w+) (\w+) \| (\w+) \| (\w+) (\w+) \| ([\d-]+) \| ([FMX]) \| (.*) \|$", re.M)
    names = ("plan", "line", "number", "first", "last", "born", "sex", "why")
    found = pattern.findall((FOLDER / "README.md").read_text())
    return [dict(zip(names, row, strict=True)) for row in found]


#: How the README's words show in the eligibility of the day.
EXPECTED = {
    "eligible": EligibilityCode.IN_PROGRAM,
    "a child": EligibilityCode.IN_PROGRAM,
    "out of scope": EligibilityCode.NOT_IN_PROGRAM,
    "coverage": EligibilityCode.NOT_COVERED,
    "line out": EligibilityCode.NOT_IN_PROGRAM,
    "group": EligibilityCode.GROUP_EXCLUDED,
    "managed": EligibilityCode.NOT_IN_PROGRAM,
}


def test_the_people_of_the_readme_are_there_as_it_says(loaded):
    people = people_of_the_readme()
    assert len(people) == 21
    for person in people:
        plan = Plan.objects.get(slug=person["plan"])
        born = date.fromisoformat(person["born"])
        (member,) = find_members(plan, member_number=person["number"])
        assert member in find_members(plan, last_name=person["last"], birth_date=born)
        assert (member.first_name, member.sex) == (person["first"], person["sex"])
        answer = eligibility_on(member, DAY)
        expected = next(code for words, code in EXPECTED.items() if person["why"].startswith(words))
        assert answer.code == expected, (person, answer.reason)
        assert answer.outside_by_age is person["why"].startswith("a child")
        assert answer.line_of_business in ("", person["line"])


def test_each_program_has_two_eligible_adults(loaded):
    eligible = [p["number"] for p in people_of_the_readme() if p["why"].startswith("eligible")]
    programs = Counter(
        eligibility_on(member, DAY).program.slug
        for member in Member.objects.filter(member_number__in=eligible)
    )
    assert set(programs) == {"bcbsnc", "bcbsma-commercial", "bcbsma-medicare-advantage", "bcbsm-urmbt"}
    assert min(programs.values()) >= 2


@pytest.mark.parametrize(
    ("practice", "plans", "providers"),
    [
        ("HARBOR", ["BCBSMA", "BCBSNC", "BCBSM"], ["Alder", "Linden"]),
        ("PIEDMONT", ["BCBSNC"], ["Cypress", "Dogwood"]),
        ("GREATLAKES", ["BCBSM"], ["Birch", "Tamarack"]),
    ],
)
def test_each_practice_has_two_physicians_in_network(loaded, practice, plans, providers):
    own = ordering_providers(Practice.objects.get(code=practice))
    for slug in plans:
        plan = Plan.objects.get(slug=slug)
        in_network = [
            p.last_name
            for p in own
            if p.prescriber_type == "physician" and network_status(p, plan, DAY) == "in"
        ]
        assert in_network == providers
    assert any(network_status(p, Plan.objects.get(slug=plans[0]), DAY) == "out" for p in own)


def test_the_pharmacist_of_harbor_may_not_order(loaded):
    own = ordering_providers(Practice.objects.get(code="HARBOR"))
    assert "Mica" not in [p.last_name for p in own]
    assert Provider.objects.get(last_name="Mica", first_name="Sky").prescriber_type == "other"


def test_the_facility_is_found(loaded):
    found = search_sites("bayside", Plan.objects.get(slug="BCBSMA"))
    assert [(site.name, site.practice.kind) for site in found] == [("Bayside Infusion Center", "facility")]


def test_the_whole_roster_is_in_the_tables(loaded):
    assert Member.objects.count() >= 2000
    assert Coverage.objects.count() > Member.objects.count()
    assert Provider.objects.count() == 200
