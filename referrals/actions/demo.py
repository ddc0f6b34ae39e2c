"""The demo schools, made through the same actions as real ones. Everybody in them is made up."""

import random
from dataclasses import replace
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import transaction

from peersupport.errors import Refused
from peersupport.models import User
from programs.actions.cohorts import add_person, start_program
from programs.actions.enrolment import import_people
from programs.actions.roster import read_people, table_of
from programs.models import Membership, Program, Role, Year
from referrals.actions.demo_directory import check_demo_services
from referrals.actions.services import add_service, confirm_service
from referrals.engines.demo_people import Known, roster_csv
from referrals.engines.demo_services import DEMO_SERVICES
from training.actions.assignments import assign_module
from training.actions.counts import publish_counts
from training.actions.modules import review_version
from training.actions.practice import review_practice
from training.actions.progress import pass_step
from training.engines.steps import right_choices
from training.models import ModuleVersion, PracticeVersion, ReminderDay
from training.models.completion import core_due
from training.models.modules import Track

PASSWORD = "peer-support-demo"  # noqa: S105 - public on purpose, and refused in production
SEED = 20220101
KNOWN = (
    Known("student@demo.example", "Priya", "Raman", 3),
    Known("supporter@demo.example", "Tom", "Ellery", 4),
    Known("lead@demo.example", "Jess", "Okonkwo", 5),
)
LEVELS = {1: 126, 2: 122, 3: 120, 4: 118, 5: 114}
SITES = ("Kestrel Bay", "Marlow Base", "Tarrin Rural")


def demo_only() -> None:
    if not settings.DEMO or settings.PRODUCTION:
        raise Refused("Demo data is made only under DEMO=1, and never in production.")


@transaction.atomic
def make_demo_schools(*, now: datetime) -> Program:
    """Two schools with their people; only the demo sign-ins get a password."""
    demo_only()
    program = _school(
        "kestrel-bay",
        "Kestrel Bay School of Medicine",
        "Australia/Sydney",
        "AU",
        "staff@demo.example",
        "kestrel-bay.example",
        now,
    )
    year = program.years.get()
    _enrol(year, LEVELS, SITES, "kestrel-bay.example", KNOWN, now)
    for email, role, given, family in (
        ("supporter@demo.example", Role.SUPPORTER, "", ""),
        ("lead@demo.example", Role.LEAD, "", ""),
        ("adviser@demo.example", Role.CLINICAL_ADVISER, "Eleni", "Markou"),
    ):
        add_person(by=None, year=year, email=email, role=role, given_name=given, family_name=family, now=now)
    other = _school(
        "harrow-fell",
        "Harrow Fell Medical School",
        "Australia/Perth",
        "AU",
        "outsider@demo.example",
        "harrow-fell.example",
        now,
    )
    _enrol(other.years.get(), {1: 12, 2: 11}, ("Harrow Fell",), "harrow-fell.example", (), now)
    for email, given, family in (
        ("staff@demo.example", "Anjali", "Whitlock"),
        ("outsider@demo.example", "Rowan", "Pike"),
    ):
        User.objects.filter(email=email).update(given_name=given, family_name=family)
    _services(program, now)
    for user in User.objects.filter(email__endswith="@demo.example"):
        user.set_password(PASSWORD)
        user.save(update_fields=["password"])
    return program


def _services(program: Program, now: datetime) -> None:
    """The school's own services, rung and found right by its staff a month ago."""
    sites = {site.name: str(site.uuid) for site in program.sites.all()}
    staff, earlier = User.objects.get(email="staff@demo.example"), now - timedelta(days=30)
    for facts in DEMO_SERVICES:
        here = replace(
            facts,
            sites=frozenset(sites[name] for name in facts.sites),
            serves_sites=frozenset(sites[name] for name in facts.serves_sites),
        )
        service = add_service(by=staff, program=program, facts=here, now=earlier)
        confirm_service(by=staff, service=service, now=earlier)
    check_demo_services(by=staff, program=program, now=now)


def _school(slug: str, name: str, zone: str, country: str, staff: str, domain: str, now: datetime) -> Program:
    starts_on = now.date() - timedelta(days=120)
    return start_program(
        slug=slug,
        name=name,
        time_zone=zone,
        country=country,
        email=staff,
        label=str((now.date() + timedelta(days=60)).year),
        starts_on=starts_on,
        ends_on=starts_on + timedelta(days=364),
        email_domains=[domain],
    )


def _enrol(
    year: Year,
    levels: dict[int, int],
    sites: tuple[str, ...],
    domain: str,
    known: tuple[Known, ...],
    now: datetime,
) -> None:
    file = roster_csv(
        levels=levels, sites=sites, first_year=year.starts_on.year, domain=domain, known=known, seed=SEED
    )
    reading = read_people(table_of(file), {}, year)
    import_people(by=None, year=year, reading=reading, good_rows=False, end_missing=False, now=now)


@transaction.atomic
def make_demo_training(*, program: Program, now: datetime) -> int:
    """Every module reviewed and assigned, about two thirds of the students through it; returns how many."""
    demo_only()
    staff = User.objects.get(email="staff@demo.example")
    year = program.years.get()
    today = program.today(now)
    earlier = now - timedelta(days=40)
    finished = 0
    for version in ModuleVersion.objects.newest().filter(track=Track.CORE).select_related("module"):
        review_version(by=staff, version=version, program=program, now=earlier)
        for level in LEVELS:
            due_on = today + timedelta(days=12 if level != 4 else -3)
            assign_module(
                by=staff,
                program=program,
                version=version,
                year=year,
                year_level=level,
                due_on=due_on,
                now=earlier,
            )
        finished += _go_through(version, year, today)
    for talk in PracticeVersion.objects.newest():
        review_practice(by=staff, version=talk, program=program, now=earlier)
    publish_counts(program=program, now=now)
    _remind_earlier(program, today, now)
    return finished


def _remind_earlier(program: Program, today: date, now: datetime) -> None:
    """The reminders that year level 4 had before its day: as many each time as are not done now."""
    waiting = core_due(program, now).not_done().filter(year_level=4).values("user").distinct().count()
    ReminderDay.objects.bulk_create(
        ReminderDay(program=program, day=today - timedelta(days=days), queued=True, sent=waiting)
        for days in (17, 6, 3)
    )


def _go_through(version: ModuleVersion, year: Year, today: date) -> int:
    """Let students of the demo read: most to the end, some part of the way, the named student not at all."""
    chance = random.Random(SEED)  # noqa: S311 - the same people every time
    likely = {1: 0.78, 2: 0.72, 3: 0.68, 4: 0.58, 5: 0.70}
    finished = 0
    students = (
        Membership.objects.filter(year=year, role=Role.STUDENT).select_related("user").order_by("student_id")
    )
    for student in students:
        draw = chance.random() if student.user.email != "student@demo.example" else 1.0
        share = likely[student.year_level or 1]
        steps = len(version.steps) if draw < share else chance.randint(1, 6) if draw < share + 0.08 else 0
        day = today - timedelta(days=chance.randint(0, 38))
        for number in range(1, steps + 1):
            step = version.steps[number - 1]
            pass_step(
                by=student.user,
                version=version,
                number=number,
                choices=sorted(right_choices(step)),
                today=day,
            )
        finished += steps == len(version.steps)
    return finished
