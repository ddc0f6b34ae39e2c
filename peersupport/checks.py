"""Settings that would give something away in production: run by `manage.py check --deploy`."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Tags, Warning, register  # noqa: A004 - Django's name

from peersupport.engines.neutral import telling_word


@register(Tags.security, deploy=True)
def neutral_names(app_configs: Sequence[AppConfig] | None, **options: Any) -> list[CheckMessage]:
    """The address of the site and the sender of its mail stand in inboxes and histories."""
    seen = {
        "SITE_URL": settings.SITE_URL,
        "FROM_EMAIL": settings.DEFAULT_FROM_EMAIL,
        "APP_NAME": settings.APP_NAME,
    }
    return [
        Warning(
            f"{name} is “{value}”: “{word}” tells whoever looks over a shoulder what it is about.",
            hint="Choose a neutral name, such as alongside.example.edu.",
            id="peersupport.W001",
        )
        for name, value in seen.items()
        if (word := telling_word(value))
    ]
