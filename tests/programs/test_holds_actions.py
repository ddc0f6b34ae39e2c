"""A hold: what waits is cancelled at once, nothing is caught up on, and who did it is written down."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db.models import F

from peersupport.clock import now
from peersupport.errors import Refused
from peersupport.models import Attempt, AuditEntry, Notification, User
from peersupport.models.outbox import State
from programs.actions.holds import hold_notices, lift_hold
from programs.answers import held
from programs.models import Hold, Membership, Role
from tests.peersupport.outboxes import make_notices
from tests.people import School
from tests.races import at_once

Reach = Hold.Reach


def states(user: User) -> list[str]:
    return list(Notification.objects.filter(recipient=user).order_by("pk").values_list("state", flat=True))


@pytest.fixture
def stop(kestrel: School) -> Callable[..., Hold]:
    def stop(reach: Hold.Reach, **whom: object) -> Hold:
        return hold_notices(by=kestrel.staff, program=kestrel.program, reach=reach, now=now(), **whom)  # type: ignore[arg-type]

    return stop


@pytest.mark.parametrize(
    ("reach", "reached"),
    [
        (Reach.PERSON, {"Priya"}),
        (Reach.LEVEL, {"Priya", "Maya"}),
        (Reach.SITE, {"Priya", "Tom"}),
        (Reach.PROGRAM, {"Priya", "Maya", "Tom", "Omar", "Anjali"}),
    ],
)
def test_what_waits_for_those_it_reaches_is_cancelled_and_for_nobody_else(
    kestrel: School,
    a_student: User,
    another_student: User,
    a_supporter: User,
    student_of_another_school: User,
    stop: Callable[..., Hold],
    reach: Hold.Reach,
    reached: set[str],
) -> None:
    """A supporter is a student too: a hold on a site reaches their notices as a supporter."""
    same_level = kestrel.join(Role.STUDENT, "Maya", site=kestrel.other_site).user
    people = [a_student, another_student, a_supporter, same_level, kestrel.staff, student_of_another_school]
    for person in people:
        make_notices(2, person)
    whom: dict[str, dict[str, object]] = {
        "person": {"user": a_student},
        "level": {"year_level": 3},
        "site": {"site": kestrel.site},
    }
    hold = stop(reach, **whom.get(reach.value, {}))
    for person in people:
        ended = person.given_name in reached
        assert states(person) == [State.CANCELLED if ended else State.PENDING] * 2, person
    assert held([person.pk for person in people], now()) == {
        person.pk for person in people if person.given_name in reached
    }
    line = AuditEntry.objects.get(verb="hold notices")
    assert (line.by, line.on_id, line.scope) == (kestrel.staff, str(hold.uuid), kestrel.program.uuid)
    assert line.count == 2 * len(reached)


def test_duties_are_not_cancelled_nor_what_is_on_the_wire(a_student: User, stop: Callable[..., Hold]) -> None:
    """A message that a mail server is taking at this moment keeps its own ending."""
    duty, under_way, waiting = (*make_notices(1, a_student, duty=True), *make_notices(2, a_student))
    Attempt.objects.create(notification=under_way, number=1, started_at=now())
    stop(Reach.PERSON, user=a_student)
    ends = dict(Notification.objects.values_list("pk", "state"))
    assert ends == {duty.pk: State.PENDING, under_way.pk: State.PENDING, waiting.pk: State.CANCELLED}


def test_many_are_cancelled_in_one_statement(
    kestrel: School, stop: Callable[..., Hold], django_assert_max_num_queries: Callable[..., object]
) -> None:
    for membership in kestrel.students(30):
        make_notices(1, membership.user)
    with django_assert_max_num_queries(12):  # type: ignore[attr-defined]
        stop(Reach.LEVEL, year_level=2)
    assert set(Notification.objects.values_list("state", flat=True)) == {State.CANCELLED}


def test_lifting_sends_nothing_of_what_fell_due_meanwhile(
    kestrel: School, a_student: User, stop: Callable[..., Hold]
) -> None:
    """No burst: not even when the sender stood still all the time and dropped nothing itself."""
    hold = stop(Reach.PERSON, user=a_student)
    for days in (1, 9):
        make_notices(1, a_student, due_at=now() + timedelta(days=days))
    lift_hold(by=kestrel.staff, hold=hold, now=now() + timedelta(days=2))
    assert states(a_student) == [State.CANCELLED, State.PENDING]
    hold.refresh_from_db()
    assert (hold.lifted_by, hold.by) == (kestrel.staff, kestrel.staff)
    assert held([a_student.pk], now() + timedelta(days=2)) == set()
    assert AuditEntry.objects.get(verb="lift hold").by == kestrel.staff


def test_one_hold_in_force_for_each_reach(
    kestrel: School, a_student: User, stop: Callable[..., Hold]
) -> None:
    hold = stop(Reach.PERSON, user=a_student)
    with pytest.raises(Refused, match="on hold already"):
        stop(Reach.PERSON, user=a_student)
    stop(Reach.LEVEL, year_level=3)
    stop(Reach.LEVEL, year_level=4)
    lift_hold(by=kestrel.staff, hold=hold, now=now())
    with pytest.raises(Refused, match="lifted already"):
        lift_hold(by=kestrel.staff, hold=hold, now=now())
    stop(Reach.PERSON, user=a_student)
    assert Hold.objects.count() == 4


@pytest.mark.django_db(transaction=True)
def test_two_who_press_at_once_make_one_hold(kestrel: School, stop: Callable[..., Hold]) -> None:
    def press() -> str:
        try:
            return str(stop(Reach.PROGRAM).reach)
        except Refused:
            return "refused"

    assert sorted(str(answer) for answer in at_once(press, press)) == ["program", "refused"]
    assert Hold.objects.count() == 1


def test_one_person_stays_on_hold_between_two_roles(
    kestrel: School, a_student: User, stop: Callable[..., Hold]
) -> None:
    stop(Reach.PERSON, user=a_student)
    Membership.objects.filter(user=a_student).update(ends_at=now())
    assert held([a_student.pk], now()) == {a_student.pk}


def notice_of(school: School | None, user: User) -> Notification:
    (notice,) = make_notices(1, user)
    scope = school.program.uuid if school else None
    Notification.objects.filter(pk=notice.pk).update(scope=scope)
    return notice


def begin_at(school: School, user: User, begins: timedelta = timedelta(0)) -> None:
    """As a student, from then on."""
    Membership.objects.create(
        user=user,
        year=school.year,
        role=Role.STUDENT,
        year_level=3,
        starts_at=now() + begins,
        ends_at=school.year.ends_at,
    )


def moved_away(user: User) -> None:
    Membership.objects.filter(user=user).update(ends_at=now())


@pytest.mark.parametrize("begins", [timedelta(0), timedelta(days=5)])
def test_one_school_cannot_stop_the_notices_of_another(
    kestrel: School, harrow: School, a_student: User, stop: Callable[..., Hold], begins: timedelta
) -> None:
    """The page of a former student is still there; their notices are the new school's business, or soon."""
    moved_away(a_student)
    begin_at(harrow, a_student, begins)
    notice_of(harrow, a_student)
    notice_of(None, a_student)
    with pytest.raises(Refused, match="looked after elsewhere"):
        stop(Reach.PERSON, user=a_student)
    assert not Hold.objects.exists()
    assert states(a_student) == [State.PENDING] * 2
    assert held([a_student.pk], now() + begins) == set()


def test_a_place_elsewhere_that_never_began_is_none(
    kestrel: School, harrow: School, a_student: User, stop: Callable[..., Hold]
) -> None:
    moved_away(a_student)
    begin_at(harrow, a_student, timedelta(days=5))
    Membership.objects.filter(year=harrow.year, user=a_student).update(ends_at=F("starts_at"))
    stop(Reach.PERSON, user=a_student)
    assert held([a_student.pk], now()) == {a_student.pk}


def test_a_hold_does_not_follow_a_person_to_another_school(
    kestrel: School, harrow: School, a_student: User, stop: Callable[..., Hold]
) -> None:
    """Set while they were here; when it is lifted, what the other school sends is not cancelled either."""
    hold = stop(Reach.PERSON, user=a_student)
    begin_at(harrow, a_student)
    assert held([a_student.pk], now()) == {a_student.pk}  # still here as well
    Membership.objects.filter(user=a_student, year=kestrel.year).update(ends_at=now())
    assert held([a_student.pk], now()) == set()
    ours, theirs, nobody_s = (notice_of(school, a_student) for school in (kestrel, harrow, None))
    lift_hold(by=kestrel.staff, hold=hold, now=now())
    ends = dict(Notification.objects.values_list("pk", "state"))
    assert ends == {ours.pk: State.CANCELLED, theirs.pk: State.PENDING, nobody_s.pk: State.PENDING}


@pytest.mark.parametrize("reach", [Reach.PERSON, Reach.LEVEL, Reach.PROGRAM])
def test_of_somebody_at_two_schools_only_this_school_s_notices_are_cancelled(
    kestrel: School, harrow: School, a_student: User, stop: Callable[..., Hold], reach: Hold.Reach
) -> None:
    begin_at(harrow, a_student)
    ours, theirs, nobody_s = (notice_of(school, a_student) for school in (kestrel, harrow, None))
    whom: dict[str, dict[str, object]] = {"person": {"user": a_student}, "level": {"year_level": 3}}
    stop(reach, **whom.get(reach.value, {}))
    ends = dict(Notification.objects.values_list("pk", "state"))
    assert ends == {ours.pk: State.CANCELLED, theirs.pk: State.PENDING, nobody_s.pk: State.PENDING}


def test_a_hold_of_the_future_or_the_past_holds_nobody(kestrel: School, a_student: User) -> None:
    begins: datetime = now() + timedelta(hours=1)
    hold_notices(by=kestrel.staff, program=kestrel.program, reach=Reach.PROGRAM, now=begins)
    assert held([a_student.pk], now()) == set()
    assert held([a_student.pk], begins) == {a_student.pk}
