"""Judge random requests both ways: `python -m tests.rules.naive --requests 100000 [--seed N]`."""

from __future__ import annotations

import argparse
import os
import sys
from time import perf_counter

import django


def main() -> int:
    """Print differences, coverage and time; 1 when anything differs or something never came up."""
    parser = argparse.ArgumentParser(prog="python -m tests.rules.naive", description=__doc__)
    parser.add_argument("--requests", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    django.setup()
    # The models behind the shipped content can be imported only now.
    from tests.rules.naive.compare import compare_many

    begun = perf_counter()
    different, coverage = compare_many(asked.requests, seed=asked.seed)
    for number, found in different[:40]:
        say(f"request {number}: {found}")
    for kind, counts in coverage.counts.items():
        few = "" if len(counts) < 30 else f"{len(counts)} reached, least often "
        shown = counts.most_common() if not few else counts.most_common()[:-4:-1]
        say(f"{kind}: {few}{', '.join(f'{name} {times}' for name, times in shown)}")
    never = coverage.missing()
    say(f"never came up: {', '.join(never) or 'nothing'}")
    took = perf_counter() - begun
    say(f"{asked.requests} requests, seed {asked.seed}: {len(different)} differ, {took:.0f} s")
    return 1 if different or never else 0


def say(text: str) -> None:
    """One line of the report."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
