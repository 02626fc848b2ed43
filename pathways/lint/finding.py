"""What the lint reports: one finding per fault, with its rule; and findings that are accepted."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import StrEnum


class Level(StrEnum):
    """An error fails the check; a warning is for a person to look at."""

    ERROR = "error"
    WARNING = "warning"


#: Every rule: its level, and what is wrong where it reports.
RULES: dict[str, tuple[Level, str]] = {
    "never-met": (Level.ERROR, "criteria that contradict each other"),
    "always-met": (Level.ERROR, "a criterion that every answer meets"),
    "implied": (Level.WARNING, "a criterion that the others of its paragraph already ask"),
    "not-offered": (Level.ERROR, "an answer that the form of that cancer does not offer"),
    "shadowed": (Level.ERROR, "a row or paragraph that another one makes needless or contradicts"),
    "overlap": (Level.WARNING, "a regimen for fewer patients than one with the same drugs, given otherwise"),
    "too-many-ways": (Level.ERROR, "a paragraph with more combinations of alternatives than are looked at"),
    "cancer-gone": (Level.ERROR, "a cancer without a row, of which the release before had some"),
    "not-ordered": (Level.ERROR, "a drug that cannot be ordered as therapeutic"),
    "never-read": (Level.ERROR, "a policy of a drug that no plan has reviewed while it is in force"),
    "no-policy": (Level.ERROR, "a reviewed drug without a policy"),
    "not-routed": (Level.ERROR, "a policy drug that a plan does not name in its routing"),
    "routing-idle": (Level.ERROR, "a routing row that decides nothing"),
    "unit": (Level.ERROR, "a limit in a unit that the ordered dose cannot be compared with"),
    "range": (Level.ERROR, "a limit no real order comes near to"),
    "code": (Level.ERROR, "a code or name that is not in its list"),
    "not-needed": (Level.ERROR, "a question that no regimen or policy of that cancer needs"),
    "release-gap": (Level.ERROR, "a day without a release in force, or with two"),
    "review-overdue": (Level.ERROR, "a release in force after the day of its next review"),
    "product-gap": (Level.ERROR, "a drug without a valid product while it is needed"),
    "product-overlap": (Level.ERROR, "a product valid twice on a day"),
    "not-valid": (Level.ERROR, "a radiation code managed on a day on which it is not valid"),
    "not-managed": (Level.ERROR, "a bundle with a code that is not managed on a day it is in force"),
    "case-wrong": (Level.ERROR, "a case that comes out otherwise than told"),
    "case-missing": (Level.ERROR, "a paragraph, date or limit without its case"),
    "not-accepted": (Level.ERROR, "an accepted finding that does not occur"),
}


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One fault: where it is, its rule, a sentence, and the other place that is concerned, if any."""

    file: str
    path: str
    rule: str
    message: str
    other: str = ""

    @property
    def level(self) -> Level:
        """Whether it fails the check."""
        return RULES[self.rule][0]

    def to_json(self) -> dict[str, str]:
        """The finding as JSON, with its level."""
        return {"level": self.level.value, **asdict(self)}

    def __str__(self) -> str:
        see = f" See {self.other}." if self.other else ""
        return f"{self.level}: {self.file}: {self.path}: [{self.rule}] {self.message}{see}"


@dataclass(frozen=True, slots=True)
class Accepted:
    """A finding that is true and stays, with the reason why."""

    rule: str
    file: str
    path: str
    reason: str
    other: str = ""

    def is_about(self, finding: Finding) -> bool:
        """Does it accept this finding?  All of rule, file, path and other place must agree."""
        return (self.rule, self.file, self.path, self.other) == (
            finding.rule,
            finding.file,
            finding.path,
            finding.other,
        )
