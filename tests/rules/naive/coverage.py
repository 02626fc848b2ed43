"""What random requests have reached: every kind of result, every regimen row, every paragraph."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from tests.rules.naive.requests import PARAGRAPHS, REVIEWED, ROWS

Raw = dict[str, Any]


@dataclass
class Coverage:
    """How often each result came up, by kind: dispositions, pend codes, deviations, rows, paragraphs."""

    counts: dict[str, Counter[str]] = field(
        default_factory=lambda: {
            name: Counter()
            for name in (
                "case",
                "pend",
                "deviation",
                "policy",
                "status",
                "refusal",
                "row",
                "paragraph",
                "manager",
            )
        }
    )

    def add(self, found: Raw, release: str) -> None:
        """Count what a naive decision contains."""
        counts = self.counts
        counts["case"][found.get("case", "refused")] += 1
        counts["refusal"].update(found["refusals"])
        counts["pend"].update(list(found.get("pends", {})))
        counts["deviation"].update(_kind(code) for code in found.get("deviations", []))
        if found.get("row"):
            counts["row"][f"{release} {found['row']}"] += 1
        for line in found.get("lines", {}).values():
            counts["status"][line["status"]] += 1
            counts["policy"][str(line.get("result"))] += 1
            counts["manager"][str(line.get("manager"))] += 1
            for name, (result, _) in line.get("paragraphs", {}).items():
                counts["paragraph"][f"{line['policy']} {name} {result}"] += 1

    def missing_kinds(self) -> list[str]:
        """Every disposition, reason, deviation, status or refusal that should have come up and did not."""
        return self._missing(EXPECTED)

    def missing(self) -> list[str]:
        """The same with every row, and every paragraph of a drug that is reviewed, once met and once not."""
        wanted = {
            **EXPECTED,
            "row": {f"{release.slug} {row['id']}" for release, row in ROWS},
            "paragraph": {
                f"{policy['effective']} {found['id']} {result}"
                for policy, found in PARAGRAPHS
                if policy["policy"] in REVIEWED
                for result in ("met", "not_met")
            },
        }
        return self._missing(wanted)

    def _missing(self, wanted: dict[str, set[str]]) -> list[str]:
        return sorted(
            f"{kind} {name}" for kind, names in wanted.items() for name in names - set(self.counts[kind])
        )


EXPECTED: dict[str, set[str]] = {
    "case": {"refused", "in_progress", "authorized", "completed", "voluntarily_cancelled"},
    "pend": {"CUSTOM_PLAN", "DUPLICATE", "POLICY", "SCHEDULE", "UNKNOWN_ANSWER"},
    "deviation": {
        *("CUSTOM_PLAN", "FN_LOW", "FN_INTERMEDIATE", "FN_UNKNOWN"),
        *("CYCLE_LENGTH", "CYCLE_COUNT", "DAYS", "FREQUENCY"),
        *("LINE", "STAGE", "PATHOLOGY", "ECOG", "BIOMARKER", "PRIOR_THERAPY", "CONCURRENT_RT"),
        *("LINE:UNKNOWN", "STAGE:UNKNOWN", "PATHOLOGY:UNKNOWN", "ECOG:UNKNOWN", "BIOMARKER:UNKNOWN"),
        *("PRIOR_THERAPY:UNKNOWN", "CONCURRENT_RT:UNKNOWN"),
    },
    "policy": {"met", "not_met", "unknown", "None"},
    "status": {
        *("authorized", "in_progress", "not_required", "refer_health_plan", "refer_pbm"),
        "voluntarily_cancelled",
    },
    "refusal": {
        *("SERVICING_PROVIDER_CANNOT_SUBMIT", "NOT_IN_PROGRAM", "GROUP_EXCLUDED", "BEFORE_GO_LIVE"),
        *("NON_CANCER_PRIMARY", "DX_NOT_LISTED", "RETRO_WINDOW_PASSED"),
    },
    "manager": {"aim", "none", "health_plan", "pbm"},
}


def _kind(code: str) -> str:
    """A deviation code without the biomarker or drug that it names."""
    parts = code.split(":")
    return f"{parts[0]}:UNKNOWN" if parts[-1] == "UNKNOWN" else parts[0]
