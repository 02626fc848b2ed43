"""Codes, drugs, cancers and trials read from their files: checked, or every mistake (R-117, R-118)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from pathways.criteria import ContentProblem, content_hash, terms
from pathways.criteria.explain import nearest
from pathways.criteria.parse import Reader
from pathways.criteria.vocabulary import FACTS
from pathways.diagnoses import is_malignant
from pathways.doses import UNITS
from pathways.dosing_content import ROUTES
from pathways.files import read_csv, read_yaml
from pathways.loading import Problems

DRUG_COLUMNS = ("name", "brands", "drug_class", "role", "route", "benefit", "dose_managed")
PRODUCT_COLUMNS = (
    "drug",
    "hcpcs",
    "description",
    "unit_size",
    "unit_kind",
    "effective_from",
    "effective_to",
)
VIAL_COLUMNS = ("drug", "sizes_mg")
CODE_COLUMNS = ("code", "description", "category", "billable")
TRIAL_COLUMNS = ("nct_id", "title", "phase", "status")
TUMOR_KEYS = {
    "tumor",
    "notice",
    "authored_by",
    "checked_by",
    "diagnoses",
    "histologies",
    "stages",
    "lines",
    "biomarkers",
    "prior_therapies",
    "asks",
}
#: Facts that are asked for some cancers only.
ASKABLE = {"treatment_intent", "bone_metastases", "concurrent_radiation"}


@dataclass(frozen=True, slots=True)
class DrugRow:
    """A drug of the catalog; `vial_sizes` in milligrams, `search` is what a search looks through."""

    name: str
    brands: tuple[str, ...]
    drug_class: str
    role: str
    route: str
    benefit: str
    dose_managed: bool
    search: str
    vial_sizes: tuple[Decimal, ...] = ()


@dataclass(frozen=True, slots=True)
class ProductRow:
    """A billable product of a drug with the days its code is valid."""

    drug: str
    hcpcs: str
    description: str
    unit_size: Decimal
    unit_kind: str
    effective_from: date
    effective_to: date | None


@dataclass(frozen=True, slots=True)
class DrugCatalog:
    """All drugs and products."""

    drugs: tuple[DrugRow, ...]
    products: tuple[ProductRow, ...]

    @property
    def codes(self) -> dict[str, frozenset[str]]:
        """The HCPCS codes of each drug."""
        codes: dict[str, set[str]] = {drug.name: set() for drug in self.drugs}
        for product in self.products:
            codes[product.drug].add(product.hcpcs)
        return {name: frozenset(found) for name, found in codes.items()}


@dataclass(frozen=True, slots=True)
class TumorFile:
    """The questions of one cancer, and the diagnosis codes that stand for it."""

    slug: str
    label: str
    diagnoses: tuple[str, ...]
    content: dict[str, Any]

    @property
    def content_hash(self) -> str:
        """Names the content."""
        return content_hash(self.content)


@dataclass(frozen=True, slots=True)
class CodeRow:
    """A diagnosis code with the cancers it stands for."""

    code: str
    description: str
    billable: bool
    malignant: bool
    tumors: tuple[str, ...]
    search: str


def read_drugs(folder: Path) -> DrugCatalog:
    """`drugs.csv`, `products.csv` and `vials.csv`; raises ContentError with every mistake."""
    problems = Problems()
    products: list[ProductRow] = []
    names: set[str] = set()
    drug_rows = read_csv(folder / "drugs.csv", name="drugs/drugs.csv", columns=DRUG_COLUMNS)
    product_rows = read_csv(folder / "products.csv", name="drugs/products.csv", columns=PRODUCT_COLUMNS)
    for number, row in enumerate(drug_rows, start=2):
        reader = Reader("drugs/drugs.csv")
        _check_drug(reader, row, f"line {number}", names)
        problems.found += reader.problems
        names.add(row["name"])
    for number, row in enumerate(product_rows, start=2):
        reader = Reader("drugs/products.csv")
        if product := _product(reader, row, f"line {number}", names):
            products.append(product)
        problems.found += reader.problems
    vials = _read_vials(folder, problems, names)
    problems.finish()
    drugs = tuple(_drug(row, product_rows, vials.get(row["name"], ())) for row in drug_rows)
    return DrugCatalog(drugs, tuple(products))


def _read_vials(folder: Path, problems: Problems, names: Collection[str]) -> dict[str, tuple[Decimal, ...]]:
    """The sizes of vials in milligrams, of the drugs for which they are known."""
    found = {}
    rows = read_csv(folder / "vials.csv", name="drugs/vials.csv", columns=VIAL_COLUMNS)
    for number, row in enumerate(rows, start=2):
        reader = Reader("drugs/vials.csv")
        if row["drug"] not in names:
            reader.wrong(
                f"line {number}", f"{row['drug']!r} is not in drugs.csv.", nearest(row["drug"], names)
            )
        try:
            sizes = tuple(Decimal(size) for size in row["sizes_mg"].split(";"))
        except InvalidOperation:
            sizes = ()
        if not all(size > 0 for size in sizes or [Decimal(0)]):
            reader.wrong(f"line {number}", f"expected sizes above 0, found {row['sizes_mg']!r}.")
        found[row["drug"]] = sizes
        problems.found += reader.problems
    return found


def _check_drug(reader: Reader, row: Mapping[str, str], line: str, names: Collection[str]) -> None:
    if not row["name"] or row["name"] in names:
        reader.wrong(line, f"the name {row['name']!r} is empty or listed twice.")
    for column, known in (
        ("role", ("therapeutic", "supportive")),
        ("benefit", ("medical", "pharmacy")),
        ("dose_managed", ("Y", "N")),
    ):
        if row[column] not in known:
            reader.wrong(f"{line}, {column}", f"expected {' or '.join(known)}, found {row[column]!r}.")
    for route in row["route"].split("/"):
        if route not in ROUTES:
            reader.wrong(f"{line}, route", f"{route!r} is not a known route.", nearest(route, ROUTES))


def _drug(
    row: Mapping[str, str], product_rows: list[dict[str, str]], vial_sizes: tuple[Decimal, ...]
) -> DrugRow:
    words = [row["name"], row["brands"].replace(";", " ")]
    words += [
        f"{item['hcpcs']} {item['description']}" for item in product_rows if item["drug"] == row["name"]
    ]
    return DrugRow(
        name=row["name"],
        brands=tuple(filter(None, row["brands"].split(";"))),
        drug_class=row["drug_class"],
        role=row["role"],
        route=row["route"],
        benefit=row["benefit"],
        dose_managed=row["dose_managed"] == "Y",
        search=" ".join(words).lower(),
        vial_sizes=vial_sizes,
    )


def _product(reader: Reader, row: Mapping[str, str], line: str, names: Collection[str]) -> ProductRow | None:
    if row["drug"] not in names:
        reader.wrong(line, f"{row['drug']!r} is not in drugs.csv.", nearest(row["drug"], names))
    if row["unit_kind"] not in UNITS:
        reader.wrong(
            f"{line}, unit_kind",
            f"{row['unit_kind']!r} is not a known unit.",
            nearest(row["unit_kind"], UNITS),
        )
    if len(row["hcpcs"]) not in {0, 5}:
        reader.wrong(line, f"{row['hcpcs']!r} is no HCPCS code.")
    try:
        size = Decimal(row["unit_size"])
        days = [date.fromisoformat(row[name]) if row[name] else None for name in PRODUCT_COLUMNS[-2:]]
    except (InvalidOperation, ValueError) as mistake:
        reader.wrong(line, f"{mistake}.")
        return None
    begins, ends = days
    if begins is None or size <= 0 or (ends is not None and ends < begins):
        reader.wrong(line, "expected a unit size above 0, a first day, and no last day before it.")
        return None
    return ProductRow(row["drug"], row["hcpcs"], row["description"], size, row["unit_kind"], begins, ends)


def read_tumors(folder: Path, *, drugs: Collection[str]) -> list[TumorFile]:
    """One file per cancer; raises ContentError with every mistake of every file."""
    problems = Problems()
    found: list[TumorFile] = []
    for path in sorted(folder.glob("*.yaml")):
        name = f"tumors/{path.name}"
        with problems.collected():
            found.append(_tumor(read_yaml(path, name=name), name, path.stem, drugs))
    problems.finish()
    return found


def _tumor(content: dict[str, Any], file: str, stem: str, drugs: Collection[str]) -> TumorFile:
    reader = Reader(file, drugs)
    reader.check_keys(content, TUMOR_KEYS)
    slug = reader.text(content, "tumor")
    reader.text(content, "notice")
    if slug not in terms.TUMORS or slug != stem:
        reader.wrong("tumor", f"expected {stem!r}, one of the known cancers; found {slug!r}.")
    known: dict[str, Collection[str]] = {
        "histologies": terms.HISTOLOGIES,
        "stages": terms.STAGES,
        "lines": terms.LINES,
        "biomarkers": terms.BIOMARKERS,
        "prior_therapies": {*terms.THERAPIES, *drugs},
        "asks": ASKABLE & FACTS.keys(),
    }
    for key, values in known.items():
        for value in reader.items(content.get(key), key):
            if value not in values:
                reader.wrong(key, f"{value!r} is not known.", nearest(str(value), values))
    diagnoses = tuple(str(code) for code in reader.items(content.get("diagnoses"), "diagnoses"))
    if not diagnoses:
        reader.wrong("diagnoses", "a cancer needs at least one diagnosis code.")
    reader.finish()
    return TumorFile(slug, terms.TUMORS[slug], diagnoses, content)


def read_codes(path: Path, tumors: Collection[TumorFile]) -> list[CodeRow]:
    """The diagnosis codes, each with the cancers whose prefixes it begins with (DR-01)."""
    prefixes = [(prefix, tumor.slug) for tumor in tumors for prefix in tumor.diagnoses]
    return [
        CodeRow(
            code=row["code"],
            description=row["description"],
            billable=row["billable"] == "Y",
            malignant=is_malignant(row["code"]),
            tumors=tuple(slug for prefix, slug in prefixes if row["code"].startswith(prefix)),
            # The category's words too: D70.1 is a neutropenia, but its description does not say so.
            search=f"{row['code'].replace('.', '')} {row['description']} {row['category']}".lower(),
        )
        for row in read_csv(path, name=f"codes/{path.name}", columns=CODE_COLUMNS)
    ]


def read_trials(path: Path) -> list[dict[str, str]]:
    """The known trials; raises ContentError when an NCT number is malformed or given twice."""
    rows = read_csv(path, name=f"codes/{path.name}", columns=TRIAL_COLUMNS)
    problems = Problems()
    seen: set[str] = set()
    for number, row in enumerate(rows, start=2):
        trial_id = row["nct_id"]
        if not trial_id.startswith("NCT") or len(trial_id) != 11 or trial_id in seen:
            message = f"{trial_id!r} is no NCT number, or is given twice."
            problems.found.append(ContentProblem(f"codes/{path.name}", f"line {number}", message))
        seen.add(trial_id)
    problems.finish()
    return rows
