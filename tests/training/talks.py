"""A small practice talk, as it stands and with something changed; no test in here."""

from pathlib import Path

from django.conf import settings

from training.engines.practicechecks import check_practice
from training.engines.practicefile import Practice, read_practice
from training.engines.wording import read_rules

SMALL_TALK = Path(__file__).parents[1] / "content" / "small-talk.yaml"
RULES = read_rules(settings.CONTENT_DIR / "safe_words.json")


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
