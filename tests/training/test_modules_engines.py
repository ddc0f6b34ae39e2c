"""Modules read from their folders; reading level, local words and completion. Claims B3 and B10."""

import json
from html import unescape
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.engines.completion import DoneWhen, Missing, StepMark, missing
from training.engines.localwords import Filled, fill, variables_in
from training.engines.modulefile import check_folder, read_folder
from training.engines.readability import count_words, grade, seconds_for, syllables
from training.engines.wording import read_rules

CONTENT = Path(__file__).parents[2] / "content"
SHIPPED = sorted(path for path in (CONTENT / "modules").iterdir() if path.is_dir())
NOTICING = CONTENT / "modules" / "noticing-and-referring"
KNOWN = {"emergency", "crisis_line", "crisis_text", "doctors_line", "students_line"}

# The shipped modules


@pytest.mark.parametrize("folder", SHIPPED, ids=lambda folder: folder.name)
def test_a_shipped_module_has_no_fault(folder: Path) -> None:
    assert check_folder(folder, read_rules(CONTENT / "safe_words.json"), KNOWN) == []


def test_noticing_and_referring_holds_what_a_learner_was_promised() -> None:
    module = read_folder(NOTICING)
    kinds = [step.kind for step in module.steps]
    assert len(kinds) >= 12
    assert kinds.count("check") >= 6
    assert kinds.count("local") >= 2
    assert 1 <= kinds.count("reflection") <= 2
    assert "check" in kinds[:3]
    assert "multiple" in [step.mode for step in module.steps]
    assert 9 * 60 <= sum(step.seconds for step in module.steps) <= 11 * 60
    assert all(step.words <= 130 for step in module.steps)


def test_every_source_of_noticing_and_referring_is_used() -> None:
    module = read_folder(NOTICING)
    assert {source.id for source in module.sources} == {
        name for step in module.steps for name in step.sources
    }


def test_a_module_is_the_same_as_plain_values_and_its_digest_follows_its_words() -> None:
    module = read_folder(NOTICING)
    plain = module.as_json()
    assert plain == json.loads(json.dumps(plain))
    assert plain["steps"][2]["options"][1]["right"] is True
    assert plain["done_when"] == {"steps": "all", "checks": "right"}
    assert read_folder(NOTICING).digest == module.digest


def test_the_digest_changes_with_one_letter(tmp_path: Path) -> None:
    copy = tmp_path / NOTICING.name
    copy.mkdir()
    for file in NOTICING.glob("*.md"):
        (copy / file.name).write_bytes(file.read_bytes())
    assert read_folder(copy).digest == read_folder(NOTICING).digest
    first = copy / "the-train-home.md"
    first.write_text(first.read_text(encoding="utf-8").replace("Mei", "Mai"), encoding="utf-8")
    assert read_folder(copy).digest != read_folder(NOTICING).digest


# Reading level and time

BY_SYLLABLES = {
    1: (
        "the you friend whole times moved missed asked changed breathe said through tired worse "
        "don't you're died cried played goes hours rhythm "
    ),
    2: (
        "people quiet science being doing trying patient social special anxious create table simple "
        "sometimes something someone lonely hopeful careless wanted needed changes classes places "
        "student placement enough evening every business alone message coffee nothing careful "
        "little people's isn't agreed worried carried question safely "
    ),
    3: (
        "worrying studying media serious idea area video services notices hospital medicine "
        "appointment curious different registrar everything referral "
    ),
    4: ("emergency confidential conversation situation usually tutorial anatomy psychiatrist "),
    5: ("university "),
}


@pytest.mark.parametrize("beats", BY_SYLLABLES)
def test_syllables_of_common_words(beats: int) -> None:
    assert {word: syllables(word) for word in BY_SYLLABLES[beats].split()} == dict.fromkeys(
        BY_SYLLABLES[beats].split(), beats
    )


def test_grade_by_hand() -> None:
    # Six words, seven syllables, two sentences.
    assert grade(["The ward is quiet. I sat."]) == pytest.approx(0.39 * 6 / 2 + 11.8 * 7 / 6 - 15.59)


def test_names_glossary_words_and_numbers_are_left_out() -> None:
    plain = grade(["The ward is quiet and we wait."])
    assert (
        grade(["The otorhinolaryngologist ward is quiet and we wait 24."], {"Otorhinolaryngologist"}) == plain
    )
    assert grade(["The ward is quiet and Anastasia we wait."]) == plain
    assert grade(["The ward is quiet and I’ve we wait."]) != plain


def test_no_words_have_no_grade() -> None:
    assert grade([]) == grade(["24/7 – 1.5"]) == 0.0


@given(
    st.lists(st.sampled_from(["we", "sit", "with", "someone", "tonight"]), min_size=2, max_size=20), st.data()
)
def test_a_sentence_cut_in_two_is_never_harder(words: list[str], data: st.DataObject) -> None:
    cut = data.draw(st.integers(1, len(words) - 1))
    assert grade([" ".join(words[:cut]), " ".join(words[cut:])]) <= grade([" ".join(words)])


@given(st.lists(st.sampled_from(["we", "sit", "with", "friends"]), min_size=1, max_size=20), st.data())
def test_a_longer_word_is_never_easier(words: list[str], data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(words) - 1))
    harder = [*words[:place], "university", *words[place + 1 :]]
    assert grade([" ".join(harder)]) > grade([" ".join(words)])


def test_words_and_seconds() -> None:
    assert count_words("Don’t wait – ring 24/7, e.g. tonight.") == 6
    assert [seconds_for(90, kind) for kind in ("reading", "local", "check", "reflection")] == [30, 30, 50, 60]


# Local words

LINE = {"crisis_line": Filled("13 & 14", "tel:1314")}


def test_a_placeholder_becomes_a_link_that_dials() -> None:
    assert (
        fill("<p>Call {{crisis_line}} now</p>", LINE) == '<p>Call <a href="tel:1314">13 &amp; 14</a> now</p>'
    )


def test_words_without_an_address_are_words() -> None:
    assert fill("<p>{{ a }}</p>", {"a": Filled("your GP")}) == "<p>your GP</p>"


def test_a_link_is_not_put_inside_a_link_nor_anything_inside_a_tag() -> None:
    html = (
        '<a href="https://x.org">{{ crisis_line }}</a><img alt="{{ crisis_line }} >"><p>{{ crisis_line }}</p>'
    )
    assert fill(html, LINE) == (
        '<a href="https://x.org">13 &amp; 14</a><img alt="{{ crisis_line }} >">'
        '<p><a href="tel:1314">13 &amp; 14</a></p>'
    )


@pytest.mark.parametrize(
    "href", ["javascript:alert(1)", "data:text/html,x", "//evil.example", "/\\evil", "http://x", ""]
)
def test_an_address_of_another_kind_is_left_out(href: str) -> None:
    assert fill("{{ a }}", {"a": Filled("words", href)}) == "words"


def test_a_value_that_is_missing_is_an_error() -> None:
    with pytest.raises(KeyError):
        fill("{{ a }}", {})


@given(st.text(), st.text())
def test_filling_escapes_whatever_it_is_given(text: str, end: str) -> None:
    filled = fill("<p>{{ a }}</p>", {"a": Filled(text, "tel:" + end)})
    inner = filled.removeprefix("<p>").removesuffix("</p>")
    address, _, shown = inner.removeprefix('<a href="').partition('">')
    assert not set('<>"') & set(address)
    assert not set("<>") & set(shown.removesuffix("</a>"))
    assert unescape(shown.removesuffix("</a>")) == unescape(fill("{{ a }}", {"a": Filled(text)}))


def test_variables_are_found_even_badly_formed() -> None:
    assert variables_in("<p>{{ a_b }} {{c}} {{ D e }}</p>{{}}") == {"a_b", "c", "D e", ""}


# Completion (claim B3): the decision table, and that nothing is ever un-completed

READING = StepMark("r", "reading")
OPTIONAL = StepMark("o", "reflection", optional=True)
CHECK = StepMark("c", "check")
STEPS = [READING, OPTIONAL, CHECK]
SEEN = {"r", "o", "c"}
TABLE = [
    # steps, checks, done, right, what is missing
    ("all", "right", set(), set(), [("r", "not seen"), ("o", "not seen"), ("c", "not answered")]),
    ("all", "right", {"r"}, set(), [("o", "not seen"), ("c", "not answered")]),
    ("all", "right", SEEN, set(), [("c", "not right")]),
    ("all", "right", SEEN, {"c"}, []),
    ("all", "right", {"r", "o"}, {"c"}, []),
    ("all", "right", {"r", "c"}, {"c"}, [("o", "not seen")]),
    ("all", "answered", set(), set(), [("r", "not seen"), ("o", "not seen"), ("c", "not answered")]),
    ("all", "answered", SEEN, set(), []),
    ("all", "answered", {"c"}, {"c"}, [("r", "not seen"), ("o", "not seen")]),
    ("required", "right", set(), set(), [("r", "not seen"), ("c", "not answered")]),
    ("required", "right", {"r", "c"}, set(), [("c", "not right")]),
    ("required", "right", {"r", "c"}, {"c"}, []),
    ("required", "answered", {"r"}, set(), [("c", "not answered")]),
    ("required", "answered", {"r", "c"}, set(), []),
    ("required", "answered", {"o", "gone"}, {"gone"}, [("r", "not seen"), ("c", "not answered")]),
]


RULES = [
    DoneWhen("all", "right"),
    DoneWhen("all", "answered"),
    DoneWhen("required", "right"),
    DoneWhen("required", "answered"),
]


@pytest.mark.parametrize(("steps", "checks", "done", "right", "left"), TABLE)
def test_completion_decision_table(steps, checks, done, right, left) -> None:  # type: ignore[no-untyped-def]
    """Claim B3: the rule is declarative and says what is still needed."""
    assert missing(DoneWhen(steps, checks), STEPS, done, right) == [Missing(*each) for each in left]


@pytest.mark.parametrize("rule", RULES)
@given(
    done=st.sets(st.sampled_from("rocx")),
    right=st.sets(st.sampled_from("cx")),
    more_done=st.sets(st.sampled_from("rocx")),
    more_right=st.sets(st.sampled_from("cx")),
)
def test_doing_more_never_leaves_more_to_do(  # type: ignore[no-untyped-def]
    rule: DoneWhen, done, right, more_done, more_right
) -> None:
    """Claim B3: monotone, so a step once done is never asked for again."""
    before = {each.step_key for each in missing(rule, STEPS, done, right)}
    after = {each.step_key for each in missing(rule, STEPS, done | more_done, right | more_right)}
    assert after <= before
