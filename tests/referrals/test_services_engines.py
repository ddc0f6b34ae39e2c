"""What is wrong with a service, hours as they are typed, and which service a variable stands for."""

from dataclasses import replace

import pytest

from referrals.engines.hours import Hours
from referrals.engines.hourstext import UnreadableHours, read_hours, write_exceptions, write_week
from referrals.engines.servicechecks import number_fault, service_faults
from referrals.engines.services import Channel, Service, sentence_words, stands_for

LINE = Service(
    key="line",
    name="The Line",
    short="Line",
    what_for="To talk.",
    for_whom="For anyone.",
    about=frozenset({"crisis"}),
    channels=(Channel("phone", "13 11 14"),),
    hours=Hours("Australia/Sydney", always=True),
)


@pytest.mark.parametrize(
    ("country", "number"),
    [
        ("AU", "000"),
        ("AU", "13 11 14"),
        ("AU", "0477 13 11 14"),
        ("AU", "+61 2 9437 6552"),
        ("US", "988"),
        ("US", "741741"),
        ("US", "1-888-409-0141"),
        ("GB", "116 123"),
        ("GB", "85258"),
        ("IE", "50808"),
        ("NZ", "1737"),
        ("CA", "988"),
        ("CA", "1-866-925-5454"),
    ],
)
def test_numbers_that_people_dial_pass(country: str, number: str) -> None:
    assert number_fault(number, country) == ""


@pytest.mark.parametrize(
    ("country", "number"),
    [
        ("AU", "13 11 1"),
        ("AU", "116 123"),
        ("AU", "call us"),
        ("AU", ""),
        ("AU", "+44 116 123"),
        ("AU", "+1 888 409 0141"),
        ("AU", "7777"),
        ("GB", "13 11 14"),
        ("US", "02 9437 6552"),
        ("AU", "+"),
        ("AU", "000 or 112"),
    ],
)
def test_numbers_that_are_none_in_the_country_are_named(country: str, number: str) -> None:
    fault = number_fault(number, country)
    assert f"“{number}”" in fault


def test_a_few_digits_pass_inside_a_hospital_only() -> None:
    assert number_fault("2222", "AU") != ""
    assert number_fault("2222", "AU", inside=True) == ""
    assert number_fault("22 22 22 2", "AU", inside=True) != ""


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"name": ""}, "The name is missing"),
        ({"short": "x" * 31}, "31 letters; there is room for 30"),
        ({"channels": ()}, "no way to reach it"),
        ({"channels": (Channel("web", "http://x.org"),)}, "begins with https://"),
        ({"channels": (Channel("email", "nobody"),)}, "is not an e-mail address"),
        ({"channels": (Channel("place", " "),)}, "where the place is"),
        ({"channels": (Channel("phone", "000", keyword="HI"),)}, "Only a text message"),
        ({"channels": (Channel("phone", "000", note="x" * 81),)}, "too long"),
        ({"channels": (Channel("phone", "000"), Channel("phone", "000"))}, "stands there twice"),
        ({"channels": (Channel("pigeon", "000"),)}, "no way to reach somebody"),  # type: ignore[arg-type]
        ({"emergency": True, "channels": (Channel("place", "Here"),)}, "begin with a telephone number"),
        ({"about": frozenset({"gossip"})}, "none of the things"),
        ({"hours": Hours("Mars/Base", always=True)}, "no time zone"),
    ],
)
def test_each_fault_is_a_sentence(changes: dict[str, object], words: str) -> None:
    assert service_faults(LINE, "AU") == []
    (fault,) = service_faults(replace(LINE, **changes), "AU")  # type: ignore[arg-type]
    assert words in fault


# ---------------------------------------------------------------- hours as typed


@pytest.mark.parametrize(
    "week",
    ["day and night", "Mon-Fri 09:00-17:00", "every day 10:00-22:00", "Mon 09:00-12:00\nFri-Sat 18:00-26:00"],
)
def test_hours_come_back_as_they_were_typed(week: str) -> None:
    assert write_week(read_hours(week, "", "Australia/Sydney")) == week


def test_closing_before_opening_means_the_next_day() -> None:
    (span,) = read_hours("saturday 22:00-04:00", "", "Australia/Sydney").spans
    assert (span.day, span.opens, span.closes) == (5, 1320, 1680)


def test_exceptions_come_back_too() -> None:
    text = "2027-12-25 closed\n2027-12-24 09:00-12:00, 13:00-15:00"
    hours = read_hours("Mon-Fri 9:00-17:00", text, "Australia/Sydney", "AU-NSW")
    assert write_exceptions(hours) == text


@pytest.mark.parametrize(
    ("week", "exceptions", "zone", "words"),
    [
        ("sometimes", "", "Australia/Sydney", "“sometimes” is no opening time"),
        ("Mon 9-17", "", "Australia/Sydney", "“Mon 9-17” is no opening time"),
        ("Mon 09:75-17:00", "", "Australia/Sydney", "is no opening time"),
        ("Moonday 09:00-17:00", "", "Australia/Sydney", "is no opening time"),
        ("Mon 09:00-17:00; Mon 16:00-18:00", "", "Australia/Sydney", "overlap"),
        ("Mon 30:00-31:00", "", "Australia/Sydney", "between midnight and midnight"),
        ("", "", "Australia/Sydney", "never open"),
        ("day and night", "", "Australia/Nowhere", "no time zone"),
        ("day and night", "Christmas closed", "Australia/Sydney", "is no exception"),
        ("day and night", "2027-13-25 closed", "Australia/Sydney", "is no exception"),
        ("day and night", "2027-12-25 late", "Australia/Sydney", "is no exception"),
    ],
)
def test_hours_that_cannot_be_are_named(week: str, exceptions: str, zone: str, words: str) -> None:
    with pytest.raises(UnreadableHours, match=words):
        read_hours(week, exceptions, zone)


# ---------------------------------------------------------------- variables


def test_a_variable_prefers_the_site_then_what_is_named_first() -> None:
    """B25: who is named depends on where the learner is."""
    east = replace(LINE, key="east", serves_sites=frozenset({"east"}))
    first = replace(LINE, key="first", named_first=True)
    found = {
        site: (stands_for("crisis_line", [LINE, first, east], site) or (LINE,))[0].key
        for site in ("east", "west", None)
    }
    assert found == {"east": "east", "west": "first", None: "first"}
    assert stands_for("crisis_text", [LINE], None) is None


def test_how_a_service_reads_in_a_sentence() -> None:
    text = Channel("text", "85258", keyword="SHOUT")
    assert sentence_words(LINE, LINE.first) == "Line on 13 11 14"
    assert sentence_words(LINE, text) == "Line on 85258 (send the word SHOUT)"
    assert sentence_words(LINE, Channel("web", "https://www.x.org/a")) == "Line at x.org"
    assert sentence_words(replace(LINE, emergency=True), Channel("phone", "000")) == "000"
