"""Audit events, messages to the outside, and what became of them."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class AuditEvent(models.Model):
    """One thing that somebody did or read, for auditors; append-only, and no logic reads it.

    Everything is a plain value, so that the row outlives what it speaks of: `subject` is
    "order:T123456789", `actor_id` the user's key with his name beside it (null = the system).
    `details` never holds a member's name, a birth date, a member number or an answer of an order.
    """

    at = models.DateTimeField()
    name = models.CharField(max_length=40)
    actor_id = models.BigIntegerField(null=True)
    actor_name = models.CharField(max_length=150)
    subject = models.CharField(max_length=80)
    member = models.CharField(max_length=40, blank=True, default="")
    practice = models.CharField(max_length=40, blank=True, default="")
    outcome = models.CharField(max_length=40, blank=True, default="")
    request_id = models.CharField(max_length=64, blank=True, default="")
    details = models.JSONField(default=dict)

    class Meta:
        indexes = [
            # The auditor's three questions: what happened to this, what did he do, who read this member.
            models.Index(fields=["subject", "at"], name="audit_by_subject"),
            models.Index(fields=["actor_id", "at"], name="audit_by_actor"),
            models.Index(fields=["member", "at"], condition=~Q(member=""), name="audit_by_member"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.subject}"


class OutboxMessage(models.Model):
    """One message owed to one recipient, written in the transaction of its cause.

    The row is the truth; the queue only wakes a worker.  `attempts` counts claims, `unconfirmed`
    those of them that ended with neither success nor failure (the worker died): only such a message
    can have been sent twice.
    """

    class State(models.TextChoices):
        QUEUED = "queued", "Queued"
        SENDING = "sending", "Being sent"
        SENT = "sent", "Sent"
        FAILED = "failed", "Given up"

    name = models.CharField(max_length=40)
    key = models.CharField(max_length=200, unique=True)
    payload = models.JSONField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    unconfirmed = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField()
    next_try_at = models.DateTimeField()
    claimed_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    last_error = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="a_sent_message_says_when",
                condition=Q(state="sent", sent_at__isnull=False) | ~Q(state="sent") & Q(sent_at__isnull=True),
            ),
        ]
        indexes = [
            # notifications.outbox.heal: open messages by their time.
            models.Index(
                fields=["next_try_at"], condition=Q(state__in=["queued", "sending"]), name="outbox_open"
            ),
        ]

    def __str__(self) -> str:
        return self.key


class Delivery(models.Model):
    """One attempt to hand a message over, and how it ended; append-only.

    `mail_message_id` is the e-mail's Message-ID: the same for each attempt of one message, so that a
    repeat after a crash is recognised by the recipient's mail system.
    """

    class Outcome(models.TextChoices):
        SENT = "sent", "Sent"
        FAILED = "failed", "Failed"

    message = models.ForeignKey(OutboxMessage, on_delete=models.PROTECT, related_name="deliveries")
    recipient_id = models.BigIntegerField(null=True)
    address = models.CharField(max_length=254)
    channel = models.CharField(max_length=20)
    template = models.CharField(max_length=60)
    template_version = models.PositiveSmallIntegerField()
    mail_message_id = models.CharField(max_length=200)
    at = models.DateTimeField()
    outcome = models.CharField(max_length=10, choices=Outcome.choices)
    possible_repeat = models.BooleanField(default=False)

    class Meta:
        ordering = ["at", "id"]
        verbose_name_plural = "deliveries"

    def __str__(self) -> str:
        return f"{self.mail_message_id} {self.outcome}"
