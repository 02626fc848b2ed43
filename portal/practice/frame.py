"""What stands around every step: progress bar, why somebody landed here, two versions side by side."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any
from urllib.parse import parse_qs, urlsplit

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest
from django.shortcuts import resolve_url

from orders.steps import BY_KEY, DraftState
from portal.practice.forms.base import Raw, StepForm
from portal.practice.forms.draft import Draft
from portal.practice.forms.words import in_full


class Standing(StrEnum):
    """How a step stands in the progress bar; `WORDS` says it to people."""

    DONE = "done"
    CURRENT = "current"
    RECHECK = "recheck"
    UNFINISHED = "unfinished"
    OPEN = "open"


WORDS: dict[Standing, str] = {
    Standing.DONE: "completed",
    Standing.CURRENT: "this step",
    Standing.RECHECK: "to be looked at again",
    Standing.UNFINISHED: "not finished",
    Standing.OPEN: "not begun",
}


@dataclass(frozen=True)
class Stop:
    """One step in the progress bar; `reachable` steps can be gone to, keeping what is typed."""

    key: str
    title: str
    number: int
    standing: Standing
    reachable: bool

    @property
    def words(self) -> str:
        """The standing in words."""
        return WORDS[self.standing]


def progress(state: DraftState, current: str) -> list[Stop]:
    """Every step with its standing; reachable is what comes no later than the first unfinished one."""
    keys = state.keys
    first = state.first_unfinished
    furthest = keys.index(first) if first else len(keys) - 1
    return [
        Stop(step.key, step.title, number, _standing(state, step.key, current), number - 1 <= furthest)
        for number, step in enumerate(state.steps, start=1)
    ]


def _standing(state: DraftState, key: str, current: str) -> Standing:
    if key == current:
        return Standing.CURRENT
    if key in state.recheck:
        return Standing.RECHECK
    if key in state.done:
        return Standing.DONE
    return Standing.UNFINISHED if key in state.raw else Standing.OPEN


def why_here(state: DraftState, step: str) -> str:
    """Why a later step cannot be shown yet."""
    title = BY_KEY[step].title
    if step in state.recheck:
        return f"Please look at “{title}” again first: an answer it rests on has changed."
    return f"Please finish “{title}” first; the later steps build on it."


def tell_of_a_lost_session(request: HttpRequest) -> None:
    """After a sign-in that an ended session forced: say which answers the page shows."""
    came_from = urlsplit(request.headers.get("Referer", ""))
    if came_from.path == resolve_url(settings.LOGIN_URL) and "ended" in parse_qs(came_from.query):
        messages.warning(
            request,
            "You were signed out while this page was open. Below is what was kept; "
            "please check it before you continue.",
        )


# --- Two versions of a step -----------------------------------------------------------------------
@dataclass(frozen=True)
class Difference:
    """One field that was saved with one value and typed with another."""

    label: str
    saved: str
    typed: str


def compare(form_class: type[StepForm], draft: Draft, *, saved: Raw, typed: Raw) -> list[Difference]:
    """The fields that differ between what is saved and what was typed, in the order of the form."""
    theirs, ours = form_class(saved, draft=draft), form_class(typed, draft=draft)
    names = [*theirs.fields, *(name for name in ours.fields if name not in theirs.fields)]
    rows = [
        Difference(_label(theirs, ours, name), _words(theirs, name), _words(ours, name)) for name in names
    ]
    return [row for row in rows if row.saved != row.typed]


def _label(theirs: StepForm, ours: StepForm, name: str) -> str:
    form = theirs if name in theirs.fields else ours
    return form.spoken_label(name)


def _words(form: StepForm, name: str) -> str:
    if name not in form.fields or isinstance(form.fields[name].widget, forms.HiddenInput):
        return ""
    return in_words(form.fields[name], form.shown_value(name))


def in_words(field: forms.Field, value: Any) -> str:
    """A field's value as people read it: the label of a choice, a day in full, several joined."""
    if isinstance(value, list | tuple):
        return ", ".join(in_words(field, item) for item in value)
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, date):
        return in_full(value)
    # Not the empty choice of a list: its words ask for an answer and are none.
    labels = {str(key): str(label) for key, label in getattr(field, "choices", ()) if key}
    return labels.get(str(value), "" if value is None else str(value))
