"""The command line: a fresh test database is filled, its content is changed, and everything is replayed."""

from __future__ import annotations

import argparse
import os
import sys
from io import StringIO
from time import perf_counter

import django
from django.core.management import CommandError

import tests.orders.replays


def main() -> int:
    """0 when no evaluation differs."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.orders.replays",
        description=tests.orders.replays.__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--orders", type=int, default=10_000)
    parser.add_argument("--releases", type=int, default=5)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    django.setup()
    from django.conf import settings
    from django.db import connection
    from django.test.utils import get_runner, setup_test_environment

    # The models behind the content can be imported only now.
    from tests import shipped
    from tests.orders.replays.history import publish_later, replay_all, store

    begun = perf_counter()
    setup_test_environment()
    runner = get_runner(settings)(verbosity=0, interactive=False)
    databases = runner.setup_databases()
    printed = StringIO()
    try:
        shipped.load()
        stored = store(asked.orders, seed=asked.seed)
        for number in range(asked.releases):
            publish_later(number)
        replay_all(printed)
    except CommandError as differences:
        say(f"{printed.getvalue()}{differences}")
        return 1
    finally:
        runner.teardown_databases(databases)
    say(f"{connection.vendor}: {', '.join(f'{name} {count}' for name, count in stored.most_common())}")
    say(f"after {asked.releases} later releases of each kind: {printed.getvalue().strip()}")
    say(f"{perf_counter() - begun:.0f} s")
    return 0


def say(text: str) -> None:
    """One line of the report."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
