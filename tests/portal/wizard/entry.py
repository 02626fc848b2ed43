"""An order as somebody enters it by POST: each step's typed answers, and a way to reach any step."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from members.models import Member
from orders.actions.drafting import save_step
from orders.models import Order
from orders.steps import DraftState, state_of, steps_for
from portal import access
from portal.models import User
from tests.factories import orders

#: The steps that every order of drugs has.
STEP_KEYS = [step.key for step in steps_for({}) if not step.on_call]

Typed = dict[str, Any]


def us(day: date) -> str:
    """A day as people type it."""
    return f"{day.month}/{day.day}/{day.year}"


def start_on() -> date:
    """Nine days ahead, as in the demo's orders."""
    return orders.today() + timedelta(days=9)


PLAN: Typed = {"plan": "BCBSM", "solution": "medical_oncology", "setting": "outpatient"}
#: Lee Verbena, Michigan, without any other order.
MEMBER_NUMBER = "ZMI400000024"
PROVIDER = {"p2p_phone": "(617) 555 0110"}
DIAGNOSIS: Typed = {"primary": "C34.11", "primary_text": "", "tumor": "nsclc"}
CLINICAL: Typed = {
    "histology": "nonsquamous",
    "stage": "IVA",
    "line_of_therapy": "L1",
    "ecog": "1",
    "biomarker-EGFR": "wild_type",
    "biomarker-ALK": "negative",
    "biomarker-ROS1": "negative",
    "biomarker-PDL1_TPS": "GE_50",
    "biomarker-OTHER_DRIVER": "none",
    "prior_therapies": ["none"],
    "concurrent_radiation": "no",
}
REGIMEN: Typed = {"pick": "PW-NSC-007"}
DATES: Typed = {"urgency": "standard", "trial": "no"}
REVIEW: Typed = {"notes": "Please call after 2 PM.", "confirmed": "on"}


#: PD-L1 too low for pembrolizumab alone, whose policy is then not met.
NOT_MET: Typed = {**CLINICAL, "biomarker-PDL1_TPS": "LT_1"}
#: A member of the plan in Massachusetts, which asks for continuity of care, without any other order.
MASSACHUSETTS_MEMBER = "ZMA300000014"


def under_way(**changes: Any) -> Typed:
    """Treatment under way since before the program, with a dose eleven days ago."""
    return {
        "under_way": "yes",
        "same_regimen": "yes",
        "treatment_started_on": "05/10/2021",
        "last_dose_on": us(orders.today() - timedelta(days=11)),
        "attested": "on",
        **changes,
    }


#: What the pages saved for the lung cancer order, by step.
_saved: dict[str, tuple[dict[str, list[str]], dict[str, Any]]] = {}


class Entry:
    """One draft in one person's browser."""

    def __init__(self, client: Client, order: Order | None = None) -> None:
        self.client = client
        self._order = order or self._start()

    def _start(self) -> Order:
        response = self.client.post(reverse("order_new"))
        reference = response["Location"].split("/")[2]
        return Order.objects.get(reference=reference)

    @property
    def order(self) -> Order:
        """The order as the database has it now."""
        return Order.objects.get(pk=self._order.pk)

    @property
    def state(self) -> DraftState:
        """The draft's answers now."""
        return state_of(self.order)

    def url(self, step: str) -> str:
        """The address of a step."""
        return reverse(f"step_{step}", args=[self._order.reference])

    def get(self, step: str, **options: Any) -> Any:
        """The page of a step."""
        return self.client.get(self.url(step), **options)

    def post(self, step: str, typed: Typed, do: str = "continue", **more: Any) -> Any:
        """Send a step as its page would, with the revision it was shown with."""
        revision = more.pop("revision", self.state.revisions.get(step, ""))
        data = {**typed, **more, "do": do, "revision": revision}
        return self.client.post(self.url(step), {name: v for name, v in data.items() if v is not None})

    def shown(self, step: str, typed: Typed, do: str = "continue", **more: Any) -> Any:
        """Send a step and look at the page that follows."""
        answer = self.post(step, typed, do, **more)
        assert answer.status_code == 302, answer.content.decode()[:2000]
        return self.client.get(answer["Location"].split("#")[0])

    # --- What a person would type ---------------------------------------------------------------------
    def typed(self, step: str) -> Typed:
        """Right answers for a step of the lung cancer order."""
        return {
            "plan": lambda: PLAN,
            "member": self.typed_member,
            "providers": self.typed_providers,
            "diagnosis": lambda: DIAGNOSIS,
            "clinical": lambda: CLINICAL,
            "regimen": lambda: REGIMEN,
            "dosing": self.typed_dosing,
            "dates": self.typed_dates,
            "review": self.typed_review,
        }[step]()

    def typed_member(self, number: str = MEMBER_NUMBER, day: date | None = None) -> Typed:
        """Look the member up, and take the one that is shown."""
        search = {"member_number": number, "start_on": us(day or start_on())}
        form = self.shown("member", search, "find").context["form"]
        return {**search, "member": next(iter(form.passes), ""), "looked_at": form.showing}

    def typed_providers(self, npi: str = "2100000001", servicing: str = "own") -> Typed:
        """A prescriber of HARBOR at its first site."""
        form = self.get("providers").context["form"]
        site = next(iter(form.sites))
        provider = next(key for key, found in form.providers.items() if found.npi == npi)
        chosen = site if servicing == "own" else servicing
        return {"ordering_provider": provider, "ordering_site": site, "servicing_site": chosen, **PROVIDER}

    def typed_dosing(self, **changes: Any) -> Typed:
        """The lines as the page fills them, with no supportive drugs."""
        form = self.get("dosing").context["form"]
        raw = {name: values[-1] for name, values in form.raw.items() if name.startswith(("lines-", "for_"))}
        return {**raw, "no_supportive": "on", **changes}

    def typed_dates(self, **changes: Any) -> Typed:
        """The end that the dosing gives."""
        end = self.get("dates").context["end_by_dosing"]
        return {**DATES, "planned_end_on": us(end), **changes}

    def typed_review(self) -> Typed:
        """The confirmation, with what the page carries along."""
        context = self.get("review").context
        carried = {name: context[name] for name in ("idempotency_key", "reviewed_hash")}
        return {**REVIEW, **carried}

    # --- Getting somewhere ------------------------------------------------------------------------------
    def answer(self, step: str, typed: Typed | None = None) -> HttpResponse:
        """Answer a step and go on; it must be accepted."""
        response = self.post(step, typed or self.typed(step))
        assert response.status_code == 302
        form = self.state.answers[step]
        assert form is not None, self.get(step).context["form"].errors
        return response

    def reach(self, step: str) -> Entry:
        """Answer everything before a step: by its page the first time, then as that page saved it."""
        for key in STEP_KEYS[: STEP_KEYS.index(step)]:
            if key in self.state.done:
                continue
            if self._plain and key in _saved:
                self._save_again(key)
            else:
                self.answer(key)
                if self._plain:
                    row = self.order.answers.get(step=key)
                    _saved[key] = (row.raw, row.cleaned)
        return self

    @property
    def _plain(self) -> bool:
        """Whether everything answered so far is the lung cancer order's own."""
        answers = self.state.answers
        return all(answers[key] in (None, _saved.get(key, (None, None))[1]) for key in STEP_KEYS)

    def _save_again(self, key: str) -> None:
        raw, cleaned = _saved[key]
        if key == "member":
            # What stands for the member is good for one draft only.
            member = Member.objects.get(pk=cleaned["member"])
            own = access.member_pass(self.order, member)
            raw = {**raw, "member": [own], "looked_at": [f"{own}|{cleaned['start_on']}"]}
        user = User.objects.get(pk=self.client.session["_auth_user_id"])
        save_step(self.order, key, raw=raw, clean=cleaned, revision=self.state.revisions.get(key), by=user)

    def reach_review_at(self, plan: str, number: str, *, clinical: Typed) -> Entry:
        """The lung cancer order of another plan's member, everything before the review answered."""
        self.post("plan", {**PLAN, "plan": plan})
        self.answer("member", self.typed_member(number))
        self.reach("clinical").answer("clinical", clinical)
        return self.reach("review")

    def reach_continuity(self) -> Entry:
        """An order that its criteria leave open, of a plan that asks whether treatment was under way."""
        return self.reach_review_at("BCBSMA", MASSACHUSETTS_MEMBER, clinical=NOT_MET)

    def submit(self, typed: Typed | None = None) -> Any:
        """Press Submit on the review page."""
        return self.post("review", typed or self.typed("review"), "submit")
