"""What is promised to a learner: nothing is lost, nothing is taken back, nothing more is kept."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import connection

from peersupport.models import User
from tests.people import SHIPPED_MODULE, SMALL_MODULE, School, load_reviewed, sign_in
from tests.training.walking import send, url, words
from training.engines.steps import right_choices
from training.models import ModuleVersion, Progress


@pytest.fixture
def newer_version(tmp_path: Path) -> Callable[..., Path]:
    """The small module's folder with other words and the next version number."""

    def make(number: int = 2) -> Path:
        folder = tmp_path / SMALL_MODULE.name
        folder.mkdir(exist_ok=True)
        for file in SMALL_MODULE.iterdir():
            text = file.read_text().replace("version: 1", f"version: {number}")
            (folder / file.name).write_text(text.replace("She looks worn out.", "She looks tired."))
        return folder

    return make


def test_resume_after_every_step_of_the_shipped_module(kestrel: School, a_student: User) -> None:
    """Claim B1: after each step a new session comes back to the same step and anchor; no answer is lost."""
    version = load_reviewed(kestrel, SHIPPED_MODULE)
    sent: dict[str, list[int]] = {}
    for number, step in enumerate(version.steps, start=1):
        tries = [[0], sorted(right_choices(step))] if step["kind"] == "check" else [[]]
        for choices in tries:
            response = send(sign_in(a_student), version, number, choices)
            sent[step["key"]] = choices
            back = sign_in(a_student).get(url("module-open", version))
            way = Progress.objects.get()
            assert {key: way.choices(key) for key in way.states} == sent
            if number == len(version.steps):
                assert back["Location"] == response["Location"] == url("module-done", version)
            elif step["kind"] != "check":
                assert back["Location"] == response["Location"]
            elif set(choices) != right_choices(step):
                assert (
                    back["Location"]
                    == response["Location"]
                    == url("step-show", version, number) + "#feedback"
                )
            else:
                assert back["Location"] == url("step-show", version, number + 1)
            shown = sign_in(a_student).get(url("step-show", version, number)).content.decode()
            checked = [int(found) for found in re.findall(r'name="choice" value="(\d+)" checked', shown)]
            assert checked == choices
    assert Progress.objects.get().completed_on == kestrel.today


def test_a_learner_stays_on_the_version_they_began(
    kestrel: School,
    a_student: User,
    another_student: User,
    short_walk: ModuleVersion,
    newer_version: Callable[..., Path],
) -> None:
    """Claim B9: a new version is for those who begin after it was reviewed."""
    begun, fresh = sign_in(a_student), sign_in(another_student)
    send(begun, short_walk, 1)
    newer = load_reviewed(kestrel, newer_version())
    assert newer.number == 2
    assert "She looks worn out." in words(begun.get(url("step-show", short_walk, 1)))
    assert "She looks tired." in words(fresh.get(url("step-show", short_walk, 1)))
    for number in (2, 3, 4, 5, 6):
        send(begun, short_walk, number)
    way = Progress.objects.get(user=a_student)
    assert (way.version, way.completed_on) == (short_walk, kestrel.today)


def test_publishing_a_new_version_never_un_completes(
    kestrel: School, a_student: User, short_walk: ModuleVersion, newer_version: Callable[..., Path]
) -> None:
    """Claim B3: done stays done, on the learner's pages and on the staff's."""
    client = sign_in(a_student)
    for number in range(1, 7):
        send(client, short_walk, number)
    load_reviewed(kestrel, newer_version())
    assert client.get(url("module-open", short_walk))["Location"] == url("module-done", short_walk)
    assert "You are done." in words(client.get(url("module-done", short_walk)))
    assert "Nothing left to do" in words(client.get("/"))
    send(client, short_walk, 2, [0])
    assert Progress.objects.get().completed_on == kestrel.today


def every_text_in_the_database() -> str:
    with connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
        rows = []
        for table in tables:
            cursor.execute(f'SELECT * FROM "{table}"')
            rows += cursor.fetchall()
    return repr(rows)


def test_own_words_are_never_kept(
    a_student: User, short_walk: ModuleVersion, capfd: pytest.CaptureFixture[str]
) -> None:
    """Claim B15: the field has no name, and what is sent anyway is stored and logged nowhere."""
    canary = "canary-own-words-7f3a"
    client = sign_in(a_student)
    send(client, short_walk, 1)
    send(client, short_walk, 2)
    page = client.get(url("step-show", short_walk, 3)).content.decode()
    fields = re.findall(r"<textarea[^>]*>", page)
    assert len(fields) == 1
    assert " name=" not in fields[0]
    assert " form=" not in fields[0]
    assert "never sent" in page
    data = {"own-words": canary, "choice": [], "reflection": canary, "text": canary}
    response = client.post(url("step-pass", short_walk, 3), data, follow=True)
    assert canary not in response.content.decode()
    assert Progress.objects.get().states["own-words"] == {"choices": [], "done": True}
    assert canary not in every_text_in_the_database()
    assert canary not in "".join(capfd.readouterr())


def test_a_choice_sent_with_a_step_without_options_is_not_kept(
    a_student: User, short_walk: ModuleVersion
) -> None:
    client = sign_in(a_student)
    client.post(url("step-pass", short_walk, 1), {"choice": ["918273645546372"]})
    assert Progress.objects.get().choices("the-door") == []
    assert "918273645546372" not in every_text_in_the_database()
