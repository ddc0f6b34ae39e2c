from typing import Any

from django.core.management.base import BaseCommand

from peersupport.clock import now
from referrals.actions.packs import fill_directories


class Command(BaseCommand):
    help = "Fill each school's directory from its country's pack; leaves alone what a school has changed."

    def handle(self, *args: Any, **options: Any) -> None:
        count = fill_directories(now=now())
        self.stdout.write(f"{count} services written" if count else "Every directory is up to date")
