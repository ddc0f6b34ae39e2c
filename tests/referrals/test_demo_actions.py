"""The demo school: made by the same actions as real ones, and never where it must not be."""

import shutil
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth import authenticate
from django.core.management import CommandError, call_command
from django.db.models import Count

from peersupport.clock import now
from peersupport.errors import Refused
from peersupport.models import User
from programs.models import Membership, Program, Role
from programs.permissions import rights_of
from referrals.actions.demo import PASSWORD, demo_only, make_demo_schools, make_demo_training
from tests.people import SMALL_MODULE, School, load, sign_in
from tests.training.talks import SMALL_TALK
from training.models import Assignment, ModuleVersion, Progress, Review
from training.models.completion import completion_by_group

pytestmark = pytest.mark.django_db


@pytest.fixture
def demo(settings: Any) -> None:
    settings.DEMO = True


def seed(*arguments: str) -> str:
    out = StringIO()
    call_command("seed", *arguments, stdout=out)
    return out.getvalue()


@pytest.mark.parametrize(("is_demo", "production"), [(False, False), (False, True), (True, True)])
def test_demo_data_is_refused_without_demo_and_in_production(
    settings: Any, is_demo: bool, production: bool
) -> None:
    settings.DEMO, settings.PRODUCTION = is_demo, production
    with pytest.raises(Refused, match="only under DEMO=1"):
        demo_only()
    with pytest.raises(CommandError, match="only under DEMO=1"):
        seed()
    with pytest.raises(Refused):
        make_demo_schools(now=now())
    assert not User.objects.exists()
    assert not Program.objects.exists()


@pytest.mark.usefixtures("demo")
def test_demo_data_is_refused_where_there_is_data(kestrel: School) -> None:
    with pytest.raises(CommandError, match="empty installation only"):
        seed()
    assert Program.objects.count() == 1


@pytest.mark.usefixtures("demo")
def test_training_is_refused_without_demo(settings: Any, kestrel: School) -> None:
    settings.DEMO = False
    with pytest.raises(Refused):
        make_demo_training(program=kestrel.program, now=now())


@pytest.fixture
def small_content(settings: Any, tmp_path: Path) -> None:
    """One short module and one talk in place of those that are shipped; static files are left here."""
    for folder in ("services", "chooser"):
        shutil.copytree(settings.CONTENT_DIR / folder, tmp_path / "content" / folder)
    shutil.copy(settings.CONTENT_DIR / "safe_words.json", tmp_path / "content")
    shutil.copytree(SMALL_MODULE, tmp_path / "content" / "modules" / SMALL_MODULE.name)
    (tmp_path / "content" / "practices").mkdir()
    shutil.copy(SMALL_TALK, tmp_path / "content" / "practices")
    settings.CONTENT_DIR, settings.STATIC_ROOT = tmp_path / "content", tmp_path / "static"


@pytest.mark.usefixtures("demo", "small_content")
def test_an_empty_demo_is_prepared_with_a_school_in_it(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("prepare")
    said = capsys.readouterr().out
    assert "Kestrel Bay School of Medicine is ready" in said
    assert PASSWORD in said
    program = Program.objects.get(slug="kestrel-bay")
    students_by_level_and_site(program)
    sign_ins_and_their_roles(program)
    done = about_two_thirds_are_through(program)
    student = sign_in(User.objects.get(email="student@demo.example"))
    assert "One thing left" in student.get("/").content.decode()
    assert "You and Kit, by the lockers" in student.get("/learn/practices/").content.decode()
    staff = sign_in(User.objects.get(email="staff@demo.example"))
    assert "students are past the day for a module." in staff.get("/").content.decode()
    assert f"{done} of 600 students are done" in staff.get("/learn/completion/").content.decode()
    lead = sign_in(User.objects.get(email="lead@demo.example"))
    assert "of 600 students were done" in lead.get("/counts/").content.decode()
    outsider = sign_in(User.objects.get(email="outsider@demo.example"))
    assert "Harrow Fell Medical School" in outsider.get("/").content.decode()


def students_by_level_and_site(program: Program) -> None:
    students = Membership.objects.active(now()).of_program(program).students()
    levels = students.values_list("year_level").annotate(Count("pk")).order_by("year_level")
    assert list(levels) == [(1, 126), (2, 122), (3, 120), (4, 118), (5, 114)]
    sites = {"Kestrel Bay", "Marlow Base", "Tarrin Rural"}
    assert set(students.values_list("site__name", flat=True)) == sites
    assert set(program.sites.values_list("name", flat=True)) == sites


def sign_ins_and_their_roles(program: Program) -> None:
    """The sign-ins that are written down, and nobody else, have a password."""
    roles = {
        "student": {Role.STUDENT},
        "supporter": {Role.STUDENT, Role.SUPPORTER},
        "lead": {Role.STUDENT, Role.LEAD},
        "staff": {Role.STAFF},
        "adviser": {Role.CLINICAL_ADVISER},
        "outsider": {Role.STAFF},
    }
    with_password = {user.email for user in User.objects.exclude(password__startswith="!")}
    assert with_password == {f"{name}@demo.example" for name in roles}
    for name, expected in roles.items():
        user = authenticate(username=f"{name}@demo.example", password=PASSWORD)
        assert isinstance(user, User), name
        found = rights_of(user, now())
        assert found.roles == expected
        assert (found.program == program) is (name != "outsider")


def about_two_thirds_are_through(program: Program) -> int:
    """How many; the named student has not begun, and some are on their way."""
    done = sum(group.done for group in completion_by_group(program, now()))
    assert 360 < done < 480
    assert not Progress.objects.filter(user__email="student@demo.example").exists()
    assert Progress.objects.filter(completed_on=None).exists()
    assert Review.objects.get().version == ModuleVersion.objects.get()
    assert Assignment.objects.count() == 5
    return done


@pytest.mark.usefixtures("demo")
def test_the_first_stage_stops_before_the_training() -> None:
    load()
    seed("--stage", "school")
    assert Membership.objects.filter(role=Role.STUDENT).count() == 623
    assert not Assignment.objects.exists()
    assert not Progress.objects.exists()
