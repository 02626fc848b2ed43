"""The drug lines of a request: each number within its column, each drug, code and unit one that is known."""

from __future__ import annotations

import re
from decimal import Decimal

from orders.rules.billing_units import TOO_MANY_UNITS, Body, Product, billing_units
from orders.steps import Answers
from pathways import queries as content
from pathways.criteria import terms
from pathways.doses import parse_unit
from pathways.models import Drug
from pathways.schedules import ScheduleError, parse_cycles, parse_days
from portal.evaluate.reading import Invalid, Node, shown

#: Characters that the columns of a drug line hold.
DRUG, ROUTE, SCHEDULE, UNIT = 80, 20, 60, 12
LEAST_DOSE, MOST_DOSE = Decimal("0.0001"), Decimal("99999999.9999")
#: What doses of the regimens and of the billed products measure (`pathways/doses.py`), and per what.
MEASURED = frozenset({"mg", "units", "auc", "ml", "mci", "uci", "kbq", "dose", "infusion"})
PER = frozenset({"", "kg", "m2"})
HCPCS = re.compile(r"[A-Z]\d{4}", re.ASCII)


def drug_lines(node: Node, body: Body) -> list[Answers]:
    """Therapeutic, then supportive lines as the dosing step keeps them; raises Invalid for a strange drug."""
    nodes = [(item, role) for role in ("therapeutic", "supportive") for item in node.nodes(role)]
    if not nodes:
        raise Invalid(node.at("therapeutic"), "names no drug, nor does supportive")
    lines = [_line(item, role) for item, role in nodes]
    known = content.drugs_by_name(line["drug"] for line in lines)
    for (item, _), line in zip(nodes, lines, strict=True):
        _check_product(item, line, known.get(line["drug"]), body)
    return lines


def _line(node: Node, role: str) -> Answers:
    length = node.whole("cycle_length_days", least=1, most=366)
    dose: Decimal = node.number("dose", least=LEAST_DOSE, most=MOST_DOSE)
    days, cycles = _days(node), _cycles(node)
    try:
        parse_days(days, cycle_length_days=length)
    except ScheduleError as problem:
        raise Invalid(node.at("days"), str(problem)) from None
    try:
        parse_cycles(cycles)
    except ScheduleError as problem:
        raise Invalid(node.at("cycles"), str(problem)) from None
    return {
        "role": "investigational" if node.flag("investigational", False) else role,
        "drug": node.text("drug", most=DRUG),
        "hcpcs": node.text("hcpcs", ""),
        "dose": spelled(dose),
        "unit": _unit(node),
        "route": node.text("route", "", most=ROUTE),
        "days": days,
        "cycle_length_days": length,
        "cycles": cycles,
        "per_day": node.whole("freq_per_day", 1, least=1, most=24),
        "phase": node.whole("seq", 1, most=20),
        "indication": node.text("indication", "", among={**terms.INDICATIONS, **terms.UNKNOWN_ANSWERS}),
    }


def is_unit(text: str) -> bool:
    """Whether doses are written in this unit."""
    unit = parse_unit(text)
    return unit.measure in MEASURED and unit.per in PER


def _unit(node: Node) -> str:
    found: str = node.text("unit", most=UNIT)
    if not is_unit(found):
        raise Invalid(node.at("unit"), f"{shown(found)} is no unit of a dose that is known here")
    return found


def _check_product(node: Node, line: Answers, drug: Drug | None, body: Body) -> None:
    """Raise Invalid unless the catalog has the drug with this code, in an amount that can be billed."""
    code = line["hcpcs"]
    if drug is None:
        if line["role"] != "investigational":
            raise Invalid(node.at("drug"), f"the drug catalog has no {shown(line['drug'])}")
        if code and not HCPCS.fullmatch(code):
            raise Invalid(node.at("hcpcs"), f"{shown(code)} is no HCPCS code")
        return
    products = [product for product in drug.products.all() if product.hcpcs == code]
    if code and not products:
        raise Invalid(node.at("hcpcs"), f"{shown(code)} is no code of {drug.name}")
    for product in products:
        units = billing_units(
            dose=Decimal(line["dose"]),
            unit=line["unit"],
            product=Product(product.unit_size, product.unit_kind),
            administrations=_most_administrations(line),
            body=body,
        ).units
        if units is not None and units >= TOO_MANY_UNITS:
            raise Invalid(node.at("dose"), "gives more billing units than can be counted")


def _most_administrations(line: Answers) -> int:
    days = parse_days(line["days"], cycle_length_days=line["cycle_length_days"]) or ()
    return len(days) * len(parse_cycles(line["cycles"])) * int(line["per_day"])


def _days(node: Node) -> str:
    """Days as a list in a text, or the one day as a number."""
    if isinstance(node.value.get("days"), int):
        return str(node.whole("days", least=1, most=366))
    return str(node.text("days", most=SCHEDULE))


def _cycles(node: Node) -> str:
    """The file counts cycles, ours are written out: 8 is 1-8."""
    if isinstance(node.value.get("cycles"), str):
        return str(node.text("cycles", most=SCHEDULE))
    last = node.whole("cycles", least=1, most=200)
    return "1" if last == 1 else f"1-{last}"


def spelled(number: Decimal) -> str:
    """A number as the form has it: without idle zeros or exponent."""
    return f"{number.normalize():f}"
