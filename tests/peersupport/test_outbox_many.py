"""The same notice to many, in one statement: as `queue` makes them one by one, and never twice."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.db.models import QuerySet
from django.test.utils import CaptureQueriesContext

from peersupport.clock import database_now, now
from peersupport.models import Notification, User
from peersupport.outbox import queue
from peersupport.outbox.many import queue_many
from tests.people import School
from tests.races import at_once

SCOPE = uuid4()
DUE_AT = now() + timedelta(hours=3)
ABOUT: dict[str, int | str | bool] = {"extra": True, "what": "it’s 100 % “fine”"}


def send(to: QuerySet[User], once: str = "one") -> int:
    return queue_many(kind="training.due", to=to, once=once, about=ABOUT, scope=SCOPE, due_at=DUE_AT)


def test_each_row_is_as_queue_makes_it(a_student: User) -> None:
    """R25: every column, but for the row's own key and number."""
    queue(kind="training.due", to=a_student, key="by hand", about=ABOUT, scope=SCOPE, due_at=DUE_AT)
    assert send(User.objects.filter(pk=a_student.pk)) == 1
    by_hand, made = (
        {name: value for name, value in row.items() if name not in {"id", "uuid", "key", "made_at"}}
        for row in Notification.objects.order_by("pk").values()
    )
    assert made == by_hand
    last = Notification.objects.latest("pk")
    assert last.key == f"training.due:{a_student.pk}:one"
    assert abs(last.made_at - database_now()) < timedelta(minutes=1)


def test_many_rows_are_one_statement_with_a_number_each(kestrel: School) -> None:
    """S8."""
    kestrel.students(40)
    everybody = User.objects.filter(email__startswith="many")
    with CaptureQueriesContext(connection) as queries:
        assert send(everybody) == 40
    assert sum("INSERT" in query["sql"] for query in queries) == 1
    assert len({row.uuid for row in Notification.objects.all()}) == 40
    assert set(Notification.objects.values_list("recipient", flat=True)) == {user.pk for user in everybody}


def test_nobody_gets_the_same_twice(kestrel: School) -> None:
    """R25."""
    kestrel.students(4)
    everybody = User.objects.filter(email__startswith="many")
    assert send(everybody.filter(pk__lte=everybody[1].pk)) == 2
    assert send(everybody) == 2
    assert send(everybody) == 0
    assert send(everybody, once="another") == 4


@pytest.mark.django_db(transaction=True)
def test_nobody_gets_the_same_twice_however_many_ask_at_once(kestrel: School) -> None:
    """R25, F9."""
    kestrel.students(20)
    everybody = User.objects.filter(email__startswith="many")
    made = at_once(*[lambda: send(everybody)] * 4)
    assert sum(made) == 20  # type: ignore[arg-type]
    assert Notification.objects.count() == 20
