"""One hostile value in one field of one step, and what must hold of the answer (G-41).

Steps and fields are read from the pages, so that a new field is tried by itself.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from portal.practice.forms.base import MAX_VALUE_LENGTH
from tests.portal.wizard.entry import STEP_KEYS, Entry, Typed
from tests.portal.wizard.hostile.pages import read
from tests.portal.wizard.hostile.values import values

#: What a page posts beside its answers.
CONTROLS = ("do", "revision", "return")
#: Fields that hold a hostile value in one post when all values go through all fields.
AT_ONCE = 4


@dataclass(frozen=True)
class Fault:
    """What went wrong with a value, so that it can be tried again."""

    step: str
    changed: Typed
    what: str

    def __str__(self) -> str:
        values = ", ".join(f"{name} = {value[:60]!r}" for name, value in self.changed.items())
        return f"{self.step}: {values}: {self.what}"


def fields_of(entry: Entry, step: str) -> list[str]:
    """Every name that the step's page or its form knows, and what is posted beside the answers."""
    page = entry.get(step)
    found = {*read(page.content.decode()).names, *page.context["form"].fields, *entry.typed(step), *CONTROLS}
    return sorted(found)


def one_each(names: list[str]) -> Iterator[Typed]:
    """Each value in one field of those: what a single one does among right answers."""
    for number, value in enumerate(values()):
        yield {names[number % len(names)]: value}


def all_each(names: list[str]) -> Iterator[Typed]:
    """Every value in every field, a few fields at a time."""
    for first in range(0, len(names), AT_ONCE):
        group = names[first : first + AT_ONCE]
        found = values()
        for number in range(len(found)):
            # Other values beside each other than next to each other in the list.
            yield {name: found[(number + 37 * place) % len(found)] for place, name in enumerate(group)}


def post(entry: Entry, step: str, right: Typed, changed: Typed) -> Iterator[Fault]:
    """Send right answers with hostile values among them, look at the page, and yield what is wrong."""
    # Not "submit": that would end the draft.
    button = "back" if step == "review" else "continue"
    sent = {**right, "do": button, "revision": entry.state.revisions.get(step, ""), **changed}
    answer = entry.client.post(entry.url(step), {name: v for name, v in sent.items() if v is not None})
    if answer.status_code == 302 and entry.order.status == "draft":
        page = entry.get(step)
        # Not when an answer took the step out of the order, or unsettled an earlier one.
        wrong = list(_wrong(entry, step, right, changed, page)) if page.status_code == 200 else []
    elif answer.status_code in {200, 302, 409}:
        wrong = read(answer.content.decode()).broken
    else:
        wrong = [f"answered {answer.status_code}"]
    for what in wrong:
        yield Fault(step, changed, what)


def _wrong(entry: Entry, step: str, right: Typed, changed: Typed, page: Any) -> Iterator[str]:
    shown = read(page.content.decode())
    yield from shown.broken
    if not changed.keys().isdisjoint(CONTROLS):
        return
    form, clean, raw = page.context["form"], entry.state.answers[step], entry.state.raw[step]
    kept = {name: value.replace("\0", "")[: MAX_VALUE_LENGTH + 1] for name, value in changed.items()}
    for name, value in kept.items():
        # The lines of the dosing step are read and written again, without blanks around them.
        if raw.get(name) not in ([value], [value.strip()], None):
            yield f"{name} is kept as {raw.get(name)!r:.80}"
    if clean is None:
        looks_something_up = form.pressed != "continue"
        if not (form.errors or looks_something_up or page.context.get("refilled")):
            yield "neither taken nor refused"
        for name in kept.keys() & form.errors.keys() & shown.texts.keys():
            if kept[name].strip() and not any(_same_text(kept[name], text) for text in shown.texts[name]):
                yield f"{name} is refused, and shown back as {shown.texts[name]!r:.80}"
    elif not (
        all(_is_in(value, clean) for value in kept.values()) or _is_ignored(entry, step, right, kept, clean)
    ):
        yield f"taken as {json.dumps(clean, ensure_ascii=False):.300}"


def _same_text(value: str, text: str) -> bool:
    # A browser reads \r\n and \r as \n, and drops the first line break of a text area.
    def plain(raw: str) -> str:
        return raw.replace("\r\n", "\n").replace("\r", "\n").strip()

    return plain(value) == plain(text)


def _is_in(value: str, clean: Any) -> bool:
    """Whether the value is among the answers as written, as the number that it says, or without marks."""
    texts = list(_leaves(clean))
    wanted = value.strip()
    if any(_same_text(wanted, text) for text in texts):
        return True
    number = _number(wanted)
    if number is not None and any(_number(text) == number for text in texts):
        return True
    bare = _bare(wanted)
    return bool(bare) and any(bare == _bare(text) for text in texts)


def _leaves(clean: Any) -> Iterator[str]:
    if isinstance(clean, dict):
        for item in clean.values():
            yield from _leaves(item)
    elif isinstance(clean, list):
        for item in clean:
            yield from _leaves(item)
    else:
        yield "" if clean is None else str(clean)


def _number(text: str) -> Decimal | None:
    try:
        found = Decimal(text.replace(",", ""))
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


def _bare(text: str) -> str:
    """Letters and digits alone: a phone number and a trial's ID are kept in one spelling."""
    return re.sub(r"[\W_]", "", unicodedata.normalize("NFKC", text)).casefold()


def _is_ignored(entry: Entry, step: str, right: Typed, kept: Typed, clean: Any) -> bool:
    """Whether the answers are those of the step with such fields empty, not sent, or right."""
    strange = [name for name, value in kept.items() if not _is_in(value, clean)]
    for typed in (dict.fromkeys(strange, ""), dict.fromkeys(strange, None), {}):
        entry.post(step, {**right, **kept, **{n: right.get(n) for n in strange}, **typed})
        if entry.state.answers[step] == clean:
            return True
    return False


def walk(entry: Entry, step: str, *, everything: bool) -> list[Fault]:
    """All that is wrong on one step of the lung cancer order."""
    entry.reach(step)
    right, names = entry.typed(step), fields_of(entry, step)
    posts = list(all_each(names) if everything else one_each(names))
    if not everything:
        # The steps share the values among them.
        posts = posts[STEP_KEYS.index(step) :: len(STEP_KEYS)]
    return [fault for changed in posts for fault in post(entry, step, right, changed)]
