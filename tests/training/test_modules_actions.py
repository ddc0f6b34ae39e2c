"""Loading modules and reviewing them for a school."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from django.db import IntegrityError

from peersupport.clock import now
from peersupport.errors import Refused
from peersupport.models import AuditEntry, User
from peersupport.named_lists import Local
from programs.models import Program, Role, Site
from tests.people import SHIPPED_MODULE, SMALL_MODULE, School, load, start_school
from tests.races import at_once
from training.actions.modules import (
    checked_modules,
    faults_for,
    filled_step,
    load_modules,
    local_words,
    review_version,
)
from training.models import Module, ModuleVersion, Review
from training.models.modules import awaiting_review


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the small module that a test may change."""
    return Path(shutil.copytree(SMALL_MODULE, tmp_path / "modules" / SMALL_MODULE.name))


def change(folder: Path, file: str, old: str, new: str) -> None:
    text = (folder / file).read_text()
    assert old in text
    (folder / file).write_text(text.replace(old, new))


def review(school: School, version: ModuleVersion) -> Review:
    return review_version(by=school.staff, version=version, program=school.program, now=now())


# ---------------------------------------------------------------- loading


@pytest.mark.usefixtures("db")
def test_loading_keeps_what_the_folder_says(folder: Path) -> None:
    version = load(folder)
    assert (version.title, version.track, version.row, version.minutes) == ("A short walk", "core", 1, 2)
    assert [step["key"] for step in version.steps][:2] == ["the-door", "check-the-words"]
    assert "<p>You see a friend by the door." in version.steps[0]["html"]
    assert str(version) == "A short walk, version 1"
    assert str(version.module) == "a-short-walk"
    entry = AuditEntry.objects.get()
    assert (entry.by, entry.verb, entry.on_kind) == (None, "load module version", "training.moduleversion")


@pytest.mark.usefixtures("db")
def test_loading_the_same_touches_nothing(folder: Path) -> None:
    version = load(folder)
    entries = AuditEntry.objects.count()
    files, _ = checked_modules(folder=folder)
    loaded = load_modules(files=files, now=now())
    assert [(one.slug, one.number, one.made) for one in loaded] == [("a-short-walk", 1, False)]
    assert load(folder) == version
    assert (ModuleVersion.objects.count(), AuditEntry.objects.count()) == (1, entries)


@pytest.mark.usefixtures("db")
@pytest.mark.parametrize("number", [1, 2])
def test_a_loaded_version_cannot_be_changed(folder: Path, number: int) -> None:
    """The same number, or a lower one, with other words is refused, and the stored words stay."""
    change(folder, "module.md", "version: 1", "version: 2")
    before = load(folder)
    change(folder, "module.md", "version: 2", f"version: {number}")
    change(folder, "the-door.md", "worn out", "tired")
    with pytest.raises(Refused, match="Versions never change; write version: 3"):
        load(folder)
    after = ModuleVersion.objects.get()
    assert (after.pk, after.content, after.digest) == (before.pk, before.content, before.digest)


@pytest.mark.usefixtures("db")
def test_a_new_number_makes_a_new_version_and_leaves_the_old_one(folder: Path) -> None:
    first = load(folder)
    change(folder, "module.md", "version: 1", "version: 5")
    change(folder, "the-door.md", "worn out", "tired")
    second = load(folder)
    assert (second.number, second.module) == (5, first.module)
    first.refresh_from_db()
    assert "worn out" in first.steps[0]["html"]
    assert "tired" in second.steps[0]["html"]


@pytest.mark.usefixtures("db")
def test_a_lone_new_number_makes_a_new_version(folder: Path) -> None:
    load(folder)
    change(folder, "module.md", "version: 1", "version: 2")
    assert load(folder).number == 2


@pytest.mark.usefixtures("db")
def test_loading_is_all_or_none(folder: Path) -> None:
    load(folder)
    new = Path(shutil.copytree(folder, folder.parent / "a-new-walk"))
    change(folder, "the-door.md", "worn out", "tired")
    files, faults = checked_modules(folder=folder.parent)
    assert [file.slug for file in files] == ["a-new-walk", "a-short-walk"]
    assert faults == []
    with pytest.raises(Refused):
        load_modules(files=files, now=now())
    assert not Module.objects.filter(slug=new.name).exists()
    assert AuditEntry.objects.count() == 1


def test_a_faulty_folder_gives_faults_and_no_module(folder: Path) -> None:
    change(folder, "the-door.md", "kind: reading", "kind: film")
    files, faults = checked_modules(folder=folder.parent)
    assert files == []
    assert [fault.line for fault in faults] == [2]


# ---------------------------------------------------------------- a school's review


def test_a_review_is_kept_with_name_role_and_day(kestrel: School, short_walk: ModuleVersion) -> None:
    kept = Review.objects.get()
    assert (kept.by, kept.name, kept.role) == (kestrel.staff, "Anjali Whitlock", "Wellbeing staff")
    assert kept.on == kestrel.today
    entry = AuditEntry.objects.get(verb="review module version")
    assert (entry.by, entry.scope) == (kestrel.staff, kestrel.program.uuid)


def test_reviewing_twice_is_refused(kestrel: School, short_walk: ModuleVersion) -> None:
    with pytest.raises(Refused, match="reviewed already"):
        review(kestrel, short_walk)
    assert Review.objects.count() == 1


def test_without_names_the_address_stands_in_the_review(kestrel: School) -> None:
    kestrel.staff.given_name = kestrel.staff.family_name = ""
    assert review(kestrel, load()).name == "staff@kestrel.example"


def test_each_school_reviews_for_itself(kestrel: School, harrow: School, short_walk: ModuleVersion) -> None:
    visible = ModuleVersion.objects.visible_in
    assert list(visible(kestrel.program)) == [short_walk]
    assert list(visible(harrow.program)) == []
    assert list(awaiting_review(harrow.program)) == [short_walk]
    review(harrow, short_walk)
    assert list(visible(harrow.program)) == [short_walk]
    assert list(awaiting_review(harrow.program)) == []


def test_a_new_version_stays_unseen_until_it_is_reviewed(
    kestrel: School, short_walk: ModuleVersion, folder: Path
) -> None:
    """Claim B9: the reviewed one stays visible until then."""
    change(folder, "module.md", "version: 1", "version: 2")
    newer = load(folder)
    assert list(ModuleVersion.objects.visible_in(kestrel.program)) == [short_walk]
    assert list(awaiting_review(kestrel.program)) == [newer]
    review(kestrel, newer)
    assert list(ModuleVersion.objects.visible_in(kestrel.program)) == [newer]
    assert list(awaiting_review(kestrel.program)) == []


def test_a_skipped_version_waits_for_nobody(kestrel: School, folder: Path) -> None:
    load(folder)
    change(folder, "module.md", "version: 1", "version: 2")
    newest = load(folder)
    assert list(awaiting_review(kestrel.program)) == [newest]


@pytest.mark.usefixtures("transactional_db")
def test_two_people_reviewing_at_once_make_one_review() -> None:
    school = start_school("kestrel", "Kestrel Bay School of Medicine")
    colleague = school.join(Role.STAFF, "Ruth").user
    version = load()

    def press(by: User) -> Review:
        return review_version(by=by, version=version, program=school.program, now=now())

    answers = at_once(lambda: press(school.staff), lambda: press(colleague), lambda: press(colleague))
    assert sorted(type(answer).__name__ for answer in answers) == ["Refused", "Refused", "Review"]
    assert Review.objects.count() == 1
    assert AuditEntry.objects.filter(verb="review module version").count() == 1


@pytest.mark.usefixtures("transactional_db")
def test_control_without_the_constraint_both_would_have_reviewed() -> None:
    school = start_school("kestrel", "Kestrel Bay School of Medicine")
    version = load()
    both_looked = Barrier(2, timeout=20)

    def press() -> Review:
        assert not Review.objects.exists()
        both_looked.wait()
        return Review.objects.create(
            version=version, program=school.program, by=school.staff, on=school.today
        )

    answers = at_once(press, press)
    assert sorted(type(answer).__name__ for answer in answers) == ["IntegrityError", "Review"]
    assert any(isinstance(answer, IntegrityError) for answer in answers)


# ---------------------------------------------------------------- local words


@pytest.fixture
def answering(settings: Any) -> Callable[[dict[str, Local]], None]:
    """Puts another function into the LOCAL list: the one below, with these answers."""

    def put(answers: dict[str, Local]) -> None:
        ANSWERS.clear()
        ANSWERS.update(answers)
        settings.LOCAL = [f"{__name__}.answer"]

    return put


ANSWERS: dict[str, Local] = {}


def answer(program: Program, site: Site | None, at: object) -> dict[str, Local]:
    return ANSWERS


SOUND = Local(name="A line", text="a line on 1", href="tel:1", number="1")
FAULTY = Local(name="", text="", href="", fault="The line has not been rung for a year.")


def test_local_words_come_from_every_entry_of_the_list(kestrel: School, settings: Any) -> None:
    found = local_words(kestrel.program, None, now())
    assert found["emergency"].href == "tel:000"
    assert set(found) == settings.LOCAL_NAMES


def test_a_step_is_filled_with_the_schools_words(kestrel: School, short_walk: ModuleVersion) -> None:
    filled = filled_step(short_walk.steps[3], kestrel.program, kestrel.site, now())
    assert '<a href="tel:000">000</a>' in filled["text"]
    assert filled["services"][0].name.startswith("Lifeline")
    assert all(service.number for service in filled["services"])


def test_a_service_with_a_fault_is_not_shown(
    kestrel: School, short_walk: ModuleVersion, answering: Callable[[dict[str, Local]], None]
) -> None:
    answering({"emergency": SOUND, "crisis_line": FAULTY})
    filled = filled_step(short_walk.steps[3], kestrel.program, None, now())
    assert [service.name for service in filled["services"]] == ["A line"]
    assert "{{" not in filled["text"]


def test_a_step_without_local_words_asks_nobody(
    kestrel: School, short_walk: ModuleVersion, settings: Any
) -> None:
    settings.LOCAL = ["nowhere.at_all"]
    filled = filled_step(short_walk.steps[0], kestrel.program, None, now())
    assert (filled["text"], filled["services"]) == (short_walk.steps[0]["html"], [])


@pytest.mark.parametrize(
    ("answers", "faults"),
    [
        ({"emergency": SOUND, "crisis_line": SOUND}, []),
        ({"emergency": SOUND, "crisis_line": FAULTY}, [FAULTY.fault]),
        ({"emergency": SOUND}, ["Nothing is known here for “crisis_line”."]),
        ({"emergency": FAULTY, "crisis_line": SOUND}, [FAULTY.fault]),
    ],
)
def test_a_version_is_published_with_sound_services_only(
    kestrel: School,
    answering: Callable[[dict[str, Local]], None],
    answers: dict[str, Local],
    faults: list[str],
) -> None:
    version = load()
    answering(answers)
    assert faults_for(version, kestrel.program, now()) == faults
    if faults:
        with pytest.raises(Refused, match="cannot be published yet"):
            review(kestrel, version)
        assert not Review.objects.exists()
    else:
        assert review(kestrel, version).version == version


def test_of_the_services_that_a_step_lists_one_sound_one_is_enough(
    kestrel: School, answering: Callable[[dict[str, Local]], None]
) -> None:
    version = load()
    for step in version.content["steps"]:
        step["html"] = ""
    answering({"emergency": SOUND, "crisis_line": FAULTY})
    assert faults_for(version, kestrel.program, now()) == []
    answering({"emergency": FAULTY, "crisis_line": FAULTY})
    assert faults_for(version, kestrel.program, now()) == [FAULTY.fault, FAULTY.fault]


def test_the_shipped_module_can_be_published_in_every_country_that_has_services(kestrel: School) -> None:
    version = load(SHIPPED_MODULE)
    for country in ("CA", "GB", "IE", "NZ", "US"):
        school = start_school(f"school-{country.lower()}", country, country=country)
        assert faults_for(version, school.program, now()) == [], country
    assert faults_for(version, kestrel.program, now()) == []
    without = Program.objects.create(slug="nowhere", name="Nowhere", country="XX", time_zone="UTC")
    assert "Your directory has nothing for" in faults_for(version, without, now())[0]


@pytest.mark.usefixtures("db")
def test_what_is_stored_is_plain_json() -> None:
    content = load().content
    assert json.loads(json.dumps(content)) == content
