"""Programs as dated YAML: loaded whole or not at all, with every fault named (R-001)."""

from __future__ import annotations

from datetime import date

import pytest
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import IntegrityError, models

from members.models import Holiday, Plan, Program, ProgramTerms
from members.programs.documents import ContentFaults
from members.programs.load import load_programs
from members.programs.parse import read_content
from members.programs.shapes import SHAPES
from members.programs.values import value_columns
from notifications.models import AuditEvent
from orders.models import Order
from tests.factories.members import PracticeFactory, ProgramTermsFactory
from tests.factories.program_files import everything, spoil

pytestmark = pytest.mark.django_db


def test_r001_a_first_load_makes_the_four_programs(folder):
    assert load_programs(folder, by=None).added > 100
    assert sorted(Program.objects.values_list("slug", flat=True)) == [
        "bcbsm-urmbt",
        "bcbsma-commercial",
        "bcbsma-medicare-advantage",
        "bcbsnc",
    ]
    assert AuditEvent.objects.get(name="programs.loaded").details["added"] > 100


def test_a_second_load_changes_nothing(folder, django_assert_max_num_queries):
    load_programs(folder, by=None)
    before = everything()
    with django_assert_max_num_queries(14):
        assert not load_programs(folder, by=None)
    assert everything() == before
    assert AuditEvent.objects.count() == 1


def test_r001_a_later_row_applies_from_its_day_to_that_plan_only(folder):
    with (folder / "programs/bcbsnc.yaml").open("a") as file:
        file.write('  - effective_from: 2027-01-01\n    retro_business_days: {value: 5, source: "a test"}\n')
    load_programs(folder, by=None)
    ours, others = Program.objects.get(slug="bcbsnc"), Program.objects.get(slug="bcbsm-urmbt")
    assert ours.terms_on(date(2026, 12, 31)).retro_business_days == 2
    assert ours.terms_on(date(2027, 1, 1)).retro_business_days == 5
    assert others.terms_on(date(2027, 1, 1)).retro_business_days == 2
    later = ours.terms_on(date(2027, 1, 1))
    assert later.sources["retro_business_days"] == "a test"
    assert later.contact_center_phone == "866-455-8414", "what a row does not name stays in force"


def test_no_terms_before_the_first(folder):
    load_programs(folder, by=None)
    with pytest.raises(ProgramTerms.DoesNotExist):
        Program.objects.get(slug="bcbsnc").terms_on(date(2017, 3, 31))


def bind_an_order(terms: ProgramTerms, user) -> None:
    Order.objects.create(
        reference="T000000001",
        practice=PracticeFactory(),
        terms=terms,
        created_by=user,
        created_at="2026-11-23T12:00:00Z",
        updated_at="2026-11-23T12:00:00Z",
    )


def test_dr03_terms_that_an_order_is_bound_to_never_change(folder, django_user_model):
    load_programs(folder, by=None)
    terms = ProgramTerms.objects.get(program__slug="bcbsnc")
    bind_an_order(terms, django_user_model.objects.create(username="pat"))
    before = everything()
    spoil(folder, "programs/bcbsnc.yaml", 'value: "866-455-8414"', 'value: "866-555-0199"')
    spoil(folder, "programs/registry.yaml", "name: Optima Health", "name: Optima")
    with pytest.raises(ContentFaults, match="bound to these terms, so contact_center_phone cannot change"):
        load_programs(folder, by=None)
    assert everything() == before, "not even the plan whose change was right"


def test_dr03_a_bound_row_cannot_be_taken_out(folder, django_user_model):
    load_programs(folder, by=None)
    terms = ProgramTerms.objects.get(program__slug="bcbsnc")
    bind_an_order(terms, django_user_model.objects.create(username="pat"))
    spoil(folder, "programs/bcbsnc.yaml", "effective_from: 2017-04-01", "effective_from: 2017-04-02")
    with pytest.raises(ContentFaults, match="bound to these terms, so the row must stay in the file"):
        load_programs(folder, by=None)


def test_terms_without_orders_may_be_corrected_and_taken_out(folder):
    load_programs(folder, by=None)
    spoil(folder, "programs/bcbsnc.yaml", "effective_from: 2017-04-01", "effective_from: 2017-05-01")
    changes = load_programs(folder, by=None)
    assert (changes.added, changes.removed) == (1, 1)
    assert ProgramTerms.objects.get(program__slug="bcbsnc").effective_from == date(2017, 5, 1)


def test_d04_a_one_off_closing_is_added_and_a_wrong_holiday_goes(folder):
    load_programs(folder, by=None)
    spoil(
        folder, "calendars/us-federal.yaml", "closings: []", "closings:\n  - {date: 2026-12-24, name: Storm}"
    )
    spoil(folder, "calendars/us-federal.yaml", '  - {date: 2026-10-12, name: "Columbus Day"}\n', "")
    changes = load_programs(folder, by=None)
    assert (changes.added, changes.changed, changes.removed) == (1, 0, 1)
    assert Holiday.objects.get(on=date(2026, 12, 24)).name == "Storm"
    assert not Holiday.objects.filter(on=date(2026, 10, 12)).exists()


def test_the_command_lists_every_fault_and_loads_nothing(folder, capsys):
    spoil(folder, "programs/bcbsnc.yaml", "adult_only: {value: true", "adult_only: {value: 1")
    with pytest.raises(CommandError, match=r"(?s)Nothing was loaded:.*terms\[0\]\.adult_only"):
        call_command("load_programs", root=folder)
    assert Plan.objects.count() == 0
    call_command("load_programs")
    assert capsys.readouterr().out.startswith("Programs: 1")


def test_a_dry_run_shows_the_difference_and_changes_nothing(folder, capsys):
    call_command("load_programs", root=folder, dry_run=True)
    assert capsys.readouterr().out.startswith("Programs, dry run: 1")
    assert Plan.objects.count() == 0
    assert AuditEvent.objects.count() == 0


# --- The table itself -----------------------------------------------------------------------------


def test_every_column_of_lists_has_a_shape():
    json_columns = {name for name, column in value_columns().items() if isinstance(column, models.JSONField)}
    assert json_columns == set(SHAPES)


def test_every_column_says_which_requirement_it_answers():
    for name, column in value_columns().items():
        assert any(mark in column.help_text for mark in ("PD-", "R-", "D-", "DR-")), name


@pytest.mark.parametrize("pd", [f"PD-{n:02}" for n in range(4, 49)])
def test_every_pd_row_has_a_value_with_its_source_in_every_program(pd):
    """PD-01, PD-03 are fields of Program itself; every other row names its columns or sources."""
    for program in read_content(settings.FIXTURES_ROOT).programs:
        columns = [name for name, column in value_columns().items() if pd in column.help_text]
        assert columns, f"no column answers {pd}"
        for terms in program.terms:
            assert all(terms.sources[name] for name in columns)


@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ({"standard_business_days": None}, "a_standard_allowance_is_in_business_days_or_in_hours"),
        ({"standard_hours": 72}, "a_standard_allowance_is_in_business_days_or_in_hours"),
        ({"order_id_on_denial": True}, "an_order_id_is_never_shown_on_a_denial"),
    ],
)
def test_the_table_refuses_terms_that_make_no_sense(values, constraint):

    with pytest.raises(IntegrityError, match=constraint):
        ProgramTermsFactory(**values)


def test_one_row_per_program_and_day():

    terms = ProgramTermsFactory()
    with pytest.raises(IntegrityError):
        ProgramTermsFactory(program=terms.program)


def test_the_readme_says_which_columns_answer_each_pd_row():
    readme = (settings.BASE_DIR / "members/README.md").read_text()
    for number in range(4, 49):
        pd = f"PD-{number:02}"
        row = next(line for line in readme.splitlines() if line.startswith(f"| {pd} "))
        for name, column in value_columns().items():
            assert (f"`{name}`" in row) is (pd in column.help_text), (pd, name)
