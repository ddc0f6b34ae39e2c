"""A small practice talk, as it stands and with something changed; no test in here."""

from pathlib import Path

from django.conf import settings

from peersupport.clock import now
from tests.people import School
from training.actions.practice import load_practices, review_practice
from training.engines.practicechecks import check_practice
from training.engines.practicefile import Practice, read_practice
from training.engines.wording import read_rules
from training.models import PracticeVersion

TRAIN_HOME = settings.CONTENT_DIR / "practices" / "train-home.yaml"
SMALL_TALK = Path(__file__).parents[1] / "content" / "small-talk.yaml"
RULES = read_rules(settings.CONTENT_DIR / "safe_words.json")


def load_talk(file: Path = SMALL_TALK) -> PracticeVersion:
    """One talk as the command loads it; its newest version."""
    load_practices(files=[read_practice(file)], now=now())
    return PracticeVersion.objects.newest().select_related("practice").get(practice__slug=file.stem)


def load_reviewed_talk(school: School, file: Path = SMALL_TALK) -> PracticeVersion:
    version = load_talk(file)
    review_practice(by=school.staff, version=version, program=school.program, now=now())
    return version


def changed(folder: Path, *changes: tuple[str, str], everywhere: bool = False) -> Practice:
    """The small talk with each second text in place of the first one; raises BadContent."""
    text = SMALL_TALK.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, -1 if everywhere else 1)
    file = folder / "small-talk.yaml"
    file.write_text(text, encoding="utf-8")
    return read_practice(file)


def faults(folder: Path, *changes: tuple[str, str], everywhere: bool = False) -> list[str]:
    """What the checker says: the number of the line, and the words."""
    found = check_practice(changed(folder, *changes, everywhere=everywhere), RULES)
    return [f"{fault.line}: {fault.message}" for fault in found]
