"""Stopping all notices but duties to one person, a year level, a site or everybody; letting them go again."""

from datetime import datetime

from django.db import IntegrityError, transaction

from peersupport.audit import record
from peersupport.errors import Refused
from peersupport.models import User
from peersupport.outbox.cancelling import cancel_waiting
from programs.models import Hold, Membership, Program, Site

LOOKED_AFTER_ELSEWHERE = "This person is looked after elsewhere, so their notices cannot be stopped here."


@transaction.atomic
def hold_notices(
    *,
    by: User,
    program: Program,
    reach: Hold.Reach,
    now: datetime,
    user: User | None = None,
    year_level: int | None = None,
    site: Site | None = None,
) -> Hold:
    """Stop all notices but duties until lifted. What waits to be sent is cancelled at once, for good.

    Nobody is asked why, and those it reaches are not told.
    """
    if user is not None:
        places = Membership.objects.open(now).filter(user=user)
        if places.exists() and not places.of_program(program).exists():
            raise Refused(LOOKED_AFTER_ELSEWHERE)
    hold = Hold(
        program=program, reach=reach, user=user, year_level=year_level, site=site, by=by, starts_at=now
    )
    try:
        with transaction.atomic():
            hold.save()
    except IntegrityError:
        raise Refused("These notices are on hold already.") from None
    cancelled = _cancel(hold, now)
    record(by=by, verb="hold notices", on=hold, scope=program.uuid, count=cancelled)
    return hold


@transaction.atomic
def lift_hold(*, by: User, hold: Hold, now: datetime) -> Hold:
    """Let notices go again from now on. What fell due meanwhile is not sent later."""
    hold = Hold.objects.select_for_update(of=("self",)).select_related("program").get(pk=hold.pk)
    if hold.ends_at is not None:
        raise Refused("This hold has been lifted already.")
    # While nothing could be sent at all, the sender has not dropped these.
    _cancel(hold, now, due_by=now)
    hold.ends_at, hold.lifted_by = now, by
    hold.save(update_fields=["ends_at", "lifted_by"])
    record(by=by, verb="lift hold", on=hold, scope=hold.program.uuid)
    return hold


def _cancel(hold: Hold, at: datetime, due_by: datetime | None = None) -> int:
    here = Membership.objects.active(at).reached_by(hold).values("user")
    return cancel_waiting(
        here if hold.user_id is None else [hold.user_id],
        scope=hold.program.uuid,
        shared=Membership.objects.open(at).exclude(year__program=hold.program_id).values("user"),
        why="held",
        at=at,
        due_by=due_by,
    )
