"""Three laws more in the database: a rationale of words, statuses that fit, days in their order."""

from django.db import migrations, models
from django.db.models import F, Q
from django.db.models.functions import Trim
from django.db.models.lookups import Exact

from notifications.migrations._append_only import append_only

BLANK_RATIONALE = Q(Exact(Trim("rationale"), ""))
PENDING = ["nurse_review", "physician_review"]
FINAL = [
    "authorized",
    "completed",
    "multiple_decisions",
    "non_authorized",
    "review_cancelled",
    "voluntarily_cancelled",
]


class Migration(migrations.Migration):
    """Determinations are rebuilt on SQLite, and so guarded anew."""

    dependencies = [("orders", "0003_what_review_finds")]

    operations = [
        migrations.RemoveConstraint(
            model_name="linedetermination", name="no_denial_without_physician_and_peer_to_peer_offer"
        ),
        migrations.RemoveConstraint(model_name="linedetermination", name="a_person_who_authorizes_says_why"),
        migrations.RemoveConstraint(
            model_name="order", name="a_determined_order_has_a_disposition_and_its_moment"
        ),
        migrations.AddConstraint(
            model_name="linedetermination",
            constraint=models.CheckConstraint(
                name="no_denial_without_physician_and_peer_to_peer_offer",
                condition=~Q(outcome="adverse")
                | Q(
                    physician__isnull=False,
                    decided_by__isnull=False,
                    peer_to_peer_offered_at__isnull=False,
                    peer_to_peer_offered_at__lte=F("decided_at"),
                )
                & ~BLANK_RATIONALE,
            ),
        ),
        migrations.AddConstraint(
            model_name="linedetermination",
            constraint=models.CheckConstraint(
                name="a_person_who_authorizes_says_why",
                condition=Q(decided_by__isnull=True) | ~BLANK_RATIONALE,
            ),
        ),
        migrations.AddConstraint(
            model_name="order",
            constraint=models.CheckConstraint(
                name="an_order_is_decided_when_and_only_when_it_is_determined",
                condition=Q(status="determined", decided_at__isnull=False)
                | ~Q(status="determined") & Q(decided_at__isnull=True),
            ),
        ),
        migrations.AddConstraint(
            model_name="order",
            constraint=models.CheckConstraint(
                name="the_case_status_fits_the_work_status",
                condition=Q(status="draft", disposition="")
                | Q(status__in=PENDING, disposition="in_progress")
                | Q(status="determined", disposition__in=FINAL)
                | Q(status="withdrawn", disposition="withdrawn"),
            ),
        ),
        migrations.AddConstraint(
            model_name="order",
            constraint=models.CheckConstraint(
                name="the_valid_days_run_from_the_first_to_the_last",
                condition=Q(valid_from__isnull=True, valid_to__isnull=True)
                | Q(valid_from__isnull=False, valid_to__isnull=False, valid_from__lte=F("valid_to")),
            ),
        ),
        append_only("orders_linedetermination"),
    ]
