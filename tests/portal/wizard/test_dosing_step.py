"""Step 7: dosing by the regimen, supportive drugs, and questions that only some drugs raise."""

from __future__ import annotations

import html
from datetime import date, timedelta

import pytest

from orders.rules.schedule import PlannedLine
from pathways.criteria.terms import RISK_FACTORS
from pathways.models import DrugProduct
from tests.portal.wizard.entry import PLAN, Entry

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shipped")]

BREAST = {
    "histology": "invasive",
    "stage": "IIB",
    "line_of_therapy": "ADJUVANT",
    "ecog": "0",
    "biomarker-HER2": "negative",
    "biomarker-HR": "positive",
    "biomarker-RESIDUAL_DISEASE": "unknown",
    "biomarker-PDL1_CPS": "unknown",
    "biomarker-PDL1_IC": "unknown",
    "biomarker-HER2_LOW": "unknown",
    "biomarker-LN": "unknown",
    "biomarker-BRCA": "unknown",
    "biomarker-ESR1_PIK3CA": "unknown",
    "prior_therapies": "none",
}
#: Regimens of breast cancer by their risk of febrile neutropenia.
HIGH, INTERMEDIATE, LOW = "PW-BRE-001", "PW-BRE-006", "PW-BRE-004"
TCHP = "PW-BRE-003"
PEGFILGRASTIM = {
    "drug": "pegfilgrastim",
    "role": "supportive",
    "hcpcs": "J2506",
    "dose": "6",
    "unit": "mg",
    "route": "SC",
    "days": "2",
    "cycle_length_days": "21",
    "cycles": "1-2",
    "per_day": "1",
    "phase": "1",
    "indication": "primary_prophylaxis",
}
RHYTHM = ("cycle_length_days", "cycles", "days", "per_day")
BODY = {"height_cm": "168", "weight_kg": "72"}


@pytest.fixture
def at_dosing(entry: Entry) -> Entry:
    return entry.reach("dosing")


def breast(entry: Entry, regimen: str, *, plan: str = "BCBSM", member: str = "ZMI400000024") -> Entry:
    entry.post("plan", {**PLAN, "plan": plan})
    entry.answer("member", entry.typed_member(member))
    entry.answer("providers")
    entry.answer("diagnosis", {"primary": "C50.911"})
    entry.answer("clinical", BREAST)
    entry.answer("regimen", {"pick": regimen} if isinstance(regimen, str) else regimen)
    return entry


def with_line(entry: Entry, line: dict[str, str], **more) -> dict[str, object]:
    """What the page holds, with one more line typed in."""
    typed = {**entry.typed_dosing(), **BODY, "no_supportive": None, **more}
    number = int(typed["lines-TOTAL_FORMS"])
    typed |= {f"lines-{number}-{name}": value for name, value in line.items()}
    return {**typed, "lines-TOTAL_FORMS": str(number + 1)}


def text(page) -> str:
    return " ".join(html.unescape(page.content.decode()).split())


def test_r126_the_regimen_fills_every_line(entry: Entry):
    page = breast(entry, HIGH).get("dosing")
    filled = [
        (line["drug"], *(line["fields"][name].value() for name in ("dose", *RHYTHM)))
        for line in page.context["lines"]
    ]
    every_two_weeks = ("14", "1-4", "1", "1")
    assert filled == [
        ("doxorubicin", "60", *every_two_weeks),
        ("cyclophosphamide", "600", *every_two_weeks),
        ("paclitaxel", "175", *every_two_weeks),
    ]
    assert [line["fields"]["phase"].value() for line in page.context["lines"]] == ["1", "1", "2"]
    assert page.context["form"].errors == {}


def test_r127_a_custom_plan_has_empty_required_fields(entry: Entry):
    entry.reach("regimen").answer("regimen", {"pick": "custom", "drugs": ["pembrolizumab", "eribulin"]})
    page = entry.get("dosing")
    assert [line["fields"]["dose"].value() for line in page.context["lines"]] == ["", ""]
    page = entry.shown("dosing", {**entry.typed_dosing(), "lines-0-per_day": ""})
    assert {"lines-0-dose", "lines-0-days", "lines-0-cycles", "lines-0-per_day"} <= set(
        page.context["form"].errors
    )


def test_what_is_kept_can_be_planned_by_the_rules(entry: Entry):
    breast(entry, HIGH).answer("dosing", {**entry.typed_dosing(), **BODY})
    lines = entry.state.get("dosing")["lines"]
    planned = [PlannedLine.from_fact({**line, "number": n}) for n, line in enumerate(lines, start=1)]
    assert [line.cycles for line in planned] == [(1, 2, 3, 4)] * 3


def test_r121_a_list_and_a_range_of_cycles_are_the_same_set(at_dosing: Entry):
    at_dosing.answer("dosing", at_dosing.typed_dosing(**{"lines-0-cycles": "1,2,3,4,5,6,7,8"}))
    line = PlannedLine.from_fact({**at_dosing.state.get("dosing")["lines"][0], "number": 1})
    assert line.cycles == tuple(range(1, 9))


# --- Products ---------------------------------------------------------------------------------------
def test_biosimilars_are_products_to_choose(entry: Entry):
    entry.reach("regimen").answer("regimen", {"pick": "custom", "drugs": ["bevacizumab", "eribulin"]})
    [bevacizumab, _] = entry.get("dosing").context["lines"]
    codes = [code for code, _ in bevacizumab["fields"]["hcpcs"].field.choices]
    assert {"J9035", "Q5107", "Q5118"} <= set(codes)


def test_a_code_that_is_not_valid_on_the_start_date_is_refused(entry: Entry):
    page = breast(entry, HIGH).shown("dosing", with_line(entry, PEGFILGRASTIM | {"hcpcs": "J2505"}))
    assert "not valid on the start date" in text(page)


@pytest.fixture
def dexamethasone(entry: Entry) -> Entry:
    """A drug by mouth that is also sold for injection, in a custom plan."""
    entry.reach("regimen").answer("regimen", {"pick": "custom", "drugs": ["dexamethasone", "eribulin"]})
    return entry


def test_the_product_that_a_line_starts_with_is_given_as_the_drug_is(dexamethasone: Entry):
    [line, other] = dexamethasone.get("dosing").context["lines"]
    assert (line["fields"]["route"].value(), line["fields"]["hcpcs"].value()) == ("PO", "J8540")
    assert [label for _, label in line["fields"]["route"].field.choices] == ["by mouth", "IV"]
    assert not other["asks_route"]


@pytest.mark.parametrize(
    ("code", "route", "message"),
    [
        ("J1100", "PO", "J1100 is an injection, but dexamethasone is given by mouth here."),
        ("J8540", "IV", "J8540 is taken by mouth, but dexamethasone is given IV here."),
        ("J8540", "PO", ""),
        ("J1100", "IV", ""),
    ],
)
def test_a_product_is_refused_that_cannot_be_given_this_way(
    dexamethasone: Entry, code: str, route: str, message: str
):
    typed = dexamethasone.typed_dosing(**{"lines-0-hcpcs": code, "lines-0-route": route})
    errors = dexamethasone.shown("dosing", typed).context["form"].errors
    assert " ".join(errors.get("lines-0-hcpcs", [])).startswith(message)
    assert ("lines-0-hcpcs" in errors) == bool(message)


# --- Measurements -----------------------------------------------------------------------------------
def test_height_and_weight_are_demanded_when_a_dose_depends_on_them(entry: Entry):
    page = breast(entry, HIGH).shown("dosing", entry.typed_dosing())
    assert "height" in text(page)
    assert {"height_cm", "weight_kg"} <= set(page.context["form"].errors)


def test_a_flat_dose_needs_no_measurements(at_dosing: Entry):
    at_dosing.answer("dosing")
    assert at_dosing.state.get("dosing")["height_cm"] == ""


@pytest.mark.parametrize("typed", ["17", "tall", "-170", "1e9"])
def test_measurements_out_of_the_possible_are_refused(at_dosing: Entry, typed: str):
    page = at_dosing.shown("dosing", at_dosing.typed_dosing(height_cm=typed))
    assert "from 30 to 250" in text(page)


def test_creatinine_clearance_is_asked_only_for_an_auc_dose(entry: Entry):
    entry.reach("dosing")
    assert "creatinine_clearance" not in entry.get("dosing").context["form"].fields
    entry.post("regimen", {"pick": "PW-NSC-010"})
    page = entry.shown("dosing", entry.typed_dosing(**BODY))
    assert "creatinine_clearance" in page.context["form"].errors
    entry.answer("dosing", entry.typed_dosing(**BODY, creatinine_clearance="90"))
    assert entry.state.get("dosing")["creatinine_clearance"] == "90"


# --- Supportive and trial drugs ---------------------------------------------------------------------
def test_r085_no_supportive_drugs_is_confirmed(at_dosing: Entry):
    page = at_dosing.shown("dosing", at_dosing.typed_dosing(no_supportive=None))
    assert "no_supportive" in page.context["form"].errors
    at_dosing.answer("dosing")
    assert at_dosing.state.get("dosing")["no_supportive"] is True


def test_a_supportive_drug_is_added_and_removed_without_scripts(at_dosing: Entry):
    typed = at_dosing.typed_dosing(no_supportive=None, add_drug_text="neulasta")
    page = at_dosing.shown("dosing", typed, "add_drug")
    [offer] = page.context["drug_picks"]
    assert offer["value"] == "pegfilgrastim"
    page = at_dosing.shown("dosing", {**typed, "add_drug": "pegfilgrastim"}, "add_drug")
    assert [line["drug"] for line in page.context["lines"]] == ["pembrolizumab", "pegfilgrastim"]
    added = page.context["lines"][1]
    assert (added["fields"]["cycles"].value(), added["fields"]["dose"].value()) == ("1-8", "")
    assert page.context["form"].errors == {}
    page = at_dosing.shown("dosing", at_dosing.typed_dosing(), "remove:1")
    assert [line["drug"] for line in page.context["lines"]] == ["pembrolizumab"]


def test_a_therapeutic_line_of_the_regimen_cannot_be_removed(at_dosing: Entry):
    page = at_dosing.shown("dosing", at_dosing.typed_dosing(), "remove:0")
    assert [line["drug"] for line in page.context["lines"]] == ["pembrolizumab"]


@pytest.mark.parametrize(
    ("drug", "message"), [("nivolumab", "therapeutic drug"), ("pembrolizumab", "on the order already")]
)
def test_a_therapeutic_drug_is_not_added_as_supportive(at_dosing: Entry, drug: str, message: str):
    page = at_dosing.shown("dosing", at_dosing.typed_dosing(add_drug=drug, add_drug_text=drug), "add_drug")
    assert message in " ".join(page.context["form"].errors["add_drug"])
    assert len(page.context["lines"]) == 1


def test_r133_a_trial_drug_is_free_text_without_a_code(at_dosing: Entry):
    page = at_dosing.shown("dosing", at_dosing.typed_dosing(add_trial="XB-101"), "add_trial")
    assert [line["drug"] for line in page.context["lines"]] == ["pembrolizumab", "XB-101"]
    lines = {"lines-1-dose": "50", "lines-1-days": "1"}
    at_dosing.answer("dosing", at_dosing.typed_dosing(**lines))
    line = at_dosing.state.get("dosing")["lines"][1]
    assert (line["role"], line["hcpcs"], line["dose"]) == ("investigational", "", "50")


def test_a_drug_left_in_the_box_is_not_forgotten(at_dosing: Entry):
    page = at_dosing.shown(
        "dosing", at_dosing.typed_dosing(add_drug="ondansetron", add_drug_text="ondansetron")
    )
    assert "Press “Add drug”" in " ".join(page.context["form"].errors["add_drug"])


def test_an_alternative_schedule_is_taken_over_with_one_press(at_dosing: Entry):
    page = at_dosing.get("dosing")
    [(button, words)] = page.context["lines"][0]["schedules"]
    assert words == "400 mg every 42 days"
    assert "The regimen also allows 400 mg every 42 days." in text(page)
    page = at_dosing.shown("dosing", at_dosing.typed_dosing(), button)
    fields = page.context["lines"][0]["fields"]
    assert (fields["dose"].value(), fields["cycle_length_days"].value()) == ("400", "42")
    at_dosing.answer("dosing")


# --- Phases and several doses of one drug -------------------------------------------------------------
def test_dr25_the_page_says_when_the_first_cycle_of_a_later_phase_begins(entry: Entry):
    assert "Cycle 1 begins on the start date." in text(entry.reach("dosing").get("dosing"))
    page = breast(entry, HIGH).get("dosing")
    assert "Cycle 1 begins on the start date" not in text(page)
    assert "that of a later phase when the phase before it has ended" in text(page)
    # Four cycles of 14 days after the start on Mar 12.
    assert text(page).count("Cycle 1 of phase 2 begins Thu May 7, 2026.") == 1
    page = entry.shown("dosing", {**entry.typed_dosing(), "lines-0-cycles": "?"})
    assert "Cycle 1 of phase 2 begins" not in text(page)


def test_dr25_a_supportive_drug_goes_along_the_whole_course(entry: Entry):
    """Two phases of four cycles of 14 days: it starts with all eight, and not with those of phase 1."""
    breast(entry, HIGH)
    added = {**entry.typed_dosing(), "add_drug_text": "pegfilgrastim", "add_drug": "pegfilgrastim"}
    fields = entry.shown("dosing", added, "add_drug").context["lines"][-1]["fields"]
    names = ("phase", "cycle_length_days", "cycles")
    assert [fields[name].value() for name in names] == ["0", "14", "1-8"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"phase": "1", "cycles": "1-4"}, None),
        ({"phase": "2", "cycles": "1-4"}, None),
        ({"phase": "0", "cycles": "1-8"}, None),
        ({"phase": "1", "cycles": "1-5"}, "cycles"),
        ({"phase": "2", "cycles": "1-8"}, "cycles"),
        ({"phase": "3", "cycles": "1"}, "phase"),
    ],
)
def test_dr25_a_supportive_drug_of_a_phase_ends_with_it(
    entry: Entry, changes: dict[str, str], field: str | None
):
    line = PEGFILGRASTIM | {"cycle_length_days": "14"} | changes
    errors = breast(entry, HIGH).shown("dosing", with_line(entry, line)).context["form"].errors
    assert list(errors) == ([f"lines-3-{field}"] if field else [])


@pytest.fixture
def loading(entry: Entry) -> dict[str, object]:
    """TCHP with trastuzumab on two lines: the loading dose in cycle 1, the usual dose after it."""
    breast(entry, TCHP)
    before = [line["drug"] for line in entry.get("dosing").context["lines"]]
    number = before.index("trastuzumab")
    page = entry.shown("dosing", {**entry.typed_dosing(), **BODY}, f"another:{number}")
    assert [line["drug"] for line in page.context["lines"]] == [
        *before[: number + 1],
        "trastuzumab",
        *before[number + 1 :],
    ]
    usual, added = page.context["lines"][number : number + 2]
    assert (usual["position"], added["position"]) == ("dose 1 of 2", "dose 2 of 2")
    assert (added["fields"]["dose"].value(), added["fields"]["cycles"].value()) == ("", "")
    lines = {f"lines-{number}-cycles": "2-6", f"lines-{number + 1}-cycles": "1"}
    return {**entry.typed_dosing(**BODY, creatinine_clearance="90"), **lines, f"lines-{number + 1}-dose": "8"}


def test_a_loading_dose_is_a_line_of_its_own_and_no_deviation(entry: Entry, loading: dict[str, object]):
    entry.post("dosing", loading)
    ticked = [value for value, _ in entry.get("dosing").context["form"].fields["dose_checked"].choices]
    assert ticked == ["trastuzumab: 8 mg/kg"]
    entry.answer("dosing", {**loading, "dose_checked": ticked})
    kept = [(line["dose"], line["cycles"]) for line in _trastuzumab(entry)]
    assert kept == [("6", "2-6"), ("8", "1")]
    entry.answer("dates")
    judgement = entry.get("review").context["judgement"]
    assert [found.code for found in judgement.deviations if found.kind == "schedule"] == []
    assert "two lines" not in text(entry.get("review"))


def test_dr09_doses_of_one_drug_in_the_same_cycles_are_pointed_out(entry: Entry, loading: dict[str, object]):
    number = next(name.split("-")[1] for name, value in loading.items() if value == "2-6")
    overlapping = {**loading, f"lines-{number}-cycles": "1-6", "dose_checked": "trastuzumab: 8 mg/kg"}
    entry.post("dosing", overlapping)
    page = entry.get("dosing")
    assert text(page).count("trastuzumab is on another line for cycle 1 too") == 2
    page = entry.shown("dosing", overlapping)
    assert page.context["step"].key == "dates"
    assert "trastuzumab stands on two lines for the same cycles; the doses count together." in text(page)


def test_a_further_dose_can_be_removed_and_the_last_line_of_a_drug_cannot(
    entry: Entry, loading: dict[str, object]
):
    number = next(name.split("-")[1] for name, value in loading.items() if value == "2-6")
    entry.post("dosing", loading, f"remove:{number}")
    [left] = [line for line in entry.get("dosing").context["lines"] if line["drug"] == "trastuzumab"]
    assert left["fields"]["dose"].value() == "8"
    assert not left["removable"]
    assert left["position"] == ""


def test_a_drug_on_two_lines_asks_once(entry: Entry, loading: dict[str, object]):
    entry.post("dosing", loading)
    entry.post("clinical", {**BREAST, "biomarker-HER2": "unknown"})
    shown = text(entry.get("dosing"))
    assert "trastuzumab and pertuzumab also need an answer to “" in shown
    assert "trastuzumab, trastuzumab" not in shown


def _trastuzumab(entry: Entry) -> list[dict[str, str]]:
    return [line for line in entry.state.get("dosing")["lines"] if line["drug"] == "trastuzumab"]


# --- Warnings and deviations --------------------------------------------------------------------------
def test_r125_a_dose_far_off_is_checked_again_and_is_no_deviation(at_dosing: Entry):
    typed = at_dosing.typed_dosing(**{"lines-0-dose": "300"})
    page = at_dosing.shown("dosing", typed)
    [(value, _)] = page.context["form"].fields["dose_checked"].choices
    assert "dose_checked" in page.context["form"].errors
    at_dosing.answer("dosing", {**typed, "dose_checked": value})
    judgement = at_dosing.answer("dates") and at_dosing.get("review").context["judgement"]
    assert judgement.deviations == ()
    # Another dose asks again.
    page = at_dosing.shown("dosing", {**typed, "lines-0-dose": "350", "dose_checked": value})
    assert "dose_checked" in page.context["form"].errors


def test_r179_a_deviation_shows_beside_its_line_and_goes_when_corrected(at_dosing: Entry):
    at_dosing.post("dosing", at_dosing.typed_dosing(**{"lines-0-cycle_length_days": "28"}))
    page = at_dosing.get("dosing")
    [deviation] = page.context["lines"][0]["deviations"]
    assert (deviation.entered, deviation.expected) == ("28 days", "21 days")
    at_dosing.post("dosing", at_dosing.typed_dosing(**{"lines-0-cycle_length_days": "21"}))
    assert at_dosing.get("dosing").context["lines"][0]["deviations"] == []


def test_r179_a_wrong_phase_can_be_put_right_even_when_all_lines_say_phase_1(entry: Entry):
    breast(entry, HIGH)
    page = entry.shown("dosing", entry.typed_dosing(**{"lines-2-phase": "1"}))
    [deviation] = page.context["lines"][2]["deviations"]
    assert (deviation.entered, deviation.expected) == ("phase 1", "phase 2")
    assert page.context["lines"][2]["shows_phase"]
    entry.post("dosing", entry.typed_dosing(**{"lines-2-phase": "2"}))
    assert entry.get("dosing").context["lines"][2]["deviations"] == []


# --- Growth factors and anemia ------------------------------------------------------------------------
def asked(page) -> set[str]:
    return set(page.context["form"].questions)


@pytest.mark.parametrize(("regimen", "questions"), [(HIGH, set()), (INTERMEDIATE, {"fn_risk_factors"})])
def test_r185_risk_factors_are_asked_only_at_intermediate_risk(
    entry: Entry, regimen: str, questions: set[str]
):
    breast(entry, regimen)
    assert asked(entry.get("dosing")) == set()
    entry.post("dosing", with_line(entry, PEGFILGRASTIM))
    assert asked(entry.get("dosing")) == questions


def test_the_panel_names_no_question_that_is_not_on_the_page_yet(entry: Entry):
    """Risk factors are asked for once it is known what the growth factor is given for."""
    breast(entry, INTERMEDIATE)
    entry.post("dosing", with_line(entry, PEGFILGRASTIM | {"indication": ""}))
    said = [finding.sentence for finding in entry.get("dosing").context["so_far"].findings]
    assert said[-1] == "pegfilgrastim: needs reason for the drug."


def test_r183_a_risk_factor_is_demanded_or_none(entry: Entry):
    breast(entry, INTERMEDIATE)
    page = entry.shown("dosing", with_line(entry, PEGFILGRASTIM))
    assert "fn_risk_factors" in page.context["form"].errors
    entry.answer("dosing", with_line(entry, PEGFILGRASTIM, fn_risk_factors=["none"]) | _settled(entry))
    assert entry.state.get("dosing")["fn_risk_factors"] == []


def test_d31_the_list_of_risk_factors_is_offered_but_age_which_counts_by_itself(entry: Entry):
    """The list is that of DR-08; the date of birth says whether somebody is above 65."""
    breast(entry, INTERMEDIATE)
    entry.post("dosing", with_line(entry, PEGFILGRASTIM))
    offered = [value for value, _ in entry.get("dosing").context["form"].fields["fn_risk_factors"].choices]
    assert offered == [*(name for name in RISK_FACTORS if name != "age_gt_65"), "none"]


def _settled(entry: Entry) -> dict[str, object]:
    """The growth factor is on the page already: do not add it twice."""
    return {"lines-TOTAL_FORMS": entry.typed_dosing()["lines-TOTAL_FORMS"]}


def test_the_reason_for_a_growth_factor_is_demanded(entry: Entry):
    breast(entry, HIGH)
    page = entry.shown("dosing", with_line(entry, PEGFILGRASTIM | {"indication": ""}))
    assert "lines-3-indication" in page.context["form"].errors


def test_after_a_neutropenic_event_the_office_attests(entry: Entry):
    breast(entry, HIGH)
    entry.post("dosing", with_line(entry, PEGFILGRASTIM | {"indication": "secondary_prophylaxis"}))
    assert asked(entry.get("dosing")) == {"attestations"}


def test_anemia_is_asked_about_only_with_a_drug_for_it(entry: Entry):
    """D-58: a drug that is given without cancer too raises the question what it is given for."""
    breast(entry, HIGH)
    epoetin = PEGFILGRASTIM | {
        "drug": "epoetin alfa",
        "hcpcs": "J0885",
        "dose": "40000",
        "unit": "units",
        "indication": "",
    }
    entry.post("dosing", with_line(entry, epoetin))
    page = entry.get("dosing")
    assert asked(page) == {"labs-hemoglobin", "anemia_cause", "on_myelosuppressive_chemotherapy"}
    # What an earlier step asks is pointed to.
    assert "epoetin alfa also needs an answer to “Is treatment meant to cure?”" in text(page)
    typed = entry.typed_dosing(
        **BODY,
        no_supportive=None,
        **{
            "labs-hemoglobin": "9,4x",
            "anemia_cause": "chemotherapy",
            "on_myelosuppressive_chemotherapy": "yes",
        },
    )
    page = entry.shown("dosing", typed)
    assert "labs-hemoglobin" in page.context["form"].errors
    entry.answer("dosing", {**typed, "labs-hemoglobin": "9.4"})
    # An answered question stays on the page.
    assert asked(entry.get("dosing")) == {
        "labs-hemoglobin",
        "anemia_cause",
        "on_myelosuppressive_chemotherapy",
    }
    kept = entry.state.get("dosing")
    assert (kept["labs"], kept["anemia_cause"]) == ({"hemoglobin": "9.4"}, "chemotherapy")


def test_a_drug_that_nobody_here_reviews_raises_no_question(entry: Entry):
    """North Carolina's list does not have every drug."""
    breast(entry, HIGH)
    ondansetron = PEGFILGRASTIM | {"drug": "ondansetron", "hcpcs": "J2405", "indication": ""}
    entry.answer("dosing", with_line(entry, ondansetron))
    assert asked(entry.get("dosing")) == set()


def test_a_regimen_changed_in_another_window_is_not_saved_over(at_dosing: Entry):
    typed = at_dosing.typed_dosing()
    at_dosing.post("regimen", {"pick": "PW-NSC-008"})
    at_dosing.post("dosing", typed)
    assert at_dosing.state.answers["dosing"] is None
    page = at_dosing.get("dosing")
    assert page.context["refilled"]
    assert date(2026, 3, 12) == page.context["draft"].start_on


def test_dr03_a_code_that_ended_is_asked_again_although_one_product_is_left(at_dosing: Entry):
    """The start was moved past the end of the code: the drug's one product then is to be chosen."""
    at_dosing.answer("dosing")
    start_on = at_dosing.order.start_on
    old = DrugProduct.objects.get(hcpcs="J9271")
    DrugProduct.objects.filter(pk=old.pk).update(effective_to=start_on - timedelta(days=1))
    DrugProduct.objects.create(
        drug=old.drug,
        hcpcs="J9999",
        description="Its code from then on",
        unit_size=1,
        unit_kind="mg",
        effective_from=start_on,
    )
    text = html.unescape(at_dosing.get("dosing").content.decode())
    assert "This code of pembrolizumab is not valid on the start date." in text
    assert "Its code from then on" in text.split('name="lines-0-hcpcs"')[1]
    at_dosing.answer("dosing", at_dosing.typed_dosing(**{"lines-0-hcpcs": "J9999"}))
    assert at_dosing.state.get("dosing")["lines"][0]["hcpcs"] == "J9999"
