"""`manage.py evaluate FILE`: requests and review events played through, and what comes of each."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.evaluate.kinds import run
from portal.evaluate.reading import Invalid


class Command(BaseCommand):
    """Exit status 0 when every scenario could be run, valid or not."""

    help = "Play requests and review events of a file through the portal's actions; nothing is kept."

    def add_arguments(self, parser: CommandParser) -> None:
        """The file, and where the results go."""
        parser.add_argument("file", type=Path, help="JSON as docs/evaluate.md describes it")
        parser.add_argument("--output", type=Path, help="where to write the results; else to the screen")

    def handle(self, *, file: Path, output: Path | None, **_: Any) -> None:
        """Run the file."""
        try:
            found = run(json.loads(file.read_bytes()))
        except (OSError, ValueError) as problem:
            raise CommandError(f"{file} cannot be read: {problem}") from None
        except Invalid as problem:
            raise CommandError(f"{file}: {problem}") from None
        text = json.dumps({"results": found.results}, indent=1, ensure_ascii=False)
        if output:
            output.write_text(text + "\n")
        else:
            self.stdout.write(text)
        if found.broken:
            raise CommandError(f"{found.broken} scenarios could not be run; see the log")
