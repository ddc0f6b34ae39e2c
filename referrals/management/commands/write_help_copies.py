from typing import Any

from django.core.management.base import BaseCommand

from referrals.actions.helppages import write_copies


class Command(BaseCommand):
    help = "Write the copies of the help pages that are shown while the database is away; safe to repeat."

    def handle(self, *args: Any, **options: Any) -> None:
        write_copies()
