"""The review queue: what is due next, on top (R-232 to R-237)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.http import urlencode

from orders.actions.review import take_case
from orders.models import Order, WorkItem
from orders.queues import Filters, QueueRow, cases_in, count_by_reason, facets, next_free_case
from orders.rules.refusals import AlreadyTaken, NotOpen
from pathways.models import TumorType
from portal import access
from portal.context_processors import kinds_of
from portal.review.words import REASONS
from portal.words import span

PAGE = 50
#: How often "Take next" tries again when others are quicker.
TRIES = 20


@dataclass(frozen=True)
class Chip:
    """One choice of a filter: pressed again it is taken off; `query` is the address it leads to."""

    label: str
    query: str
    count: int
    chosen: bool = False


@dataclass(frozen=True)
class Row:
    """One case in the table: the order with its codes in words."""

    order: Order
    tumor: str
    open_for: str
    age: str
    holder: Any


def _typed(request: HttpRequest, name: str) -> str:
    """A filter from the address, without what PostgreSQL refuses to compare with."""
    return request.GET.get(name, "")[:40].replace("\0", "")


@access.requires(*access.REVIEWERS, methods=("GET", "HEAD"))
def index(request: HttpRequest) -> HttpResponse:
    """The reviewer's queue, a page by key; filters are in the address and hold no patient data."""
    now = timezone.now()
    kinds = kinds_of(access.roles_of(request.user))
    filters = Filters(**{name: _typed(request, name) for name in ("program", "tumor", "reason")})
    after = _key_of(request.GET.get("after", ""))
    rows = cases_in(kinds, at=now, filters=filters, after=after, limit=PAGE + 1)
    shown, more = rows[:PAGE], rows[PAGE:]
    access.record_list(request, [row.order for row in shown], what="queue", why="review queue")
    tumors = dict(TumorType.objects.values_list("slug", "label"))
    return TemplateResponse(
        request,
        "review/queue.html",
        {
            "rows": [_row(row, tumors, now=now) for row in shown],
            "next": next_free_case(kinds, at=now, reviewer=request.user.pk),
            "filtered": filters != Filters(),
            "chips": _chips(filters, kinds, tumors),
            "more": _query(filters, after=_key(shown[-1])) if more else "",
            "first": _query(filters) if after else "",
            "page_size": PAGE,
        },
    )


def _row(row: QueueRow, tumors: dict[str, str], *, now: datetime) -> Row:
    codes = dict.fromkeys(str(reason.get("code", "")) for reason in row.reasons)
    return Row(
        order=row.order,
        tumor=tumors.get(row.order.tumor, row.order.tumor),
        open_for=", ".join(REASONS.get(code, code) for code in codes),
        age=span(now - row.item.opened_at),
        holder=row.holder,
    )


@access.requires(*access.REVIEWERS, methods=("POST",))
def take_next(request: HttpRequest) -> HttpResponse:
    """Take the case that is due next among the free ones; when another is quicker, the one after."""
    kinds = kinds_of(access.roles_of(request.user))
    for _ in range(TRIES):
        found = next_free_case(kinds, at=timezone.now(), reviewer=request.user.pk)
        if found is None:
            messages.info(request, "No case is free: every open case is held by a reviewer.")
            return redirect("queue")
        try:
            take_case(access.case_for(request, found.reference), by=request.user)  # type: ignore[arg-type]
        except (AlreadyTaken, NotOpen):
            continue
        return redirect("case", reference=found.reference)
    messages.warning(request, "Other reviewers were quicker each time. Try again.")
    return redirect("queue")


def _chips(
    filters: Filters, kinds: Iterable[WorkItem.Kind], tumors: dict[str, str]
) -> list[tuple[str, list[Chip]]]:
    """The choices of each filter, with how many open cases each has; none that would show nothing."""
    rows = facets(kinds)
    programs = {slug: name for slug, name, _, _ in rows}
    by_program = {slug: sum(n for program, *_, n in rows if program == slug) for slug in programs}
    by_tumor = {slug: sum(n for *_, tumor, n in rows if tumor == slug) for *_, slug, _ in rows}
    by_reason = count_by_reason(kinds, REASONS)
    return [
        ("Plan", [_chip(filters, "program", slug, programs[slug], n) for slug, n in by_program.items()]),
        (
            "Open for",
            [
                _chip(filters, "reason", code, REASONS[code], n)
                for code, n in by_reason.items()
                if n or filters.reason == code
            ],
        ),
        ("Tumor", [_chip(filters, "tumor", slug, tumors.get(slug, slug), n) for slug, n in by_tumor.items()]),
    ]


def _chip(filters: Filters, name: str, value: str, label: str, count: int) -> Chip:
    chosen = getattr(filters, name) == value
    wanted = replace(filters, **{name: "" if chosen else value})
    return Chip(label=label, query=_query(wanted), count=count, chosen=chosen)


def _query(filters: Filters, **more: Any) -> str:
    given = {"program": filters.program, "tumor": filters.tumor, "reason": filters.reason, **more}
    return "?" + urlencode({name: value for name, value in given.items() if value})


def _key(row: QueueRow) -> str:
    order: Order = row.order
    assert order.due_at is not None
    return f"{order.due_at.astimezone(UTC):%Y%m%dT%H%M%S.%f}-{order.urgency}-{order.pk}"


def _key_of(text: str) -> tuple[datetime, str, int] | None:
    """Where the page begins, as `_key` wrote it; anything else begins at the top."""
    moment, _, rest = text.partition("-")
    urgency, _, pk = rest.partition("-")
    try:
        return datetime.strptime(moment, "%Y%m%dT%H%M%S.%f").replace(tzinfo=UTC), urgency, int(pk)
    except ValueError:
        return None
