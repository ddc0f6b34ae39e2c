"""One town for all tests of a file, in a transaction that is never finished."""

from collections.abc import Callable, Iterator

import pytest
from django.db import transaction
from pytest_django import DjangoDbBlocker

from tests.house.town import Town, build_town


@pytest.fixture(scope="module")
def standing_town(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Town]:
    """For tests marked `django_db`, each of which starts again from the town as it was built."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield build_town()
        transaction.set_rollback(True)


@pytest.fixture
def rolled_back(standing_town: Town, db: None) -> Callable[[], None]:
    """Call it to undo what the test has done so far."""
    point = transaction.savepoint()
    return lambda: transaction.savepoint_rollback(point)
