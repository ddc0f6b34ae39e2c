"""Who is here: a program (one school), its years and sites, and each person's role in a year."""

import uuid
import zoneinfo
from datetime import date, datetime, time, timedelta
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from peersupport.models import User

CATCH_UP_DAYS = 14  # after a leave ends, nothing is due before this many days have passed


class Role(models.TextChoices):
    STUDENT = "student", "Student"
    SUPPORTER = "supporter", "Peer supporter"
    LEAD = "lead", "Student lead"
    STAFF = "staff", "Wellbeing staff"
    CLINICAL_ADVISER = "clinical_adviser", "Clinical adviser"
    ACADEMIC_ADVISER = "academic_adviser", "Academic adviser"
    SUPERVISOR = "supervisor", "Supervisor"
    REGISTRAR = "registrar", "Registrar's office"
    ASSESSOR = "assessor", "Assessor"
    EVALUATOR = "evaluator", "Evaluator"


class Program(models.Model):
    """One school's program. Everything else hangs off one of these, and none sees another's."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=120, help_text="The school's name, as people say it.")
    app_name = models.CharField(
        max_length=40, default="Alongside", help_text="The neutral name shown on every page."
    )
    country = models.CharField(max_length=2)
    time_zone = models.CharField(max_length=64)
    email_domains = models.JSONField(default=list, blank=True)
    contact = models.CharField(max_length=160, blank=True, help_text="Who adds people: a name or an office.")

    def __str__(self) -> str:
        return self.name

    @property
    def zone(self) -> zoneinfo.ZoneInfo:
        return zoneinfo.ZoneInfo(self.time_zone)

    def today(self, at: datetime) -> date:
        """The calendar day it is at the school at this moment."""
        return at.astimezone(self.zone).date()


class Site(models.Model):
    """A campus or teaching hospital."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    program = models.ForeignKey(Program, on_delete=models.CASCADE, related_name="sites")
    name = models.CharField(max_length=80)

    class Meta:
        ordering: ClassVar[list[str]] = ["name"]
        constraints = [models.UniqueConstraint(fields=["program", "name"], name="one_site_a_name")]

    def __str__(self) -> str:
        return self.name


class YearQuerySet(models.QuerySet["Year"]):
    def current(self, day: date) -> Self:
        """Years that the given day lies in; both ends count."""
        return self.filter(starts_on__lte=day, ends_on__gte=day)


class Year(models.Model):
    """One academic year of a program."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    program = models.ForeignKey(Program, on_delete=models.CASCADE, related_name="years")
    label = models.CharField(max_length=20)
    starts_on = models.DateField()
    ends_on = models.DateField()

    objects = YearQuerySet.as_manager()

    class Meta:
        ordering: ClassVar[list[str]] = ["starts_on"]
        constraints = [
            models.UniqueConstraint(fields=["program", "label"], name="one_year_a_label"),
            models.CheckConstraint(condition=Q(ends_on__gt=F("starts_on")), name="year_ends_after_it_starts"),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def starts_at(self) -> datetime:
        """The first moment of the year at the school."""
        return datetime.combine(self.starts_on, time.min, self.program.zone)

    @property
    def ends_at(self) -> datetime:
        """The first moment after the year at the school."""
        return datetime.combine(self.ends_on + timedelta(days=1), time.min, self.program.zone)


class MembershipQuerySet(models.QuerySet["Membership"]):
    def active(self, at: datetime) -> Self:
        """Memberships in force at this moment: rights come from these and from nothing else."""
        return self.filter(starts_at__lte=at, ends_at__gt=at, user__is_active=True)

    def open(self, at: datetime) -> Self:
        """Those in force at this moment or still to come."""
        return self.filter(ends_at__gt=at).filter(ends_at__gt=F("starts_at"))

    def ended(self, at: datetime) -> Self:
        """Memberships that were in force once and are no more."""
        return self.filter(ends_at__lte=at)

    def students(self) -> Self:
        return self.filter(role=Role.STUDENT)

    def of_program(self, program: Program) -> Self:
        return self.filter(year__program=program)

    def named(self) -> Self:
        """Those whose names may stand on a page: not of somebody whose account is closed."""
        return self.filter(user__is_active=True)

    def held(self, at: datetime, *, since: datetime | None = None) -> Self:
        """Those that a hold on notices reaches at this moment, or has reached at any since another one."""
        holds = Hold.objects.in_force(at, since=since).filter(program=OuterRef("year__program"))
        reaches = (
            Q(reach=Hold.Reach.PROGRAM)
            | Q(reach=Hold.Reach.PERSON, user=OuterRef("user"))
            | Q(reach=Hold.Reach.LEVEL, year_level=OuterRef("year_level"))
            | Q(reach=Hold.Reach.SITE, site=OuterRef("site"))
        )
        return self.filter(Exists(holds.filter(reaches)))

    def reached_by(self, hold: "Hold") -> Self:
        """Those of its school that this one hold is about."""
        return self.filter(year__program=hold.program_id, **hold.about)


class Membership(models.Model):
    """A person's role in one year, from `starts_at` until just before `ends_at`.

    A student's row also says where and how far they are; nothing about how they are.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="memberships")
    year = models.ForeignKey(Year, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=20, choices=Role.choices)
    is_wellbeing_lead = models.BooleanField(default=False)
    is_sponsor = models.BooleanField(default=False)
    is_coordinator = models.BooleanField(default=False)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    appointed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    # Students only
    student_id = models.CharField(max_length=40, blank=True)
    year_level = models.PositiveSmallIntegerField(null=True, blank=True)
    site = models.ForeignKey(
        Site, null=True, blank=True, on_delete=models.PROTECT, related_name="memberships"
    )
    graduation_year = models.PositiveSmallIntegerField(null=True, blank=True)
    small_group = models.CharField(max_length=40, blank=True)
    stream = models.CharField(max_length=40, blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "year", "role"], name="one_row_a_role_and_year"),
            models.UniqueConstraint(
                fields=["year", "student_id"],
                condition=~Q(student_id=""),
                name="one_student_a_number_and_year",
            ),
            models.CheckConstraint(
                condition=Q(role="student", year_level__isnull=False)
                | (~Q(role="student") & Q(year_level=None, student_id="")),
                name="only_students_have_a_year_level",
            ),
            models.CheckConstraint(
                condition=Q(ends_at__gte=F("starts_at")), name="membership_ends_after_it_starts"
            ),
        ]
        indexes = [
            models.Index(fields=["user", "ends_at"], name="rights_of_a_person"),
            models.Index(fields=["year", "role", "year_level", "site"], name="people_of_a_year"),
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()}, {self.year.label}"

    def is_held(self, hold: "Hold", at: datetime) -> bool:
        """Whether this hold of the school reaches the person by this role, or whatever their role."""
        reached = all(getattr(self, name) == value for name, value in hold.about.items())
        in_force = self.starts_at <= at < self.ends_at
        return reached and (in_force or hold.reach == Hold.Reach.PERSON)

    def is_open(self, at: datetime) -> bool:
        """In force at this moment or still to come."""
        return self.ends_at > max(at, self.starts_at)

    @property
    def last_day(self) -> date:
        """The last calendar day, at the school, on which this role is or was in force."""
        return (self.ends_at - timedelta(microseconds=1)).astimezone(self.year.program.zone).date()


class HoldQuerySet(models.QuerySet["Hold"]):
    def in_force(self, at: datetime, *, since: datetime | None = None) -> Self:
        """Those in force at this moment, or at any moment since another one."""
        return self.filter(starts_at__lte=at).filter(Q(ends_at=None) | Q(ends_at__gt=since or at))

    def lifted(self, at: datetime) -> Self:
        return self.filter(ends_at__lte=at)

    def of_program(self, program: Program) -> Self:
        return self.filter(program=program)

    def on_people(self, at: datetime) -> Self:
        """Those on one person; not where another school alone looks after that person by now."""
        places = Membership.objects.open(at).filter(user=OuterRef("user"))
        here = places.filter(year__program=OuterRef("program"))
        return self.filter(Exists(here) | ~Exists(places), reach=Hold.Reach.PERSON)


class Hold(models.Model):
    """No notices but duties to a person, a year level, a site or everybody, until lifted. Nobody says why."""

    class Reach(models.TextChoices):
        PERSON = "person", "One person"
        LEVEL = "level", "A year level"
        SITE = "site", "A site"
        PROGRAM = "program", "Everybody"

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    program = models.ForeignKey(Program, on_delete=models.CASCADE, related_name="holds")
    reach = models.CharField(max_length=10, choices=Reach.choices)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    year_level = models.PositiveSmallIntegerField(null=True, blank=True)
    site = models.ForeignKey(Site, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    starts_at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    ends_at = models.DateTimeField(null=True)
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = HoldQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(reach="person", user__isnull=False, year_level=None, site=None)
                | Q(reach="level", user=None, year_level__isnull=False, site=None)
                | Q(reach="site", user=None, year_level=None, site__isnull=False)
                | Q(reach="program", user=None, year_level=None, site=None),
                name="a_hold_names_whom_it_reaches",
            ),
            *(
                models.UniqueConstraint(
                    fields=["program", *fields],
                    condition=Q(ends_at=None, reach=reach),
                    name=f"one_hold_in_force_a_{reach}",
                )
                for reach, fields in (
                    ("person", ["user"]),
                    ("level", ["year_level"]),
                    ("site", ["site"]),
                    ("program", []),
                )
            ),
        ]

    @property
    def about(self) -> dict[str, int]:
        """What the memberships that it reaches have in common, beside their school."""
        about = {"user_id": self.user_id, "year_level": self.year_level, "site_id": self.site_id}
        return {name: value for name, value in about.items() if value is not None}

    @property
    def whom(self) -> str:
        """Whom it reaches, as staff read it."""
        if self.reach == self.Reach.LEVEL:
            return f"Year {self.year_level}"
        return str(self.user or self.site or "Everybody")


class Leave(models.Model):
    """Time away, without a reason. While it lasts nothing is due; afterwards there is time to catch up."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="leaves")
    starts_on = models.DateField()
    ends_on = models.DateField()
    # ends_on + CATCH_UP_DAYS, stored so that "what is due" stays one plain comparison on both databases
    catch_up_until = models.DateField()

    class Meta:
        ordering: ClassVar[list[str]] = ["starts_on"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")), name="leave_ends_after_it_starts"
            ),
            models.UniqueConstraint(fields=["membership", "starts_on"], name="one_leave_a_start"),
        ]


class Placement(models.Model):
    """Where a student works, with which team, from when to when."""

    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="placements")
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="placements")
    team = models.CharField(max_length=80, blank=True)
    starts_on = models.DateField()
    ends_on = models.DateField()

    class Meta:
        ordering: ClassVar[list[str]] = ["starts_on"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")), name="placement_ends_after_it_starts"
            ),
            models.UniqueConstraint(
                fields=["membership", "site", "team", "starts_on"], name="one_placement_a_start"
            ),
        ]


def matching(words: str) -> Q:
    """Memberships in which every word is found in a name or the address, or is the student number."""
    found = Q()
    for word in words.split():
        found &= (
            Q(user__given_name__icontains=word)
            | Q(user__family_name__icontains=word)
            | Q(user__preferred_name__icontains=word)
            | Q(user__email__icontains=word)
            | Q(student_id__iexact=word)
        )
    return found


def people_without_a_place(program: Program, at: datetime) -> models.QuerySet[User]:
    """Accounts at the school's domains that have signed in and are on nobody's roster now."""
    domains = Q(pk__in=[])
    for domain in program.email_domains:
        domains |= Q(email__endswith=f"@{domain}")
    placed = Membership.objects.filter(user=OuterRef("pk"), ends_at__gt=at)
    signed_in = User.objects.filter(emailaddress__verified=True, is_active=True, is_superuser=False)
    return signed_in.filter(domains, ~Exists(placed)).order_by("email")


def year_levels(program: Program, at: datetime) -> list[int]:
    """The year levels that have students now, lowest first."""
    students = Membership.objects.active(at).of_program(program).students()
    return [
        level
        for level in students.order_by("year_level").values_list("year_level", flat=True).distinct()
        if level
    ]
