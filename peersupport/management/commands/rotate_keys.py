from typing import Any

from django.core.management.base import BaseCommand

from peersupport.actions.keys import rotate_keys


class Command(BaseCommand):
    help = "Close numbers and codes anew with the first of FIELD_ENCRYPTION_KEYS; the other keys may then go."

    def handle(self, *args: Any, **options: Any) -> None:
        for column, count in rotate_keys().items():
            self.stdout.write(f"{column}: {count}")
