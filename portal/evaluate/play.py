"""Playing one case: submission and review events, each at its own time, by the actions of the screens."""

from __future__ import annotations

import secrets
from collections.abc import Mapping

from notifications.clock import standing_at
from orders.actions.determination import decide
from orders.actions.drafting import save_step, start_order
from orders.actions.findings import (
    NoSuchAnswer,
    clear_duplicate,
    confirm_duplicate,
    offer_peer_to_peer,
    record_information,
)
from orders.actions.review import escalate_to_physician, take_case
from orders.actions.submission import SubmissionRefused, submit_order
from orders.actions.withdrawal import withdraw_drug
from orders.models import Order
from orders.rules.problems import Problem
from orders.rules.refusals import NotFlagged, PartlyDecided
from orders.rules.states import PENDING, DrugStatus, OrderStatus
from orders.steps import STEPS
from pathways import queries as content
from portal.evaluate.reading import Invalid, Node, shown
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
        self.at = request.received_at
        with standing_at(self.at):
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
        except content.NothingInForce as problem:
            raise Invalid(self.request.node.at(self._day_without_release()), str(problem)) from None

    def _day_without_release(self) -> str:
        """Pathways go by the day of submission, policies by the first day of treatment (DR-03)."""
        try:
            content.policy_release_on(self.request.start_on)
        except content.NothingInForce:
            return "start_date"
        return "submitted_at"

    # --- Events ---------------------------------------------------------------------------------------
    def happens(self, event: Node) -> None:
        """One event of the file; raises Invalid when it cannot happen to this order."""
        action = event.text("action", among=ACTORS)
        actor = event.text("actor", ACTORS[action][0])
        if actor not in ACTORS[action]:
            raise Invalid(event.at("actor"), f"{actor} does not {action.replace('_', ' ')}")
        at = event.moment("at")
        if at < self.at:
            raise Invalid(
                event.at("at"), f"lies before {self.at.isoformat()}, the submission or event before it"
            )
        self.at = at
        with standing_at(at):
            self.order.refresh_from_db()
            if self.refused or self.order.status not in PENDING:
                raise Invalid(event.at("action"), "the case is not in review")
            getattr(self, f"_{action}")(event, self.people.physician if actor == "physician" else None)

    def _add_information(self, event: Node, physician: User | None) -> None:
        facts = clinical_facts(event.node("set"))
        if not facts:
            raise Invalid(event.at("set"), "names no answer that a reviewer can record")
        by = self._holder(physician)
        try:
            record_information(self.order, facts, by=by, source="phone", note=NOTE)
        except NoSuchAnswer as problem:
            raise Invalid(event.at("set"), str(problem)) from None

    def _duplicate_decision(self, event: Node, physician: User | None) -> None:
        act = confirm_duplicate if event.flag("is_duplicate") else clear_duplicate
        try:
            act(self.order, by=self._holder(physician), note=NOTE)
        except NotFlagged:
            raise Invalid(
                event.at("is_duplicate"), "the rules found no order that this one repeats"
            ) from None
        except PartlyDecided:
            raise Invalid(event.at("is_duplicate"), "a drug of the case is decided already") from None

    def _withdraw_drug(self, event: Node, _: User | None) -> None:
        numbers = self._numbers(event.text("drug"), event.at("drug"))
        for number in numbers:
            withdraw_drug(self.order, number, by=self.people.office, note=NOTE)
            self.order.refresh_from_db()
            if self.order.status not in PENDING:
                break

    def _decide(self, event: Node, _: User | None) -> None:
        decisions = event.node("decisions")
        if not decisions.value and self._waiting():
            raise Invalid(event.at("decisions"), "names no drug")
        outcomes: dict[int, str] = {}
        for drug in decisions.value:
            outcome = OUTCOMES[decisions.text(drug, among=OUTCOMES)]
            outcomes |= dict.fromkeys(self._numbers(drug, decisions.at(drug), reviewed=True), outcome)
        self._physician_decides(outcomes)

    def _deadline_passed(self, _: Node, __: User | None) -> None:
        """DR-15: nothing came, so a physician denies what is still open."""
        self._physician_decides(dict.fromkeys(self._waiting(), "adverse"))

    def _waiting(self) -> list[int]:
        """The drug lines that are still to be decided; a custom plan may have none."""
        open_lines = self.order.lines.filter(reviewed=True, determinations=None)
        left = open_lines.exclude(status=DrugStatus.VOLUNTARILY_CANCELLED)
        return list(left.values_list("number", flat=True))

    def _physician_decides(self, outcomes: Mapping[int, str]) -> None:
        """A nurse passes the case on, the physician offers the talk, then decides (DR-27)."""
        by = self._holder(self.people.physician)
        if "adverse" in outcomes.values() and not self.order.peer_to_peer_offers.exists():
            offer_peer_to_peer(
                self.order, by=by, phone="617-555-0110", reached="voicemail", outcome="asked for a call back"
            )
        decide(self.order, outcomes, by=by, rationale=NOTE)

    def _holder(self, physician: User | None) -> User:
        """Whoever acts has the case in hand; it goes up to a physician first where one acts.

        What a nurse would do on a case that has gone up, a physician does.
        """
        if self.order.status == OrderStatus.PHYSICIAN_REVIEW:
            physician = self.people.physician
        else:
            take_case(self.order, by=self.people.nurse)
        if physician is None:
            return self.people.nurse
        if self.order.status == OrderStatus.NURSE_REVIEW:
            escalate_to_physician(self.order, by=self.people.nurse, why=NOTE)
        take_case(self.order, by=physician)
        return physician

    def _numbers(self, drug: str, path: str, *, reviewed: bool = False) -> list[int]:
        """The drug's lines that can still be acted on."""
        lines = self.order.lines.filter(determinations=None).exclude(status=DrugStatus.VOLUNTARILY_CANCELLED)
        found = [line.number for line in lines if line.drug == drug and (line.reviewed or not reviewed)]
        if not found:
            raise Invalid(path, f"{shown(drug)} is no drug of this order that waits for it")
        return found
