"""Review events: who may do what, and what it makes of the case (DR-11, DR-14, DR-15, DR-27)."""

from __future__ import annotations

import pytest

from tests.portal.evaluate.conftest import at, example

#: One reviewed drug whose policy is met; only the custom plan pends it.
CUSTOM = "EX-006"
#: Bevacizumab is met; pegfilgrastim at low risk is not.
GROWTH_FACTOR = "EX-009"
DUPLICATE = "EX-012"
UNKNOWN_HER2 = "EX-005"


def final(evaluated, name, *events):
    answer = evaluated(example(name, events=list(events)))
    assert "final" in answer, answer
    return answer["final"]


def test_dr15_a_case_that_nobody_answered_is_denied_by_a_physician_at_the_deadline(evaluated):
    found = final(evaluated, UNKNOWN_HER2, at("08T17:00", "deadline_passed"))
    assert found["case_status"] == "Non-Authorized"
    assert found["drug_status"]["trastuzumab"] == "Non-authorized"
    assert found["drug_status"]["docetaxel"] == "AIM Clinical Review Not Required"
    assert found["order_id_issued"] is False
    assert found["letters_to"] == ["member", "ordering_provider", "servicing_provider"]


def test_a_custom_plan_of_which_no_drug_is_reviewed_is_ended_by_a_physician_who_decides_none(evaluated):
    """Only the plan itself waits, so there is no drug to name (DR-12, DR-14)."""
    (prednisone,) = [
        line for line in example(CUSTOM)["request"]["therapeutic"] if line["drug"] == "prednisone"
    ]
    asked = example(CUSTOM, therapeutic=[prednisone], events=[at("07T10:00", "decide", decisions={})])
    answer = evaluated(asked)
    assert answer["intake"]["pend_reasons"] == ["CUSTOM_PLAN"]
    assert answer["final"]["case_status"] == "Completed"


def test_dr17_an_earlier_order_without_a_key_has_that_of_its_row(evaluated):
    earlier = {**example("EX-020")["request"]["prior_orders"][0], "regimen_key": None}
    found = evaluated(example("EX-020", prior_orders=[earlier]))["intake"]
    assert found["s_codes"] == {"S0353": 0, "S0354": 5}


def test_r191_a_cleared_duplicate_goes_on_as_if_it_were_not_flagged(evaluated):
    found = final(evaluated, DUPLICATE, at("06T12:00", "duplicate_decision", is_duplicate=False))
    assert found["case_status"] == "Authorized"
    assert found["s_codes"] == {"S0353": 0, "S0354": 2}, "the earlier order has the onset code (DR-17)"


def test_new_information_that_leaves_something_open_keeps_the_case_and_its_deadline(evaluated):
    found = final(evaluated, UNKNOWN_HER2, at("06T11:00", "add_information", set={"ecog": 0}))
    assert found["case_status"] == "In Progress"
    assert found["deadline"] == {"kind": "business_days", "due_date": "2021-10-08"}
    assert "status_email_to_submitter" not in found


def test_information_may_show_that_a_policy_is_not_met_and_nothing_is_denied_by_it(evaluated):
    answer = at("06T11:00", "add_information", set={"biomarkers": {"HER2": "negative"}})
    found = final(evaluated, UNKNOWN_HER2, answer)
    assert (found["case_status"], found["drug_status"]["trastuzumab"]) == ("In Progress", None)


def test_a_decision_on_some_drugs_waits_for_the_others(evaluated):
    found = final(evaluated, GROWTH_FACTOR, at("07T10:00", "decide", decisions={"bevacizumab": "authorize"}))
    assert found["case_status"] == "In Progress"
    found = final(
        evaluated,
        GROWTH_FACTOR,
        at("07T10:00", "decide", decisions={"bevacizumab": "authorize"}),
        at("07T15:00", "decide", decisions={"pegfilgrastim": "deny"}),
    )
    assert found["case_status"] == "Multiple Decisions Rendered"


def test_dr14_a_denied_therapeutic_drug_denies_the_case(evaluated):
    decisions = {"bevacizumab": "deny", "pegfilgrastim": "authorize"}
    found = final(evaluated, GROWTH_FACTOR, at("07T10:00", "decide", decisions=decisions))
    assert found["case_status"] == "Non-Authorized"
    assert found["drug_status"]["pegfilgrastim"] == "Non-authorized"


def test_d67_a_case_whose_drugs_are_all_withdrawn_closes_as_voluntarily_cancelled(evaluated):
    scenario = example("EX-027", events=[at("06T10:00", "withdraw_drug", drug="3DCRT")])
    found = evaluated(scenario)["final"]
    assert found["case_status"] == "Voluntarily Cancelled"
    assert found["drug_status"] == {"3DCRT": "Voluntarily Cancelled"}


COURSE = {
    "order_id": "123456789",
    "status": "Authorized",
    "start_date": "2021-10-05",
    "planned_end": "2021-10-18",
    "programme": "radiation_oncology",
    "rt": {"site": "bone_metastases", "technique": "3DCRT"},
    "therapeutic_drugs": [],
    "supportive_drugs": [],
}


def test_dr11_a_course_of_radiation_entered_twice_waits_until_a_nurse_compared_the_two(evaluated):
    cleared = at("06T12:00", "duplicate_decision", is_duplicate=False)
    found = evaluated(example("EX-026", prior_orders=[COURSE], events=[cleared]))
    assert found["intake"]["case_status"] == "In Progress"
    assert found["intake"]["pend_reasons"] == ["DUPLICATE"]
    assert found["final"]["case_status"] == "Authorized"


def test_d14_an_order_of_drugs_is_no_duplicate_of_a_course_of_radiation(evaluated):
    drugs = {**COURSE, "programme": "medical_oncology", "therapeutic_drugs": ["docetaxel"]}
    found = evaluated(example("EX-026", prior_orders=[drugs]))
    assert found["intake"]["case_status"] == "Authorized"


class TestRadiation:
    """EX-027: above ten fractions, so that a nurse and then a physician looks at it."""

    def test_r342_r347_a_physician_s_decision_is_told_by_mail(self, evaluated):
        denied = at("07T10:00", "decide", decisions={"3DCRT": "deny"})
        found = final(evaluated, "EX-027", denied)
        assert (found["case_status"], found["drug_status"]) == ("Non-Authorized", {"3DCRT": "Non-authorized"})
        assert found["status_email_to_submitter"] is True

    def test_r336_a_procedure_code_is_no_technique(self, evaluated):
        course = {**example("EX-027")["request"]["rt"], "technique": "77385"}
        assert evaluated(example("EX-027", rt=course))["path"] == "request.rt.technique"


def test_dr28_an_attested_trial_without_its_id_is_not_taken(evaluated):
    trial = {"enrolled": True, "trial_id": None}
    found = evaluated(example("EX-001", trial=trial))["intake"]
    assert (found["accepted"], found["reason"]) == (False, "TRIAL_ID_MISSING")


@pytest.mark.parametrize(
    ("event", "path", "message"),
    [
        (at("06T10:00", "decide", actor="nurse", decisions={}), "events[0].actor", "nurse does not decide"),
        (at("06T10:00", "approve"), "events[0].action", "expected one of"),
        (
            at("06T10:00", "decide", decisions={"docetaxel": "deny"}),
            "events[0].decisions.docetaxel",
            "no drug",
        ),
        (
            at("06T10:00", "decide", decisions={"trastuzumab": "maybe"}),
            "events[0].decisions.trastuzumab",
            "one of",
        ),
        (at("06T10:00", "withdraw_drug", drug="aspirin"), "events[0].drug", "no drug of this order"),
        (at("06T10:00", "add_information", set={}), "events[0].set", "names no answer"),
        (at("06T10:00", "add_information", set={"stage": "XI"}), "events[0].set.stage", "expected one of"),
        ({"action": "deadline_passed"}, "events[0].at", "is missing"),
        ({"at": "2021-10-06T10:00:00", "action": "deadline_passed"}, "events[0].at", "no offset"),
    ],
)
def test_an_event_that_cannot_happen_is_told_with_its_path(event, path, message, evaluated):
    error = evaluated(example(UNKNOWN_HER2, events=[event]))
    assert error["path"] == path
    assert message in error["message"]


@pytest.mark.parametrize(
    ("events", "path"),
    [
        ([at("05T10:29", "deadline_passed")], "events[0].at"),
        (
            [at("06T10:00", "add_information", set={"ecog": 0}), at("06T09:59", "deadline_passed")],
            "events[1].at",
        ),
        ([{"at": "9999-12-31T10:00:00Z", "action": "deadline_passed"}], "events[0].at"),
        ([{"at": "2021-W40-3T10:00:00Z", "action": "deadline_passed"}], "events[0].at"),
        ([at("06T10:00", "duplicate_decision", is_duplicate=True)], "events[0].is_duplicate"),
        ([at("06T10:00", "duplicate_decision")], "events[0].is_duplicate"),
        ([at("06T10:00", "decide")], "events[0].decisions"),
        ([at("06T10:00", "decide", decisions={})], "events[0].decisions"),
        ([at("06T10:00", "decide", decisions={"a\x00": "deny"})], "events[0].decisions.a\x00"),
        ([at("06T10:00", "withdraw_drug", drug="a\x00")], "events[0].drug"),
        ([at("06T10:00", "withdraw_drug", drug="\ud800")], "events[0].drug"),
        ([at("06T10:00", "add_information", set={"weight_kg": 1e20})], "events[0].set.weight_kg"),
    ],
)
def test_odd_events_are_told_with_their_path(events, path, evaluated):
    assert evaluated(example(UNKNOWN_HER2, events=events))["path"] == path


def test_events_of_one_moment_happen_in_the_order_of_the_file(evaluated):
    found = final(
        evaluated,
        UNKNOWN_HER2,
        at("06T10:00", "add_information", set={"ecog": 0}),
        at("06T10:00", "deadline_passed"),
    )
    assert found["case_status"] == "Non-Authorized"


def test_what_is_measured_later_counts(evaluated):
    measured = at("06T11:00", "add_information", set={"weight_kg": 80, "biomarkers": {"HER2": "positive"}})
    found = final(evaluated, UNKNOWN_HER2, measured)
    assert found["approved"]["trastuzumab"]["billing_units"] > 0


class TestOnceACaseIsWithAPhysician:
    """A physician decided on bevacizumab; what nurses did before is now the physician's, too."""

    PARTLY = at("07T10:00", "decide", decisions={"bevacizumab": "authorize"})

    @pytest.mark.parametrize("actor", [{}, {"actor": "nurse"}, {"actor": "physician"}])
    def test_information_is_recorded(self, actor, evaluated):
        told = at("07T11:00", "add_information", set={"ecog": 1}, **actor)
        assert final(evaluated, GROWTH_FACTOR, self.PARTLY, told)["case_status"] == "In Progress"

    def test_a_drug_that_was_decided_is_no_duplicate(self, evaluated):
        repeated = at("07T11:00", "duplicate_decision", is_duplicate=True)
        request = example(GROWTH_FACTOR)["request"]
        drugs = [line["drug"] for line in request["therapeutic"]]
        earlier = {**example(DUPLICATE)["request"]["prior_orders"][0], "therapeutic_drugs": drugs}
        scenario = example(GROWTH_FACTOR, prior_orders=[earlier], events=[self.PARTLY, repeated])
        error = evaluated(scenario)
        assert error == {"path": "events[1].is_duplicate", "message": "a drug of the case is decided already"}

    def test_a_decided_drug_is_not_decided_again(self, evaluated):
        again = at("07T11:00", "decide", decisions={"bevacizumab": "deny"})
        error = evaluated(example(GROWTH_FACTOR, events=[self.PARTLY, again]))
        assert error["path"] == "events[1].decisions.bevacizumab"


def test_nothing_happens_to_a_decided_case(evaluated):
    error = evaluated(example("EX-001", events=[at("06T10:00", "withdraw_drug", drug="pembrolizumab")]))
    assert error == {"path": "events[0].action", "message": "the case is not in review"}
