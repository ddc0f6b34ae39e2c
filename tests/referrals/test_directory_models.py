"""Which countries the programs are in, also when the database keeps silent."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import OperationalError, connection

from programs.models import Program
from referrals.models.directory import ProgramCountries, country_packs


def program(slug: str, country: str) -> Program:
    return Program.objects.create(slug=slug, name=slug, country=country, time_zone="UTC")


class Silence:
    """Stands between Django and its database, and counts who knocked."""

    def __init__(self) -> None:
        self.knocks = 0

    def __call__(self, execute: Callable[..., Any], *args: object) -> object:
        self.knocks += 1
        raise OperationalError("the database is away")


@pytest.mark.django_db
def test_each_country_once() -> None:
    for slug, country in (("kestrel", "AU"), ("wattle", "au"), ("moor", "GB")):
        program(slug, country)
    assert ProgramCountries()() == {"AU", "GB"}


@pytest.mark.django_db
def test_no_program_no_country() -> None:
    assert ProgramCountries()() == frozenset()


@pytest.mark.django_db
def test_a_silent_database_is_not_asked_again_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    program("kestrel", "AU")
    ask = ProgramCountries()
    silence = Silence()
    with connection.execute_wrapper(silence):
        assert ask() == frozenset()
        assert ask() == frozenset()
    assert silence.knocks == 1
    later = time.monotonic() + 31
    monkeypatch.setattr("referrals.models.directory.time.monotonic", lambda: later)
    assert ask() == {"AU"}


def test_those_who_come_while_one_is_asking_wait_a_second_at_most() -> None:
    ask = ProgramCountries()
    with ask._asking, ThreadPoolExecutor(4) as crowd:
        begin = time.monotonic()
        answers = list(crowd.map(lambda _: ask(), range(4)))
    assert answers == [frozenset()] * 4
    assert time.monotonic() - begin < 2


def test_packs_come_in_the_order_of_their_names_and_are_read_once() -> None:
    assert [pack.name for pack in country_packs().values()] == [
        "Australia",
        "Canada",
        "Ireland",
        "New Zealand",
        "United Kingdom",
        "United States",
    ]
    assert country_packs() is country_packs()
