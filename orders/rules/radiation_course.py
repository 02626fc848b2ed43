"""A course of radiation: its name, its line, and whether it needs authorization (DR-24; R-336 to R-340)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from pathways.criteria.terms import RADIATION_POLICIES, RADIATION_SITES, RADIATION_TECHNIQUES
from pathways.schedules import LABEL

#: The solution of a radiation order.
RADIATION = "radiation_oncology"
#: The role of the line that a technique makes: it carries the status in a drug's place.
ROLE = "radiation"
#: Elsewhere than at the managed sites a request for these is voluntary.
VOLUNTARY_TECHNIQUES = frozenset({"2D", "3DCRT"})
#: What the facts of an order hold of its course.
COURSE_FACTS = (
    *("radiation_site", "radiation_technique", "radiation_fractions", "boost_fractions"),
    *("radiation_reasons", "reirradiation"),
)

#: The first day of a week end, as `date.weekday` counts.
SATURDAY = 5

Course = Mapping[str, Any]


def line_of(course: Course) -> dict[str, Any]:
    """The technique as the line of its order, counted in fractions; {} while none is chosen (R-336)."""
    technique = course.get("radiation_technique")
    if not technique:
        return {}
    return {
        "role": ROLE,
        "drug": technique,
        "hcpcs": "",
        # While a course is being entered it has no fractions yet; its criteria are unknown all the same.
        "dose": str(course.get("radiation_fractions") or 1),
        "unit": "fractions",
        "route": "",
        "days": LABEL,
        "cycle_length_days": 1,
        "cycles": "1",
        "per_day": 1,
        "phase": 0,
        "indication": "",
    }


def name_of(technique: str, site: str) -> str:
    """A course within a sentence: 3D conformal radiation of the breast."""
    label = RADIATION_TECHNIQUES.get(technique, technique)
    noun = label if label.endswith(("radiation", "therapy")) else f"{label} radiation"
    return f"{noun} of {_place(site)}"


def _place(site: str) -> str:
    if site in RADIATION_POLICIES:
        return RADIATION_POLICIES[site].removeprefix("radiation of ")
    label = RADIATION_SITES.get(site, site)
    return label if label.startswith("another") else f"the {label}"


def is_voluntary(technique: str, site: str) -> bool:
    """Whether an order needs no authorization and may be sent all the same (R-339, R-340)."""
    return site not in RADIATION_POLICIES and technique in VOLUNTARY_TECHNIQUES


def last_fraction_on(start_on: date, fractions: int) -> date:
    """The day of the last fraction, with one on each weekday from the start."""
    day, given = start_on, 0
    while True:
        given += day.weekday() < SATURDAY
        if given >= fractions:
            return day
        day += timedelta(days=1)
