"""How far the demo school has come with checking the services of its country."""

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from peersupport.models import User
from programs.models import Program
from referrals.actions.chooser import review_chooser
from referrals.actions.services import confirm_service
from referrals.models.chooser import the_chooser
from referrals.models.services import Service

NOT_YET_CHECKED: Final = {"au-qlife", "au-mensline", "au-gp"}
LONG_AGO: Final = {"au-beyondblue": 130, "au-healthdirect": 124}  # days since the last check
CHOOSER_READ: Final = timedelta(days=30)


@transaction.atomic
def check_demo_services(*, by: User, program: Program, now: datetime) -> int:
    """Nearly all that is shown has been rung, some long ago, and the questions read; how many were rung."""
    rows = Service.objects.of_program(program).published().filter(checked_on=None)
    chosen = [row for row in rows if row.pack_key not in NOT_YET_CHECKED]
    for row in chosen:
        days = LONG_AGO.get(row.pack_key, 20)
        confirm_service(by=by, service=row, now=now - timedelta(days=days))
    review_chooser(by=by, program=program, digest=the_chooser().digest, now=now - CHOOSER_READ)
    return len(chosen)
