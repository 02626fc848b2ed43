"""The order: one request for one regimen of one member."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from orders.rules.following import FollowOn
from orders.rules.states import FINAL, PENDING, WITH_ORDER_ID, Disposition, OrderStatus


class Order(models.Model):
    """One order, from the first click to its end; only `orders.actions` writes it.

    `reference` is the tracking number (T and nine digits) and exists from the first click;
    `order_id` is the authorization number and exists only in the dispositions of
    `states.WITH_ORDER_ID` (R-295, R-296, D-15, DR-19).  Submission binds the order to the program
    terms and releases it was judged by, for good (DR-03).

    `follows` is the earlier order of the practice that this one was copied from or cites, `follows_as`
    a `FollowOn`.  `treatment_until` is the last day of authorized treatment, which a continuation
    follows; `ended_on` the last day before another order replaced this one (DR-11, R-318).
    """

    class Solution(models.TextChoices):
        MEDICAL_ONCOLOGY = "medical_oncology", "Medical oncology"
        RADIATION_ONCOLOGY = "radiation_oncology", "Radiation oncology"

    class Urgency(models.TextChoices):
        STANDARD = "standard", "Standard"
        EXPEDITED = "expedited", "Urgent (expedited)"

    class Channel(models.TextChoices):
        PORTAL = "portal", "Portal"
        PHONE = "phone", "Phone"
        FAX = "fax", "Fax"
        MAIL = "mail", "Mail"

    #: Requests on paper: received before they are keyed in (R-380).
    WRITTEN = frozenset({Channel.FAX, Channel.MAIL})

    reference = models.CharField(max_length=10, unique=True)
    practice = models.ForeignKey("members.Practice", on_delete=models.PROTECT, related_name="orders")
    solution = models.CharField(max_length=20, choices=Solution.choices, default=Solution.MEDICAL_ONCOLOGY)
    channel = models.CharField(max_length=10, choices=Channel.choices, default=Channel.PORTAL)
    status = models.CharField(
        max_length=20, choices=[(s.value, s.value) for s in OrderStatus], default=OrderStatus.DRAFT.value
    )
    disposition = models.CharField(
        max_length=25, choices=[(d.value, d.value) for d in Disposition], blank=True, default=""
    )

    created_at = models.DateTimeField()
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    updated_at = models.DateTimeField()

    # Known while drafting as far as the steps are answered; fixed at submission.
    plan = models.ForeignKey("members.Plan", on_delete=models.PROTECT, null=True, related_name="+")
    program = models.ForeignKey("members.Program", on_delete=models.PROTECT, null=True, related_name="orders")
    member = models.ForeignKey("members.Member", on_delete=models.PROTECT, null=True, related_name="orders")
    coverage = models.ForeignKey("members.Coverage", on_delete=models.PROTECT, null=True, related_name="+")
    ordering_provider = models.ForeignKey(
        "members.Provider", on_delete=models.PROTECT, null=True, related_name="orders"
    )
    ordering_site = models.ForeignKey("members.Site", on_delete=models.PROTECT, null=True, related_name="+")
    servicing_site = models.ForeignKey("members.Site", on_delete=models.PROTECT, null=True, related_name="+")
    primary_diagnosis = models.CharField(max_length=8, blank=True, default="")
    tumor = models.CharField(max_length=30, blank=True, default="")
    regimen_name = models.CharField(max_length=300, blank=True, default="")
    start_on = models.DateField(null=True)
    planned_end_on = models.DateField(null=True)
    urgency = models.CharField(max_length=10, choices=Urgency.choices, default=Urgency.STANDARD)

    follows = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="follow_ons")
    follows_as = models.CharField(
        max_length=15, choices=[(kind.value, kind.value) for kind in FollowOn], blank=True, default=""
    )

    #: The clinical answers under which the rules' forecast was first shown; see orders/changes.py.
    forecast_facts = models.JSONField(null=True)

    # Written by submission.  Received is when the clocks began: for a fax or letter before it was keyed in.
    received_at = models.DateTimeField(null=True)
    submitted_at = models.DateTimeField(null=True)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    idempotency_key = models.CharField(max_length=64, blank=True, default="")
    submission_hash = models.CharField(max_length=64, blank=True, default="")
    terms = models.ForeignKey("members.ProgramTerms", on_delete=models.PROTECT, null=True, related_name="+")
    pathway_release = models.ForeignKey(
        "pathways.Release", on_delete=models.PROTECT, null=True, related_name="+"
    )
    policy_release = models.ForeignKey(
        "pathways.Release", on_delete=models.PROTECT, null=True, related_name="+"
    )

    # What the practice keeps right after submission (D-40).
    contact_phone = models.CharField(
        max_length=40, blank=True, default="", help_text="Empty: the one of the form stands."
    )
    news_at = models.DateTimeField(
        null=True, help_text="When the practice last added what no reviewer has confirmed yet (R-095)."
    )

    # Projections of the ledger and of the determinations, written in the same transaction as these.
    due_at = models.DateTimeField(null=True)
    escalate_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)
    order_id = models.CharField(max_length=9, unique=True, null=True)  # noqa: DJ001 - unique unless null
    pathway_eligible = models.BooleanField(null=True)
    pathway_eligible_id = models.CharField(max_length=10, unique=True, null=True)  # noqa: DJ001
    valid_from = models.DateField(null=True)
    valid_to = models.DateField(null=True)
    treatment_until = models.DateField(null=True)
    ended_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="an_order_id_only_when_authorized_completed_or_multiple",
                condition=Q(order_id__isnull=True)
                | Q(disposition__in=sorted(d.value for d in WITH_ORDER_ID)),
            ),
            models.CheckConstraint(
                name="an_approved_order_has_its_order_id_and_valid_dates",
                condition=~Q(disposition__in=sorted(d.value for d in WITH_ORDER_ID))
                | Q(order_id__isnull=False, valid_from__isnull=False, valid_to__isnull=False),
            ),
            models.CheckConstraint(
                name="a_pathway_eligible_id_only_on_an_eligible_order_with_an_order_id",
                condition=Q(pathway_eligible_id__isnull=True)
                | Q(pathway_eligible=True, pathway_eligible__isnull=False, order_id__isnull=False),
            ),
            models.CheckConstraint(
                name="submitted_at_and_by_come_together",
                condition=Q(submitted_at__isnull=True, submitted_by__isnull=True)
                | Q(submitted_at__isnull=False, submitted_by__isnull=False),
            ),
            models.CheckConstraint(
                name="an_order_is_received_no_later_than_it_is_submitted",
                condition=Q(submitted_at__isnull=True, received_at__isnull=True)
                | Q(
                    submitted_at__isnull=False,
                    received_at__isnull=False,
                    received_at__lte=F("submitted_at"),
                ),
            ),
            models.CheckConstraint(
                name="a_submitted_order_is_bound_to_terms_and_releases",
                condition=Q(status__in=[OrderStatus.DRAFT.value, OrderStatus.WITHDRAWN.value])
                | Q(
                    submitted_at__isnull=False,
                    terms__isnull=False,
                    pathway_release__isnull=False,
                    policy_release__isnull=False,
                    member__isnull=False,
                    ordering_provider__isnull=False,
                    start_on__isnull=False,
                ),
            ),
            models.CheckConstraint(
                name="an_order_is_decided_when_and_only_when_it_is_determined",
                condition=Q(status=OrderStatus.DETERMINED.value, decided_at__isnull=False)
                | ~Q(status=OrderStatus.DETERMINED.value) & Q(decided_at__isnull=True),
            ),
            models.CheckConstraint(
                name="the_case_status_fits_the_work_status",
                condition=Q(status=OrderStatus.DRAFT.value, disposition="")
                | Q(
                    status__in=sorted(s.value for s in PENDING),
                    disposition=Disposition.IN_PROGRESS.value,
                )
                | Q(
                    status=OrderStatus.DETERMINED.value,
                    disposition__in=sorted(d.value for d in FINAL),
                )
                | Q(status=OrderStatus.WITHDRAWN.value, disposition=Disposition.WITHDRAWN.value),
            ),
            models.CheckConstraint(
                name="the_valid_days_run_from_the_first_to_the_last",
                condition=Q(valid_from__isnull=True, valid_to__isnull=True)
                | Q(
                    valid_from__isnull=False,
                    valid_to__isnull=False,
                    valid_from__lte=F("valid_to"),
                ),
            ),
            models.CheckConstraint(
                name="an_order_that_follows_another_says_as_what",
                condition=Q(follows__isnull=True, follows_as="")
                | Q(follows__isnull=False) & ~Q(follows_as=""),
            ),
            models.CheckConstraint(
                name="only_an_order_with_an_order_id_is_replaced",
                condition=Q(ended_on__isnull=True) | Q(order_id__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["follows", "follows_as"],
                condition=Q(status=OrderStatus.DRAFT.value, submitted_at__isnull=True),
                name="one_open_draft_per_earlier_order_and_kind",
            ),
            models.UniqueConstraint(
                fields=["practice", "idempotency_key"],
                condition=~Q(idempotency_key=""),
                name="one_submission_per_practice_and_key",
            ),
        ]
        indexes = [
            # orders.queries.worklist: newest first within a practice, paged by key.
            models.Index(fields=["practice", "-updated_at", "-id"], name="order_worklist"),
            # orders.queues: open cases by due time.
            models.Index(
                fields=["due_at", "id"],
                condition=Q(status__in=sorted(s.value for s in PENDING)),
                name="order_open_by_due",
            ),
            # orders.actions.deadlines.sweep.
            models.Index(
                fields=["escalate_at", "id"],
                condition=Q(status=OrderStatus.NURSE_REVIEW.value),
                name="order_to_escalate",
            ),
            # orders.queries.earlier_orders.
            models.Index(fields=["member", "start_on"], name="order_of_member"),
            # orders.queries.ending_soon: by the end of treatment.
            models.Index(
                fields=["practice", "treatment_until"],
                condition=Q(treatment_until__isnull=False),
                name="order_by_end_of_treatment",
            ),
            # orders.calls.drafts_taken_up.
            models.Index(
                fields=["created_at", "id"],
                condition=Q(status=OrderStatus.DRAFT.value) & ~Q(channel="portal"),
                name="order_by_contact_center",
            ),
            # orders.counts.draft_count, in the rail of every page.
            models.Index(
                fields=["practice"], condition=Q(status=OrderStatus.DRAFT.value), name="order_drafts"
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def number(self) -> str:
        """The number that people are told: the Order ID, or the tracking number while there is none."""
        return self.order_id or self.reference

    @property
    def by_contact_center(self) -> bool:
        """Whether the contact center enters, or entered, it for a caller (R-105, R-376)."""
        return self.channel != self.Channel.PORTAL

    @property
    def plan_name(self) -> str:
        """The plan in lists and e-mails: with its line of business once a member tells which; "" before."""
        known = self.program or self.plan
        return known.short_name if known else ""
