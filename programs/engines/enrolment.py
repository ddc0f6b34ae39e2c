"""What a roster would change: its students against the accounts and memberships that stand."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from programs.engines.changes import Difference, Listed, differing
from programs.engines.columns import Fault, other_lines
from programs.engines.roster import Student

# Whoever has only these roles at one school has names and an address that the school's roster may correct.
ROSTER_ROLES = frozenset({"student", "supporter", "lead"})

# A school that ends more of its students at once than this has most likely chosen the wrong file.
MANY, MANY_OF_A_HUNDRED = 5, 10

ADDRESS_TAKEN = "belongs to another account"
OTHER_NUMBER = "belongs to {name}, who has the number {number} here"
ADDRESS_FIXED = (
    "differs from the account of this student number, which also has another role or another school; "
    "that person changes their address themselves"
)
CLOSED = "belongs to an account that has been closed"
OTHER_SCHOOL = "cannot be used here: its account is in use elsewhere"
ONE_ACCOUNT = "leads to the same account as line {lines}"


DETAILS = ("student_id", "year_level", "site", "graduation_year", "small_group", "stream")


@dataclass(frozen=True, slots=True)
class Account:
    """A standing account. `in_use_elsewhere`: a membership at another school, in force or to come."""

    pk: int
    email: str
    given_name: str
    family_name: str
    preferred_name: str
    is_open: bool
    is_administrator: bool
    roles_here: frozenset[str]
    known_elsewhere: bool
    in_use_elsewhere: bool

    @property
    def names_are_the_schools(self) -> bool:
        return not self.is_administrator and not self.known_elsewhere and self.roles_here <= ROSTER_ROLES

    @property
    def address_is_the_schools(self) -> bool:
        return not self.is_administrator and not self.known_elsewhere and self.roles_here <= {"student"}


@dataclass(frozen=True, slots=True)
class Enrolled:
    """A standing student membership of the year. `whole_year`: from the year's first moment to its last."""

    pk: int
    account: int
    name: str
    student_id: str
    year_level: int
    site: str
    graduation_year: int | None
    small_group: str
    stream: str
    whole_year: bool
    is_over: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """What the database holds about the students of a file and about the year."""

    accounts: Mapping[int, Account]
    by_number: Mapping[str, int]  # student number at this school -> account
    by_address: Mapping[str, int]
    enrolled: Mapping[int, Enrolled]  # account -> membership of the year
    sites: Mapping[str, str]  # case-folded name -> name


@dataclass(frozen=True, slots=True)
class Enrolment:
    """One student as they are to be: on which account (None: a new one), with what to write."""

    student: Student
    account: int | None
    membership: int | None
    account_changes: Mapping[str, str]
    membership_changes: bool
    differences: tuple[Difference, ...]

    @property
    def is_new(self) -> bool:
        return self.membership is None

    @property
    def is_unchanged(self) -> bool:
        return not self.account_changes and not self.membership_changes

    @property
    def listed(self) -> Listed:
        student = self.student
        return Listed(student.name, student.student_id, f"Year {student.year_level}", self.differences)


@dataclass(frozen=True, slots=True)
class Plan:
    """What to write, and what stands in the way.

    `missing`: memberships of students not in the file; `here`: how many students the year has now.
    """

    enrolments: tuple[Enrolment, ...]
    faults: tuple[Fault, ...]
    new_sites: tuple[str, ...]
    missing: tuple[Enrolled, ...]
    here: int

    @property
    def ends_many(self) -> bool:
        """Whether ending who is missing needs more than a tick."""
        return len(self.missing) > MANY and len(self.missing) * 100 > self.here * MANY_OF_A_HUNDRED

    @property
    def listed_new(self) -> list[Listed]:
        return [enrolment.listed for enrolment in self.enrolments if enrolment.is_new]

    @property
    def listed_changed(self) -> list[Listed]:
        rows = self.enrolments
        return [row.listed for row in rows if not row.is_new and not row.is_unchanged]

    @property
    def listed_missing(self) -> list[Listed]:
        rows = sorted(self.missing, key=lambda row: (row.name.casefold(), row.student_id))
        return [Listed(row.name, row.student_id, f"Year {row.year_level}") for row in rows]

    @property
    def new(self) -> int:
        return sum(1 for enrolment in self.enrolments if enrolment.is_new)

    @property
    def changed(self) -> int:
        return sum(1 for enrolment in self.enrolments if not enrolment.is_new and not enrolment.is_unchanged)

    @property
    def unchanged(self) -> int:
        return sum(1 for enrolment in self.enrolments if enrolment.is_unchanged)


def compare(students: Sequence[Student], faults: Iterable[Fault], standing: Standing) -> Plan:
    """Work out the plan for the good rows of a file; `faults` are those found while reading it."""
    sites = dict(standing.sites)
    new_sites: dict[str, str] = {}
    found: list[Fault] = list(faults)
    enrolments: list[Enrolment] = []
    for student in students:
        account, trouble = _account_of(student, standing)
        if trouble:
            found.append(Fault(student.line, "email", trouble, student.email, student.name))
            continue
        folded = student.site.casefold()
        if folded not in sites:
            sites[folded] = new_sites[folded] = student.site
        enrolments.append(_enrolment(replace(student, site=sites[folded]), account, standing))
    shared = list(_shared_accounts(enrolments))
    lines = {fault.line for fault in shared}
    enrolments = [enrolment for enrolment in enrolments if enrolment.student.line not in lines]
    used = {enrolment.student.site for enrolment in enrolments}
    listed = {enrolment.account for enrolment in enrolments}
    here = [row for row in standing.enrolled.values() if not row.is_over]
    return Plan(
        enrolments=tuple(enrolments),
        faults=tuple(sorted([*found, *shared])),
        new_sites=tuple(sorted(name for name in new_sites.values() if name in used)),
        missing=tuple(row for row in here if row.account not in listed),
        here=len(here),
    )


def _account_of(student: Student, standing: Standing) -> tuple[Account | None, str]:
    """The student's account, by number first and then by address, and why it must not be used."""
    numbered = standing.by_number.get(student.student_id)
    addressed = standing.by_address.get(student.email)
    holder = standing.enrolled.get(addressed) if addressed is not None else None
    if holder and holder.student_id and holder.student_id != student.student_id:
        # Most likely a slip in the file; taken as it stands, one student's account would become another's.
        return None, OTHER_NUMBER.format(name=holder.name or "somebody", number=holder.student_id)
    if numbered is not None and addressed is not None and numbered != addressed:
        return None, ADDRESS_TAKEN
    known = numbered if numbered is not None else addressed
    if known is None:
        return None, ""
    account = standing.accounts[known]
    trouble = ""
    if not account.is_open:
        trouble = CLOSED
    elif account.email != student.email and not account.address_is_the_schools:
        trouble = ADDRESS_FIXED
    elif account.in_use_elsewhere and account.pk not in standing.enrolled:
        trouble = OTHER_SCHOOL
    return account, trouble


def _enrolment(student: Student, account: Account | None, standing: Standing) -> Enrolment:
    row = standing.enrolled.get(account.pk) if account else None
    student = _keep_what_the_file_does_not_say(student, row)
    changes = _account_changes(student, account) if account else {}
    return Enrolment(
        student=student,
        account=account.pk if account else None,
        membership=row.pk if row else None,
        account_changes=changes,
        membership_changes=row is None or not row.whole_year or _details(student) != _details(row),
        differences=(*_of_account(account, changes), *_of_membership(student, row)),
    )


def _of_account(account: Account | None, changes: Mapping[str, str]) -> tuple[Difference, ...]:
    return differing((name, getattr(account, name), value) for name, value in changes.items())


def _of_membership(student: Student, row: Enrolled | None) -> tuple[Difference, ...]:
    if row is None:
        return ()
    stays = "the whole year" if row.whole_year else "ended" if row.is_over else "part of the year"
    pairs = zip(DETAILS, _details(row), _details(student), strict=True)
    return (*differing(pairs), *differing([("membership", stays, "the whole year")]))


def _keep_what_the_file_does_not_say(student: Student, row: Enrolled | None) -> Student:
    return replace(
        student,
        graduation_year=student.graduation_year
        if student.has_graduation_year or not row
        else row.graduation_year,
        small_group=student.small_group
        if student.small_group is not None
        else (row.small_group if row else ""),
        stream=student.stream if student.stream is not None else (row.stream if row else ""),
    )


def _details(row: Student | Enrolled) -> tuple[object, ...]:
    return tuple(getattr(row, name) for name in DETAILS)


def _account_changes(student: Student, account: Account) -> dict[str, str]:
    wanted = {"email": student.email}
    if account.names_are_the_schools:
        wanted |= {"given_name": student.given_name, "family_name": student.family_name}
        # An empty cell never wipes the name that a person chose.
        wanted |= {"preferred_name": student.preferred_name} if student.preferred_name else {}
    return {name: value for name, value in wanted.items() if getattr(account, name) != value}


def _shared_accounts(enrolments: Iterable[Enrolment]) -> Iterable[Fault]:
    lines: dict[int, list[int]] = defaultdict(list)
    who: dict[int, tuple[str, str]] = {}
    for enrolment in enrolments:
        who[enrolment.student.line] = enrolment.student.student_id, enrolment.student.name
        if enrolment.account is not None:
            lines[enrolment.account].append(enrolment.student.line)
    for group in lines.values():
        for line in group if len(group) > 1 else ():
            yield Fault(line, "student_id", ONE_ACCOUNT.format(lines=other_lines(group, line)), *who[line])
