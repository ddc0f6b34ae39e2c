from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from peersupport.clock import now
from peersupport.errors import Refused
from programs.models import Program
from referrals.actions.demo import PASSWORD, make_demo_schools, make_demo_training

STAGES = ("school", "training")


class Command(BaseCommand):
    help = "Fill an empty installation with the demo schools, up to a stage. Only under DEMO=1."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--stage", choices=STAGES, default=STAGES[-1], help="How far to go; default: all the way."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if Program.objects.exists():
            raise CommandError("There is data here already. Demo data goes into an empty installation only.")
        try:
            with transaction.atomic():
                program = make_demo_schools(now=now())
                if options["stage"] == "training":
                    make_demo_training(program=program, now=now())
        except Refused as refused:
            raise CommandError(refused.sentence) from None
        self.stdout.write(
            f"{program.name} is ready. Sign in as student@, supporter@, staff@, lead@ or adviser@demo.example"
        )
        self.stdout.write(f"(or outsider@demo.example, of another school), password {PASSWORD}.")
