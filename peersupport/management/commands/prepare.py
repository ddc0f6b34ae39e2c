from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.core.management.base import BaseCommand

from peersupport import heart
from peersupport.clock import database_now


class Command(BaseCommand):
    help = "Bring database, static files and content up to date, and fill an empty demo; safe to repeat."
    requires_system_checks = ()  # half of a second start; the settings themselves refuse what is unsafe

    def handle(self, *args: Any, **options: Any) -> None:
        call_command("migrate", interactive=False, verbosity=0)
        call_command("createcachetable", verbosity=0)
        # What app.css is made from is not sent to anybody.
        call_command("collectstatic", interactive=False, verbosity=0, ignore_patterns=["*.scss", "theme.css"])
        call_command("load_content")
        call_command("load_services")
        for name in heart.EXPECTED:  # whoever is to run the clockwork has three minutes to begin
            heart.beat(name, database_now())
        if settings.DEMO and not get_user_model().objects.exists():
            call_command("seed")
        call_command("write_help_copies")
