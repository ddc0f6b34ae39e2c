"""Every setting, in one file, read from the environment.

With nothing set: SQLite and a file broker under var/, no server, no account, no key.
With APP_ENV=production the file refuses to load when something unsafe is left over.
"""

import tempfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import django_stubs_ext
import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from peersupport.kept import KEPT, PURGED  # noqa: F401 - settings too, each with its reasons beside it
from peersupport.mail import mail_settings
from peersupport.ordinary import ORDINARY  # noqa: F401 - a setting like the others, in a file of its own

django_stubs_ext.monkeypatch()

env = environ.Env()
BASE_DIR = Path(__file__).resolve().parent.parent

# ---------------------------------------------------------------- where and how it runs
APP_ENV = env.str("APP_ENV", "development")
if APP_ENV not in {"development", "test", "production"}:
    raise ImproperlyConfigured(f"APP_ENV is {APP_ENV!r}; it must be development, test or production.")
PRODUCTION = APP_ENV == "production"
DEMO = env.bool("DEMO", False)
DEBUG = env.bool("DEBUG", False)
DATA_DIR = Path(env.str("DATA_DIR", str(BASE_DIR / "var"))).resolve()
DATA_DIR.mkdir(parents=True, exist_ok=True)

SAMPLE_KEY = "sample-key-for-a-laptop-only-never-for-real-people-0000000000"
SECRET_KEY = env.str("SECRET_KEY", SAMPLE_KEY)
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
ALLOWED_HOSTS = env.list(
    "ALLOWED_HOSTS", default=[] if PRODUCTION else ["127.0.0.1", "localhost", "[::1]", "testserver"]
)
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
BEHIND_PROXY = env.bool("BEHIND_PROXY", False)
REDIS_URL = env.str("REDIS_URL", "")
WATCH_EMAIL = env.str("WATCH_EMAIL", "")
# How links in mails begin, and what comes after the @ of a Message-ID.
HERE = f"http://127.0.0.1:{env.str('PORT', '8000')}"
SITE_URL = env.str(
    "SITE_URL", f"https://{ALLOWED_HOSTS[0]}" if PRODUCTION and ALLOWED_HOSTS else HERE
).rstrip("/")
MAIL_DOMAIN = SITE_URL.partition("://")[2].partition(":")[0]
# For columns that hold addresses, numbers and codes: the first key closes, all of them open.
SAMPLE_FIELD_KEY = "c2FtcGxlLWtleS1mb3ItYS1sYXB0b3AtbmV2ZXItcmU="
FIELD_ENCRYPTION_KEYS = env.list("FIELD_ENCRYPTION_KEYS", default=[SAMPLE_FIELD_KEY])
COUNTRY = env.str("COUNTRY", "").upper()
LEAVE_URL = env.str("LEAVE_URL", "https://www.bom.gov.au/")

# ---------------------------------------------------------------- apps
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "crispy_forms",
    "crispy_bootstrap5",
    "rules",
    "peersupport",
    "programs",
    "training",
    "referrals",
]
MIDDLEWARE = [
    "peersupport.middleware.not_too_large",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "peersupport.middleware.private_by_default",
    # Public help pages answer here, before anything that could read a cookie or the database.
    "peersupport.middleware.sessionless_first",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "programs.permissions.give_rights",
    "peersupport.middleware.say_no_kindly",
]
ROOT_URLCONF = "peersupport.urls"
WSGI_APPLICATION = "peersupport.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "peersupport.context.shell",
            ],
            "builtins": ["peersupport.templatetags.elements"],
        },
    }
]
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"

# ---------------------------------------------------------------- database
SQLITE_SAFE: dict[str, Any] = {
    # Measured: 0 errors in 1,581 writes by 8 clients with these four, 23 % HTTP 500 with Django's defaults.
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
}
DATABASES: dict[str, dict[str, Any]] = {
    "default": env.db_url("DATABASE_URL", default=f"sqlite:///{DATA_DIR / 'alongside.sqlite3'}")
}
ON_SQLITE = DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3"
if ON_SQLITE:
    DATABASES["default"]["OPTIONS"] = SQLITE_SAFE
    DATABASES["default"]["CONN_MAX_AGE"] = None
else:
    DATABASES["default"]["OPTIONS"] = {
        "connect_timeout": 3,
        "pool": {"min_size": 1, "max_size": 8, "timeout": 3},
        # Each connection plans a statement once, not each time: a third of a student page's cost.
        "server_side_binding": True,
        "prepare_threshold": 3,
    }

CACHES: dict[str, dict[str, Any]] = {
    "default": {
        "BACKEND": "peersupport.counters.Counters",
        "LOCATION": "cache_entry",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}

# ---------------------------------------------------------------- people
AUTH_USER_MODEL = "peersupport.User"
SESSION_COOKIE_AGE = int(timedelta(hours=12).total_seconds())
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_AGE = None  # goes with the browser
# Not in a cookie: messages may name people.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
SESSION_SERIALIZER = "django.contrib.sessions.serializers.JSONSerializer"

# ACCOUNTS (start)
APP_NAME = env.str("APP_NAME", "Alongside")  # before anybody has signed in; then the school's own name
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
CSRF_FAILURE_VIEW = "peersupport.views.form_expired"
AUTHENTICATION_BACKENDS = ["peersupport.adapters.PasswordBackend"]
SESSION_ENGINE = "peersupport.sessions"
PASSWORD_HASHERS = ["peersupport.passwords.TunedArgon2"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 8}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("email", "given_name", "family_name", "preferred_name")},
    },
]
ACCOUNT_ADAPTER = "peersupport.adapters.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"  # a code that arrived has verified the address
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # the sign-in view sends our own words
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_FORMAT = {"numeric": True, "length": 6, "dashed": False}
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = int(timedelta(minutes=10).total_seconds())
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
ACCOUNT_SESSION_REMEMBER = False  # peersupport.sessions decides
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_FORMS = {
    "change_password": "peersupport.forms.accounts.ChangePassword",
    "set_password": "peersupport.forms.accounts.SetPassword",
    "reauthenticate": "peersupport.forms.accounts.Reauthenticate",
}
# A lecture hall signs in from one address within two minutes: what is right is never slowed, failures are.
# The three tries that a code has are counted in a session, which parallel requests outrun; these counts hold.
ACCOUNT_RATE_LIMITS = {
    "login": None,
    "login_failed": "60/m/ip,10/5m/key",
    "code_failed": "60/m/ip,10/5m/key",
    "request_login_code": "900/5m/ip,3/5m/key",
    "new_account": "60/5m/ip",  # addresses that a school vouches for and that are not on its roster
}
MFA_ADAPTER = "peersupport.adapters.SecondStepAdapter"
MFA_TOTP_ISSUER = APP_NAME
MFA_ALLOW_UNVERIFIED_EMAIL = True  # the roster vouches for addresses
MFA_FORMS = {
    "activate_totp": "peersupport.forms.accounts.TurnOnSecondStep",
    "authenticate": "peersupport.forms.accounts.SecondStep",
    "reauthenticate": "peersupport.forms.accounts.SecondStepAgain",
}
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if BEHIND_PROXY else 0
# ACCOUNTS (end)

# ---------------------------------------------------------------- what upper apps answer, by name
SIGN_UP_ALLOWED = "programs.answers.may_sign_up"
LOCAL = ["referrals.answers.local_services"]
# The variables that a module may name; LOCAL entries answer for these.
LOCAL_NAMES = frozenset(
    [
        "emergency",
        "crisis_line",
        "crisis_text",
        "doctors_line",
        "students_line",
        "counselling",
        "after_hours",
        "security",
        "hospital_emergency",
        "complaints",
        "sexual_harm",
        "under_18",
    ]
)
# Who must get nothing now, whose quiet hours it is until when, and the name that a school's mail bears.
HELD = ["programs.answers.held"]
QUIET = ["programs.answers.quiet_until"]
SENDER_NAME = ["programs.answers.sender_name"]
# What a notice of each kind says, asked for just before it is sent; None when nobody wants it any more.
STILL_WANTED = {
    "peersupport.test_page": "peersupport.answers.test_page",
    "peersupport.channel_off": "peersupport.answers.channel_off",
    "referrals.check_due": "referrals.answers.check_warning",
    "training.due": "training.answers.due_reminder",
}
# What a new program is filled with.
NEW_PROGRAM = ["referrals.answers.fill_new_program"]
THIS_WEEK = ["programs.answers.this_week", "training.answers.this_week", "referrals.answers.this_week"]

# ---------------------------------------------------------------- background work
CELERY_BROKER_URL = REDIS_URL or "filesystem://localhost//"
CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, Any] = (
    {"socket_timeout": 0.5, "socket_connect_timeout": 0.5, "max_retries": 0}
    if REDIS_URL
    else {
        "data_folder_in": str(DATA_DIR / "broker" / "queue"),
        "data_folder_out": str(DATA_DIR / "broker" / "queue"),
        "control_folder": str(DATA_DIR / "broker" / "control"),
        "store_processed": False,
    }
)
if not REDIS_URL:
    (DATA_DIR / "broker" / "queue").mkdir(parents=True, exist_ok=True)
    (DATA_DIR / "broker" / "control").mkdir(parents=True, exist_ok=True)
(DATA_DIR / "beat").mkdir(parents=True, exist_ok=True)
CELERY_BEAT_SCHEDULE_FILENAME = str(DATA_DIR / "beat" / "schedule")
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TASK_IGNORE_RESULT = True
CELERY_TIMEZONE = "UTC"
# The one list of timed jobs; `manage.py tick` runs the same list without Celery.
CELERY_BEAT_SCHEDULE: dict[str, dict[str, Any]] = {
    "beat heart": {"task": "peersupport.tasks.beat_heart", "schedule": timedelta(seconds=30)},
    "queue due reminders": {"task": "training.tasks.queue_due_reminders", "schedule": timedelta(minutes=1)},
    "drain outbox": {"task": "peersupport.tasks.drain_outbox", "schedule": timedelta(seconds=5)},
    "clear expired sessions": {
        "task": "peersupport.tasks.clear_expired_sessions",
        "schedule": timedelta(hours=6),
    },
    "drop expired counters": {
        "task": "peersupport.tasks.drop_expired_counters",
        "schedule": timedelta(hours=6),
    },
    "drop unproven accounts": {
        "task": "peersupport.tasks.drop_unproven_accounts",
        "schedule": timedelta(days=1),
    },
    # Copies of the help pages, for when the database is away; also written at each change of the directory.
    "write help copies": {"task": "referrals.tasks.write_help_copies", "schedule": timedelta(minutes=10)},
    "queue check warnings": {"task": "referrals.tasks.queue_check_warnings", "schedule": timedelta(hours=1)},
    "publish counts": {"task": "training.tasks.publish_counts", "schedule": timedelta(hours=1)},
    "purge": {"task": "peersupport.tasks.purge", "schedule": timedelta(days=1)},
    "drop stale uploads": {"task": "programs.tasks.drop_stale_uploads", "schedule": timedelta(hours=1)},
}

# ---------------------------------------------------------------- mail
MAIL = mail_settings(env, kept_in=DATA_DIR / "mail" if DEMO else None)
vars().update(MAIL)
EMAIL_FILE_PATH: str = MAIL.get("EMAIL_FILE_PATH", "")
MAIL_SERVICE: str = MAIL["MAIL_SERVICE"]
ANYMAIL: dict[str, Any] = MAIL["ANYMAIL"]

# ---------------------------------------------------------------- language, time, files
LANGUAGE_CODE = "en-au"
TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = False
STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATIC_ROOT.mkdir(exist_ok=True)  # WhiteNoise warns about a missing one
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if APP_ENV == "test"
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
CONTENT_DIR = BASE_DIR / "content"
LARGEST_REQUEST = 12 * 1024 * 1024  # bytes; a roster may have 10 MB
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 12 * 1024 * 1024

# ---------------------------------------------------------------- security
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "object-src": [NONE],
        "manifest-src": [SELF],
        "worker-src": [SELF],
    }
}
X_FRAME_OPTIONS = "DENY"
# Not no-referrer: browsers then send "Origin: null" with our own forms, which the forgery check refuses.
# Other sites get nothing either way.
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
if PRODUCTION:
    SECURE_SSL_REDIRECT = True
    SECURE_HSTS_SECONDS = int(timedelta(days=365).total_seconds())
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-session", "__Host-form"
if BEHIND_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

LOGGING: dict[str, Any] = {
    # Says what broke, never who asked: no addresses, no bodies, no user agents.
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}


def refuse_to_start_insecure() -> None:
    """Raise ImproperlyConfigured, naming every unsafe setting, when this is a production start."""
    temporary = Path(tempfile.gettempdir()).resolve()
    name = str(DATABASES["default"]["NAME"])
    database = Path(name) if ON_SQLITE and name != ":memory:" else None
    reasons = [
        reason
        for wrong, reason in (
            (
                SECRET_KEY == SAMPLE_KEY or len(SECRET_KEY) < 50,
                "SECRET_KEY is missing, the sample one, or under 50 letters",
            ),
            (DEBUG, "DEBUG is on"),
            (DEMO, "DEMO is on: its passwords are known to everybody"),
            (not ALLOWED_HOSTS, "ALLOWED_HOSTS is empty"),
            (
                MAIL["EMAIL_BACKEND"].endswith(("console.EmailBackend", "filebased.EmailBackend")),
                "EMAIL_URL names no mail server: sign-in codes would go into the log",
            ),
            (
                any(
                    key == SAMPLE_FIELD_KEY or len(key) != len(SAMPLE_FIELD_KEY)
                    for key in FIELD_ENCRYPTION_KEYS
                ),
                "FIELD_ENCRYPTION_KEYS is missing, the sample one, or no key of 32 bytes in base64",
            ),
            (
                database is not None and temporary in database.resolve().parents,
                "the SQLite file lies in a temporary folder and would be lost",
            ),
        )
        if wrong
    ]
    if reasons:
        raise ImproperlyConfigured("Refusing to start in production: " + "; ".join(reasons) + ".")


if PRODUCTION:
    refuse_to_start_insecure()
