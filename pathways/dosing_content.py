"""Drugs of a regimen as content writes them: dose, route and timing, every slip named (R-145, DR-07)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from pathways.criteria.explain import nearest
from pathways.criteria.parse import Reader
from pathways.doses import UNITS
from pathways.schedules import HIGHEST, ScheduleError, parse_days

Content = Mapping[str, Any]

#: Ways a drug is given; the catalog joins several by "/".
ROUTES = (
    *("IV", "PO", "SC", "deep SC", "IM", "intravesical", "intrathecal", "intralesional", "intra-arterial"),
    *("implant", "catheter", "pyelocalyceal"),
)
#: Kinds of cycles with the keys that each takes.
CYCLES = {"fixed": {"allowed"}, "range": {"min", "max"}, "until_progression": {"min", "max_per_order"}}
#: Doses of a drug on one day, and phases of a course, are counted on the fingers.
MOST_PER_DAY = MOST_PHASES = 10


def check_component(reader: Reader, component: Content, path: str) -> None:
    """Note every mistake of one drug and of its alternative schedules, which inherit what they do not say."""
    reader.check_keys(component, {*_TIMING, "drug", "route", "phase", "alternative_schedules"}, path)
    drug = component.get("drug")
    if not isinstance(drug, str) or drug not in reader.drugs:
        reader.wrong(
            f"{path}.drug", f"{drug!r} is not in the drug catalog.", nearest(str(drug), reader.drugs)
        )
    reader.choice(component, "route", ROUTES, path, such_as="a route such as IV or PO")
    reader.whole(component.get("phase"), f"{path}.phase", least=0, most=MOST_PHASES)
    _check_timing(reader, component, _TIMING, path)
    alternatives = f"{path}.alternative_schedules"
    for number, item in enumerate(reader.items(component.get("alternative_schedules", []), alternatives)):
        place = f"{alternatives}[{number}]"
        own = reader.mapping(item, place)
        reader.check_keys(own, _TIMING, place)
        # A cycle of another length may be too short for the days that are inherited.
        said = {*own, "days"} if "cycle_length_days" in own else {*own}
        _check_timing(reader, {**component, **own}, said, place)


def _check_timing(reader: Reader, found: Content, said: Collection[str], path: str) -> None:
    for key, check in _TIMING.items():
        if key in said:
            check(reader, found, path)


def _check_dose(reader: Reader, found: Content, path: str) -> None:
    try:
        amount = Decimal(str(found.get("dose")))
    except InvalidOperation:
        amount = Decimal(0)
    if not amount.is_finite() or amount <= 0:
        reader.wrong(
            f"{path}.dose", f"expected an amount above 0 such as '200', found {found.get('dose')!r}."
        )


def _check_unit(reader: Reader, found: Content, path: str) -> None:
    reader.choice(found, "unit", UNITS, path, such_as="a unit such as mg or mg/m2")


def _check_length(reader: Reader, found: Content, path: str) -> None:
    reader.whole(found.get("cycle_length_days"), f"{path}.cycle_length_days", least=1, most=HIGHEST)


def _check_days(reader: Reader, found: Content, path: str) -> None:
    length = found.get("cycle_length_days")
    known = length if isinstance(length, int) and length > 0 else HIGHEST
    try:
        parse_days(str(found.get("days", "")), cycle_length_days=known)
    except ScheduleError as mistake:
        reader.wrong(f"{path}.days", str(mistake))


def _check_per_day(reader: Reader, found: Content, path: str) -> None:
    reader.whole(found.get("per_day"), f"{path}.per_day", least=1, most=MOST_PER_DAY)


def _check_cycles(reader: Reader, found: Content, path: str) -> None:
    place = f"{path}.cycles"
    cycles = reader.mapping(found.get("cycles"), place)
    reader.choice(cycles, "type", CYCLES, place, such_as="fixed, range or until_progression")
    keys = CYCLES.get(str(cycles.get("type")))
    if keys is None:
        return
    reader.check_keys(cycles, {"type", *keys}, place)
    if "allowed" in keys:
        allowed = reader.items(cycles.get("allowed"), f"{place}.allowed")
        if not allowed:
            reader.wrong(f"{place}.allowed", "expected at least one number of cycles.")
        for count in allowed:
            reader.whole(count, f"{place}.allowed", least=1, most=HIGHEST)
        return
    last = max(keys - {"min"})
    known = [reader.whole(cycles.get(key), f"{place}.{key}", least=1, most=HIGHEST) for key in ("min", last)]
    if all(known) and cycles["min"] > cycles[last]:
        reader.wrong(f"{place}.min", f"{cycles['min']} is above {last}, which is {cycles[last]}.")


#: What an alternative schedule may say otherwise, with its check.
_TIMING: dict[str, Callable[[Reader, Content, str], None]] = {
    "dose": _check_dose,
    "unit": _check_unit,
    "days": _check_days,
    "cycle_length_days": _check_length,
    "cycles": _check_cycles,
    "per_day": _check_per_day,
}
