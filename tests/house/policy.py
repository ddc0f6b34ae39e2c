"""Who may open what: one line for each URL name. A URL without a line here fails the matrix."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from peersupport.models import User
from referrals.models.chooser import the_chooser
from tests.house.town import (
    CODE,
    COLLEAGUE,
    ELSEWHERE,
    ENDED,
    NOWHERE,
    ONE_STEP,
    ROLES,
    ROSTER,
    SIGNED_OUT,
    SITE,
    STAFF,
    Town,
)

OK, GO_ON, NO, NOTHING, WRONG_METHOD = (
    HTTPStatus.OK,
    HTTPStatus.FOUND,
    HTTPStatus.FORBIDDEN,
    HTTPStatus.NOT_FOUND,
    HTTPStatus.METHOD_NOT_ALLOWED,
)
SIGN_IN = "/account/login/?next="
SECOND_STEP = "/account/second-step/turn-on/?next="

MEMBERS = frozenset({*ROLES, ONE_STEP, ELSEWHERE})
LEARNERS = MEMBERS - {"evaluator"}
PROPOSERS = frozenset({"student lead", "clinical adviser", "academic adviser", "supervisor"})
COUNTERS = frozenset({"student lead", "evaluator", STAFF, COLLEAGUE, ONE_STEP, ELSEWHERE})
EVERYBODY = MEMBERS | {ENDED, NOWHERE}  # whoever can sign in
RUNG = frozenset({"supporter", "student lead", "clinical adviser", "academic adviser", "supervisor"})
STAFFED = frozenset({STAFF, COLLEAGUE, ONE_STEP, ELSEWHERE})

MISSING = UUID("00000000-0000-4000-8000-000000000000")
OURS, COLLEAGUES, ANOTHER_SCHOOLS, NONE = "own", "a colleague's", "another school's", "missing"

Data = Callable[[Town], dict[str, Any]]


def nothing(town: Town) -> dict[str, Any]:
    return {}


@dataclass(frozen=True)
class Line:
    """`may` open it; with `thing`, only one of their own school, with `private`, only their own.

    `get` and `post` are what they are answered, None where the method is not for this URL. `doer` is one
    of those for whom `data` does something to the thing that is `target`.
    """

    may: frozenset[str]
    get: frozenset[HTTPStatus] | None = frozenset({OK})
    post: frozenset[HTTPStatus] | None = None
    thing: str = ""
    private: bool = False
    everywhere: bool = False  # the thing belongs to no school
    names: bool = False  # shows names of others: not without the second step
    more: dict[str, Any] = field(default_factory=dict)
    data: Data = nothing
    doer: str = STAFF
    target: str = "own"

    def answers(self, method: str) -> frozenset[HTTPStatus] | None:
        return self.post if method == "POST" else self.get

    def whose(self, visitor: str) -> set[str]:
        """Which of the things this visitor finds."""
        if self.everywhere:
            return {OURS, ANOTHER_SCHOOLS}
        if visitor == ELSEWHERE:
            return {ANOTHER_SCHOOLS}
        if self.private and visitor not in STAFFED:
            return set()
        if self.private:
            return {COLLEAGUES} if visitor == COLLEAGUE else {OURS}
        return {OURS, COLLEAGUES}


def only(*answers: HTTPStatus) -> frozenset[HTTPStatus]:
    return frozenset(answers)


def page(may: frozenset[str], **more: Any) -> Line:
    return Line(may, **more)


def verb(may: frozenset[str], **more: Any) -> Line:
    """POST only; goes on to a page."""
    return Line(may, get=None, post=only(GO_ON), **more)


def form(may: frozenset[str], **more: Any) -> Line:
    """Shows itself on GET; goes on, or shows what is wrong, on POST."""
    return Line(may, post=only(OK, GO_ON), **more)


def a_person(town: Town) -> dict[str, Any]:
    return {"email": "kit@kestrel-bay.example", "role": "supporter"}


def the_name(town: Town) -> dict[str, Any]:
    return {"name": str(User.objects.get(uuid=town.things["person"]["own"]))}


def an_upload(town: Town) -> dict[str, Any]:
    file = SimpleUploadedFile("roster.csv", ROSTER.encode())
    return {"file": file, "kind": "people", "year": town.school.year.pk}


def good_rows(town: Town) -> dict[str, Any]:
    return {"good_rows": "on", "expected_missing": "0"}


def columns(town: Town) -> dict[str, Any]:
    names = (
        "student_id",
        "email",
        "given_name",
        "family_name",
        "preferred_name",
        "year_level",
        "site",
        "graduation_year",
    )
    return {name: str(place) for place, name in enumerate(names)}


def a_day(town: Town) -> dict[str, Any]:
    return {"due_on": town.school.year.ends_on.isoformat()}


def days_away(town: Town) -> dict[str, Any]:
    return {"starts_on": town.school.today.isoformat(), "ends_on": town.school.year.ends_on.isoformat()}


def more_time(town: Town) -> dict[str, Any]:
    return a_day(town)


def a_service(town: Town) -> dict[str, Any]:
    return {
        "name": "Corner House",
        "short": "Corner House",
        "what_for": "Somebody to sit with.",
        "about": ["feeling"],
        "way_0_type": "phone",
        "way_0_value": "1300 659 467",
        "week": "Mon-Fri 09:00-17:00",
        "zone": "Australia/Sydney",
        "tells_school": "no",
    }


def a_services_file(town: Town) -> dict[str, Any]:
    return {
        "text": "name,short,what_for,about,channels,hours\n"
        "Corner House,Corner,To sit with.,feeling,phone: 1300 659 467,day and night\n"
    }


def a_kind(town: Town) -> dict[str, Any]:
    return {"kind": "training.due"}


def from_the_start(town: Town) -> dict[str, Any]:
    return {"place": "0"}


def a_line(town: Town) -> dict[str, Any]:
    return {"place": "0", "say": "a"}


def an_assignment(town: Town) -> dict[str, Any]:
    return a_day(town) | {"version": town.version.pk, "year": town.school.year.pk, "year_level": "2"}


POLICY: dict[str, Line] = {
    # programs: who is here. Names of others, so wellbeing staff with their second step.
    "programs:person-list": page(STAFFED, names=True),
    "programs:person-waiting": page(STAFFED, names=True),
    "programs:person-add": form(STAFFED, names=True, data=a_person),
    "programs:person-show": page(STAFFED, names=True, thing="person"),
    "programs:membership-end": verb(STAFFED, names=True, thing="membership"),
    "programs:membership-reopen": verb(STAFFED, names=True, thing="ended"),
    "programs:leave-give": form(STAFFED, names=True, thing="membership", data=days_away),
    "programs:leave-drop": verb(STAFFED, names=True, thing="leave"),
    "programs:person-hold": verb(STAFFED, names=True, thing="person"),
    "programs:person-died": form(STAFFED, names=True, thing="person", data=the_name),
    "programs:person-died-undo": verb(STAFFED, names=True, thing="departure"),
    "programs:hold-list": page(STAFFED, names=True),
    "programs:hold-add": form(STAFFED, names=True, data=lambda _: {"whom": "everybody"}),
    "programs:hold-lift": verb(STAFFED, names=True, thing="hold"),
    "programs:roster-upload": form(STAFFED, names=True, data=an_upload),
    "programs:roster-preview": page(STAFFED, names=True, thing="upload", private=True),
    "programs:roster-columns": form(STAFFED, names=True, thing="upload", private=True, data=columns),
    "programs:roster-faults": page(STAFFED, names=True, thing="upload", private=True),
    "programs:roster-apply": verb(
        STAFFED,
        names=True,
        thing="upload",
        private=True,
        data=lambda _: {"good_rows": "on", "expected_missing": "0"},
    ),
    "programs:roster-cancel": verb(STAFFED, names=True, thing="upload", private=True),
    # notices that did not go out, with the names of those they were for
    "programs:notice-list": page(STAFFED, names=True),
    "programs:notice-retry": verb(STAFFED, names=True, thing="dead notice"),
    "programs:notice-cancel": verb(STAFFED, names=True, thing="dead notice"),
    # erasing: what staff plan, stop and see done
    "erasure:class-list": page(STAFFED, names=True),
    "erasure:class-stop": verb(STAFFED, names=True, data=lambda _: {"kept": "notice"}),
    "erasure:class-lift": verb(STAFFED, names=True, thing="legal hold"),
    "programs:number-list": page(STAFFED, names=True),
    "programs:number-prove": verb(STAFFED, names=True, thing="number", data=lambda _: {"digits": "1"}),
    # one's own notices and ways to be reached: of an account, not of a role
    "notice-list": page(EVERYBODY),
    "notice-show": page(EVERYBODY, thing="notice", private=True),
    "notice-put-away": verb(EVERYBODY, thing="notice", private=True),
    "kind-pause": verb(EVERYBODY, data=a_kind),
    "kind-resume": verb(EVERYBODY, data=a_kind, doer="supporter"),
    "quiet-set": form(EVERYBODY, data=lambda _: {"quiet_from": "22:00", "quiet_until": "07:30"}),
    "email-send-code": verb(EVERYBODY, doer="student"),
    "email-prove": form(EVERYBODY, data=lambda _: {"code": CODE}, doer="student lead"),
    # Only with fresh proof of who it is.
    "number-give": Line(
        RUNG | STAFFED,
        get=only(OK, GO_ON),
        post=only(OK, GO_ON),
        data=lambda _: {"number": "0491 570 157"},
        doer="supporter",
    ),
    "number-ask": verb(RUNG | STAFFED, doer="supporter"),
    "number-remove": verb(EVERYBODY, doer="supporter"),
    # training: one's own learning, and who has to do what
    "training:module-list": page(MEMBERS),
    "training:module-open": page(LEARNERS, get=only(GO_ON), thing="module"),
    "training:step-show": page(LEARNERS, thing="module", more={"number": 1}),
    "training:step-pass": verb(LEARNERS, thing="module", more={"number": 1}, doer="student lead"),
    "training:module-done": page(LEARNERS, get=only(OK, GO_ON), thing="module"),
    "training:module-review": page(STAFFED, names=True, thing="module", everywhere=True),
    "training:module-publish": verb(
        STAFFED, names=True, thing="module", everywhere=True, target=ANOTHER_SCHOOLS
    ),
    "training:practice-list": page(LEARNERS),
    "training:practice-show": page(LEARNERS, thing="practice"),
    "training:practice-say": verb(LEARNERS, thing="practice", data=a_line, doer="student lead"),
    "training:practice-again": verb(
        LEARNERS, thing="practice", data=lambda _: {"place": "0"}, doer="student"
    ),
    "training:practice-finish": verb(LEARNERS, thing="practice", doer="student"),
    "training:practice-review": page(STAFFED, names=True, thing="practice", everywhere=True),
    "training:practice-publish": verb(
        STAFFED, names=True, thing="practice", everywhere=True, target=ANOTHER_SCHOOLS
    ),
    "training:assignment-list": page(STAFFED, names=True),
    "training:assignment-add": form(STAFFED, names=True, data=an_assignment),
    "training:assignment-move": form(STAFFED, names=True, thing="assignment", data=a_day),
    "training:assignment-drop": verb(STAFFED, names=True, thing="assignment"),
    "training:extra-week": verb(LEARNERS, thing="assignment", doer="student"),
    "training:person-extend": form(STAFFED, names=True, thing="membership", data=more_time),
    "training:reminder-plan": page(STAFFED, names=True),
    "training:reminder-preview": page(STAFFED, names=True),
    "training:reminder-nudge": verb(STAFFED, names=True),
    "training:completion": page(STAFFED, names=True),
    "training:completion-people": page(STAFFED, names=True),
    "training:completion-csv": page(STAFFED, names=True),
    # numbers of ten and more, without names
    "training:completion-counts": page(COUNTERS),
    "training:completion-counts-csv": page(COUNTERS),
    # the directory: everybody reads, leads and advisers propose, staff keep
    "directory:service-list": page(MEMBERS),
    "directory:service-show": page(MEMBERS, thing="service"),
    "directory:service-add": form(STAFFED, names=True, data=a_service),
    "directory:service-edit": form(STAFFED, names=True, thing="service", data=a_service),
    "directory:service-publish": verb(STAFFED, names=True, thing="hidden service"),
    "directory:service-unpublish": verb(STAFFED, names=True, thing="service"),
    "directory:service-own": verb(STAFFED, names=True, thing="service"),
    "directory:service-confirm": verb(STAFFED, names=True, thing="service"),
    "directory:service-no-answer": verb(STAFFED, names=True, thing="service"),
    "directory:check-list": page(STAFFED, names=True),
    "directory:service-import": form(STAFFED, names=True, data=a_services_file),
    "directory:service-csv": page(STAFFED, names=True),
    "directory:chooser-review": page(STAFFED, names=True),
    "directory:chooser-approve": verb(STAFFED, names=True, data=lambda _: {"digest": the_chooser().digest}),
    "directory:proposal-add": form(PROPOSERS, doer="student lead", data=a_service),
    "directory:service-propose": form(PROPOSERS, thing="service", doer="student lead", data=a_service),
    "directory:proposal-list": page(STAFFED, names=True),
    "directory:proposal-take": verb(STAFFED, names=True, thing="proposal"),
    "directory:proposal-decline": verb(STAFFED, names=True, thing="proposal"),
}

# Open to everybody, GET only, the same for all: with their further arguments.
PUBLIC: dict[str, dict[str, Any]] = {
    "referrals:help": {},
    "referrals:help-show": {"where": "kestrel-bay"},
    "referrals:card-file": {"where": "kestrel-bay"},
    "referrals:keep-show": {"where": "kestrel-bay"},
    "referrals:kept-file": {"where": "kestrel-bay"},
    "referrals:worker-file": {"where": "kestrel-bay"},
    "referrals:chooser-show": {"where": "kestrel-bay"},
    "referrals:plan-show": {"where": "kestrel-bay"},
    "referrals:poster-show": {"where": "kestrel-bay"},
    "referrals:poster-site": {"where": "kestrel-bay", "uuid": SITE},
    "referrals:pocket-show": {"where": "kestrel-bay"},
    "referrals:pocket-site": {"where": "kestrel-bay", "uuid": SITE},
    "referrals:finder-show": {"where": "au"},
    "referrals:services-file": {"where": "au"},
    "about": {},
    "about-accessibility": {},
    "about-stored": {},
    "healthz": {},
}

# As people type an address; goes on to the public page.
TYPED: dict[str, tuple[dict[str, str], str]] = {
    "help-typed": ({}, "/help/"),
    "help-country-typed": ({"country": "au"}, "/help/au/"),
}

# Sent by other machines, without a cookie or the token of a form: these two check a signature of their own,
# and nothing else here does (`signed_post`). With what they are asked with when the signature is wrong.
SIGNED: dict[str, dict[str, Any]] = {
    "notice-pause": {"token": "not-signed-by-us"},
    "mail-returned": {},
}

# There in a demo only.
DEMO_ONLY = {"demo-mail"}

# The start page has an answer for everybody: the way to sign in, whom to ask, or what is left to do.
START = "training:home"

# Signing in and out: GET signed out and signed in, then an empty POST signed out and signed in.
DOORS: dict[str, tuple[HTTPStatus, HTTPStatus, HTTPStatus, HTTPStatus]] = {
    "account_login": (OK, GO_ON, OK, GO_ON),
    "account_request_login_code": (OK, GO_ON, OK, GO_ON),
    "account_login_password": (OK, GO_ON, OK, GO_ON),
    "account_confirm_login_code": (GO_ON, GO_ON, GO_ON, GO_ON),
    "account_logout": (GO_ON, OK, GO_ON, GO_ON),
    "account_inactive": (OK, OK, WRONG_METHOD, WRONG_METHOD),
    "account_reauthenticate": (GO_ON, NO, GO_ON, NO),
    "account_change_password": (GO_ON, GO_ON, GO_ON, GO_ON),
    "account_set_password": (GO_ON, OK, GO_ON, OK),
    "mfa_authenticate": (GO_ON, GO_ON, GO_ON, GO_ON),
    "mfa_reauthenticate": (GO_ON, NO, GO_ON, NO),
    "mfa_index": (GO_ON, OK, GO_ON, WRONG_METHOD),
    "mfa_activate_totp": (GO_ON, OK, GO_ON, OK),
    "mfa_deactivate_totp": (GO_ON, NOTHING, GO_ON, NOTHING),
    "mfa_view_recovery_codes": (GO_ON, NOTHING, GO_ON, WRONG_METHOD),
    "mfa_generate_recovery_codes": (GO_ON, OK, GO_ON, OK),
    "mfa_download_recovery_codes": (GO_ON, NOTHING, GO_ON, NOTHING),
}

# A read that is written down: names leave the house with it.
READ_AUDITED = {"training:completion-csv", "programs:number-list"}


def expected(line: Line, visitor: str, whose: str, method: str) -> tuple[frozenset[HTTPStatus], str]:
    """The status and, for a redirect to a door, how the address begins that the visitor is sent to."""
    answers = line.answers(method)
    if answers is None:
        return only(WRONG_METHOD), ""
    if visitor == SIGNED_OUT:
        return only(GO_ON), SIGN_IN
    if visitor in {ENDED, NOWHERE} - line.may:
        return only(NOTHING), ""
    if visitor not in line.may:
        return only(NO), ""
    if line.names and visitor == ONE_STEP:
        return only(GO_ON), SECOND_STEP
    if line.thing and whose not in line.whose(visitor):
        return only(NOTHING), ""
    return answers, ""


def addresses(name: str, line: Line, town: Town) -> Iterator[tuple[str, str]]:
    """Every address of a URL name: whose thing it points to, and the path."""
    if not line.thing:
        yield OURS, reverse(name, kwargs=line.more)
        return
    for whose, uuid in {**town.things[line.thing], NONE: MISSING}.items():
        yield whose, reverse(name, kwargs={"uuid": uuid, **line.more})
