"""Practice talks out of their files."""

from django.conf import settings

from training.engines.moduleshape import BadContent, Fault
from training.engines.practicechecks import check_practice
from training.engines.practicefile import Practice, read_practice
from training.engines.wording import read_rules


def checked_practices() -> tuple[list[Practice], list[Fault]]:
    """Every practice of `content/practices`: those without fault, and all faults."""
    rules = read_rules(settings.CONTENT_DIR / "safe_words.json")
    practices, faults = [], []
    for file in sorted((settings.CONTENT_DIR / "practices").glob("*.yaml")):
        try:
            practice = read_practice(file)
        except BadContent as bad:
            faults += bad.faults
            continue
        found = check_practice(practice, rules)
        faults += found
        if not found:
            practices.append(practice)
    return practices, faults
