"""What differs from plan to plan on a step of order entry, in sentences made from program terms."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from members.models import ProgramTerms
from portal.practice.forms.words import clock, contact_center, in_full, zone_letters

Sentences = Iterator[str]


@dataclass(frozen=True)
class Shared:
    """One sentence, and the programs that it holds for, by their short names."""

    programs: tuple[str, ...]
    sentence: str


def notes(step: str, terms: ProgramTerms) -> list[str]:
    """What one program has to say on a step; nothing for a step on which the programs are alike."""
    return list(NOTES[step](terms)) if step in NOTES else []


def compared(step: str, programs: Mapping[str, ProgramTerms]) -> list[Shared]:
    """The same of several programs by their short names: a sentence that many share stands once.

    What all of them say has no program named beside it.
    """
    found: dict[str, list[str]] = {}
    for name, terms in programs.items():
        for sentence in notes(step, terms):
            found.setdefault(sentence, []).append(name)
    return [
        Shared(() if len(names) == len(programs) else tuple(names), sentence)
        for sentence, names in found.items()
    ]


# --- Step by step ---------------------------------------------------------------------------------
def _plan(terms: ProgramTerms) -> Sentences:
    yield f"Covered members: {terms.covered_members_text}"
    yield f"Covered treatment: {terms.covered_services_text}"


def _member(terms: ProgramTerms) -> Sentences:
    yield f"The start may lie up to {_count(terms.start_ahead_limit_days, 'day')} ahead."
    window = _count(terms.retro_business_days, "business day")
    yield f"After treatment has started, the order is taken for {window} more."
    if terms.adult_only:
        yield terms.pediatric_text


def _providers(terms: ProgramTerms) -> Sentences:
    if terms.p2p_phone_required:
        yield "The phone number for a peer-to-peer is required."
    opens, closes = clock(terms.p2p_opens_at), clock(terms.p2p_closes_at)
    yield f"Peer-to-peer calls: Monday to Friday, {opens} to {closes} {zone_letters(terms.time_zone)}."


def _diagnosis(terms: ProgramTerms) -> Sentences:
    if terms.diagnosis_rule == ProgramTerms.DiagnosisRule.ALL_MALIGNANCIES:
        yield "Every cancer is taken, also one that has no questions and regimens of its own here."
    yield terms.diagnosis_not_found_text


def _clinical(terms: ProgramTerms) -> Sentences:
    yield terms.data_asked_text


def _regimen(terms: ProgramTerms) -> Sentences:
    yield f"Pathways are the {terms.pathway_brand}; the criteria are those of the {terms.policy_label}."


def _radiation(terms: ProgramTerms) -> Sentences:
    if terms.radiation_rule_sets:
        yield f"A radiation authorization is valid for {_count(terms.radiation_days, 'day')}."


def _dosing(terms: ProgramTerms) -> Sentences:
    yield terms.supportive_text


def _continuity(terms: ProgramTerms) -> Sentences:
    if terms.continuity_enabled and terms.continuity_cutoff_on:
        yield (
            f"Asked about treatment that began before {in_full(terms.continuity_cutoff_on)}; the last dose "
            f"may lie up to {_count(terms.continuity_gap_days, 'day')} back."
        )


def _dates(terms: ProgramTerms) -> Sentences:
    if terms.urgent_channel == ProgramTerms.UrgentChannel.PHONE:
        yield terms.urgent_text
    if not terms.trial_enabled:
        yield "No question about a clinical trial is asked."
    yield f"An approval holds for {_count(terms.grace_days, 'day')} beyond the planned end."


def _review(terms: ProgramTerms) -> Sentences:
    yield terms.records_text
    yield f"Questions? Call the {contact_center(terms)}."


NOTES: Mapping[str, Callable[[ProgramTerms], Sentences]] = {
    "plan": _plan,
    "member": _member,
    "providers": _providers,
    "diagnosis": _diagnosis,
    "clinical": _clinical,
    "regimen": _regimen,
    "radiation": _radiation,
    "dosing": _dosing,
    "continuity": _continuity,
    "dates": _dates,
    "review": _review,
}


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
