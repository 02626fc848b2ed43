"""One way in: from the answers of a draft to an Intake, or to everything that stands against it.

The form, and later every interface, builds the same Intake; `submit_order` takes nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from members.models import Member, Program, ProgramTerms, Provider, Site
from members.queries import Eligibility, eligibility_on, network_status
from orders import form_rules as form
from orders import steps
from orders.facts import Facts, facts_of
from orders.models import Order
from orders.rules import gates
from orders.rules.problems import Blocker, Problem
from orders.rules.terms import Terms
from orders.steps import Answers, DraftState
from orders.terms import plain_terms
from pathways import queries as content_queries


@dataclass(frozen=True)
class Intake:
    """A complete request: what was answered, about whom, under which program terms.

    `received_at` is when the request counts as received: its submission, or when its fax or letter
    arrived (R-380); `submitted_on` the same as a day in the
    plan's time zone.
    """

    answers: dict[str, Answers]
    facts: Facts
    member: Member
    eligibility: Eligibility
    program: Program
    terms: ProgramTerms
    plain_terms: Terms
    ordering_provider: Provider
    ordering_site: Site
    received_at: datetime

    @property
    def submitted_on(self) -> date:
        """The plan-local day of receipt."""
        return date.fromisoformat(self.facts["submitted_on"])

    @property
    def start_on(self) -> date:
        """The planned first day of treatment."""
        return date.fromisoformat(self.facts["start_on"])


def build(order: Order, *, at: datetime, form_rules: bool = True) -> Intake | list[Problem]:
    """The Intake of a draft as of `at`, or all problems at once, each with its step and sentence.

    Every interface comes through here, so nothing is taken over from the form unasked: what no request
    may lack is refused always, what the form alone asks for where `form_rules` says so.
    """
    state = steps.state_of(order)
    intake = _intake_of(state, at=received_at(order, now=at))
    if intake is None:
        return _unfinished(state) or _without_a_program(state)
    return _problems(order, state, intake, form_rules=form_rules) or intake


def received_at(order: Order, *, now: datetime) -> datetime:
    """When a draft counts as received if it is submitted now (D-05, R-380).

    One query for a fax or letter whose request was not read with the order, none for any other order.
    """
    if order.channel in Order.WRITTEN:
        return order.caller_request.received_at or now
    return now


def _problems(order: Order, state: DraftState, intake: Intake, *, form_rules: bool) -> list[Problem]:
    """Unfinished steps, then the gates of DR-01, then what is wrong in the steps that are finished."""
    diagnosis = intake.facts["diagnosis"] or ""
    tumors = content_queries.tumors_of(diagnosis)
    refused = gates.refusals(
        intake.facts,
        intake.plain_terms,
        eligibility_code=intake.eligibility.code,
        eligibility_reason=intake.eligibility.reason,
        listed=bool(tumors),
        form_rules=form_rules,
    )
    wrong = gates.defects(intake.facts, tumors=tumors)
    if form_rules:
        wrong += form.problems(order, intake)
    return [*_unfinished(state), *refused, *(problem for problem in wrong if problem.step in state.done)]


def _without_a_program(state: DraftState) -> list[Problem]:
    """The gates of a member whose line of business is in none of our programs."""
    answers = state.get("member")
    if not answers:
        return []
    member = Member.objects.select_related("plan").get(pk=answers["member"])
    eligibility = eligibility_on(member, date.fromisoformat(answers["start_on"]))
    facts = {"submitter_role": state.get("plan").get("submitter_role")}
    return gates.refusals_without_a_program(
        facts, eligibility_code=eligibility.code, eligibility_reason=eligibility.reason
    )


def _unfinished(state: DraftState) -> list[Problem]:
    problems: list[Problem] = []
    for step in state.steps:
        if not step.required or step.key in state.done:
            continue
        again = step.key in state.recheck
        problems.append(
            Blocker(
                code="STEP_TO_RECHECK" if again else "STEP_UNFINISHED",
                step=step.key,
                sentence=f"Look at “{step.title}” again: an answer it rests on has changed."
                if again
                else f"Finish “{step.title}”.",
            )
        )
    return problems


def _intake_of(state: DraftState, *, at: datetime) -> Intake | None:
    """The Intake as far as it is answered; None before plan, member and providers are known."""
    member_answers, provider_answers = state.answers.get("member"), state.answers.get("providers")
    if not (member_answers and provider_answers and state.answers.get("plan")):
        return None
    member = Member.objects.select_related("plan").get(pk=member_answers["member"])
    start_on = date.fromisoformat(member_answers["start_on"])
    eligibility = eligibility_on(member, start_on)
    if eligibility.program is None or eligibility.terms is None:
        return None
    terms = eligibility.terms
    plain = plain_terms(eligibility.program, terms)
    provider = Provider.objects.get(pk=provider_answers["ordering_provider"])
    site = Site.objects.get(pk=provider_answers["ordering_site"])
    submitted_on = at.astimezone(ZoneInfo(terms.time_zone)).date()
    facts = facts_of(
        state.answers,
        member=member,
        eligibility=eligibility,
        network=network_status(
            provider, member.plan, start_on, line_of_business=eligibility.line_of_business
        ),
        provider_state=site.state,
        submitted_on=submitted_on,
    )
    return Intake(
        answers={key: value for key, value in state.answers.items() if value is not None},
        facts=facts,
        member=member,
        eligibility=eligibility,
        program=eligibility.program,
        terms=terms,
        plain_terms=plain,
        ordering_provider=provider,
        ordering_site=site,
        received_at=at,
    )
