"""Orders that the contact center enters for a practice: who asked, what was told, who waits for a call."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q


class OutageReason(models.TextChoices):
    """Why a request comes by phone, fax or mail where the plan takes electronic ones only (R-378, D-38)."""

    POWER = "power", "Power outage at the office"
    INTERNET = "internet", "Internet outage at the office"
    PORTAL = "portal", "The portal cannot be reached"
    OFFICE_SYSTEM = "office_system", "The office’s own system is down"
    OTHER = "other", "Another temporary technical problem"


class CallerRequest(models.Model):
    """What the contact center keeps of the request that it enters as an order (R-376, R-380, D-38, D-41).

    How the request came is the order's `channel`.  `received_at` is when a fax or letter arrived, null
    for a call, which counts from its submission.  `outage_reason` repeats the answer of the first step
    for the report.  Nothing here changes once the order is submitted.
    """

    order = models.OneToOneField("orders.Order", on_delete=models.PROTECT, related_name="caller_request")
    name = models.CharField(max_length=80, help_text="Who called or signed: staff of the practice.")
    phone = models.CharField(max_length=40)
    email = models.EmailField(blank=True, default="")
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    received_at = models.DateTimeField(null=True)
    outage_reason = models.CharField(max_length=15, choices=OutageReason.choices, blank=True, default="")
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    entered_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="a_caller_has_a_name_and_a_number", condition=~Q(name="") & ~Q(phone="")
            ),
            models.CheckConstraint(
                name="nothing_is_received_after_it_is_entered",
                condition=Q(received_at__isnull=True) | Q(received_at__lte=models.F("entered_at")),
            ),
        ]


class CallTask(models.Model):
    """A call that the contact center waits for, or owes (D-37, D-41).

    An urgent draft waits for the practice to call; it is closed when an agent takes the draft, or when it
    is urgent no longer.  A call back is owed when nobody gets an e-mail: `told_to` says who was told.
    """

    class Kind(models.TextChoices):
        URGENT_DRAFT = "urgent_draft", "Urgent draft waiting for a call"
        CALL_BACK = "call_back", "Call back"

    order = models.ForeignKey("orders.Order", on_delete=models.PROTECT, related_name="call_tasks")
    kind = models.CharField(max_length=15, choices=Kind.choices)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    told_to = models.CharField(max_length=80, blank=True, default="")
    told_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["order", "kind"],
                condition=Q(closed_at__isnull=True),
                name="one_open_call_task_per_order_and_kind",
            ),
            models.CheckConstraint(
                name="a_closed_call_task_says_when_and_by_whom",
                condition=Q(closed_at__isnull=True, closed_by__isnull=True)
                | Q(closed_at__isnull=False, closed_by__isnull=False),
            ),
            models.CheckConstraint(
                name="a_call_back_ends_with_who_was_told_and_when",
                condition=~Q(kind="call_back")
                | Q(closed_at__isnull=True)
                | Q(told_at__isnull=False) & ~Q(told_to=""),
            ),
        ]
        indexes = [
            # orders.calls: open tasks, oldest first.
            models.Index(
                fields=["kind", "opened_at", "id"],
                condition=Q(closed_at__isnull=True),
                name="call_task_open",
            ),
        ]


class ToldItem(models.Model):
    """One thing of the outcome that an agent read to the caller: who, when; append-only (R-311).

    `case_status` is what the order was then: what is decided later has to be told anew.
    """

    class Item(models.TextChoices):
        DECISION = "decision", "What was decided"
        ORDER_ID = "order_id", "Order ID"
        VALID_DATES = "valid_dates", "Valid dates"
        S_CODES = "s_codes", "S-codes"
        DUE = "due", "When the decision is due"
        MISSING = "missing", "What is still missing"

    order = models.ForeignKey("orders.Order", on_delete=models.PROTECT, related_name="told_items")
    item = models.CharField(max_length=15, choices=Item.choices)
    case_status = models.CharField(max_length=25)
    told_at = models.DateTimeField()
    told_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["order", "item", "case_status"], name="an_item_is_told_once_per_case_status"
            ),
        ]
        ordering = ["told_at", "id"]
