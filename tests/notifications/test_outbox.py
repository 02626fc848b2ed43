"""The outbox: one message per cause and recipient, claimed once, retried, healed (G-02, G-06, G-07)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction

from notifications import outbox
from notifications.models import OutboxMessage
from notifications.names import MessageName

State = OutboxMessage.State
NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)

PAYLOAD = {
    "user": 7,
    "address": "a.rivera@practice.invalid",
    "reference": "T123456789",
    "plan": "BCBSMA",
    "path": "/orders/T123456789/",
}


def owe(key: str = "one") -> OutboxMessage:
    return outbox.enqueue(MessageName.CASE_STATUS_CHANGED, key=key, **PAYLOAD)


@pytest.fixture
def woken(monkeypatch):
    """The keys of the messages for which a worker was woken, in order."""
    woken: list[int] = []
    monkeypatch.setattr(outbox, "wake_worker", woken.append)
    return woken


@pytest.mark.django_db
def test_the_same_key_owes_one_message(woken, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        first, second = owe(), owe()
    assert first.pk == second.pk
    assert woken == [first.pk]


@pytest.mark.django_db(transaction=True)
def test_a_cause_that_rolls_back_owes_nothing_and_wakes_nobody(woken):
    with transaction.atomic():
        owe()
        transaction.set_rollback(True)
    assert not OutboxMessage.objects.exists()
    assert woken == []


@pytest.mark.django_db(transaction=True)
def test_a_broker_that_is_down_does_not_fail_the_cause(monkeypatch, caplog):
    def refuse(*args, **kwargs):
        raise ConnectionRefusedError("no broker")

    monkeypatch.setattr(outbox.current_app, "send_task", refuse)
    with transaction.atomic():
        owe()
    assert OutboxMessage.objects.get().state == State.QUEUED
    assert "the sweep will" in caplog.text


@pytest.mark.parametrize("changed", [{"member_name": "x"}, {"birth_date": "1960-01-01"}])
@pytest.mark.django_db
def test_a_value_that_the_message_does_not_list_is_refused(changed):
    """D-42: no patient data can get into a message by mistake."""
    with pytest.raises(ValueError, match="takes address, path, plan, reference, user"):
        outbox.enqueue(MessageName.CASE_STATUS_CHANGED, key="one", **PAYLOAD, **changed)


@pytest.mark.django_db
def test_a_message_is_claimed_once():
    message = owe()
    assert outbox.claim(message.pk).attempts == 1
    assert outbox.claim(message.pk) is None


@pytest.mark.django_db
def test_a_sent_message_is_not_claimed_again():
    held = outbox.claim(owe().pk)
    outbox.done(held)
    held.refresh_from_db()
    assert held.state == State.SENT
    assert outbox.claim(held.pk) is None


@pytest.mark.django_db
def test_a_failed_attempt_is_tried_again_later_and_not_before():
    with time_machine.travel(NOON, tick=False) as clock:
        outbox.failed(outbox.claim(owe().pk), "mail server: timeout")
        message = OutboxMessage.objects.get()
        assert (message.state, message.next_try_at) == (State.QUEUED, NOON + timedelta(seconds=30))
        assert outbox.claim(message.pk) is None
        clock.move_to(NOON + timedelta(seconds=30))
        assert outbox.claim(message.pk).attempts == 2


@pytest.mark.parametrize(
    ("attempts", "seconds"), [(1, 30), (2, 60), (3, 120), (7, 1920), (8, 3600), (30000, 3600)]
)
def test_the_delay_doubles_up_to_an_hour(attempts, seconds):
    assert outbox.retry_delay(attempts) == timedelta(seconds=seconds)


@pytest.mark.django_db
def test_a_permanent_failure_is_given_up_at_once():
    outbox.failed(outbox.claim(owe().pk), "recipient refused [550]", permanent=True)
    assert OutboxMessage.objects.get().state == State.FAILED


@pytest.mark.django_db
def test_the_last_attempt_gives_up_and_keeps_its_error():
    message = owe()
    OutboxMessage.objects.update(attempts=outbox.MAX_ATTEMPTS - 1)
    outbox.failed(outbox.claim(message.pk), "x" * 500)
    message.refresh_from_db()
    assert message.state == State.FAILED
    assert message.last_error == "x" * 200


@pytest.mark.django_db
def test_a_worker_that_comes_back_late_cannot_fail_a_later_attempt():
    with time_machine.travel(NOON, tick=False) as clock:
        late = outbox.claim(owe().pk)
        clock.shift(timedelta(seconds=61))
        outbox.heal()
        second = outbox.claim(late.pk)
        outbox.failed(late, "too late")
        second.refresh_from_db()
        assert (second.state, second.last_error) == (State.SENDING, "the worker that held it stopped")


class TestHeal:
    """What the queue or a dead worker lost comes back (G-07, recipe 4)."""

    @pytest.mark.django_db
    def test_a_lost_wake_up_is_repeated_but_not_at_every_sweep(self, woken):
        with time_machine.travel(NOON, tick=False) as clock:
            message = owe()
            assert outbox.heal() == 0
            clock.shift(outbox.WAKE_UP_LOST_AFTER)
            assert outbox.heal() == 1
            clock.shift(timedelta(seconds=15))
            assert outbox.heal() == 0
            clock.shift(timedelta(seconds=15))
            assert outbox.heal() == 1
        assert woken == [message.pk, message.pk]

    @pytest.mark.django_db
    def test_what_a_dead_worker_held_is_freed_and_counted(self, woken):
        with time_machine.travel(NOON, tick=False) as clock:
            held = outbox.claim(owe().pk)
            clock.shift(outbox.STUCK_AFTER - timedelta(seconds=1))
            assert outbox.heal() == 0
            clock.shift(timedelta(seconds=1))
            assert outbox.heal() == 1
            held.refresh_from_db()
            assert (held.state, held.unconfirmed) == (State.QUEUED, 1)
            assert outbox.claim(held.pk).attempts == 2

    @pytest.mark.django_db
    def test_a_message_that_kills_each_worker_is_given_up(self, woken):
        with time_machine.travel(NOON, tick=False) as clock:
            held = outbox.claim(owe().pk)
            OutboxMessage.objects.update(attempts=outbox.MAX_ATTEMPTS)
            clock.shift(outbox.STUCK_AFTER)
            assert outbox.heal() == 0
            held.refresh_from_db()
            assert held.state == State.FAILED

    @pytest.mark.django_db
    def test_after_three_days_each_is_woken_once_oldest_first(self, woken):
        with time_machine.travel(NOON, tick=False) as clock:
            pks = []
            for number in range(5):
                pks.append(owe(f"message {number}").pk)
                clock.shift(timedelta(seconds=1))
            clock.shift(timedelta(days=3))
            assert outbox.heal() == 5
        assert woken == pks


@pytest.mark.django_db
def test_the_database_refuses_a_sent_message_without_its_moment():
    message = owe()
    with pytest.raises(IntegrityError), transaction.atomic():
        OutboxMessage.objects.filter(pk=message.pk).update(state=State.SENT)
