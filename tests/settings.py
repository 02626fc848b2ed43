"""The portal's own settings, with what a test run must change.

SQLite in a folder of this run; the same suite on PostgreSQL when DATABASE_URL is set.
"""

from __future__ import annotations

import os
import tempfile

# Each run writes to a folder of its own, so that it neither meets a running portal nor another run.
os.environ["PORTAL_VAR"] = tempfile.mkdtemp(prefix="portal-tests-")
os.environ["REDIS_URL"] = ""
os.environ.setdefault("SECRET_KEY", "for tests only: not a secret, and never used elsewhere")

from portal.settings import *  # noqa: F403
from portal.settings import DATABASES, VAR_DIR

# Argon2 is slow on purpose; no test measures it.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# A queue nobody listens to: unit tests call what a worker would; tests/services has real ones.
CELERY_BROKER_URL = "memory://"
CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, object] = {}
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # A file, not memory: threads of a live server then see what real processes would see.
    DATABASES["default"]["TEST"] = {"NAME": str(VAR_DIR / "test.sqlite3")}
    DATABASES["default"]["OPTIONS"]["init_command"] = (
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF; PRAGMA foreign_keys=ON;"
    )
else:
    # A kept connection of a server thread would stop the test database from being dropped.
    DATABASES["default"]["CONN_MAX_AGE"] = 0
