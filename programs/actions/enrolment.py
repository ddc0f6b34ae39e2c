"""Students of a roster become accounts and memberships of a year."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby, islice
from operator import attrgetter
from typing import Any, TypeVar

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, transaction
from django.db.models import F

from peersupport.actions.proofs import forget_proofs_of_address
from peersupport.audit import record
from peersupport.errors import Refused
from peersupport.models import User
from programs.engines.columns import Fault, Reading
from programs.engines.enrolment import Account, Enrolled, Enrolment, Plan, Standing, compare
from programs.engines.roster import Student
from programs.models import Membership, Program, Role, Site, Year
from programs.permissions import may_manage_people, rights_of

BATCH = 1000

MEANWHILE = "Somebody else changed the roster at the same moment, so nothing was written. Please try again."
NOT_YOURS = "Only wellbeing staff of this school can change its roster."
ENDS_OTHERS_THAN_SHOWN = (
    "The roster has changed since you looked. Look again at who is missing from the file."
)
NO_ENDING_WITH_FAULTS = (
    "Memberships end only with a file that has no faults. A bad row may be a student who is here."
)

TYPE_THE_NUMBER = "To end {count:,} memberships at once, type {count}. Nothing was written."

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an import did."""

    new: int
    changed: int
    unchanged: int
    ended: int
    new_sites: tuple[str, ...]

    @property
    def did_something(self) -> bool:
        return bool(self.new or self.changed or self.ended)

    @property
    def sentence(self) -> str:
        """What was done, for whoever did it."""
        if not self.did_something:
            return "Nothing to change: everything in this file is here already."
        parts = [f"Done: {self.new:,} new, {self.changed:,} changed, {self.unchanged:,} as before."]
        if self.ended:
            what = "One membership" if self.ended == 1 else f"{self.ended:,} memberships"
            parts.append(f"{what} ended.")
        if self.new_sites:
            parts.append(f"New sites: {', '.join(self.new_sites)}.")
        return " ".join(parts)


def plan_people(*, year: Year, reading: Reading[Student], now: datetime) -> Plan:
    """What putting in this roster would do. Writes nothing."""
    return compare(reading.entries, reading.faults, _standing(year, reading.entries, now))


def import_people(
    *,
    by: User | None,
    year: Year,
    reading: Reading[Student],
    good_rows: bool,
    end_missing: bool,
    now: datetime,
    expected_missing: int | None = None,
    typed_missing: int | None = None,
) -> Outcome:
    """Put the students of a roster into a year: all of them or, with `good_rows`, those without a fault.

    `end_missing` ends the memberships of students who are not in the file, from now; nothing is deleted.
    `expected_missing` is how many those were when the person decided on a page, `typed_missing` the number
    they typed, without which many do not end. The same file twice changes nothing.
    """
    try:
        with transaction.atomic():
            check_may_import(by, year, now)
            lock(year.program)
            plan = plan_people(year=year, reading=reading, now=now)
            refuse_faults(plan.faults, good_rows=good_rows)
            if end_missing:
                _refuse_ending(plan, expected_missing, typed_missing)
            ended = len(plan.missing) if end_missing else 0
            outcome = Outcome(plan.new, plan.changed, plan.unchanged, ended, plan.new_sites)
            _write(plan, year, by)
            if end_missing:
                _end([row.pk for row in plan.missing], now)
            if outcome.did_something:
                touched = outcome.new + outcome.changed + outcome.ended
                record(by=by, verb="roster import", on=year, scope=year.program.uuid, count=touched)
            return outcome
    except IntegrityError as clash:
        raise Refused(MEANWHILE) from clash


def _refuse_ending(plan: Plan, expected: int | None, typed: int | None) -> None:
    if plan.faults:
        raise Refused(NO_ENDING_WITH_FAULTS)
    if expected is None:
        return
    if expected != len(plan.missing):
        raise Refused(ENDS_OTHERS_THAN_SHOWN)
    if plan.ends_many and typed != expected:
        raise Refused(TYPE_THE_NUMBER.format(count=expected))


def check_may_import(by: User | None, year: Year, now: datetime) -> None:
    """None is the installation itself: whoever runs its commands."""
    if by is None:
        return
    rights = rights_of(by, now)
    if rights.program != year.program or not may_manage_people(rights):
        raise Refused(NOT_YOURS)


def lock(program: Program) -> None:
    """Let one import of a school run at a time. SQLite lets only one write anyway."""
    Program.objects.select_for_update(no_key=True).get(pk=program.pk)


def refuse_faults(faults: Sequence[Fault], *, good_rows: bool) -> None:
    if faults and not good_rows:
        rows = len({fault.line for fault in faults})
        what = "One row has a fault" if rows == 1 else f"{rows:,} rows have a fault"
        raise Refused(f"{what}, so nothing was written.")


def sites_of(program: Program) -> dict[str, str]:
    """The names of the school's sites by their case-folded form."""
    names = Site.objects.filter(program=program).values_list("name", flat=True)
    return {name.casefold(): name for name in names}


def add_sites(program: Program, names: Iterable[str]) -> dict[str, int]:
    """Make these sites; returns the keys of all sites of the school by name."""
    Site.objects.bulk_create([Site(program=program, name=name) for name in names])
    return dict(Site.objects.filter(program=program).values_list("name", "pk"))


def in_batches(items: Iterable[Item]) -> Iterator[list[Item]]:
    rest = iter(items)
    while batch := list(islice(rest, BATCH)):
        yield batch


# ---------------------------------------------------------------- what stands


def _standing(year: Year, students: Sequence[Student], now: datetime) -> Standing:
    by_number = _accounts_by_number(year, students)
    by_address = {
        address: account
        for batch in in_batches(student.email for student in students)
        for address, account in User.objects.filter(email__in=batch).values_list("email", "pk")
    }
    return Standing(
        accounts=_accounts({*by_number.values(), *by_address.values()}, year.program, now),
        by_number=by_number,
        by_address=by_address,
        enrolled=_enrolled(year, now),
        sites=sites_of(year.program),
    )


def _accounts_by_number(year: Year, students: Sequence[Student]) -> dict[str, int]:
    """Who has a student number at this school: in the given year, else in the latest year that knows it."""
    found: dict[str, int] = {}
    here: dict[str, int] = {}
    for batch in in_batches(student.student_id for student in students):
        rows = Membership.objects.of_program(year.program).students().filter(student_id__in=batch)
        rows = rows.order_by("year__starts_on")
        for number, account, in_year in rows.values_list("student_id", "user", "year"):
            (here if in_year == year.pk else found)[number] = account
    return found | here


def _accounts(keys: set[int], program: Program, now: datetime) -> dict[int, Account]:
    accounts: dict[int, Account] = {}
    for batch in in_batches(sorted(keys)):
        # One row for each membership, and one for somebody without any
        rows = (
            User.objects.filter(pk__in=batch)
            .order_by("pk")
            .annotate(
                role=F("memberships__role"),
                school=F("memberships__year__program"),
                until=F("memberships__ends_at"),
            )
        )
        for key, same in groupby(rows, attrgetter("pk")):
            accounts[key] = _account(list(same), program, now)
    return accounts


def _account(rows: Sequence[Any], program: Program, now: datetime) -> Account:
    """Of one person's rows: the roles at this school, and whether another one knows or uses the account."""
    user = rows[0]
    elsewhere = [row for row in rows if row.school not in {None, program.pk}]
    return Account(
        pk=user.pk,
        email=user.email,
        given_name=user.given_name,
        family_name=user.family_name,
        preferred_name=user.preferred_name,
        is_open=user.is_active,
        is_administrator=user.is_staff or user.is_superuser,
        roles_here=frozenset(row.role for row in rows if row.school == program.pk),
        known_elsewhere=bool(elsewhere),
        in_use_elsewhere=any(row.until > now for row in elsewhere),
    )


def _enrolled(year: Year, now: datetime) -> dict[int, Enrolled]:
    whole = (year.starts_at, year.ends_at)
    rows = Membership.objects.filter(year=year).students().select_related("site", "user")
    return {
        row.user_id: Enrolled(
            pk=row.pk,
            account=row.user_id,
            name=row.user.full_name if row.user.is_active else "",
            student_id=row.student_id,
            year_level=row.year_level or 0,
            site=row.site.name if row.site else "",
            graduation_year=row.graduation_year,
            small_group=row.small_group,
            stream=row.stream,
            whole_year=(row.starts_at, row.ends_at) == whole,
            is_over=row.ends_at <= max(now, row.starts_at),
        )
        for row in rows.iterator(BATCH)
    }


# ---------------------------------------------------------------- writing


def _write(plan: Plan, year: Year, by: User | None) -> None:
    sites = add_sites(year.program, plan.new_sites)
    for batch in in_batches(enrolment for enrolment in plan.enrolments if not enrolment.is_unchanged):
        accounts = _new_accounts(batch)
        _correct_accounts([enrolment for enrolment in batch if enrolment.account_changes])
        rows = [
            _membership(enrolment, enrolment.account or accounts[enrolment.student.email], sites, year, by)
            for enrolment in batch
            if enrolment.membership_changes
        ]
        Membership.objects.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["user", "year", "role"],
            update_fields=[
                *("starts_at", "ends_at", "student_id", "year_level"),
                *("site", "graduation_year", "small_group", "stream"),
            ],
        )


def _new_accounts(batch: Iterable[Enrolment]) -> dict[str, int]:
    users = [
        User(
            email=enrolment.student.email,
            given_name=enrolment.student.given_name,
            family_name=enrolment.student.family_name,
            preferred_name=enrolment.student.preferred_name or "",
            password=make_password(None),
        )
        for enrolment in batch
        if enrolment.account is None
    ]
    return {user.email: user.pk for user in User.objects.bulk_create(users)}


def _correct_accounts(batch: Sequence[Enrolment]) -> None:
    moved = {enrolment.account for enrolment in batch if "email" in enrolment.account_changes}
    users = list(User.objects.filter(pk__in=[enrolment.account for enrolment in batch]))
    changes = {enrolment.account: enrolment.account_changes for enrolment in batch}
    for user in users:
        for name, value in changes[user.pk].items():
            setattr(user, name, value)
        if user.pk in moved:
            # Whoever reads mail at the old address must not sign in, or stay signed in, as this student.
            user.set_unusable_password()
    fields = ["email", "given_name", "family_name", "preferred_name", "password"]
    # Every row is there already, so all of them conflict; bulk_update took three times as long
    User.objects.bulk_create(users, update_conflicts=True, unique_fields=["pk"], update_fields=fields)
    EmailAddress.objects.filter(user__in=moved).delete()
    forget_proofs_of_address(moved)


def _membership(
    enrolment: Enrolment, account: int, sites: Mapping[str, int], year: Year, by: User | None
) -> Membership:
    student = enrolment.student
    return Membership(
        user_id=account,
        year=year,
        role=Role.STUDENT,
        starts_at=year.starts_at,
        ends_at=year.ends_at,
        appointed_by=by,
        student_id=student.student_id,
        year_level=student.year_level,
        site_id=sites[student.site],
        graduation_year=student.graduation_year,
        small_group=student.small_group or "",
        stream=student.stream or "",
    )


def _end(memberships: Sequence[int], now: datetime) -> None:
    for batch in in_batches(memberships):
        rows = Membership.objects.filter(pk__in=batch)
        rows.filter(starts_at__lte=now).update(ends_at=now)
        rows.filter(starts_at__gt=now).update(ends_at=F("starts_at"))
