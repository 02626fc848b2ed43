"""Load plans, programs, their dated terms and the calendars from fixtures."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from members.programs.documents import ContentFaults
from members.programs.load import load_programs


class Command(BaseCommand):
    help = "Load plans, programs, dated terms and holiday calendars, or list every fault and change nothing."
    # The checks of pages have nothing to say about content, and would cost a second at every start.
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--root", type=Path, default=settings.FIXTURES_ROOT, help="folder of programs/")
        parser.add_argument(
            "--dry-run", action="store_true", help="show what would change, and change nothing"
        )

    def handle(self, *args: Any, root: Path, dry_run: bool, **options: Any) -> None:
        try:
            with transaction.atomic():
                changes = load_programs(root, by=None)
                transaction.set_rollback(dry_run)
        except ContentFaults as error:
            raise CommandError(f"Nothing was loaded:\n{error}") from error
        what = "Programs, dry run" if dry_run else "Programs"
        self.stdout.write(
            f"{what}: {changes.added} added, {changes.changed} changed, {changes.removed} removed."
        )
