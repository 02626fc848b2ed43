"""Every page of the portal in every state that looks different, and how to get there (G-42, G-54, G-55).

A state names the address (by its URL name) and the template that answer, so that the walk can check where
it arrived, and tests/conventions/test_every_page.py that no address and no template is left out.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import expect

from members.models import Coverage, Practice
from orders.actions.callers import start_for_caller
from orders.actions.calls import record_told, wait_for_call
from orders.actions.determination import authorize
from orders.actions.drafting import save_step, start_order
from orders.actions.review import escalate_to_physician, take_case
from orders.actions.submission import submit_order
from orders.actions.updates import Addition, add_information
from orders.models import Order, ToldItem
from orders.rules import ids
from orders.rules.states import OrderStatus
from portal.models import PracticeRole, StaffRole, User
from tests.factories import documents, orders, people, radiation
from tests.journeys.screens import Portal
from tests.portal.contact_center.calls import (
    BY_PHONE,
    caller,
    harbor,
    pended_by_phone,
    taken_in_an_outage,
)
from tests.portal.wizard.entry import (
    CLINICAL,
    MEMBER_NUMBER,
    NOT_MET,
    STEP_KEYS,
    Entry,
    start_on,
    under_way,
    us,
)
from tests.portal.wizard.radiation import RadiationEntry

UNKNOWN_ORDER = "T000000000"


# --- Getting there ----------------------------------------------------------------------------------
class Walker:
    """Gets to a state the short way: what happened before is done by actions and requests, not by clicks."""

    def __init__(self, portal: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
        self.portal = portal
        self.page = portal.page
        self.monkeypatch = monkeypatch
        self.person: User | None = None

    def sign_in(self, who: str | User) -> None:
        """Be this person in the browser, one of the demo's or another."""
        self.person = orders.person(who) if isinstance(who, str) else who
        session = people.signed_in(self.person).cookies[settings.SESSION_COOKIE_NAME]
        self.page.context.add_cookies(
            [{"name": session.key, "value": session.value, "url": self.portal.address}]
        )

    def open(self, name: str, *parameters: str, query: str = "") -> None:
        """Open the page of that URL name."""
        self.portal.open(reverse(name, args=parameters) + query)

    def press(self, button: str) -> None:
        """Press the last button of that name, and wait for the page that follows."""
        with self.page.expect_navigation():
            self.page.get_by_role("button", name=button, exact=True).last.click()

    def order(self, name: str) -> Order:
        """A submitted order of the demo's file, entered by practice staff."""
        return orders.submitted(name, by="physician" if name == orders.PENDED else "practice")

    def entry(self) -> Entry:
        """A new draft of the practice's staff, who are signed in."""
        self.sign_in("practice")
        return Entry(people.signed_in(orders.person("practice")))


@dataclass(frozen=True)
class State:
    """One page in one state."""

    name: str
    route: str
    template: str
    arrive: Callable[[Walker], None]
    status: int = 200
    #: Whether the shipped content is loaded, as it is but for an administrator's first look.
    loaded: bool = True

    def __str__(self) -> str:
        return self.name


STATES: list[State] = []


def shown(
    route: str, template: str, *, status: int = 200, loaded: bool = True
) -> Callable[[Callable[[Walker], None]], Callable[[Walker], None]]:
    """Note a way to a state; the function's name is the state's."""

    def note(arrive: Callable[[Walker], None]) -> Callable[[Walker], None]:
        name = arrive.__name__.replace("_", "-")
        STATES.append(State(name, route, template, arrive, status, loaded))
        return arrive

    return note


# --- Accounts ---------------------------------------------------------------------------------------
@shown("account_login", "account/login.html")
def sign_in(walker: Walker) -> None:
    walker.open("account_login")


@shown("account_login", "account/login.html")
def sign_in_refused(walker: Walker) -> None:
    walker.open("account_login")
    walker.portal.fill("User name", "practice")
    walker.portal.fill("Password", "not this one")
    walker.press("Sign in")


@shown("account_login", "account/login.html")
def sign_in_after_an_idle_session(walker: Walker) -> None:
    walker.open("account_login", query="?next=/orders/&ended=idle")


@shown("account_login", "account/locked.html", status=429)
def sign_in_locked(walker: Walker) -> None:
    for _ in range(settings.AXES_FAILURE_LIMIT - 1):
        Client().post(reverse("account_login"), {"login": "practice", "password": "not this one"})
    sign_in_refused(walker)


@shown("account_inactive", "account/account_inactive.html")
def account_inactive(walker: Walker) -> None:
    walker.open("account_inactive")


@shown("account_logout", "account/logout.html")
def sign_out(walker: Walker) -> None:
    walker.sign_in("practice")
    walker.open("account_logout")


@shown("account_change_password", "account/password_change.html")
def password_change(walker: Walker) -> None:
    walker.sign_in("practice")
    walker.open("account_change_password")


@shown("account_change_password", "account/password_change.html")
def password_change_refused(walker: Walker) -> None:
    password_change(walker)
    walker.portal.fill("New password", "short")
    walker.press("Change password")


# --- Home -------------------------------------------------------------------------------------------
@shown("home", "practice/home.html")
def home_of_a_practice(walker: Walker) -> None:
    orders.draft()
    walker.order(orders.PENDED)
    walker.order(orders.COMPLETED)
    walker.sign_in("practice")
    walker.open("home")


@shown("home", "practice/home.html")
def home_of_a_practice_without_orders(walker: Walker) -> None:
    walker.sign_in("practice")
    walker.open("home")


@shown("home", "practice/home.html")
def home_with_the_menus_open(walker: Walker) -> None:
    home_of_a_practice_without_orders(walker)
    walker.page.locator(".pp-user summary").click()


@shown("home", "practice/home.html")
def home_two_minutes_before_the_session_ends(walker: Walker) -> None:
    home_of_a_practice_without_orders(walker)
    walker.page.evaluate("localStorage.setItem('portal.session-ends', Date.now() + 115_000)")
    expect(walker.page.get_by_role("dialog", name="You will be signed out soon")).to_be_visible()


@shown("home", "practice/home_servicing.html")
def home_of_a_servicing_site(walker: Walker) -> None:
    walker.order(orders.PENDED)
    walker.sign_in("site")
    walker.open("home")


@shown("home", "practice/home_servicing.html")
def home_of_a_servicing_site_without_orders(walker: Walker) -> None:
    walker.sign_in("site")
    walker.open("home")


@shown("home", "review/home.html")
def home_of_a_nurse(walker: Walker) -> None:
    walker.order(orders.PENDED)
    walker.sign_in("nurse")
    walker.open("home")


@shown("home", "review/home.html")
def home_of_a_physician_reviewer(walker: Walker) -> None:
    orders.order_in(OrderStatus.PHYSICIAN_REVIEW)
    walker.sign_in("reviewer")
    walker.open("home")


@shown("home", "review/home.html")
def home_of_a_physician_reviewer_without_cases(walker: Walker) -> None:
    walker.sign_in("reviewer")
    walker.open("home")


@shown("home", "console/home.html")
def home_of_an_administrator(walker: Walker) -> None:
    walker.sign_in("admin")
    walker.open("home")


@shown("home", "console/home.html")
def home_of_an_administrator_with_orders_in_trials(walker: Walker) -> None:
    draft = orders.draft()
    row = draft.answers.get(step="dates")
    clean = {**row.cleaned, "trial": "yes", "trial_id": "NCT03020030"}
    save_step(draft, "dates", raw=row.raw, clean=clean, revision=row.revision, by=draft.created_by)
    submit_order(draft, by=draft.created_by, idempotency_key="in-a-trial")
    walker.sign_in("admin")
    walker.open("home")


@shown("home", "console/home.html", loaded=False)
def home_of_an_administrator_with_nothing_loaded(walker: Walker) -> None:
    walker.sign_in(people.on_staff("ada.admin", StaffRole.Kind.ADMINISTRATOR))
    walker.open("home")


# --- My orders --------------------------------------------------------------------------------------
@shown("worklist", "practice/worklist.html")
def worklist(walker: Walker) -> None:
    for name in (orders.AUTHORIZED, orders.COMPLETED, orders.PENDED):
        walker.order(name)
    orders.order_in(OrderStatus.WITHDRAWN)
    orders.draft()
    walker.sign_in("practice")
    walker.open("worklist")


@shown("worklist", "practice/worklist.html")
def worklist_empty(walker: Walker) -> None:
    walker.sign_in("practice")
    walker.open("worklist")


@shown("worklist", "practice/worklist.html")
def worklist_filtered(walker: Walker) -> None:
    walker.order(orders.PENDED)
    walker.sign_in("practice")
    walker.open("worklist", query="?status=in_progress&plan=BCBSMA")


@shown("worklist", "practice/worklist.html")
def worklist_filtered_to_nothing(walker: Walker) -> None:
    walker.sign_in("practice")
    walker.open("worklist", query="?status=authorized")


@shown("worklist", "practice/worklist.html")
def worklist_long(walker: Walker) -> None:
    person = orders.person("practice")
    for _ in range(60):
        start_order(Practice.objects.get(code="HARBOR"), by=person)
    walker.sign_in(person)
    walker.open("worklist")


@shown("worklist", "practice/worklist.html")
def worklist_long_second_page(walker: Walker) -> None:
    worklist_long(walker)
    walker.portal.open(str(walker.page.get_by_role("link", name="Show older orders").get_attribute("href")))


# --- Check order status -----------------------------------------------------------------------------
def _search(walker: Walker, how: str, **typed: str) -> None:
    walker.open("order_status")
    walker.portal.choose("Health plan", "Massachusetts")
    walker.portal.choose("Search by", how)
    for label, text in typed.items():
        walker.page.get_by_role("textbox", name=label.replace("_", " ")).fill(text)
    walker.press("Find order")


@shown("order_status", "practice/status.html")
def status_search(walker: Walker) -> None:
    walker.sign_in("practice")
    walker.open("order_status")


@shown("order_status", "practice/status.html", status=422)
def status_search_with_nothing_typed(walker: Walker) -> None:
    walker.sign_in("practice")
    walker.open("order_status")
    walker.press("Find order")


@shown("order_status", "practice/status.html", status=422)
def status_search_by_name_with_nothing_typed(walker: Walker) -> None:
    walker.sign_in("practice")
    _search(walker, "Member name")


@shown("order_status", "practice/status.html", status=422)
def status_search_by_provider_with_wrong_dates(walker: Walker) -> None:
    walker.sign_in("practice")
    _search(walker, "Ordering provider", Treatment_starts_from="13/45/2026")


@shown("order_status", "practice/status.html")
def status_none_found(walker: Walker) -> None:
    walker.sign_in("practice")
    given_to_nobody = ids.tracking_number(random.Random(0))
    _search(walker, "Order ID", Order_ID_or_tracking_number=given_to_nobody)
    walker.portal.sees("No order found")


def _three_of_one_provider(walker: Walker) -> None:
    for number in range(3):
        orders.draft(orders.PENDED, by="physician" if number else "practice")
    walker.sign_in("practice")
    _search(
        walker,
        "Ordering provider",
        Ordering_provider="Alder",
        Treatment_starts_from=us(orders.today()),
        Treatment_starts_until=us(start_on()),
    )


@shown("order_status", "practice/status.html")
def status_several_found(walker: Walker) -> None:
    _three_of_one_provider(walker)
    walker.portal.sees("Orders found")


@shown("order_status", "practice/status.html")
def status_many_found(walker: Walker) -> None:
    walker.monkeypatch.setattr("portal.practice.status.PAGE", 2)
    _three_of_one_provider(walker)
    walker.portal.sees("Older orders")


@shown("order_status", "practice/status.html")
def status_a_name_in_the_search_box(walker: Walker) -> None:
    walker.sign_in("practice")
    walker.open("home")
    walker.page.get_by_label("Find order").fill("Verbena, Lee")
    walker.press("Find")


# --- Order entry ------------------------------------------------------------------------------------
#: What somebody types wrong where an empty page would not show every message.
WRONG: dict[str, dict[str, Any]] = {
    "member": {"member_number": "", "last_name": "Verbena", "start_on": "13/45/2026"},
    "providers": {"p2p_phone": "555"},
    "diagnosis": {"primary_text": "xyzzy", "secondary_1_text": "xyzzy"},
    "regimen": {"add_drug_text": "xyzzy"},
    "dosing": {
        "lines-0-dose": "two hundred",
        "lines-0-days": "22",
        "lines-0-cycles": "4-1",
        "lines-0-cycle_length_days": "three weeks",
        "no_supportive": None,
    },
    "dates": {"planned_end_on": "3/1/2020"},
}


def _fresh(step: str, walker: Walker) -> None:
    entry = walker.entry().reach(step)
    walker.open(f"step_{step}", entry.order.reference)


def _wrong(step: str, walker: Walker) -> None:
    entry = walker.entry().reach(step)
    typed = entry.typed_dosing() if step == "dosing" else {}
    entry.post(step, {**typed, **WRONG.get(step, {})}, "submit" if step == "review" else "continue")
    walker.open(f"step_{step}", entry.order.reference)
    expect(walker.page.locator("[data-error-summary]")).to_be_visible()


def _filled(step: str, walker: Walker) -> None:
    entry = walker.entry().reach("review")
    walker.open(f"step_{step}", entry.order.reference)


for _step in STEP_KEYS:
    _page = (f"step_{_step}", f"practice/wizard/{_step}.html")
    STATES.append(State(f"step-{_step}", *_page, partial(_fresh, _step)))
    STATES.append(State(f"step-{_step}-wrong", *_page, partial(_wrong, _step)))
    if _step != "review":
        STATES.append(State(f"step-{_step}-filled", *_page, partial(_filled, _step)))


@shown("order_new", "practice/wizard/new.html")
def new_order(walker: Walker) -> None:
    walker.sign_in("practice")
    walker.open("order_new")


@shown("order_new", "practice/wizard/new.html")
def new_order_without_a_choice_of_practice(walker: Walker) -> None:
    person = orders.person("practice")
    people.at_practice(
        person.username, PracticeRole.Kind.PRACTICE_USER, Practice.objects.get(code="PIEDMONT")
    )
    walker.sign_in(person)
    walker.open("order_new")
    walker.press("Start the order")


@shown("step_member", "practice/wizard/member.html")
def step_member_found(walker: Walker) -> None:
    _find_member(walker, MEMBER_NUMBER)
    walker.portal.sees("Eligible")


@shown("step_member", "practice/wizard/member.html")
def step_member_not_found(walker: Walker) -> None:
    _find_member(walker, "ZMI000000000")


@shown("step_member", "practice/wizard/member.html")
def step_member_no_longer_covered(walker: Walker) -> None:
    ended = Coverage.objects.filter(member__plan__slug="BCBSM", ends_on__lt=orders.today()).first()
    assert ended is not None
    _find_member(walker, ended.member.member_number)


def _find_member(walker: Walker, number: str) -> None:
    entry = walker.entry().reach("member")
    entry.post("member", {"member_number": number, "start_on": us(start_on())}, "find")
    walker.open("step_member", entry.order.reference)


@shown("step_diagnosis", "practice/wizard/diagnosis.html")
def step_diagnosis_with_several_that_fit(walker: Walker) -> None:
    entry = walker.entry().reach("diagnosis")
    entry.post("diagnosis", {"primary": "", "primary_text": "upper lobe right"})
    walker.open("step_diagnosis", entry.order.reference)
    walker.portal.sees("Choose one of these")


@shown("step_diagnosis", "practice/wizard/diagnosis.html")
def step_diagnosis_with_offers_open(walker: Walker) -> None:
    _fresh("diagnosis", walker)
    walker.page.get_by_role("combobox", name="Primary diagnosis").fill("lung")
    expect(walker.page.get_by_role("option").first).to_be_visible()


@shown("step_clinical", "practice/wizard/clinical.html")
def step_clinical_to_be_looked_at_again(walker: Walker) -> None:
    entry = walker.entry().reach("review")
    entry.answer("diagnosis", {"primary": "C50.911"})
    walker.open("step_clinical", entry.order.reference)
    walker.portal.sees("Please look at this step again")


@shown("step_regimen", "practice/wizard/regimen.html")
def step_regimen_with_drugs(walker: Walker) -> None:
    entry = walker.entry().reach("regimen")
    entry.post("regimen", {"add_drug_text": "pembrolizumab", "add_drug": "pembrolizumab"}, "add_drug")
    walker.open("step_regimen", entry.order.reference)


@shown("step_regimen", "practice/wizard/regimen.html")
def step_regimen_with_a_name_not_found(walker: Walker) -> None:
    entry = walker.entry().reach("regimen")
    entry.post("regimen", {"find": "xyzzy"}, "find")
    walker.open("step_regimen", entry.order.reference)


@shown("step_dosing", "practice/wizard/dosing.html")
def step_dosing_with_a_supportive_drug(walker: Walker) -> None:
    entry = walker.entry().reach("dosing")
    typed = entry.typed_dosing(no_supportive=None, add_drug_text="pegfilgrastim", add_drug="pegfilgrastim")
    entry.post("dosing", typed, "add_drug")
    walker.open("step_dosing", entry.order.reference)


@shown("step_dosing", "practice/wizard/dosing.html")
def step_dosing_that_deviates(walker: Walker) -> None:
    entry = walker.entry().reach("dosing")
    entry.post("dosing", entry.typed_dosing(**{"lines-0-dose": "2000", "lines-0-days": "1,8"}))
    walker.open("step_dosing", entry.order.reference)


def _radiation(step: str, walker: Walker, **course: Any) -> RadiationEntry:
    """A radiation order of the breast that has come to a step, open there."""
    walker.sign_in("practice")
    entry = RadiationEntry(people.signed_in(orders.person("practice"))).reach(step)
    if course:
        entry.post(step, entry.typed_course(**course), "course")
    walker.open(f"step_{step}", entry.order.reference)
    return entry


@shown("step_radiation", "practice/wizard/radiation.html")
def step_radiation(walker: Walker) -> None:
    _radiation("radiation", walker)


@shown("step_radiation", "practice/wizard/radiation.html")
def step_radiation_with_its_questions(walker: Walker) -> None:
    _radiation("radiation", walker, radiation_fractions="", radiation_reasons=[])


@shown("step_radiation", "practice/wizard/radiation.html")
def step_radiation_that_is_voluntary(walker: Walker) -> None:
    _radiation("radiation", walker, radiation_site="prostate")
    walker.portal.sees("No authorization is needed for this technique at this site.")


@shown("step_radiation", "practice/wizard/radiation.html")
def step_radiation_filled(walker: Walker) -> None:
    entry = _radiation("review", walker)
    walker.open("step_radiation", entry.order.reference)


@shown("step_radiation", "practice/wizard/radiation.html")
def step_radiation_wrong(walker: Walker) -> None:
    entry = _radiation("radiation", walker)
    entry.post("radiation", entry.typed_course(radiation_fractions="0", radiation_reasons=[]))
    walker.open("step_radiation", entry.order.reference)
    expect(walker.page.locator("[data-error-summary]")).to_be_visible()


for _step in ("clinical", "dates", "review"):
    _page = (f"step_{_step}", f"practice/wizard/{_step}.html")
    STATES.append(State(f"step-{_step}-of-radiation", *_page, partial(_radiation, _step)))


@shown("step_dates", "practice/wizard/dates.html")
def step_dates_of_radiation_too_late(walker: Walker) -> None:
    entry = _radiation("dates", walker)
    late = us(start_on() + timedelta(days=90))
    entry.post("dates", entry.typed_radiation_dates(planned_end_on=late))
    walker.open("step_dates", entry.order.reference)
    walker.portal.sees("needs a new request")


@shown("step_continuity", "practice/wizard/continuity.html")
def step_continuity(walker: Walker) -> None:
    entry = walker.entry().reach_continuity()
    walker.open("step_continuity", entry.order.reference)


@shown("step_continuity", "practice/wizard/continuity.html")
def step_continuity_wrong(walker: Walker) -> None:
    entry = walker.entry().reach_continuity()
    entry.post("continuity", under_way(last_dose_on="1/1/2020", same_regimen="", attested=None))
    walker.open("step_continuity", entry.order.reference)


@shown("step_review", "practice/wizard/review.html")
def step_review_of_treatment_under_way(walker: Walker) -> None:
    entry = walker.entry().reach_continuity()
    entry.answer("continuity", under_way())
    walker.open("step_review", entry.order.reference)


@shown("step_review", "practice/wizard/review.html")
def step_review_of_treatment_that_was_changed(walker: Walker) -> None:
    entry = walker.entry().reach_continuity()
    entry.answer("continuity", under_way(same_regimen="no"))
    walker.open("step_review", entry.order.reference)


@shown("step_review", "practice/wizard/review.html")
def step_review_of_a_custom_plan(walker: Walker) -> None:
    order = orders.draft(orders.PENDED, by="physician")
    walker.sign_in("physician")
    walker.open("step_review", order.reference)


@shown("step_review", "practice/wizard/review.html", status=422)
def step_review_refused(walker: Walker) -> None:
    """An answer changes in another window while the review page is open."""
    entry = walker.entry().reach("review")
    walker.open("step_review", entry.order.reference)
    entry.answer("providers", {**entry.typed_providers(), "p2p_phone": "617-555-0199"})
    walker.page.get_by_text("These answers are in the patient").click()
    walker.press("Submit the order")


@shown("step_clinical", "practice/wizard/conflict.html", status=409)
def step_saved_in_another_window(walker: Walker) -> None:
    entry = walker.entry().reach("clinical")
    walker.open("step_clinical", entry.order.reference)
    entry.post("clinical", CLINICAL)
    walker.press("Continue")


@shown("order_discard", "practice/wizard/discard.html")
def draft_to_discard(walker: Walker) -> None:
    order = orders.draft()
    walker.sign_in("practice")
    walker.open("order_discard", order.reference)


# --- The order --------------------------------------------------------------------------------------
def _order_page(name: str, walker: Walker) -> None:
    order = walker.order(name)
    walker.sign_in("practice")
    walker.open("order", order.reference)


for _name, _scenario in {
    "authorized": orders.AUTHORIZED,
    "authorized-with-supportive-drugs": "breast-adjuvant",
    "completed": orders.COMPLETED,
    "pended-custom-plan": orders.PENDED,
    "pended-result-unknown": "breast-her2-unknown",
    "radiation-authorized": radiation.AUTHORIZED,
    "radiation-pended": radiation.PENDED,
}.items():
    STATES.append(State(f"order-{_name}", "order", "practice/order.html", partial(_order_page, _scenario)))


@shown("order", "practice/order.html")
def order_of_voluntary_radiation(walker: Walker) -> None:
    order = radiation.submitted(radiation.PENDED, radiation=radiation.VOLUNTARY)
    walker.sign_in("practice")
    walker.open("order", order.reference)


@shown("order", "practice/order.html")
def order_that_ends_soon(walker: Walker) -> None:
    with time_machine.travel(datetime.now(UTC) - timedelta(days=108)):
        order = walker.order("breast-adjuvant")
    walker.sign_in("practice")
    walker.open("order", order.reference)


@shown("step_member", "practice/wizard/member.html")
def step_of_a_continuation(walker: Walker) -> None:
    order_that_ends_soon(walker)
    walker.press("Continue treatment")


@shown("step_dosing", "practice/wizard/dosing.html")
def dosing_of_supportive_drugs_alone(walker: Walker) -> None:
    entry = walker.entry().reach("regimen")
    entry.answer("regimen", {"pick": "supportive_only"})
    walker.open("step_dosing", entry.order.reference)


@shown("step_review", "practice/wizard/review.html")
def review_with_a_possible_duplicate(walker: Walker) -> None:
    walker.entry().reach("review").submit()
    entry = walker.entry().reach("review")
    walker.open("step_review", entry.order.reference)


@shown("order", "practice/order.html")
def order_withdrawn(walker: Walker) -> None:
    order = orders.order_in(OrderStatus.WITHDRAWN)
    walker.sign_in("practice")
    walker.open("order", order.reference)


def _of_treatment_under_way(walker: Walker, **changes: Any) -> Order:
    entry = walker.entry().reach_continuity()
    entry.answer("continuity", under_way(**changes))
    entry.submit()
    return entry.order


@shown("order", "practice/order.html")
def order_authorized_as_continuity_of_care(walker: Walker) -> None:
    walker.open("order", _of_treatment_under_way(walker).reference)


@shown("order", "practice/order.html")
def order_that_is_no_continuity_of_care(walker: Walker) -> None:
    walker.open("order", _of_treatment_under_way(walker, same_regimen="no").reference)


@shown("order", "practice/order.html")
def order_with_a_physician(walker: Walker) -> None:
    order = orders.order_in(OrderStatus.PHYSICIAN_REVIEW)
    walker.sign_in("practice")
    walker.open("order", order.reference)


@shown("order", "practice/order.html")
def order_at_its_servicing_site(walker: Walker) -> None:
    order = walker.order("breast-adjuvant")
    walker.sign_in("site")
    walker.open("order", order.reference)


# --- After submission -------------------------------------------------------------------------------
UNKNOWN_RESULT = "breast-her2-unknown"


def _later(walker: Walker, route: str, name: str = UNKNOWN_RESULT) -> Order:
    order = walker.order(name)
    walker.sign_in("practice")
    walker.open(route, order.reference)
    return order


def _with_additions(walker: Walker) -> Order:
    """An answer, a corrected one, a note, another phone and a document."""
    order, person = walker.order(UNKNOWN_RESULT), orders.person("practice")
    facts = {"biomarkers": {"HER2": "negative"}, "ecog": 1}
    add_information(order, Addition(facts, phone="617-555-0199", note="Ask for Sam in billing."), by=person)
    documents.add(order, documents.pdf(), name="HER2 report.pdf", by=person, note="Of Sep 30")
    return order


@shown("order", "practice/order.html")
def order_with_additions(walker: Walker) -> None:
    order = _with_additions(walker)
    walker.sign_in("practice")
    walker.open("order", order.reference)
    walker.portal.sees("From your office since submission")


@shown("order_information", "practice/later/information.html")
def information(walker: Walker) -> None:
    _later(walker, "order_information")


@shown("order_information", "practice/later/information.html")
def information_with_answers_to_correct(walker: Walker) -> None:
    _later(walker, "order_information")
    walker.page.get_by_text("Correct an answer already given").click()


@shown("order_information", "practice/later/information.html", status=422)
def information_without_a_change(walker: Walker) -> None:
    _later(walker, "order_information")
    walker.press("Add to the order")


@shown("order_information", "practice/later/information.html", status=409)
def information_answered_by_somebody_else_meanwhile(walker: Walker) -> None:
    order = _later(walker, "order_information")
    walker.portal.choose("HER2", "Positive")
    facts = {"biomarkers": {"HER2": "negative"}}
    add_information(order, Addition(facts), by=orders.person("physician"))
    walker.press("Add to the order")


@shown("order_documents", "practice/later/documents.html")
def documents_none_yet(walker: Walker) -> None:
    _later(walker, "order_documents")


@shown("order_documents", "practice/later/documents.html")
def documents_of_an_order(walker: Walker) -> None:
    order = _with_additions(walker)
    walker.sign_in("practice")
    walker.open("order_documents", order.reference)


@shown("order_documents", "practice/later/documents.html", status=422)
def documents_one_refused(walker: Walker) -> None:
    _later(walker, "order_documents")
    file = {"name": "report.pdf", "mimeType": "application/pdf", "buffer": b"MZ no document"}
    walker.page.get_by_label("File").set_input_files(file)
    walker.press("Add the document")


@shown("order_withdraw", "practice/later/withdraw.html")
def withdrawal(walker: Walker) -> None:
    _later(walker, "order_withdraw")


@shown("order_withdraw", "practice/later/withdraw.html", status=422)
def withdrawal_without_a_reason(walker: Walker) -> None:
    _later(walker, "order_withdraw")
    walker.press("Withdraw")


@shown("order_cancel", "practice/later/cancel.html")
def cancellation(walker: Walker) -> None:
    _later(walker, "order_cancel", orders.AUTHORIZED)


@shown("order_cancel", "practice/later/cancel.html", status=422)
def cancellation_without_a_reason(walker: Walker) -> None:
    _later(walker, "order_cancel", orders.AUTHORIZED)
    walker.press("Cancel the order")


@shown("order_cancel", "practice/later/cancel.html")
def cancellation_after_the_start(walker: Walker) -> None:
    walker.monkeypatch.setattr("portal.practice.withdrawal.has_started", lambda order: True)
    _later(walker, "order_cancel", orders.AUTHORIZED)


@shown("order", "practice/order.html")
def order_cancelled(walker: Walker) -> None:
    _later(walker, "order_cancel", orders.AUTHORIZED)
    walker.portal.fill("Why is the order cancelled?", "The patient moves to another city.")
    walker.press("Cancel the order")
    walker.portal.sees("Voluntarily Cancelled")


@shown("order_contact", "practice/later/contact.html")
def contact(walker: Walker) -> None:
    _later(walker, "order_contact", orders.AUTHORIZED)


@shown("order_contact", "practice/later/contact.html", status=422)
def contact_with_wrong_answers(walker: Walker) -> None:
    _later(walker, "order_contact", orders.AUTHORIZED)
    walker.portal.choose("Where is treatment given?", "Another site")
    walker.portal.fill("Phone for a peer-to-peer", "555")
    walker.press("Change the order")


# --- Review -----------------------------------------------------------------------------------------
@shown("queue", "review/queue.html")
def queue_with_news_from_a_practice(walker: Walker) -> None:
    _with_additions(walker)
    walker.sign_in("nurse")
    walker.open("queue")
    walker.portal.sees("New from the practice")


@shown("case", "review/case.html")
def case_with_news_from_the_practice(walker: Walker) -> None:
    order = _with_additions(walker)
    take_case(order, by=orders.person("nurse"))
    walker.sign_in("nurse")
    walker.open("case", order.reference)
    walker.portal.sees("New information from the practice")


@shown("queue", "review/queue.html")
def queue_empty(walker: Walker) -> None:
    walker.sign_in("nurse")
    walker.open("queue")


@shown("queue", "review/queue.html")
def queue(walker: Walker) -> None:
    walker.order("breast-her2-unknown")
    take_case(walker.order(orders.PENDED), by=orders.person("nurse2"))
    walker.sign_in("nurse")
    walker.open("queue")


@shown("queue", "review/queue.html")
def queue_filtered(walker: Walker) -> None:
    queue(walker)
    walker.open("queue", query="?plan=BCBSMA&reason=CUSTOM_PLAN")


@shown("queue", "review/queue.html")
def queue_filtered_to_nothing(walker: Walker) -> None:
    queue(walker)
    walker.open("queue", query="?plan=BCBSM")


@shown("queue", "review/queue.html")
def queue_long(walker: Walker) -> None:
    walker.monkeypatch.setattr("portal.review.queue.PAGE", 1)
    queue(walker)


@shown("queue", "review/queue.html")
def queue_of_a_physician(walker: Walker) -> None:
    orders.order_in(OrderStatus.PHYSICIAN_REVIEW)
    walker.sign_in("reviewer")
    walker.open("queue")


def _held_case(walker: Walker, *, by: str = "nurse") -> None:
    """A case that `by` holds, in the nurse's browser."""
    order = walker.order(orders.PENDED)
    take_case(order, by=orders.person(by))
    walker.sign_in("nurse")
    walker.open("case", order.reference)


@shown("case", "review/case.html")
def case_free(walker: Walker) -> None:
    order = walker.order("breast-her2-unknown")
    walker.sign_in("nurse")
    walker.open("case", order.reference)


@shown("case", "review/case.html")
def case_of_radiation(walker: Walker) -> None:
    order = radiation.submitted(radiation.PENDED)
    take_case(order, by=orders.person("nurse"))
    walker.sign_in("nurse")
    walker.open("case", order.reference)


@shown("case_authorize", "review/authorize.html")
def case_of_radiation_to_confirm(walker: Walker) -> None:
    case_of_radiation(walker)
    walker.portal.fill("What settled the case?", "A longer course suits the spine.")
    walker.press("Check what will be sent")


@shown("case", "review/case.html")
def case_of_radiation_without_a_policy(walker: Walker) -> None:
    order = radiation.submitted(radiation.PENDED, radiation=radiation.ELSEWHERE)
    walker.sign_in("nurse")
    walker.open("case", order.reference)


def case_with_answers_changed_after_the_forecast(walker: Walker) -> None:
    entry = walker.entry().reach_continuity()
    entry.answer("continuity", {"under_way": "no"})
    entry.get("review")
    entry.answer("clinical", {**NOT_MET, "ecog": "2"})
    entry.submit()
    walker.sign_in("nurse")
    walker.open("case", entry.order.reference)
    walker.portal.sees("Changed after the forecast was seen")


@shown("step_dosing", "practice/wizard/dosing.html")
def step_dosing_by_surface_and_clearance(walker: Walker) -> None:
    order = orders.draft("breast-her2-unknown")
    walker.sign_in("practice")
    walker.open("step_dosing", order.reference)
    walker.portal.sees("Mosteller", "Calvert")


@shown("case", "review/case.html")
def case_held(walker: Walker) -> None:
    _held_case(walker)


@shown("case", "review/case.html")
def case_held_by_another(walker: Walker) -> None:
    _held_case(walker, by="nurse2")


@shown("case_authorize", "review/case.html", status=422)
def case_authorized_without_a_reason(walker: Walker) -> None:
    _held_case(walker)
    walker.press("Check what will be sent")


@shown("case_escalate", "review/case.html", status=422)
def case_passed_on_without_a_reason(walker: Walker) -> None:
    _held_case(walker)
    walker.page.locator("summary").filter(has_text="Pass on to a physician").click()
    walker.press("Pass on to a physician")


@shown("case_authorize", "review/case.html", status=409)
def case_lost_meanwhile(walker: Walker) -> None:
    _held_case(walker)
    order = Order.objects.get()
    walker.portal.fill("What settled the case?", "Discussed with the prescriber by phone.")
    escalate_to_physician(order, by=orders.person("nurse"), why="Dose needs a physician’s look.")
    walker.press("Check what will be sent")


@shown("case_authorize", "review/authorize.html")
def case_to_confirm(walker: Walker) -> None:
    _held_case(walker)
    walker.portal.fill("What settled the case?", "Discussed with the prescriber by phone.")
    walker.press("Check what will be sent")


@shown("case", "review/case.html")
def case_authorized(walker: Walker) -> None:
    case_to_confirm(walker)
    walker.press("Authorize and send")


@shown("case", "review/case.html")
def case_decided_by_the_rules(walker: Walker) -> None:
    order = walker.order(orders.AUTHORIZED)
    walker.sign_in("nurse")
    walker.open("case", order.reference)


@shown("case", "review/case.html")
def case_passed_on_as_the_nurse_sees_it(walker: Walker) -> None:
    order = orders.order_in(OrderStatus.PHYSICIAN_REVIEW)
    walker.sign_in("nurse")
    walker.open("case", order.reference)


@shown("case", "review/case.html")
def case_with_a_physician(walker: Walker) -> None:
    order = orders.order_in(OrderStatus.PHYSICIAN_REVIEW)
    take_case(order, by=orders.person("reviewer"))
    walker.sign_in("reviewer")
    walker.open("case", order.reference)


# --- Guide and worksheets ---------------------------------------------------------------------------
@shown("guide", "guidance/order_entry.html")
def guide(walker: Walker) -> None:
    walker.sign_in("practice")
    walker.open("guide")


@shown("worksheets", "guidance/worksheets.html")
def worksheets(walker: Walker) -> None:
    walker.sign_in("practice")
    walker.open("worksheets")


@shown("worksheet", "guidance/worksheet.html")
def worksheet(walker: Walker) -> None:
    walker.sign_in("practice")
    walker.open("worksheet", "breast")


@shown("step_clinical", "practice/wizard/clinical.html")
def step_clinical_with_its_help_open(walker: Walker) -> None:
    _fresh("clinical", walker)
    walker.page.get_by_text("Help with this step").click()


# --- Contact center ---------------------------------------------------------------------------------
def _urgent_draft() -> Order:
    """A draft that its practice has marked urgent, at a plan that takes urgent requests by phone."""
    order = orders.draft("breast-adjuvant")
    wait_for_call(order, by=orders.person("practice"))
    return order


@shown("home", "contact_center/home.html")
def home_of_an_agent(walker: Walker) -> None:
    _urgent_draft()
    start_for_caller(harbor(), caller(), by=orders.person("agent"))
    owed = pended_by_phone()
    take_case(owed, by=orders.person("nurse"))
    authorize(owed, by=orders.person("nurse"), rationale="Doses agree with the label.")
    taken_in_an_outage()
    walker.sign_in("agent")
    walker.open("home")


@shown("home", "contact_center/home.html")
def home_of_an_agent_whom_nobody_calls(walker: Walker) -> None:
    walker.sign_in("agent")
    walker.open("home")


@shown("call_new", "contact_center/caller.html")
def order_for_a_caller(walker: Walker) -> None:
    walker.sign_in("agent")
    walker.open("call_new")


@shown("call_new", "contact_center/caller.html", status=422)
def order_for_a_fax_that_is_not_filled_in(walker: Walker) -> None:
    order_for_a_caller(walker)
    walker.portal.choose("How did the request come", "Fax")
    walker.press("Start the order")


@shown("call_new", "contact_center/caller.html", status=422)
def order_for_a_caller_of_one_of_several_practices(walker: Walker) -> None:
    order_for_a_caller(walker)
    walker.portal.fill("Practice", "cancer")
    walker.press("Start the order")


@shown("call_take", "contact_center/caller.html")
def urgent_draft_to_take_up(walker: Walker) -> None:
    order = _urgent_draft()
    walker.sign_in("agent")
    walker.open("call_take", order.reference)


@shown("step_plan", "practice/wizard/plan.html")
def step_1_for_a_caller(walker: Walker) -> None:
    order = start_for_caller(harbor(), caller(), by=orders.person("agent"))
    walker.sign_in("agent")
    walker.open("step_plan", order.reference)


@shown("order", "practice/with_contact_center.html")
def draft_that_the_contact_center_enters(walker: Walker) -> None:
    order = start_for_caller(harbor(), caller(), by=orders.person("agent"))
    walker.sign_in("practice")
    walker.open("order", order.reference)


@shown("order", "practice/order.html")
def order_to_read_to_the_caller(walker: Walker) -> None:
    order = orders.submitted(BY_PHONE, by="agent")
    walker.sign_in("agent")
    walker.open("order", order.reference)


@shown("order", "practice/order.html")
def order_that_was_told(walker: Walker) -> None:
    order = orders.submitted(BY_PHONE, by="agent")
    record_told(order, list(ToldItem.Item), by=orders.person("agent"))
    walker.sign_in("agent")
    walker.open("order", order.reference)


@shown("order", "practice/order.html")
def pended_order_to_read_to_the_caller(walker: Walker) -> None:
    order = pended_by_phone()
    walker.sign_in("agent")
    walker.open("order", order.reference)


@shown("order", "practice/order.html")
def order_of_a_caller_to_call_back(walker: Walker) -> None:
    order = pended_by_phone()
    take_case(order, by=orders.person("nurse"))
    authorize(order, by=orders.person("nurse"), rationale="Doses agree with the label.")
    walker.sign_in("agent")
    walker.open("order", order.reference)


@shown("call_told", "practice/order.html", status=422)
def call_back_without_who_was_told(walker: Walker) -> None:
    order_of_a_caller_to_call_back(walker)
    walker.press("Close the call back")


@shown("order_status", "practice/status.html")
def status_for_a_caller(walker: Walker) -> None:
    walker.sign_in("agent")
    walker.open("order_status")


@shown("order_start", "practice/wizard/new.html")
def new_order_from_a_plans_site(walker: Walker) -> None:
    walker.sign_in("practice")
    walker.open("order_start", "bcbsma")


# --- Resources --------------------------------------------------------------------------------------
def _look_up(walker: Walker, query: str) -> None:
    walker.sign_in("site")
    walker.open("radiation_codes", query=query)


@shown("resources", "resources/index.html")
def resources(walker: Walker) -> None:
    walker.sign_in("practice")
    walker.open("resources")


@shown("radiation_codes", "resources/radiation_codes.html")
def radiation_codes(walker: Walker) -> None:
    _look_up(walker, "")


@shown("radiation_codes", "resources/radiation_codes.html")
def radiation_codes_found(walker: Walker) -> None:
    _look_up(walker, "?coverage=BCBSMA-MA&year=2025&sort=-category")


@shown("radiation_codes", "resources/radiation_codes.html")
def radiation_codes_one_not_managed(walker: Walker) -> None:
    _look_up(walker, "?coverage=BCBSMA-MA&year=2026&code=77386")


@shown("radiation_codes", "resources/radiation_codes.html", status=422)
def radiation_codes_with_wrong_input(walker: Walker) -> None:
    _look_up(walker, "?coverage=&year=1999&code=7730")


@shown("radiation_checklist", "resources/radiation_checklist.html")
def radiation_checklist(walker: Walker) -> None:
    walker.sign_in("nurse")
    walker.open("radiation_checklist")


@shown("billing_guide", "resources/billing_guide.html")
def billing_guide(walker: Walker) -> None:
    walker.sign_in("practice")
    walker.open("billing_guide")


@shown("billing_guide", "resources/billing_guide.html", loaded=False)
def billing_guide_with_nothing_loaded(walker: Walker) -> None:
    walker.sign_in(people.on_staff("ada.admin", StaffRole.Kind.ADMINISTRATOR))
    walker.open("billing_guide")


# --- Refusals ---------------------------------------------------------------------------------------
@shown("worklist", "400.html", status=400)
def refused_as_unreadable(walker: Walker) -> None:
    walker.sign_in("practice")
    walker.open("worklist", query="?" + "&a=1" * (settings.DATA_UPLOAD_MAX_NUMBER_FIELDS + 1))


@shown("order_documents", "413.html", status=413)
def refused_as_too_large(walker: Walker) -> None:
    _later(walker, "order_documents")
    walker.monkeypatch.setattr("portal.uploads.READ_AT_MOST", 0)
    walker.press("Add the document")


@shown("queue", "403.html", status=403)
def refused_for_the_role(walker: Walker) -> None:
    walker.sign_in("practice")
    walker.open("queue")


@shown("order_new", "403_csrf.html", status=403)
def refused_as_out_of_date(walker: Walker) -> None:
    new_order(walker)
    walker.page.context.clear_cookies(name=settings.CSRF_COOKIE_NAME)
    walker.press("Start the order")


@shown("order", "404.html", status=404)
def not_found(walker: Walker) -> None:
    walker.sign_in("practice")
    walker.open("order", UNKNOWN_ORDER)


@shown("worklist", "500.html", status=500)
def failed(walker: Walker) -> None:
    def break_down(*args: object, **options: object) -> None:
        raise RuntimeError("meant: the page for a fault is looked at")

    walker.monkeypatch.setattr("portal.practice.worklist.worklist", break_down)
    walker.sign_in("practice")
    walker.open("worklist")
