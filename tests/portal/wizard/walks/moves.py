"""What a person may do next in a draft: answers typed into a step, and the button that is pressed then.

Every step can be sent as its page shows it, and empty, so that a new step is walked through by itself;
the steps below have further answers, right and wrong, that settle or unsettle later ones.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from tests.portal.wizard.entry import (
    CLINICAL,
    DIAGNOSIS,
    PLAN,
    REGIMEN,
    Entry,
    Typed,
    start_on,
    under_way,
    us,
)
from tests.portal.wizard.radiation import BONE, BREAST, MEDICARE_MEMBER, MEMBER, RADIATION_PLAN, SHORT_COURSE

#: Massachusetts has programs for drugs and for radiation.
DRUGS_PLAN: Typed = {**PLAN, "plan": "BCBSMA"}
Answering = Callable[[Entry], Typed]


def as_shown(entry: Entry, step: str) -> Typed:
    """What the page holds, as a browser would send it back."""
    page = entry.get(step)
    if page.status_code != 200:
        return {}
    form = page.context["form"]
    shown = {name: form[name].value() for name in form.fields}
    typed = {name: value for name, value in shown.items() if value not in (None, "", False, [])}
    return {name: us(v) if hasattr(v, "year") else v for name, v in typed.items()} | form.raw


def _member(number: str, later: int = 0) -> Answering:
    return lambda entry: entry.typed_member(number, start_on() + timedelta(days=later))


def _course(course: Typed) -> Typed:
    site, technique = course["radiation_site"], course["radiation_technique"]
    return {**course, "for_site": site, "for_course": f"{site} {technique}"}


def _dates(entry: Entry, **changes: Any) -> Typed:
    page = entry.get("dates")
    end = next((page.context.get(f"end_by_{by}") for by in ("dosing", "fractions") if page.context), None)
    return {"urgency": "standard", "trial": "no", "planned_end_on": us(end) if end else "", **changes}


def _fixed(*all_typed: Typed) -> list[Answering]:
    return [lambda entry, typed=typed: dict(typed) for typed in all_typed]


ANSWERS: Mapping[str, list[Answering]] = {
    "plan": _fixed(DRUGS_PLAN, RADIATION_PLAN, PLAN, {**PLAN, "setting": "inpatient"}, {"plan": "BCBSMA"}),
    "member": [
        _member(MEMBER),
        _member(MEMBER, 1),
        _member(MEDICARE_MEMBER),
        *_fixed({"member_number": "ZMA000"}, {"start_on": "13/45/2026"}),
    ],
    "providers": [
        lambda entry: entry.typed_providers(),
        lambda entry: entry.typed_providers(npi="2100000076"),
        lambda entry: {**entry.typed_providers(), "p2p_phone": "555"},
    ],
    "diagnosis": _fixed(
        DIAGNOSIS, {**DIAGNOSIS, "tumor": "sclc"}, BREAST, {"primary": "", "primary_text": "xyzzy"}
    ),
    "clinical": _fixed(
        CLINICAL, {**CLINICAL, "stage": "IIIB"}, {**CLINICAL, "stage": ""}, {"ecog": "1"}, {"ecog": "2"}
    ),
    "regimen": _fixed(REGIMEN, {"pick": "PW-NSC-008"}, {"pick": "custom"}, {"pick": "nonsense"}),
    "dosing": [
        lambda entry: as_shown(entry, "dosing") | {"no_supportive": "on"},
        lambda entry: as_shown(entry, "dosing") | {"height_cm": "170", "weight_kg": "70"},
        lambda entry: as_shown(entry, "dosing") | {"lines-0-dose": "two hundred"},
    ],
    "radiation": _fixed(_course(SHORT_COURSE), _course(BONE), {"radiation_site": "breast"}),
    "dates": [
        lambda entry: _dates(entry),
        lambda entry: _dates(entry, planned_end_on="1/1/2020"),
        lambda entry: _dates(entry, urgency="expedited"),
    ],
    "continuity": [lambda entry: {"under_way": "no"}, lambda entry: under_way()],
    "review": _fixed({"notes": "Please call after 2 PM."}, {"notes": "=1+1", "confirmed": "on"}),
}
BUTTONS = ("continue", "continue", "continue", "back", "exit", "go:plan", "go:clinical", "keep", "so_far")


@dataclass(frozen=True)
class Move:
    """One thing done: a step, which of its answers, the button, and whether an older page is used."""

    step: str
    answer: int
    button: str
    stale: bool = False

    def typed(self, entry: Entry) -> Typed:
        """The answers to send."""
        ways: list[Answering] = [
            *ANSWERS.get(self.step, ()),
            lambda entry: as_shown(entry, self.step),
            lambda entry: {},
        ]
        return ways[self.answer % len(ways)](entry)
