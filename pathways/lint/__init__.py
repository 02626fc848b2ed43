"""Faults of clinical content that only show when files are read together; plain Python, no file is opened."""

from pathways.lint.finding import RULES, Accepted, Finding, Level
from pathways.lint.lint import lint
from pathways.lint.shipped import (
    PolicyFile,
    RegimenInRelease,
    ReleaseHead,
    ShippedContent,
)

__all__ = [
    "RULES",
    "Accepted",
    "Finding",
    "Level",
    "PolicyFile",
    "RegimenInRelease",
    "ReleaseHead",
    "ShippedContent",
    "lint",
]
