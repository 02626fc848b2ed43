"""The Celery application, and what its beat starts; tasks live in each app's `tasks.py`."""

from __future__ import annotations

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
app = Celery("providerportal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

# Each sweep finds rows whose time has come and may run late, twice or at once with another.  `expires`
# is its period: what piles up while no worker runs is thrown away, not worked off.
app.conf.beat_schedule = {
    "sweep-outbox": {
        "task": "notifications.sweep_outbox",
        "schedule": 15.0,
        "options": {"expires": 15.0},
    },
    "scan-documents": {
        "task": "orders.scan_documents",
        "schedule": 300.0,
        "options": {"expires": 300.0},
    },
    "sweep-deadlines": {
        "task": "orders.sweep_deadlines",
        "schedule": 60.0,
        "options": {"expires": 60.0},
    },
}
