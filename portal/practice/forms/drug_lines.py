"""The drug lines of the dosing step: their fields, how a regimen fills them, and how they are read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from django import forms

from orders.models import DrugLine
from orders.steps import Answers
from pathways import doses
from pathways.criteria.terms import INDICATIONS
from pathways.models import Drug, DrugProduct
from pathways.regimens import Component, DosingSchedule
from pathways.schedules import LABEL, ScheduleError, format_numbers, parse_cycles, parse_days
from portal import words
from portal.practice.typed import whole

PREFIX = "lines"
MOST_LINES = 30
BY_MOUTH = "PO"
#: Billed by NDC: the line has no HCPCS code.
NO_CODE = "NDC"
UNITS = ("mg", "mg/m2", "mg/kg", "AUC", "g", "g/m2", "mcg", "mcg/kg", "units", "units/m2", "units/kg")
_UNITS_OF_CONTENT = frozenset(doses.UNITS) - frozenset(UNITS)
LINE_FIELDS = (
    "drug",
    "role",
    "hcpcs",
    "dose",
    "unit",
    "route",
    "days",
    "cycle_length_days",
    "cycles",
    "per_day",
    "phase",
    "indication",
)

Typed = dict[str, str]
Role = DrugLine.Role


@dataclass(frozen=True)
class Catalog:
    """The drugs on an order by name, and the day on which their codes must be in force."""

    drugs: Mapping[str, Drug]
    day: date

    def products(self, drug: str) -> list[DrugProduct]:
        """The drug's billable products on the day, reference products first."""
        known = self.drugs[drug].products.all() if drug in self.drugs else ()
        current = [p for p in known if p.effective_from <= self.day <= (p.effective_to or self.day)]
        return sorted(current, key=lambda product: product.hcpcs)

    def codes(self, drug: str) -> list[tuple[str, str]]:
        """HCPCS codes to choose among, biosimilars included, with what each stands for."""
        return [
            (product.hcpcs or NO_CODE, f"{product.hcpcs or 'No code (NDC)'} – {product.description}")
            for product in self.products(drug)
        ]

    def usual_code(self, drug: str, route: str) -> str:
        """The code that a line starts with: the first in force that is given this way, which is the
        reference product."""
        products = self.products(drug)
        fitting = [product for product in products if product_fits(product, route)]
        return next((product.hcpcs or NO_CODE for product in fitting or products), NO_CODE)

    def product(self, drug: str, code: str) -> DrugProduct | None:
        """The drug's product of a code as the form has it."""
        return next((found for found in self.products(drug) if (found.hcpcs or NO_CODE) == code), None)

    def routes(self, drug: str) -> list[str]:
        """The ways to choose among where the drug comes both by mouth and as an injection; else none."""
        kinds = {BY_MOUTH if _is_oral(found) else "" for found in self.products(drug) if _is_said(found)}
        return list(dict.fromkeys([self.route_of(drug), BY_MOUTH, "IV"])) if len(kinds) > 1 else []

    def unit_of(self, drug: str) -> str:
        """The unit that a dose of the drug is usually written in."""
        kind = next((product.unit_kind for product in self.products(drug)), "")
        return kind if kind in UNITS else "mg"

    def route_of(self, drug: str) -> str:
        """How the drug is given."""
        return self.drugs[drug].route if drug in self.drugs else ""


# --- Product and route ------------------------------------------------------------------------------
def product_fits(product: DrugProduct, route: str) -> bool:
    """Whether a product can be given this way; one that does not say whether it is swallowed may be."""
    return not (route and _is_said(product)) or _is_oral(product) == (route == BY_MOUTH)


def _is_oral(product: DrugProduct) -> bool:
    return bool(re.search(r"\boral\b", product.description, re.IGNORECASE))


def _is_said(product: DrugProduct) -> bool:
    return _is_oral(product) or product.description.lower().startswith(("injection", "infusion"))


def wrong_product(line: Typed, catalog: Catalog) -> str:
    """Why the product cannot be given as the line has it; "" when it can."""
    product = catalog.product(line["drug"], line["hcpcs"])
    if product is None or product_fits(product, line["route"]):
        return ""
    form = "taken by mouth" if _is_oral(product) else "an injection"
    return (
        f"{line['hcpcs']} is {form}, but {line['drug']} is given {words.route(line['route'])} here. "
        "Choose the product that is given this way, or change how it is given."
    )


# --- Filling --------------------------------------------------------------------------------------
def filled(component: Component, catalog: Catalog, schedule: DosingSchedule | None = None) -> Typed:
    """A line as the regimen has it, or by one of its other schedules (R-126)."""
    schedule = schedule or component.schedule
    days = LABEL if schedule.days is None else format_numbers(schedule.days)
    return {
        "drug": component.drug,
        "role": Role.THERAPEUTIC.value,
        "hcpcs": catalog.usual_code(component.drug, component.route),
        "dose": plain(schedule.dose),
        "unit": schedule.unit,
        "route": component.route,
        "days": days,
        "cycle_length_days": str(schedule.cycle_length_days),
        "cycles": format_numbers(range(1, schedule.cycles.usual + 1)),
        "per_day": str(schedule.per_day),
        "phase": str(component.phase),
        "indication": "",
    }


def empty(drug: str, role: str, catalog: Catalog, *, like: Typed | None = None) -> Typed:
    """A line to be filled in by hand (R-127); a supportive one takes the cycles of the line `like`."""
    like = like or {}
    return {
        "drug": drug,
        "role": role,
        "hcpcs": catalog.usual_code(drug, catalog.route_of(drug)),
        "dose": "",
        "unit": catalog.unit_of(drug),
        "route": catalog.route_of(drug),
        "days": "",
        "cycle_length_days": like.get("cycle_length_days", ""),
        "cycles": like.get("cycles", ""),
        "per_day": "1",
        "phase": like.get("phase", "1"),
        "indication": "",
    }


def plain(amount: Decimal) -> str:
    """A figure without idle zeros or exponent."""
    return f"{amount.normalize():f}"


# --- Lines in what was typed ----------------------------------------------------------------------
def lines_in(raw: Mapping[str, Sequence[str]]) -> list[Typed]:
    """The lines in a step's raw answers."""
    total = (raw.get(f"{PREFIX}-TOTAL_FORMS") or ["0"])[-1]
    count = min(int(total), MOST_LINES) if total.isdecimal() else 0
    return [
        {name: (raw.get(f"{PREFIX}-{number}-{name}") or [""])[-1].strip() for name in LINE_FIELDS}
        for number in range(count)
    ]


def with_lines(raw: Mapping[str, Sequence[str]], lines: Iterable[Typed]) -> dict[str, list[str]]:
    """The raw answers with these lines in place of theirs."""
    kept = {name: list(values) for name, values in raw.items() if not name.startswith(f"{PREFIX}-")}
    count = 0
    for number, line in enumerate(lines):
        kept |= {f"{PREFIX}-{number}-{name}": [line[name]] for name in LINE_FIELDS}
        count += 1
    return {**kept, f"{PREFIX}-TOTAL_FORMS": [str(count)]}


def field_name(number: int, name: str) -> str:
    """The name of a line's field in the step's form."""
    return f"{PREFIX}-{number}-{name}"


def is_beside(line: Typed) -> bool:
    """Supportive and trial drugs go along with the regimen, whichever it is."""
    return line["role"] != Role.THERAPEUTIC


def is_removable(line: Typed, lines: Sequence[Typed]) -> bool:
    """What goes beside the regimen can be taken out; of its own drugs one line stays."""
    return is_beside(line) or is_doubled(line, lines)


def is_doubled(line: Typed, lines: Sequence[Typed]) -> bool:
    """Whether the drug stands on another line too, such as a loading dose."""
    return sum(other["drug"] == line["drug"] for other in lines) > 1


def position(number: int, lines: Sequence[Typed]) -> str:
    """Which of its drug's lines this is: “dose 1 of 2”; "" for the only one."""
    own = [n for n, other in enumerate(lines) if other["drug"] == lines[number]["drug"]]
    return f"dose {own.index(number) + 1} of {len(own)}" if len(own) > 1 else ""


def typed_of(clean: Answers) -> Typed:
    """A line's clean answers as somebody would have typed them: what `read` reads back."""
    return {
        **{name: str(clean.get(name, "")) for name in LINE_FIELDS},
        "hcpcs": clean["hcpcs"] or NO_CODE,
    }


def another_dose(line: Typed) -> Typed:
    """A further line of the same drug: dose and cycles are what must differ."""
    return {**line, "dose": "", "cycles": ""}


# --- Fields and reading ---------------------------------------------------------------------------
def fields_of(line: Typed, catalog: Catalog) -> dict[str, forms.Field]:
    """The fields of one line by their short names."""
    drug = line["drug"]
    no_unit = f"Choose the unit of the dose of {drug}."
    return {
        "drug": forms.CharField(max_length=80, widget=forms.HiddenInput),
        "role": forms.ChoiceField(choices=Role.choices, widget=forms.HiddenInput),
        "route": _route_field(line, catalog),
        "hcpcs": _code_field(line, catalog),
        "dose": _text("Dose", f"Enter the dose of {drug}.", max_length=14),
        "unit": forms.ChoiceField(
            label="Unit",
            choices=[(unit, _spoken(unit)) for unit in _units(line)],
            error_messages={"required": no_unit, "invalid_choice": no_unit},
        ),
        "days": _text("Days of the cycle", f"Enter the days on which {drug} is given, for example 1,8."),
        "cycle_length_days": _text("Cycle length", f"Enter the cycle length for {drug} in days."),
        "cycles": _text("Cycles", f"Enter the cycles of {drug}, for example 1-4."),
        "per_day": _text("Times a day", f"Enter how many times a day {drug} is given."),
        "phase": forms.ChoiceField(label="Phase", choices=PHASES),
        "indication": forms.ChoiceField(
            label=f"What is {drug} given for?",
            choices=[("", ""), *((key, text.capitalize()) for key, text in INDICATIONS.items())],
            required=False,
            widget=forms.RadioSelect,
        ),
    }


PHASES = [("0", "Along the whole course"), *((str(n), f"Phase {n}") for n in range(1, 7))]


def asks_code(line: Typed, catalog: Catalog) -> bool:
    """Whether the product is asked: there are several, or what was chosen is not valid any more."""
    codes = _codes(line, catalog)
    return len(codes) > 1 or line["hcpcs"] not in dict(codes)


def _codes(line: Typed, catalog: Catalog) -> list[tuple[str, str]]:
    return catalog.codes(line["drug"]) or [(NO_CODE, "No code (NDC)")]


def _code_field(line: Typed, catalog: Catalog) -> forms.ChoiceField:
    return forms.ChoiceField(
        label="Product",
        choices=_codes(line, catalog),
        widget=forms.Select() if asks_code(line, catalog) else forms.HiddenInput(),
        error_messages={
            "required": f"Choose the product of {line['drug']}.",
            "invalid_choice": f"This code of {line['drug']} is not valid on the start date. Choose another.",
        },
    )


def _route_field(line: Typed, catalog: Catalog) -> forms.Field:
    routes = catalog.routes(line["drug"])
    if not routes:
        return forms.CharField(max_length=20, required=False, widget=forms.HiddenInput)
    return forms.ChoiceField(
        label="Given",
        choices=[(route, words.route(route)) for route in routes],
        error_messages={"required": f"Choose how {line['drug']} is given."},
    )


def _text(label: str, missing: str, *, max_length: int = 60) -> forms.CharField:
    return forms.CharField(label=label, max_length=max_length, error_messages={"required": missing})


def _units(line: Typed) -> list[str]:
    """The units to choose among; one that only content uses, such as mCi, when the line has it."""
    return [*UNITS, line["unit"]] if line["unit"] in _UNITS_OF_CONTENT else list(UNITS)


def _spoken(unit: str) -> str:
    return unit.replace("m2", "m²")


def read(line: Typed) -> tuple[Answers, dict[str, str]]:
    """One line's clean answers, and the sentence of each field that cannot be read."""
    faults: dict[str, str] = {}
    drug = line["drug"]
    if line["role"] not in Role.values:
        faults["role"] = f"This line of {drug} cannot be read. Remove it and add the drug again."
    length = whole(line["cycle_length_days"], 1, 366)
    if length is None:
        faults["cycle_length_days"] = (
            f"Enter the cycle length for {drug} as a number of days, for example 21."
        )
    if (dose := amount(line["dose"])) is None:
        faults["dose"] = f"Enter the dose of {drug} as a number above 0, for example 200 or 1.5."
    if (per_day := whole(line["per_day"], 1, 24)) is None:
        faults["per_day"] = f"Enter how many times a day {drug} is given, from 1 to 24."
    numbers: dict[str, str] = {}
    for name, reader in (
        ("days", lambda text: parse_days(text, cycle_length_days=length or 366)),
        ("cycles", parse_cycles),
    ):
        try:
            found = reader(line[name])
            numbers[name] = LABEL if found is None else format_numbers(found)
        except ScheduleError as fault:
            faults[name] = f"{drug}: {fault}"
    clean: Answers = {
        **line,
        # 1,2,3,4 and 1-4 are the same cycles: one spelling is kept and compared.
        **numbers,
        "hcpcs": "" if line["hcpcs"] == NO_CODE else line["hcpcs"],
        "dose": plain(dose) if dose is not None else line["dose"],
        "cycle_length_days": length,
        "per_day": per_day,
        "phase": int(line["phase"]) if line["phase"].isdecimal() else 1,
    }
    return clean, faults


def amount(text: str) -> Decimal | None:
    """A figure above 0 with at most four decimals, or None when it is none."""
    try:
        value = Decimal(text.replace(",", ""))
    except InvalidOperation:
        return None
    if not value.is_finite() or not 0 < value < 10**8 or value != round(value, 4):
        return None
    return value
