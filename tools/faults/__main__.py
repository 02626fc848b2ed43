"""The command line of the fault runs; see the package's own words for what each does."""

from __future__ import annotations

import argparse
import secrets
import sys
import time

import tools.faults
from tools.faults.stage import stage
from tools.faults.submit import kill_run, reuse_run, twins_run


def main() -> int:
    """Make one run; 0 when it found no fault."""
    parser = argparse.ArgumentParser(
        prog="python -m tools.faults",
        description=tools.faults.__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--database", choices=("postgresql", "sqlite"), default="postgresql")
    runs = parser.add_subparsers(dest="run", required=True)
    kill = runs.add_parser("kill")
    kill.add_argument("--kills", type=int, default=200)
    kill.add_argument("--seed", type=int, default=secrets.randbelow(10**6))
    for name in ("twins", "reuse"):
        runs.add_parser(name).add_argument("--forms", type=int, default=50 if name == "twins" else 20)
    given = parser.parse_args()
    started = time.monotonic()
    with stage(given.database) as prepared:
        if given.run == "kill":
            report = kill_run(prepared, kills=given.kills, seed=given.seed)
        elif given.run == "twins":
            report = twins_run(prepared, forms=given.forms)
        else:
            report = reuse_run(prepared, forms=given.forms)
    print(f"{report}\n{time.monotonic() - started:.0f} s on {given.database}")
    return 1 if report.faults else 0


if __name__ == "__main__":
    sys.exit(main())
