"""Claim B10: whatever is wrong with a module's files is named as file:line: message, on the right line."""

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.engines.frontmatter import Document, read_document
from training.engines.modulefile import BadContent, check_folder, read_folder
from training.engines.wording import read_rules

RULES = read_rules(Path(__file__).parents[2] / "content" / "safe_words.json")
KNOWN = {"crisis_line", "emergency"}

MODULE = """\
---
title: A short module
track: core
row: 1
version: 1
minutes: 1
summary: See what has changed.
send: "Coffee on Thursday?"
sources:
  - id: study
    text: A study
    href: https://doi.org/10.1/x
done_when:
  steps: all
  checks: right
steps:
  - first
  - check-one
  - numbers
  - think
---

A few words to begin with.
"""
FIRST = """\
---
kind: reading
title: Look up
sources: [study]
---

Sam has been away for four days.
Ask him how he is.

## Words to say

::: good
“I’ve missed you.”
:::

::: poor
“It’s just stress.”
:::

Read [the next step](check-one.md) or [these words](#words-to-say) or [more](https://example.org/a).
"""
CHECK = """\
---
kind: check
title: Which one
mode: single
options:
  - text: “How are you?”
    right: true
    feedback: This asks.
  - text: “Toughen up.”
    right: false
    tag: poor
    feedback: >
      This shuts
      the door.
again: Try it on yourself.
---

What do you say?
"""
NUMBERS = """\
---
kind: local
title: Numbers
services:
  - emergency
  - crisis_line
---

Call {{ crisis_line }} at any hour.
"""
THINK = """\
---
kind: reflection
title: One person
prompt: Who comes to mind?
hint: Anyone.
---
"""
FILES = {
    "module.md": MODULE,
    "first.md": FIRST,
    "check-one.md": CHECK,
    "numbers.md": NUMBERS,
    "think.md": THINK,
}


SOURCES = MODULE[MODULE.index("sources:") : MODULE.index("done_when")]
OTHER = "  - {id: study, text: B, href: 'https://b.org'}"
# For each file: what is replaced, by what, how the line begins that must be named, and what is said of it.
EDITS: dict[str, list[tuple[str, str, str, str]]] = {
    "module.md": [
        ("track: core\n", "track: core\ncolour: red\n", "colour:", "unknown key 'colour'"),
        ("    text: A", "    by: me\n    text: A", "    by:", "unknown key 'by'"),
        ("row: 1\n", "", "title:", "'row' is missing"),
        ("row: 1\n", "row: 1\nrow: 2\n", "row: 2", "the key 'row' stands here twice"),
        ("row: 1\n", "row: 12\n", "row: 12", "'row' is not right"),
        ("track: core", "track: other", "track:", "'track' is not right"),
        ("steps:\n  - first\n  - check-one\n  - numbers\n  - think\n", "steps: []\n", "steps: []", "too few"),
        ("title: A", "title: [A", "track", "not YAML"),
        ("  - think", "  - thinking", "  - thinking", "there is no thinking.md"),
        ("  - think", "  - think\n  - first  # again", "  - first  # again", "'first' is listed twice"),
        ("  - think", "  - Think", "  - Think", "small letters"),
        ("minutes: 1", "minutes: 4", "minutes:", "says 4 minutes; reading it takes"),
        (SOURCES, "sources: []\n", "sources:", "no sources"),
        ("done_when:", f"{OTHER}\ndone_when:", OTHER, "two sources have the id"),
        ("https://doi", "http://doi", "    href:", "must be an https address"),
        ("done_when:", "confirmed:\n  - commit\ndone_when:", "  - commit", "may be confirmed"),
        ("checks: right", "checks: all", "  checks:", "'checks' is not right"),
        ("title: A short module", "title: &a A\nsummary: *a", "---", "aliases are not read"),
    ],
    "check-one.md": [
        ("    tag: poor", "    tag: poor\n    hint: x", "    hint", "unknown key 'hint'"),
        ("    feedback: This asks.\n", "", "  - text: “How", "this option has no feedback"),
        ("This asks.", '""', '    feedback: ""', "this option has no feedback"),
        (CHECK[CHECK.index("  - text: “T") : CHECK.index("again")], "", "  - text:", "too few"),
        ("right: true", "right: false", "options:", "no option is right"),
        ("right: false\n    tag: poor", "right: true", "  - text: “T", "more than one option is right"),
        ("right: true", "right: true\n    tag: myth", "    tag: myth", "only a wrong option"),
        (
            "“Toughen up.”",
            "“How are you?”  # again",
            "  - text: “How are you?”  # again",
            "two options say the same",
        ),
        ("the door.", "the door.\n      Ring 1300 22 4636.", "      Ring", "a phone number"),
        ("      the door.", "      a cry for help", "      a cry", "(attention)"),
        ("“How are you?”", "Toughen up", "  - text: Tou", "(weak)"),
    ],
    "first.md": [
        ("title: Look up", "title: Look up\nmode: single", "mode:", "unknown key 'mode'"),
        ("title: Look up", 'title: " "', "title:", "'title' is empty"),
        ("kind: reading", "kind: film", "kind:", "'kind' must be one of"),
        ("Ask him", "![](picture.png) Ask him", "![]", "picture.png has no alt text"),
        ("Ask him", "![{{ emergency }}](picture.png) Ask", "![", "not in alt text"),
        ("Ask him", "![A ward](other.png) Ask him", "![A", "other.png is not in this folder"),
        ("Ask him", "![A ward](../out.png) Ask him", "![A", "is not in this folder"),
        ("Ask him", "Call {{ pizza }} or ask him", "Call {{", "unknown variable 'pizza'"),
        ("Ask him", "Call {{ *emergency* }}", "Call {{", "unknown variable '*emergency*'"),
        ("Ask him", "Call {{ emergency } him", "Call {{", "a variable is written"),
        ("https://example.org/a", "http://example.org/a", "Read [", "only https"),
        ("https://example.org/a", "https:///a", "Read [", "no site named"),
        ("https://example.org/a", "https://[a/", "Read [", "not an address"),
        ("https://example.org/a", "//example.org/a", "Read [", "only https"),
        ("https://example.org/a", "mailto:somebody", "Read [", "no mail address"),
        ("https://example.org/a", "tel:1", "Read [", "use a variable"),
        ("https://example.org/a", "<{{ emergency }}>", "Read [", "brings its own link"),
        ("https://example.org/a", "javascript:alert(1)", "Read [", "not read as a link"),
        ("(check-one.md)", "(check-two.md)", "Read [", "no such step"),
        ("(check-one.md)", "(/help/)", "Read [", "no such step"),
        ("(#words-to-say)", "(#words)", "Read [", "no heading gives '#words'"),
        ("(check-one.md)", "(check-one.md#a)", "Read [", "no heading gives '#a'"),
        ("::: poor", "::: bad", "::: bad", "unknown box 'bad'"),
        ("“I’ve missed you.”", "::: note\nx", "::: note", "a box inside a box"),
        ("“It’s just stress.”\n:::", "“It’s just stress.”", "::: poor", "never closed"),
        ("Ask him", ":::\nAsk him", ":::", "none is open"),
        ("## Words", "# Words", "# Words", "begin headings at '##'"),
        ("Ask him", "Call 13 11 14, and ask him", "Call 13", "a phone number"),
        ("Ask him", "Call 000, and ask him", "Call 000", "a phone number"),
        ("Ask him", "Call triple zero. Ask", "Call triple", "a phone number"),
        ("Ask him how he", "He may commit\nsuicide. Ask him how he", "He may", "(commit)"),
        ("Ask him how he is.", "x\n\n```\na\na cry for help\n```", "a cry", "(attention)"),
        ("Ask him", "That is crazy. Ask him", "That is", "confirm it by id"),
        ("“I’ve missed you.”", "“Hello.\nI won’t tell anyone.”", "I won", "(promise)"),
        ("“I’ve missed you.”", "“It’s just stress.”", "“It’s", "(minimise)"),
        ("[study]", "[study, other]", "sources:", "no source 'other' in module.md"),
        ("---\nkind", "kind", "kind", "must begin with front matter"),
    ],
    "numbers.md": [
        ("  - crisis_line", "  - taxi", "  - taxi", "unknown variable 'taxi'"),
    ],
    "think.md": [
        ("Anyone.", "Call {{ emergency }}.", "hint:", "only in the body"),
        ("One person", "A cry for help", "title:", "(attention)"),
        ("hint: Anyone.\n---\n", "hint: Anyone.\n", "---", "no closing '---'"),
        (THINK, "---\n- a\n---\n", "---", "'key: value' lines"),
        ("Anyone.", "Any\u0007one.", "---", "not YAML"),
    ],
}
CASES = [(file, *edit) for file, edits in EDITS.items() for edit in edits]


def write(folder: Path, files: dict[str, str]) -> Path:
    folder.mkdir()
    (folder / "picture.png").write_bytes(b"")
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def faults_in(folder: Path) -> list[tuple[str, int, str]]:
    return [(Path(f.file).name, f.line, f.message) for f in check_folder(folder, RULES, KNOWN)]


def line_of(text: str, beginning: str) -> int:
    return next(number for number, line in enumerate(text.split("\n"), 1) if line.startswith(beginning))


def test_the_good_module_has_no_fault(tmp_path: Path) -> None:
    assert faults_in(write(tmp_path / "good", FILES)) == []


@pytest.mark.parametrize(("file", "old", "new", "at", "says"), CASES)
def test_a_fault_is_named_on_its_line(
    tmp_path: Path, file: str, old: str, new: str, at: str, says: str
) -> None:
    assert FILES[file].count(old) == 1
    edited = FILES[file].replace(old, new)
    found = faults_in(write(tmp_path / "edited", {**FILES, file: edited}))
    named = [(name, line) for name, line, message in found if says in message]
    assert named == [(file, line_of(edited, at))], found


def test_the_step_that_the_documentation_explains_has_no_fault(tmp_path: Path) -> None:
    guide = (Path(__file__).parents[2] / "docs" / "writing-modules.md").read_text(encoding="utf-8")
    example = guide.split("```markdown\n")[1].split("```")[0].replace("[two-weeks]", "[study]")
    assert faults_in(write(tmp_path / "documented", {**FILES, "check-one.md": example})) == []


@given(
    file=st.sampled_from(sorted(FILES)),
    place=st.integers(0, 600),
    cut=st.integers(0, 30),
    new=st.text(alphabet="ab1 \n\t-:#[]{}()!|>&*%@`'\"\\/.?~,é\x00\u2028", max_size=12),
)
def test_no_edit_breaks_the_checker(file: str, place: int, cut: int, new: str) -> None:
    edited = FILES[file][:place] + new + FILES[file][place + cut :]
    with TemporaryDirectory() as parent:
        folder = write(Path(parent) / "edited", {**FILES, file: edited})
        for fault in check_folder(folder, RULES, KNOWN):
            lines = {**FILES, file: edited}.get(Path(fault.file).name, "").count("\n") + 1
            assert 1 <= fault.line <= lines


def test_what_may_be_left_out(tmp_path: Path) -> None:
    check = CHECK.replace("again: Try it on yourself.\n", "")
    think = THINK.replace("hint: Anyone.\n", "")
    assert faults_in(write(tmp_path / "edited", {**FILES, "check-one.md": check, "think.md": think})) == []


def test_the_line_of_a_value_that_is_not_there_is_the_line_of_what_holds_it() -> None:
    document = read_document("f.md", "---\na: 1\nb:\n  - c: 2\n---\nbody")
    assert isinstance(document, Document)
    paths: list[list[str | int]] = [["b", 0, "c"], ["b", 0, "d"], ["b", 7], ["a", "x"], ["z"]]
    assert [document.line_of(path) for path in paths] == [4, 4, 4, 2, 2]
    assert (document.body, document.body_line) == ("body", 6)


def test_prose_that_is_too_hard_names_the_hardest_step(tmp_path: Path) -> None:
    hard = "Institutional administration necessitates interdisciplinary communication. " * 20
    first = FIRST.replace("Ask him how he is.", hard)
    found = faults_in(write(tmp_path / "edited", {**FILES, "first.md": first}))
    assert ("module.md", 1) in [
        (name, line) for name, line, text in found if "hardest step is 'first'" in text
    ]


def test_a_fault_prints_as_file_line_message(tmp_path: Path) -> None:
    folder = write(tmp_path / "edited", {**FILES, "think.md": THINK.replace("hint", "hints")})
    (fault,) = check_folder(folder, RULES, KNOWN)
    assert str(fault) == f"{folder / 'think.md'}:5: unknown key 'hints'"


def test_faults_come_in_file_and_line_order_and_each_file_is_still_looked_at(tmp_path: Path) -> None:
    files = {
        **FILES,
        "module.md": MODULE.replace("row: 1", "row: x"),
        "first.md": FIRST.replace("Ask him", "A suicide epidemic. {{ pizza }}"),
        "think.md": THINK.replace("kind: reflection", "kind: x"),
    }
    names = [(name, line) for name, line, _ in faults_in(write(tmp_path / "edited", files))]
    assert names == [("first.md", 8), ("first.md", 8), ("module.md", 4), ("think.md", 2)]


def test_a_confirmed_warning_is_let_through_and_a_block_never(tmp_path: Path) -> None:
    module = MODULE.replace("done_when:", "confirmed: [slur]\ndone_when:")
    first = FIRST.replace("Ask him", "That is crazy. Toughen up. Ask him")
    faults = faults_in(write(tmp_path / "edited", {**FILES, "module.md": module, "first.md": first}))
    assert [(name, line) for name, line, _ in faults] == [("first.md", 8)]
    assert "(weak)" in faults[0][2]


def test_a_step_that_is_not_listed(tmp_path: Path) -> None:
    folder = write(tmp_path / "edited", {**FILES, "extra.md": THINK})
    assert faults_in(folder) == [("extra.md", 1, "this step is not listed under 'steps' in module.md")]


def test_a_folder_without_a_module(tmp_path: Path) -> None:
    assert faults_in(tmp_path / "nowhere") == [
        ("module.md", 1, "there is no such file, so this is not a module")
    ]


def test_a_folder_with_a_name_that_cannot_be_an_address(tmp_path: Path) -> None:
    ((name, line, message),) = faults_in(write(tmp_path / "Not Good", FILES))
    assert (name, line) == ("module.md", 1)
    assert "name the folder in small letters" in message


def test_text_that_is_not_utf_8_is_named_on_its_line(tmp_path: Path) -> None:
    folder = write(tmp_path / "edited", FILES)
    (folder / "think.md").write_bytes(THINK.replace("Anyone", "Zoë").encode("latin-1"))
    assert faults_in(folder) == [("think.md", 5, "this is not UTF-8 text")]


def test_windows_line_ends_and_a_byte_order_mark_are_read(tmp_path: Path) -> None:
    folder = write(tmp_path / "edited", FILES)
    (folder / "first.md").write_bytes(b"\xef\xbb\xbf" + FIRST.replace("\n", "\r\n").encode())
    assert faults_in(folder) == []


def test_reading_refuses_files_that_make_no_module(tmp_path: Path) -> None:
    folder = write(
        tmp_path / "edited", {**FILES, "think.md": THINK.replace("hint", "hints"), "first.md": "x"}
    )
    with pytest.raises(BadContent) as caught:
        read_folder(folder)
    assert [Path(fault.file).name for fault in caught.value.faults] == ["first.md", "think.md"]
    assert str(caught.value).count("\n") == 1
