"""Check all shipped content, without a database."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from pathways.criteria import ContentError
from pathways.lint import Level, lint
from pathways.shipped_files import read_accepted, read_shipped


class Command(BaseCommand):
    help = "Checks clinical content for faults that only show when its files are read together."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", nargs="?", type=Path, default=settings.FIXTURES_ROOT)
        parser.add_argument("--json", action="store_true", help="print the findings as JSON")

    def handle(self, *, folder: Path, **options: Any) -> None:
        try:
            content, accepted = read_shipped(folder), read_accepted(folder)
        except ContentError as mistakes:
            raise CommandError(f"{len(mistakes.problems)} to correct first:\n{mistakes}") from None
        findings = lint(content, accepted)
        errors = sum(finding.level is Level.ERROR for finding in findings)
        if options["json"]:
            self.stdout.write(json.dumps([finding.to_json() for finding in findings], indent=2))
        else:
            for finding in findings:
                self.stdout.write(str(finding))
            self.stdout.write(
                f"clinical content: {errors} errors, {len(findings) - errors} warnings, "
                f"{len(accepted)} accepted findings"
            )
        if errors:
            raise CommandError(f"{errors} errors in the content", returncode=1)
