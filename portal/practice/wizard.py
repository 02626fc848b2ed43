"""Order entry, step by step: each step is a page; what is typed is kept valid or not (R-078 to R-105).

GET shows a step with what was typed; POST keeps it and goes on.  A step saved in another window
meanwhile is never overwritten in silence: the page shows both and asks which to keep.
"""

from __future__ import annotations

import secrets
from dataclasses import replace
from typing import Any, cast

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone

from orders.actions.drafting import StaleDraft, discard_draft, forecast_shown, save_step
from orders.actions.evaluation import canonical_hash
from orders.actions.submission import CHANGED_SINCE_REVIEW, KeyReused, SubmissionRefused, submit_order
from orders.intake import received_at
from orders.models import Order, StepAnswers
from orders.rules.problems import Problem
from orders.rules.refusals import NotADraft, StaleOrder
from orders.rules.states import OrderStatus
from orders.steps import BY_KEY, STEPS, Answers, state_of, steps_for
from portal import access
from portal.models import User
from portal.practice import frame, pathways_early, so_far
from portal.practice.forms.base import KEEP, StepForm, raw_of
from portal.practice.forms.clinical import TAKES
from portal.practice.forms.draft import Draft
from portal.practice.forms.review import REVIEWED, ReviewForm, hash_of_shown
from portal.practice.step_forms import form_of
from portal.practice.typed import whole

#: As far as the column counts (PositiveIntegerField).
MOST_REVISIONS = 2**31 - 1
#: Pages that name the chosen regimen, or the course of radiation, on top (R-086).
AFTER_TREATMENT = ("dosing", "dates", "continuity", "review")
#: Pages before which the rules are asked whether the questions of continuity of care come first; their
#: own page says why it is there.
ON_CALL = ("continuity", "review")


# --- Withdrawing --------------------------------------------------------------------------------
@access.requires(*access.ENTERING)
def discard(request: HttpRequest, reference: str) -> HttpResponse:
    """Withdraw a draft, after asking once (R-100, R-227)."""
    order = access.draft_for(request, reference)
    if order.status != OrderStatus.DRAFT:
        return _no_longer_a_draft(request, order)
    if order.by_contact_center and not access.is_agent(request):
        return redirect("order", reference)
    if request.method == "POST":
        discard_draft(order, by=_person(request))
        messages.success(request, f"The draft {order.reference} is withdrawn.")
        return redirect(_list(order) if access.is_agent(request) else "worklist")
    return TemplateResponse(request, "practice/wizard/discard.html", {"order": order})


# --- The steps --------------------------------------------------------------------------------------
@access.requires(*access.ENTERING)
def plan(request: HttpRequest, reference: str) -> HttpResponse:
    """Step 1: whose member it is and what is ordered."""
    return _step(request, reference, "plan")


@access.requires(*access.ENTERING)
def member(request: HttpRequest, reference: str) -> HttpResponse:
    """Step 2: the member, and eligibility on the start date."""
    return _step(request, reference, "member")


@access.requires(*access.ENTERING)
def providers(request: HttpRequest, reference: str) -> HttpResponse:
    """Step 3: who prescribes and where treatment is given."""
    return _step(request, reference, "providers")


@access.requires(*access.ENTERING)
def diagnosis(request: HttpRequest, reference: str) -> HttpResponse:
    """Step 4: the cancer."""
    return _step(request, reference, "diagnosis")


@access.requires(*access.ENTERING)
def clinical(request: HttpRequest, reference: str) -> HttpResponse:
    """Step 5: the clinical picture."""
    return _step(request, reference, "clinical")


@access.requires(*access.ENTERING)
def regimen(request: HttpRequest, reference: str) -> HttpResponse:
    """Step 6: the regimen, Pathways first."""
    return _step(request, reference, "regimen")


@access.requires(*access.ENTERING)
def dosing(request: HttpRequest, reference: str) -> HttpResponse:
    """Step 7: dose and schedule of every drug."""
    return _step(request, reference, "dosing")


@access.requires(*access.ENTERING)
def radiation(request: HttpRequest, reference: str) -> HttpResponse:
    """In place of regimen and dosing: site, technique and course (R-335, R-336)."""
    return _step(request, reference, "radiation")


@access.requires(*access.ENTERING)
def dates(request: HttpRequest, reference: str) -> HttpResponse:
    """Dates and urgency; for drugs the clinical trial too."""
    return _step(request, reference, "dates")


@access.requires(*access.ENTERING)
def continuity(request: HttpRequest, reference: str) -> HttpResponse:
    """Between dates and review, only where criteria are left open: is treatment under way? (R-194)"""
    return _step(request, reference, "continuity")


@access.requires(*access.ENTERING)
def review(request: HttpRequest, reference: str) -> HttpResponse:
    """The last step: check every answer, see what the rules say, and submit."""
    return _step(request, reference, "review")


def _step(request: HttpRequest, reference: str, step: str) -> HttpResponse:
    order = access.draft_for(request, reference)
    if order.status != OrderStatus.DRAFT:
        return _no_longer_a_draft(request, order)
    if order.by_contact_center and not access.is_agent(request):
        return redirect("order", reference)
    draft = _draft(request, order)
    if step in ON_CALL and draft.asks_continuity:
        draft.state = draft.state.calling("continuity")
    if step not in draft.state.keys:
        # Another answer took the step out of the order: in another window, or since the address was kept.
        return redirect(f"step_{draft.state.first_unfinished or 'review'}", reference)
    if wanted := _unfinished_before(draft, step):
        if wanted not in ON_CALL:
            messages.info(request, frame.why_here(draft.state, wanted))
        return redirect(f"step_{wanted}", reference)
    form_class = form_of(step, radiates=draft.radiates)
    if request.method == "POST":
        return _save(request, draft, form_class)
    frame.tell_of_a_lost_session(request)
    return _page(request, draft, form_class.shown(draft))


def _unfinished_before(draft: Draft, step: str) -> str | None:
    """The first unfinished step if it comes before the one asked for: that is where to go instead."""
    first = draft.state.first_unfinished
    keys = draft.state.keys
    return first if first is not None and keys.index(first) < keys.index(step) else None


def _page(request: HttpRequest, draft: Draft, form: StepForm, *, status: int = 200) -> HttpResponse:
    context: dict[str, Any] = {
        "form": form,
        "draft": draft,
        "order": draft.order,
        "step": BY_KEY[form.step],
        "number": draft.state.keys.index(form.step) + 1,
        "after_treatment": AFTER_TREATMENT,
        "progress": frame.progress(draft.state, form.step),
        "revision": draft.state.revisions.get(form.step, ""),
        "recheck": form.step in draft.state.recheck,
        "copied": form.step in draft.state.copied,
        "back_to_review": request.GET.get("return") == "review",
        "plan_brand": draft.plan.short_name if draft.plan else "",
        **form.context(),
    }
    if so_far.is_shown_on(form.step):
        context |= _beside(draft, form)
    if form.step == "review":
        # Unguessable, and new for each view of the page: the same page sent twice makes one order.
        context["idempotency_key"] = secrets.token_urlsafe(24)
        context[REVIEWED] = hash_of_shown(draft.state)
    if draft.order.forecast_facts is None and _tells_a_verdict(context):
        forecast_shown(draft.order, draft.facts, by=_person(request))
    return TemplateResponse(request, f"practice/wizard/{form.step}.html", context, status=status)


def _tells_a_verdict(context: dict[str, Any]) -> bool:
    """Whether the page shows what the rules would say of the order's drugs, in its panel or as a forecast."""
    panel: so_far.SoFar | None = context.get("so_far")
    return bool(context.get("judgement") or (panel and panel.judged))


# --- Saving -----------------------------------------------------------------------------------------
def _save(request: HttpRequest, draft: Draft, form_class: type[StepForm]) -> HttpResponse:
    pressed = request.POST.get("do", "continue")
    form = form_class(raw_of(request.POST, pressed=pressed), draft=draft)
    if pressed == "so_far":
        return _panel(request, draft, form)
    if pressed == KEEP:
        return _keep(request, draft, form)
    pressed = form.meaning_of(pressed)
    raw = form.act(pressed)
    try:
        clean = form.answers() if leaves(pressed) and form.is_valid() else None
        with transaction.atomic():
            saved = save_step(
                draft.order,
                form.step,
                raw=raw,
                clean=clean,
                revision=_revision(request.POST),
                by=_person(request),
            )
            form.follow_up(by=_person(request))
    except StaleDraft as stale:
        if stale.saved.raw != raw:
            return _conflict(request, draft, form, stale.saved)
        saved = stale.saved
    except StaleOrder:
        return _no_longer_a_draft(request, draft.order)
    if pressed == "submit" and form.step == "review" and clean is not None:
        return _submit(request, draft, clean)
    for level, sentence in form.notices() if saved.cleaned is not None else ():
        messages.add_message(request, level, sentence)
    return _onward(request, draft, form.step, pressed, clean=saved.cleaned)


def _keep(request: HttpRequest, draft: Draft, form: StepForm) -> HttpResponse:
    """Keep what is typed on an unattended page whose session is about to end (G-47).

    The step is unfinished until somebody confirms it.  What another window saved meanwhile stands.
    The answer names the revision for the page, which may yet be used further.
    """
    try:
        saved = save_step(
            draft.order,
            form.step,
            raw=form.act(KEEP),
            clean=None,
            revision=_revision(request.POST),
            by=_person(request),
        )
    except (StaleDraft, StaleOrder):
        return HttpResponse(status=409)
    return HttpResponse(status=204, headers={"X-Revision": str(saved.revision)})


def _panel(request: HttpRequest, draft: Draft, form: StepForm) -> HttpResponse:
    """The panel for what stands on the page now; nothing is written (R-179)."""
    context = {**_beside(draft, form), "step_key": form.step, "swapped": True, **form.parts()}
    return TemplateResponse(request, "practice/wizard/_so_far.html", context)


def _beside(draft: Draft, form: StepForm) -> dict[str, Any]:
    """What stands beside the form, by what is typed on it."""
    typed, lines = form.tentative(), None
    if typed != draft.answers(form.step):
        state = replace(draft.state, answers=draft.state.answers | {form.step: typed})
        draft, lines = draft.assuming(state), typed.get("lines")
    early = pathways_early.of(draft) if form.step == pathways_early.STEP else None
    return {"so_far": so_far.of(draft, lines), "early": early}


def leaves(pressed: str) -> bool:
    """Whether a button leaves the page, so that its answers count; others only work within it."""
    return pressed in {"continue", "back", "exit", "submit"} or pressed.startswith(("go:", TAKES))


def _revision(posted: QueryDict) -> int | None:
    return whole(posted.get("revision", ""), 0, MOST_REVISIONS)


def _conflict(request: HttpRequest, draft: Draft, form: StepForm, saved: StepAnswers) -> HttpResponse:
    """Another window saved this step meanwhile: show both, and ask which to keep."""
    context = {
        "order": draft.order,
        "step": BY_KEY[form.step],
        "step_name": f"step_{form.step}",
        "draft": draft,
        "plan_brand": draft.plan.short_name if draft.plan else "",
        "saved": saved,
        "rows": frame.compare(type(form), draft, saved=saved.raw, typed=form.raw),
        "typed": [(name, value) for name, values in form.raw.items() for value in values],
    }
    return TemplateResponse(request, "practice/wizard/conflict.html", context, status=409)


def _onward(
    request: HttpRequest, draft: Draft, step: str, pressed: str, *, clean: Answers | None
) -> HttpResponse:
    """Where a button leads once the step is saved with these answers, None where they are not valid."""
    reference = draft.order.reference
    following_steps = steps_for(draft.state.answers | {step: clean})
    keys = [found.key for found in STEPS if found in following_steps or found.key == step]
    back_to_review = request.POST.get("return") == "review"
    if pressed == "exit":
        messages.success(request, f"The draft {reference} is saved.")
        return redirect(_list(draft.order))
    if pressed.startswith("go:") and pressed[3:] in keys:
        return redirect(f"step_{pressed[3:]}", reference)
    if pressed == "back":
        return redirect(f"step_{keys[max(keys.index(step) - 1, 0)]}", reference)
    if pressed.startswith(TAKES) and clean is not None:
        taken = pathways_early.take(draft, pressed, clean, by=_person(request))
        return redirect("step_dosing" if taken else "step_regimen", reference)
    if pressed != "continue" or clean is None:
        address = reverse(f"step_{step}", args=[reference])
        query = "?return=review" if back_to_review else ""
        return HttpResponseRedirect(f"{address}{query}{'' if leaves(pressed) else '#found'}")
    following = keys[keys.index(step) + 1]
    if back_to_review or draft.order.follows_id:
        # A draft that was copied has its later steps already, as far as they need no look.
        following = state_of(draft.order).first_unfinished or "review"
    return redirect(f"step_{following}", reference)


def _submit(request: HttpRequest, draft: Draft, reviewed: Answers) -> HttpResponse:
    """Submit exactly what the page showed; a repeat of the same page gives the same order (G-09)."""
    order, shown = draft.order, draft.state.answers
    problems: list[Problem] = []
    key = request.POST.get("idempotency_key", "")
    if not key or request.POST.get(REVIEWED) != hash_of_shown(draft.state):
        problems = [CHANGED_SINCE_REVIEW]
    else:
        try:
            submit_order(
                order,
                by=_person(request),
                idempotency_key=key,
                reviewed_hash=canonical_hash(shown | {"review": reviewed}),
            )
        except SubmissionRefused as refusal:
            problems = refusal.problems
        except (KeyReused, NotADraft):
            return _no_longer_a_draft(request, order)
    if not problems:
        return redirect("order", order.reference)
    fresh = _draft(request, order)
    form = ReviewForm.shown(fresh)
    form.problems = problems
    return _page(request, fresh, form, status=422)


def _draft(request: HttpRequest, order: Order) -> Draft:
    """The draft as of now, or as of when its fax or letter was received (R-380)."""
    now = received_at(order, now=timezone.now())
    return Draft(request=request, order=order, state=state_of(order), now=now)


def _list(order: Order) -> str:
    """The page to go on from when an order is left."""
    return "home" if order.by_contact_center else "worklist"


def _person(request: HttpRequest) -> User:
    """Who is signed in: `access.requires` lets nobody else in."""
    return cast(User, request.user)


def _no_longer_a_draft(request: HttpRequest, order: Order) -> HttpResponse:
    """To the order's own page; a second click on Submit needs no word about it."""
    if not (order.idempotency_key and order.idempotency_key == request.POST.get("idempotency_key")):
        messages.info(
            request, f"Order {order.reference} is no longer a draft: it was submitted or withdrawn."
        )
    return redirect("order", order.reference)
