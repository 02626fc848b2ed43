"""The load command: everything or nothing, and nothing at all the second time (R-169)."""

from __future__ import annotations

import shutil
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from notifications.models import AuditEvent
from pathways.models import DiagnosisCode, Drug, DrugProduct, LoadedFile, Release, TumorType
from portal.models import User

pytestmark = pytest.mark.django_db


def load(folder: Path, *options: str) -> str:
    out = StringIO()
    call_command("load_release", str(folder), *options, stdout=out)
    return out.getvalue()


def spoil(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


def test_content_is_loaded_and_published_by_two_accounts_that_cannot_sign_in(folder: Path) -> None:
    told = load(folder)
    assert "PW-2021Q3, in force from 2021-09-27" in told
    assert [release.slug for release in Release.objects.order_by("kind", "effective_from")] == [
        "PW-2021Q2",
        "PW-2021Q3",
        "POL-2021Q3",
        "POL-2021Q4",
        "POL-2022Q1",
        "POL-2026Q1",
        "POL-2026Q4",
    ]
    for release in Release.objects.all():
        assert (release.state, release.staged_by.username, release.approved_by.username) == (
            "published",
            "content.author",
            "content.checker",
        )
    for account in User.objects.all():
        assert not account.is_active
        assert not account.has_usable_password()


def test_a_second_load_changes_nothing_and_asks_once(
    folder: Path, django_assert_num_queries: pytest.FixtureDef
) -> None:
    load(folder)
    # savepoint, what was loaded, release of the savepoint
    with django_assert_num_queries(3):
        told = load(folder)
    assert told == "clinical content is up to date\n"


def test_a_changed_file_is_loaded_alone_and_audited(folder: Path) -> None:
    load(folder)
    spoil(folder / "drugs" / "drugs.csv", "pembrolizumab,Keytruda", "pembrolizumab,Keytruda;Newbrand")
    assert load(folder) == "loaded 420 drugs with 537 products\n"
    *_, event = AuditEvent.objects.filter(name="content.loaded").order_by("pk")
    assert (event.subject, event.actor_name) == ("content:drugs", "content.author")
    assert event.details["content_hash"] == LoadedFile.objects.get(path="drugs").content_hash
    assert Drug.objects.get(name="pembrolizumab").brands == ["Keytruda", "Newbrand"]


def test_a_dry_run_tells_and_changes_nothing(folder: Path) -> None:
    told = load(folder, "--dry-run")
    assert "would load PW-2021Q2" in told
    assert "POL-PEMBROLIZUMAB-13 added: Triple-negative breast" in told
    assert "BCBSM Q5111 routed: pegfilgrastim: none" in told
    for model in (Release, Drug, DiagnosisCode, TumorType, LoadedFile, User):
        assert not model.objects.exists()


def test_a_bad_file_changes_nothing_and_every_mistake_of_every_file_is_told(folder: Path) -> None:
    policy = folder / "policies" / "pembrolizumab" / "2021-07-01.yaml"
    spoil(policy, "fact: histology", "fact: histologie")
    spoil(policy, "at_most: 2}", "at_most: two}")
    regimens = folder / "pathways" / "PW-2021Q3" / "breast.yaml"
    spoil(regimens, "drug: doxorubicin", "drug: doxorubicine")
    spoil(regimens, "lines: [NEOADJUVANT", "lines: [NEOADJUVENT")
    spoil(folder / "tumors" / "breast.yaml", "HER2", "HER-2")
    spoil(folder / "routing" / "BCBSMA.yaml", "- by: aim", "- by: aims")
    with pytest.raises(CommandError) as caught:
        load(folder)
    told = str(caught.value)
    for line in (
        "policies/pembrolizumab/2021-07-01.yaml: paragraphs[0].includes[1].fact: 'histologie' is not a fact "
        "we know. Did you mean 'histology'?",
        "policies/pembrolizumab/2021-07-01.yaml: paragraphs[0].criteria[2].at_most: expected an amount",
        "pathways/PW-2021Q3/breast.yaml: regimens[0].components[0].drug: 'doxorubicine' is not in the drug "
        "catalog. Did you mean 'doxorubicin'?",
        "pathways/PW-2021Q3/breast.yaml: regimens[0].lines: 'NEOADJUVENT' is not known. "
        "Did you mean 'NEOADJUVANT'?",
        "tumors/breast.yaml: biomarkers: 'HER-2' is not known. Did you mean 'HER2'?",
        "routing/BCBSMA.yaml: managers[0].by: 'aims' is not known. Did you mean 'aim'?",
    ):
        assert line in told
    for model in (Release, Drug, DiagnosisCode, TumorType, LoadedFile):
        assert not model.objects.exists()


def test_a_published_release_cannot_be_loaded_with_other_content(folder: Path) -> None:
    load(folder)
    before = dict(LoadedFile.objects.values_list("path", "content_hash"))
    spoil(folder / "pathways" / "PW-2021Q3" / "breast.yaml", "ecog_max: 2", "ecog_max: 1")
    with pytest.raises(CommandError, match="PW-2021Q3 is published and never changes"):
        load(folder)
    assert dict(LoadedFile.objects.values_list("path", "content_hash")) == before


@pytest.mark.parametrize("options", [(), ("--dry-run",)])
def test_a_release_that_begins_on_the_day_of_another_is_refused_plainly(
    folder: Path, options: tuple[str, ...]
) -> None:
    load(folder)
    again = folder / "pathways" / "PW-2021Q3B"
    shutil.copytree(folder / "pathways" / "PW-2021Q3", again)
    spoil(again / "release.yaml", "release: PW-2021Q3", "release: PW-2021Q3B")
    told = "Nothing was loaded. PW-2021Q3B would begin on 2021-09-27, as PW-2021Q3 does; give it another"
    with pytest.raises(CommandError, match=told):
        load(folder, *options)
    assert not Release.objects.filter(slug="PW-2021Q3B").exists()


def test_a_slip_in_the_catalog_is_told_with_the_name_meant(folder: Path) -> None:
    spoil(folder / "drugs" / "drugs.csv", "therapeutic,PO", "therapeutic,OP")
    spoil(folder / "drugs" / "products.csv", ",1,mg,", ",1,mgs,")
    with pytest.raises(CommandError) as caught:
        load(folder)
    assert "line 2, route: 'OP' is not a known route. Did you mean 'PO'?" in str(caught.value)
    assert "unit_kind: 'mgs' is not a known unit. Did you mean 'mg'?" in str(caught.value)


def test_a_policy_needs_a_release_that_begins_with_it(folder: Path) -> None:
    policies = folder / "policies" / "pembrolizumab"
    (policies / "2021-10-01.yaml").rename(policies / "2021-10-02.yaml")
    with pytest.raises(CommandError, match="the file is named 2021-10-02"):
        load(folder)
    spoil(policies / "2021-10-02.yaml", "effective: '2021-10-01'", "effective: '2021-10-02'")
    with pytest.raises(CommandError, match="no policy release begins on this day"):
        load(folder)


def test_a_product_may_end_but_neither_change_nor_disappear(folder: Path) -> None:
    load(folder)
    products = folder / "drugs" / "products.csv"
    spoil(
        products,
        '"Injection, pembrolizumab, 1 mg",1,mg,2017-01-01,',
        '"Injection, pembrolizumab, 1 mg",1,mg,2017-01-01,2026-12-31',
    )
    load(folder)
    assert str(DrugProduct.objects.get(hcpcs="J9271").effective_to) == "2026-12-31"
    spoil(products, '"Injection, pembrolizumab, 1 mg",1,mg', '"Injection, pembrolizumab, 1 mg",2,mg')
    with pytest.raises(CommandError, match="unit and description of a product never change"):
        load(folder)


def test_a_person_is_told_who_is_missing(folder: Path) -> None:
    with pytest.raises(CommandError, match="There is no user 'nobody'"):
        load(folder, "--staged-by", "nobody")
