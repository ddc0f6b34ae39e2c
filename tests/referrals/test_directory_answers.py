"""What modules are told about local services."""

from datetime import UTC, date, datetime

from peersupport.named_lists import Local, asked
from programs.models import Program
from referrals import answers
from referrals.engines.directory import VARIABLES
from referrals.models.directory import country_packs

NOON = datetime(2027, 3, 9, 12, tzinfo=UTC)


def told(country: str) -> dict[str, Local]:
    (answer,) = asked("LOCAL")
    found: dict[str, Local] = answer(Program(name="Kestrel Bay", country=country), None, NOON)
    return found


def test_every_variable_is_answered_in_every_country() -> None:
    for country in country_packs():
        local = told(country)
        assert tuple(local) == VARIABLES
        for variable in ("emergency", "crisis_line", "crisis_text"):
            assert local[variable].fault == ""
            assert local[variable].open_now is True
            assert local[variable].href.startswith(("tel:", "sms:"))


def test_a_line_as_words_with_its_number() -> None:
    assert told("au")["crisis_line"] == Local(
        name="Lifeline",
        text="Lifeline on 13 11 14",
        href="tel:131114",
        number="13 11 14",
        about="For anyone in distress, or worried about someone else.",
        open_now=True,
        checked_on=None,
        fault="",
    )


def test_hours_are_said_where_a_line_sleeps() -> None:
    line = told("US")["doctors_line"]
    assert line.open_now is None
    assert line.about.endswith("8 am to 1 am Eastern, every day.")


def test_what_a_country_lacks_is_a_fault_that_a_person_can_read() -> None:
    """Claim B25: a module with a variable that nothing fills is not published."""
    missing = told("NZ")["doctors_line"]
    assert missing.fault == "New Zealand has no doctors_line that we can vouch for."
    assert missing.text == missing.href == ""


def test_a_country_without_services_has_faults_only() -> None:
    local = told("FR")
    assert {answer.fault for answer in local.values()} == {"There are no services for the country FR yet."}
    assert tuple(local) == VARIABLES


def test_the_day_the_school_checked_is_passed_on() -> None:
    pack = country_packs()["AU"]
    checked = type(pack)(**{**vars(pack), "school_checked_on": date(2027, 3, 9)})
    service, channel = checked.named("crisis_line") or (checked.emergency, checked.emergency.first)
    assert answers._as_local(service, channel, checked).checked_on == date(2027, 3, 9)
