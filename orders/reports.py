"""Counts over submitted orders for administrators; none names an order or a member."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count
from django.db.models.fields.json import KT
from django.db.models.functions import TruncMonth

from members.clock import PLAN_ZONE
from orders.models import ClinicalSnapshot
from pathways.queries import trial_titles


@dataclass(frozen=True)
class TrialCount:
    """How many orders of one month were attested to be part of a trial (R-138).

    `trial_id` and `title` are empty for all trials together that are not in our list: what was typed
    there is known to nobody but the office.
    """

    month: date
    trial_id: str
    title: str
    orders: int


def trial_counts(since: datetime) -> list[TrialCount]:
    """Orders in clinical trials by month of submission at the plans, latest first, and by trial ID.

    Two queries; the first reads what was submitted since then.
    """
    rows = (
        ClinicalSnapshot.objects.filter(order__submitted_at__gte=since, answers__dates__trial="yes")
        .values(
            month=TruncMonth("order__submitted_at", tzinfo=PLAN_ZONE), typed=KT("answers__dates__trial_id")
        )
        .annotate(orders=Count("pk"))
    )
    counted = [(row["month"].date(), row["typed"], row["orders"]) for row in rows]
    titles = trial_titles({typed for _, typed, _ in counted})
    found: dict[tuple[date, str], int] = {}
    for month, typed, orders in counted:
        key = (month, typed if typed in titles else "")
        found[key] = found.get(key, 0) + orders
    return [
        TrialCount(month, trial_id, titles.get(trial_id, ""), orders)
        for (month, trial_id), orders in sorted(
            found.items(), key=lambda item: (-item[0][0].toordinal(), item[0][1] == "", item[0][1])
        )
    ]
