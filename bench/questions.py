"""What every URL asks of the database, counted in this process. Runs inside Django."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from bench.school import DONE, NOT_BEGUN, STAFF, UNDER_WAY, signed_in, students
from peersupport.models import User
from programs.models import Leave, Membership, Program
from training.models import Assignment, ModuleVersion

ASKING = ("SELECT", "INSERT", "UPDATE", "DELETE", "WITH")
ROSTER = b"""student_id,email,given_name,family_name,preferred_name,year_level,site,graduation_year
new1,new1@bench.example,Ana,Diaz,,1,East,2099
new2,no address,Ben,Chan,,1,East,2099
"""
NOBODY, STUDENT, NEWCOMER, GRADUATE, OFFICE = "nobody", "student", "new student", "student, done", "staff"


@dataclass(frozen=True)
class Visit:
    """One address as one kind of person asks for it; what is sent, if it is sent by POST."""

    who: str
    name: str
    args: tuple[UUID | int | str, ...] = ()
    query: str = ""
    data: dict[str, Any] | None = None

    @property
    def path(self) -> str:
        return reverse(self.name, args=self.args) + self.query

    @property
    def label(self) -> str:
        return f"{'POST ' if self.data is not None else ''}{self.name}{self.query}"


def student_visits(module: UUID, steps: int) -> list[Visit]:
    assignment = Assignment.objects.exclude(year_level=5).order_by("pk")[0].uuid
    seen = [Visit(STUDENT, "training:step-show", (module, number)) for number in range(1, steps + 1)]
    return [
        *(Visit(who, "training:home") for who in (STUDENT, NEWCOMER, GRADUATE)),
        Visit(STUDENT, "training:module-list"),
        Visit(STUDENT, "training:module-open", (module,)),
        *seen,
        Visit(NEWCOMER, "training:step-show", (module, 1)),
        Visit(STUDENT, "training:module-done", (module,)),
        Visit(GRADUATE, "training:module-done", (module,)),
        Visit(NEWCOMER, "training:step-pass", (module, 1), data={}),
        Visit(STUDENT, "training:step-pass", (module, 2), data={"choice": "0"}),
        Visit(STUDENT, "training:step-pass", (module, steps), data={"choice": "0"}),
        Visit(NEWCOMER, "training:extra-week", (assignment,), data={}),
        *(Visit(STUDENT, name) for name in ("about", "about-accessibility", "about-stored")),
        Visit(STUDENT, "account_change_password"),
        Visit(STUDENT, "mfa_index"),
    ]


def staff_visits(module: UUID, upload: UUID) -> list[Visit]:
    member = Membership.objects.students().select_related("user").order_by("-pk")[0]
    assignment = Assignment.objects.order_by("-pk")[0].uuid
    pages: list[tuple[str, tuple[UUID, ...]]] = [
        ("training:home", ()),
        ("training:module-list", ()),
        ("training:module-review", (module,)),
        ("training:assignment-list", ()),
        ("training:assignment-add", ()),
        ("training:assignment-move", (assignment,)),
        ("training:person-extend", (member.uuid,)),
        ("training:reminder-plan", ()),
        ("training:reminder-preview", ()),
        ("training:completion", ()),
        ("training:completion-people", ()),
        ("training:completion-csv", ()),
        ("programs:person-list", ()),
        ("programs:person-waiting", ()),
        ("programs:person-add", ()),
        ("programs:person-show", (member.user.uuid,)),
        ("programs:leave-give", (member.uuid,)),
        ("programs:roster-upload", ()),
        ("programs:roster-preview", (upload,)),
        ("programs:roster-columns", (upload,)),
        ("programs:roster-faults", (upload,)),
    ]
    return [
        *(Visit(OFFICE, name, args) for name, args in pages),
        Visit(OFFICE, "training:completion-people", (), "?done=late&q=a"),
        Visit(OFFICE, "programs:person-list", (), "?q=a&role=student"),
        *_staff_changes(member.uuid, assignment, upload),
    ]


def _staff_changes(member: UUID, assignment: UUID, upload: UUID) -> list[Visit]:
    leave = Leave.objects.order_by("pk")[0].uuid
    days = {"starts_on": "2099-01-01", "ends_on": "2099-01-02"}
    sent: list[tuple[str, UUID, dict[str, Any]]] = [
        ("training:assignment-move", assignment, {"due_on": "2099-01-01"}),
        ("training:assignment-drop", assignment, {}),
        ("programs:membership-end", member, {}),
        ("programs:membership-reopen", member, {}),
        ("programs:leave-give", member, days),
        ("programs:leave-drop", leave, {}),
        ("programs:roster-apply", upload, {"expected_missing": "0", "good_rows": "on"}),
        ("programs:roster-cancel", upload, {}),
    ]
    return [Visit(OFFICE, name, (row,), data=data) for name, row, data in sent]


def public_visits() -> list[Visit]:
    return [
        Visit(NOBODY, "healthz"),
        Visit(NOBODY, "referrals:help"),
        Visit(NOBODY, "referrals:help-show", ("bench",)),
        Visit(NOBODY, "referrals:card-file", ("bench",)),
        Visit(NOBODY, "account_login"),
        Visit(NOBODY, "account_login_password"),
        Visit(NOBODY, "about"),
    ]


def counted() -> list[dict[str, str | int]]:
    """For each address: who asks, what for, its path if it is only read, the status, the statements."""
    version = ModuleVersion.objects.reviewed_for(Program.objects.get(slug="bench")).select_related("module")[
        0
    ]
    module = version.module.uuid
    clients = {who: _client(people) for who, people in _people().items()}
    upload = _uploaded(clients[OFFICE])
    visits = [
        *public_visits(),
        *student_visits(module, len(version.steps)),
        *staff_visits(module, upload),
    ]
    rows: list[dict[str, str | int]] = []
    for visit in visits:
        status, count = _cost(clients[visit.who], visit)
        sent = visit.data is not None
        rows.append(
            {
                "who": visit.who,
                "what": visit.label,
                "path": "" if sent else visit.path,
                "status": status,
                "count": count,
            }
        )
    return rows


def _people() -> dict[str, User | None]:
    kinds = {STUDENT: UNDER_WAY, NEWCOMER: NOT_BEGUN, GRADUATE: DONE}
    return {
        NOBODY: None,
        OFFICE: User.objects.get(email=STAFF),
        **{who: students(kind, 1)[0] for who, kind in kinds.items()},
    }


def _client(person: User | None) -> Client:
    client = Client(raise_request_exception=False)
    if person:
        client.cookies["sessionid"] = signed_in(person)
    return client


def _uploaded(client: Client) -> UUID:
    year = Program.objects.get(slug="bench").years.get().pk
    fields = {"kind": "people", "year": str(year), "file": SimpleUploadedFile("roster.csv", ROSTER)}
    answer = client.post(reverse("programs:roster-upload"), fields)
    return UUID(answer.headers["Location"].rstrip("/").rpartition("/")[2])


def _cost(client: Client, visit: Visit) -> tuple[int, int]:
    """Status and statements; whatever was changed is taken back."""
    ask: Callable[..., Any] = client.get if visit.data is None else client.post
    with transaction.atomic(), CaptureQueriesContext(connection) as queries:
        response = ask(visit.path, visit.data or {}, headers={"Referer": "http://testserver/about/"})
        if response.streaming:
            b"".join(response.streaming_content)
        transaction.set_rollback(True)
    return response.status_code, sum(query["sql"].lstrip("( ").startswith(ASKING) for query in queries)


def not_visited(visited: set[str]) -> list[str]:
    """URL names of ours and of sign-in that no visit goes to."""
    names = {name for name in _names(get_resolver().url_patterns, "") if not name.startswith("None")}
    return sorted(names - visited)


def _names(patterns: list[URLPattern | URLResolver], prefix: str) -> list[str]:
    found: list[str] = []
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{pattern.namespace}:" if pattern.namespace else prefix
            found += _names(pattern.url_patterns, inner)
        elif pattern.name:
            found.append(prefix + pattern.name)
    return found
