"""Random orders stored as a submission stores them, releases that come later, and the replay of all."""

from __future__ import annotations

from collections import Counter
from copy import deepcopy
from datetime import date, timedelta
from io import StringIO
from random import Random
from typing import Any

from django.core.management import call_command
from django.utils import timezone

from members.models import Practice
from orders.actions.evaluation import Ruling, rule_on, store_evaluation
from orders.models import DrugLine, Order
from pathways import content
from pathways.actions import approve_release, publish_release, stage_release
from pathways.loading import ReleaseContent
from pathways.models import DrugManager, DrugProduct, MedicalPolicy, RegimenEntry, Release
from pathways.queries import NothingInForce
from tests.factories.orders import person
from tests.rules.naive.requests import draw

FIRST_LATER = date(2027, 7, 1)


def store(count: int, *, seed: int) -> Counter[str]:
    """Judge random requests and keep each with all it read; how many of each case status were stored."""

    rng, found = Random(seed), Counter[str]()
    while found.total() < count:
        drawn = draw(rng)
        try:
            ruling = rule_on(drawn.facts, drawn.terms, drawn.earlier)
        except NothingInForce:
            continue  # a start before the first policy release: such a request is refused too
        if ruling.judgement.refusals:
            continue  # a refused request is no order, so nothing of it is stored
        _store(ruling, number=found.total())
        found[str(ruling.judgement.disposition)] += 1
    return found


def _store(ruling: Ruling, *, number: int) -> None:

    by, now = person("practice"), timezone.now()
    order = Order.objects.create(
        reference=f"T{number:09}",
        practice=Practice.objects.order_by("pk")[0],
        created_at=now,
        created_by=by,
        updated_at=now,
    )
    lines = [
        DrugLine(
            order=order,
            number=line["number"],
            role=line["role"],
            drug=line["drug"],
            dose=1,
            dose_unit="mg",
            days="1",
            cycle_length_days=1,
            cycles="1",
            status="not_required",
        )
        for line in ruling.inputs["facts"]["drugs"]
    ]
    store_evaluation(order, DrugLine.objects.bulk_create(lines), ruling, cause="submission", by=by)


def publish_later(number: int) -> None:
    """A release of each kind that changes every row of the one before, and a catalog whose products end."""

    effective = FIRST_LATER + timedelta(days=92 * number)
    author, checker = person("admin"), person("nurse")
    for kind, rows in (("pathways", _later_pathways(number)), ("policy", _later_policies(effective, number))):
        release = stage_release(
            ReleaseContent(
                kind=kind,
                slug=f"LATER-{kind}-{number}",
                label=f"Later release {number}",
                effective=effective,
                notice="Synthetic.",
                changes=(),
                authored_by="author",
                checked_by="checker",
                next_review=effective,
                rows=rows,
            ),
            by=author,
        )
        approve_release(release, by=checker)
        publish_release(release, by=checker)
    sold = list(DrugProduct.objects.filter(effective_to=None).values_list("pk", flat=True))
    DrugProduct.objects.filter(pk__in=sold[::5]).update(effective_to=effective - timedelta(days=1))


def _later_pathways(number: int) -> dict[str, Any]:

    latest = Release.objects.filter(kind="pathways").latest("effective_from")
    rows = list(RegimenEntry.objects.filter(release=latest).values_list("content", flat=True))
    for row in rows:
        row["title"] = f"{row['title']} ({number})"
        row["ecog_max"] = 0
        row["kind"] = "library" if row["kind"] == "pathway" else "pathway"
        row["components"][0]["cycle_length_days"] += 1
    return {"regimens": rows}


def _later_policies(effective: date, number: int) -> dict[str, Any]:

    policies = {
        row.drug: deepcopy(row.content) for row in MedicalPolicy.objects.order_by("release__effective_from")
    }
    for policy in policies.values():
        policy["effective"] = effective.isoformat()
        for paragraph in policy["paragraphs"]:
            paragraph["excludes"] = [
                *paragraph.get("excludes", ()),
                {"fact": "age", "above": f"{number} years"},
            ]
    columns = ("plan", "line_of_business", "drug__name", "hcpcs")
    routes = DrugManager.objects.values_list(*columns).order_by(*columns).distinct()
    managers = [
        dict(zip(("plan", "line_of_business", "drug", "hcpcs"), route, strict=True))
        | {"effective": effective.isoformat(), "by": ("none", "aim")[number % 2], "source": "synthetic"}
        for route in routes
    ]
    return {"policies": list(policies.values()), "managers": managers}


def replay_all(printed: StringIO) -> None:
    """Judge every stored evaluation again, with nothing compiled beforehand; raises CommandError."""

    content.forget()
    call_command("replay_orders", stdout=printed, stderr=printed)
