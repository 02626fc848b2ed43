"""The regimens of one pathway release, read from content and indexed for matching (R-145, R-159).

A row is a whole regimen for one clinical situation.  `kind` says what it is *in this release*:
"pathway" while the row is in force, "library" for an evidence-based regimen off pathway, which a
pathway row outside its dates is too (DR-05).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple, Self

from pathways.schedules import parse_days

Content = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class CycleRule:
    """How many cycles of a drug one order may ask for (DR-07).

    `kind` is "fixed" (one of `allowed`), "range" (`lowest` to `highest`) or "until_progression"
    (1 to `highest` per order, about six months).
    """

    kind: str
    lowest: int
    highest: int
    allowed: tuple[int, ...] = ()

    @classmethod
    def from_content(cls, found: Content) -> Self:
        """Read `{type, allowed}`, `{type, min, max}` or `{type, min, max_per_order}`."""
        match found["type"]:
            case "fixed":
                allowed = tuple(sorted(found["allowed"]))
                return cls("fixed", allowed[0], allowed[-1], allowed)
            case "range":
                return cls("range", found["min"], found["max"])
            case "until_progression":
                return cls("until_progression", found["min"], found["max_per_order"])
            case other:
                raise ValueError(f"cycles of type {other!r}; known are fixed, range, until_progression")

    def accepts(self, count: int) -> bool:
        """Is this number of cycles one the row allows?"""
        if self.kind == "fixed":
            return count in self.allowed
        return self.lowest <= count <= self.highest

    @property
    def usual(self) -> int:
        """The number of cycles the form starts from (R-126)."""
        return self.allowed[0] if self.kind == "fixed" else self.highest

    def describe(self) -> str:
        """The rule in words: "4 cycles", "4 to 6 cycles"."""
        if self.kind == "until_progression":
            return f"{self.lowest} to {self.highest} cycles per order, until progression"
        if self.kind == "range":
            return f"{self.lowest} to {self.highest} cycles"
        return f"{' or '.join(str(count) for count in self.allowed)} cycle{'s' if self.highest > 1 else ''}"


@dataclass(frozen=True, slots=True)
class DosingSchedule:
    """Dose and timing of one drug.  `dose` is in `unit`; `days` None = as the label says."""

    dose: Decimal
    unit: str
    days: tuple[int, ...] | None
    cycle_length_days: int
    cycles: CycleRule
    per_day: int

    @classmethod
    def from_content(cls, found: Content) -> Self:
        """Read the timing part of a component or of one of its alternatives."""
        length = int(found["cycle_length_days"])
        return cls(
            dose=Decimal(str(found["dose"])),
            unit=found["unit"],
            days=parse_days(str(found["days"]), cycle_length_days=length),
            cycle_length_days=length,
            cycles=CycleRule.from_content(found["cycles"]),
            per_day=int(found["per_day"]),
        )


@dataclass(frozen=True, slots=True)
class Component:
    """One drug of a regimen: its own schedule first, then those that count as equal (DR-07).

    `phase` 0 runs along the whole course; 1, 2, ... follow one another.
    """

    drug: str
    route: str
    phase: int
    schedules: tuple[DosingSchedule, ...]

    @classmethod
    def from_content(cls, found: Content) -> Self:
        """Read a component; an alternative schedule inherits what it does not say."""
        alternatives = found.get("alternative_schedules") or ()
        return cls(
            drug=found["drug"],
            route=found["route"],
            phase=int(found["phase"]),
            schedules=tuple(DosingSchedule.from_content({**found, **own}) for own in ({}, *alternatives)),
        )

    @property
    def schedule(self) -> DosingSchedule:
        """The schedule that the form is filled with (R-126)."""
        return self.schedules[0]


class BiomarkerRule(NamedTuple):
    """Results of one biomarker that fit the row; `accept_unknown` = it may be unreported (DR-06)."""

    name: str
    values: tuple[str, ...]
    accept_unknown: bool

    @classmethod
    def from_content(cls, found: Content) -> Self:
        """Read `{name, in, accept_unknown}`."""
        return cls(found["name"], tuple(found["in"]), bool(found.get("accept_unknown")))


@dataclass(frozen=True, slots=True)
class AgeLimit:
    """Whole years of age that fit the row, both ends included; None = no limit on that side (R-450)."""

    lowest: int | None = None
    highest: int | None = None

    @classmethod
    def from_content(cls, found: Content) -> Self:
        """Read `{min, max}`, either of which may be left out."""
        limit = cls(found.get("min"), found.get("max"))
        known = [age for age in (limit.lowest, limit.highest) if age is not None]
        if set(found) - {"min", "max"} or not known or known != sorted(known):
            raise ValueError(f"ages {dict(found)}; expected min, max or both, min not above max")
        return limit

    def accepts(self, age: Decimal) -> bool:
        """Is this age within the limit?"""
        return (self.lowest is None or age >= self.lowest) and (self.highest is None or age <= self.highest)

    def describe(self) -> str:
        """The limit in words: "18 or older", "up to 39", "18 to 39"."""
        if self.lowest is None:
            return f"up to {self.highest}"
        return f"{self.lowest} or older" if self.highest is None else f"{self.lowest} to {self.highest}"


@dataclass(frozen=True, slots=True)
class SCodeSchedule:
    """The S-codes a pathway row is worth at most: S0353, S0354, and both in months (DR-17)."""

    s0353: int
    s0354_max: int
    months: int


@dataclass(frozen=True, slots=True)
class Duration:
    """Expected duration: "fixed" or "indefinite", and the planned days of one order (R-159)."""

    type: str
    planned_days: int

    @classmethod
    def from_content(cls, found: Content) -> Self:
        """Read `{type, planned_days}`."""
        if found["type"] not in {"fixed", "indefinite"}:
            raise ValueError(f"duration of type {found['type']!r}; known are fixed and indefinite")
        return cls(found["type"], int(found["planned_days"]))

    @property
    def words(self) -> str:
        """As people read it: “fixed, 16 weeks”, or “until progression; one order covers 24 weeks”."""
        weeks, rest = divmod(self.planned_days, 7)
        length = f"{self.planned_days} days" if rest else f"{weeks} week{'' if weeks == 1 else 's'}"
        return f"fixed, {length}" if self.type == "fixed" else f"until progression; one order covers {length}"


@dataclass(frozen=True, slots=True)
class RegimenRow:
    """One regimen for one clinical situation (R-144, R-145).

    An empty list, None or {} in content means that the row does not ask.  `fn_risk` is "low",
    "intermediate" or "high" (R-184).  `regimen_key` is the same for rows with the same tumor and drugs.
    """

    id: str
    kind: str
    tumor: str
    title: str
    histology: tuple[str, ...]
    setting: str
    stages: tuple[str, ...]
    lines: tuple[str, ...]
    biomarkers: tuple[BiomarkerRule, ...]
    ecog_max: int | None
    ages: AgeLimit | None
    prior_therapies: tuple[str, ...]
    concurrent_radiation: bool | None
    components: tuple[Component, ...]
    regimen_key: str
    fn_risk: str
    duration: Duration
    s_codes: SCodeSchedule | None
    evidence: str
    source: Content
    drugs: frozenset[str]

    @classmethod
    def from_content(cls, found: Content) -> Self:
        """Read one row of a release; raises KeyError or ValueError that name the row."""
        try:
            return cls._read(found)
        except (KeyError, ValueError, TypeError) as fault:
            raise ValueError(f"regimen {found.get('id', '?')}: {fault}") from fault

    @classmethod
    def _read(cls, found: Content) -> Self:
        components = tuple(Component.from_content(item) for item in found["components"])
        drugs = frozenset(component.drug for component in components)
        if len(drugs) != len(components):
            raise ValueError("a drug is named twice; give it one component with alternative schedules")
        s_codes = found.get("s_codes")
        return cls(
            id=found["id"],
            kind=found["kind"],
            tumor=found["tumor"],
            title=found["title"],
            histology=tuple(found.get("histology") or ()),
            setting=found.get("setting", ""),
            stages=tuple(found.get("stages") or ()),
            lines=tuple(found.get("lines") or ()),
            biomarkers=tuple(BiomarkerRule.from_content(item) for item in found.get("biomarkers") or ()),
            ecog_max=found.get("ecog_max"),
            ages=AgeLimit.from_content(found["ages"]) if found.get("ages") else None,
            prior_therapies=_prior_therapies(found.get("prior_therapy") or {}),
            concurrent_radiation=found.get("concurrent_radiation"),
            components=components,
            regimen_key=found["regimen_key"],
            fn_risk=found["fn_risk"],
            duration=Duration.from_content(found["duration"]),
            s_codes=SCodeSchedule(**s_codes) if s_codes else None,
            evidence=found.get("evidence", ""),
            source=found.get("source") or {},
            drugs=drugs,
        )

    @property
    def on_pathway(self) -> bool:
        """Is this a pathway row in force in its release?"""
        return self.kind == "pathway"


def _prior_therapies(found: Content) -> tuple[str, ...]:
    if unknown := set(found) - {"all"}:
        raise ValueError(f"prior_therapy knows only “all”, not {sorted(unknown)}")
    return tuple(found.get("all", ()))


@dataclass(frozen=True, slots=True)
class NearRow:
    """A row close to the drugs entered: which of its drugs are missing, which entered are not in it."""

    row: RegimenRow
    missing: tuple[str, ...]
    extra: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DrugMatches:
    """Rows with exactly the drugs entered, and the nearest others (R-090)."""

    exact: tuple[RegimenRow, ...]
    nearest: tuple[NearRow, ...]


class PathwayLibrary:
    """All rows of one release, indexed by id, tumor, drug and drug set; read-only once built."""

    def __init__(self, release_id: str, rows: Iterable[RegimenRow]) -> None:
        self.release_id = release_id
        self._by_id: dict[str, RegimenRow] = {}
        by_tumor: dict[str, list[RegimenRow]] = defaultdict(list)
        by_drugs: dict[tuple[str, frozenset[str]], list[RegimenRow]] = defaultdict(list)
        by_drug: dict[tuple[str, str], list[RegimenRow]] = defaultdict(list)
        for row in rows:
            if row.id in self._by_id:
                raise ValueError(f"release {release_id} holds regimen {row.id} twice")
            self._by_id[row.id] = row
            by_tumor[row.tumor].append(row)
            by_drugs[row.tumor, row.drugs].append(row)
            for drug in row.drugs:
                by_drug[row.tumor, drug].append(row)
        self._by_tumor = {tumor: tuple(sorted(found, key=_rank)) for tumor, found in by_tumor.items()}
        self._by_drugs = {key: tuple(sorted(found, key=_rank)) for key, found in by_drugs.items()}
        self._by_drug = {key: tuple(found) for key, found in by_drug.items()}

    def __len__(self) -> int:
        return len(self._by_id)

    def get(self, row_id: str | None) -> RegimenRow | None:
        """The row with that id, or None."""
        return self._by_id.get(row_id or "")

    def of_tumor(self, tumor: str | None) -> tuple[RegimenRow, ...]:
        """Every row of a tumor, pathway rows first."""
        return self._by_tumor.get(tumor or "", ())

    def with_drugs(self, tumor: str | None, drugs: frozenset[str]) -> tuple[RegimenRow, ...]:
        """Rows of a tumor whose drug set is exactly this, pathway rows first (R-090)."""
        return self._by_drugs.get((tumor or "", drugs), ())

    def with_drug(self, tumor: str | None, drug: str) -> tuple[RegimenRow, ...]:
        """Rows of a tumor that hold this drug, in no order."""
        return self._by_drug.get((tumor or "", drug), ())


def _rank(row: RegimenRow) -> tuple[bool, str]:
    return (not row.on_pathway, row.id)


def find_by_drugs(
    library: PathwayLibrary, tumor: str | None, drug_names: Iterable[str], *, limit: int = 5
) -> DrugMatches:
    """Regimens of a tumor for the drugs entered, in any order (R-090, DR-05).

    `nearest` holds up to `limit` rows that share a drug with what was entered, fewest differences
    first, pathway rows before others.
    """
    entered = frozenset(drug_names)
    sharing = {row.id: row for drug in entered for row in library.with_drug(tumor, drug)}
    near = [
        NearRow(row, tuple(sorted(row.drugs - entered)), tuple(sorted(entered - row.drugs)))
        for row in sharing.values()
        if row.drugs != entered
    ]
    near.sort(key=lambda found: (len(found.missing) + len(found.extra), _rank(found.row)))
    return DrugMatches(exact=library.with_drugs(tumor, entered), nearest=tuple(near[:limit]))
