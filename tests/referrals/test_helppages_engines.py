"""Which services stand on a help page, in which order, and what is said about them."""

from dataclasses import replace
from datetime import date

import pytest

from referrals.engines.contactcard import contact_card
from referrals.engines.helppages import HelpPage, Line, Spot
from referrals.engines.hours import Hours, Span
from referrals.engines.services import Channel, Service

ALWAYS = Hours("Australia/Sydney", always=True)
OFFICE = Hours("Australia/Sydney", spans=tuple(Span(day, 9 * 60, 17 * 60) for day in range(5)))


def service(name: str, *about: str, number: str = "", hours: Hours = ALWAYS, **more: object) -> Service:
    channel = Channel("phone", number or f"02 5550 0{len(name):03}")
    plain = Service(
        key=name,
        name=name,
        short=name[:30],
        what_for="Talking",
        for_whom="For anyone.",
        about=frozenset(about),
        channels=(channel,),
        hours=hours,
    )
    return replace(plain, **more)  # type: ignore[arg-type]


TRIPLE_ZERO = service("Emergency", "emergency", number="000", emergency=True, confirmed=True)
LINE = service("Line", "crisis", crisis=True, worried_friends=True)
OTHER_LINE = service("Other line", "crisis", crisis=True)
OFFICE_HOURS = service("Counselling", "counselling", hours=OFFICE)
DOCTORS = service("Doctors", "doctors_line")
INSIDE = service("Inside East", "hospital_emergency", number="2222", serves_sites=frozenset({"east"}))


def page(*services: Service, where: str = "kestrel", spots: tuple[Spot, ...] = ()) -> HelpPage:
    return HelpPage(where, "Kestrel Bay", "Alongside", (TRIPLE_ZERO, *services), spots)


def names(lines: list[Line]) -> list[str]:
    return [line.name for line in lines]


# ---------------------------------------------------------------- what stands where


def test_each_service_stands_in_its_place() -> None:
    there = page(LINE, OFFICE_HOURS, INSIDE, DOCTORS)
    assert there.emergency.name == "Emergency"
    assert names(there.day_and_night) == ["Line"]
    assert names(there.at_school) == ["Counselling"]
    assert names(there.for_worried_friends) == ["Line"]
    assert names(there.numbers) == ["Line"]


def test_what_the_school_has_checked_comes_first() -> None:
    there = page(LINE, replace(OTHER_LINE, confirmed=True))
    assert names(there.day_and_night) == ["Other line", "Line"]


def test_a_call_comes_before_a_text_and_a_website_is_not_dialled() -> None:
    text, call = Channel("text", "0477 13 11 14"), Channel("phone", "13 11 14")
    assert Line(replace(LINE, channels=(text, call))).dial == call
    assert Line(replace(LINE, channels=(text,))).dial == text
    assert Line(replace(LINE, channels=(Channel("web", "https://example.org"),))).dial is None
    texted = page(replace(LINE, channels=(text,)))
    assert texted.for_worried_friends == []  # one cannot ring them
    assert names(texted.numbers) == ["Line"]


def test_hours_are_said_only_where_there_are_some() -> None:
    assert Line(LINE).hours == ""
    assert "9 am" in Line(OFFICE_HOURS).hours


def test_a_site_without_a_number_of_its_own_is_not_listed_as_having_one() -> None:
    with_number, without = Spot("east", "East", Channel("phone", "2222")), Spot("west", "West")
    there = page(spots=(with_number, without))
    assert there.inside == [with_number]
    assert [sheet.name for sheet in there.sheets] == ["East", "West"]
    assert [sheet.poster_url for sheet in page().sheets] == ["/help/kestrel/poster/"]


# ---------------------------------------------------------------- whom to turn to


def test_the_kind_that_fits_best_comes_first() -> None:
    there = page(LINE, DOCTORS, OFFICE_HOURS)
    assert names(there.turn_to(["doctors_line", "crisis"])) == ["Doctors", "Line"]
    assert names(there.turn_to(["crisis", "doctors_line"])) == ["Line", "Doctors"]


def test_one_of_those_who_answer_is_there_at_any_hour() -> None:
    """C9: at three in the morning, too, a card ends at somebody who answers."""
    shut = service("Security", "security", hours=OFFICE)
    there = page(OFFICE_HOURS, shut, LINE)
    assert names(there.turn_to(["counselling", "security"])) == ["Counselling", "Line"]
    assert names(page(OFFICE_HOURS).turn_to(["counselling"])) == ["Counselling", "Emergency"]


def test_of_one_kind_whoever_talks_with_worried_friends_comes_first() -> None:
    assert names(page(OTHER_LINE, LINE).turn_to(["crisis"])) == ["Line"]


def test_where_nobody_fits_the_emergency_number_does() -> None:
    assert names(page().turn_to(["studying", "crisis"])) == ["Emergency"]


# ---------------------------------------------------------------- how far the numbers can be trusted


def test_it_says_how_far_the_school_has_checked() -> None:
    day, later = date(2027, 3, 9), date(2027, 3, 12)
    checked = replace(LINE, confirmed=True, checked_on=day)
    assert page(LINE).says_checked == "Your school has not confirmed these numbers yet."
    assert page(LINE, replace(OTHER_LINE, confirmed=True, checked_on=day)).says_checked == (
        "Your school has checked these numbers, but for those that say so."
    )
    all_of_them = HelpPage("kestrel", "Kestrel", "A", (replace(TRIPLE_ZERO, checked_on=later), checked))
    assert (
        all_of_them.says_checked == "Your school checked these numbers; the oldest check is of 9 March 2027."
    )
    country = HelpPage("au", "Australia", "A", (TRIPLE_ZERO, LINE), sources_read_on=date(2026, 11, 21))
    assert country.says_checked.startswith("Checked against public sources in November 2026.")


def test_paper_names_what_is_not_confirmed() -> None:
    day = date(2027, 3, 9)
    checked = replace(LINE, confirmed=True, checked_on=day)
    assert page(checked).says_checked_card == "Checked by your school, last on 9 March 2027."
    assert page(checked, OTHER_LINE).says_checked_card.endswith("Not yet: Other line.")
    nobody = HelpPage("kestrel", "Kestrel", "A", (replace(TRIPLE_ZERO, confirmed=False), LINE))
    assert nobody.says_checked_card == nobody.says_checked


# ---------------------------------------------------------------- the contact card


def test_the_card_holds_every_number_under_a_quiet_name() -> None:
    text = Channel("text", "0477 13 11 14", keyword="Hi")
    noted = Channel("phone", "13 11 14", note="free")
    line = replace(LINE, channels=(noted, text))
    card = contact_card(
        page(line, spots=(Spot("east", "East; Ward, 1", Channel("phone", "2222")), Spot("w", "West")))
    )
    unfolded = card.replace("\r\n ", "")
    assert unfolded.startswith("BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Numbers to keep\r\n")
    assert unfolded.endswith("END:VCARD\r\n")
    for number, label in (
        ("000", "Emergency"),
        ("2222", "East\\; Ward\\, 1\\, emergency"),
        ("131114", "Line (free)"),
    ):
        assert f"VOICE:{number}\r\n" in unfolded
        assert f"X-ABLabel:{label}\r\n" in unfolded
    assert "CELL:0477131114\r\n" in unfolded
    assert "X-ABLabel:Line\\, text Hi\r\n" in unfolded
    assert "West" not in unfolded


@pytest.mark.parametrize("name", ["Línea " * 8, "x" * 200])
def test_no_line_of_the_card_is_too_long_and_no_letter_is_broken(name: str) -> None:
    card = contact_card(page(replace(LINE, short=name)))
    assert max(len(line.encode()) for line in card.split("\r\n")) <= 75
    assert name.strip() in card.replace("\r\n ", "")
