"""The settings of mail: by SMTP, or through a mail service that django-anymail knows."""

from importlib.util import find_spec
from pathlib import Path
from typing import Any

import environ
from django.core.exceptions import ImproperlyConfigured

TIMEOUT_S = 10  # a lease of the outbox is longer


def mail_settings(env: environ.Env, kept_in: Path | None) -> dict[str, Any]:
    """EMAIL_URL names a mail server, MAIL_SERVICE a service; ANYMAIL_… say what the service wants to know.

    Without either, mail is kept in files in the folder `kept_in`, or shown in the terminal.
    """
    sender = env.str("FROM_EMAIL", "Alongside <no-reply@localhost>")
    service = env.str("MAIL_SERVICE", "").lower()
    return {
        **env.email_url("EMAIL_URL", default=f"filemail://{kept_in}" if kept_in else "consolemail://"),
        **({"EMAIL_BACKEND": _backend(service)} if service else {}),
        "EMAIL_TIMEOUT": TIMEOUT_S,
        "DEFAULT_FROM_EMAIL": sender,
        "SERVER_EMAIL": sender,
        "MAIL_SERVICE": service,
        "ANYMAIL": {
            **{
                name.removeprefix("ANYMAIL_"): value
                for name, value in env.ENVIRON.items()
                if name.startswith("ANYMAIL_")
            },
            # To be reached, and to answer: together less than the shortest lease of the outbox.
            "REQUESTS_TIMEOUT": (3, TIMEOUT_S),
            # Nobody is followed: no picture that tells who reads, no link that tells who presses it.
            "SEND_DEFAULTS": {"track_opens": False, "track_clicks": False},
            "IGNORE_UNSUPPORTED_FEATURES": True,
        },
    }


def _backend(service: str) -> str:
    if not service.isidentifier() or find_spec(f"anymail.backends.{service}") is None:
        raise ImproperlyConfigured(f"MAIL_SERVICE is {service!r}, which django-anymail does not know.")
    return f"anymail.backends.{service}.EmailBackend"
