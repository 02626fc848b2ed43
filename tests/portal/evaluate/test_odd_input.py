"""Odd input is told with its path, and never ends as something that could not be run."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from members.models import Member, Plan
from orders.models import DrugLine, Order
from pathways import queries
from pathways.criteria.terms import TUMORS
from pathways.models import DrugProduct
from portal.evaluate import drugs
from portal.evaluate.request import CODE
from tests.portal.evaluate.conftest import EXAMPLES, example

#: A text that fits no column.
LONG = "x" * 201
NUL, SURROGATE = "M-\x00", "M-\ud800"


def told(evaluated, scenario):
    """The path of what is wrong."""
    answer = evaluated(scenario)
    assert "message" in answer, answer
    return answer["path"]


MEMBER, PROVIDER = EXAMPLES["EX-001"]["request"]["member"], {"network": "in", "state": "MA"}
EARLIER = EXAMPLES["EX-012"]["request"]["prior_orders"][0]


def member(**changed):
    return {"member": {**MEMBER, **changed}}


def earlier(**changed):
    return {"prior_orders": [{**EARLIER, **changed}]}


@pytest.mark.parametrize(
    ("changed", "path"),
    [
        # Days: as the calendar writes them, and within it.
        ({"start_date": "2021-W41-2"}, "start_date"),
        ({"start_date": "20211012"}, "start_date"),
        ({"start_date": "2021-02-30"}, "start_date"),
        ({"start_date": "2021-10-1２"}, "start_date"),
        ({"start_date": "1999-12-31"}, "start_date"),
        ({"start_date": "9999-12-31"}, "start_date"),
        ({"start_date": "0001-01-01"}, "start_date"),
        ({"planned_end": "9999-12-31"}, "planned_end"),
        ({"planned_end": "2021-10-11"}, "planned_end"),
        ({"planned_end": "2031-12-31"}, "planned_end"),
        ({"submitted_at": "1900-01-01T00:00:00Z"}, "submitted_at"),
        ({"submitted_at": "9999-12-31T23:59:59-04:00"}, "submitted_at"),
        ({"submitted_at": "20211005T103000Z"}, "submitted_at"),
        ({"submitted_at": "2021-10-05T10:30:00+99:00"}, "submitted_at"),
        ({"submitted_at": "2021-10-05"}, "submitted_at"),
        (member(dob="2021-10-13"), "member.dob"),
        (member(dob="1850-01-01"), "member.dob"),
        (member(coverage_effective="0001-01-01"), "member.coverage_effective"),
        ({"continuity": {"last_dose": "9999-01-01"}}, "continuity.last_dose"),
        (earlier(planned_end="2021-09-30"), "prior_orders[0].planned_end"),
        (earlier(start_date="0001-01-01"), "prior_orders[0].start_date"),
        # Nothing was in force so early.
        ({"submitted_at": "2005-10-05T10:30:00-04:00"}, "submitted_at"),
        # Numbers: people there have been, and what a column holds.
        ({"height_cm": 29.9}, "height_cm"),
        ({"height_cm": 1e20}, "height_cm"),
        ({"weight_kg": 651}, "weight_kg"),
        ({"weight_kg": 0}, "weight_kg"),
        ({"weight_kg": "heavy"}, "weight_kg"),
        ({"weight_kg": True}, "weight_kg"),
        ({"creatinine_clearance": -1}, "creatinine_clearance"),
        ({"labs": {"hemoglobin": "1e999999999"}}, "labs.hemoglobin"),
        ({"ecog": 1e300}, "ecog"),
        ({"ecog": []}, "ecog"),
        # Codes.
        ({"dx": {}}, "dx.primary"),
        ({"dx": {"primary": ""}}, "dx.primary"),
        ({"dx": {"primary": " "}}, "dx.primary"),
        ({"dx": {"primary": "lung"}}, "dx.primary"),
        ({"dx": {"primary": "C34.11111"}}, "dx.primary"),
        ({"dx": {"primary": "C34.11", "secondary": ["C" * 9]}}, "dx.secondary[0]"),
        ({"dx": {"primary": "C50.911"}}, "tumour"),
        ({"therapeutic": [], "supportive": []}, "therapeutic"),
        # Texts: as long as their columns, and such as can be stored.
        (member(id=NUL), "member.id"),
        (member(id=SURROGATE), "member.id"),
        (member(id="1" * 21), "member.id"),
        (member(state="Massachusetts"), "member.state"),
        (member(pcp_state="ZZ"), "member.pcp_state"),
        (member(pbm=LONG), "member.pbm"),
        ({"lob": "L" * 21}, "lob"),
        ({"lob": None}, "lob"),
        ({"group": "G" * 21}, "group"),
        ({"ordering_provider": {**PROVIDER, "state": "\x00"}}, "ordering_provider.state"),
        ({"ordering_provider": None}, "ordering_provider.network"),
        ({"submitter_role": LONG}, "submitter_role"),
        ({"regimen_selected": NUL}, "regimen_selected"),
        ({"regimen_selected": "PW-NSC-999"}, "regimen_selected"),
        ({"reference_order_id": SURROGATE}, "reference_order_id"),
        ({"replaces_order_id": "OR-1"}, "replaces_order_id"),
        ({"trial": {"enrolled": True, "trial_id": "N" * 21}}, "trial.trial_id"),
        ({"prior_therapies": [NUL]}, "prior_therapies[0]"),
        (earlier(order_id=NUL), "prior_orders[0].order_id"),
        (earlier(regimen_row=SURROGATE), "prior_orders[0].regimen_row"),
        (earlier(regimen_key=LONG), "prior_orders[0].regimen_key"),
        (earlier(therapeutic_drugs=["d" * 81]), "prior_orders[0].therapeutic_drugs[0]"),
        (earlier(supportive_drugs=[7]), "prior_orders[0].supportive_drugs[0]"),
    ],
)
def test_a_request(changed, path, evaluated):
    assert told(evaluated, example("EX-001", **changed)) == f"request.{path}"


@pytest.mark.parametrize(
    ("changed", "path"),
    [
        ({"drug": NUL}, "drug"),
        ({"drug": "d" * 81}, "drug"),
        ({"drug": "d" * 81, "investigational": True}, "drug"),
        ({"hcpcs": "J9999"}, "hcpcs"),
        ({"hcpcs": "J9305-J9305"}, "hcpcs"),
        ({"hcpcs": NUL}, "hcpcs"),
        ({"drug": "XB-101", "hcpcs": "none yet", "investigational": True}, "hcpcs"),
        ({"dose": 1e9}, "dose"),
        ({"dose": "100000000"}, "dose"),
        ({"dose": 0.00001}, "dose"),
        ({"dose": "1e999999999"}, "dose"),
        ({"dose": "1_000"}, "dose"),
        ({"dose": -1}, "dose"),
        ({"dose": None}, "dose"),
        ({"dose": 99_999_999, "unit": "g", "days": "1-21", "cycles": 200}, "dose"),
        ({"unit": "spoons"}, "unit"),
        ({"unit": "mg/week"}, "unit"),
        ({"unit": "m" * 13}, "unit"),
        ({"route": "r" * 21}, "route"),
        ({"indication": "headache"}, "indication"),
        ({"days": None}, "days"),
        ({"days": ["1"]}, "days"),
        ({"days": 0}, "days"),
        ({"days": "1," * 31 + "2"}, "days"),
        ({"cycles": "1," * 31 + "2"}, "cycles"),
        ({"cycles": 1e300}, "cycles"),
        ({"cycles": [8]}, "cycles"),
        ({"cycle_length_days": 367}, "cycle_length_days"),
        ({"cycle_length_days": "1e999999999"}, "cycle_length_days"),
        ({"freq_per_day": 25}, "freq_per_day"),
        ({"seq": -1}, "seq"),
        ({"seq": 21}, "seq"),
    ],
)
def test_a_drug_line(changed, path, evaluated):
    scenario = example("EX-001")
    scenario["request"]["therapeutic"][1].update(changed)
    assert told(evaluated, scenario) == f"request.therapeutic[1].{path}"


@pytest.mark.parametrize(
    ("kind", "request_", "path"),
    [
        ("order_use_check", {}, "order.start_date"),
        (
            "order_use_check",
            {"order": {"start_date": "2021-10-12", "planned_end": "9999-12-31"}},
            "order.planned_end",
        ),
        (
            "order_use_check",
            {"order": {"start_date": "2021-10-12", "planned_end": "2021-10-11"}},
            "order.planned_end",
        ),
        (
            "order_use_check",
            {
                "order": {
                    "start_date": "2021-10-12",
                    "planned_end": "2022-02-14",
                    "visits_approved": "1e999999999",
                }
            },
            "order.visits_approved",
        ),
        (
            "order_use_check",
            {
                "plan": "BCBSMA",
                "order": {"start_date": "2021-10-12", "planned_end": "2022-02-14", "visits_approved": 6},
                "lob": "INDEMNITY",
            },
            "lob",
        ),
        ("billing", {"claims": [{"date": "9999-12-31", "code": "S0353"}]}, "claims[0].date"),
        ("billing", {"claims": [{"date": "2021-10-12", "code": LONG}]}, "claims[0].code"),
        ("billing", {"award": {"S0353": -1}}, "award.S0353"),
        ("review_permission", {"actor": "nurse", "action": "sleep"}, "action"),
        ("draft_withdrawal", {}, "therapeutic"),
        ("draft_withdrawal", {"supportive": [{"drug": "aspirin-plus"}]}, "supportive[0].drug"),
    ],
)
def test_a_request_of_another_kind(kind, request_, path, evaluated):
    assert told(evaluated, {"id": 1, "kind": kind, "request": request_}) == f"request.{path}"


@pytest.mark.parametrize(
    ("scenario", "path"),
    [
        ([], "(top)"),
        ({"id": {"a": 1}, "request": {}}, "id"),
        ({"id": 1}, "request"),
        ({"id": 1, "request": {}, "events": {}}, "events"),
        ({"id": 1, "request": {}, "events": [1]}, "events[0]"),
    ],
)
def test_a_scenario(scenario, path, evaluated):
    assert told(evaluated, scenario) == path


@pytest.mark.parametrize(
    "changed",
    [
        {"height_cm": 272, "weight_kg": 650},
        {"height_cm": "30", "weight_kg": 1},
        {"planned_end": "2021-10-12"},
        {"planned_end": "2031-10-12"},
        member(dob="2021-10-12"),
        member(id="M" * 20),
        {"dx": {"primary": "C3411"}},
        {"submitted_at": "2021-10-05T14:30Z"},
    ],
)
def test_what_lies_within_the_bounds_is_run(changed, evaluated):
    assert "intake" in evaluated(example("EX-001", **changed))


def test_the_greatest_dose_of_a_column_is_run(evaluated):
    scenario = example("EX-001")
    scenario["request"]["therapeutic"][2].update(dose="99999999.9999", cycles=1)
    assert evaluated(scenario)["intake"]["accepted"] is True


def test_dr01_a_listed_code_without_its_cancer_is_refused(evaluated):
    found = evaluated(example("EX-001", tumour=None))["intake"]
    assert (found["accepted"], found["reason"]) == (False, "DX_NOT_LISTED")


def test_a_member_of_the_plan_may_be_named(evaluated):
    """Whoever has that number stays as he is, and is not met."""
    Member.objects.create(
        plan=Plan.objects.get(slug="BCBSMA"),
        member_number="M1001",
        number_key="M1001",
        first_name="Ana",
        last_name="Rivera",
        name_key="RIVERA|ANA",
        birth_date="1960-04-18",
        sex="F",
        state="MA",
    )
    assert evaluated(example("EX-001", **member(id="M1001"))) == EXAMPLES["EX-001"]["expected"]


@pytest.mark.parametrize(
    ("model", "column", "characters"),
    [
        (DrugLine, "drug", drugs.DRUG),
        (DrugLine, "route", drugs.ROUTE),
        (DrugLine, "dose_unit", drugs.UNIT),
        (DrugLine, "days", drugs.SCHEDULE),
        (DrugLine, "cycles", drugs.SCHEDULE),
        (Order, "primary_diagnosis", CODE),
    ],
)
def test_a_text_may_be_as_long_as_its_column(model, column, characters):
    assert model._meta.get_field(column).max_length == characters


def test_a_dose_and_its_units_may_be_as_great_as_their_columns():
    dose, units = DrugLine._meta.get_field("dose"), DrugLine._meta.get_field("billing_units")
    smallest = Decimal(1).scaleb(-dose.decimal_places)
    assert smallest == drugs.LEAST_DOSE
    assert 10 ** (dose.max_digits - dose.decimal_places) - smallest == drugs.MOST_DOSE
    assert 10 ** (units.max_digits - units.decimal_places) == drugs.TOO_MANY_UNITS


@pytest.mark.django_db
def test_every_unit_of_the_content_is_known(shipped):
    library = queries.pathway_library(queries.pathways_on(date(2021, 10, 5)))
    rows = [row for tumor in TUMORS for row in library.of_tumor(tumor)]
    units = {schedule.unit for row in rows for part in row.components for schedule in part.schedules}
    units |= set(DrugProduct.objects.values_list("unit_kind", flat=True).distinct())
    assert len(units) > 5
    assert [unit for unit in units if not drugs.is_unit(unit)] == []
