"""When somebody has died: everything ends quietly, nobody is told, and for 30 days it can be undone."""

from datetime import datetime

from django.db import IntegrityError, transaction

from peersupport.actions.accounts import close_account, reopen_account
from peersupport.audit import record
from peersupport.errors import Refused
from peersupport.models import User
from programs.actions.enrolment import lock
from programs.models import Departure, Hold, Membership, Program
from programs.models.departures import undo_for

THEIR_OWN = "This is your own page."
LOOKED_AFTER_ELSEWHERE = "This account is looked after elsewhere, so it cannot be closed here."
ENTERED = "This has been entered already."
UNDONE = "This has been undone already."
TOO_LATE = "The {days} days are over, so this cannot be undone here. Ask whoever runs the installation."


@transaction.atomic
def end_quietly(*, by: User, program: Program, person: User, now: datetime) -> Departure:
    """End every membership of somebody who has died and close the account. Nothing is sent to anybody.

    What waits to be sent to them is cancelled, their signed-in devices are signed out, and no page, list or
    file of the school names them from now on.
    """
    if person == by:
        raise Refused(THEIR_OWN)
    lock(program)
    if Membership.objects.filter(user=person, ends_at__gt=now).exclude(year__program=program).exists():
        raise Refused(LOOKED_AFTER_ELSEWHERE)
    rows = Membership.objects.of_program(program).filter(user=person).select_for_update(of=("self",))
    open_rows = [row for row in rows if row.is_open(now)]
    ended = {str(row.uuid): row.ends_at.isoformat() for row in open_rows}
    try:
        with transaction.atomic():
            departure = Departure.objects.create(program=program, user=person, at=now, by=by, ended=ended)
    except IntegrityError:
        raise Refused(ENTERED) from None
    for row in open_rows:
        row.ends_at = max(now, row.starts_at)
    Membership.objects.bulk_update(open_rows, ["ends_at"])
    # The account is closed now, which stops more than the hold did.
    Hold.objects.of_program(program).filter(user=person, ends_at=None).update(ends_at=now, lifted_by=by)
    close_account(user=person, now=now)
    record(by=by, verb="departure", on=departure, scope=program.uuid)
    return departure


@transaction.atomic
def undo_departure(*, by: User, departure: Departure, now: datetime) -> Departure:
    """Give everything back as it was. Nothing that was cancelled is sent, and nothing is said to anybody."""
    lock(departure.program)
    departure.refresh_from_db()
    if departure.undone_at is not None:
        raise Refused(UNDONE)
    if now >= departure.until:
        raise Refused(TOO_LATE.format(days=undo_for().days))
    rows = list(Membership.objects.filter(uuid__in=departure.ended))
    for row in rows:
        row.ends_at = datetime.fromisoformat(departure.ended[str(row.uuid)])
    Membership.objects.bulk_update(rows, ["ends_at"])
    reopen_account(user=departure.user, closed_at=departure.at)
    ended_with_it = Hold.objects.of_program(departure.program).filter(
        user=departure.user, ends_at=departure.at, lifted_by=departure.by
    )
    ended_with_it.update(ends_at=None, lifted_by=None)
    departure.ended, departure.undone_at, departure.undone_by = {}, now, by
    departure.save(update_fields=["ended", "undone_at", "undone_by"])
    record(by=by, verb="undo departure", on=departure, scope=departure.program.uuid)
    return departure


def settle_departures(keys: list[int]) -> None:
    """Forget what undoing would take, now that the time for it is over; what was undone goes altogether."""
    rows = Departure.objects.filter(pk__in=keys)
    rows.exclude(undone_at=None).delete()
    rows.update(ended={})
