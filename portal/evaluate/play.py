"""Playing one case: submission and review events, each at its own time, by the actions of the screens."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

from notifications.clock import standing_at
from orders.actions.determination import decide
from orders.actions.drafting import save_step, start_order
from orders.actions.findings import (
    clear_duplicate,
    confirm_duplicate,
    offer_peer_to_peer,
    record_information,
    withdraw_drug,
)
from orders.actions.review import escalate_to_physician, take_case
from orders.actions.submission import SubmissionRefused, submit_order
from orders.models import Order
from orders.rules.problems import Problem
from orders.rules.states import PENDING, OrderStatus
from orders.steps import STEPS
from portal.evaluate.reading import Invalid, Node
from portal.evaluate.request import CaseRequest, clinical_facts
from portal.evaluate.world import People, World
from portal.models import User

#: What is said where the file gives no words.
NOTE = "As the evaluated scenario says."
OUTCOMES = {"authorize": "authorized", "deny": "adverse"}
#: Who does what, by the file's names (DR-27).
ACTORS = {
    "add_information": ("nurse", "physician"),
    "duplicate_decision": ("nurse", "physician"),
    "decide": ("physician",),
    "withdraw_drug": ("practice",),
    "deadline_passed": ("system", "clock"),
}


class Play:
    """One order and what happens to it; `refused` holds the reasons when it was not accepted."""

    def __init__(self, request: CaseRequest, people: People) -> None:
        self.request, self.people = request, people
        self.refused: list[Problem] = []
        with standing_at(request.received_at):
            self.world = World(request, people)
            self.order = self._submit()

    def _submit(self) -> Order:
        """Enter every step, then submit."""
        office = self.people.office
        order = start_order(self.people.practice, by=office)
        answers = self.request.answers(numbers=self.world.numbers) | {
            "member": self.world.member_answers(),
            "providers": self.world.provider_answers(),
        }
        for step in STEPS:
            if step.key in answers:
                save_step(order, step.key, raw={}, clean=answers[step.key], revision=None, by=office)
        order.refresh_from_db()
        try:
            return submit_order(order, by=office, idempotency_key=secrets.token_urlsafe(12), form_rules=False)
        except SubmissionRefused as refusal:
            self.refused = refusal.problems
            return order

    # --- Events ---------------------------------------------------------------------------------------
    def happens(self, event: Node) -> None:
        """One event of the file; raises Invalid when it cannot happen to this order."""
        action = event.text("action", among=ACTORS)
        actor = event.text("actor", ACTORS[action][0])
        if actor not in ACTORS[action]:
            raise Invalid(event.at("actor"), f"{actor} does not {action.replace('_', ' ')}")
        with standing_at(event.moment("at")):
            self.order.refresh_from_db()
            if self.refused or self.order.status not in PENDING:
                raise Invalid(event.at("action"), "the case is not in review")
            getattr(self, f"_{action}")(event, self.people.physician if actor == "physician" else None)

    def _add_information(self, event: Node, physician: User | None) -> None:
        facts = clinical_facts(event.node("set"))
        if not facts:
            raise Invalid(event.at("set"), "names no answer that a reviewer can record")
        by = self._holder(physician)
        record_information(self.order, facts, by=by, source="phone", note=NOTE)

    def _duplicate_decision(self, event: Node, physician: User | None) -> None:
        act = confirm_duplicate if event.flag("is_duplicate") else clear_duplicate
        act(self.order, by=self._holder(physician), note=NOTE)

    def _withdraw_drug(self, event: Node, _: User | None) -> None:
        numbers = self._numbers(event.text("drug"), event.at("drug"))
        for number in numbers:
            withdraw_drug(self.order, number, by=self.people.office, note=NOTE)
            self.order.refresh_from_db()
            if self.order.status not in PENDING:
                break

    def _decide(self, event: Node, _: User | None) -> None:
        decisions = event.node("decisions")
        outcomes: dict[int, str] = {}
        for drug in decisions.value:
            outcome = OUTCOMES[decisions.text(drug, among=OUTCOMES)]
            outcomes |= dict.fromkeys(self._numbers(drug, decisions.at(drug), reviewed=True), outcome)
        self._physician_decides(outcomes)

    def _deadline_passed(self, _: Node, __: User | None) -> None:
        """DR-15: nothing came, so a physician denies what is still open."""
        open_lines = self.order.lines.filter(reviewed=True, determinations=None)
        waiting = open_lines.exclude(status="voluntarily_cancelled").values_list("number", flat=True)
        self._physician_decides(dict.fromkeys(waiting, "adverse"))

    def _physician_decides(self, outcomes: Mapping[int, str]) -> None:
        """A nurse passes the case on, the physician offers the talk, then decides (DR-27)."""
        by = self._holder(self.people.physician)
        if "adverse" in outcomes.values() and not self.order.peer_to_peer_offers.exists():
            offer_peer_to_peer(
                self.order, by=by, phone="617-555-0110", reached="voicemail", outcome="asked for a call back"
            )
        decide(self.order, outcomes, by=by, rationale=NOTE)

    def _holder(self, physician: User | None) -> User:
        """Whoever acts has the case in hand; it goes up to a physician first where one acts."""
        if physician is None:
            take_case(self.order, by=self.people.nurse)
            return self.people.nurse
        if self.order.status == OrderStatus.NURSE_REVIEW:
            take_case(self.order, by=self.people.nurse)
            escalate_to_physician(self.order, by=self.people.nurse, why=NOTE)
        take_case(self.order, by=physician)
        return physician

    def _numbers(self, drug: str, path: str, *, reviewed: bool = False) -> list[int]:
        """The drug's lines that can still be acted on."""
        lines = self.order.lines.filter(drug=drug, determinations=None).exclude(
            status="voluntarily_cancelled"
        )
        if reviewed:
            lines = lines.filter(reviewed=True)
        found: list[Any] = list(lines.values_list("number", flat=True))
        if not found:
            raise Invalid(path, f"{drug} is no drug of this order that waits for it")
        return found
