"""Random lives of a case, legal acts and illegal ones, and what may never come of them (G-20).

    python -m tests.rules.walks --sequences 1000000 --steps 30 --seed 1

Each step asks `orders.rules.lifecycle`, as the actions do.  What was done is kept apart from the case, so
that what the rules say of it is not asked of the rules: who held it, when a talk was offered, which drug
was denied by whom.  The command prints how often each act was done and refused, and how the cases ended;
it fails when a promise is broken, or when an act, a refusal or an end never came.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections import Counter
from collections.abc import Callable, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import product
from typing import NamedTuple

from orders.rules import lifecycle, refusals
from orders.rules.cases import Case, Person
from orders.rules.refusals import Refused
from orders.rules.reviewing import Reviewer
from orders.rules.rollup import Decision, RolledLine
from orders.rules.states import PENDING, Disposition, OrderStatus

LEASE = timedelta(minutes=30)
BEGINNING = datetime(2026, 3, 2, 15, tzinfo=UTC)
ENDED = frozenset({OrderStatus.DETERMINED, OrderStatus.WITHDRAWN})
Lines = Mapping[int, RolledLine]

NURSE, NURSE2 = (Person(name, reviews=frozenset({Reviewer.NURSE})) for name in ("nurse", "nurse2"))
PHYSICIAN = Person("reviewer", reviews=frozenset({Reviewer.PHYSICIAN}))
#: Entered the order, and is a nurse besides.
PRACTICE = Person("practice", reviews=frozenset({Reviewer.NURSE}), orders=True, entered=True)
STRANGER = Person("piedmont")
#: The same nurse after her role was taken away.
FORMER_NURSE = Person("nurse")
PEOPLE = (NURSE, NURSE2, PHYSICIAN, PHYSICIAN, PRACTICE, STRANGER)
BY_NAME = {person.who: person for person in PEOPLE}

#: One to three drugs: treatment or support, reviewed here or not.
_KINDS = [
    RolledLine(role, reviewed=reviewed, decision=Decision.UNDECIDED)
    for role in ("therapeutic", "supportive")
    for reviewed in (True, True, False)
]
REQUESTS: list[Lines] = [
    dict(enumerate(kinds, start=1)) for count in (1, 2, 3) for kinds in product(_KINDS, repeat=count)
]


class Step(NamedTuple):
    """One act, with what the person says and what the rules would find then."""

    act: str
    by: Person
    at: datetime
    words: str = ""
    outcomes: Mapping[int, Decision] = {}
    number: int = 0
    lines: Lines = {}
    flagged: bool = False
    settled: bool = False


# --- what is done -----------------------------------------------------------------------------------------


def _take(case: Case, step: Step) -> Case:
    return lifecycle.take(case, step.by, at=step.at, until=step.at + LEASE)


def _inform(case: Case, step: Step) -> Case:
    lifecycle.check_finding(case, step.by, at=step.at)
    return lifecycle.judge_again(case, step.lines or case.lines, flagged=step.flagged, settled=step.settled)


def _withdraw(case: Case, step: Step) -> Case:
    lifecycle.check_withdrawal(case, step.by, step.number)
    lines = step.lines or without(case.lines, step.number)
    settled = step.settled or all(line.decision is Decision.WITHDRAWN for line in lines.values())
    return lifecycle.judge_again(case, lines, flagged=step.flagged, settled=settled)


def _add(case: Case, step: Step) -> Case:
    """The practice adds answers, and the rules judge again."""
    lifecycle.check_addition(case, step.by)
    return lifecycle.judge_again(case, step.lines or case.lines, flagged=step.flagged, settled=step.settled)


def _contact(case: Case, step: Step) -> Case:
    lifecycle.check_contact(case, step.by)
    return case


def _cancel(case: Case, step: Step) -> Case:
    return lifecycle.cancel(case, step.by, started=step.number == STARTED, reason=step.words)


def without(lines: Lines, number: int) -> Lines:
    """The lines after one was withdrawn."""
    return {**lines, number: replace(lines[number], decision=Decision.WITHDRAWN)}


ACTS: dict[str, Callable[[Case, Step], Case]] = {
    "submit": lambda case, step: lifecycle.submit(
        case, step.by, step.lines, flagged=step.flagged, settled=step.settled
    ),
    "discard": lambda case, step: lifecycle.discard(case),
    "take": _take,
    "release": lambda case, step: lifecycle.release(case, step.by),
    "inform": _inform,
    "clear duplicate": _inform,
    "confirm duplicate": lambda case, step: lifecycle.confirm_duplicate(
        case, step.by, at=step.at, note=step.words
    ),
    "withdraw": _withdraw,
    "withdraw all": lambda case, step: lifecycle.withdraw(case, step.by, reason=step.words),
    "add": _add,
    "contact": _contact,
    "cancel": _cancel,
    "offer": lambda case, step: lifecycle.offer_peer_to_peer(case, step.by, at=step.at),
    "decide": lambda case, step: lifecycle.decide(
        case, step.by, step.outcomes, at=step.at, rationale=step.words
    ),
    "escalate": lambda case, step: lifecycle.escalate(case, step.by, at=step.at),
    "clock": lambda case, step: lifecycle.escalate(case, None, at=step.at),
}

#: How often each act is tried on a draft, and later.
_ON_A_DRAFT = ["submit"] * 8 + ["discard", "take", "decide", "clock", "withdraw", "release"]
_LATER = ["take"] * 8 + ["decide"] * 8 + ["offer"] * 4 + ["escalate"] * 3 + ["withdraw"] * 2 + ["inform"] * 2
_LATER += ["submit", "discard", "release", "clear duplicate", "confirm duplicate", "clock"]
_LATER += ["add", "contact", "cancel", "withdraw all"]
OF_THE_PRACTICE = ("submit", "withdraw", "withdraw all", "add", "contact", "cancel")
#: What a step's number says of a cancellation: the start date has come.
STARTED = 3
_PAUSES = [timedelta(minutes=minutes) for minutes in (0, 0, 1, 1, 2, 5, 10, 29, 30, 31)]


def random_step(rng: random.Random, case: Case, at: datetime) -> Step:
    """Anything that anybody may try; rather by whoever holds the case than by another."""
    acts = _ON_A_DRAFT if case.status is OrderStatus.DRAFT else _LATER
    act = acts[int(rng.random() * len(acts))]
    by = PEOPLE[int(rng.random() * len(PEOPLE))]
    luck = rng.random()
    if act in OF_THE_PRACTICE and luck < 0.8:
        by = PRACTICE
    elif case.hold is not None and luck < 0.7:
        by = FORMER_NURSE if by is STRANGER and case.hold.who == "nurse" else BY_NAME[case.hold.who]
    step = Step(act, by, at + _PAUSES[int(rng.random() * len(_PAUSES))], words="" if luck < 0.03 else "Said.")
    if act == "submit":
        lines = REQUESTS[int(rng.random() * len(REQUESTS))]
        return step._replace(lines=lines, flagged=rng.random() < 0.2, settled=rng.random() < 0.1)
    if act == "decide":
        return step._replace(outcomes=_outcomes(rng, case))
    if act in ("inform", "withdraw", "clear duplicate", "add", "cancel"):
        number, flagged = int(rng.random() * 4), case.flagged and act != "clear duplicate"
        return step._replace(number=number, flagged=flagged, settled=rng.random() < 0.1)
    return step


def _outcomes(rng: random.Random, case: Case) -> dict[int, Decision]:
    """A decision on some of the open lines, now and then on a line that is not open."""
    denies = rng.random()
    numbers = [number for number in case.open_lines if rng.random() < 0.7]
    if rng.random() < 0.05:
        numbers.append(int(rng.random() * 4))
    return {number: Decision.ADVERSE if rng.random() < denies else Decision.AUTHORIZED for number in numbers}


# --- what may never come of it ----------------------------------------------------------------------------


@dataclass
class Record:
    """What was done to one case, kept beside it."""

    holder: object = None
    held_until: datetime = BEGINNING
    talks: list[int] = field(default_factory=list)
    escalated: bool = False
    submitted: bool = False
    denied: dict[int, Decision] = field(default_factory=dict)

    def broken(self, number: int, before: Case, step: Step, after: Case) -> str:
        """The promise that this step broke, or ""; then the step is kept."""
        if before.status in ENDED:
            return self._wrong_after_the_end(before, step, after)
        if any(after.lines[line].decision is not made for line, made in before.decisions.items()):
            return "a decision was changed"
        new = {line: made for line, made in after.decisions.items() if line not in before.decisions}
        if Decision.ADVERSE in new.values() and (why := self._wrong_denial(step)):
            return why
        self._keep(number, step, after)
        return self._wrong_end(after)

    def _wrong_after_the_end(self, before: Case, step: Step, after: Case) -> str:
        """All that is done then: contact details, and an approval given back, which stays so."""
        if step.act == "contact":
            return "" if after == before else "contact details changed a case"
        if step.act != "cancel" or not before.order_id:
            return f"{step.act} was done to an ended case"
        gone = (after.order_id, after.disposition) == (False, Disposition.VOLUNTARILY_CANCELLED)
        return "" if gone and after.lines == before.lines else "a cancelled case kept something"

    def _wrong_denial(self, step: Step) -> str:
        if step.act != "decide" or Reviewer.PHYSICIAN not in step.by.reviews or step.by.entered:
            return f"denied by {step.act} of {step.by.who}"
        if not self.escalated:
            return "denied before physician review"
        if self.holder != step.by.who or self.held_until <= step.at:
            return "denied by somebody who does not hold the case"
        if not self.talks:
            return "denied before a talk was offered"
        return "" if step.words else "denied without a word"

    def _keep(self, number: int, step: Step, after: Case) -> None:
        if step.act == "take":
            self.holder, self.held_until = step.by.who, step.at + LEASE
        elif step.act in ("release", "escalate", "clock"):
            self.holder, self.escalated = None, self.escalated or step.act != "release"
        elif step.act == "offer":
            self.talks.append(number)
        elif step.act == "submit":
            self.submitted = True
        if step.act == "decide":
            self.denied |= {line: made for line, made in step.outcomes.items() if made is Decision.ADVERSE}

    def _wrong_end(self, after: Case) -> str:
        waits, ended = after.status in PENDING, after.status in ENDED
        if after.clocks_running != (self.submitted and waits):
            return "a clock runs without end" if after.clocks_running else "no clock runs"
        if not ended and (after.order_id or after.disposition not in (None, Disposition.IN_PROGRESS)):
            return "an open case has an end"
        if self.denied.keys() != {n for n, made in after.decisions.items() if made is Decision.ADVERSE}:
            return "a denial came or went without a physician's act"
        reviewed = [line for line in after.lines.values() if line.reviewed]
        left = [line for line in reviewed if line.decision is not Decision.WITHDRAWN]
        treatment = any(after.lines[number].role == "therapeutic" for number in self.denied)
        denied = bool(self.denied) and (treatment or len(self.denied) == len(left))
        if after.order_id and denied:
            return "a denied case has an Order ID"
        said_so = after.disposition is Disposition.NON_AUTHORIZED
        if after.status is OrderStatus.DETERMINED and denied != said_so:
            return f"a case ended as {after.disposition}"
        if ended and after.hold is not None:
            return "an ended case is held"
        return ""


# --- many of them -----------------------------------------------------------------------------------------


@dataclass
class Walked:
    """What many walks came to."""

    done: Counter[str] = field(default_factory=Counter)
    refused: Counter[tuple[str, str]] = field(default_factory=Counter)
    ends: Counter[str] = field(default_factory=Counter)
    denials: int = 0
    broken: list[str] = field(default_factory=list)

    def add(self, other: Walked) -> None:
        """These and others."""
        for name in ("done", "refused", "ends"):
            getattr(self, name).update(getattr(other, name))
        self.denials += other.denials
        self.broken += other.broken


def walk(sequences: int, steps: int, seed: int) -> Walked:
    """So many lives of so many steps; the seed says which."""
    found = Walked()
    for sequence in range(sequences):
        rng = random.Random(seed * 1_000_000_007 + sequence)
        case, record, at = Case("T123456782"), Record(), BEGINNING
        for number in range(steps):
            step = random_step(rng, case, at)
            at = step.at
            try:
                after = ACTS[step.act](case, step)
            except Refused as refused:
                found.refused[step.act, refused.code] += 1
                continue
            if why := record.broken(number, case, step, after):
                found.broken.append(f"seed {seed}, sequence {sequence}, step {number}: {why}")
                break
            found.done[step.act] += 1
            case = after
        found.denials += len(record.denied)
        found.ends[case.disposition or case.status] += 1
    return found


def never(found: Walked) -> set[str]:
    """The acts, refusals and ends that did not occur; of refusals those that a life can raise."""
    raised = [refusals.IllegalTransition, *vars(lifecycle).values()]
    kinds = {kind for kind in raised if isinstance(kind, type) and issubclass(kind, Refused)}
    wanted = {*ACTS, *(kind.code for kind in kinds), *Disposition}
    return wanted - {*found.done, *found.ends, *(code for _, code in found.refused)}


def told(found: Walked) -> str:
    """The counts, a line each."""
    codes: Counter[str] = Counter()
    for (_, code), count in found.refused.items():
        codes[code] += count
    parts = {"done": found.done, "refused": codes, "stands as": found.ends}
    lines = [
        f"{part:9} {name:26} {count:>10}"
        for part, counts in parts.items()
        for name, count in counts.most_common()
    ]
    return "\n".join([*lines, f"drugs denied {found.denials}, promises broken {len(found.broken)}"])


def main() -> int:
    """Walk in two processes; the exit code tells whether a promise was broken."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--sequences", type=int, default=1_000_000)
    parser.add_argument("--steps", type=int, default=30)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    parts, found = 20, Walked()
    with ProcessPoolExecutor(2) as pool:
        sizes = [asked.sequences // parts] * parts
        seeds = [asked.seed * parts + part for part in range(parts)]
        for part in pool.map(walk, sizes, [asked.steps] * parts, seeds):
            found.add(part)
            print(f"{sum(found.ends.values())} walked, {len(found.broken)} broken", file=sys.stderr)
    print(told(found))
    print(f"{sum(sizes)} sequences of {asked.steps} steps, seed {asked.seed}")
    for line in [*found.broken[:20], *(f"never occurred: {name}" for name in never(found))]:
        print(line)
    return bool(found.broken or never(found))


if __name__ == "__main__":
    sys.exit(main())
