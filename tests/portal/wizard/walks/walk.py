"""Walks through order entry: each move is made by HTTP, and the draft compared with the model afterwards."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils import timezone

from orders import intake
from orders.models import Order, StepAnswers
from orders.steps import BY_KEY
from tests.portal.wizard.entry import Entry, Typed
from tests.portal.wizard.walks.model import Model
from tests.portal.wizard.walks.moves import Move


def walk(entry: Entry, model: Model, moves: Iterable[Move]) -> None:
    """Make the moves; an AssertionError names the first one after which something is lost or wrongly kept."""
    for move in moves:
        _make(entry, model, move)
        _compare(entry, model, move)


def _make(entry: Entry, model: Model, move: Move) -> None:
    step = BY_KEY[move.step]
    # A step that the rules call for can be open though the draft does not have it yet.
    called_for = step.on_call and entry.get(step.key).status_code == 200
    if not (model.may_open(step.key) or called_for):
        answer = entry.client.post(entry.url(step.key), {"do": move.button})
        assert answer.status_code == 302, move
        if not step.on_call:
            assert answer["Location"] == entry.url(model.first_unfinished or "review"), move
        return
    shown = _row(entry, move)
    typed = move.typed(entry)
    before = _row(entry, move)
    if before and (shown is None or shown.revision != before.revision):
        # The member was looked up first, which keeps what was typed.
        model.keep(step, before.raw, before.cleaned)
    revision = before.revision - 1 if move.stale and before else before.revision if before else ""
    answer = entry.post(step.key, typed, move.button, revision=revision)
    if move.button == "so_far":
        assert answer.status_code == 200, move
        return
    after = _row(entry, move)
    if move.stale and before:
        # Told, unless nothing differs: then there is nothing to tell.
        assert answer.status_code in {302, 409, 204}, move
        assert (after.raw, after.cleaned, after.revision) == (before.raw, before.cleaned, before.revision), (
            move
        )
        return
    assert answer.status_code == (204 if move.button == "keep" else 302), (move, answer.status_code)
    if after is None or (before and after.revision == before.revision):
        return
    _is_as_typed(after.raw, typed, move)
    if move.button == "continue":
        stays = answer["Location"].split("?")[0].split("#")[0] == entry.url(step.key)
        assert stays == (after.cleaned is None), move
    if move.button == "keep":
        assert after.cleaned is None, move
    model.keep(step, after.raw, after.cleaned)


def _row(entry: Entry, move: Move) -> StepAnswers | None:
    return entry.order.answers.filter(step=move.step).first()


def _is_as_typed(raw: dict[str, list[str]], typed: Typed, move: Move) -> None:
    for name, value in typed.items():
        if value is None or name in {"pressed", "idempotency_key", "reviewed_hash"}:
            continue
        wanted = [str(item) for item in value] if isinstance(value, list) else [str(value)]
        if wanted:
            assert raw.get(name) == wanted, (move, name)


def _compare(entry: Entry, model: Model, move: Move) -> None:
    order, state = entry.order, entry.state
    for key, kept in model.kept.items():
        row = order.answers.get(step=key)
        assert (row.raw, row.cleaned) == (kept.typed, kept.answers), (move, key, "what was typed is lost")
    keys = [step.key for step in model.steps]
    assert list(state.keys) == keys, move
    assert state.done == model.done, (move, "what counts")
    assert state.first_unfinished == model.first_unfinished, move
    assert {key: state.answers[key] for key in model.done} == {key: model.answers[key] for key in model.done}
    _resume(entry, model, move)
    if model.first_unfinished is not None:
        assert isinstance(intake.build(order, at=timezone.now()), list), (move, "submitted unfinished")


def _resume(entry: Entry, model: Model, move: Move) -> None:
    """The order's own address leads to where work goes on, and that page opens."""
    wanted = model.first_unfinished or "review"
    answer = entry.client.get(f"/orders/{entry.order.reference}/")
    assert answer["Location"] == entry.url(wanted), move
    page = entry.client.get(answer["Location"])
    if page.status_code == 302:
        # The rules call for one more step before the review.
        page = entry.client.get(page["Location"])
    assert page.status_code == 200, move


def submit(entry: Entry, model: Model) -> Order:
    """Submit what is finished, and see that exactly what the model counts was taken."""
    page = entry.get("review")
    order = entry.order
    if model.first_unfinished is None and page.status_code == 200:
        entry.submit()
        order = entry.order
        if order.status != "draft":
            taken = dict(order.snapshot.answers)
            taken.pop("review")
            wanted = {key: model.answers[key] for key in model.done if key != "review"}
            assert taken == wanted
    else:
        entry.post("review", {"confirmed": "on"}, "submit")
        assert entry.order.status == "draft"
    return order
