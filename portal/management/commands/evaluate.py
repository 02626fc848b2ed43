"""`manage.py evaluate FILE`: requests and review events played through, and what comes of each."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.evaluate.kinds import Run, run
from portal.evaluate.reading import Invalid, parse_file


class Command(BaseCommand):
    """Exit status 0 when every scenario could be run, valid or not."""

    help = "Play requests and review events of a file through the portal's actions; nothing is kept."

    def add_arguments(self, parser: CommandParser) -> None:
        """The file, and where the results go."""
        parser.add_argument("file", type=Path, help="JSON as docs/evaluate.md describes it")
        parser.add_argument("--output", type=Path, help="where to write the results; else to the screen")

    def handle(self, *, file: Path, output: Path | None, **_: Any) -> None:
        """Run the file; where the results cannot be written, that is said before the work."""
        if output is None:
            found = _run(file)
            self.stdout.write(_text(found))
        else:
            with _replacing(output) as results:
                found = _run(file)
                results.write(_text(found) + "\n")
            self.stdout.write(found.share)
        if found.broken:
            raise CommandError(f"{found.broken} scenarios could not be run; see the log")


def _run(file: Path) -> Run:
    try:
        content = parse_file(file.read_bytes())
    except RecursionError:
        raise CommandError(f"{file} cannot be read: it is nested too deeply") from None
    except (OSError, ValueError) as problem:
        raise CommandError(f"{file} cannot be read: {problem}") from None
    try:
        return run(content)
    except Invalid as problem:
        raise CommandError(f"{file}: {problem}") from None


def _text(found: Run) -> str:
    """In ASCII, so that whatever an id holds can be written."""
    return json.dumps({"results": found.results}, indent=1)


@contextmanager
def _replacing(output: Path) -> Iterator[TextIO]:
    """A file that takes the place of `output` when it is complete, and until then leaves it as it is.

    A device or a pipe keeps its place.
    """
    try:
        in_place = output.exists() and not output.is_file()
        target = output.resolve()
        written = target if in_place else target.with_name(f".{target.name}.{os.getpid()}")
        results = written.open("w", encoding="ascii")
    except OSError as problem:
        raise CommandError(f"{output} cannot be written: {problem.strerror}") from None
    try:
        with results:
            yield results
        if not in_place:
            written.replace(target)
    except BaseException:
        if not in_place:
            written.unlink(missing_ok=True)
        raise
