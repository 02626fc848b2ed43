"""Comparing an order with a regimen: DR-05, DR-06, DR-07; suggestions (R-087, R-144 to R-158)."""

from __future__ import annotations

import pytest

from pathways.criteria.outcome import Result
from pathways.matching import match_regimen, suggest
from pathways.schedules import ScheduleError
from tests.rules.build import UP_TO_8, component, facts, library, line, row
from tests.rules.worked import worked

PEMBRO = component("pembrolizumab")


def codes(match) -> list[str]:
    return [deviation.code for deviation in match.deviations]


# --- DR-05 ------------------------------------------------------------------------------------------


def test_the_drug_set_of_the_row_matches_whatever_the_order_of_lines_dr_05():
    rows = library(row(PEMBRO, component("carboplatin")))
    match = match_regimen(rows, facts(line("carboplatin"), line("pembrolizumab")))
    assert (match.row_id, match.on_pathway, match.custom) == ("PW-1", True, False)
    assert match.title == "Regimen one"


@pytest.mark.parametrize(
    ("drugs", "own", "says"),
    [
        (["pembrolizumab", "carboplatin"], {}, "not those of “Regimen one”: carboplatin added"),
        (["carboplatin"], {}, "pembrolizumab missing and carboplatin added"),
        (
            ["carboplatin"],
            {"regimen_id": None},
            "plan. No evidence-based regimen for this cancer has these drugs.",
        ),
        (["pembrolizumab"], {"regimen_id": None}, "drugs of “Regimen one”: choose it"),
        (["pembrolizumab"], {"tumor": "breast"}, "No evidence-based regimen"),
        (["pembrolizumab"], {"regimen_id": "PW-NONE"}, "choose it"),
    ],
)
def test_no_such_row_is_a_custom_plan_dr_05(drugs, own, says):
    match = match_regimen(library(row(PEMBRO)), facts(*map(line, drugs), **own))
    assert (match.row_id, match.custom, match.on_pathway) == (None, True, False)
    assert codes(match) == ["CUSTOM_PLAN"]
    deviation = match.deviations[0]
    assert says in deviation.sentence
    assert deviation.sentence.startswith("Custom treatment plan. ")
    assert (deviation.step, deviation.field) == ("regimen", "regimen_id")
    assert (deviation.kind, deviation.drug) == ("custom", "")
    assert deviation.entered == " and ".join(sorted(drugs))
    assert deviation.expected == "the drugs of one regimen for this cancer"


def test_a_new_drug_alone_beside_an_earlier_order_is_a_custom_plan_dr_05_r_092():
    rows = library(row(PEMBRO))
    alone = match_regimen(rows, facts(line()), added_to=frozenset({"docetaxel"}))
    assert codes(alone) == ["CUSTOM_PLAN"]
    assert alone.deviations[0].sentence == (
        "Custom treatment plan. Pembrolizumab was entered without the other drugs of the earlier order; "
        "a new therapeutic drug needs the whole treatment plan."
    )
    for earlier in ({"pembrolizumab"}, {"pembrolizumab", "docetaxel"}):  # the same again, or a part of it
        assert not match_regimen(rows, facts(line()), added_to=frozenset(earlier)).custom


def test_supportive_and_investigational_drugs_are_left_out_r_147_dr_05():
    lines = [
        line(),
        line("ondansetron", role="supportive", cycle_length_days=7),
        line("XB-101", role="investigational"),
    ]
    assert match_regimen(library(row(PEMBRO)), facts(*lines)).on_pathway


def test_biosimilars_are_products_of_one_drug():
    rows = library(row(component("trastuzumab")))
    for code in ("J9355", "Q5117", ""):
        assert match_regimen(rows, facts(line("trastuzumab", hcpcs=code))).on_pathway


def test_a_library_row_is_evidence_based_and_off_pathway_dr_05():
    match = match_regimen(library(row(PEMBRO, kind="library")), facts(line()))
    assert (match.custom, match.on_pathway, codes(match)) == (False, False, [])


def test_an_order_without_therapeutic_drugs_has_no_regimen_dr_23():
    match = match_regimen(library(row(PEMBRO)), facts(line("pegfilgrastim", role="supportive")))
    assert (match.row_id, match.custom, match.on_pathway) == (None, False, False)


def test_before_any_drug_is_entered_only_the_patient_is_compared():
    rows = library(row(PEMBRO, stages=["IV"]))
    match = match_regimen(rows, facts(stage="IIB"))
    assert (match.row_id, codes(match)) == ("PW-1", ["STAGE"])


# --- DR-06 ------------------------------------------------------------------------------------------

ASKS = {
    "lines": ["L1"],
    "stages": ["IV", "IVA"],
    "histology": ["nonsquamous"],
    "ecog_max": 1,
    "biomarkers": [
        {"name": "EGFR", "in": ["wild_type"], "accept_unknown": False},
        {"name": "ROS1", "in": ["negative"], "accept_unknown": True},
    ],
    "prior_therapy": {"all": ["platinum"]},
    "concurrent_radiation": True,
}
FITS = {
    "line_of_therapy": "L1",
    "stage": "IVA",
    "histology": "nonsquamous",
    "ecog": 1,
    "biomarkers": {"EGFR": "wild_type", "ROS1": "not_reported"},
    "prior_therapies": ["platinum"],
    "concurrent_radiation": True,
}


def compared(**answers):
    return match_regimen(library(row(PEMBRO, **ASKS)), facts(line(), **{**FITS, **answers}))


def test_everything_the_row_asks_is_a_factor_with_entered_and_expected_r_158():
    match = compared()
    assert codes(match) == []
    assert match.on_pathway
    assert {factor.name: factor.result for factor in match.factors} == dict.fromkeys(
        [
            "line_of_therapy",
            "stage",
            "histology",
            "ecog",
            "biomarkers.EGFR",
            "biomarkers.ROS1",
            "prior_therapies",
            "concurrent_radiation",
        ],
        Result.MET,
    )


@pytest.mark.parametrize(
    ("answers", "code", "field"),
    [
        ({"line_of_therapy": "L2"}, "LINE", "line_of_therapy"),
        ({"stage": "IIB"}, "STAGE", "stage"),
        ({"histology": "squamous"}, "PATHOLOGY", "histology"),
        ({"ecog": 2}, "ECOG", "ecog"),
        ({"biomarkers": {"EGFR": "mutation"}}, "BIOMARKER:EGFR", "biomarkers.EGFR"),
        ({"prior_therapies": []}, "PRIOR_THERAPY", "prior_therapies"),
        ({"concurrent_radiation": False}, "CONCURRENT_RT", "concurrent_radiation"),
    ],
)
def test_a_mismatch_is_a_deviation_with_its_field_dr_06(answers, code, field):
    (deviation,) = compared(**answers).deviations
    assert (deviation.code, deviation.step, deviation.field) == (code, "clinical", field)
    assert deviation.kind == "clinical"
    assert not deviation.unknown
    assert deviation.entered
    assert deviation.expected
    assert deviation.entered in deviation.sentence
    assert deviation.expected in deviation.sentence


@pytest.mark.parametrize(
    ("answers", "sentence"),
    [
        ({"line_of_therapy": "L2"}, "Line of therapy: second line; this regimen is for first line."),
        ({"stage": "IIB"}, "Stage: IIB; this regimen is for IV or IVA."),
        ({"stage": None}, "Stage: not entered; this regimen asks for IV or IVA."),
        ({"stage": "unknown"}, "Stage: unknown; this regimen asks for IV or IVA."),
        ({"ecog": 2}, "ECOG performance status: 2; this regimen is for 0 to 1."),
        ({"ecog": None}, "ECOG performance status: not entered; this regimen asks for 0 to 1."),
        (
            {"biomarkers": {"EGFR": "mutation"}},
            "EGFR: sensitizing mutation found; this regimen is for wild type.",
        ),
        (
            {"biomarkers": {"EGFR": "wild_type", "ROS1": "positive"}},
            "ROS1 rearrangement: positive; this regimen is for negative, or not reported.",
        ),
        ({"prior_therapies": []}, "Earlier therapy: none; this regimen is for a platinum drug."),
        (
            {"prior_therapies": ["docetaxel", "bevacizumab"]},
            "Earlier therapy: bevacizumab and docetaxel; this regimen is for a platinum drug.",
        ),
        ({"concurrent_radiation": False}, "Concurrent radiation: no; this regimen is for yes."),
        ({"concurrent_radiation": None}, "Concurrent radiation: not entered; this regimen asks for yes."),
    ],
)
def test_what_was_entered_and_what_the_row_asks_are_said_in_words_r_158(answers, sentence):
    (deviation,) = compared(**answers).deviations
    assert deviation.sentence == sentence


def test_several_earlier_therapies_are_all_asked_for_dr_06():
    both = row(PEMBRO, prior_therapy={"all": ["platinum", "docetaxel"]})
    (deviation,) = match_regimen(library(both), facts(line(), prior_therapies=["platinum"])).deviations
    assert deviation.sentence == (
        "Earlier therapy: a platinum drug; this regimen is for a platinum drug and docetaxel."
    )


@pytest.mark.parametrize(
    ("ages", "age", "fits", "words"),
    [
        ({"min": 18}, 17, False, "18 or older"),
        ({"min": 18}, 18, True, "18 or older"),
        ({"max": 39}, 39, True, "up to 39"),
        ({"max": 39}, 40, False, "up to 39"),
        ({"min": 15, "max": 39}, 14, False, "15 to 39"),
        ({"min": 15, "max": 39}, 15, True, "15 to 39"),
    ],
)
def test_a_row_may_be_for_an_age_r_450(ages, age, fits, words):
    match = match_regimen(library(row(PEMBRO, ages=ages)), facts(line(), age=age))
    assert codes(match) == ([] if fits else ["AGE"])
    (factor,) = match.factors
    assert (factor.entered, factor.expected, factor.step) == (str(age), words, "member")


def test_a_row_without_an_age_limit_is_for_every_age_r_450():
    assert row(PEMBRO).ages is None
    assert match_regimen(library(row(PEMBRO)), facts(line(), age=3)).factors == ()


@pytest.mark.parametrize("ages", [{"min": 40, "max": 39}, {"lowest": 18}, {"min": None}])
def test_an_age_limit_that_cannot_be_read_names_the_row_r_450(ages):
    with pytest.raises(ValueError, match="regimen PW-1: ages"):
        row(PEMBRO, ages=ages)


@pytest.mark.parametrize("answer", ["unknown", "not_reported", None])
@pytest.mark.parametrize(
    ("fact", "code"),
    [("line_of_therapy", "LINE"), ("stage", "STAGE"), ("histology", "PATHOLOGY"), ("ecog", "ECOG")],
)
def test_an_unknown_answer_to_what_the_row_asks_is_a_deviation_dr_06_r_177(fact, code, answer):
    (deviation,) = compared(**{fact: answer}).deviations
    assert deviation.code == f"{code}:UNKNOWN"
    assert deviation.unknown


@pytest.mark.parametrize(
    ("answers", "code"),
    [
        ({"biomarkers": {}}, "BIOMARKER:EGFR:UNKNOWN"),
        ({"biomarkers": {"EGFR": "unknown"}}, "BIOMARKER:EGFR:UNKNOWN"),
        ({"prior_therapies": None}, "PRIOR_THERAPY:UNKNOWN"),
        ({"prior_therapies": ["unknown"]}, "PRIOR_THERAPY:UNKNOWN"),
        ({"concurrent_radiation": None}, "CONCURRENT_RT:UNKNOWN"),
    ],
)
def test_unknown_biomarkers_therapies_and_radiation_dr_06(answers, code):
    assert codes(compared(**answers)) == [code]


def test_a_row_may_accept_an_unreported_biomarker_but_not_a_wrong_one_dr_06():
    assert codes(compared(biomarkers={"EGFR": "wild_type"})) == []
    assert codes(compared(biomarkers={"EGFR": "wild_type", "ROS1": "positive"})) == ["BIOMARKER:ROS1"]


@pytest.mark.parametrize("ecog", [0, 1, "1"])
def test_lower_ecog_values_meet_the_row_dr_06(ecog):
    assert codes(compared(ecog=ecog)) == []


def test_a_drug_of_a_class_is_an_earlier_therapy_of_that_class():
    assert codes(compared(prior_therapies=["carboplatin", "docetaxel"])) == []


HER2_POSITIVE = [{"name": "HER2", "in": ["positive"], "accept_unknown": False}]
ASKS_HER2 = {"tumor": "breast", "histology": ["ductal"], "stages": ["IV"], "lines": ["L1"]}
FITS_HER2 = {
    "tumor": "breast",
    "histology": "ductal",
    "stage": "IV",
    "line_of_therapy": "L1",
    "biomarkers": {"HER2": "positive"},
}


@pytest.mark.parametrize(
    ("factor", "answer"),
    [
        ("tumor", "gastroesophageal"),
        ("histology", "lobular"),
        ("stage", "IIB"),
        ("line_of_therapy", "L2"),
        ("biomarkers", {"HER2": "negative"}),
    ],
)
def test_any_one_factor_that_differs_takes_the_order_off_pathway_r_144(factor, answer):
    rows = library(row(component("trastuzumab"), biomarkers=HER2_POSITIVE, **ASKS_HER2))
    assert match_regimen(rows, facts(line("trastuzumab"), **FITS_HER2)).on_pathway
    assert not match_regimen(rows, facts(line("trastuzumab"), **{**FITS_HER2, factor: answer})).on_pathway


# --- DR-07 ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("own", "code", "field", "entered", "expected"),
    [
        ({"cycle_length_days": 14}, "CYCLE_LENGTH", "cycle_length_days", "14 days", "21 days"),
        ({"cycles": "1-6"}, "CYCLE_COUNT", "cycles", "6 cycles", "4 cycles"),
        ({"days": "1,8"}, "DAYS", "days", "days 1, 8", "day 1"),
        ({"per_day": 2}, "FREQUENCY", "per_day", "2 a day", "1 a day"),
    ],
)
def test_a_changed_schedule_is_a_deviation_of_the_drug_dr_07_r_153(own, code, field, entered, expected):
    match = match_regimen(library(row(PEMBRO)), facts(line(**own)))
    (deviation,) = match.deviations
    assert deviation.code == f"{code}:pembrolizumab"
    assert (deviation.step, deviation.field) == ("dosing", f"lines.1.{field}")
    assert (deviation.entered, deviation.expected) == (entered, expected)
    assert (deviation.kind, deviation.drug) == ("schedule", "pembrolizumab")
    assert deviation.sentence.startswith("Pembrolizumab, ")
    assert deviation.sentence.endswith(f": {entered} entered; the regimen has {expected}.")
    assert not match.on_pathway


def test_two_changed_drugs_give_two_deviations_r_175():
    rows = library(row(PEMBRO, component("carboplatin")))
    match = match_regimen(rows, facts(line(days="2"), line("carboplatin", days="2")))
    assert codes(match) == ["DAYS:pembrolizumab", "DAYS:carboplatin"]
    assert match.deviations[1].field == "lines.2.days"


@pytest.mark.parametrize(("cycles", "deviates"), [("1", False), ("1-8", False), ("1-9", True)])
def test_until_progression_allows_one_to_max_per_order_dr_07(cycles, deviates):
    rows = library(row(component("pembrolizumab", cycles=UP_TO_8)))
    assert bool(codes(match_regimen(rows, facts(line(cycles=cycles))))) is deviates


ALTERNATIVE = {"dose": "400", "unit": "mg", "days": "1", "cycle_length_days": 42, "cycles": UP_TO_8}


@pytest.mark.parametrize(
    ("own", "found", "warned"),
    [
        ({"dose": "200"}, [], False),
        ({"dose": "400", "cycle_length_days": 42}, [], False),
        ({"dose": "400"}, [], True),
        ({"dose": "400", "cycle_length_days": 28}, ["CYCLE_LENGTH:pembrolizumab"], False),
    ],
)
def test_an_alternative_schedule_counts_as_the_row_s_own_dr_07(own, found, warned):
    part = component("pembrolizumab", cycles=UP_TO_8, alternative_schedules=[ALTERNATIVE])
    match = match_regimen(library(row(part)), facts(line(**own)))
    assert codes(match) == found
    assert bool(match.warnings) is warned


@pytest.mark.parametrize(
    ("own", "warned"),
    [
        ({"dose": "200"}, False),
        ({"dose": "220"}, False),
        ({"dose": "180"}, False),
        ({"dose": "220.1"}, True),
        ({"dose": "179.9"}, True),
        ({"dose": "0.2", "unit": "g"}, False),
        ({"dose": "200", "unit": "mg/m2"}, True),
    ],
)
def test_a_dose_more_than_ten_percent_off_is_a_warning_and_no_deviation_dr_07_r_125_r_180(own, warned):
    match = match_regimen(library(row(PEMBRO)), facts(line(**own)))
    assert [warning.code for warning in match.warnings] == ["DOSE_WARNING:pembrolizumab"] * warned
    assert codes(match) == []
    assert match.on_pathway


@pytest.mark.parametrize(
    ("own", "says"),
    [
        ({"dose": "400"}, "Pembrolizumab: 400 mg is more than 10% off the regimen's 200 mg. Check the dose."),
        (
            {"dose": "2", "unit": "mg/kg"},
            "Pembrolizumab: 2 mg/kg is in another unit than the regimen's 200 mg. Check the dose.",
        ),
    ],
)
def test_a_dose_warning_says_what_was_entered_and_where_r_125(own, says):
    (warning,) = match_regimen(library(row(PEMBRO)), facts(line(**own))).warnings
    assert (warning.step, warning.field, warning.drug) == ("dosing", "lines.1.dose", "pembrolizumab")
    assert warning.expected == "200 mg"
    assert warning.sentence == says


def test_the_label_s_own_days_are_not_compared_dr_07():
    rows = library(row(component("pembrolizumab", days="LABEL")))
    assert codes(match_regimen(rows, facts(line(days="1-14")))) == []
    assert codes(match_regimen(library(row(PEMBRO)), facts(line(days="LABEL")))) == ["DAYS:pembrolizumab"]


def test_a_loading_dose_on_a_line_of_its_own_counts_with_the_cycles_after_it():
    lines = [line(dose="400", cycles="1"), line(cycles="2-4")]
    match = match_regimen(library(row(PEMBRO)), facts(*lines))
    assert codes(match) == []
    assert [warning.field for warning in match.warnings] == ["lines.1.dose"]


def test_each_dose_of_a_drug_is_compared_with_the_row_s_r_125():
    lines = [line(dose="400", cycles="1"), line(dose="2000", cycles="2-4") | {"number": 2}]
    match = match_regimen(library(row(PEMBRO)), facts(*lines))
    assert [warning.entered for warning in match.warnings] == ["400 mg", "2000 mg"]


def test_days_that_cannot_be_read_are_refused():
    with pytest.raises(ScheduleError):
        match_regimen(library(row(PEMBRO)), facts(line(days="0")))


# --- suggestions ------------------------------------------------------------------------------------


def test_suggestions_come_with_their_reason_best_first_r_087():
    rows = library(
        row(PEMBRO, id="PW-STAGE", stages=["IIB"]),
        row(PEMBRO, id="LIB-FIT", kind="library"),
        row(PEMBRO, id="PW-ASK", biomarkers=[{"name": "EGFR", "in": ["wild_type"]}]),
        row(PEMBRO, id="PW-FIT", stages=["IV"]),
    )
    found = suggest(rows, {"tumor": "nsclc", "stage": "IV"})
    assert [(item.row.id, item.fit) for item in found] == [
        ("PW-FIT", "fits"),
        ("LIB-FIT", "fits"),
        ("PW-ASK", "needs_answers"),
        ("PW-STAGE", "does_not_fit"),
    ]
    assert [item.on_pathway for item in found] == [True, False, True, True]
    assert found[0].sentence == "Fits what was entered."
    assert found[2].sentence == "Fits if these are confirmed: EGFR wild type."
    assert found[3].sentence == "Stage: IV; this regimen is for IIB."


def test_a_patient_who_fits_is_offered_the_row_of_the_worked_example_r_146():
    example = worked("ex-001")
    found = suggest(example.content.pathways, example.facts)
    fitting = {item.row.id for item in found if item.fit == "fits" and item.on_pathway}
    assert "PW-NSC-010" in fitting


def test_of_several_pathways_for_one_situation_either_is_on_pathway_r_146():
    rows = library(row(PEMBRO, id="PW-1"), row(component("cemiplimab"), id="PW-2"))
    found = suggest(rows, {"tumor": "nsclc"})
    assert [(item.row.id, item.fit, item.on_pathway) for item in found] == [
        ("PW-1", "fits", True),
        ("PW-2", "fits", True),
    ]
    for regimen_id, drug in (("PW-1", "pembrolizumab"), ("PW-2", "cemiplimab")):
        assert match_regimen(rows, facts(line(drug), regimen_id=regimen_id)).on_pathway


def test_a_tumor_without_rows_has_no_suggestions_r_148():
    assert suggest(library(row(PEMBRO)), {"tumor": "breast"}) == []
