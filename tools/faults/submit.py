"""Submissions hurt in every way, and the count of what was lost, doubled or half done."""

from __future__ import annotations

import http.client
import random
import statistics
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from tools.faults.client import Answer, Client, Fields
from tools.faults.ledger import Shape
from tools.faults.stage import Stage

# One is determined on the spot; one, of which there are fewer members, opens a case for a nurse.
SCENARIOS = {"lung-high-pdl1": 2 / 3, "myeloma-custom": 1 / 3}
TRIES = 5
CAUGHT_UP_SECONDS = 120


@dataclass
class Report:
    """What a run did and found; good when `faults` is empty."""

    seed: int
    told: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        told = ", ".join(f"{count} {what}" for what, count in self.told.items())
        faults = "\n".join(f"FAULT {fault}" for fault in self.faults)
        return f"{told} (seed {self.seed})\n{faults or 'nothing lost, doubled or half done'}"


@dataclass(frozen=True)
class Rehearsal:
    """What an unhurt submission of a scenario looks like: time, statements, commits and rows."""

    seconds: float
    statements: int
    commits: int
    shape: Shape


def review_path(reference: str) -> str:
    """The address of the review step, to which the order is submitted."""
    return f"/orders/{reference}/review/"


def form_of(client: Client, reference: str) -> Fields:
    """The review page's form, confirmed, as the Submit button sends it."""
    return client.form(review_path(reference)) | {"confirmed": "on", "do": "submit"}


def rehearse(stage: Stage, client: Client, scenario: str, *, times: int = 3) -> Rehearsal:
    """Submit some drafts without a fault."""
    seconds, answers, references = [], [], stage.drafts(times, scenario)
    for reference in references:
        form = form_of(client, reference)
        started = time.monotonic()
        answers.append(client.post(review_path(reference), form, fault="count"))
        seconds.append(time.monotonic() - started)
    shapes = {stage.ledger.shape(reference) for reference in references}
    if len(shapes) != 1 or any(answer.status != 302 for answer in answers):
        raise RuntimeError(f"{scenario}: unhurt submissions differ: {[a.status for a in answers]} {shapes}")
    last = answers[-1]
    return Rehearsal(statistics.median(seconds), last.statements, last.commits, shapes.pop())


# --- Kills ----------------------------------------------------------------------------------------


def kill_run(stage: Stage, *, kills: int, seed: int) -> Report:
    """Kill the web server in the middle of a submission, replace it, send the same form again (G-01).

    Half of the kills fall at a random moment; the others at a chosen phase, so that each phase is hit.
    """
    chance = random.Random(seed)
    report = Report(seed)
    stage.start_worker()
    client = stage.client()
    rehearsals = {scenario: rehearse(stage, client, scenario) for scenario in SCENARIOS}
    orders = {
        reference: scenario
        for scenario in SCENARIOS
        for reference in stage.drafts(round(kills * SCENARIOS[scenario]), scenario)
    }
    count_before = stage.ledger.order_count()
    for reference, scenario in orders.items():
        fault = _choose(chance, rehearsals[scenario])
        client = _submit_hurt(stage, client, reference, fault, report)
    for reference, scenario in orders.items():
        _compare(stage, reference, rehearsals[scenario].shape, report)
    if stage.ledger.order_count() != count_before:
        report.faults.append(f"{stage.ledger.order_count() - count_before} orders too many")
    _wait_for_messages(stage, report)
    return report


def _choose(chance: random.Random, rehearsal: Rehearsal) -> str:
    """A fault's place: a moment in seconds, or one of the switch's phases."""
    if chance.random() < 0.5:
        return f"moment {chance.uniform(0, 1.2 * rehearsal.seconds):.4f}"
    return chance.choice(
        [
            "entry",
            f"statement {chance.randint(1, rehearsal.statements)}",
            f"statement {chance.randint(1, rehearsal.statements)}",
            f"commit {chance.randint(1, rehearsal.commits)}",
            f"commit {rehearsal.commits}",
            "answer",
        ]
    )


def _submit_hurt(stage: Stage, client: Client, reference: str, fault: str, report: Report) -> Client:
    form = form_of(client, reference)
    answered = _post_and_kill(stage, client, reference, form, fault)
    if answered:
        report.told["kills after the answer"] += 1
    elif stage.ledger.is_submitted(reference):
        report.told["kills between commit and answer"] += 1
    else:
        report.told["kills before the commit"] += 1
    for _ in range(TRIES):
        client = client.at(stage.next_web().port)
        try:
            answer = client.post(review_path(reference), form)
        except (OSError, http.client.HTTPException):
            continue
        if (answer.status, answer.location) != (302, f"/orders/{reference}/"):
            report.faults.append(
                f"{reference} after {fault}: the retry got {answer.status} {answer.location}"
            )
        return client
    report.faults.append(f"{reference} after {fault}: no answer in {TRIES} tries")
    return client


def _post_and_kill(stage: Stage, client: Client, reference: str, form: Fields, fault: str) -> bool:
    """Send the form, have the server killed; whether an answer came first."""
    where, _, number = fault.partition(" ")
    timer = threading.Timer(float(number), stage.web.kill) if where == "moment" and stage.web else None
    if timer:
        timer.start()
    try:
        client.post(review_path(reference), form, fault="" if timer else fault)
    except (OSError, http.client.HTTPException):
        return False
    finally:
        if timer:
            timer.join()
    return True


def _compare(stage: Stage, reference: str, expected: Shape, report: Report) -> None:
    differences = expected.differences(stage.ledger.shape(reference))
    report.told["orders compared"] += 1
    if differences:
        report.faults.append(f"{reference}: {'; '.join(differences)}")


def _wait_for_messages(stage: Stage, report: Report) -> None:
    """Every message owed is handed over within two minutes of the last restart, each once (G-02)."""
    deadline = time.monotonic() + CAUGHT_UP_SECONDS
    while stage.ledger.open_messages() and time.monotonic() < deadline:
        time.sleep(0.5)
    for count, fault in (
        (stage.ledger.open_messages(), "messages still open after two minutes"),
        (stage.ledger.messages_not_sent_once(), "messages not handed over exactly once"),
    ):
        if count:
            report.faults.append(f"{count} {fault}")


# --- The same form at once, and the same key again --------------------------------------------------


def twins_run(stage: Stage, *, forms: int, at_once: int = 8, seed: int = 0) -> Report:
    """Send each form eight times at once: one order, identical answers (G-08)."""
    report = Report(seed)
    client = stage.client()
    for scenario, share in SCENARIOS.items():
        expected = rehearse(stage, client, scenario).shape
        for reference in stage.drafts(round(forms * share), scenario):
            answers = _post_at_once(client, reference, at_once)
            report.told["forms"] += 1
            report.told["posts"] += len(answers)
            seen = {(answer.status, answer.location) for answer in answers}
            if seen != {(302, f"/orders/{reference}/")}:
                report.faults.append(f"{reference}: the answers differ: {sorted(seen)}")
            _compare(stage, reference, expected, report)
    return report


def _post_at_once(client: Client, reference: str, at_once: int) -> list[Answer]:
    form = form_of(client, reference)
    barrier = threading.Barrier(at_once)

    def post(_: int) -> Answer:
        # Cookies of its own, as eight windows of one browser share them but do not race for them here.
        twin = Client(client.port, dict(client.cookies))
        barrier.wait()
        return twin.post(review_path(reference), form)

    with ThreadPoolExecutor(at_once) as pool:
        return list(pool.map(post, range(at_once)))


def reuse_run(stage: Stage, *, forms: int, seed: int = 0) -> Report:
    """Send a submitted form's key again, with other content and on another draft (G-09)."""
    report = Report(seed)
    client = stage.client()
    scenario = next(iter(SCENARIOS))
    for reference, other in zip(stage.drafts(forms, scenario), stage.drafts(forms, scenario), strict=True):
        form, other_form = form_of(client, reference), form_of(client, other)
        client.post(review_path(reference), form)
        before = stage.ledger.shape(reference)
        changed = client.post(review_path(reference), form | {"notes": "other content under the same key"})
        stolen = client.post(review_path(other), other_form | {"idempotency_key": form["idempotency_key"]})
        report.told[f"same order, other content: answered {changed.status}"] += 1
        report.told[f"other order, same key: answered {stolen.status}"] += 1
        if before.differences(stage.ledger.shape(reference)):
            report.faults.append(f"{reference} was changed by a reuse of its key")
        if stage.ledger.is_submitted(other):
            report.faults.append(f"{other} was submitted under the key of {reference}")
    return report
