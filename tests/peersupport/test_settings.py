"""The settings file: nothing needed on a laptop, nothing unsafe in production."""

import os
import runpy
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

ROOT = Path(__file__).resolve().parents[2]
SETTINGS = ROOT / "peersupport" / "settings.py"
ASKED = (
    "APP_ENV",
    "DEBUG",
    "DEMO",
    "DATA_DIR",
    "DATABASE_URL",
    "REDIS_URL",
    "SECRET_KEY",
    "ALLOWED_HOSTS",
    "BEHIND_PROXY",
    "EMAIL_URL",
    "MAIL_SERVICE",
    "ANYMAIL_POSTMARK_SERVER_TOKEN",
    "FIELD_ENCRYPTION_KEYS",
    "SITE_URL",
)
SAFE = {
    "APP_ENV": "production",
    "SECRET_KEY": "k3y-" * 20,
    "ALLOWED_HOSTS": "peers.example.edu",
    "DATABASE_URL": "postgres://somebody@127.0.0.1:5432/peers",
    "EMAIL_URL": "smtp://127.0.0.1:25",
    "FIELD_ENCRYPTION_KEYS": "k" * 43 + "=",
}


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    """The settings with these variables and no others; DATA_DIR lies in a temporary folder."""

    def run(**variables: str) -> dict[str, Any]:
        for name in ASKED:
            monkeypatch.delenv(name, raising=False)
        for name, value in {"DATA_DIR": str(tmp_path / "data"), **variables}.items():
            monkeypatch.setenv(name, value)
        return runpy.run_path(str(SETTINGS))

    return run


def test_with_nothing_set_it_runs_on_a_laptop(read: Any, tmp_path: Path) -> None:
    found = read()
    assert (found["APP_ENV"], found["DEBUG"], found["DEMO"]) == ("development", False, False)
    assert found["DATABASES"]["default"]["NAME"] == str(tmp_path / "data" / "alongside.sqlite3")
    assert found["DATABASES"]["default"]["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    assert found["CELERY_BROKER_URL"].startswith("filesystem://")
    assert (tmp_path / "data" / "broker" / "queue").is_dir()
    assert (tmp_path / "data" / "static").is_dir()
    assert "SECURE_SSL_REDIRECT" not in found


def test_an_unknown_environment_is_refused(read: Any) -> None:
    with pytest.raises(ImproperlyConfigured, match="must be development, test or production"):
        read(APP_ENV="prod")


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"SECRET_KEY": ""}, "SECRET_KEY is missing"),
        ({"SECRET_KEY": "short"}, "under 50 letters"),
        ({"SECRET_KEY": "sample-key-for-a-laptop-only-never-for-real-people-0000000000"}, "the sample one"),
        ({"DEBUG": "1"}, "DEBUG is on"),
        ({"DEMO": "1"}, "DEMO is on"),
        ({"ALLOWED_HOSTS": ""}, "ALLOWED_HOSTS is empty"),
        ({"EMAIL_URL": None}, "EMAIL_URL names no mail server"),
        ({"FIELD_ENCRYPTION_KEYS": None}, "FIELD_ENCRYPTION_KEYS is missing"),
        ({"FIELD_ENCRYPTION_KEYS": "short"}, "FIELD_ENCRYPTION_KEYS is missing"),
        ({"DATABASE_URL": "sqlite:////tmp/peers.sqlite3"}, "lies in a temporary folder"),
    ],
)
def test_production_refuses_to_start(read: Any, wrong: dict[str, str | None], reason: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=reason) as refused:
        read(**{name: value for name, value in {**SAFE, **wrong}.items() if value is not None})
    assert str(refused.value).startswith("Refusing to start in production: ")
    assert str(refused.value).count(";") == 0


def test_production_names_every_reason_at_once(read: Any) -> None:
    with pytest.raises(ImproperlyConfigured) as refused:
        read(APP_ENV="production", DEBUG="1", DEMO="1")
    assert str(refused.value).count(";") == 6


def test_production_that_is_safe(read: Any) -> None:
    found = read(**SAFE, BEHIND_PROXY="1", REDIS_URL="redis://127.0.0.1:6379/0")
    assert found["SECURE_SSL_REDIRECT"]
    assert found["SITE_URL"] == "https://peers.example.edu"
    assert found["SESSION_COOKIE_SECURE"]
    assert found["CSRF_COOKIE_SECURE"]
    assert found["SESSION_COOKIE_NAME"].startswith("__Host-")
    assert found["SECURE_PROXY_SSL_HEADER"] == ("HTTP_X_FORWARDED_PROTO", "https")
    assert found["ALLAUTH_TRUSTED_PROXY_COUNT"] == 1
    assert found["CELERY_BROKER_URL"] == "redis://127.0.0.1:6379/0"
    assert found["CACHES"]["default"]["BACKEND"].endswith("Counters")  # not Redis: it may be away
    assert found["DATABASES"]["default"]["OPTIONS"]["pool"]


def test_a_process_does_not_start_insecure(tmp_path: Path) -> None:
    """The same through the door that people use."""
    environment = {
        name: value for name, value in os.environ.items() if name not in ASKED and not name.startswith("COV_")
    }
    environment |= {**SAFE, "DEMO": "1", "DATA_DIR": str(tmp_path)}
    run = subprocess.run(
        [sys.executable, "manage.py", "check"], cwd=ROOT, env=environment, capture_output=True, text=True
    )
    assert run.returncode != 0
    assert "Refusing to start in production: DEMO is on" in run.stderr


def test_a_mail_service_is_chosen_by_its_name(read: Any) -> None:
    assert read(EMAIL_URL="smtp://127.0.0.1:25")["EMAIL_BACKEND"].endswith("smtp.EmailBackend")
    found = read(MAIL_SERVICE="Postmark", ANYMAIL_POSTMARK_SERVER_TOKEN="token")
    assert found["EMAIL_BACKEND"] == "anymail.backends.postmark.EmailBackend"
    assert found["ANYMAIL"]["POSTMARK_SERVER_TOKEN"] == "token"
    assert found["ANYMAIL"]["SEND_DEFAULTS"] == {"track_opens": False, "track_clicks": False}
    for unknown in ("pigeons", "../postmark"):
        with pytest.raises(ImproperlyConfigured, match="MAIL_SERVICE"):
            read(MAIL_SERVICE=unknown)
