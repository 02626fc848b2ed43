"""Ways in and people to call (PD-10 to PD-16, PD-19, PD-37)."""

from __future__ import annotations

from django.db import models


class ContactTerms(models.Model):
    """Contact center, support, sign-on routes and intake channels."""

    class PhonePolicy(models.TextChoices):
        FREE = "free", "Phone is a free choice"
        OUTAGE_ONLY = "outage_only", "Only during a technical outage"

    class UrgentChannel(models.TextChoices):
        ONLINE = "online", "In the portal, with an attestation"
        PHONE = "phone", "By phone"

    time_zone = models.CharField(max_length=40, help_text="R-264: the plan's wall clock, an IANA name.")
    sign_on_routes = models.JSONField(default=list, help_text="PD-10: how people of this plan arrive.")
    sso_auto_provision = models.BooleanField(help_text="PD-11, R-031, R-032: no registration on arrival.")
    contact_center_phone = models.CharField(max_length=20, help_text="PD-12, R-373 to R-375.")
    contact_center_opens_at = models.TimeField(help_text="PD-12: Monday to Friday, plan time.")
    contact_center_closes_at = models.TimeField(
        help_text="PD-12, D-04: Monday to Friday, plan time; also the hour at which business-day clocks end."
    )
    support_phone = models.CharField(max_length=20, help_text="PD-13, R-051.")
    support_email = models.EmailField(help_text="PD-13, R-051, D-65.")
    support_opens_at = models.TimeField(help_text="PD-13, R-051: weekdays, support time.")
    support_closes_at = models.TimeField(help_text="PD-13, R-051: weekdays, support time.")
    support_time_zone = models.CharField(max_length=40, help_text="PD-13, D-46: an IANA name.")
    contacts = models.JSONField(
        default=list,
        help_text="R-027, CX-07: further contacts, each with purpose, name, phone, fax, text.",
    )
    phone_policy = models.CharField(max_length=12, choices=PhonePolicy.choices, help_text="PD-14, D-38.")
    phone_policy_text = models.TextField(help_text="PD-14, R-378, R-381: what is said about calling.")
    outage_fax = models.CharField(max_length=20, blank=True, help_text="PD-15, R-379.")
    outage_address = models.TextField(blank=True, help_text="PD-15, R-379: postal fallback.")
    maintenance_windows = models.JSONField(
        default=list, help_text='PD-16, R-050, D-45: [{"weekday", "from", "to", "time_zone"}].'
    )
    urgent_channel = models.CharField(max_length=10, choices=UrgentChannel.choices, help_text="PD-19, D-37.")
    urgent_text = models.TextField(help_text="PD-19, R-377: what is said when urgent is chosen.")
    health_plan_name = models.CharField(max_length=120, help_text="R-443: the plan in referral messages.")
    health_plan_contact = models.TextField(help_text="R-443: how to reach the plan about a drug it reviews.")
    member_questions_text = models.TextField(help_text="R-046, R-064: where members ask.")
    network_contact_text = models.TextField(help_text="R-453, R-056: who settles a network dispute.")
    pbm_label = models.CharField(
        max_length=60, help_text="PD-37, R-439: what the pharmacy benefit entity is called."
    )
    pbm_name = models.CharField(max_length=60, blank=True, help_text="PD-37, R-441: likely entity, if known.")
    pbm_text = models.TextField(
        help_text="PD-37, R-439 to R-443: whom to contact for pharmacy benefit drugs."
    )

    class Meta:
        abstract = True
