"""`check_content` and `load_content`, as somebody at a terminal meets them."""

import shutil
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from tests.people import SMALL_MODULE
from training.models import Module, ModuleVersion, PracticeVersion


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SMALL_MODULE, tmp_path / "modules" / SMALL_MODULE.name))


def run(name: str, *arguments: str) -> str:
    out = StringIO()
    call_command(name, *arguments, stdout=out, stderr=out)
    return out.getvalue()


def test_check_content_without_a_path_checks_what_is_shipped() -> None:
    said = run("check_content").splitlines()
    assert said[0] == "1 module checked, no faults."
    assert said[1].endswith("checked, no faults.")
    assert "practice talk" in said[1]


def test_check_content_names_every_fault(folder: Path) -> None:
    for file in ("the-door.md", "today.md"):
        (folder / file).write_text((folder / file).read_text().replace("kind: reading", "kind: film"))
    out = StringIO()
    with pytest.raises(CommandError, match=r"^2 faults\.$"):
        call_command("check_content", str(folder), stdout=out)
    lines = out.getvalue().splitlines()
    assert [line.split(": ")[0].rpartition("/")[2] for line in lines] == ["the-door.md:2", "today.md:2"]


def test_one_fault_is_one(folder: Path) -> None:
    (folder / "today.md").write_text((folder / "today.md").read_text().replace("kind: reading", "kind: film"))
    with pytest.raises(CommandError, match=r"^1 fault\.$"):
        call_command("check_content", str(folder.parent), stdout=StringIO())


@pytest.mark.parametrize("name", ["check_content", "load_content"])
def test_a_path_that_is_no_folder_is_said(name: str, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="is not a folder"):
        run(name, str(tmp_path / "nowhere"))


@pytest.mark.usefixtures("db")
def test_load_content_loads_once(folder: Path) -> None:
    assert run("load_content", str(folder)) == "a-short-walk: version 1, loaded\n"
    assert run("load_content", str(folder.parent)) == "a-short-walk: version 1, unchanged\n"
    assert "noticing-and-referring: version 1, loaded\n" in run("load_content")
    assert ModuleVersion.objects.count() == 2
    assert "train-home" in set(PracticeVersion.objects.values_list("practice__slug", flat=True))
    assert run("load_content") == "noticing-and-referring: version 1, unchanged\n"


@pytest.mark.usefixtures("db")
def test_load_content_refuses_what_check_content_refuses(folder: Path) -> None:
    good = shutil.copytree(folder, folder.parent / "a-good-walk")
    (folder / "today.md").unlink()
    with pytest.raises(CommandError, match="Nothing is loaded: the content has faults"):
        run("load_content", str(folder.parent))
    assert not Module.objects.filter(slug=Path(good).name).exists()


@pytest.mark.usefixtures("db")
def test_load_content_refuses_other_words_under_the_same_number(folder: Path) -> None:
    run("load_content", str(folder))
    (folder / "today.md").write_text((folder / "today.md").read_text().replace("Ask one", "Bring one"))
    with pytest.raises(CommandError, match="Nothing is loaded: a-short-walk: the words changed"):
        run("load_content", str(folder))
