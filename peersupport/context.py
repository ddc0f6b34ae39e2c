"""What the frame around every page needs to know: names, the row of links, whether the page is sensitive.

Nothing is worked out before a template asks for it, so that public pages read no session and no
database, and so that the frame can be drawn (`Shell(None)`) while the database is away.
"""

from dataclasses import dataclass
from datetime import UTC, tzinfo
from functools import cached_property
from typing import Any

from django.conf import settings
from django.contrib.messages import get_messages
from django.contrib.messages.storage.base import Message
from django.http import HttpRequest
from django.urls import reverse

from peersupport.clock import now
from peersupport.heart import StaffWord, word_for_staff

HELP_URL = "/help/"  # a fixed address: it is printed on posters and must stand on error pages too

# The first row whose roles a person has is theirs. Words stay at four or fewer.
NAV_ROWS: tuple[tuple[frozenset[str], tuple[tuple[str, str], ...]], ...] = (
    (
        frozenset({"staff"}),
        (
            ("This week", "training:home"),
            ("People", "programs:person-list"),
            ("Training", "training:completion"),
            ("Directory", "directory:service-list"),
        ),
    ),
    (
        frozenset({"lead"}),
        (
            ("Home", "training:home"),
            ("Learn", "training:module-list"),
            ("Directory", "directory:service-list"),
            ("Counts", "training:completion-counts"),
        ),
    ),
    (
        frozenset(
            {
                "student",
                "supporter",
                "lead",
                "clinical_adviser",
                "academic_adviser",
                "supervisor",
                "registrar",
                "assessor",
            }
        ),
        (
            ("Home", "training:home"),
            ("Learn", "training:module-list"),
            ("Directory", "directory:service-list"),
        ),
    ),
    (frozenset({"evaluator"}), (("Home", "training:home"), ("Counts", "training:completion-counts"))),
)


# Who may come to be on duty. Nobody else is asked for a telephone number.
RUNG = frozenset({"supporter", "lead", "staff", "clinical_adviser", "academic_adviser", "supervisor"})


@dataclass(frozen=True)
class NavLink:
    word: str
    url: str
    current: bool


class Shell:
    """The frame of one page; `request` None draws it for somebody unknown."""

    def __init__(self, request: HttpRequest | None) -> None:
        self._request = request

    @property
    def help_url(self) -> str:
        """The numbers of the person's own school, once it is known."""
        return f"{HELP_URL}{self._program.slug}/" if self._program else HELP_URL

    @property
    def leave_url(self) -> str:
        return str(settings.LEAVE_URL)

    @property
    def demo(self) -> bool:
        return bool(settings.DEMO)

    @cached_property
    def sensitive(self) -> bool:
        match = getattr(self._request, "resolver_match", None)
        return match is None or match.view_name not in settings.ORDINARY

    @cached_property
    def signed_in(self) -> bool:
        user = getattr(self._request, "user", None)
        return user is not None and bool(user.is_authenticated)

    @cached_property
    def _rights(self) -> Any:
        return getattr(self._request, "rights", None) if self.signed_in else None

    @property
    def _program(self) -> Any:
        return self._rights.program if self._rights is not None else None

    @property
    def _roles(self) -> frozenset[str]:
        return self._rights.roles if self._rights is not None else frozenset()

    @property
    def app_name(self) -> str:
        return str(self._program.app_name if self._program else settings.APP_NAME)

    @property
    def school(self) -> str:
        """The school's name; before anybody has signed in, the name of the site."""
        return str(self._program.name if self._program else settings.APP_NAME)

    @property
    def is_staff(self) -> bool:
        return "staff" in self._roles

    @property
    def is_member(self) -> bool:
        """Belongs to a school now, in any role."""
        return bool(self._roles)

    @property
    def may_be_rung(self) -> bool:
        return bool(RUNG & self._roles)

    @property
    def zone(self) -> tzinfo:
        """What the clocks show where this person studies or works."""
        found: tzinfo = self._program.zone if self._program else UTC
        return found

    @property
    def country(self) -> str:
        return str(self._program.country if self._program else settings.COUNTRY)

    @cached_property
    def clockwork(self) -> StaffWord | None:
        """Whether messages go out, for staff to see on every page, asked of the database alone."""
        if not self.is_staff:
            return None
        return word_for_staff(self._program.uuid, self._program.zone, now())

    @cached_property
    def nav(self) -> list[NavLink]:
        row = next((links for roles, links in NAV_ROWS if roles & self._roles), ())
        path = self._request.path if self._request else ""
        urls = [(word, reverse(name)) for word, name in row]
        return [NavLink(word, url, _room(path) == _room(url)) for word, url in urls]

    @property
    def messages(self) -> list[Message]:
        if self._request is None or not hasattr(self._request, "_messages"):
            return []
        return list(get_messages(self._request))


@dataclass(frozen=True)
class PublicShell:
    """The frame of a page that is the same for everybody: nothing of a request is asked.

    `help_url` is where “Get help now” leads from there.
    """

    school: str
    app_name: str
    help_url: str = HELP_URL
    sensitive: bool = True
    signed_in: bool = False
    demo: bool = False
    is_staff: bool = False
    clockwork: None = None
    nav: tuple[NavLink, ...] = ()
    messages: tuple[Message, ...] = ()

    @property
    def leave_url(self) -> str:
        return str(settings.LEAVE_URL)


def _room(path: str) -> str:
    """The first word of a path: all pages under it belong to one link. `year` is a house of several rooms."""
    words = path.split("/")[1:]
    return "/".join(words[:2] if words[:1] == ["year"] else words[:1])


def shell(request: HttpRequest) -> dict[str, Shell]:
    """Context processor: `shell` in every template."""
    return {"shell": Shell(request)}
