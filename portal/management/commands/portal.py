"""`manage.py portal up`: the whole portal on this machine; `prepare`: its database and content only."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.launcher.content import prepare
from portal.launcher.up import CannotStart, Launcher


class Command(BaseCommand):
    """Start the portal on this machine, or prepare what it needs."""

    help = "Start the whole portal on this machine (up), or only migrate and load it (prepare)."
    # `up` must start before there is a database to check.
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """`up [--host] [--port]` or `prepare`."""
        commands = parser.add_subparsers(dest="what", required=True)
        up = commands.add_parser("up", help="start web, worker, beat and queue; stop them with Ctrl-C")
        up.add_argument("--host", default="127.0.0.1", help="address to listen on")
        up.add_argument("--port", type=int, default=8000, help="port to listen on")
        commands.add_parser("prepare", help="migrate, and load what the database does not hold yet")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it; an unhappy end is an error with what to do."""
        if options["what"] == "prepare":
            prepare(self._say)
            return
        launcher = Launcher(
            base=Path(settings.BASE_DIR),
            folder=Path(settings.VAR_DIR),
            host=options["host"],
            port=options["port"],
            say=self._say,
        )
        try:
            gave_up = not launcher.run()
        except CannotStart as error:
            raise CommandError(str(error)) from error
        if gave_up:
            raise CommandError("The portal had to give up; the reason stands above.")

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()
