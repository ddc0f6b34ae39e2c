"""Opening hours: named nights, words, and what cannot be."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from referrals.engines.hours import (
    BadHours,
    DayException,
    Hours,
    Span,
    as_json,
    clock_in_words,
    closes_at,
    faults,
    from_json,
    in_words,
    is_open,
    next_open,
    now_in_words,
)

SYDNEY = "Australia/Sydney"
WEEKDAYS = tuple(Span(day, 540, 1020) for day in range(5))
OFFICE = Hours(SYDNEY, spans=WEEKDAYS)
BAR = Hours(SYDNEY, spans=tuple(Span(day, 1140, 1560) for day in range(7)))  # 7 pm to 2 am
DAY_AND_NIGHT = Hours(SYDNEY, always=True)


def at(words: str, zone: str = SYDNEY, fold: int = 0) -> datetime:
    return datetime.fromisoformat(words).replace(tzinfo=ZoneInfo(zone), fold=fold).astimezone(UTC)


@pytest.mark.parametrize(
    ("moment", "is_so", "words"),
    [
        ("2026-11-25 08:59:59", False, "Opens at 9 am"),
        ("2026-11-25 09:00", True, "Open until 5 pm"),
        ("2026-11-25 16:59:59", True, "Open until 5 pm"),
        ("2026-11-25 17:00", False, "Opens at 9 am tomorrow"),
        ("2026-11-28 12:00", False, "Opens at 9 am on Monday"),
        ("2026-11-30 00:00", False, "Opens at 9 am"),
    ],
)
def test_office_hours(moment: str, is_so: bool, words: str) -> None:
    assert is_open(OFFICE, at(moment)) is is_so
    assert now_in_words(OFFICE, at(moment), SYDNEY) == words


def test_past_midnight_belongs_to_the_evening_before() -> None:
    assert is_open(BAR, at("2026-11-25 01:59"))
    assert now_in_words(BAR, at("2026-11-24 23:00"), SYDNEY) == "Open until 2 am tomorrow"
    assert now_in_words(BAR, at("2026-11-25 01:00"), SYDNEY) == "Open until 2 am"
    assert not is_open(BAR, at("2026-11-25 02:00"))


def test_an_evening_goes_on_into_a_day_that_is_closed() -> None:
    bar = Hours(SYDNEY, spans=BAR.spans, exceptions=(DayException(date(2026, 11, 25)),))
    assert is_open(bar, at("2026-11-25 01:00"))
    assert not is_open(bar, at("2026-11-25 20:00"))
    assert next_open(bar, at("2026-11-25 20:00")) == at("2026-11-26 19:00")


def test_public_holidays_of_a_state_and_their_exceptions() -> None:
    """The King's Birthday is in June in Sydney and in September in Perth."""
    for zone, region, holiday, usual in (
        (SYDNEY, "AU-NSW", "2026-06-08", "2026-09-28"),
        ("Australia/Perth", "AU-WA", "2026-09-28", "2026-06-08"),
    ):
        hours = Hours(zone, spans=WEEKDAYS, holidays=region)
        assert not is_open(hours, at(f"{holiday} 12:00", zone))
        assert is_open(hours, at(f"{usual} 12:00", zone))
    some = Hours(
        SYDNEY, spans=WEEKDAYS, holidays="AU-NSW", exceptions=(DayException(date(2026, 6, 8), ((600, 720),)),)
    )
    assert is_open(some, at("2026-06-08 11:00"))
    assert not is_open(some, at("2026-06-08 12:00"))


def test_the_night_when_clocks_go_back_has_its_hour_twice() -> None:
    """In Sydney on 5 April 2026, 3 am becomes 2 am again; the sign and the clock on the wall decide."""
    night = Hours(SYDNEY, spans=(Span(5, 1320, 1590),))  # Saturday 10 pm to 2:30 am
    first, second = at("2026-04-05 02:15"), at("2026-04-05 02:15", fold=1)
    assert (second.timestamp() - first.timestamp()) == 3600
    assert is_open(night, first)
    assert is_open(night, second)
    assert not is_open(night, at("2026-04-05 02:45"))
    assert next_open(night, at("2026-04-05 02:45")) == at("2026-04-05 02:00", fold=1)


def test_the_night_when_clocks_go_forward_has_an_hour_less() -> None:
    """In Sydney on 4 October 2026, 2 am is 3 am: what opens at 2:30 opens with the new hour."""
    early = Hours(SYDNEY, spans=(Span(6, 150, 240),))
    before = at("2026-10-04 01:59")
    opens = next_open(early, before)
    assert opens == at("2026-10-04 03:00")
    assert opens.timestamp() - before.timestamp() == 60
    assert closes_at(early, opens) == at("2026-10-04 04:00")


def test_half_an_hour_on_lord_howe() -> None:
    zone = "Australia/Lord_Howe"
    hours = Hours(zone, spans=(Span(6, 90, 120),))  # Sunday 1:30 to 2 am, which is there twice
    assert is_open(hours, at("2026-04-05 01:45", zone))
    assert is_open(hours, at("2026-04-05 01:45", zone, fold=1))
    closes = closes_at(hours, at("2026-04-05 01:30", zone))
    assert closes is not None
    assert closes.timestamp() - at("2026-04-05 01:30", zone).timestamp() == 3600


def test_days_that_meet_at_midnight_do_not_close_there() -> None:
    full = Hours(SYDNEY, spans=tuple(Span(day, 0, 1440) for day in range(7)))
    assert closes_at(full, at("2026-11-25 12:00")) is None
    assert now_in_words(full, at("2026-11-25 12:00"), SYDNEY) == "Open day and night"
    weekend = Hours(SYDNEY, spans=(Span(5, 600, 1440), Span(6, 0, 600)))
    assert closes_at(weekend, at("2026-11-28 12:00")) == at("2026-11-29 10:00")


def test_day_and_night_but_for_one_day() -> None:
    assert closes_at(DAY_AND_NIGHT, at("2026-11-25 12:00")) is None
    but = Hours(SYDNEY, always=True, exceptions=(DayException(date(2026, 12, 25)),))
    assert closes_at(but, at("2026-11-25 12:00")) == at("2026-12-25 00:00")
    assert next_open(but, at("2026-12-25 12:00")) == at("2026-12-26 00:00")


def test_one_day_only() -> None:
    once = Hours(SYDNEY, exceptions=(DayException(date(2026, 12, 3), ((540, 600),)),))
    assert next_open(once, at("2026-11-25 12:00")) == at("2026-12-03 09:00")
    assert now_in_words(once, at("2026-11-25 12:00"), SYDNEY) == "Opens at 9 am on 3 December"
    assert next_open(once, at("2026-12-03 10:00")) is None
    assert now_in_words(once, at("2026-12-03 10:00"), SYDNEY) == "Closed"
    assert next_open(Hours(SYDNEY), at("2026-12-03 10:00")) is None


def test_a_closed_place_closes_at_no_time() -> None:
    assert closes_at(OFFICE, at("2026-11-25 08:00")) is None


def test_words_are_those_of_the_readers_clock() -> None:
    """Nine in Sydney is six in Perth."""
    assert now_in_words(OFFICE, at("2026-11-25 08:00"), "Australia/Perth") == "Opens at 6 am"
    midnight = Hours(SYDNEY, spans=tuple(Span(day, 900, 1440) for day in range(7)))
    assert now_in_words(midnight, at("2026-11-25 16:00"), SYDNEY) == "Open until midnight"


def test_a_moment_without_zone_is_nobodys() -> None:
    with pytest.raises(ValueError, match="zone"):
        is_open(OFFICE, datetime(2026, 11, 25))  # noqa: DTZ001


@pytest.mark.parametrize(
    ("hours", "words"),
    [
        (DAY_AND_NIGHT, "Day and night"),
        (OFFICE, "Mon to Fri 9 am to 5 pm"),
        (BAR, "Every day 7 pm to 2 am"),
        (Hours(SYDNEY), "Closed"),
        (Hours(SYDNEY, spans=WEEKDAYS, holidays="AU"), "Mon to Fri 9 am to 5 pm, closed on public holidays"),
        (
            Hours(SYDNEY, spans=(Span(0, 570, 720), Span(0, 780, 1020))),
            "Mon 9:30 am to noon and 1 pm to 5 pm",
        ),
        (Hours(SYDNEY, spans=(Span(1, 600, 720), Span(3, 600, 720))), "Tue and Thu 10 am to noon"),
        (
            Hours(SYDNEY, spans=(*(Span(day, 540, 1020) for day in (0, 1, 2, 4)), Span(5, 0, 1440))),
            "Mon to Wed and Fri 9 am to 5 pm, Sat all day",
        ),
    ],
)
def test_the_week_in_one_line(hours: Hours, words: str) -> None:
    assert in_words(hours) == words


def test_minutes_in_words() -> None:
    said = {
        0: "midnight",
        5: "12:05 am",
        720: "noon",
        725: "12:05 pm",
        779: "12:59 pm",
        780: "1 pm",
        1440: "midnight",
    }
    assert {minute: clock_in_words(minute) for minute in said} == said


@pytest.mark.parametrize(
    ("hours", "sentence"),
    [
        (Hours("Australia/Sidney", always=True), "There is no time zone"),
        (Hours(SYDNEY), "It is never open"),
        (Hours(SYDNEY, always=True, spans=WEEKDAYS), "Day and night has no opening times"),
        (Hours(SYDNEY, always=True, holidays="AU"), "Day and night has no opening times"),
        (Hours(SYDNEY, spans=(Span(7, 0, 60),)), "A weekday must be"),
        (Hours(SYDNEY, spans=(Span(0, -1, 60),)), "Mon: opening must be"),
        (Hours(SYDNEY, spans=(Span(0, 1440, 1500),)), "Mon: opening must be"),
        (Hours(SYDNEY, spans=(Span(0, 60, 60),)), "Mon: it must close after"),
        (Hours(SYDNEY, spans=(Span(0, 60, 1501),)), "Mon: it must close after"),
        (
            Hours(SYDNEY, spans=(Span(0, 540, 700), Span(0, 600, 800))),
            "Mon: two opening times overlap at 10 am",
        ),
        (
            Hours(SYDNEY, spans=(Span(6, 1200, 1560), Span(0, 60, 120))),
            "Mon: two opening times overlap at 1 am",
        ),
        (Hours(SYDNEY, spans=WEEKDAYS, holidays="AU-XX"), "no public holidays of 'AU-XX'"),
        (Hours(SYDNEY, spans=WEEKDAYS, holidays="Australia"), "no public holidays of 'Australia'"),
        (
            Hours(SYDNEY, spans=WEEKDAYS, exceptions=(DayException(date(2026, 5, 4)),) * 2),
            "4 May 2026 has two sets of hours",
        ),
        (
            Hours(SYDNEY, exceptions=(DayException(date(2026, 5, 4), ((0, 90), (60, 120))),)),
            "4 May 2026: two opening times overlap",
        ),
        (
            Hours(SYDNEY, exceptions=(DayException(date(2026, 5, 4), ((90, 60),)),)),
            "4 May 2026: it must close",
        ),
    ],
)
def test_what_cannot_be_is_named(hours: Hours, sentence: str) -> None:
    found = faults(hours)
    assert len(found) == 1
    assert sentence in found[0]


def test_what_can_be_has_no_faults() -> None:
    good = Hours(SYDNEY, spans=BAR.spans, exceptions=(DayException(date(2026, 12, 25)),), holidays="AU-NSW")
    touching = Hours(SYDNEY, spans=(Span(6, 1200, 1500), Span(0, 60, 120)))
    assert [faults(hours) for hours in (good, touching, OFFICE, DAY_AND_NIGHT)] == [[], [], [], []]


def test_stored_and_read_again() -> None:
    hours = Hours(
        SYDNEY,
        spans=BAR.spans,
        exceptions=(DayException(date(2026, 12, 24), ((540, 720),)),),
        holidays="AU-NSW",
    )
    assert from_json(as_json(hours)) == hours
    assert from_json(as_json(DAY_AND_NIGHT)) == DAY_AND_NIGHT


@pytest.mark.parametrize(
    "stored", [None, {}, [], {**as_json(OFFICE), "spans": [[1, 2]]}, {**as_json(OFFICE), "spans": 4}]
)
def test_stored_nonsense_is_no_hours(stored: object) -> None:
    with pytest.raises(BadHours):
        from_json(stored)
