"""Orders of one practice whose every patient text is a canary: where one shows up, the order leaked."""

from __future__ import annotations

import html
import io
import re
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpResponse
from pypdf import PdfReader

from members import keys
from members.models import Coverage, Member, Plan
from orders.actions.determination import authorize
from orders.actions.drafting import discard_draft, save_step
from orders.actions.review import escalate_to_physician, take_case
from orders.actions.submission import submit_order
from orders.models import Order
from portal import demo
from portal.models import User


@dataclass(frozen=True)
class Canary:
    """The texts of one order; each is of this order alone, so that a find tells which order leaked."""

    mark: str
    number: str
    born: date
    phone: str
    trial: str

    def text(self, what: str) -> str:
        """A text of its own for a field."""
        return f"{self.mark}{what}"

    @property
    def texts(self) -> list[str]:
        """Everything to look for."""
        born = self.born
        return [
            self.mark,
            self.number[3:],
            self.phone[4:],
            self.trial,
            f"{born:%Y-%m-%d}",
            f"{born:%m/%d/%Y}",
            f"{born.month}/{born.day}/{born.year}",
            f"{born:%b} {born.day}, {born.year}",
        ]


CANARIES = {
    state: Canary(
        mark, f"{prefix}98765{n:04}", date(1931, 3, 10 + n), f"617-555-0{170 + n}", f"NCT0999917{n}"
    )
    for n, (state, mark, prefix) in enumerate(
        [
            ("draft", "Qzalpha", "ZMI"),
            ("withdrawn", "Qzbravo", "ZMI"),
            ("authorized", "Qzcharlie", "ZMI"),
            ("nurse_review", "Qzdelta", "ZMV"),
            ("physician_review", "Qzecho", "ZMV"),
            ("authorized_by_nurse", "Qzfoxtrot", "ZMV"),
        ],
        start=1,
    )
}
#: What the dosing page gives for questions that no drug of the order raises.
UNASKED = {"anemia_cause": "", "on_myelosuppressive_chemotherapy": "", "dose_checked": False}
_FOLDED = {
    (state, text): re.sub(r"\W", "", text).lower() for state, c in CANARIES.items() for text in c.texts
}

Found = dict[str, set[str]]


def found_in(text: str) -> Found:
    """The canaries in a text by the order's state, however the text is escaped, spaced or cased."""
    folded = re.sub(r"\W", "", html.unescape(text)).lower()
    found: Found = {}
    for (state, canary), needle in _FOLDED.items():
        if needle in folded:
            found.setdefault(state, set()).add(canary)
    return found


def found_in_answer(response: HttpResponse) -> Found:
    """The canaries in an answer: status line, headers, cookies, and the body, read as PDF if it is one."""
    body = b"".join(response.streaming_content) if response.streaming else response.content
    text = body.decode("utf-8", "replace")
    if body.startswith(b"%PDF"):
        reader = PdfReader(io.BytesIO(body))
        text = "".join(page.extract_text() for page in reader.pages) + str(reader.metadata)
    cookies = " ".join(f"{c.key}={c.value}" for c in response.cookies.values())
    headers = " ".join(f"{name}: {value}" for name, value in response.headers.items())
    return found_in(f"{response.reason_phrase} {headers} {cookies} {text}")


def member(state: str) -> Member:
    """The canary as a member of a plan, covered since 2018."""
    canary = CANARIES[state]
    number, first, last = canary.number, canary.text("first"), canary.text("last")
    plan = Plan.objects.get(slug="BCBSM" if number.startswith("ZMI") else "BCBSMA")
    made = Member.objects.create(
        plan=plan,
        member_number=number,
        number_key=keys.number_key(number),
        first_name=first,
        last_name=last,
        name_key=keys.name_key(first, last),
        birth_date=canary.born,
        sex="F",
        state="MI",
    )
    Coverage.objects.create(
        member=made,
        line_of_business="COMMERCIAL" if plan.slug == "BCBSM" else "MA",
        group_number="10001",
        group_name=canary.text("group"),
        starts_on=date(2018, 1, 1),
    )
    return made


def orders(*, by: User, nurse: User, today: date) -> dict[str, Order]:
    """One order in each state, entered by somebody of PIEDMONT through the real actions."""
    made = {
        state: _typed(_enter(state, by=by, today=today), by=by, state=state)
        for state in ("draft", "withdrawn")
    }
    discard_draft(made["withdrawn"], by=by)
    for state in ("authorized", "nurse_review", "physician_review", "authorized_by_nurse"):
        made[state] = _submit(state, by=by, today=today)
    take_case(made["physician_review"], by=nurse)
    escalate_to_physician(made["physician_review"], by=nurse, why=CANARIES["physician_review"].text("why"))
    take_case(made["authorized_by_nurse"], by=nurse)
    authorize(
        made["authorized_by_nurse"], by=nurse, rationale=CANARIES["authorized_by_nurse"].text("rationale")
    )
    for order in made.values():
        order.refresh_from_db()
    return made


def scenario(state: str) -> demo.Scenario:
    """A demo order, of the canary and of PIEDMONT."""
    like = "lung-high-pdl1" if CANARIES[state].number.startswith("ZMI") else "myeloma-custom"
    found = demo.scenarios()[like].found
    site = {"provider": "2100000423", "ordering_site": "PIEDMONT-1", "servicing_site": "PIEDMONT-2"}
    return demo.Scenario(f"canary-{state}", {**found, **site, "member": member(state).member_number})


def _enter(state: str, *, by: User, today: date) -> Order:
    """The scenario with a canary in each field that takes free text."""
    canary, order = CANARIES[state], demo.enter(scenario(state), by=by, today=today)
    _save(order, "dosing", by=by, raw={}, clean={**UNASKED, **_clean(order, "dosing")})
    for step, name, value in (
        ("review", "notes", canary.text("note")),
        ("providers", "p2p_phone", canary.phone),
        ("dates", "trial_id", canary.trial),
    ):
        clean = {**_clean(order, step), name: value} | ({"trial": "yes"} if step == "dates" else {})
        _save(order, step, by=by, raw={name: [value]}, clean=clean)
    order.refresh_from_db()
    return order


def _typed(order: Order, *, by: User, state: str) -> Order:
    """What was typed into the member step stays in the draft as typed."""
    canary = CANARIES[state]
    raw = {"by": ["name"], "last_name": [canary.text("typed")], "member_number": [canary.number]}
    _save(order, "member", by=by, raw=raw, clean=_clean(order, "member"))
    order.refresh_from_db()
    return order


def _submit(state: str, *, by: User, today: date) -> Order:
    return submit_order(_enter(state, by=by, today=today), by=by, idempotency_key=f"canary-{state}")


def _clean(order: Order, step: str) -> dict[str, Any]:
    found = order.answers.filter(step=step).first()
    return dict(found.cleaned or {}) if found else {}


def _save(order: Order, step: str, *, by: User, raw: dict[str, list[str]], clean: dict[str, Any]) -> None:
    row = order.answers.filter(step=step).first()
    save_step(order, step, raw=raw, clean=clean, revision=row.revision if row else None, by=by)
