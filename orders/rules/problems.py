"""What stands in the way of an order, as values: each with its step and a sentence saying what to do.

All problems are returned at once.  The page lists them; the action refuses on the same ones.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to know about an order.

    `code` is stable for interfaces; `step` and `field` name the place in the form ("" = the whole
    step or order); `redirect` says who takes the request instead, where somebody does
    ("refer_to_health_plan"), or "refused".
    """

    code: str
    step: str
    sentence: str
    field: str = ""
    redirect: str = ""


@dataclass(frozen=True, slots=True)
class Blocker(Problem):
    """The order cannot be submitted like this."""
