"""Prepared queries answer as the querysets they were made from, whatever they are asked in between."""

import threading
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from peersupport.clock import now
from peersupport.models import User
from peersupport.prepared import Prepared
from programs.models import Membership, Role
from tests.people import School
from training.models import Due, ModuleVersion
from training.models.assignments import due_for
from training.models.modules import visible_versions
from training.models.progress import locked_way_of, way_of, ways_of

BY_PERSON = Prepared(
    lambda at, user: Membership.objects.active(at).filter(user=user).select_related("year__program"),
    at=datetime,
    user=int,
)


def test_each_question_gets_its_own_answer(a_student: User, another_student: User) -> None:
    for user in (a_student, another_student, a_student):
        rows = BY_PERSON(at=now(), user=user.pk)
        assert rows == list(Membership.objects.active(now()).filter(user=user))
        assert [row.user_id for row in rows] == [user.pk]
    before_anybody_came = now() - timedelta(days=4000)
    assert BY_PERSON(at=before_anybody_came, user=a_student.pk) == []


def test_one_statement_with_the_rows_that_were_asked_for_beside(a_student: User) -> None:
    BY_PERSON(at=now(), user=a_student.pk)
    with CaptureQueriesContext(connection) as queries:
        rows = BY_PERSON(at=now(), user=a_student.pk)
        assert rows[0].year.program.name == "Kestrel Bay School of Medicine"
    assert len(queries) == 1


def test_a_row_stays_an_ordinary_one(a_student: User) -> None:
    row = BY_PERSON(at=now(), user=a_student.pk)[0]
    row.small_group = "B4"
    row.save()
    row.refresh_from_db()
    assert row.small_group == "B4"


def test_text_and_uuids_are_values_too(a_student: User) -> None:
    account = Prepared(lambda uuid, email: User.objects.filter(uuid=uuid, email=email), uuid=UUID, email=str)
    assert account(uuid=a_student.uuid, email=a_student.email) == [a_student]
    assert account(uuid=a_student.uuid, email="nobody@else.example") == []
    assert account(uuid=UUID(int=1), email=a_student.email) == []


@pytest.mark.django_db
def test_a_value_that_the_query_leaves_out_is_a_mistake() -> None:
    forgetful = Prepared(lambda user, at: User.objects.filter(pk=user), user=int, at=datetime)
    with pytest.raises(ValueError, match="does not reach the SQL"):
        forgetful(user=1, at=now())


@pytest.mark.django_db(transaction=True)
def test_threads_do_not_mix_their_values() -> None:
    people = User.objects.bulk_create(User(email=f"t{number}@x.example") for number in range(4))
    account = Prepared(lambda user: User.objects.filter(pk=user), user=int)
    wrong: list[Any] = []

    def ask(user: User) -> None:
        wrong.extend(user for _ in range(50) if account(user=user.pk) != [user])
        connection.close()

    threads = [threading.Thread(target=ask, args=(user,)) for user in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_the_learners_questions_are_those_of_their_querysets(
    kestrel: School, short_walk: ModuleVersion, a_supporter: User, another_student: User
) -> None:
    kestrel.join(Role.STUDENT, "Newcomer")
    for user in (a_supporter, another_student):
        fields = ("pk", "assignment_uuid", "module_id", "due_on", "self_used", "completed_on")
        assert [[getattr(due, name) for name in fields] for due in due_for(user, now())] == [
            [getattr(due, name) for name in fields] for due in Due.objects.at(now()).for_user(user)
        ]
        assert ways_of(user) == []
        assert way_of(user, short_walk.module.uuid) is None
        assert locked_way_of(user, short_walk.module_id) is None
    assert visible_versions(kestrel.program) == list(ModuleVersion.objects.visible_in(kestrel.program))
