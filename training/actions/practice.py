"""Practice talks: out of their files, reviewed by a school, and talked through."""

from collections.abc import Collection, Iterable
from datetime import date, datetime

from django.conf import settings
from django.db import IntegrityError, transaction

from peersupport.audit import record
from peersupport.errors import Refused
from peersupport.models import User
from programs.models import Program
from training.engines.conversation import NoSuchLine, replay
from training.engines.moduleshape import BadContent, Fault
from training.engines.practicechecks import check_practice
from training.engines.practicefile import Practice as PracticeFile
from training.engines.practicefile import read_practice
from training.engines.wording import read_rules
from training.models import Practice, PracticeReview, PracticeVersion, Talking

NOT_ON_OFFER = "That line is not on this page any more. Choose again."


def checked_practices(*, known: Collection[str] = ()) -> tuple[list[PracticeFile], list[Fault]]:
    """Every practice of `content/practices`: those without fault, and all faults.

    One whose digest is `known` was checked when it was loaded, and is not walked again.
    """
    rules = read_rules(settings.CONTENT_DIR / "safe_words.json")
    practices, faults = [], []
    for file in sorted((settings.CONTENT_DIR / "practices").glob("*.yaml")):
        try:
            practice = read_practice(file)
        except BadContent as bad:
            faults += bad.faults
            continue
        found = [] if practice.digest in known else check_practice(practice, rules)
        faults += found
        if not found:
            practices.append(practice)
    return practices, faults


@transaction.atomic
def load_practices(*, files: Iterable[PracticeFile], now: datetime) -> list[PracticeVersion]:
    """Store each talk whose words changed as a new version, all or none; what was made.

    Refused when words changed under a version number that is already loaded, or the number went backwards.
    """
    return [made for file in files if (made := _load(file, now))]


def _load(file: PracticeFile, now: datetime) -> PracticeVersion | None:
    practice, _ = Practice.objects.get_or_create(slug=file.slug)
    newest = practice.versions.order_by("-number").first()
    if newest and newest.digest == file.digest:
        return None
    if newest and file.head.version <= newest.number:
        raise Refused(
            f"{file.slug}: the words changed but the version is still {file.head.version}. "
            f"Versions never change; write version: {newest.number + 1}."
        )
    version = PracticeVersion.objects.create(
        practice=practice,
        number=file.head.version,
        digest=file.digest,
        title=file.head.title,
        short=file.head.short,
        track=file.head.track,
        minutes=file.head.minutes,
        content=file.as_json(),
        loaded_on=now.date(),
    )
    record(by=None, verb="load practice version", on=version)
    return version


@transaction.atomic
def review_practice(*, by: User, version: PracticeVersion, program: Program, now: datetime) -> PracticeReview:
    """Say for this school that the talk was read and is right; from now on learners begin this version."""
    try:
        with transaction.atomic():
            review = PracticeReview.objects.create(
                version=version, program=program, by=by, on=program.today(now)
            )
    except IntegrityError:
        raise Refused("This version has been reviewed already.") from None
    record(by=by, verb="review practice version", on=version, scope=program.uuid)
    return review


@transaction.atomic
def say(*, by: User, version: PracticeVersion, place: int, letter: str, today: date) -> Talking:
    """Say a line as the answer in exchange `place` (from 0). One tap that arrives twice counts once.

    Not audited: what somebody says in a practice is theirs alone.
    """
    talking = _locked(by, version)
    if len(talking.path) != place:  # this exchange has been answered, here or in another window
        return talking
    path = talking.path + letter
    try:
        last = replay(talking.version.talk, path)[-1]
    except NoSuchLine:
        raise Refused(NOT_ON_OFFER) from None
    talking.path = path
    ending = talking.version.talk.endings.get(last.state.at)
    if ending and ending.kind == "safe" and talking.done_on is None:
        talking.done_on = today
    talking.save()
    return talking


@transaction.atomic
def take_again(*, by: User, version: PracticeVersion, place: int) -> Talking:
    """Go back to exchange `place` (from 0) and forget what came after. Once done, a talk stays done."""
    talking = _locked(by, version)
    talking.path = talking.path[:place]
    talking.save()
    return talking


@transaction.atomic
def finish_talking(*, by: User, version: PracticeVersion) -> Talking:
    """Forget what was said. The next talk begins with the newest version."""
    talking = _locked(by, version)
    talking.path = ""
    talking.save()
    return talking


def _locked(by: User, version: PracticeVersion) -> Talking:
    """This person's talk, locked; a talk under way stays with the version that it began with."""
    Talking.objects.get_or_create(user=by, practice_id=version.practice_id, defaults={"version": version})
    talking = (
        Talking.objects.select_for_update(of=("self",))
        .select_related("version")
        .get(user=by, practice=version.practice_id)
    )
    if not talking.path:
        talking.version = version
    return talking
