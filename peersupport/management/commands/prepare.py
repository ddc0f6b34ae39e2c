from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = (
        "Bring an installation up to date: tables, cache, words and services, static files; "
        "under DEMO=1 the demo school as well, once. Running it again changes nothing."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        call_command("migrate", interactive=False, verbosity=0)
        call_command("createcachetable", verbosity=0)
        call_command("load_content")
        call_command("collectstatic", interactive=False, verbosity=0, ignore_patterns=["*.scss", "theme.css"])
        if settings.DEMO and not get_user_model().objects.exists():
            self.stdout.write("Making the demo school. This happens once.")
            call_command("seed")
