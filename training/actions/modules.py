"""Loading modules from their folders, and a school's review of them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction

from peersupport.audit import record
from peersupport.errors import Refused
from peersupport.models import User
from peersupport.named_lists import Local, asked
from programs.models import Program, Role, Site
from training.engines.localwords import Filled, fill, variables_in
from training.engines.modulefile import check_folder, read_folder
from training.engines.moduleshape import Fault, ModuleFile
from training.engines.wording import read_rules
from training.models import Module, ModuleVersion, Review


def checked_modules(*, folder: Path) -> tuple[list[ModuleFile], list[Fault]]:
    """Every module in `folder` (or `folder` itself, if it is one): those without fault, and all faults."""
    rules = read_rules(settings.CONTENT_DIR / "safe_words.json")
    folders = (
        [folder]
        if (folder / "module.md").exists()
        else sorted(path for path in folder.iterdir() if path.is_dir())
    )
    files, faults = [], []
    for path in folders:
        found = check_folder(path, rules, settings.LOCAL_NAMES)
        faults += found
        if not found:
            files.append(read_folder(path))
    return files, faults


@dataclass(frozen=True)
class Loaded:
    """What loading did with one module: `made` is False when nothing had changed."""

    slug: str
    number: int
    made: bool


@transaction.atomic
def load_modules(*, files: Iterable[ModuleFile], now: datetime) -> list[Loaded]:
    """Store each module whose words changed as a new version, all or none; touch nothing else.

    Refused when words changed under a version number that is already loaded, or the number went backwards.
    """
    return [_load(file, now) for file in files]


def _load(file: ModuleFile, now: datetime) -> Loaded:
    module, _ = Module.objects.get_or_create(slug=file.slug)
    newest = module.versions.order_by("-number").first()
    if newest and newest.digest == file.digest:
        return Loaded(file.slug, newest.number, made=False)
    if newest and file.version <= newest.number:
        raise Refused(
            f"{file.slug}: the words changed but the version is still {file.version}. "
            f"Versions never change; write version: {newest.number + 1} in module.md."
        )
    version = ModuleVersion.objects.create(
        module=module,
        number=file.version,
        digest=file.digest,
        title=file.title,
        track=file.track,
        row=file.row,
        minutes=file.minutes,
        content=file.as_json(),
        loaded_on=now.date(),
    )
    record(by=None, verb="load module version", on=version)
    return Loaded(file.slug, file.version, made=True)


def local_words(program: Program, site: Site | None, at: datetime) -> dict[str, Local]:
    """Every local service as a variable, from all entries of the LOCAL list."""
    return {name: local for ask in asked("LOCAL") for name, local in ask(program, site, at).items()}


def filled_step(step: Mapping[str, Any], program: Program, site: Site | None, at: datetime) -> dict[str, Any]:
    """What a step takes from the school: `text`, its HTML with local words, and `services` as cards."""
    names = variables_in(step["html"]) | set(step["services"])
    local = local_words(program, site, at) if names else {}
    values = {
        name: Filled(local[name].text, local[name].href) if name in local else Filled("") for name in names
    }
    return {
        "text": fill(step["html"], values),
        "services": [local[name] for name in step["services"] if name in local and local[name].text],
    }


def faults_for(version: ModuleVersion, program: Program, at: datetime) -> list[str]:
    """Why this version cannot be published at this school.

    Every variable in the text needs a sound local service; of the services that a step lists, one is enough.
    """
    local = local_words(program, None, at)
    sound = {name for name, entry in local.items() if not entry.fault}
    unfilled = {name for step in version.steps for name in variables_in(step["html"])} - sound
    for step in version.steps:
        if step["services"] and not sound & set(step["services"]):
            unfilled |= set(step["services"])
    return [
        local[name].fault if name in local else f"Nothing is known here for “{name}”."
        for name in sorted(unfilled)
    ]


@transaction.atomic
def review_version(*, by: User, version: ModuleVersion, program: Program, now: datetime) -> Review:
    """Say for this school that the version was read and is right; from now on learners begin this one."""
    faults = faults_for(version, program, now)
    if faults:
        raise Refused("This module cannot be published yet. " + " ".join(faults))
    try:
        with transaction.atomic():
            review = Review.objects.create(
                version=version,
                program=program,
                by=by,
                name=(by.full_name or by.email)[:240],
                role=Role.STAFF.label,
                on=program.today(now),
            )
    except IntegrityError:
        raise Refused("This version has been reviewed already.") from None
    record(by=by, verb="review module version", on=version, scope=program.uuid)
    return review
