"""A school's reading of the questions about a friend."""

from datetime import datetime

from django.db import IntegrityError, transaction

from peersupport.audit import record
from peersupport.errors import Refused
from peersupport.models import User
from programs.models import Program
from referrals.actions.helppages import write_copy_of
from referrals.models.chooser import ChooserReview, the_chooser


@transaction.atomic
def review_chooser(*, by: User, program: Program, digest: str, now: datetime) -> ChooserReview:
    """Say for this school that the words with this digest were read and are right."""
    chooser = the_chooser()
    if digest != chooser.digest:
        raise Refused("The words have changed since you opened this page. Please read them again.")
    try:
        with transaction.atomic():
            review = ChooserReview.objects.create(
                program=program, digest=digest, version=chooser.version, by=by, on=program.today(now)
            )
    except IntegrityError:
        raise Refused("Your school has read and approved these words already.") from None
    record(by=by, verb="review chooser", on=program, scope=program.uuid)
    transaction.on_commit(lambda: write_copy_of(program.slug), robust=True)
    return review
