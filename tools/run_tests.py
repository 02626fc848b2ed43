"""Run every suite that this machine can run, two at a time, and sum up.

Five runs: the services, the fast suite's database tests on PostgreSQL, the browser, those database tests
on SQLite, and the fast tests without a database.  Each line of their output bears the name of its run.
A run that cannot be made is named with its reason; with PORTAL_REQUIRE_ALL_SUITES=1 it is a failure.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ElementTree
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

BASE = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(BASE))

from tools import servers  # noqa: E402

# One of a name of its own, so that a developer's own databases are left alone.
DATABASE = f"portal_suite_{os.getpid()}"
CLOSING_LINE = BASE / "var" / "closing-line"


def why_no_browser() -> str:
    """Why the browser suite cannot run; empty when it can."""
    return "" if servers.chromium() else "no chromium on PATH (Debian: apt-get install chromium)"


@dataclass
class Run:
    """One run of pytest: what it is called, what it needs, and how it ended."""

    name: str
    arguments: list[str]
    why_not: Callable[[], str] = lambda: ""
    needs_postgresql: bool = False
    counts: Counter[str] = field(default_factory=Counter)
    told: str = ""


# The longest first, so that both cores are busy to the end.
RUNS = (
    Run("services", ["--suite=services"], why_not=servers.why_not_available),
    Run(
        "fast, on PostgreSQL",
        ["--suite=fast", "--only-database"],
        why_not=servers.why_no_postgresql,
        needs_postgresql=True,
    ),
    Run("browser", ["--suite=browser"], why_not=why_no_browser),
    Run("fast, on SQLite", ["--suite=fast", "--only-database"]),
    Run("fast, no database", ["--suite=fast", "--no-database"]),
)
AT_ONCE = 2


def main() -> int:
    """Make all runs; 0 when no test failed and, where all are required, each run was made."""
    with ExitStack() as stack:
        environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
        if not servers.why_no_postgresql():
            environment["PORTAL_TEST_POSTGRESQL"] = stack.enter_context(servers.postgresql())
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="portal-suites-")))
        pool = stack.enter_context(ThreadPoolExecutor(AT_ONCE))
        ok = list(pool.map(lambda run: _make(run, environment, folder), RUNS))
    _sum_up()
    return 0 if all(ok) else 1


def _make(run: Run, environment: dict[str, str], folder: Path) -> bool:
    """Make one run and note how it ended; whether that is good enough."""
    reason = run.why_not()
    if reason:
        run.told = f"did not run: {reason}"
        return not os.environ.get("PORTAL_REQUIRE_ALL_SUITES")
    if run.needs_postgresql:
        url = servers.database_url(environment["PORTAL_TEST_POSTGRESQL"], DATABASE)
        environment = {**environment, "DATABASE_URL": url}
    report = folder / f"{run.name}.xml"
    started = time.monotonic()
    status = _show(run.name, [*run.arguments, f"--junitxml={report}"], environment)
    _count(run, report)
    run.told = (
        f"{run.counts['passed']} passed, {run.counts['failed']} failed, {run.counts['skipped']} skipped "
        f"({time.monotonic() - started:.0f} s)"
    )
    # 5: pytest found no test of this suite.
    if status == 5:
        run.told = "did not run: there is no test of it"
    return status == 0


def _show(name: str, arguments: list[str], environment: dict[str, str]) -> int:
    """Run pytest, show its lines under the run's name as they come; its status."""
    command = [sys.executable, "-m", "pytest", "--quiet", *arguments, *sys.argv[1:]]
    with subprocess.Popen(
        command, cwd=BASE, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        for line in process.stdout or ():
            print(f"[{name}] {line.rstrip()}", flush=True)
    return process.returncode


def _count(run: Run, report: Path) -> None:
    if not report.exists():
        run.counts["failed"] += 1
        return
    for suite in ElementTree.parse(report).getroot().iter("testsuite"):
        total, failed, errors, skipped = (
            int(suite.get(name, "0")) for name in ("tests", "failures", "errors", "skipped")
        )
        run.counts.update(passed=total - failed - errors - skipped, failed=failed + errors, skipped=skipped)


def _sum_up() -> None:
    whole = sum((run.counts for run in RUNS), Counter())
    print("\n=== suites ===")
    for run in RUNS:
        print(f"{run.name:22} {run.told}")
    closing = f"{whole['passed']} passed, {whole['failed']} failed"
    print(f"\n{closing}", flush=True)
    # For .ci/run, which says it once more after make's own last words.
    CLOSING_LINE.parent.mkdir(exist_ok=True)
    CLOSING_LINE.write_text(closing + "\n")


if __name__ == "__main__":
    sys.exit(main())
