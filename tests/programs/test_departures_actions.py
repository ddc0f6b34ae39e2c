"""When somebody has died: everything ends, nothing is sent, and for 30 days it can be undone."""

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail

from peersupport.actions.purge import purge
from peersupport.clock import database_now, now
from peersupport.errors import Refused
from peersupport.kept import kept_for
from peersupport.models import AuditEntry, Channel, Notification, User
from peersupport.models.outbox import ChannelKind, State
from peersupport.outbox import drain
from programs.actions.cohorts import add_person, add_year, end_membership
from programs.actions.departures import end_quietly, undo_departure
from programs.actions.holds import hold_notices, lift_hold
from programs.answers import held
from programs.models import Departure, Hold, Membership, Role
from tests.peersupport.outboxes import make_notices
from tests.people import School, sign_in


def end(school: School, person: User) -> Departure:
    return end_quietly(by=school.staff, program=school.program, person=person, now=now())


def in_force(person: User) -> set[str]:
    rows = Membership.objects.filter(user=person)
    return {row.role for row in rows if row.is_open(now())}


def test_everything_ends_at_once_and_is_written_down(kestrel: School, a_supporter: User) -> None:
    """Both roles, next year's too; what was over before is left as it is."""
    next_year = add_year(
        program=kestrel.program,
        label="next year",
        starts_on=kestrel.year.ends_on + timedelta(days=1),
        ends_on=kestrel.year.ends_on + timedelta(days=300),
    )
    add_person(by=None, year=next_year, email=a_supporter.email, role=Role.STUDENT, year_level=5, now=now())
    lead = kestrel.join(Role.LEAD, "Tom")
    over = end_membership(by=kestrel.staff, membership=lead, now=now()).ends_at
    departure = end(kestrel, a_supporter)
    assert in_force(a_supporter) == set()
    assert Membership.objects.get(pk=lead.pk).ends_at == over
    assert len(departure.ended) == 3
    line = AuditEntry.objects.get(verb="departure")
    assert (line.by, line.on_id, line.scope) == (kestrel.staff, str(departure.uuid), kestrel.program.uuid)
    assert line.count is None


def test_nothing_is_sent_to_anybody(kestrel: School, a_student: User, another_student: User) -> None:
    """What waits for them is cancelled, duties too; what was given up leaves the staff's sight."""
    given_up, *_ = make_notices(1, a_student)
    Notification.objects.filter(pk=given_up.pk).update(state=State.DEAD, ended_at=now())
    make_notices(2, a_student)
    make_notices(1, a_student, duty=True)
    before = Notification.objects.count()
    end(kestrel, a_student)
    assert set(Notification.objects.values_list("state", flat=True)) == {State.CANCELLED}
    # Somebody queues more all the same: a duty, and a notice.
    make_notices(1, a_student, duty=True)
    make_notices(1, a_student)
    drain(urgent=True)
    drain(urgent=False, clock=lambda: database_now() + timedelta(hours=14))
    assert mail.outbox == []
    assert Notification.objects.count() == before + 2
    assert set(Notification.objects.values_list("state", flat=True)) == {State.CANCELLED}


def test_every_channel_goes_off_and_every_device_is_signed_out(
    kestrel: School, a_student: User, another_student: User
) -> None:
    theirs, other = sign_in(a_student), sign_in(another_student)
    Channel.objects.create(user=a_student, kind=ChannelKind.EMAIL, proven_at=now())
    assert theirs.get("/learn/modules/").status_code == 200
    end(kestrel, a_student)
    assert theirs.get("/learn/modules/").status_code == 302
    assert other.get("/learn/modules/").status_code == 200
    assert not Channel.objects.proven(now()).filter(user=a_student).exists()
    undo_departure(by=kestrel.staff, departure=Departure.objects.get(), now=now())
    assert theirs.get("/learn/modules/").status_code == 302  # they sign in anew
    assert Channel.objects.proven(now()).filter(user=a_student).exists()


def test_undone_within_thirty_days_all_is_as_it_was_and_nothing_goes_out(
    kestrel: School, a_supporter: User
) -> None:
    before = list(Membership.objects.order_by("pk").values_list("pk", "starts_at", "ends_at"))
    Channel.objects.create(
        user=a_supporter, kind=ChannelKind.EMAIL, off_at=now(), off_because=Channel.Off.BOUNCED
    )
    make_notices(2, a_supporter)
    departure = end(kestrel, a_supporter)
    undo_departure(by=kestrel.staff, departure=departure, now=departure.until - timedelta(seconds=1))
    assert list(Membership.objects.order_by("pk").values_list("pk", "starts_at", "ends_at")) == before
    a_supporter.refresh_from_db()
    assert a_supporter.is_active
    # A channel that was off for another reason stays off.
    assert Channel.objects.get().off_because == Channel.Off.BOUNCED
    drain(urgent=False, clock=lambda: database_now() + timedelta(hours=14))
    assert mail.outbox == []
    departure.refresh_from_db()
    assert (departure.undone_by, departure.ended) == (kestrel.staff, {})
    assert AuditEntry.objects.get(verb="undo departure").by == kestrel.staff
    with pytest.raises(Refused, match="undone already"):
        undo_departure(by=kestrel.staff, departure=departure, now=now())
    end(kestrel, a_supporter)  # and it may have been right after all


def test_after_thirty_days_it_is_final(kestrel: School, a_student: User) -> None:
    departure = end(kestrel, a_student)
    purge(now=departure.until - timedelta(seconds=1))
    departure.refresh_from_db()
    assert departure.ended
    with pytest.raises(Refused, match="30 days are over"):
        undo_departure(by=kestrel.staff, departure=departure, now=departure.until)
    purge(now=departure.until)
    departure.refresh_from_db()
    assert departure.ended == {}


def test_a_school_s_own_days_are_those_in_which_it_can_be_undone(
    kestrel: School, a_student: User, settings: Any
) -> None:
    """What undoing takes is not emptied while the page still offers to undo."""
    settings.KEPT = kept_for("undo=10=Privacy office, minute 4")
    departure = end(kestrel, a_student)
    assert departure.until == departure.at + timedelta(days=10)
    purge(now=departure.until - timedelta(seconds=1))
    assert Departure.objects.undoable(departure.until - timedelta(seconds=1)).get().ended
    purge(now=departure.until)
    assert not Departure.objects.undoable(departure.until).exists()
    with pytest.raises(Refused, match="10 days are over"):
        undo_departure(by=kestrel.staff, departure=departure, now=departure.until)


def test_of_one_that_was_undone_nothing_stays(kestrel: School, a_student: User) -> None:
    departure = end(kestrel, a_student)
    undo_departure(by=kestrel.staff, departure=departure, now=now())
    purge(now=departure.until - timedelta(seconds=1))
    assert Departure.objects.exists()
    purge(now=departure.until)
    assert not Departure.objects.exists()


def test_what_is_refused(kestrel: School, harrow: School, a_student: User) -> None:
    with pytest.raises(Refused, match="your own page"):
        end(kestrel, kestrel.staff)
    elsewhere = harrow.join(Role.STUDENT, "Wren").user
    with pytest.raises(Refused, match="looked after elsewhere"):
        end(kestrel, elsewhere)
    end(kestrel, a_student)
    with pytest.raises(Refused, match="entered already"):
        end(kestrel, a_student)
    with pytest.raises(Refused, match="closed"):
        kestrel.join(Role.SUPPORTER, "Priya")
    assert Departure.objects.count() == 1


def test_a_hold_on_the_person_goes_with_them(kestrel: School, a_student: User) -> None:
    hold = hold_notices(
        by=kestrel.staff, program=kestrel.program, reach=Hold.Reach.PERSON, user=a_student, now=now()
    )
    end(kestrel, a_student)
    hold.refresh_from_db()
    assert hold.ends_at is not None
    assert hold.lifted_by == kestrel.staff


def test_undone_the_hold_on_the_person_is_in_force_again(kestrel: School, a_student: User) -> None:
    """One that somebody had lifted before stays lifted."""
    whom: dict[str, Any] = {"by": kestrel.staff, "program": kestrel.program, "user": a_student}
    over = hold_notices(**whom, reach=Hold.Reach.PERSON, now=now())
    lift_hold(by=kestrel.staff, hold=over, now=now())
    hold = hold_notices(**whom, reach=Hold.Reach.PERSON, now=now())
    departure = end(kestrel, a_student)
    assert not Hold.objects.in_force(now()).exists()
    undo_departure(by=kestrel.staff, departure=departure, now=now())
    assert Hold.objects.get(ends_at=None) == hold
    assert Hold.objects.get(lifted_by=None) == hold
    assert held([a_student.pk], now()) == {a_student.pk}
