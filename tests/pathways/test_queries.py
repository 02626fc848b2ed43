"""Which content is in force and how it is found, in how many queries (DR-01, DR-03, DR-04, R-017, R-096)."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from pathways import queries
from pathways.criteria import terms
from pathways.diagnoses import is_malignant

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shipped_content")]

DAY = timedelta(days=1)


def content(start_on: date, plan: str = "BCBSM", line: str = "COMMERCIAL") -> queries.ContentInForce:
    return queries.content_on(
        plan=plan, line_of_business=line, submitted_on=date(2021, 10, 5), start_on=start_on
    )


# --- Releases -----------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("begins", "slug", "before"),
    [
        (date(2021, 6, 28), "PW-2021Q2", None),
        (date(2021, 9, 27), "PW-2021Q3", "PW-2021Q2"),
        (date(2026, 10, 1), "PW-2026Q4", "PW-2021Q3"),
    ],
)
def test_pathways_change_on_the_day_their_release_begins(begins: date, slug: str, before: str | None) -> None:
    assert queries.pathways_on(begins).slug == slug
    if before:
        assert queries.pathways_on(begins - DAY).slug == before
    else:
        with pytest.raises(queries.NothingInForce, match="2021-06-27"):
            queries.pathways_on(begins - DAY)


@pytest.mark.parametrize(
    ("day", "slug"),
    [
        (date(2021, 7, 1), "POL-2021Q3"),
        (date(2021, 9, 30), "POL-2021Q3"),
        (date(2021, 10, 1), "POL-2021Q4"),
        (date(2022, 2, 20), "POL-2021Q4"),
        (date(2022, 2, 21), "POL-2022Q1"),
        (date(2026, 2, 25), "POL-2022Q1"),
        (date(2026, 2, 26), "POL-2026Q1"),
        (date(2026, 9, 30), "POL-2026Q1"),
        (date(2026, 10, 1), "POL-2026Q4"),
    ],
)
def test_policy_changes_on_the_day_its_release_begins(day: date, slug: str) -> None:
    """R-169: from its day on, the new rule applies."""
    assert queries.policy_release_on(day).slug == slug


def test_pathways_follow_the_submission_and_policy_the_start_date() -> None:
    """DR-03: submitted before the change, started after it."""
    found = queries.content_on(
        plan="BCBSMA",
        line_of_business="PPO_EPO",
        submitted_on=date(2021, 9, 24),
        start_on=date(2021, 10, 4),
    )
    assert (found.pathway_release, found.policy_release) == ("PW-2021Q2", "POL-2021Q4")
    atezolizumab = found.policy("atezolizumab")
    assert atezolizumab is not None
    assert atezolizumab.effective == date(2021, 10, 1)


def test_a_policy_that_did_not_change_stays_in_force() -> None:
    policy = content(date(2026, 6, 1)).policy("trastuzumab")
    assert policy is not None
    assert policy.effective == date(2021, 7, 1)
    assert content(date(2026, 6, 1)).policy("carboplatin") is None
    with pytest.raises(queries.NothingInForce, match="2021-06-30"):
        content(date(2021, 6, 30))


def test_an_order_bound_to_old_releases_is_judged_by_them_again() -> None:
    """R-168: also after the rule has ended."""
    old = queries.content_for(
        queries.pathways_on(date(2021, 7, 1)),
        queries.policy_release_on(date(2021, 7, 1)),
        plan="BCBSMA",
        line_of_business="MA",
        start_on=date(2021, 7, 12),
    )
    bevacizumab, later = old.policy("bevacizumab"), content(date(2026, 3, 1)).policy("bevacizumab")
    assert bevacizumab is not None
    assert later is not None
    assert "POL-BEVACIZUMAB-06" in [paragraph.id for paragraph in bevacizumab.paragraphs]
    assert "POL-BEVACIZUMAB-06" not in [paragraph.id for paragraph in later.paragraphs]


def test_the_second_person_sees_what_a_release_changes() -> None:
    pathways = queries.release_changes(queries.pathways_on(date(2021, 9, 27)))
    assert {row for row, _, _ in pathways} == {
        *("PW-BRE-012", "PW-BRE-013", "PW-CRC-008", "PW-OVA-003", "PW-GAS-003"),
        *("PW-GAS-004", "PW-GAS-008", "PW-BLA-005", "PW-TES-001", "PW-TES-002"),
    }
    policies = queries.release_changes(queries.policy_release_on(date(2021, 10, 1)))
    assert [change[:2] for change in policies] == [
        ("POL-ATEZOLIZUMAB-04", "ended"),
        ("POL-PEMBROLIZUMAB-13", "added"),
    ]
    routed = queries.release_changes(queries.policy_release_on(date(2022, 2, 21)))
    assert ("BCBSM J0642", "routed", "levoleucovorin: aim") in routed


# --- Routing and products -----------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("plan", "line", "drug", "hcpcs", "day", "by"),
    [
        ("BCBSMA", "HMO_POS", "epoetin alfa", "J0885", date(2021, 10, 1), "pbm"),
        ("BCBSMA", "HMO_POS", "epoetin alfa", "Q5106", date(2021, 10, 1), "aim"),
        ("BCBSMA", "MA", "epoetin alfa", "J0885", date(2021, 10, 1), "aim"),
        ("BCBSMA", "MA", "darbepoetin alfa", "J0881", date(2021, 10, 1), "aim"),
        ("BCBSMA", "NEHP", "darbepoetin alfa", "J0881", date(2021, 10, 1), "pbm"),
        ("BCBSNC", "COMMERCIAL", "azacitidine", "J9025", date(2021, 10, 1), "none"),
        ("BCBSNC", "COMMERCIAL", "leuprolide", "J9217", date(2021, 10, 1), "health_plan"),
        ("BCBSM", "COMMERCIAL", "iron sucrose", "J1756", date(2021, 10, 1), "other_entity"),
        ("BCBSM", "COMMERCIAL", "pegfilgrastim", "Q5111", date(2022, 2, 20), "aim"),
        ("BCBSM", "COMMERCIAL", "pegfilgrastim", "Q5111", date(2022, 2, 21), "none"),
        ("BCBSM", "COMMERCIAL", "filgrastim", "J1442", date(2022, 2, 20), "none"),
        ("BCBSM", "COMMERCIAL", "filgrastim", "J1442", date(2022, 2, 21), "aim"),
        ("BCBSM", "COMMERCIAL", "osimertinib", "", date(2022, 2, 21), "pbm"),
    ],
)
def test_product_rows_go_before_drug_rows_and_a_line_of_business_before_all(
    plan: str, line: str, drug: str, hcpcs: str, day: date, by: str
) -> None:
    """DR-04, R-444: routing is data by plan, line, drug and product."""
    assert content(day, plan, line).manager(drug, hcpcs) == by


def test_a_drug_on_no_list_is_not_reviewed_and_a_tablet_goes_to_the_pharmacy_benefit() -> None:
    """R-445."""
    found = content(date(2026, 3, 1))
    assert found.manager("blinatumomab", "J9039") == "none"
    assert found.manager("ribociclib", "") == "pbm"


def test_a_code_is_valid_from_its_first_to_its_last_day() -> None:
    last, first = date(2021, 12, 31), date(2022, 1, 1)
    assert content(last).product("pegfilgrastim", "J2505") == (Decimal(6), "mg")
    assert content(first).product("pegfilgrastim", "J2505") is None
    assert content(last).product("pegfilgrastim", "J2506") is None
    assert content(first).product("pegfilgrastim", "J2506") == (Decimal("0.5"), "mg")


# --- Diagnoses ----------------------------------------------------------------------------------------
@pytest.mark.parametrize("typed", ["c3411", "C34.11", " c34.11 "])
def test_a_diagnosis_is_found_by_its_code_with_or_without_the_dot(typed: str) -> None:
    assert [row.code for row in queries.search_diagnoses(typed)] == ["C34.11"]
    assert queries.diagnoses_by_code([typed])[typed.upper()].tumors == ["nsclc", "sclc"]


def test_a_prefix_finds_its_billable_codes_only() -> None:
    found = [row.code for row in queries.search_diagnoses("C34.1")]
    assert found == ["C34.10", "C34.11", "C34.12"]


@pytest.mark.parametrize(
    ("typed", "tumor"),
    [
        ("breast cancer", "breast"),
        ("Breast canc", "breast"),
        ("lung cancer", "nsclc"),
        ("nsclc", "nsclc"),
        ("lymphoma", "hodgkin"),
        ("myeloma", "myeloma"),
        ("kidney cancer", "kidney"),
        ("hepatocellular", "hcc"),
    ],
)
def test_everyday_words_find_the_codes_of_a_cancer(typed: str, tumor: str) -> None:
    found = queries.search_diagnoses(typed, limit=200)
    assert tumor in {slug for row in found for slug in row.tumors}
    assert all(row.malignant for row in queries.search_diagnoses(typed))


def test_words_find_listed_cancers_first() -> None:
    found = queries.search_diagnoses("breast")
    assert all(row.billable for row in found)
    listed = [bool(row.tumors) for row in found]
    assert listed == sorted(listed, reverse=True)
    assert [row.code for row in queries.search_diagnoses("chemotherapy neutropenia")] == ["D70.1"]
    assert queries.search_diagnoses("  ") == []


@pytest.mark.parametrize(
    ("code", "malignant", "tumors"),
    [
        ("C34.90", True, ["nsclc", "sclc"]),
        ("C50.911", True, ["breast"]),
        ("C22.0", True, ["hcc"]),
        ("C22.1", True, []),
        ("C79.51", True, []),
        ("D46.9", True, ["mds"]),
        ("D45", False, []),
        ("D70.1", False, []),
        ("D05.11", False, []),
    ],
)
def test_a_code_is_malignant_and_listed_or_not(code: str, malignant: bool, tumors: list[str]) -> None:
    """DR-01: NON_CANCER_PRIMARY before DX_NOT_LISTED."""
    assert is_malignant(code) is malignant
    assert queries.tumors_of(code) == tumors
    assert queries.diagnoses_by_code([code])[code].malignant is malignant


# --- Questions ----------------------------------------------------------------------------------------
@pytest.mark.parametrize("tumor", terms.TUMORS)
def test_every_cancer_has_its_questions(tumor: str) -> None:
    asked = queries.tumor_questions(tumor)
    assert asked is not None
    assert asked["histologies"]
    assert asked["stages"]
    assert ("L1", "first line") in asked["lines"]
    assert asked["unknown_answers"] == [("unknown", "Unknown"), ("not_reported", "Not Reported")]


def test_only_the_biomarkers_a_cancer_needs_are_asked() -> None:
    """R-088, R-110."""
    asked = {tumor: queries.tumor_questions(tumor) for tumor in ("breast", "colorectal")}
    names = {tumor: [marker["name"] for marker in found["biomarkers"]] for tumor, found in asked.items()}
    assert "HER2" in names["breast"]
    assert "KRAS" not in names["breast"]
    assert "KRAS" in names["colorectal"]
    assert queries.tumor_questions("nothing") is None


# --- Drugs and trials ---------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("pembro", "pembrolizumab"),
        ("Keytruda", "pembrolizumab"),
        ("J9271", "pembrolizumab"),
        ("j2505", "pegfilgrastim"),
        ("neulasta", "pegfilgrastim"),
        ("Xgeva", "denosumab 120 mg"),
        ("paclitaxel", "paclitaxel"),
        ("abraxane", "nab-paclitaxel"),
    ],
)
def test_drugs_are_found_by_generic_name_brand_or_code(text: str, first: str) -> None:
    assert queries.search_drugs(text)[0].name == first


def test_drugs_can_be_limited_to_a_role() -> None:
    assert [row.name for row in queries.search_drugs("neulasta", role="supportive")] == ["pegfilgrastim"]
    assert queries.search_drugs("neulasta", role="therapeutic") == []


def test_a_known_trial_has_its_title_and_an_unknown_one_is_none() -> None:
    known = queries.trial(" nct03020030 ")
    assert known is not None
    assert known.title
    assert queries.trial("NCT99999999") is None


# --- Query counts -------------------------------------------------------------------------------------
def test_content_takes_two_queries_once_compiled(
    nothing_compiled: None, django_assert_num_queries: pytest.FixtureDef
) -> None:
    # the releases, the loaded hashes; then drugs, products, bundles, regimens, policies, managers
    with django_assert_num_queries(8):
        first = content(date(2026, 3, 1))
    # the releases, the loaded hashes
    with django_assert_num_queries(2):
        again = content(date(2026, 3, 1), "BCBSMA", "MA")
    assert again.pathways is first.pathways
    assert again.book is first.book
    assert again.content_hash == first.content_hash


@pytest.mark.parametrize(
    ("read", "count"),
    [
        (lambda: queries.search_diagnoses("malignant neoplasm"), 1),
        (lambda: queries.search_diagnoses("c50.911"), 1),
        (lambda: queries.diagnoses_by_code(["C34.11", "D70.1", "C50"]), 1),
        (lambda: queries.tumors_of("C34.11"), 1),
        (lambda: queries.tumor_questions("breast"), 1),
        (queries.drug_names, 1),
        # drugs, their products
        (lambda: [list(row.products.all()) for row in queries.search_drugs("a")], 2),
        (lambda: queries.drugs_by_name(["carboplatin", "cisplatin", "paclitaxel"]), 2),
        (lambda: queries.policy_release_on(date(2022, 1, 1)), 1),
        (lambda: queries.trial("NCT03020030"), 1),
    ],
)
def test_queries_do_not_grow_with_rows(
    read: pytest.FixtureDef, count: int, django_assert_num_queries: pytest.FixtureDef
) -> None:
    with django_assert_num_queries(count):
        read()
