"""The table of “Worried about a friend?”: every way through it, and every table that must not be shown."""

from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.conf import settings

from referrals.engines.chooser import BadChooser, Chooser, read_chooser
from training.engines.readability import grade
from training.engines.wording import Prose, read_rules, unsafe

FILE = settings.CONTENT_DIR / "chooser" / "worried-about-a-friend.yaml"
SHIPPED = read_chooser(FILE)
WAYS = list(SHIPPED.every_way())
MOST_TAPS = 3


def taps(chooser: Chooser, way: dict[str, str]) -> tuple[int, str]:
    """How many answers it takes on this way, and the card it comes to."""
    given: dict[str, str] = {}
    while (card := chooser.end_of(given)) is None:
        code = chooser.next_question(given).code
        given[code] = way[code]
    return len(given), card


def words_of(chooser: Chooser) -> list[str]:
    cards = [
        words
        for card in chooser.cards.values()
        for words in (
            card.title,
            card.lead,
            card.why,
            *(w for s in card.steps for w in (s.head, s.text, s.say)),
        )
    ]
    asked = [
        words
        for question in chooser.questions
        for words in (question.ask, *(w for a in question.answers for w in (a.says, a.more, a.echo)))
    ]
    return [words for words in cards + asked if words]


# ---------------------------------------------------------------- every way through the shipped table


def test_there_are_as_many_ways_as_the_answers_make() -> None:
    assert len(WAYS) == 3 * 6 * 3
    assert len({tuple(way.items()) for way in WAYS}) == len(WAYS)


@pytest.mark.parametrize("way", WAYS, ids=lambda way: "".join(way.values()))
def test_every_way_ends_at_somebody_within_three_taps(way: dict[str, str]) -> None:
    """C9: three taps at most, and never without a human contact."""
    count, name = taps(SHIPPED, way)
    assert count <= MOST_TAPS
    assert name == SHIPPED.card_for(way)
    card = SHIPPED.cards[name]
    assert card.turn_to
    assert card.is_emergency or "line" in {step.button for step in card.steps}


@pytest.mark.parametrize("way", WAYS, ids=lambda way: "".join(way.values()))
def test_the_more_serious_answer_wins(way: dict[str, str]) -> None:
    """Written apart from the table: what each answer must lead to, whatever the others are."""
    outcome = SHIPPED.cards[str(SHIPPED.card_for(way))].way
    danger, noticed, lasting = way["a"], way["b"], way["c"]
    if danger == "a" or noticed == "b":
        assert outcome == "emergency"
    elif noticed == "a":
        assert outcome == ("emergency" if danger == "c" else "service")
    elif danger == "c" or noticed == "c" or lasting == "a":
        assert outcome == "service"
    else:
        assert outcome == "friend"


def test_danger_is_one_tap_away() -> None:
    """T3: the first answer of the first question is the emergency card."""
    assert taps(SHIPPED, {"a": "a"}) == (1, "danger")


def test_every_stop_can_be_come_to_and_no_other() -> None:
    stops = list(SHIPPED.every_stop())
    assert stops[0] == {}
    assert len({tuple(stop.items()) for stop in stops}) == len(stops)
    assert {SHIPPED.end_of(stop) for stop in stops} == {*SHIPPED.cards, None}
    assert all(SHIPPED.possible(stop) for stop in stops)


@pytest.mark.parametrize(
    "wrong", [{"b": "a"}, {"a": "z"}, {"a": "b", "c": "a"}, {"x": "a"}, {"b": "a", "a": "b"}]
)
def test_answers_that_nobody_can_give_are_told_apart(wrong: dict[str, str]) -> None:
    assert not SHIPPED.possible(wrong)


def test_answers_are_repeated_in_short() -> None:
    assert SHIPPED.echoes({"a": "b", "b": "d"}) == ["Not in danger that I can see", "Low or worn out"]


# ---------------------------------------------------------------- how it reads


def test_the_words_are_plain() -> None:
    """Grade 8 at most, as a whole and for each card."""
    assert 0 < grade(words_of(SHIPPED)) <= 8
    for card in SHIPPED.cards.values():
        blocks = [
            card.lead,
            card.why,
            *(step.text for step in card.steps),
            *(step.say for step in card.steps),
        ]
        assert grade(filter(None, blocks)) <= 8


def test_the_words_are_safe() -> None:
    """Once as our own words, once as words that somebody may say to a friend."""
    rules = read_rules(settings.CONTENT_DIR / "safe_words.json")
    for tag in (None, "good"):
        prose = [Prose(FILE.name, 1, words, words, tag) for words in words_of(SHIPPED)]
        assert unsafe(prose, rules) == []


def test_no_card_promises_to_keep_a_secret() -> None:
    said = " ".join(step.say for card in SHIPPED.cards.values() for step in card.steps).lower()
    assert "promise" not in said
    assert "tell no" not in said
    assert "!" not in " ".join(words_of(SHIPPED))


# ---------------------------------------------------------------- tables that must not be shown


@pytest.fixture
def raw() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return deepcopy(loaded)


def refused(raw: object, folder: Path) -> str:
    path = folder / "table.yaml"
    path.write_text(
        raw if isinstance(raw, str) else yaml.safe_dump(raw, allow_unicode=True), encoding="utf-8"
    )
    with pytest.raises(BadChooser) as bad:
        read_chooser(path)
    assert str(bad.value).startswith("table.yaml: ")
    return str(bad.value)


def test_a_way_left_open_is_named(raw: dict[str, Any], tmp_path: Path) -> None:
    raw["rules"] = [rule for rule in raw["rules"] if rule["card"] != "friend"]
    assert "no rule for a=b b=d c=b" in refused(raw, tmp_path)


def test_a_line_that_is_never_reached_is_named(raw: dict[str, Any], tmp_path: Path) -> None:
    raw["rules"].append({"when": {"a": ["a"]}, "card": "danger"})
    assert f"rule {len(raw['rules'])} is never reached" in refused(raw, tmp_path)


def test_a_card_without_somebody_is_named(raw: dict[str, Any], tmp_path: Path) -> None:
    """C9: a table can not end a way with good advice alone."""
    for step in raw["cards"]["friend"]["steps"]:
        step.pop("button", None)
    raw["cards"]["ask"]["turn_to"] = []
    said = refused(raw, tmp_path)
    assert "the card friend ends without somebody to call" in said
    assert "the card ask ends without somebody to call" in said


def test_an_emergency_leads_to_the_emergency_number(raw: dict[str, Any], tmp_path: Path) -> None:
    raw["cards"]["danger"]["turn_to"] = ["crisis"]
    assert "the card danger is an emergency and its services are not" in refused(raw, tmp_path)


def test_cards_and_rules_name_each_other(raw: dict[str, Any], tmp_path: Path) -> None:
    raw["rules"][0]["card"] = "elsewhere"
    raw["cards"]["spare"] = deepcopy(raw["cards"]["ask"])
    said = refused(raw, tmp_path)
    assert "there is no card elsewhere" in said
    assert "no rule leads to the card spare" in said


def test_answers_and_questions_stand_there_once(raw: dict[str, Any], tmp_path: Path) -> None:
    raw["questions"][0]["answers"].append(deepcopy(raw["questions"][0]["answers"][0]))
    raw["questions"][2]["code"] = "b"
    raw["rules"][0]["when"] = {"a": ["a"], "b": ["z"]}
    said = refused(raw, tmp_path)
    assert "answer a of question a stands there twice" in said
    assert "question b stands there twice" in said
    assert "rule 1: question b has no answer z" in said


def test_more_than_three_questions_are_too_many(raw: dict[str, Any], tmp_path: Path) -> None:
    raw["questions"].append({"code": "d", "ask": "And?", "answers": [raw["questions"][0]["answers"][0]]})
    said = refused(raw, tmp_path)
    assert "4 questions, there must be one to 3" in said
    assert "question d has nothing to choose" in said


@pytest.mark.parametrize(
    ("text", "says"),
    [("rules: [", "while parsing"), ("version: one", "version"), ("[]", "table.yaml")],
)
def test_a_file_that_is_no_table_is_refused(tmp_path: Path, text: str, says: str) -> None:
    assert says in refused(text, tmp_path)


def test_a_code_that_tells_something_is_refused(raw: dict[str, Any], tmp_path: Path) -> None:
    """Codes stand in addresses: one letter, no word."""
    raw["questions"][0]["answers"][0]["code"] = "danger"
    assert "code" in refused(raw, tmp_path)
