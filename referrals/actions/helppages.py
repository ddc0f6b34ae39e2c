"""Drawing the public pages of one place, and keeping a copy of them for when the database is away.

A page is drawn from a `HelpPage` alone, so that the page on the site, the copy and what a phone keeps are the
same, letter for letter.
"""

import json
import os
import tempfile
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from shutil import rmtree
from typing import Final
from urllib.parse import urlencode

from django.conf import settings
from django.template.loader import render_to_string
from django.templatetags.static import static

from peersupport.context import PublicShell
from referrals.engines.contactcard import contact_card
from referrals.engines.helppages import HelpPage
from referrals.models.answering import NoAnswer
from referrals.models.chooser import the_chooser
from referrals.models.helppages import every_country, every_school, help_page, school_names

INDEX, FIND, CARD, KEPT = "index.html", "find.html", "card.vcf", "kept.json"
FILES_OF_A_PAGE: Final = ("app/app.css", "app/mark.svg", "app/leave.js", "app/keep.js", "app/plan.js")
PLAN_LINES: Final = (
    ("What I will say first", "One plain line. What you saw, and that you care."),
    ("When and where we will talk", "A time without hurry, a place without others."),
    ("Who we will call or see", "A name or a line, and who dials."),
    ("Who else can be there", "One or two people that your friend chooses."),
    ("When I will ask again", "A day and a time."),
    ("Who I talk to, for myself", "You carry this as well."),
)


# ---------------------------------------------------------------- drawing


def draw(page: HelpPage, template: str, **more: object) -> str:
    school = page.name if page.is_school else settings.APP_NAME
    shell = PublicShell(school=school, app_name=page.app_name, help_url=page.url)
    return render_to_string(f"referrals/{template}.html", {"shell": shell, "here": page, **more})


def draw_help(page: HelpPage) -> str:
    return draw(page, "helppages/help")


def draw_keep(page: HelpPage) -> str:
    return draw(page, "helppages/keep", script=static("app/keep.js"))


def draw_away(page: HelpPage) -> str:
    """Instead of the finder, which needs the database: whoever answers at any hour, and the school itself."""
    return draw(page, "finder/away")


def draw_plan(page: HelpPage) -> str:
    lines = [{"label": label, "more": more} for label, more in PLAN_LINES]
    return draw(page, "helppages/plan", plan_lines=lines, script=static("app/plan.js"))


def draw_places() -> str:
    """Every school here and every country, for whoever is somewhere else, or where we cannot tell."""
    try:
        schools = school_names()
    except NoAnswer:
        schools = []
    shell = PublicShell(school=settings.APP_NAME, app_name=settings.APP_NAME)
    places = {"schools": schools, "countries": every_country()}
    return render_to_string("referrals/helppages/places.html", {"shell": shell, **places})


def stop_url(where: str, answers: Mapping[str, str]) -> str:
    """The address of a question or a card: one letter for each answer given."""
    return f"/help/{where}/what-now/" + (f"?{urlencode(answers)}" if answers else "")


def draw_stop(page: HelpPage, answers: Mapping[str, str]) -> str:
    """The next question after these answers, or the card to which they lead."""
    chooser = the_chooser()
    echoes = chooser.echoes(answers)
    end = chooser.end_of(answers)
    if end is not None:
        card = chooser.cards[end]
        return draw(page, "chooser/card", echoes=echoes, card=card, lines=page.turn_to(card.turn_to))
    question = chooser.next_question(answers)
    picks = [
        {
            "url": stop_url(page.where, {**answers, question.code: answer.code}),
            "says": answer.says,
            "more": answer.more,
        }
        for answer in question.answers
    ]
    back = stop_url(page.where, dict(list(answers.items())[:-1]))
    numbers = {"number": len(answers) + 1, "of": len(chooser.questions)}
    return draw(page, "chooser/question", question=question, picks=picks, echoes=echoes, back=back, **numbers)


def every_page(page: HelpPage) -> dict[str, str]:
    """Each page of this place by its address: what a phone keeps, and what is shown without a database."""
    stops = {
        stop_url(page.where, answers): draw_stop(page, answers) for answers in the_chooser().every_stop()
    }
    return {
        page.url: draw_help(page),
        f"{page.url}keep/": draw_keep(page),
        f"{page.url}plan/": draw_plan(page),
        **stops,
    }


@lru_cache(maxsize=16)
def kept_pages(page: HelpPage) -> str:
    """All of it as one JSON file: drawn once for as long as the directory stays as it is."""
    files = [static(name) for name in FILES_OF_A_PAGE]
    return json.dumps({"files": files, "pages": every_page(page)}, ensure_ascii=False)


# ---------------------------------------------------------------- copies


def copies() -> Path:
    return settings.DATA_DIR / "help"


def write_copy(page: HelpPage) -> None:
    """Bring the copy of one place up to date. Who reads meanwhile sees the old one or the new one, whole."""
    folder = copies() / page.where
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in (
        (INDEX, draw_help(page)),
        (FIND, draw_away(page)),
        (CARD, contact_card(page)),
        (KEPT, kept_pages(page)),
    ):
        _put(folder / name, text)


def write_copy_of(where: str) -> None:
    """After the directory of a school has changed: its copy."""
    page = help_page(where)
    if page:
        write_copy(page)


def write_copies() -> int:
    """Bring all copies up to date, and drop those of schools that are gone; how many schools there are."""
    pages = every_school()
    for page in pages:
        write_copy(page)
    copies().mkdir(parents=True, exist_ok=True)
    _put(copies() / INDEX, draw_help(pages[0]) if len(pages) == 1 else draw_places())
    there = {page.where for page in pages}
    for folder in copies().iterdir():
        if folder.is_dir() and folder.name not in there:
            rmtree(folder)
    return len(pages)


def copied(where: str, name: str = INDEX) -> str | None:
    """A file of a copy; None where there is none."""
    try:
        return (copies() / where / name).read_bytes().decode()
    except OSError:
        return None


def copied_page(where: str, address: str) -> str | None:
    """One page of a copy, by its address."""
    kept = copied(where, KEPT)
    found = json.loads(kept)["pages"].get(address) if kept else None
    return str(found) if found else None


def _put(path: Path, text: str) -> None:
    content = text.encode()
    if path.exists() and path.read_bytes() == content:
        return
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(handle)
    Path(name).chmod(0o644)
    Path(name).replace(path)
