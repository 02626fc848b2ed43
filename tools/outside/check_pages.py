"""Have every page of the portal judged by what others wrote for it (G-42, G-54, G-55).

    .venv/bin/python tools/outside/check_pages.py        or: make outside

The browser suite walks through every page in every state and saves it as the server sent it to somebody
signed in.  Then judge: the W3C's validator (vnu) and html-validate its HTML, pa11y with axe and with
HTML CodeSniffer its accessibility on a desktop and a phone, Google's CSP Evaluator its policy.
Fails when anything is found, when a page is missing, and when an engine passes a page known to be broken.

Needs Chromium, Java 17, Node 20 with npm, and once the npm registry.  Writes to var/outside.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
BASE = HERE.parents[1]
sys.path.insert(0, str(BASE))

from tools import servers  # noqa: E402

WORK = BASE / "var" / "outside"
PAGES = WORK / "pages"
WALK = "tests/journeys/test_every_page.py"
#: A page that every engine must find fault with, and a policy.
BROKEN, WEAK_POLICY = "broken", "script-src 'unsafe-inline'"
SIZES = ({"width": 1280, "height": 900}, {"width": 390, "height": 844})
#: CSP Evaluator's scale: high 10, syntax 20, medium 30; above that are hints.
WORST_HINT = 30
SHOWN = 40


@dataclass
class Verdict:
    """What one engine says: the pages it judged, and each fault as a line."""

    engine: str
    judged: set[str]
    faults: list[str] = field(default_factory=list)
    knows_broken: bool = False

    def failed(self, expected: set[str]) -> list[str]:
        """Why this verdict is no pass; empty when it is one."""
        reasons = list(self.faults)
        if missing := expected - self.judged:
            reasons.append(f"not judged: {', '.join(sorted(missing))}")
        if not self.knows_broken:
            reasons.append("finds no fault with what is known to be broken")
        return reasons


def main() -> int:
    """Walk, judge, print the table; 0 when every engine judged every page and found nothing."""
    if missing := why_not():
        print(missing)
        return 2
    install()
    expected = walk()
    inside = sum(bool(_about(name).get("signed_in")) for name in expected)
    print(f"Judging {len(expected)} pages, {inside} of them of somebody signed in …", flush=True)
    shutil.copy(HERE / "broken.html", PAGES / f"{BROKEN}.html")
    collect_static_files()
    return tell([vnu(), html_validate(), *pa11y(expected), csp(expected)], expected)


def tell(verdicts: list[Verdict], expected: set[str]) -> int:
    """Print the faults and the table; 0 when there is no fault."""
    failed = {verdict.engine: verdict.failed(expected) for verdict in verdicts}
    for engine, reasons in failed.items():
        for reason in reasons[:SHOWN]:
            print(f"{engine}: {reason}")
        if len(reasons) > SHOWN:
            print(f"{engine}: and {len(reasons) - SHOWN} more")
    print(f"\n{'engine':30} {'pages':>7} {'faults':>7}")
    for verdict in verdicts:
        judged = len(verdict.judged & expected)
        print(f"{verdict.engine:30} {judged:>3}/{len(expected):<3} {len(failed[verdict.engine]):>7}")
    return 1 if any(failed.values()) else 0


# --- Before -----------------------------------------------------------------------------------------
def why_not() -> str:
    """What this machine lacks; empty when nothing."""
    programs = {"java": "default-jre-headless", "node": "nodejs", "npm": "npm"}
    missing = [package for program, package in programs.items() if not shutil.which(program)]
    if not servers.chromium():
        missing.append("chromium")
    return f"Missing here (Debian): apt-get install {' '.join(missing)}" if missing else ""


def install() -> None:
    """Install the engines as the lock has them, unless they are there."""
    WORK.mkdir(parents=True, exist_ok=True)
    lock, stamp = (HERE / "package-lock.json").read_bytes(), WORK / "installed.json"
    for source in HERE.glob("*.*"):
        if source.suffix in {".json", ".mjs"}:
            shutil.copy(source, WORK)
    if stamp.exists() and stamp.read_bytes() == lock:
        return
    print("Installing the engines into var/outside …", flush=True)
    # No package's own scripts are run, and pa11y's browser is the system's.
    command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    subprocess.run(command, cwd=WORK, env={**os.environ, "PUPPETEER_SKIP_DOWNLOAD": "1"}, check=True)
    stamp.write_bytes(lock)


def walk() -> set[str]:
    """Walk through the portal and save each page; the names that must be there."""
    shutil.rmtree(PAGES, ignore_errors=True)
    pytest = [sys.executable, "-m", "pytest", "--quiet", "--suite=browser", WALK]
    found = subprocess.run([*pytest, "--collect-only"], cwd=BASE, text=True, capture_output=True, check=True)
    expected = set(re.findall(r"\[chromium-([\w-]+)\]$", found.stdout, re.MULTILINE))
    if not expected:
        sys.exit(f"{WALK} names no page:\n{found.stdout}")
    print(f"Walking through {len(expected)} pages and states (about three minutes) …", flush=True)
    subprocess.run(pytest, cwd=BASE, env={**os.environ, "PORTAL_SAVE_PAGES": str(PAGES)}, check=True)
    return expected


def collect_static_files() -> None:
    """Lay styles, scripts and pictures beside the saved pages, where those look for them."""
    environment = {**os.environ, "STATIC_ROOT": str(PAGES / "static"), "PORTAL_VAR": str(WORK / "var")}
    command = [sys.executable, "manage.py", "collectstatic", "--noinput", "--verbosity=0"]
    subprocess.run(command, cwd=BASE, env=environment, check=True)


# --- HTML -------------------------------------------------------------------------------------------
def vnu() -> Verdict:
    """The W3C's validator; its warnings count as faults."""
    jar = WORK / "node_modules/vnu-jar/build/dist/vnu.jar"
    files = _files()
    answer = _run(["java", "-jar", str(jar), "--format", "json", "--stdout", "--exit-zero-always", *files])
    found = [
        (Path(fault.get("url", "")).stem, f"{fault['message']} {fault.get('extract', '')[:120]}")
        for fault in json.loads(answer)["messages"]
    ]
    # It lists what is wrong only: what it could not read is told as such.
    return _verdict("vnu", {Path(file).stem for file in files}, found)


def html_validate() -> Verdict:
    """html-validate by its recommended rules, as html-validate.mjs reads them."""
    program = str(WORK / "node_modules/.bin/html-validate")
    files, report = _files(), WORK / "html-validate-report.json"
    # Into a file: through a pipe it ends before all of a long report is written.
    _run([program, "--config", "html-validate.mjs", "--formatter", f"json={report}", *files], status=(0, 1))
    found = [
        (Path(page["filePath"]).stem, f"{fault['ruleId']}: {fault['message']} {fault.get('selector')}")
        for page in json.loads(report.read_text(encoding="utf-8"))
        for fault in page["messages"]
    ]
    return _verdict("html-validate", {Path(file).stem for file in files}, found)


def _files() -> list[str]:
    return sorted(str(path) for path in PAGES.glob("*.html"))


# --- Accessibility ----------------------------------------------------------------------------------
def pa11y(expected: set[str]) -> Iterator[Verdict]:
    """pa11y's two engines, each at each size."""
    with _served(PAGES) as address:
        asked = {
            "chromium": servers.chromium(),
            "sandbox": os.geteuid() != 0,
            "sizes": SIZES,
            "pages": {name: f"{address}/{name}.html" for name in sorted(expected | {BROKEN})},
        }
        lines = [json.loads(line) for line in _run(["node", "pa11y.mjs"], asked=asked).splitlines()]
    for size in (size["width"] for size in SIZES):
        judged = {line["page"] for line in lines if line["size"] == size and "engine" not in line}
        for engine in ("axe", "htmlcs"):
            found = [
                (line["page"], f"{line['code']}: {line['message']} {line['selector']}")
                for line in lines
                if line["size"] == size and line.get("engine") == engine
            ]
            yield _verdict(f"pa11y with {engine}, {size} px", judged, found)


class _Quiet(SimpleHTTPRequestHandler):
    """Serves a folder and says nothing of each request."""

    def log_message(self, format: str, *args: object) -> None:
        """Nothing."""


@contextmanager
def _served(folder: Path) -> Iterator[str]:
    """The folder at an address of this machine."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()


# --- Headers ----------------------------------------------------------------------------------------
def csp(expected: set[str]) -> Verdict:
    """CSP Evaluator on the policy of each page: nothing high, no fault of syntax, nothing medium."""
    policies = {name: _about(name)["policy"] for name in sorted(expected) if _about(name)}
    answers = json.loads(_run(["node", "csp.mjs"], asked=[*policies.values(), WEAK_POLICY]))
    found = [
        (name, f"{finding['directive']}: {finding['description']}")
        for name, findings in zip([*policies, BROKEN], answers, strict=True)
        for finding in findings
        if finding["severity"] <= WORST_HINT
    ]
    return _verdict("CSP Evaluator", {name for name, policy in policies.items() if policy} | {BROKEN}, found)


def _about(name: str) -> dict[str, Any]:
    """What the walk noted of a page."""
    path = PAGES / f"{name}.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}


# --- Running them -----------------------------------------------------------------------------------
def _run(command: list[str], *, asked: Any = None, status: Iterable[int] = (0,)) -> str:
    """What an engine writes; an engine that breaks down ends the check."""
    done = subprocess.run(
        command,
        cwd=WORK,
        input=None if asked is None else json.dumps(asked),
        text=True,
        stdout=subprocess.PIPE,
        check=False,
    )
    if done.returncode not in status:
        sys.exit(f"{command[0]} ended with status {done.returncode}")
    return done.stdout


def _verdict(engine: str, judged: set[str], found: list[tuple[str, str]]) -> Verdict:
    faults = [f"{name}: {' '.join(what.split())}" for name, what in found if name != BROKEN]
    return Verdict(engine, judged, faults, knows_broken=any(name == BROKEN for name, _ in found))


if __name__ == "__main__":
    sys.exit(main())
