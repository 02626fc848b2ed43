"""Everything that is checked without running a test; names each check and fails if any failed."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

BASE = Path(__file__).resolve().parent.parent
BIN = BASE / ".venv" / "bin"
PYTHON = str(BIN / "python")
PACKAGES = ("portal", "orders", "pathways", "members", "notifications")

# What a production server would be given; nothing of it is reached by a check (G-51).
PRODUCTION = {
    "PORTAL_ENV": "production",
    "SECRET_KEY": "as long as a real one, with thirty different characters: 0123456789 ABCDEF",
    "DATABASE_URL": "postgres://portal@127.0.0.1:1/portal",
    "REDIS_URL": "redis://127.0.0.1:1/0",
    "EMAIL_URL": "smtp://127.0.0.1:1",
    "ALLOWED_HOSTS": "portal.example",
    "PORTAL_BASE_URL": "https://portal.example",
}

CHECKS: tuple[tuple[str, list[str], dict[str, str]], ...] = (
    ("ruff check", [PYTHON, "-m", "ruff", "check", "."], {}),
    ("ruff format", [PYTHON, "-m", "ruff", "format", "--check", "."], {}),
    ("mypy --strict", [PYTHON, "-m", "mypy", *PACKAGES], {}),
    ("import contracts", [str(BIN / "lint-imports")], {}),
    ("clinical content", [PYTHON, "manage.py", "lint_content"], {}),
    ("migrations", [PYTHON, "manage.py", "makemigrations", "--check", "--dry-run"], {}),
    (
        "production settings",
        [PYTHON, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        PRODUCTION,
    ),
)


def main() -> int:
    """Run all checks, also after one failed; the number of those that failed."""
    failed = []
    with tempfile.TemporaryDirectory(prefix="portal-lint-") as folder:
        for name, command, extra in CHECKS:
            started = time.monotonic()
            answer = subprocess.run(
                command,
                cwd=BASE,
                env={**os.environ, "PORTAL_VAR": folder, **extra},
                text=True,
                capture_output=True,
                check=False,
            )
            told = "ok" if answer.returncode == 0 else "FAILED"
            print(f"{name:20} {told} ({time.monotonic() - started:.1f} s)", flush=True)
            if answer.returncode:
                failed.append(name)
                print(answer.stdout + answer.stderr, flush=True)
    print(f"lint: {len(CHECKS) - len(failed)} checks passed, {len(failed)} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
