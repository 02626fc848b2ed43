"""Reads of clinical content; each says how many queries it takes, and none grows with rows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from enum import StrEnum
from typing import Any

from django.db.models import Case, IntegerField, Q, TextField, When
from django.db.models.functions import Cast

from pathways import content
from pathways.content import ContentInForce
from pathways.criteria import terms
from pathways.criteria.vocabulary import FACTS
from pathways.matching import PathwayLibrary
from pathways.models import (
    DiagnosisCode,
    Drug,
    DrugManager,
    MedicalPolicy,
    RegimenEntry,
    Release,
    TrialRecord,
    TumorType,
)

Kind, State = Release.Kind, Release.State


class NothingInForce(LookupError):
    """No published release of a kind had begun on a day."""


# --- Releases and what they hold ----------------------------------------------------------------------
def pathways_on(day: date) -> Release:
    """The pathway release in force on a day (DR-03); raises NothingInForce.  One query."""
    return _in_force({Kind.PATHWAYS: day})[Kind.PATHWAYS]


def policy_release_on(day: date) -> Release:
    """The medical policy release in force on a day (DR-03); raises NothingInForce.  One query."""
    return _in_force({Kind.POLICY: day})[Kind.POLICY]


def _in_force(days: Mapping[Release.Kind, date]) -> dict[str, Release]:
    """For each kind the latest published release that had begun by its day."""
    begun = Q()
    for kind, day in days.items():
        begun |= Q(kind=kind, effective_from__lte=day)
    rows = Release.objects.filter(begun, state=State.PUBLISHED).defer("content", "changes")
    found = {row.kind: row for row in rows.order_by("effective_from")}  # a later one replaces
    for kind, day in days.items():
        if kind not in found:
            raise NothingInForce(f"no {kind.label.lower()} release is in force on {day:%Y-%m-%d}")
    return found


def pathway_library(release: Release) -> PathwayLibrary:
    """The regimens of a release, compiled; one query the first time in a process."""
    return content.library_of(release)


def content_on(*, plan: str, line_of_business: str, submitted_on: date, start_on: date) -> ContentInForce:
    """What an order is judged by: Pathways of the submission day, the rest of the start date (DR-03).

    Two queries once everything is compiled.  Raises NothingInForce.
    """
    found = _in_force({Kind.PATHWAYS: submitted_on, Kind.POLICY: start_on})
    return content_for(
        found[Kind.PATHWAYS],
        found[Kind.POLICY],
        plan=plan,
        line_of_business=line_of_business,
        start_on=start_on,
    )


def content_for(
    pathway_release: Release,
    policy_release: Release,
    *,
    plan: str,
    line_of_business: str,
    start_on: date,
) -> ContentInForce:
    """The content of the releases an order is bound to, for judging it again.  One query once compiled."""
    return content.assemble(
        pathway_release,
        policy_release,
        plan=plan,
        line_of_business=line_of_business,
        start_on=start_on,
    )


def release_changes(release: Release) -> list[tuple[str, str, str]]:
    """What a release changes against the one before, as (row, what happens to it, its title).

    What happens is "added", "changed", "ended", or "routed" for a drug with another manager.  Works
    on a staged release too, so that the second person sees it before approving.  Four queries.
    """
    before = (
        Release.objects.filter(kind=release.kind, state=State.PUBLISHED)
        .filter(effective_from__lt=release.effective_from)
        .order_by("-effective_from")
        .first()
    )
    old, new = _rows_of(before) if before else {}, _rows_of(release)
    found = []
    for name in sorted({*old, *new}):
        if old.get(name) != new.get(name):
            what = "added" if name not in old else "ended" if name not in new else "changed"
            found.append((name, what, str((new.get(name) or old[name])["title"])))
    return found + (_routed(release) if before else [])


def _rows_of(release: Release) -> dict[str, Mapping[str, Any]]:
    """The regimens of a release, or all paragraphs of the policies as of it, by id."""
    if release.kind == Kind.PATHWAYS:
        stored = RegimenEntry.objects.filter(release=release).values_list("content", flat=True)
        return {row["id"]: row for row in release.content.get("regimens") or stored}
    rows = MedicalPolicy.objects.filter(release__effective_from__lte=release.effective_from)
    policies = {row.drug: row.content for row in rows.order_by("effective_from")}
    policies |= {row["policy"]: row for row in release.content.get("policies", ())}
    return {row["id"]: row for policy in policies.values() for row in policy["paragraphs"]}


def _routed(release: Release) -> list[tuple[str, str, str]]:
    stored = DrugManager.objects.filter(release=release).values("plan", "drug__name", "hcpcs", "by")
    rows = release.content.get("managers") or [{**row, "drug": row["drug__name"]} for row in stored]
    return [
        (f"{row['plan']} {row['hcpcs'] or row['drug']}", "routed", f"{row['drug']}: {row['by']}")
        for row in rows
    ]


# --- Diagnoses and cancers ----------------------------------------------------------------------------
class Offered(StrEnum):
    """Which codes a search gives: all, those of cancers, or those of cancers on the program's list."""

    ANY = "any"
    MALIGNANT = "malignant"
    LISTED = "listed"


def search_diagnoses(text: str, limit: int = 20, *, offered: Offered = Offered.ANY) -> list[DiagnosisCode]:
    """Billable codes by prefix (with or without dot) or by words, in the order of codes.  One query.

    Words are those of the code list, or everyday ones: "cancer", and the names of the tumor types.

    Codes of the program's list come first, then other cancers.  A row's `tumors` says what the code
    stands for; empty means that it is not in the list (DX_NOT_LISTED, R-096), `malignant` False that
    it can be no primary diagnosis (NON_CANCER_PRIMARY).
    """
    words = text.strip().lower().split()
    if not words:
        return []
    found = DiagnosisCode.objects.filter(billable=True)
    if len(words) == 1 and re.fullmatch(r"[a-z]\d[a-z0-9]?\.?[a-z0-9]{0,4}", words[0]):
        found = found.filter(search__startswith=words[0].replace(".", ""))
    else:
        found = found.alias(slugs=Cast("tumors", TextField()))
        for word in words:
            found = found.filter(_means(word))
    if offered is not Offered.ANY:
        found = found.filter(malignant=True)
    if offered is Offered.LISTED:
        found = found.exclude(tumors=[])
    unlisted = Case(When(tumors=[], then=1), default=0, output_field=IntegerField())
    return list(found.order_by(unlisted, "-malignant", "code")[:limit])


def _means(word: str) -> Q:
    """What a word of a search stands for; ICD-10-CM says "malignant neoplasm" where people say cancer."""
    wanted = Q(search__contains=word)
    if len(word) > 2 and "cancer".startswith(word):
        wanted |= Q(malignant=True)
    for slug, label in terms.TUMORS.items():
        if word == slug or word in label.lower():
            wanted |= Q(slugs__contains=f'"{slug}"')
    return wanted


def diagnoses_by_code(codes: Iterable[str]) -> dict[str, DiagnosisCode]:
    """The rows of codes as typed (any case, with or without dot), by what was typed.  One query."""
    typed = {code.upper(): _dotted(code) for code in codes if code.strip()}
    rows = {row.code: row for row in DiagnosisCode.objects.filter(code__in=set(typed.values()))}
    return {code: rows[dotted] for code, dotted in typed.items() if dotted in rows}


def _dotted(code: str) -> str:
    compact = code.strip().upper().replace(".", "")
    return f"{compact[:3]}.{compact[3:]}" if len(compact) > 3 else compact


def tumors_of(code: str) -> list[str]:
    """The tumor slugs a code stands for; empty when it is not in the program's list.  One query."""
    return list(
        DiagnosisCode.objects.filter(code=_dotted(code)).values_list("tumors", flat=True).first() or []
    )


def tumor_types() -> list[tuple[str, str]]:
    """The tumor types that have questions of their own, as (slug, label) from A to Z.  One query."""
    return sorted(TumorType.objects.values_list("slug", "label"), key=lambda row: row[1].casefold())


def tumor_questions(tumor: str) -> dict[str, Any] | None:
    """The questions asked for a cancer, as data (R-088, R-117); None for an unknown one.  One query.

    {"tumor", "label", "histologies": [(slug, label)], "stages": ..., "lines": ..., "ecog": ...,
    "biomarkers": [{"name", "label", "question", "values": [(slug, label)]}],
    "prior_therapies": [(slug, label)], "asks": [fact names], "unknown_answers": [(slug, label)]}
    """
    found = TumorType.objects.filter(slug=tumor).first()
    if found is None:
        return None
    asked = found.content
    return {
        "tumor": found.slug,
        "label": found.label,
        "histologies": _labeled(asked["histologies"], terms.HISTOLOGIES),
        "stages": _labeled(asked["stages"], terms.STAGES),
        "lines": _labeled(asked["lines"], terms.LINES),
        "ecog": [(str(value), label) for value, label in terms.ECOG.items()],
        "biomarkers": [
            {
                "name": name,
                "label": terms.BIOMARKERS[name].label,
                "question": terms.BIOMARKERS[name].question,
                "values": list(terms.BIOMARKERS[name].values.items()),
            }
            for name in asked["biomarkers"]
        ],
        "prior_therapies": [
            (slug, FACTS["prior_therapies"].words(slug)) for slug in asked["prior_therapies"]
        ],
        "asks": list(asked["asks"]),
        "unknown_answers": list(terms.UNKNOWN_ANSWERS.items()),
    }


def _labeled(slugs: Iterable[str], labels: Mapping[str, str]) -> list[tuple[str, str]]:
    return [(slug, labels[slug]) for slug in slugs]


# --- Drugs and trials ---------------------------------------------------------------------------------
def search_drugs(text: str, limit: int = 20, *, role: str = "") -> list[Drug]:
    """Drugs by generic name, brand or HCPCS code, names that begin so first.  Two queries.

    `role` limits to "therapeutic" or "supportive".  Each row has its `products` at hand.
    """
    words = text.strip().lower().split()
    if not words:
        return []
    wanted = Q()
    for word in words:
        wanted &= Q(search__contains=word)
    rows = Drug.objects.filter(wanted, **({"role": role} if role else {})).prefetch_related("products")
    whole = " ".join(words)
    return sorted(rows, key=lambda row: (not row.name.lower().startswith(whole), row.name.lower()))[:limit]


def drugs_by_name(names: Iterable[str]) -> dict[str, Drug]:
    """Drugs of the catalog by their exact names, products at hand.  Two queries."""
    rows = Drug.objects.filter(name__in=set(names)).prefetch_related("products")
    return {row.name: row for row in rows}


def drug_names() -> frozenset[str]:
    """The names of all drugs of the catalog.  One query."""
    return frozenset(Drug.objects.values_list("name", flat=True))


def trial(trial_id: str) -> TrialRecord | None:
    """The trial of an NCT number, in any case; None when we do not know it (R-137).  One query."""
    return TrialRecord.objects.filter(nct_id=trial_id.strip().upper()).first()


def trial_titles(trial_ids: Iterable[str]) -> dict[str, str]:
    """The titles of those trials that we know, by NCT number (R-138).  One query."""
    found = TrialRecord.objects.filter(nct_id__in=set(trial_ids))
    return dict(found.values_list("nct_id", "title"))
