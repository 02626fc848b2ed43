"""A roster file applied: adds, changes, ends, the quarantine, the refusal (R-062, R-072, R-457)."""

from __future__ import annotations

from datetime import date

import pytest
import time_machine
from django.core.management import call_command
from django.core.management.base import CommandError

from members.models import (
    Affiliation,
    Coverage,
    Member,
    Participation,
    Plan,
    Practice,
    Provider,
    QuarantinedRow,
    RosterLoad,
    Site,
)
from members.queries import eligibility_on, find_members, network_status, ordering_providers
from members.rosters.apply import load_roster
from members.rosters.layouts import LAYOUTS
from notifications.models import AuditEvent

DAY = date(2026, 11, 23)
NEXT = date(2026, 11, 24)
NPI, OTHER_NPI = "2000000002", "2123456784"
Outcome = RosterLoad.Outcome

pytestmark = pytest.mark.usefixtures("programs")


def load(kind, *rows, as_of=DAY, **options):
    header = ",".join(column.name for column in LAYOUTS[kind].columns)
    content = "\n".join([header, *rows, ""]).encode()
    return load_roster(kind, content, file_name=f"{kind}.csv", as_of=as_of, by=None, **options)


def member(
    number=13,
    *,
    first="Pat",
    last="Wintergreen",
    line="COMMERCIAL",
    group="81001",
    starts="2012-01-01",
    ends="",
    plan="BCBSM",
    born="1957-10-10",
    sex="M",
):
    return f"{plan},ZMI4{number:08},{first},{last},{born},{sex},MI,{line},{group},URMBT,{starts},{ends},,"


def members(count, first=0):
    return [member(number) for number in range(first, first + count)]


def person(number=13) -> Member:
    return Member.objects.get(member_number=f"ZMI4{number:08}")


def everything():
    """All that a load may touch, to see that nothing changed."""
    tables = (Member, Coverage, Practice, Site, Provider, Affiliation, Participation)
    return [list(table.objects.order_by("pk").values()) for table in tables]


# --- Members --------------------------------------------------------------------------------------


def test_r062_adds():
    report = load("members", member(), member(24, first="Lee", last="Verbena"))
    assert (report.outcome, report.rows, report.added) == (Outcome.APPLIED, 2, 2)
    found = find_members(person().plan, last_name="verbena", birth_date=date(1957, 10, 10))
    assert [m.first_name for m in found] == ["Lee"]
    assert eligibility_on(person(), DAY).in_program


def test_r062_changes():
    load("members", member(), member(24))
    report = load("members", member(last="Summergreen"), member(24, group="81002"), as_of=NEXT)
    assert (report.added, report.changed, report.terminated) == (0, 2, 0)
    assert person().name_key == "SUMMERGREEN|PAT"
    assert person(24).coverages.get().group_number == "81002"
    assert Member.objects.count() == 2, "keys stay, so orders keep their member"


def test_r062_an_end_in_the_file_ends_the_coverage():
    load("members", member())
    report = load("members", member(ends="2026-12-31"), as_of=NEXT)
    assert report.terminated == 1
    assert eligibility_on(person(), date(2026, 12, 31)).in_program
    assert not eligibility_on(person(), date(2027, 1, 1)).in_program


def test_r062_who_is_no_longer_in_the_file_is_covered_until_the_day_before():
    load("members", *members(10))
    report = load("members", *members(9), as_of=NEXT)
    assert report.terminated == 1
    assert eligibility_on(person(9), DAY).in_program
    assert eligibility_on(person(9), NEXT).reason.startswith(
        "Not covered on November 24, 2026: coverage ended"
    )


def test_r062_coverage_taken_back_before_it_began_was_never_had_and_may_come_back():
    future = member(9, starts="2027-01-01")
    load("members", *members(9), future)
    load("members", *members(9), as_of=NEXT)
    assert not eligibility_on(person(9), date(2027, 1, 1)).in_program
    load("members", *members(9), future, as_of=date(2026, 11, 25))
    assert eligibility_on(person(9), date(2027, 1, 1)).in_program


def test_r062_members_of_a_plan_that_is_not_in_the_file_are_left_alone():
    load("members", member(), member(plan="BCBSNC", number=24))
    report = load("members", member(), as_of=NEXT)
    assert report.outcome == Outcome.UNCHANGED
    assert person(24).coverages.get().ends_on is None


def test_r062_a_bad_row_is_quarantined_with_line_and_reason_and_the_rest_applied():
    report = load("members", member(), member(24, sex="Q"), *members(3, 100))
    assert (report.outcome, report.added, report.quarantined) == (Outcome.APPLIED, 4, 1)
    bad = QuarantinedRow.objects.get(load=report)
    assert (bad.line_number, bad.reason) == (3, "sex is not one of F, M, X")
    assert bad.row["member_number"] == "ZMI400000024"
    assert not Member.objects.filter(member_number="ZMI400000024").exists()


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (member(24, plan="BCBSX"), "plan names no plan that is loaded"),
        (member(24, line="NEHP"), "line_of_business names no line of the plan"),
    ],
)
def test_a_row_that_points_to_nothing_is_quarantined(bad, reason):
    report = load("members", *members(5), bad)
    assert [row.reason for row in report.quarantined_rows.all()] == [reason]


@pytest.mark.parametrize("bad", [member(13, sex="Q"), member(13, plan="BCBSX"), member(13, line="NEHP")])
def test_nobody_loses_coverage_by_a_bad_row(bad):
    load("members", member(), *members(5, 100))
    report = load("members", bad, *members(5, 100), as_of=NEXT)
    assert (report.quarantined, report.terminated) == (1, 0)
    assert eligibility_on(person(), NEXT).in_program


def test_a_row_that_does_not_say_whom_it_speaks_of_spares_everybody():
    load("members", member(), *members(5, 100))
    report = load("members", "BCBSM,ZMI4", *members(5, 100), as_of=NEXT)
    assert report.terminated == 0
    assert report.notes == ["No coverage was ended for being absent: a row in quarantine could be the one."]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"plan,member_number\nBCBSM,ZMI400000013\n",
        "Peña".encode("latin-1"),
        ("\n".join([",".join(c.name for c in LAYOUTS["members"].columns), *[member(sex="Q")] * 20])).encode(),
    ],
    ids=["empty", "wrong header", "Latin-1", "nothing but bad rows"],
)
def test_a_bad_file_changes_nothing_and_is_reported(content):
    load("members", *members(5))
    before = everything()
    report = load_roster("members", content, file_name="members.csv", as_of=NEXT, by=None)
    assert report.outcome == Outcome.REFUSED
    assert report.faults
    assert everything() == before
    assert RosterLoad.objects.count() == 2
    assert QuarantinedRow.objects.count() == 0


def test_a_refused_file_does_not_stand_in_the_way_of_the_next():
    load("members", *members(5))
    load_roster("members", b"", file_name="members.csv", as_of=NEXT, by=None)
    assert load("members", *members(6), as_of=NEXT).added == 1


def test_rows_that_point_to_nothing_count_as_bad_and_refuse_the_file():
    load("members", *members(5))
    before = everything()
    report = load("members", *members(5), *[member(n, plan="BCBSX") for n in range(100, 120)], as_of=NEXT)
    assert report.faults == ["20 of 25 rows cannot be used; more than 5% refuses the file."]
    assert everything() == before


def test_a_file_cut_short_is_refused_unless_it_is_said_to_be_right():
    load("members", *members(60))
    before = everything()
    report = load("members", *members(40), as_of=NEXT)
    assert report.outcome == Outcome.REFUSED
    assert report.faults[0].startswith("The file would end 20 of 60 coverages.")
    assert everything() == before
    assert load("members", *members(40), as_of=NEXT, allow_shrink=True).terminated == 20


def test_an_older_file_is_refused():
    load("members", *members(5), as_of=NEXT)
    report = load("members", *members(6), as_of=DAY)
    assert report.faults == ["A file of 2026-11-24 is already applied; this one is older."]


def test_the_same_file_twice_changes_nothing(django_assert_num_queries):
    first = load("members", *members(5))
    before = everything()
    with django_assert_num_queries(1):  # the last load
        again = load("members", *members(5), as_of=NEXT)
    assert again == first
    assert everything() == before
    assert RosterLoad.objects.count() == 1


def test_the_same_rows_in_another_order_change_nothing():
    load("members", *members(5))
    before = everything()
    assert load("members", *reversed(members(5)), as_of=NEXT).outcome == Outcome.UNCHANGED
    assert everything() == before


def test_the_load_is_audited_without_anything_of_a_row():
    report = load("members", member(), *members(5, 100), member(24, sex="Q"))
    event = AuditEvent.objects.get(name="roster.loaded")
    assert event.subject == f"roster:{report.pk}"
    assert (event.outcome, event.actor_name) == ("applied", "system")
    assert event.details["quarantined"] == 1
    assert "Wintergreen" not in str(event.__dict__)
    assert "400000013" not in str(event.__dict__)


@pytest.mark.parametrize("rows", [10, 300])
def test_queries_do_not_grow_with_rows(rows, django_assert_max_num_queries):
    with django_assert_max_num_queries(22):
        load("members", *members(rows))
    with django_assert_max_num_queries(22):
        load("members", *[member(n, last="Summergreen") for n in range(rows)], as_of=NEXT)


# --- Providers ------------------------------------------------------------------------------------


def provider(npi=NPI, *, last="Alder", practices="HARBOR", kind="physician"):
    return f"{npi},Rowan,{last},{kind},207RH0003X,Hematology & Oncology,MA,{practices}"


@pytest.fixture
def practices():
    load("practices", "HARBOR,Harbor Oncology,practice,617-555-0100", "SUMMIT,Summit Cancer Care,practice,")


def test_r062_practices_and_sites(practices):
    site = "HARBOR-1,HARBOR,Harbor Oncology,office,1 Sample Street,Boston,MA,02110,617-555-0101"
    report = load("sites", site, *[site.replace("HARBOR,", "NOWHERE,").replace("-1", "-2")])
    assert (report.added, report.quarantined) == (1, 1)
    assert Site.objects.get().search_key == "HARBOR ONCOLOGY BOSTON MA"
    changed = load("sites", site.replace("Boston", "Quincy"), as_of=NEXT)
    assert changed.changed == 1
    assert str(Site.objects.get()) == "Harbor Oncology, Quincy, MA"


def test_r074_r072_a_provider_comes_moves_and_leaves(practices):
    harbor, summit = Practice.objects.order_by("code")
    load("providers", provider(), provider(OTHER_NPI, last="Birch"))
    assert [p.last_name for p in ordering_providers(harbor)] == ["Alder", "Birch"]
    report = load("providers", provider(practices="HARBOR;SUMMIT"), as_of=NEXT)
    assert (report.changed, report.terminated) == (1, 1)
    with time_machine.travel("2026-11-24T15:00:00Z"):
        assert [p.last_name for p in ordering_providers(harbor)] == ["Alder"]
        assert [p.last_name for p in ordering_providers(summit)] == ["Alder"]
        load("providers", provider(practices="SUMMIT"), as_of=date(2026, 11, 25))
    with time_machine.travel("2026-11-25T15:00:00Z"):
        assert list(ordering_providers(harbor)) == []
    assert Provider.objects.count() == 2, "who left stays, since orders name him"


def test_a_provider_of_an_unknown_practice_is_quarantined_and_loses_nothing(practices):
    load("providers", provider(), provider(OTHER_NPI))
    report = load("providers", provider(practices="NOWHERE"), provider(OTHER_NPI), as_of=NEXT)
    assert [bad.reason for bad in report.quarantined_rows.all()] == [
        "practice_codes names no practice that is loaded"
    ]
    assert Affiliation.objects.filter(ends_on__isnull=True).count() == 2


def test_r072_in_network_by_tonights_file(practices):
    load("providers", provider())
    rowan = Provider.objects.get()
    plan = person_plan()
    load("participations", f"{NPI},BCBSM,,out,2015-01-01,", f"{NPI},BCBSMA,,in,2015-01-01,")
    assert network_status(rowan, plan, DAY) == "out"
    report = load("participations", f"{NPI},BCBSM,,in,2015-01-01,", as_of=NEXT)
    assert report.changed == 1
    assert network_status(rowan, plan, NEXT) == "in"


def test_r072_participation_that_is_gone_ends_and_one_to_come_is_taken_out(practices):
    load("providers", provider(), provider(OTHER_NPI))
    keep = f"{OTHER_NPI},BCBSM,,in,2015-01-01,"
    load("participations", keep, f"{NPI},BCBSM,,in,2015-01-01,", f"{NPI},BCBSM,,bluecard,2027-01-01,")
    report = load("participations", keep, as_of=NEXT)
    assert report.terminated == 2
    rowan = Provider.objects.get(npi=NPI)
    assert network_status(rowan, person_plan(), DAY) == "in"
    assert network_status(rowan, person_plan(), NEXT) == "out"
    assert network_status(rowan, person_plan(), date(2027, 1, 1)) == "out"


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (f"{OTHER_NPI},BCBSM,,in,2015-01-01,", "npi names no provider that is loaded"),
        (f"{NPI},BCBSX,,in,2015-01-01,", "plan names no plan that is loaded"),
        (f"{NPI},BCBSM,NEHP,in,2015-01-01,", "line_of_business names no line of the plan"),
    ],
)
def test_a_participation_that_points_to_nothing_is_quarantined(practices, row, reason):
    load("providers", provider())
    report = load("participations", f"{NPI},BCBSM,,in,2016-01-01,", row)
    assert [bad.reason for bad in report.quarantined_rows.all()] == [reason]


def person_plan() -> Plan:

    return Plan.objects.get(slug="BCBSM")


# --- The command ----------------------------------------------------------------------------------


def test_the_command_loads_a_folder_in_order_and_reports(tmp_path, capsys):
    header = ",".join(column.name for column in LAYOUTS["members"].columns)
    (tmp_path / "members.csv").write_text("\n".join([header, *members(30), member(99, sex="Q")]))
    (tmp_path / "practices.csv").write_text("practice_code,name,kind,phone\nHARBOR,Harbor,practice,\n")
    call_command("load_roster", tmp_path, "--as-of", "2026-11-23")
    assert capsys.readouterr().out.splitlines() == [
        "practices: applied, 1 rows, 1 added, 0 changed, 0 ended, 0 in quarantine.",
        "members: applied, 31 rows, 30 added, 0 changed, 0 ended, 1 in quarantine.",
        "  line 32: sex is not one of F, M, X",
    ]
    call_command("load_roster", tmp_path, "--as-of", "2026-11-23")
    assert "members: nothing to do, this file is applied already." in capsys.readouterr().out


def test_a_dry_run_shows_the_difference_and_changes_nothing(tmp_path, capsys):
    header = ",".join(column.name for column in LAYOUTS["members"].columns)
    (tmp_path / "members.csv").write_text("\n".join([header, *members(30), member(99, sex="Q")]))
    before = everything()
    call_command("load_roster", tmp_path, "--dry-run")
    assert capsys.readouterr().out.splitlines() == [
        "members: applied, 31 rows, 30 added, 0 changed, 0 ended, 1 in quarantine.",
        "  line 32: sex is not one of F, M, X",
        "Dry run: nothing was changed.",
    ]
    assert everything() == before
    assert RosterLoad.objects.count() == 0


def test_the_command_fails_on_a_refused_file(tmp_path, capsys):
    (tmp_path / "members.csv").write_text("")
    with pytest.raises(CommandError, match="A file was refused"):
        call_command("load_roster", tmp_path / "members.csv")
    assert "  The file is empty." in capsys.readouterr().out


@pytest.mark.parametrize("name", ["people.csv", "absent/members.csv"])
def test_the_command_says_which_file_is_no_roster(tmp_path, name):
    (tmp_path / "people.csv").write_text("")
    with pytest.raises(CommandError, match=r"is no roster file; name it after its kind: practices, sites"):
        call_command("load_roster", tmp_path / name)
