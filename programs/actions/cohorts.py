"""Starting a program, giving people a role and ending it, and time away."""

import zoneinfo
from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.db.models import F, QuerySet

from peersupport import clock
from peersupport.audit import record
from peersupport.engines.neutral import telling_word
from peersupport.errors import Refused
from peersupport.models import User
from peersupport.models.people import normalise_email
from peersupport.named_lists import asked
from programs.actions.enrolment import lock
from programs.models import Leave, Membership, Program, Role, Site, Year
from programs.models.cohorts import CATCH_UP_DAYS

LAST_STAFF = "This is the last member of wellbeing staff. Add another one first, so that somebody can get in."


@transaction.atomic
def start_program(
    *,
    slug: str,
    name: str,
    time_zone: str,
    country: str,
    email: str,
    label: str,
    starts_on: date,
    ends_on: date,
    email_domains: Iterable[str] = (),
    app_name: str = "",
) -> Program:
    """A new school with its first year and first member of wellbeing staff, who does the rest."""
    _refuse_impossible(slug, time_zone, country)
    _refuse_telling(slug, app_name)
    program = Program.objects.create(
        slug=slug,
        name=name,
        time_zone=time_zone,
        country=country.upper(),
        contact=email,
        app_name=app_name or settings.APP_NAME,
        email_domains=sorted({domain.strip().lower().lstrip("@") for domain in email_domains}),
    )
    year = add_year(program=program, label=label, starts_on=starts_on, ends_on=ends_on)
    add_person(
        by=None, year=year, email=email, role=Role.STAFF, flags={"is_wellbeing_lead"}, now=year.starts_at
    )
    record(by=None, verb="start program", on=program, scope=program.uuid)
    for fill in asked("NEW_PROGRAM"):
        fill(program, clock.now())
    return program


def _refuse_impossible(slug: str, time_zone: str, country: str) -> None:
    if time_zone not in zoneinfo.available_timezones():
        raise Refused(f"“{time_zone}” is not a time zone. Write one such as Australia/Sydney.")
    if len(country) != 2 or not country.isalpha():
        raise Refused(f"“{country}” is not a country. Write two letters such as AU or GB.")
    if not (settings.CONTENT_DIR / "services" / "countries" / f"{country.lower()}.yaml").exists():
        raise Refused(
            f"No numbers to call are known for {country.upper()}; they come first, in content/services."
        )
    if not slug:
        raise Refused("A program needs a short name in plain letters, such as kestrel-bay.")
    if len(slug) < 3:
        raise Refused("A short name has three letters or more; two letters stand for a country.")
    if Program.objects.filter(slug=slug).exists():
        raise Refused(f"There is a program “{slug}” already.")


def _refuse_telling(*names: str) -> None:
    """Both stand where others may see them: in addresses, as the sender of mail."""
    for name in names:
        if word := telling_word(name):
            raise Refused(
                f"“{name}” stands in addresses and mail, and “{word}” tells others what it is about. "
                "Choose a neutral name."
            )


@transaction.atomic
def add_year(*, program: Program, label: str, starts_on: date, ends_on: date) -> Year:
    """A year of a program; years do not overlap, so that today lies in one at the most.

    Wellbeing staff of the year before go on in it, so that somebody can get in on its first day.
    """
    if ends_on <= starts_on:
        raise Refused("A year ends after it starts.")
    if program.years.filter(starts_on__lte=ends_on, ends_on__gte=starts_on).exists():
        raise Refused("These days overlap with another year of the program.")
    if program.years.filter(label=label).exists():
        raise Refused(f"There is a year called “{label}” already.")
    before = program.years.filter(ends_on__lt=starts_on).last()
    year = Year.objects.create(program=program, label=label, starts_on=starts_on, ends_on=ends_on)
    staff = (
        Membership.objects.filter(year=before, role=Role.STAFF, ends_at__gte=before.ends_at) if before else ()
    )
    Membership.objects.bulk_create(
        Membership(
            user_id=one.user_id,
            year=year,
            role=Role.STAFF,
            is_wellbeing_lead=one.is_wellbeing_lead,
            is_sponsor=one.is_sponsor,
            is_coordinator=one.is_coordinator,
            starts_at=year.starts_at,
            ends_at=year.ends_at,
            appointed_by_id=one.appointed_by_id,
        )
        for one in staff
    )
    record(by=None, verb="add year", on=year, scope=program.uuid)
    return year


@transaction.atomic
def add_person(
    *,
    by: User | None,
    year: Year,
    email: str,
    role: Role,
    now: datetime,
    given_name: str = "",
    family_name: str = "",
    flags: set[str] | None = None,
    year_level: int | None = None,
    site: Site | None = None,
) -> Membership:
    """Give one person a role for the rest of a year; makes their account if there is none.

    Whoever had the role and lost it gets the same row back. Names of an account that exists are left alone.
    """
    email = _checked(email)
    if (role == Role.STUDENT) != (year_level is not None):
        raise Refused("Students, and only students, have a year level.")
    lock(year.program)
    _refuse_conflicts(email, year, role, now)
    user = User.objects.filter(email=email).first() or User.objects.create_user(
        email, given_name=given_name, family_name=family_name
    )
    membership = Membership.objects.filter(user=user, year=year, role=role).first()
    if membership and membership.is_open(now):
        raise Refused(f"{user} has this role already.")
    membership = membership or Membership(user=user, year=year, role=role, starts_at=max(now, year.starts_at))
    membership.ends_at = year.ends_at
    membership.appointed_by = by
    membership.year_level, membership.site = year_level, site
    for flag in flags or ():
        setattr(membership, flag, True)
    membership.save()
    record(by=by, verb=f"give role {role.value}", on=membership, scope=year.program.uuid)
    return membership


def _checked(email: str) -> str:
    email = normalise_email(email)
    try:
        validate_email(email)
    except ValidationError:
        raise Refused(f"“{email}” is not an e-mail address.") from None
    return email


def _refuse_conflicts(email: str, year: Year, role: Role, now: datetime) -> None:
    """Say no to a role that would take others away: those of another school, or the last staff's."""
    held = Membership.objects.filter(user__email=email, ends_at__gt=now)
    if held.exclude(year__program=year.program).exists():
        raise Refused("This address is in use at another school here. Add the person with another address.")
    if User.objects.filter(email=email, is_active=False).exists():
        raise Refused("This account has been closed, so it can be given no role.")
    staff = held.filter(year=year, role=Role.STAFF).first()
    if role == Role.ASSESSOR and staff and not _other_staff(staff, now).exists():
        raise Refused(LAST_STAFF)


def _other_staff(membership: Membership, now: datetime) -> QuerySet[Membership]:
    """Who else runs the program in that year: wellbeing staff who are not assessors too."""
    open_rows = Membership.objects.filter(year=membership.year, ends_at__gt=max(now, membership.starts_at))
    assessors = open_rows.filter(role=Role.ASSESSOR).values("user")
    others = open_rows.filter(role=Role.STAFF, user__is_active=True).exclude(user=membership.user_id)
    return others.exclude(user__in=assessors)


@transaction.atomic
def end_membership(*, by: User, membership: Membership, now: datetime) -> Membership:
    """End a role at this moment: it is gone on the person's next request. The row stays as a record.

    The same role in years to come ends with it, so that nobody is back without having been asked for.
    """
    program = membership.year.program
    lock(program)
    membership.refresh_from_db(fields=["ends_at"])
    if not membership.is_open(now):
        raise Refused("This role has ended already.")
    # As of after the lock: whoever held it may have ended somebody after the moment we were called with.
    if membership.role == Role.STAFF and not _other_staff(membership, max(now, clock.now())).exists():
        raise Refused(LAST_STAFF)
    membership.ends_at = max(now, membership.starts_at)
    membership.save(update_fields=["ends_at"])
    same = Membership.objects.of_program(program).filter(user=membership.user_id, role=membership.role)
    same.filter(starts_at__gt=max(now, membership.starts_at)).update(ends_at=F("starts_at"))
    record(by=by, verb="end role", on=membership, scope=program.uuid)
    return membership


@transaction.atomic
def reopen_membership(*, by: User, membership: Membership, now: datetime) -> Membership:
    """Undo the end of a role, until the end of its year."""
    if membership.is_open(now):
        raise Refused("This role is in force.")
    if membership.year.ends_at <= now:
        raise Refused("That year is over. Give the role in the present year instead.")
    membership.ends_at = membership.year.ends_at
    membership.save(update_fields=["ends_at"])
    record(by=by, verb="reopen role", on=membership, scope=membership.year.program.uuid)
    return membership


@transaction.atomic
def give_leave(*, by: User, membership: Membership, starts_on: date, ends_on: date) -> Leave:
    """Time away, without a reason; afterwards there are two weeks to catch up."""
    if ends_on < starts_on:
        raise Refused("The last day away comes before the first. Swap them, or correct one.")
    try:
        with transaction.atomic():
            leave = Leave.objects.create(
                membership=membership,
                starts_on=starts_on,
                ends_on=ends_on,
                catch_up_until=ends_on + timedelta(days=CATCH_UP_DAYS),
            )
    except IntegrityError:
        raise Refused("There is a leave from that day already. Take it out first.") from None
    record(by=by, verb="give leave", on=membership, scope=membership.year.program.uuid)
    return leave


@transaction.atomic
def drop_leave(*, by: User, leave: Leave) -> None:
    """Take a leave out again, as if it had not been entered."""
    record(by=by, verb="drop leave", on=leave.membership, scope=leave.membership.year.program.uuid)
    leave.delete()
