"""Every page in every state worth looking at: who opens it, and how."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from referrals.actions.helppages import stop_url
from referrals.models.chooser import the_chooser
from tests.house.town import COLLEAGUE, NEWCOMER, NOWHERE, ONE_STEP, SIGNED_OUT, STAFF, Town

OFFICE = {STAFF, COLLEAGUE, NEWCOMER, ONE_STEP}


@dataclass(frozen=True)
class Sight:
    """One page. With `data`, what it looks like after that was sent to it."""

    visitor: str
    name: str
    path: str
    data: dict[str, Any] | None = None

    @property
    def is_for_staff(self) -> bool:
        return self.visitor in OFFICE

    def __str__(self) -> str:
        return f"{self.visitor} {self.name}"

    def see(self, town: Town) -> HttpResponse:
        client = town.client(self.visitor)
        answer = client.get(self.path) if self.data is None else client.post(self.path, self.data)
        assert isinstance(answer, HttpResponse)
        return answer


def help_pages(where: str) -> Iterator[Sight]:
    """One page of each kind: a question without and with an answer, and every card."""
    yield Sight(SIGNED_OUT, f"help {where}", f"/help/{where}/")
    for name in ("keep", "plan", "poster", "pocket"):
        yield Sight(SIGNED_OUT, f"{name} {where}", f"/help/{where}/{name}/")
    chooser, ends = the_chooser(), set()
    for answers in chooser.every_stop():
        end = chooser.end_of(answers) or f"question {len(answers) + 1}"
        if end not in ends:
            ends.add(end)
            yield Sight(SIGNED_OUT, f"{end} {where}", stop_url(where, answers))


def public() -> Iterator[Sight]:
    yield Sight(SIGNED_OUT, "help", "/help/")
    yield from help_pages("kestrel-bay")
    yield from help_pages("au")
    for country in ("ca", "gb", "ie", "nz", "us"):
        yield Sight(SIGNED_OUT, f"help {country}", f"/help/{country}/")
    for query in ("", "?a=b", "?a=b&b=a", "?a=b&b=a&c=d", "?a=a", "?a=d&b=c&c=c&d=y"):
        yield Sight(SIGNED_OUT, f"finder {query}", f"/help/kestrel-bay/find/{query}")
    for name in ("about", "about-accessibility", "about-stored", "account_login", "account_login_password"):
        yield Sight(SIGNED_OUT, name, reverse(name))
    yield Sight(SIGNED_OUT, "account_inactive", reverse("account_inactive"))
    yield Sight(SIGNED_OUT, "address missing", reverse("account_login"), {"email": ""})
    wrong = {"login": "nobody@elsewhere.example", "password": "wrong", "device": "own"}
    yield Sight(SIGNED_OUT, "password wrong", reverse("account_login_password"), wrong)
    yield Sight(SIGNED_OUT, "nothing there", "/there/is/no/such/page/")


def learners(town: Town) -> Iterator[Sight]:
    module = {"uuid": town.version.module.uuid}
    for visitor in ("student", "supporter", "student lead", "evaluator", NOWHERE):
        yield Sight(visitor, "home", "/")
    service = town.things["service"]["own"]
    yield Sight("student", "directory", reverse("directory:service-list"))
    yield Sight("student", "a service", reverse("directory:service-show", args=[service]))
    yield Sight("student lead", "a change proposed", reverse("directory:service-propose", args=[service]))
    for visitor in ("student", "supporter"):
        yield Sight(visitor, "modules", reverse("training:module-list"))
        yield Sight(visitor, "end of a module", reverse("training:module-done", kwargs=module))
    for number in range(1, len(town.version.steps) + 1):
        yield Sight(
            "supporter", f"step {number}", reverse("training:step-show", kwargs={**module, "number": number})
        )
    talk = reverse("training:practice-show", args=[town.things["practice"]["own"]])
    for visitor in ("student", "supporter", "clinical adviser", "student lead"):
        # in the middle, at a safe ending, at an unsafe one, before the first line
        yield Sight(visitor, "a talk", talk)
        yield Sight(visitor, "talks", reverse("training:practice-list"))
    wrong = reverse("training:step-show", kwargs={**module, "number": town.wrong_at})
    yield Sight("clinical adviser", "wrong answer", wrong)
    yield Sight("student lead", "first step", reverse("training:step-show", kwargs={**module, "number": 1}))
    for visitor in ("student lead", "evaluator"):
        yield Sight(visitor, "counts", reverse("training:completion-counts"))
    yield Sight("student", "not yours", reverse("programs:person-list"))
    for visitor in ("student", "supporter", "student lead"):  # nothing yet, a number, a code under way
        yield Sight(visitor, "notices", reverse("notice-list"))
    yield Sight("supporter", "a number", reverse("number-give"))
    yield Sight("supporter", "no number", reverse("number-give"), {"number": "12"})
    yield Sight("student lead", "a code", reverse("email-prove"))
    yield Sight("student lead", "a wrong code", reverse("email-prove"), {"code": "12"})
    yield Sight("student", "quiet hours", reverse("quiet-set"))
    yield Sight("student", "no quiet hours", reverse("quiet-set"), {"quiet_from": ""})
    yield Sight("student", "what is stored", reverse("about-stored"))
    for name in ("account_logout", "account_set_password", "mfa_index", "mfa_activate_totp"):
        yield Sight("student", name, reverse(name))
    yield Sight("student", "password too short", reverse("account_set_password"), {"password1": "short"})


STAFF_PAGES = (
    "training:home",
    "programs:person-list",
    "programs:person-waiting",
    "programs:person-add",
    "programs:number-list",
    "erasure:class-list",
    "programs:hold-list",
    "programs:hold-add",
    "programs:roster-upload",
    "programs:notice-list",
    "training:module-list",
    "training:practice-list",
    "training:assignment-list",
    "training:assignment-add",
    "training:reminder-plan",
    "training:reminder-preview",
    "training:completion",
    "training:completion-people",
    "training:completion-counts",
    "directory:service-list",
    "directory:service-add",
    "directory:check-list",
    "directory:chooser-review",
    "directory:proposal-list",
    "directory:service-import",
)


SECOND_STEP_PAGES = (
    "mfa_index",
    "mfa_deactivate_totp",
    "mfa_view_recovery_codes",
    "mfa_generate_recovery_codes",
    "mfa_reauthenticate",
)


def staff(town: Town) -> Iterator[Sight]:
    for visitor in (STAFF, NEWCOMER):  # the second has nothing anywhere yet
        for name in STAFF_PAGES:
            yield Sight(visitor, name, reverse(name))
    for name, thing in (
        ("programs:person-show", "person"),
        ("programs:person-died", "person"),
        ("programs:leave-give", "membership"),
        ("training:person-extend", "membership"),
        ("training:assignment-move", "assignment"),
        ("training:module-review", "module"),
        ("training:practice-review", "practice"),
        ("programs:roster-preview", "upload"),
        ("programs:roster-columns", "unnamed"),
        ("directory:service-show", "service"),
        ("directory:service-edit", "service"),
        ("notice-show", "notice"),
    ):
        yield Sight(STAFF, name, reverse(name, args=[town.things[thing]["own"]]))
    waiting = reverse("training:module-review", args=[town.things["module"]["another school's"]])
    yield Sight(STAFF, "module waiting to be read", waiting)
    yield Sight(STAFF, "second page of the list", reverse("training:completion-people") + "?page=2")
    yield Sight(STAFF, "nobody fits", reverse("training:completion-people") + "?q=nobody-of-this-name")
    for name, data in (
        ("programs:person-add", {"email": "no address", "role": "student"}),
        ("programs:roster-upload", {"kind": "people"}),
        ("programs:hold-add", {}),
        ("training:assignment-add", {"due_on": "soon"}),
        ("directory:service-add", {"name": "Half", "way_0_type": "phone", "way_0_value": "12"}),
    ):
        yield Sight(STAFF, f"{name} with faults", reverse(name), data)
    for name in SECOND_STEP_PAGES:
        yield Sight(COLLEAGUE, name, reverse(name))
    yield Sight(ONE_STEP, "second step first", reverse("mfa_activate_totp"))
    yield Sight(NEWCOMER, "proof first", reverse("account_set_password"))


def every_sight(town: Town) -> Iterator[Sight]:
    yield from public()
    yield from learners(town)
    yield from staff(town)


def code_page(town: Town, email: str) -> HttpResponse:
    """The screen on which the code is typed: it stands only between asking for one and typing it."""
    client = Client()
    asked = client.post(reverse("account_login"), {"email": email})
    answer = client.get(asked["Location"])
    assert isinstance(answer, HttpResponse)
    return answer
