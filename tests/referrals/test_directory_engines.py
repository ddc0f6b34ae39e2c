"""Country packs: what ships is right to the digit, what is wrong is refused, a phone can read the card."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from referrals.engines.directory import (
    CARD_NAME,
    VARIABLES,
    BadPack,
    Channel,
    CountryPack,
    Service,
    contact_card,
    read_pack,
    sentence_words,
)

SERVICES = Path(__file__).resolve().parents[2] / "content" / "services"
PACKS = {path.stem: read_pack(path) for path in sorted(SERVICES.glob("*.yaml"))}
# What nobody may read over a shoulder: beginnings of words.
TELLING = re.compile(
    r"\b(?:support|wellbeing|mental|peer|counsel|crisis|referral|suicid|distress|depress|anxi|harm)",
    re.IGNORECASE,
)

# Written out a second time, so that a slip of the finger in a file cannot pass: what the help page lists.
LISTED = {
    "au": [
        "tel:000",
        "tel:1300374377",
        "https://www.drs4drs.com.au",
        "tel:131114",
        "sms:0477131114",
        "https://www.lifeline.org.au",
        "tel:1800551800",
        "https://kidshelpline.com.au",
        "https://www.health.vic.gov.au/mental-health-services/area-based-mental-health-services",
    ],
    "ca": ["tel:911", "tel:988", "sms:988"],
    "gb": [
        "tel:999",
        "tel:112",
        "tel:116123",
        "mailto:jo@samaritans.org",
        "tel:111",
        "https://111.nhs.uk",
        "sms:85258",
    ],
    "ie": [
        "tel:999",
        "tel:112",
        "tel:116123",
        "mailto:jo@samaritans.ie",
        "tel:1800247247",
        "sms:51444",
        "sms:50808",
    ],
    "nz": ["tel:111", "tel:1737", "sms:1737"],
    "us": ["tel:911", "sms:911", "tel:988", "sms:988", "https://988lifeline.org", "sms:741741"],
}
STANDS_FOR = {
    "au": ["000", "Lifeline on 13 11 14", "Lifeline on 0477 13 11 14", "Drs4Drs on 1300 374 377", None],
    "ca": ["911", "9-8-8 Helpline on 988", "9-8-8 Helpline on 988", None, None],
    "gb": [
        "999",
        "Samaritans on 116 123",
        "Shout on 85258 (send the word SHOUT)",
        "BMA counselling line on 0330 123 1245",
        "Student Space at studentspace.org.uk",
    ],
    "ie": [
        "999",
        "Samaritans on 116 123",
        "Text About It on 50808 (send the word HELLO)",
        "Practitioner Health on 01 297 0356",
        "Text About It on 50808 (send the word HELLO)",
    ],
    "nz": ["111", "Need to talk on 1737", "Need to talk on 1737", None, None],
    "us": [
        "911",
        "988 Lifeline on 988",
        "988 Lifeline on 988",
        "Physician Support Line on 1-888-409-0141",
        None,
    ],
}


def test_there_are_six_countries() -> None:
    assert set(PACKS) == set(LISTED)
    assert all(name == pack.country.lower() for name, pack in PACKS.items())


@pytest.mark.parametrize("country", LISTED)
def test_the_page_lists_these_numbers_and_no_other(country: str) -> None:
    """Claim C2: the emergency number, one a country, and crisis lines of high confidence."""
    pack = PACKS[country]
    assert sum(service.is_emergency for service in pack.services) == 1
    assert all(service.crisis and service.confidence == "high" for service in pack.day_and_night)
    assert all(service.always_open for service in pack.day_and_night)
    shown = [
        channel.href for service in (pack.emergency, *pack.day_and_night) for channel in service.channels
    ]
    assert shown == LISTED[country]


@pytest.mark.parametrize("country", STANDS_FOR)
def test_variables_stand_for_these_words(country: str) -> None:
    """Claim B25: modules name a variable, the country's file says the number."""
    found = [PACKS[country].named(variable) for variable in VARIABLES]
    assert [sentence_words(*pair) if pair else None for pair in found] == STANDS_FOR[country]


@pytest.mark.parametrize("country", LISTED)
def test_every_service_says_where_it_was_read_and_nothing_rests_on_general_knowledge(country: str) -> None:
    for service in PACKS[country].services:
        assert "http" in service.source
        assert "general knowledge" not in service.source
    assert PACKS[country].school_checked_on is None


@pytest.mark.parametrize("country", LISTED)
def test_lines_for_worried_friends_can_be_rung(country: str) -> None:
    friends = PACKS[country].for_worried_friends
    assert friends
    assert all(service.advises_worried_peers and service.first.type == "phone" for service in friends)


# ---------------------------------------------------------------- what is refused


def good_file() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((SERVICES / "nz.yaml").read_text(encoding="utf-8"))
    return loaded


def refused(tmp_path: Path, pack: object) -> str:
    path = tmp_path / "nz.yaml"
    path.write_text(yaml.safe_dump(pack), encoding="utf-8")
    with pytest.raises(BadPack) as bad:
        read_pack(path)
    return str(bad.value)


def test_two_emergency_numbers(tmp_path: Path) -> None:
    pack = good_file()
    pack["services"].append({**pack["services"][0], "id": "nz-112"})
    assert "2 emergency entries, there must be exactly one" in refused(tmp_path, pack)


def test_no_emergency_number(tmp_path: Path) -> None:
    pack = good_file()
    del pack["services"][0]
    assert "0 emergency entries, there must be exactly one" in refused(tmp_path, pack)


def test_an_emergency_entry_that_cannot_be_rung(tmp_path: Path) -> None:
    pack = good_file()
    pack["services"][0]["channels"] = [{"type": "sms", "value": "111"}]
    assert "must begin with a telephone number" in refused(tmp_path, pack)


def test_a_service_twice(tmp_path: Path) -> None:
    pack = good_file()
    pack["services"].append(pack["services"][1])
    assert "nz-1737 stands there twice" in refused(tmp_path, pack)


def test_a_service_that_cannot_be_reached(tmp_path: Path) -> None:
    pack = good_file()
    pack["services"].append({**pack["services"][1], "id": "nz-other", "channels": []})
    assert "nz-other has no channel" in refused(tmp_path, pack)


def test_a_service_that_nothing_shows(tmp_path: Path) -> None:
    pack = good_file()
    pack["services"].append({**pack["services"][1], "id": "nz-other", "confidence": "medium"})
    assert "nz-other is no crisis line of high confidence" in refused(tmp_path, pack)


@pytest.mark.parametrize(
    ("variable", "choice", "said"),
    [
        ("crisis_line", {"service": "nz-none", "by": "phone"}, "crisis_line: no service nz-none"),
        ("crisis_line", {"service": "nz-1737", "by": "web"}, "no service nz-1737 with a channel web"),
        ("night_line", {"service": "nz-1737", "by": "phone"}, "night_line is no variable"),
        ("emergency", {"service": "nz-1737", "by": "phone"}, "emergency is no variable"),
    ],
)
def test_a_variable_that_stands_for_nothing(tmp_path: Path, variable: str, choice: object, said: str) -> None:
    pack = good_file()
    pack["variables"][variable] = choice
    assert said in refused(tmp_path, pack)


@pytest.mark.parametrize(
    ("channel", "said"),
    [
        ({"type": "phone", "value": "ring us"}, "'ring us' is no phone address"),
        ({"type": "sms", "value": ""}, "'' is no sms address"),
        ({"type": "web", "value": "http://example.org"}, "is no web address"),
        ({"type": "web", "value": "javascript:alert(1)"}, "is no web address"),
        ({"type": "email", "value": "nobody"}, "is no email address"),
        ({"type": "phone", "value": "111", "keyword": "HELP"}, "only a text message has a keyword"),
        ({"type": "fax", "value": "111"}, "services.1.channels.0.type"),
        ({"type": "phone", "value": "111", "colour": "red"}, "services.1.channels.0.colour"),
    ],
)
def test_a_channel_that_leads_nowhere(tmp_path: Path, channel: object, said: str) -> None:
    pack = good_file()
    pack["services"][1]["channels"] = [channel]
    said_all = refused(tmp_path, pack)
    assert said in said_all
    assert said_all.startswith("nz.yaml: ")


def test_a_low_confidence_is_not_even_read(tmp_path: Path) -> None:
    pack = good_file()
    pack["services"][1]["confidence"] = "low"
    assert "services.1.confidence" in refused(tmp_path, pack)


@pytest.mark.parametrize("content", [b"", b"- a\n- b\n", b"a: [", b"\xff\xfe\x00", b"country: NZ\n"])
def test_a_file_that_is_no_pack(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "zz.yaml"
    path.write_bytes(content)
    with pytest.raises(BadPack, match=r"^zz\.yaml: "):
        read_pack(path)


# ---------------------------------------------------------------- the contact card


def parsed(card: str) -> list[tuple[str, str]]:
    """Name and value of each line, as RFC 2425 says: unfolded, unescaped."""
    assert card.endswith("\r\n")
    assert all(len(line.encode()) <= 75 for line in card.split("\r\n"))
    lines = card.replace("\r\n ", "").removesuffix("\r\n").split("\r\n")
    pairs = (line.split(":", 1) for line in lines)
    return [
        (name, re.sub(r"\\(.)", lambda sign: "\n" if sign[1] == "n" else sign[1], value))
        for name, value in pairs
    ]


@pytest.mark.parametrize("country", LISTED)
def test_the_card_holds_every_number_and_says_nothing_aloud(country: str) -> None:
    card = contact_card(PACKS[country])
    lines = parsed(card)
    assert lines[:2] == [("BEGIN", "VCARD"), ("VERSION", "3.0")]
    assert lines[-1] == ("END", "VCARD")
    assert dict(lines)["FN"] == CARD_NAME == "Numbers to keep"
    numbers = [value for name, value in lines if ".TEL;" in name]
    emergency, *others = (href for href in LISTED[country] if href.startswith(("tel:", "sms:")))
    others = [
        href for href in others if href[4:] not in {"112", "911"}
    ]  # one emergency number is enough in a card
    assert numbers == [href[4:] for href in (emergency, *others)]
    assert len([name for name, _ in lines if name.endswith(".X-ABLabel")]) == len(numbers)
    assert len(dict(lines)["NOTE"].splitlines()) == len(numbers)
    assert not TELLING.search(card)


ANY_TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=120)


@given(ANY_TEXT, ANY_TEXT.map(lambda note: note + "\n;,\\"))
def test_any_words_survive_the_card(short: str, note: str) -> None:
    emergency = PACKS["nz"].emergency
    channel = Channel(type="phone", value="1737", note=note)
    service = Service(**{**vars(PACKS["nz"].services[1]), "short": short, "channels": (channel,)})
    pack = CountryPack(**{**vars(PACKS["nz"]), "variables": {}, "services": (emergency, service)})
    lines = parsed(contact_card(pack))
    assert lines[-3] == ("item2.X-ABLabel", f"{short} ({note})")
    assert lines[-2] == ("NOTE", f"Emergency: 111\n{short} ({note}): 1737")
