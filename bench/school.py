"""A school of any size, made straight in the database; and people of it who are signed in.

Runs inside Django. Every third student has not begun, every third is under way (all steps reached, the last
one open), every third is done.
"""

from datetime import timedelta
from typing import Any

from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.db import connection, transaction

from peersupport.clock import now
from peersupport.models import User
from peersupport.sessions import DEVICE, OWN, SessionStore
from programs.actions.cohorts import start_program
from programs.models import Leave, Membership, Program, Role, Site, Year
from referrals.actions.services import confirm_services
from referrals.engines.demo_people import FAMILY, GIVEN
from training.actions.assignments import assign_module
from training.actions.modules import review_version
from training.engines.steps import right_choices
from training.models import Assignment, Extension, Module, ModuleVersion, Progress

DOMAIN = "bench.example"
STAFF = f"staff@{DOMAIN}"
LEVELS = 5
NOT_BEGUN, UNDER_WAY, DONE = range(3)
AWAY_EVERY = 50  # one student in so many has leave and an extension
BATCH = 2_000


@transaction.atomic
def open_school() -> None:
    """A program with its year, three sites, one module reviewed and assigned to each year level."""
    starts_on = now().date() - timedelta(days=60)
    program = start_program(
        slug="bench",
        name="Bench School of Medicine",
        time_zone="Australia/Sydney",
        country="AU",
        email=STAFF,
        label="this year",
        starts_on=starts_on,
        ends_on=starts_on + timedelta(days=364),
        email_domains=[DOMAIN],
    )
    Site.objects.bulk_create(Site(program=program, name=name) for name in ("East", "North", "West"))
    staff, version, year = (
        User.objects.get(email=STAFF),
        ModuleVersion.objects.newest()[0],
        program.years.get(),
    )
    confirm_services(by=staff, program=program, now=now())
    review_version(by=staff, version=version, program=program, now=now())
    for level in range(1, LEVELS + 1):
        assign_module(
            by=staff,
            program=program,
            version=version,
            year=year,
            year_level=level,
            due_on=program.today(now()) + timedelta(days=20),
            now=now(),
        )
    Assignment.objects.filter(year_level=LEVELS).update(due_on=program.today(now()) - timedelta(days=3))


def grow(students: int) -> None:
    """As many students as asked for; those who are there already stay as they are."""
    program = Program.objects.get(slug="bench")
    first = Membership.objects.students().count()
    for start in range(first, students, BATCH):
        _add(program, range(start, min(start + BATCH, students)))
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")  # what its own housekeeping would do within minutes


@transaction.atomic
def _add(program: Program, numbers: range) -> None:
    year, sites = program.years.get(), list(program.sites.all())
    users = User.objects.bulk_create(
        User(
            email=f"s{number}@{DOMAIN}",
            password="!",
            given_name=GIVEN[number % len(GIVEN)],
            family_name=FAMILY[number * 7 % len(FAMILY)],
        )
        for number in numbers
    )
    members = Membership.objects.bulk_create(
        _membership(user, number, year, sites) for user, number in zip(users, numbers, strict=True)
    )
    version = ModuleVersion.objects.newest()[0]
    Progress.objects.bulk_create(
        _progress(user, number, version)
        for user, number in zip(users, numbers, strict=True)
        if number % 3 != NOT_BEGUN
    )
    some = [
        (member, number) for member, number in zip(members, numbers, strict=True) if not number % AWAY_EVERY
    ]
    _send_away([member for member, _ in some], program)


def _membership(user: User, number: int, year: Year, sites: list[Site]) -> Membership:
    return Membership(
        user=user,
        year=year,
        role=Role.STUDENT,
        starts_at=year.starts_at,
        ends_at=year.ends_at,
        student_id=f"s{number}",
        year_level=number % LEVELS + 1,
        site=sites[number % len(sites)],
        graduation_year=year.ends_on.year + LEVELS - number % LEVELS,
    )


def _progress(user: User, number: int, version: ModuleVersion) -> Progress:
    done = number % 3 == DONE
    passed = version.steps if done else version.steps[:-1]
    return Progress(
        user=user,
        module_id=version.module_id,
        version=version,
        place=len(version.steps),
        states={step["key"]: {"choices": sorted(right_choices(step)), "done": True} for step in passed},
        started_on=now().date() - timedelta(days=9),
        completed_on=now().date() - timedelta(days=8) if done else None,
    )


def _send_away(members: list[Membership], program: Program) -> None:
    today = program.today(now())
    by_level = {row.year_level: row for row in Assignment.objects.filter(year__program=program)}
    Extension.objects.bulk_create(
        Extension(
            assignment=by_level[member.year_level], membership=member, due_on=today + timedelta(days=25)
        )
        for member in members
    )
    Leave.objects.bulk_create(
        Leave(
            membership=member,
            starts_on=today - timedelta(days=30),
            ends_on=today - timedelta(days=20),
            catch_up_until=today - timedelta(days=6),
        )
        for member in members
    )


@transaction.atomic
def add_old_progress(rows: int) -> int:
    """Rows of modules that everybody did in earlier years, until there are this many; how many there are."""
    people = User.objects.exclude(progress=None).count()
    version = ModuleVersion.objects.newest()[0]
    while people and Progress.objects.count() < rows:
        module = Module.objects.create(slug=f"earlier-{Module.objects.count()}")
        old = ModuleVersion.objects.create(
            module=module,
            number=1,
            digest=module.slug,
            title="Earlier",
            track="core",
            row=1,
            minutes=10,
            content=version.content,
            loaded_on=version.loaded_on,
        )
        _copy_progress(version, old)
    return Progress.objects.count()


def _copy_progress(version: ModuleVersion, old: ModuleVersion) -> None:
    """A finished way through `old` for each person who has one through `version`."""
    columns = "user_id, place, states, started_on"
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO training_progress ({columns}, module_id, version_id, completed_on) "
            f"SELECT {columns}, %s, %s, started_on FROM training_progress WHERE version_id = %s",
            [old.module_id, old.pk, version.pk],
        )


# ---------------------------------------------------------------- people who are signed in


def signed_in(user: User) -> str:
    """The key of a fresh session on this person's own device, second step included."""
    session = SessionStore()
    session.update(
        {
            SESSION_KEY: str(user.pk),
            BACKEND_SESSION_KEY: "peersupport.adapters.PasswordBackend",
            HASH_SESSION_KEY: user.get_session_auth_hash(),
            DEVICE: OWN,
            AUTHENTICATION_METHODS_SESSION_KEY: [{"method": "mfa", "type": "totp", "at": now().timestamp()}],
            f"{AUTHENTICATION_METHODS_SESSION_KEY}_user": str(user.pk),
        }
    )
    session.set_expiry(now() + timedelta(days=1))
    session.create()
    return str(session.session_key)


def students(kind: int, count: int) -> list[User]:
    """At most `count` students of one kind, spread evenly over the whole school; always the same ones."""
    rows = Membership.objects.students().order_by("pk").values_list("user", "student_id")
    wanted = [user for user, number in rows if int(number[1:]) % 3 == kind]
    return list(User.objects.filter(pk__in=wanted[:: max(1, len(wanted) // count)][:count]))


def module() -> dict[str, Any]:
    version = ModuleVersion.objects.newest().select_related("module")[0]
    return {
        "uuid": str(version.module.uuid),
        "right": [sorted(right_choices(step)) for step in version.steps],
        "kinds": [step["kind"] for step in version.steps],
    }
