"""The four programs as shipped, value by value against the table of plan differences (PD-01 to PD-48)."""

from __future__ import annotations

from datetime import date, time

import pytest
from django.conf import settings

from members.models import LineOfBusiness, Plan
from tests.factories.members import content

NC, COMMERCIAL, ADVANTAGE, MICHIGAN = PROGRAMS = (
    "bcbsnc",
    "bcbsma-commercial",
    "bcbsma-medicare-advantage",
    "bcbsm-urmbt",
)
STATES_18 = "AL AR CA CO CT GA IN KY ME MI MO NV NH NY NC OH VA WI".split()  # noqa: SIM905 - as in the row
AIM, CARELON = "AIM Specialty Health", "Carelon Medical Benefits Management"
BASE = ["member", "ordering_provider", "servicing_site", "line_of_therapy", "stage"]


def terms_of(slug, row=0):
    program = next(p for p in content().programs if p.slug == slug)
    return program.terms[row].values


#: What it is, the column, and its value for NC, MA-COM, MA-ADV and URMBT.
TABLE = [
    ("PD-02", "administrator_brand", AIM, AIM, AIM, CARELON),
    ("PD-02", "administrator_short", "AIM", "AIM", "AIM", "Carelon"),
    (
        "PD-02",
        "pathway_brand",
        *["AIM Cancer Treatment Pathways"] * 3,
        "Carelon Cancer Treatment Pathways",
    ),
    (
        "R-220",
        "not_required_label",
        *["AIM Clinical Review Not Required"] * 3,
        "Carelon Clinical Review Not Required",
    ),
    ("PD-04", "go_live_on", date(2017, 4, 1), date(2021, 7, 1), date(2021, 7, 1), date(2019, 1, 1)),
    ("PD-05", "pcp_states", {}, {"NEHP": "MA"}, {}, {}),
    ("PD-06", "adult_only", True, False, False, False),
    ("PD-06", "adult_age", 18, 18, 18, 18),
    ("PD-07", "authorization_required", False, True, True, True),
    ("PD-07", "consequence_strength", "may", "may", "may", "will"),
    (
        "PD-08",
        "policy_book",
        "bcbsnc-medical-policy",
        "bcbsma-medical-policy",
        "cms-coverage-determinations",
        "bcbsm-medical-policy",
    ),
    (
        "PD-09 R-341",
        "radiation_rule_sets",
        [],
        ["aim-guidelines", "bcbsma-medical-policy"],
        ["aim-guidelines", "bcbsma-medical-policy", "ncd", "lcd"],
        [],
    ),
    ("PD-11", "sso_auto_provision", False, True, True, False),
    ("PD-12", "contact_center_phone", "866-455-8414", "1-866-745-1783", "1-866-745-1783", "1-800-728-8008"),
    ("PD-12", "contact_center_opens_at", time(8), time(8), time(8), time(8)),
    ("PD-12", "contact_center_closes_at", time(16), time(18), time(18), time(17)),
    ("PD-13", "support_phone", *["1-800-252-2021"] * 4),
    ("PD-13", "support_time_zone", *["America/Chicago"] * 4),
    ("PD-14", "phone_policy", "free", "free", "free", "outage_only"),
    ("PD-15", "outage_fax", "", "", "", "1-877-325-5979"),
    ("PD-17", "standard_business_days", 3, 3, None, 3),
    ("PD-17", "standard_hours", None, None, 72, None),
    ("PD-18", "urgent_limit_hours", 72, 72, 24, 72),
    ("PD-18", "urgent_target_hours", 72, 48, 24, 72),
    ("PD-19", "urgent_channel", "online", "phone", "phone", "online"),
    ("PD-20", "retro_business_days", 2, 2, 2, 2),
    ("PD-20", "retro_after_window", "refused", "refused", "refused", "refer_to_health_plan"),
    ("PD-20", "retro_plan_fax", "", "", "", "1-866-915-9187"),
    ("PD-20", "retro_plan_limit_years", None, None, None, 2),
    ("PD-21", "first_reviewer", "oncology_nurse", "registered_nurse", "registered_nurse", "oncology_nurse"),
    ("PD-22", "p2p_closes_at", time(16), time(18), time(18), time(17)),
    ("PD-24", "letter_recipients", *[["member", "ordering_provider", "servicing_provider"]] * 4),
    ("PD-24", "scode_letters", False, False, False, False),
    ("PD-25", "order_id_on_denial", False, False, False, False),
    ("PD-26", "order_id_for_unmanaged", False, False, False, True),
    ("PD-27", "appeal_route", "denial_letter", "reconsideration", "plan_department", "denial_letter"),
    ("PD-27", "appeal_days", 180, 180, 65, 180),
    ("PD-27", "reconsideration_days", None, 14, None, None),
    (
        "PD-28",
        "scode_label",
        "enhanced reimbursement",
        "S-code reimbursement",
        "S-code reimbursement",
        "enhanced reimbursement",
    ),
    ("PD-29", "scode_states", [], [], [], STATES_18),
    ("PD-29", "scode_networks", ["in"], ["in"], ["in"], ["in"]),
    ("PD-29", "scode_lines", ["COMMERCIAL"], ["HMO_POS", "PPO_EPO", "NEHP"], ["MA"], ["COMMERCIAL"]),
    ("PD-30", "scode_max_months", 5, 5, 5, 5),
    ("PD-30", "scode_min_days", 30, 30, 30, 30),
    ("PD-32", "scode_claim_type", *["professional"] * 4),
    ("PD-33", "grace_days", 21, 21, 21, 21),
    ("PD-33", "radiation_days", 90, 90, 90, 90),
    (
        "PD-34",
        "change_rule",
        *["new_plan_for_therapeutic"] * 3,
        "any_change_new_order",
    ),
    ("PD-35", "pathway_ignores_supportive", True, True, True, True),
    ("PD-36", "diagnosis_rule", "all_malignancies", "listed_only", "listed_only", "listed_only"),
    (
        "PD-37",
        "pbm_label",
        "Pharmacy Benefit Administrator",
        *["pharmacy benefit manager"] * 3,
    ),
    ("PD-37", "pbm_name", "", "Express Scripts", "Express Scripts", ""),
    ("PD-38", "status_email", True, True, True, True),
    ("PD-39", "continuity_enabled", False, True, True, False),
    ("DR-10", "continuity_cutoff_on", None, date(2021, 7, 1), date(2021, 7, 1), None),
    ("PD-40", "trial_enabled", True, True, True, True),
    ("PD-41", "duplicate_enabled", True, True, True, True),
    ("PD-42", "ereferral_enabled", False, False, False, True),
    ("PD-43", "nightly_feeds", *[["members", "providers"]] * 4),
    (
        "PD-46",
        "required_fields",
        [*BASE, "ecog", "drugs"],
        [*BASE, "histology", "ecog", "biomarkers", "drugs"],
        [*BASE, "histology", "ecog", "biomarkers", "drugs"],
        [*BASE, "histology", "ecog", "biomarkers", "prior_therapies", "drugs", "p2p_phone"],
    ),
    ("D-06", "tolls_while_waiting", False, False, False, False),
    ("D-07", "escalation_business_hours", 8, 8, 8, 8),
    ("D-07", "escalation_hours", 4, 4, 4, 4),
    ("D-36", "start_ahead_limit_days", 90, 90, 90, 90),
    ("D-62", "review_lease_minutes", 30, 30, 30, 30),
    ("DR-12", "deviation_custom_plan", *["pends"] * 4),
    ("DR-12", "deviation_mismatch", *["loses_pathway"] * 4),
]


@pytest.mark.parametrize(("why", "column", "nc", "commercial", "advantage", "michigan"), TABLE)
def test_values_by_plan(why, column, nc, commercial, advantage, michigan):
    found = [terms_of(slug)[column] for slug in PROGRAMS]
    assert found == [nc, commercial, advantage, michigan], why


@pytest.mark.parametrize(
    ("slug", "name", "solutions", "lines"),
    [
        (NC, "Medical Oncology Program", ["medical_oncology"], ["COMMERCIAL"]),
        (
            COMMERCIAL,
            "Quality Cancer Care Program",
            ["medical_oncology", "radiation_oncology"],
            ["HMO_POS", "PPO_EPO", "NEHP"],
        ),
        (ADVANTAGE, "Quality Cancer Care Program", ["medical_oncology", "radiation_oncology"], ["MA"]),
        (MICHIGAN, "Oncology Value Management program", ["medical_oncology"], ["COMMERCIAL"]),
    ],
)
def test_pd01_pd03_pd05_r002_to_r004_names_solutions_and_lines(slug, name, solutions, lines):
    program = next(p for p in content().programs if p.slug == slug)
    assert (program.name, program.solutions, program.lines_of_business) == (name, solutions, lines)


def test_r015_the_excluded_groups():
    assert terms_of(MICHIGAN)["excluded_groups"] == [
        {"number": "70605", "name": "UAW Retiree Health Care Trust"},
        {"number": "71714", "name": "UAW International Union"},
    ]


def test_d02_radiation_under_medicare_takes_14_days_and_7_from_2026():
    assert terms_of(ADVANTAGE, 0)["radiation_standard_calendar_days"] == 14
    assert terms_of(ADVANTAGE, 1)["radiation_standard_calendar_days"] == 7
    assert terms_of(ADVANTAGE, 1)["standard_hours"] == 72


def test_d01_alerts_of_urgent_cases():
    assert [terms_of(slug)["urgent_alert_hours"] for slug in PROGRAMS] == [[], [24, 36], [23], []]


@pytest.mark.parametrize(
    ("slug", "purpose", "name", "number"),
    [
        (COMMERCIAL, "missing_diagnosis", "AIM Customer Service", "1-800-252-2021"),
        (MICHIGAN, "sign_on", "Availity Client Services", "1-800-282-4548"),
        (MICHIGAN, "non_oncology_diagnosis", "Pharmacy Clinical Help Desk", "1-877-325-5979"),
        (MICHIGAN, "outage", "Blue Cross Blue Shield of Michigan, Pharmacy Services", "1-877-325-5979"),
        (MICHIGAN, "retrospective", "Blue Cross Pharmacy Help Desk", "1-866-915-9187"),
    ],
)
def test_r027_cx07_contacts_are_kept_by_purpose_and_not_merged(slug, purpose, name, number):
    contact = next(c for c in terms_of(slug)["contacts"] if c["purpose"] == purpose)
    assert contact["name"] == name
    assert number in {contact.get("phone"), contact.get("fax")}


def test_r379_the_postal_fallback_keeps_its_lines():
    assert terms_of(MICHIGAN)["outage_address"].splitlines() == [
        "Blue Cross Blue Shield of Michigan, Pharmacy Services",
        "Mail Code 512B",
        "600 E. Lafayette Blvd.",
        "Detroit, MI 48226-2998",
    ]


@pytest.mark.parametrize("slug", PROGRAMS)
def test_r025_r355_the_text_is_as_strong_as_the_setting(slug):
    values = terms_of(slug)
    assert f" {values['consequence_strength']} be" in values["consequence_text"] or (
        "may be denied" in values["consequence_text"] and values["consequence_strength"] == "may"
    )


@pytest.mark.parametrize("slug", [COMMERCIAL, ADVANTAGE])
def test_r167_the_policies_of_massachusetts_are_linked(slug):
    assert terms_of(slug)["policy_link"] == "https://www.bluecrossma.com/medical-policies"


def test_r161_medicare_orders_are_judged_by_cms_determinations():
    assert "CMS" in terms_of(ADVANTAGE)["policy_label"]
    assert "CMS" not in terms_of(COMMERCIAL)["policy_label"]


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("R-305", "Only the ordering provider can bill S-codes"),
        ("R-308", "on a professional claim; facility claims are not eligible"),
        ("R-309", "If S-codes are not billed, no enhanced payment is made."),
        ("R-310", "Amounts are in the Blue Cross fee schedule."),
    ],
)
def test_what_michigan_says_of_billing(row, says):
    assert says in terms_of(MICHIGAN)["scode_billing_text"], row


def test_r322_without_a_request_north_carolina_pays_nothing_extra():
    assert (
        "Without a request there is no enhanced reimbursement, even for a Pathway regimen."
        in (terms_of(NC)["consequence_text"])
    )


@pytest.mark.parametrize("slug", PROGRAMS)
def test_r353_a_start_in_the_past_is_advised_against(slug):
    assert terms_of(slug)["retro_advice_text"].startswith("Ask for authorization before treatment starts")


def test_r354_north_carolina_warns_of_a_review_after_the_service():
    warning = "may be subject to post-service review, and payment may be denied."
    assert [slug for slug in PROGRAMS if warning in terms_of(slug)["consequence_text"]] == [NC]


@pytest.mark.parametrize("slug", PROGRAMS)
def test_r006_texts_name_their_own_administrator_only(slug):
    values = terms_of(slug)
    other = "Carelon" if values["administrator_short"] == "AIM" else "AIM"
    for column, value in values.items():
        # The support address is Carelon-wide and still carries its old domain.
        if column != "support_email":
            assert other not in str(value).split(), column


@pytest.mark.parametrize("slug", PROGRAMS)
def test_texts_are_of_the_american_trade(slug):
    text = str(terms_of(slug)).lower()
    assert not [
        w for w in ("programme", "tumour", "haemo", "oesoph", "favour", "centre", "authoris") if w in text
    ]


@pytest.mark.django_db
def test_r019_to_r023_the_registry_and_the_months_of_the_new_intake(programs):
    months = {
        (2023, 3): {"HORIZON", "OPTIMA", "FHCP", "ANTHEM"},
        (2023, 4): {"BCBSMA", "BCBSAL", "SELECT_HEALTH", "BLUEADVANTAGE_AR", "ARBCBS"},
        (2023, 5): {"BCBSNC", "BCBSM", "BCN", "HCSC"},
    }
    found: dict[tuple[int, int], set[str]] = {}
    for plan in Plan.objects.filter(new_intake_from__isnull=False):
        found.setdefault((plan.new_intake_from.year, plan.new_intake_from.month), set()).add(plan.slug)
    assert found == months
    assert Plan.objects.get(slug="HARVARD_PILGRIM").new_intake_from is None
    assert Plan.objects.get(slug="HCSC").states == ["IL", "TX", "NM", "OK", "MT"]


@pytest.mark.django_db
def test_r067_the_lines_of_oncohealth(programs):
    elsewhere = LineOfBusiness.objects.filter(managed_by="OncoHealth", managed_from=date(2025, 1, 1))
    assert set(elsewhere.values_list("plan__slug", "code")) == {
        ("BCBSM", "OTHER_COMMERCIAL"),
        ("BCBSM", "MEDICARE_PLUS_BLUE"),
        ("BCBSM", "BCN_COMMERCIAL"),
        ("BCBSM", "BCN_ADVANTAGE"),
    }


def test_d04_the_calendar_has_every_year_from_2021_to_2031():
    years = {day.year for day in content().calendars["us-federal"]}
    assert years == set(range(2021, 2032))
    assert settings.FIXTURES_ROOT.joinpath("calendars/us-federal.yaml").exists()
