"""A talk with a memory: what is said next, and what the checker finds in a file that is not right (B12)."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.training.talks import SMALL_TALK, changed, faults
from training.engines.conversation import NoSuchLine, answer, offered, replay
from training.engines.moduleshape import BadContent
from training.engines.practicefile import read_practice
from training.engines.reachable import acceptable_paths, longest_path, walk

TALK = read_practice(SMALL_TALK).talk


# ---------------------------------------------------------------- the machine


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("a", "I do not sleep. I just want it to stop."),
        ("b", "I want it to stop."),
        ("c", "You will keep it to yourself?"),
    ],
)
def test_an_earlier_line_changes_what_is_said_later(first: str, second: str) -> None:
    """Claim B12."""
    assert [exchange.said for exchange in replay(TALK, first)] == ["I am just slow today.", second]


def test_a_line_is_offered_only_where_its_tests_hold() -> None:
    """Claim B12: after a promise the plain question is not on offer; taking it back is."""
    assert [line.letter for line in offered(TALK, replay(TALK, "a")[-1].state)] == ["a", "b", "c"]
    assert [line.letter for line in offered(TALK, replay(TALK, "c")[-1].state)] == ["b", "c"]
    with pytest.raises(NoSuchLine):
        replay(TALK, "ca")


def test_the_memory_stays_inside_its_range() -> None:
    deep = replay(TALK, "ba")[-1].state
    assert dict(deep.memory) == {"trust": 1, "promised": 0}
    assert dict(replay(TALK, "aa")[-1].state.memory)["trust"] == 2


def test_a_whole_talk_ends_with_a_human_being() -> None:
    last = replay(TALK, "aaa")[-1]
    assert (last.state.at, last.said, last.line) == ("seen", "Kit walks beside you and talks.", None)
    assert TALK.endings["seen"].human == "doctor"
    assert offered(TALK, last.state) == ()


@given(st.lists(st.integers(0, 2), max_size=12))
def test_any_talk_can_be_told_again_letter_by_letter(choices: list[int]) -> None:
    """Claim B13: what is replayed is what was said, whatever was said."""
    state, path = TALK.beginning, ""
    for choice in choices:
        lines = offered(TALK, state)
        if not lines:
            break
        line = lines[choice % len(lines)]
        state, path = answer(TALK, state, line), path + line.letter
    again = replay(TALK, path)
    assert again[-1].state == state
    assert "".join(exchange.line.letter for exchange in again if exchange.line) == path


# ---------------------------------------------------------------- the checker


def test_the_small_talk_is_right(tmp_path: Path) -> None:
    assert faults(tmp_path) == []
    reachable = walk(TALK)
    assert longest_path(reachable) == 8
    assert acceptable_paths(reachable, 3) == ["aaa", "aaba", "aabbaaaa"]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("to: more}", "to: seen}", "nothing leads to “more”"),
        ('{when: promised, text: "You', '{when: trust >= 9, text: "You', "no memory ever brings these words"),
        ("when: not promised,", "when: trust >= 9,", "no memory ever offers this line"),
        (
            "tags: [put right, ask directly]",
            "tags: [put right]",
            "without asking about suicide, after the lines",
        ),
        ("tags: [put right, ask directly]", "tags: [ask directly]", "“promise secrecy” is not put right"),
        ("human: doctor", "human: fairy", "a safe ending names who was reached"),
        ("title: The door is open,", "title: Open, human: doctor,", "only a safe ending reaches somebody"),
        ("tags: [observe]", "tags: [observing]", "unknown tag “observing”"),
        ("to: last}", "to: noon}", "the longest talk has"),
        ("I cannot keep it if", "He committed suicide. I cannot keep it if", "unsafe wording (commit)"),
        ('{when: trust >= 2, text: "No. But I am so tired."}', "Yes.", "no memory ever brings these words"),
    ],
)
def test_each_fault_is_named_with_its_line(tmp_path: Path, old: str, new: str, words: str) -> None:
    """Claims B10, B12: unreachable places and words, unsafe endings, and the path that fails."""
    found = faults(tmp_path, (old, new))
    assert any(words in fault for fault in found), found
    assert all(int(fault.partition(":")[0]) > 0 for fault in found)


def test_a_poor_line_may_hold_the_words_that_it_warns_of(tmp_path: Path) -> None:
    """Claim B10."""
    found = faults(tmp_path, ("It will be better tomorrow.", "He committed suicide and you will too."))
    assert not any("unsafe wording" in fault for fault in found)


def test_a_talk_that_cannot_end_is_found(tmp_path: Path) -> None:
    """Claim B12: a loop with no way out."""
    found = faults(tmp_path, ("to: seen}", "to: walk}"), ("to: open}", "to: walk}"), everywhere=True)
    assert any("no ending can be reached after the lines" in fault for fault in found)
    assert any("0 ways to do it well" in fault for fault in found)


def test_one_line_is_no_choice(tmp_path: Path) -> None:
    found = faults(
        tmp_path, ("tags: [avoid, leave alone], to: gone}", "tags: [avoid], when: not promised, to: gone}")
    )
    assert any("fewer than two lines to choose from after the lines c" in fault for fault in found)


def test_a_talk_without_a_memory_is_not_one(tmp_path: Path) -> None:
    """Claim B12: at least three places answer by what was said before."""
    blank = [("add: {trust: 1}, to: bench", "to: bench"), ("add: {trust: -1}, to: bench", "to: bench")]
    found = faults(tmp_path, *blank, ("add: {trust: 1}, to: walk", "to: walk"))
    assert any("places answer by what was said before; 3 are needed" in fault for fault in found)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("start: lockers", "start: nowhere", "there is no node “nowhere”"),
        ("to: more}", "to: nowhere}", "“nowhere” is no node and no ending"),
        ("when: promised", "when: promised >", "“promised >” is no test"),
        ("when: promised", "when: sleepy", "“sleepy” is not in the memory"),
        ("add: {trust: 1}", "add: {luck: 1}", "“luck” is not in the memory"),
        ("      - I want it to stop.\n", "", "the last of these words must have no 'when'"),
        ("to: walk}", "to: [{go: walk, when: promised}]}", "the last way must have no 'when'"),
        ("  gone: {", "  walk: {", "“walk” is a node and an ending"),
        ("first: 1}", "first: 7}", "least, first and most must rise"),
        ("them: Kit\n", "", "'them' is missing"),
        ("minutes: 3", "minutes: 99", "'minutes' is not right"),
        ("note:", "note: [", "not YAML"),
    ],
)
def test_a_file_of_another_form_is_refused_by_line(tmp_path: Path, old: str, new: str, words: str) -> None:
    """Claim B10."""
    with pytest.raises(BadContent) as bad:
        changed(tmp_path, (old, new))
    assert any(words in fault.message and fault.line > 0 for fault in bad.value.faults), bad.value.faults
