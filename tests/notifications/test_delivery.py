"""Delivery by e-mail: once, with the same Message-ID each time, without patient data (R-271, D-42, G-05)."""

from __future__ import annotations

import smtplib
from datetime import timedelta

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend

from notifications import outbox, tasks
from notifications.delivery import deliver_message
from notifications.models import Delivery, OutboxMessage
from notifications.names import MessageName

State = OutboxMessage.State
pytestmark = pytest.mark.django_db


@pytest.fixture
def message() -> OutboxMessage:
    return outbox.enqueue(
        MessageName.CASE_STATUS_CHANGED,
        key="one",
        user=7,
        address="a.rivera@practice.invalid",
        reference="T123456789",
        plan="Blue Cross & Blue Shield of Massachusetts",
        path="/orders/T123456789/",
    )


@pytest.fixture
def mail_server(monkeypatch):
    """Make the mail server answer with an error."""

    def answer_with(error: Exception) -> None:
        def send(self, messages):
            raise error

        monkeypatch.setattr(EmailBackend, "send_messages", send)

    return answer_with


def test_the_mail_says_that_the_status_changed_and_nothing_of_the_patient(message, settings):
    settings.PORTAL_BASE_URL = "https://portal.example/"
    deliver_message(message.pk)
    (sent,) = mail.outbox
    assert sent.to == ["a.rivera@practice.invalid"]
    assert sent.subject == "Status changed: T123456789"
    assert sent.body == (
        "The status of a request that you entered in ProviderPortal has changed.\n\n"
        "Tracking number: T123456789\n"
        "Health plan: Blue Cross & Blue Shield of Massachusetts\n\n"
        "Sign in to see it:\nhttps://portal.example/orders/T123456789/\n\n"
        "This message holds no patient information. Please do not reply to it.\n\n"
    )


def test_a_delivery_is_stored_with_template_and_message_id(message):
    deliver_message(message.pk)
    stored = Delivery.objects.get()
    assert (stored.recipient_id, stored.address) == (7, "a.rivera@practice.invalid")
    assert (stored.channel, stored.template, stored.template_version) == ("email", "case_status_changed", 1)
    assert stored.mail_message_id == mail.outbox[0].extra_headers["Message-ID"]
    assert (stored.outcome, stored.possible_repeat) == (Delivery.Outcome.SENT, False)


def test_delivered_twice_is_one_mail(message):
    """G-06: the second delivery of one task changes nothing."""
    tasks.deliver(message.pk)
    tasks.deliver(message.pk)
    assert len(mail.outbox) == 1
    assert Delivery.objects.count() == 1


def test_a_task_whose_message_is_gone_does_nothing(message):
    tasks.deliver(message.pk + 1)
    assert mail.outbox == []


@pytest.mark.parametrize(
    "error",
    [
        smtplib.SMTPServerDisconnected("gone"),
        smtplib.SMTPResponseException(451, b"try later"),
        TimeoutError("60 s"),
        ConnectionRefusedError(111, "refused"),
    ],
)
def test_a_mail_server_that_fails_is_tried_again_later(message, mail_server, error):
    mail_server(error)
    deliver_message(message.pk)
    message.refresh_from_db()
    assert (message.state, message.attempts) == (State.QUEUED, 1)
    assert message.last_error == f"mail server: {type(error).__name__}"
    assert Delivery.objects.get().outcome == Delivery.Outcome.FAILED


@pytest.mark.parametrize(("code", "state"), [(550, State.FAILED), (450, State.QUEUED)])
def test_a_refused_address_is_given_up_only_when_refused_for_good(message, mail_server, code, state):
    mail_server(smtplib.SMTPRecipientsRefused({"a.rivera@practice.invalid": (code, b"no such person")}))
    deliver_message(message.pk)
    message.refresh_from_db()
    assert message.state == state
    assert "no such person" not in message.last_error


def test_a_fault_of_the_portal_is_kept_on_the_row_and_raised(message, monkeypatch):
    monkeypatch.setattr("notifications.transports.email.render_to_string", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        deliver_message(message.pk)
    message.refresh_from_db()
    assert (message.state, message.last_error) == (State.QUEUED, "fault in the portal: ZeroDivisionError")


def test_a_worker_lost_after_the_server_accepted_repeats_with_the_same_message_id(
    message, mail_server, monkeypatch
):
    """G-05: the only possible repeat is counted, and carries the same Message-ID."""
    with monkeypatch.context() as patched:
        patched.setattr("notifications.delivery.outbox.done", lambda _: _lose_the_worker())
        with pytest.raises(SystemExit):
            deliver_message(message.pk)
    OutboxMessage.objects.update(
        claimed_at=OutboxMessage.objects.get().claimed_at - outbox.STUCK_AFTER - timedelta(seconds=1)
    )
    tasks.sweep_outbox()
    deliver_message(message.pk)
    first, second = mail.outbox
    assert first.extra_headers["Message-ID"] == second.extra_headers["Message-ID"]
    assert [delivery.possible_repeat for delivery in Delivery.objects.all()] == [True]


def _lose_the_worker() -> None:
    raise SystemExit(9)
