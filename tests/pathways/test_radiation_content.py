"""Radiation codes, managed codes and bundles as files: read, refused with place and reason, loaded once."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from pathways.bundles import BundleBook, BundledCode, Per
from pathways.criteria import ContentError
from pathways.criteria.terms import RADIATION_TECHNIQUES
from pathways.models import CodeBundle, LoadedFile, ManagedCode, RadiationCode
from pathways.radiation_codes import last_meaning, managed_in, managed_years
from pathways.radiation_content import RadiationContent, read_radiation

CODES, MANAGED = "codes.csv", "managed/BCBSMA.csv"
BUNDLES = "bundles/2026-01-01.yaml"


@pytest.fixture
def radiation(tmp_path: Path) -> Path:
    """A copy of the shipped radiation files, to spoil."""
    return Path(shutil.copytree(settings.FIXTURES_ROOT / "radiation", tmp_path / "radiation"))


def spoil(path: Path, before: str, after: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after, 1), encoding="utf-8")


# --- Reading ------------------------------------------------------------------------------------------
def test_r337_r345_the_shipped_files_have_lists_by_line_of_business_and_a_bundle_for_each_technique() -> None:
    found = read_radiation(settings.FIXTURES_ROOT / "radiation")
    assert {row.line_of_business for row in found.managed} == {"HMO_POS", "PPO_EPO", "NEHP", "MA"}
    assert [file.effective for file in found.bundles] == [date(2021, 7, 1), date(2026, 1, 1)]
    assert all(file.bundles.keys() == RADIATION_TECHNIQUES.keys() for file in found.bundles)


def test_a_folder_without_radiation_files_has_none(tmp_path: Path) -> None:
    assert read_radiation(tmp_path / "radiation") == RadiationContent()


@pytest.mark.parametrize(
    ("file", "before", "after", "told"),
    [
        (CODES, "77261,", "7726,", "codes.csv: line 24, code: '7726' is no CPT or HCPCS code."),
        (CODES, "planning,3D", "plan,3D", "part: 'plan' is not known."),
        (CODES, "Physician treatment planning, simple", " ", "description: a text is missing here."),
        (CODES, "77263,Clinical planning", "77263,", "category: a text is missing here."),
        (CODES, ",2025-12-31,77387", ",2025-13-31,77387", "effective_to: expected a date such as 2021-07-01"),
        (CODES, "2017-01-01,2025-12-31", "2026-02-01,2025-12-31", "and no last day before it."),
        (CODES, "77387\n", "99999\n", "replaced_by: '99999' is not in this list."),
        (
            CODES,
            '77402,External beam,delivery,"External-beam delivery, simple",2017-01-01,2025-12-31',
            '77402,External beam,delivery,"External-beam delivery, simple",2017-01-01,',
            "77402 is valid twice on 2026-01-01; see line",
        ),
        (MANAGED, "77261,", "77262x,", "BCBSMA.csv: line 5, code: '77262x' is not in radiation/codes.csv."),
        (MANAGED, "HMO_POS;PPO_EPO", "HMO_POS;PPO", "lines_of_business: 'PPO' is not known."),
        (MANAGED, "77262,", "77261,", "line 6: 77261 HMO_POS is managed twice on 2021-07-01; see line 5."),
        (MANAGED, "MA,2021-07-01,\n", "MA,,\n", "expected a first day"),
        (
            BUNDLES,
            "code: '77261'",
            "code: '77999'",
            "bundles.2D[0].code: '77999' is not in radiation/codes.csv.",
        ),
        (
            BUNDLES,
            "code: '77407'",
            "code: '77386'",
            "bundles.3DCRT[5].code: '77386' is not valid on 2026-01-01.",
        ),
        (BUNDLES, "per: phase", "per: field", "bundles.2D[1].per: expected course, phase, fraction"),
        (BUNDLES, "quantity: 4", "quantity: 0", "quantity: found 0; expected a whole number from 1 to 200."),
        (BUNDLES, "code: '77300'", "code: '77280'", "bundles.2D[2].code: 77280 is in the bundle twice."),
        (BUNDLES, "  SBRT:", "  SBRX:", "bundles.SBRT: the technique has no bundle."),
        (BUNDLES, "'2026-01-01'", "'2026-02-01'", "effective: the file is named 2026-01-01."),
        (BUNDLES, "content checker", "content author", "the checker must be somebody else than the author."),
    ],
)
def test_a_mistake_is_told_with_file_place_and_reason(
    radiation: Path, file: str, before: str, after: str, told: str
) -> None:
    spoil(radiation / file, before, after)
    with pytest.raises(ContentError) as refused:
        read_radiation(radiation)
    assert f"radiation/{file}: " in str(refused.value)
    assert told in str(refused.value)


def test_an_empty_bundle_is_refused(radiation: Path) -> None:
    text = (radiation / BUNDLES).read_text(encoding="utf-8")
    (radiation / BUNDLES).write_text(text.partition("  PROTON:")[0] + "  PROTON: []\n", encoding="utf-8")
    with pytest.raises(ContentError, match="a bundle needs at least one code"):
        read_radiation(radiation)


def test_every_mistake_of_every_file_is_told_at_once(radiation: Path) -> None:
    spoil(radiation / MANAGED, "HMO_POS;PPO_EPO", "HMO_POS;PPO")
    spoil(radiation / BUNDLES, "per: phase", "per: field")
    with pytest.raises(ContentError) as refused:
        read_radiation(radiation)
    assert {problem.file for problem in refused.value.problems} == {
        f"radiation/{MANAGED}",
        f"radiation/{BUNDLES}",
    }


# --- Bundles ------------------------------------------------------------------------------------------
def test_the_bundle_in_force_is_the_latest_that_has_begun() -> None:
    old, new = (BundledCode("77386", "old", Per.FRACTION),), (BundledCode("77407", "new", Per.FRACTION),)
    book = BundleBook({"IMRT": [(date(2026, 1, 1), new), (date(2021, 7, 1), old)]})
    assert book.bundle_on("IMRT", date(2021, 6, 30)) == ()
    assert book.bundle_on("IMRT", date(2025, 12, 31)) == old
    assert book.bundle_on("IMRT", date(2026, 1, 1)) == new
    assert book.bundle_on("SBRT", date(2026, 1, 1)) == ()


def test_a_bundled_code_is_read_back_as_it_was_written() -> None:
    entry = BundledCode("77427", "Physician management", Per.FIVE_FRACTIONS, 1, 3, None)
    assert BundledCode.from_json(entry.to_json()) == entry


# --- Loading ------------------------------------------------------------------------------------------
def load(folder: Path, *options: str) -> str:
    out = StringIO()
    call_command("load_release", str(folder), *options, stdout=out)
    return out.getvalue()


@pytest.fixture
def changed(folder: Path) -> Callable[[str, str, str], Path]:
    """A folder with one text of a radiation file replaced."""

    def change(file: str, before: str, after: str) -> Path:
        spoil(folder / "radiation" / file, before, after)
        return folder

    return change


@pytest.mark.django_db
def test_codes_are_loaded_once_and_a_changed_file_replaces_them(
    folder: Path, changed: Callable[[str, str, str], Path]
) -> None:
    assert "loaded 122 radiation codes, 267 managed by plans, 2 sets of bundles" in load(folder)
    before = list(ManagedCode.objects.values_list("pk", flat=True))
    assert load(folder) == "clinical content is up to date\n"
    assert list(ManagedCode.objects.values_list("pk", flat=True)) == before
    told = load(changed(MANAGED, "77262,HMO_POS;PPO_EPO;NEHP;MA", "77262,MA"))
    assert told == "loaded 122 radiation codes, 264 managed by plans, 2 sets of bundles\n"
    assert [row.line_of_business for row in ManagedCode.objects.filter(code="77262")] == ["MA"]


@pytest.mark.django_db
def test_a_bad_file_changes_nothing(folder: Path, changed: Callable[[str, str, str], Path]) -> None:
    load(folder)
    digest = LoadedFile.objects.get(path="radiation").content_hash
    counts = [model.objects.count() for model in (RadiationCode, ManagedCode, CodeBundle)]
    spoil(folder / "radiation" / CODES, "Physician treatment planning, simple", "Another description")
    with pytest.raises(CommandError, match=r"radiation/managed/BCBSMA\.csv: line 5, code: '77269'"):
        load(changed(MANAGED, "77261,", "77269,"))
    assert LoadedFile.objects.get(path="radiation").content_hash == digest
    assert [model.objects.count() for model in (RadiationCode, ManagedCode, CodeBundle)] == counts
    assert not RadiationCode.objects.filter(description="Another description").exists()


@pytest.mark.django_db
def test_a_dry_run_loads_no_codes(folder: Path) -> None:
    assert "would load 122 radiation codes" in load(folder, "--dry-run")
    assert not RadiationCode.objects.exists()


# --- What a plan has managed --------------------------------------------------------------------------
def managed(code: str, *days: date | None, line: str = "MA") -> None:
    first, last = days
    ManagedCode.objects.create(
        plan="BCBSMA", line_of_business=line, code=code, effective_from=first, effective_to=last
    )


def meaning(code: str, text: str, *days: date | None, part: str = "delivery") -> None:
    first, last = days
    RadiationCode.objects.create(
        code=code, category="IMRT", part=part, description=text, effective_from=first, effective_to=last
    )


@pytest.mark.django_db
def test_r337_the_list_of_a_year_has_the_days_where_the_year_is_not_whole(django_assert_num_queries) -> None:
    meaning("77386", "IMRT", date(2017, 1, 1), date(2025, 12, 31))
    meaning("77407", "old", date(2017, 1, 1), date(2025, 6, 30))
    meaning("77407", "new", date(2025, 7, 1), None)
    managed("77386", date(2021, 7, 1), None)
    managed("77407", date(2021, 7, 1), None)
    managed("77407", date(2021, 7, 1), None, line="PPO_EPO")
    with django_assert_num_queries(2):
        found = managed_in("BCBSMA", "MA", 2025)
    assert [(row.code, row.description, row.begins_on, row.ends_on) for row in found] == [
        ("77386", "IMRT", None, None),
        ("77407", "old", None, date(2025, 6, 30)),
        ("77407", "new", date(2025, 7, 1), None),
    ]
    assert found[0].part == "Delivery"
    assert [(row.code, row.description) for row in managed_in("BCBSMA", "MA", 2026)] == [("77407", "new")]
    assert [row.begins_on for row in managed_in("BCBSMA", "MA", 2021)] == [date(2021, 7, 1)] * 2
    assert managed_in("BCBSMA", "MA", 2020) == []
    assert managed_in("BCBSM", "MA", 2025) == []


@pytest.mark.django_db
def test_the_years_to_choose_from_reach_from_the_first_list_to_this_year_or_the_next_list() -> None:
    assert managed_years(date(2026, 11, 22)) == [2026]
    managed("77386", date(2024, 7, 1), None)
    assert managed_years(date(2026, 11, 22)) == [2026, 2025, 2024]
    managed("77407", date(2027, 1, 1), None)
    assert managed_years(date(2026, 11, 22)) == [2027, 2026, 2025, 2024]


@pytest.mark.django_db
def test_the_last_meaning_of_a_code_tells_what_took_its_place() -> None:
    meaning("G6015", "IMRT delivery", date(2017, 1, 1), date(2025, 12, 31))
    found = last_meaning("g6015")
    assert found is not None
    assert found.effective_to == date(2025, 12, 31)
    assert last_meaning("99999") is None
