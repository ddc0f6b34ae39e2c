"""Everything up to date with the code, before anything starts."""

from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from peersupport.models import User
from programs.models import Program
from training.models import ModuleVersion


@pytest.fixture
def own_folder(settings: Any, tmp_path: Path) -> Path:
    settings.STATIC_ROOT = tmp_path / "static"
    return Path(settings.STATIC_ROOT)


def prepare() -> None:
    call_command("prepare", stdout=StringIO())


@pytest.mark.usefixtures("db")
def test_preparing_twice_loads_once_and_makes_no_people(settings: Any, own_folder: Path) -> None:
    settings.DEMO = False
    prepare()
    prepare()
    assert ModuleVersion.objects.get().module.slug == "noticing-and-referring"
    assert (own_folder / "app" / "leave.js").exists()
    assert not list(own_folder.rglob("*.scss"))
    assert not User.objects.exists()


@pytest.mark.usefixtures("own_folder", "db")
def test_an_empty_demo_is_filled_and_one_with_people_is_left_alone(settings: Any) -> None:
    settings.DEMO = True
    User.objects.create_user("somebody@kestrel.example")
    prepare()
    assert not Program.objects.exists()
