"""Scenarios: what is wrong is told with its path, the rest still runs, and nothing is kept."""

from __future__ import annotations

import pytest

from portal.evaluate import results
from tests.portal.evaluate.conftest import EXAMPLES, example


@pytest.mark.parametrize(
    ("changed", "path"),
    [
        ({"plan": "ACME"}, "request.plan"),
        ({"plan": None}, "request.plan"),
        ({"programme": "dentistry"}, "request.programme"),
        ({"start_date": "10/12/2021"}, "request.start_date"),
        ({"submitted_at": "yesterday"}, "request.submitted_at"),
        ({"urgent": "yes"}, "request.urgent"),
        ({"member": {"id": "M-1"}}, "request.member.dob"),
        ({"member": []}, "request.member"),
        ({"tumour": "elbow"}, "request.tumour"),
        ({"ecog": 5}, "request.ecog"),  # death: the scale of a request ends at 4 (D-71)
        ({"ecog": 9}, "request.ecog"),
        ({"biomarkers": {"EGFR": "purple"}}, "request.biomarkers.EGFR"),
        ({"biomarkers": {"LUCK": "good"}}, "request.biomarkers.LUCK"),
        ({"labs": {"ferittin": 12}}, "request.labs.ferittin"),
        ({"prior_therapies": ["prayer"]}, "request.prior_therapies[0]"),
        ({"therapeutic": [{"drug": "aspirin-plus"}]}, "request.therapeutic[0].cycle_length_days"),
        ({"ordering_provider": {"network": "maybe"}}, "request.ordering_provider.network"),
        ({"prior_orders": [{"order_id": "X", "status": "Lost"}]}, "request.prior_orders[0].status"),
    ],
)
def test_what_is_wrong_with_a_request_is_told_with_its_path(changed, path, evaluated):
    assert evaluated(example("EX-001", **changed))["path"] == path


@pytest.mark.parametrize(
    ("changed", "close"),
    [({"biomarkers": {"HER-2": "positive"}}, "HER2"), ({"labs": {"ferittin": 12}}, "ferritin")],
)
def test_a_misspelt_name_is_told_with_the_nearest_one(changed, close, evaluated):
    assert f"did you mean {close!r}?" in evaluated(example("EX-001", **changed))["message"]


@pytest.mark.parametrize(
    ("changed", "path"),
    [
        ({"drug": "no such drug"}, "drug"),
        ({"dose": 0}, "dose"),
        ({"dose": "NaN"}, "dose"),
        ({"days": "22"}, "days"),
        ({"cycles": "4-1"}, "cycles"),
        ({"cycles": 1.5}, "cycles"),
        ({"freq_per_day": 0}, "freq_per_day"),
    ],
)
def test_what_is_wrong_with_a_drug_is_told_with_its_path(changed, path, evaluated):
    scenario = example("EX-001")
    scenario["request"]["therapeutic"][1].update(changed)
    assert evaluated(scenario)["path"] == f"request.therapeutic[1].{path}"


def test_unknown_keys_and_what_is_expected_are_ignored(evaluated):
    scenario = example("EX-001", weather="fine") | {"expected": {"intake": {"accepted": False}}}
    assert evaluated(scenario) == EXAMPLES["EX-001"]["expected"]


def test_a_wrong_scenario_does_not_stop_the_others(evaluated):
    wrong, right = evaluated({"id": "?", "kind": "riddle"}, EXAMPLES["EX-029"])
    assert wrong["path"] == "kind"
    assert right == EXAMPLES["EX-029"]["expected"]


def test_one_scenario_leaves_nothing_for_the_next(evaluated):
    first, second = evaluated(EXAMPLES["EX-001"], EXAMPLES["EX-001"])
    assert first == second


@pytest.mark.parametrize(
    ("changed", "reason", "redirect"),
    [
        ({"submitter_role": "servicing_provider"}, "SERVICING_PROVIDER_CANNOT_SUBMIT", "refused"),
        ({"lob": "INDEMNITY"}, "NOT_IN_PROGRAM", "refer_to_health_plan"),
        (
            {"lob": "INDEMNITY", "submitter_role": "servicing_provider"},
            "SERVICING_PROVIDER_CANNOT_SUBMIT",
            "refused",
        ),
        ({"lob": "NEHP"}, "NOT_IN_PROGRAM", "refer_to_health_plan"),
        (
            {"submitted_at": "2021-06-20T10:00:00-04:00", "start_date": "2021-06-30"},
            "BEFORE_GO_LIVE",
            "refer_to_health_plan",
        ),
        ({"dx": {"primary": "C76.0"}, "tumour": None}, "DX_NOT_LISTED", "refer_to_health_plan"),
        ({"dx": {"primary": "D70.1"}}, "NON_CANCER_PRIMARY", "refer_to_health_plan"),
    ],
)
def test_dr01_the_first_gate_that_fails_is_the_reason(changed, reason, redirect, evaluated):
    found = evaluated(example("EX-001", **changed))["intake"]
    assert (found["accepted"], found["reason"], found["redirect"]) == (False, reason, redirect)
    assert (found["case_status"], found["drug_status"], found["order_id_issued"]) == (None, {}, False)


def test_d36_d37_the_rules_of_the_form_are_no_gates_here(evaluated):
    far = example("EX-001", start_date="2022-02-01", planned_end="2022-07-18")
    assert evaluated(far)["intake"]["accepted"] is True
    urgent = example("EX-005", urgent=True)
    assert evaluated(urgent)["intake"]["deadline"] == {"kind": "hours", "due_at": "2021-10-08T10:30:00-04:00"}


class TestSeveralLinesOfOneDrug:
    """A first dose of its own: its line and the one that follows it are one drug.

    It is the lower one: 400 mg have to be 42 days from the next dose.
    """

    FIRST = {"dose": 100, "cycles": "1"}
    FOLLOWING = {"dose": 200, "cycles": "2-8"}

    @pytest.fixture
    def found(self, evaluated):
        scenario = example("EX-001")
        pembrolizumab = scenario["request"]["therapeutic"].pop()
        scenario["request"]["therapeutic"] += [pembrolizumab | self.FIRST, pembrolizumab | self.FOLLOWING]
        return evaluated(scenario)["intake"]

    def test_their_visits_and_units_add_up(self, found):
        assert found["approved"]["pembrolizumab"] == {
            "hcpcs": "J9271",
            "visits": 8,
            "billing_units": 100 + 7 * 200,
        }

    def test_the_drug_has_one_status(self, found):
        assert found["drug_status"]["pembrolizumab"] == "Authorized"

    def test_a_dose_too_close_to_the_one_on_the_next_line_waits_for_a_nurse_dr_09(self, evaluated):
        scenario = example("EX-001")
        pembrolizumab = scenario["request"]["therapeutic"].pop()
        first = pembrolizumab | self.FIRST | {"dose": 400}
        scenario["request"]["therapeutic"] += [first, pembrolizumab | self.FOLLOWING]
        assert evaluated(scenario)["intake"]["drug_status"]["pembrolizumab"] is None


def test_of_several_lines_the_least_favorable_status_is_the_drug_s():
    assert set(results.LEAST_FAVORABLE) == set(results.DRUG_LABELS)
    assert results.least_favorable(["authorized", "in_progress"]) == "in_progress"
    assert results.least_favorable(["authorized", "non_authorized", "in_progress"]) == "non_authorized"
    assert results.least_favorable(["authorized", "authorized"]) == "authorized"
