"""Erasing people who have left: when, what goes with them, and what stays where others point to them."""

from datetime import UTC, datetime, timedelta

from allauth.account.models import EmailAddress

from peersupport.actions.accounts import account_for
from peersupport.actions.purge import purge
from peersupport.audit import record
from peersupport.clock import now
from peersupport.models import AuditEntry, Channel, NoticeChoices, PurgeReport, User
from peersupport.models.outbox import ChannelKind
from programs.actions.departures import end_quietly, undo_departure
from programs.models import Membership, Role
from tests.people import School, leave, load_reviewed
from training.actions.progress import pass_step
from training.models import Progress, Review

LONG = timedelta(days=3 * 366)


def test_of_a_leaver_nothing_is_left(kestrel: School, a_student: User) -> None:
    version = load_reviewed(kestrel)
    pass_step(by=a_student, version=version, number=1, choices=[], today=kestrel.today)
    Channel.objects.create(user=a_student, kind=ChannelKind.EMAIL)
    NoticeChoices.objects.create(user=a_student)
    EmailAddress.objects.create(user=a_student, email=a_student.email, verified=True, primary=True)
    leave(a_student, now())
    purge(now=now() + timedelta(days=364))
    assert Progress.objects.exists()
    purge(now=now() + timedelta(days=366))
    assert not User.objects.filter(pk=a_student.pk).exists()
    assert not Progress.objects.exists()
    for model in (Channel, NoticeChoices, EmailAddress):
        assert not model._base_manager.filter(user=a_student.pk).exists()


def test_graduates_keep_their_training_until_a_year_has_passed(kestrel: School, a_student: User) -> None:
    """A role may end before they graduate: in the second year after it at the latest."""
    ended = datetime(2027, 6, 30, tzinfo=UTC)
    leave(a_student, ended, graduation_year=2029)
    purge(now=datetime(2030, 12, 31, tzinfo=UTC))
    assert User.objects.filter(pk=a_student.pk).exists()
    purge(now=datetime(2031, 1, 1, tzinfo=UTC))
    assert not User.objects.filter(pk=a_student.pk).exists()


def test_whoever_has_died_is_not_waited_for(kestrel: School, a_student: User, another_student: User) -> None:
    for person in (a_student, another_student):
        Membership.objects.filter(user=person).update(graduation_year=2039)
    end_quietly(by=kestrel.staff, program=kestrel.program, person=a_student, now=now())
    undone = end_quietly(by=kestrel.staff, program=kestrel.program, person=another_student, now=now())
    undo_departure(by=kestrel.staff, departure=undone, now=now())
    Membership.objects.filter(user=another_student).update(ends_at=now())
    purge(now=now() + timedelta(days=366))
    assert set(User.objects.values_list("given_name", flat=True)) == {"Omar", "Anjali"}


def test_whoever_has_a_role_still_or_never_had_one_stays(
    kestrel: School, a_supporter: User, somebody_on_no_list: User
) -> None:
    old = Membership.objects.get(user=a_supporter, role=Role.STUDENT)
    Membership.objects.filter(pk=old.pk).update(starts_at=now() - LONG, ends_at=now() - LONG / 2)
    purge(now=now())
    assert Membership.objects.filter(pk=old.pk).exists()
    assert User.objects.filter(pk=somebody_on_no_list.pk).exists()


def test_whoever_came_by_themselves_and_never_got_a_role_goes_after_a_year(
    kestrel: School, a_student: User
) -> None:
    """Opened by a code, so that the daily job for those that nobody proved leaves it."""
    came = [account_for(email=f"{name}@kestrel.example") for name in ("ivy", "una")]
    EmailAddress.objects.update(verified=True)
    kestrel.join(Role.SUPPORTER, "una")
    purge(now=now() + timedelta(days=364))
    assert User.objects.filter(pk__in=[user.pk for user in came if user]).count() == 2
    purge(now=now() + timedelta(days=366))
    assert set(User.objects.filter(email__contains="a@").values_list("email", flat=True)) == {
        "una@kestrel.example",
        a_student.email,
    }
    assert PurgeReport.objects.get(kept="account").scope is None
    assert purge(now=now() + timedelta(days=366)) == 0


def test_where_others_rows_point_to_a_leaver_only_a_number_stays(kestrel: School, a_student: User) -> None:
    """Whoever reviewed a module, gave a role or stands in the record: no name, no address, no way in."""
    load_reviewed(kestrel)
    kestrel.join(Role.STAFF, "Maya", family="Quist")
    leave(kestrel.staff, now())
    record(by=kestrel.staff, verb="look", on=kestrel.program)
    AuditEntry.objects.update(at=now() + timedelta(days=300))
    purge(now=now() + timedelta(days=366))
    gone = User.objects.get(pk=kestrel.staff.pk)
    assert gone.email == f"{gone.uuid}@erased.invalid"
    assert (gone.full_name, gone.is_active, gone.has_usable_password()) == ("", False, False)
    assert Review.objects.get().name == ""
    assert AuditEntry.objects.filter(by=gone, verb="look").exists()
    assert not Membership.objects.filter(user=gone).exists()
