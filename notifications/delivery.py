"""Delivering one message of the outbox."""

from __future__ import annotations

from django.db import transaction

from notifications import outbox
from notifications.clock import now
from notifications.messages import MAILS
from notifications.models import Delivery, OutboxMessage
from notifications.names import MessageName
from notifications.transports import email
from notifications.transports.base import TransportError


def deliver_message(message_pk: int) -> Delivery | None:
    """Hand the message over and store how it went; None if there was nothing to do.

    Safe to run twice or late: a message that was sent, is held or is not yet due is left alone.
    Nothing is in a transaction while the mail server is spoken to.
    """
    message = outbox.claim(message_pk)
    if message is None:
        return None
    try:
        email.hand_over(message)
    except TransportError as error:
        with transaction.atomic():
            outbox.failed(message, str(error), permanent=error.permanent)
            return _store(message, Delivery.Outcome.FAILED)
    except Exception as error:
        # A fault of ours (a template, a payload): kept visible on the row, and raised for the log.
        outbox.failed(message, f"fault in the portal: {type(error).__name__}")
        raise
    with transaction.atomic():
        outbox.done(message)
        return _store(message, Delivery.Outcome.SENT)


def _store(message: OutboxMessage, outcome: Delivery.Outcome) -> Delivery:
    mail = MAILS[MessageName(message.name)]
    return Delivery.objects.create(
        message=message,
        recipient_id=message.payload["user"],
        address=message.payload["address"],
        channel=email.CHANNEL,
        template=mail.template,
        template_version=mail.version,
        mail_message_id=email.message_id(message),
        at=now(),
        outcome=outcome,
        possible_repeat=message.unconfirmed > 0,
    )
