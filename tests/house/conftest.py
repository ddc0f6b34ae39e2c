"""One town for all tests of a file, in a transaction that is never finished."""

from collections.abc import Iterator

import pytest
from django.db import transaction
from pytest_django import DjangoDbBlocker

from tests.house.town import Town, build_town


@pytest.fixture(scope="module")
def standing_town(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Town]:
    with django_db_blocker.unblock(), transaction.atomic():
        yield build_town()
        transaction.set_rollback(True)


@pytest.fixture
def town(standing_town: Town) -> Iterator[Town]:
    """The town as it was built, whatever the test before did to it."""
    with transaction.atomic():
        yield standing_town
        transaction.set_rollback(True)
