"""E-mail: plain text from a template and the few values that the message's entry allows (D-42)."""

from __future__ import annotations

import smtplib
from email.utils import parseaddr

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string

from notifications.messages import MAILS
from notifications.models import OutboxMessage
from notifications.names import MessageName
from notifications.transports.base import TransportError

CHANNEL = "email"


def hand_over(message: OutboxMessage) -> None:
    """Send one message to its address; raises TransportError when the mail server did not take it."""
    mail = MAILS[MessageName(message.name)]
    context = {field: message.payload[field] for field in mail.fields}
    context["base_url"] = settings.PORTAL_BASE_URL.rstrip("/")
    email = EmailMessage(
        subject=render_to_string(f"emails/{mail.template}.subject.txt", context).strip(),
        body=render_to_string(f"emails/{mail.template}.txt", context),
        to=[message.payload["address"]],
        headers={"Message-ID": message_id(message), "Auto-Submitted": "auto-generated"},
    )
    try:
        email.send()
    except smtplib.SMTPRecipientsRefused as error:
        codes = sorted(code for code, _ in error.recipients.values())
        raise TransportError(f"recipient refused {codes}", permanent=all(c >= 500 for c in codes)) from error
    except (smtplib.SMTPException, OSError) as error:
        raise TransportError(f"mail server: {type(error).__name__}") from error


def message_id(message: OutboxMessage) -> str:
    """The Message-ID: the same for each attempt, so that a repeat is recognised as one (G-05)."""
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2]
    return f"<outbox-{message.pk}-{message.created_at:%Y%m%d%H%M%S%f}@{domain}>"
