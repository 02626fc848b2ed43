"""What every step's form has in common: typed answers in, messages beside fields, clean answers out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, ClassVar, Self

from django import forms
from django.core.exceptions import ValidationError
from django.forms.utils import ErrorDict
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

from orders.steps import Answers
from portal.models import User
from portal.practice.forms.draft import Draft

Raw = dict[str, list[str]]

#: Posted beside the answers, and no answers themselves.
CONTROL_FIELDS = frozenset({"csrfmiddlewaretoken", "revision", "do", "return"})
#: The most that one answer or one page may hold: far above use, far below harm.  One character more is
#: kept, so that the field can say that its text is too long instead of taking a part of it.
MAX_VALUE_LENGTH, MAX_VALUES = 4000, 600
MOST_RADIOS = 6
#: The button that the page itself presses to keep what is typed when nobody is there (G-47).
KEEP = "keep"
#: Pressed on an earlier visit of the page: "continue" has the page say what is wrong, others do not.
PRESSED = "pressed"


def raw_of(posted: QueryDict, *, pressed: str) -> Raw:
    """What was typed, as it is kept in the draft: name -> values, without the page's own fields."""
    raw = {
        # PostgreSQL stores no NUL character, neither as text nor in JSON.
        name: [value.replace("\0", "")[: MAX_VALUE_LENGTH + 1] for value in posted.getlist(name)]
        for name in list(posted)[:MAX_VALUES]
        if name not in CONTROL_FIELDS and "\0" not in name
    }
    return {**raw, PRESSED: [pressed]}


class StepForm(forms.Form):
    """One step of the order form, bound to what was typed whether valid or not.

    `answers` gives the step's clean answers in the shape of `orders/steps.py`; call it on a valid
    form only.  A step that has never been saved shows its form unbound.
    """

    step: ClassVar[str]
    #: Fields whose messages are shown even after a button that only looks something up.
    always_checked: ClassVar[frozenset[str]] = frozenset()
    #: What a copy of an earlier order leaves out, beside ticks: what was confirmed or measured then.
    not_copied: ClassVar[frozenset[str]] = frozenset()

    def __init__(self, raw: Mapping[str, list[str]] | None, *, draft: Draft) -> None:
        self.draft = draft
        self.complete: bool | None = None
        self.raw: Raw = dict(raw) if raw is not None else {}
        super().__init__(
            data=MultiValueDict(self.raw) if raw is not None else None,
            label_suffix="",
            use_required_attribute=False,
        )
        self.build()

    def build(self) -> None:
        """Fit the fields to the draft; run before validation."""

    @classmethod
    def shown(cls, draft: Draft) -> Self:
        """The form as its page shows it: with what was typed, and with messages once it was sent."""
        form = cls(draft.state.raw.get(cls.step), draft=draft)
        if form.is_bound and form.pressed != "continue":
            form.quieten()
        return form

    @classmethod
    def copied(cls, raw: Raw, *, draft: Draft, check: bool) -> tuple[Raw, Answers | None]:
        """What an earlier order's answers are worth in this draft: those kept, and if they hold, clean.

        Ticks are never copied (R-333).  Without `check` the step waits for one that it rests on.
        """
        kept = {name: values for name, values in raw.items() if not cls.is_left_out(name)}
        form = cls(kept, draft=draft)
        ticks = [name for name, field in form.fields.items() if isinstance(field, forms.BooleanField)]
        kept = {name: values for name, values in kept.items() if name not in ticks}
        if not check:
            return {**kept, PRESSED: [KEEP]}, None
        kept[PRESSED] = ["continue"]
        form = cls(kept, draft=draft)
        return kept, form.answers() if form.is_valid() else None

    @classmethod
    def is_left_out(cls, name: str) -> bool:
        """Whether a field of an earlier order is not copied."""
        return name in cls.not_copied

    @property
    def pressed(self) -> str:
        """The button that last saved this step."""
        return (self.raw.get(PRESSED) or [""])[0]

    def quieten(self) -> None:
        """Show no messages but those of `always_checked`: the person is still filling in."""
        self.complete = self.is_valid()
        checked = frozenset() if self.pressed == KEEP else self.always_checked
        kept = {name: errors for name, errors in self.errors.items() if name in checked}
        self._errors = ErrorDict(kept)

    # --- What a step may add ------------------------------------------------------------------------
    def meaning_of(self, pressed: str) -> str:
        """The button that counts: a step may need a first press to look something up."""
        return pressed

    def act(self, pressed: str) -> Raw:
        """Do what a button within the page asks (add a line, remove one), and give the raw to keep."""
        return {**self.raw, PRESSED: [pressed]}

    def context(self) -> dict[str, Any]:
        """What the step's template needs beside the form."""
        return {}

    def parts(self) -> dict[str, Any]:
        """What to draw anew beside the panel after an answer: `swaps` with their context; {} for nothing."""
        return {}

    def follow_up(self, *, by: User) -> None:
        """What a saved step leads to beyond its answers, in the same transaction."""

    def notices(self) -> list[tuple[int, str]]:
        """Levels and sentences to show on the page after a valid save."""
        return []

    def spoken_label(self, name: str) -> str:
        """A field's label where it stands alone, out of its place on the page."""
        return str(self.fields[name].label or name)

    def shown_value(self, name: str) -> Any:
        """A field's value where it stands alone."""
        return self[name].value()

    def answers(self) -> Answers:
        """The clean answers of a valid form."""
        raise NotImplementedError

    def tentative(self) -> Answers:
        """The answers as far as they can be read while the page is being filled in."""
        return self.answers() if self.is_complete else dict(self.draft.answers(self.step))

    @property
    def is_complete(self) -> bool:
        """Whether everything is answered, also where the messages are held back."""
        return self.is_valid() if self.complete is None else self.complete

    def refuse(self, field: str, message: str, *, code: str = "") -> None:
        """Put a message beside a field."""
        self.add_error(field, ValidationError(message, code=code or None))

    def typed(self, name: str) -> str:
        """One raw value as typed, valid or not."""
        values = self.raw.get(name) or [""]
        return values[-1].strip()


class TypedDateField(forms.DateField):
    """A date typed as month/day/year, with or without leading zeros or as 2021-10-12."""

    input_formats_us = ("%m/%d/%Y", "%Y-%m-%d", "%m-%d-%Y", "%m.%d.%Y", "%b %d, %Y", "%B %d, %Y")

    def __init__(self, **options: Any) -> None:
        label = options.get("label", "date")
        options.setdefault("input_formats", self.input_formats_us)
        options.setdefault("widget", forms.DateInput(format="%m/%d/%Y", attrs={"inputmode": "numeric"}))
        options["error_messages"] = {
            "invalid": f"Enter the {label[0].lower()}{label[1:]} as month/day/year, for example 10/12/2021.",
            **options.get("error_messages", {}),
        }
        super().__init__(**options)

    def to_python(self, value: Any) -> date | None:
        day = super().to_python(value)
        if day is not None and not 1900 <= day.year <= 2100:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return day


def kept_beside(form: StepForm, raw: Raw) -> Raw:
    """What is typed, with what the step holds from an order of the other kind, which asks more."""
    before = form.draft.state.raw.get(form.step, {})
    other = {name: values for name, values in before.items() if name not in form.fields and name not in raw}
    return {**other, **raw}


def choose(
    label: str,
    choices: Iterable[tuple[str, str]],
    *,
    missing: str,
    hint: str = "",
    required: bool = True,
    last: Iterable[tuple[str, str]] = (),
) -> forms.ChoiceField:
    """A question with a few answers as radios; above six it becomes a list to choose from.

    `last` are answers that are no findings, such as "Unknown": they do not count among the six.
    """
    options = list(choices)
    is_list = len(options) > MOST_RADIOS
    return forms.ChoiceField(
        label=label,
        choices=[*([("", "Choose one")] if is_list else []), *options, *last],
        widget=forms.Select() if is_list else forms.RadioSelect(),
        help_text=hint,
        required=required,
        error_messages={"required": missing, "invalid_choice": missing},
    )
