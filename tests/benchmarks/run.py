"""Speed as ratios within one run: `make bench`, or `make bench OF=engine` for the deciding engine alone.

Absolute figures depend on the machine; ratios of works done side by side do not.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")

import django

django.setup()

from django.db import connection
from django.test.utils import get_runner, override_settings, setup_test_environment

from tests import shipped
from tests.benchmarks import engine
from tests.benchmarks.pages import measure_pages
from tests.benchmarks.shipped_orders import measure_orders


@override_settings(ROOT_URLCONF="tests.benchmarks.urls")
def measure_portal() -> None:
    """Pages and orders on a fresh test database with all shipped content."""
    setup_test_environment()
    runner = get_runner(django.conf.settings)(verbosity=0, interactive=False)
    databases = runner.setup_databases()
    try:
        shipped.load()
        print(f"database: {connection.vendor}\n")
        measure_pages()
        measure_orders()
    finally:
        runner.teardown_databases(databases)


if __name__ == "__main__":
    if sys.argv[1:] != ["engine"]:
        measure_portal()
    sys.exit(0 if engine.measure() else "the engines do not agree: no figure counts")
