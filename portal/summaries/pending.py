"""What the practice reads while an order is in progress (R-205, R-236, R-244).

What we could not confirm, what would settle it, who calls, and by when.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time

from members.models import ProgramTerms
from orders.models import Order
from orders.queries import contact_phone
from orders.rules.judgement import Judgement, PendReason
from orders.rules.radiation_course import ROLE, name_of
from orders.rules.results import LineJudgement
from orders.rules.states import OrderStatus
from pathways.criteria.explain import joined
from pathways.criteria.outcome import Outcome, Result
from pathways.criteria.vocabulary import question_for

REASONS = {
    "CUSTOM_PLAN": "Custom treatment plan",
    "DUPLICATE": "Possible duplicate",
    "POLICY": "Medical policy",
    "SCHEDULE": "Cycles or dosing",
    "UNKNOWN_ANSWER": "Unknown answer",
}


#: What helps with each reason, where no single question does.
HELPS = {
    "CUSTOM_PLAN": "Chart notes or published evidence for this combination of drugs.",
    "DUPLICATE": "Whether this order replaces the earlier one, goes along with it, or was entered twice.",
    "SCHEDULE": "Why cycles or days differ from the regimen, or the right ones.",
}


@dataclass(frozen=True)
class Open:
    """One reason why the order is in review: its category, its sentence, and the criteria not met."""

    category: str
    sentence: str
    unmet: tuple[str, ...]


@dataclass(frozen=True)
class Pending:
    """`open` is what we could not confirm; `settles` what would help to have at hand."""

    open: tuple[Open, ...]
    settles: tuple[str, ...]
    who: str
    calls: str
    due_at: datetime | None
    zone: str
    phone: str
    hours: str
    records: str
    duplicate: str


def pending_of(order: Order, judgement: Judgement | None) -> Pending | None:
    """What is open about a submitted order; None for one that was never judged."""
    terms = order.terms
    if judgement is None or terms is None:
        return None
    site = str(order.snapshot.facts.get("radiation_site") or "")
    judgement = _named(judgement, site)
    open_ = tuple(_open(found, judgement) for found in judgement.pend_reasons)
    return Pending(
        open=open_,
        settles=tuple(dict.fromkeys(_settling(judgement))),
        who=_reviewer(order, terms),
        calls=contact_phone(order),
        due_at=order.due_at,
        zone=terms.time_zone,
        phone=terms.contact_center_phone,
        hours=f"Monday to Friday, {_hour(terms.contact_center_opens_at)} to "
        f"{_hour(terms.contact_center_closes_at)} ET",
        records=terms.records_text,
        duplicate=terms.duplicate_text if any(o.category == REASONS["DUPLICATE"] for o in open_) else "",
    )


def _named(judgement: Judgement, site: str) -> Judgement:
    """The judgement with the techniques of radiation as people call them."""
    lines = [
        replace(line, drug=name_of(line.drug, site)) if line.role == ROLE else line
        for line in judgement.lines
    ]
    return replace(judgement, lines=tuple(lines))


def _open(reason: PendReason, judgement: Judgement) -> Open:
    """A reason in words; a policy reason comes with what is not met in the nearest way of meeting it."""
    category = REASONS.get(reason.code, reason.code)
    if reason.code != "POLICY":
        return Open(category, reason.sentence.removeprefix(f"{category}. "), ())
    lines = [line for line in judgement.lines if line.number in reason.lines and line.outcome]
    unmet = [leaf.sentence for line in lines if line.outcome for leaf in _failing(line.outcome)]
    return Open(category, _policy_sentence(reason, lines), tuple(dict.fromkeys(unmet)))


def _policy_sentence(reason: PendReason, lines: Sequence[LineJudgement]) -> str:
    """The drugs whose policy is open, named together: each has its own sentence above its criteria."""
    rest = reason.sentence
    drugs: dict[Result, dict[str, None]] = defaultdict(dict)
    for line in lines:
        if line.outcome and line.outcome.sentence in rest:
            rest = rest.replace(line.outcome.sentence, "")
            drugs[line.outcome.result][line.drug] = None
    parts = []
    if unknown := drugs[Result.UNKNOWN]:
        parts.append(f"Answers are missing to judge {joined(unknown, 'and')}.")
    if not_met := drugs[Result.NOT_MET]:
        parts.append(f"The answers do not meet the policy for {joined(not_met, 'and')}.")
    return " ".join([*parts, *rest.split()])


def _settling(judgement: Judgement) -> Iterator[str]:
    """The questions whose answers would settle what is unknown, then what else helps."""
    for deviation in judgement.match.deviations:
        if deviation.unknown:
            yield question_for(deviation.field)
    for line in judgement.lines:
        if line.outcome and line.outcome.result == Result.UNKNOWN:
            ways = [fact for way in line.settling.ways for fact in way.facts]
            yield from map(question_for, ways or line.outcome.ask_for)
    open_lines = {n for found in judgement.pend_reasons if found.code == "POLICY" for n in found.lines}
    not_met = dict.fromkeys(
        line.drug
        for line in judgement.lines
        if line.number in open_lines and line.outcome and line.outcome.result == Result.NOT_MET
    )
    if not_met:
        yield (
            f"No missing answer would meet the policy for {joined(not_met, 'and')} as entered. "
            "Our reviewer looks at it, and a physician offers a talk before any denial."
        )
    for reason in judgement.pend_reasons:
        if reason.code in HELPS:
            yield HELPS[reason.code]


def _failing(tree: Outcome) -> list[Outcome]:
    """The tests that are not met in the paragraph nearest to being met, which comes first."""
    nearest = tree.children[0] if tree.children else tree
    return [leaf for leaf in nearest.leaves() if leaf.result == Result.NOT_MET]


def _reviewer(order: Order, terms: ProgramTerms) -> str:
    if order.status == OrderStatus.PHYSICIAN_REVIEW:
        return "One of our physicians"
    nurses = {"registered_nurse": "registered nurses", "oncology_nurse": "oncology nurses"}
    return f"One of our {nurses[terms.first_reviewer]}"


def _hour(at: time) -> str:
    return f"{at.hour % 12 or 12}:{at:%M %p}"
