"""Make the demo's people, and enter its orders once."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from members.clock import plan_today
from portal import demo
from portal.models import User


class Command(BaseCommand):
    """`manage.py seed_demo`: safe to repeat; refused in production."""

    help = "Make the demo's people and orders (synthetic); a second run adds nothing."

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError("Demo people have passwords that everybody knows: not in production.")
        for found in demo.people():
            demo.make_person(found)
        if demo.is_seeded():
            self.stdout.write("demo: people and orders are there")
            return
        today = plan_today()
        for scenario in demo.scenarios().values():
            order = demo.submit(scenario, by=User.objects.get(username=scenario.found["by"]), today=today)
            self.stdout.write(f"demo: {scenario.name} is {order.reference}, {order.disposition}")
