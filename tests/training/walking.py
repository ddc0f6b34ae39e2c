"""Going through a module in a browser; shared by the tests of the learner's pages."""

import re
from html import unescape
from typing import Any

from django.test import Client
from django.urls import reverse

from peersupport.models import User
from tests.people import SMALL_MODULE, School
from training.engines.modulefile import read_folder
from training.engines.steps import right_choices
from training.models import Assignment, Module, ModuleVersion, Progress, Review

TAG = re.compile(r"<[^>]+>")


def url(name: str, version: ModuleVersion, *more: int) -> str:
    return reverse(f"training:{name}", args=[version.module.uuid, *more])


def words(response: Any) -> str:
    """What stands on the page between <main> and </main>, without tags."""
    page = response.content.decode()
    return " ".join(unescape(TAG.sub(" ", page[page.index("<main") : page.index("</main")])).split())


def right_answer(version: ModuleVersion, number: int) -> dict[str, list[int]]:
    return {"choice": sorted(right_choices(version.steps[number - 1]))}


def send(client: Client, version: ModuleVersion, number: int, choices: list[int] | None = None) -> Any:
    data = right_answer(version, number) if choices is None else {"choice": choices}
    return client.post(url("step-pass", version, number), data)


def make_modules(school: School, user: User, numbers: range, state: str) -> None:
    """As many modules as there are numbers: nothing asked, left to do, or done by this person."""
    for number in numbers:
        module = Module.objects.create(slug=f"module-{number}")
        content = {**load_content(), "slug": module.slug}
        version = ModuleVersion.objects.create(
            module=module,
            number=1,
            digest="0",
            title=f"Module {number}",
            track="core",
            row=1,
            minutes=2,
            content=content,
            loaded_on=school.today,
        )
        Review.objects.create(version=version, program=school.program, by=school.staff, on=school.today)
        if state != "nothing":
            Assignment.objects.create(year=school.year, module=module, track="core", due_on=school.today)
        if state == "done":
            Progress.objects.create(
                user=user, module=module, version=version, started_on=school.today, completed_on=school.today
            )


def load_content() -> dict[str, Any]:
    return read_folder(SMALL_MODULE).as_json()
