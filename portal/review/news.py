"""What is new from the practice on a case, and the reviewer's word that it was read (R-095)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.dateparse import parse_datetime

from orders.actions.news import confirm_news
from orders.models import Order
from orders.rules.refusals import NotHolder, NotReviewable
from portal import access
from portal.models import User
from portal.summaries.additions import Addition, additions_of


@dataclass(frozen=True)
class News:
    """When something came that no reviewer confirmed, None for nothing; and everything that came."""

    at: datetime | None
    additions: tuple[Addition, ...]


def news_of(order: Order) -> News:
    """What the practice added to a case (one query, if the snapshot was read with the order)."""
    return News(order.news_at, additions_of(order))


@access.requires(*access.REVIEWERS, methods=("POST",))
def confirm(request: HttpRequest, reference: str) -> HttpResponse:
    """The mark goes; it stays when more came since the page was shown."""
    order = access.case_for(request, reference)
    seen = _moment(request.POST.get("seen", ""))
    try:
        if seen is None or not confirm_news(order, by=cast(User, request.user), seen=seen):
            messages.info(request, "More came from the practice meanwhile. Look at it first.")
    except (NotHolder, NotReviewable):
        messages.info(request, "You do not hold this case any more. The mark stays for whoever does.")
    return redirect("case", reference=reference)


def _moment(text: str) -> datetime | None:
    """A moment with its zone, as the page wrote it; None for any other text."""
    try:
        found = parse_datetime(text[:40])
    except ValueError:
        return None
    return found if found is not None and found.tzinfo is not None else None
