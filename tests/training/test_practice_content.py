"""Every practice that is shipped, walked through all that can be said in it (B10, B12)."""

from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from tests.training.talks import RULES, changed
from training.actions.practice import checked_practices
from training.engines.conversation import Talk, answer, offered, words
from training.engines.practicechecks import check_practice
from training.engines.practicefile import read_practice
from training.engines.reachable import some_talks, walk

FILES = sorted((settings.CONTENT_DIR / "practices").glob("*.yaml"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_nothing_is_wrong_with_it(file: Path) -> None:
    """Claims B10, B12, B13: every state that can be reached; feedback on every line."""
    assert [str(fault) for fault in check_practice(read_practice(file), RULES)] == []


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_somebody_without_a_memory_would_say_other_things(file: Path) -> None:
    """Claim B12: with the memory blanked at every exchange, at least three places answer differently."""
    talk = read_practice(file).talk
    blank = talk.beginning.memory
    reachable = walk(talk)
    differ = {
        one.state.at
        for one in reachable.paths
        for place in [talk.nodes.get(one.state.at) or talk.endings[one.state.at]]
        if words(place.says, one.state.memory) != words(place.says, blank)
    }
    assert len(differ) >= 3


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_whole_talks_differ_and_end(file: Path) -> None:
    talk = read_practice(file).talk
    talks = some_talks(walk(talk))
    assert len(talks) >= 4
    assert {_end(talk, path) for path in talks} == talk.endings.keys()


def _end(talk: Talk, path: str) -> str:
    state = talk.beginning
    for letter in path:
        state = answer(talk, state, next(line for line in offered(talk, state) if line.letter == letter))
    return state.at


def test_names_and_people_differ() -> None:
    heads = [read_practice(file).head for file in FILES]
    for part in ("title", "them", "scene"):
        assert len({getattr(head, part) for head in heads}) == len(heads)


def test_a_fault_in_a_practice_is_printed_by_check_content(settings: object, tmp_path: Path) -> None:
    """Claim B10."""
    content = tmp_path / "content"
    (content / "practices").mkdir(parents=True)
    (content / "modules").mkdir()
    (content / "safe_words.json").write_text("[]")
    settings.CONTENT_DIR = content  # type: ignore[attr-defined]
    (content / "practices" / "broken.yaml").write_text("title: Only a title\n")
    assert checked_practices()[0] == []
    out = StringIO()
    with pytest.raises(CommandError, match="faults"):
        call_command("check_content", stdout=out)
    assert "broken.yaml:1: 'short' is missing" in out.getvalue()


def test_a_talk_that_reads_well_and_ends_badly_is_not_loaded(settings: object, tmp_path: Path) -> None:
    """Claims B10, B12: its form is right, and a way through it is not; once loaded it is not walked again."""
    talk = changed(tmp_path, ("human: doctor", "human: fairy"))
    content = tmp_path / "content"
    (content / "practices").mkdir(parents=True)
    (content / "safe_words.json").write_text("[]")
    (tmp_path / "small-talk.yaml").rename(content / "practices" / "small-talk.yaml")
    settings.CONTENT_DIR = content  # type: ignore[attr-defined]
    practices, faults = checked_practices()
    assert practices == []
    assert ["a safe ending names who was reached" in fault.message for fault in faults] == [True]
    assert [one.digest for one in checked_practices(known={talk.digest})[0]] == [talk.digest]


def test_play_prints_talks_to_read_aloud() -> None:
    out = StringIO()
    call_command("play", "train-home", "--transcript", stdout=out)
    assert "Mei: Long day. I’m fine. Just tired.\nYou: " in out.getvalue()
    assert "[Mei is not alone with it tonight]" in out.getvalue()
    with pytest.raises(CommandError, match="There are: "):
        call_command("play", "no-such-talk", stdout=out)


def test_play_in_the_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """A slip is asked again; the feedback stands under each line; at the end stands what became of it."""
    typed = iter(["x", "a", "A ", "a", "a"])
    monkeypatch.setattr("builtins.input", lambda prompt: next(typed))
    out = StringIO()
    call_command("play", "train-home", stdout=out)
    assert "You named what you saw and left the choice with her." in out.getvalue()
    assert out.getvalue().rstrip().endswith("what the registrar did.")
