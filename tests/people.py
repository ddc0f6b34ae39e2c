"""A small school and the people in it, made by the same actions as a real one; no test in here."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from allauth.account.models import EmailAddress
from django.conf import settings
from django.test import Client

from peersupport.clock import now
from peersupport.models import User
from programs.actions.cohorts import add_person, start_program
from programs.models import Membership, Program, Role, Site, Year
from referrals.actions.chooser import review_chooser
from referrals.actions.services import add_service, confirm_service, confirm_services
from referrals.engines.firstrun import FIRST_RUN
from referrals.engines.hours import Hours
from referrals.engines.services import Channel, Service
from referrals.models.chooser import the_chooser
from training.actions.modules import checked_modules, load_modules, review_version
from training.models import ModuleVersion

SHIPPED_MODULE = settings.CONTENT_DIR / "modules" / "noticing-and-referring"
SMALL_MODULE = Path(__file__).parent / "content" / "a-short-walk"


@dataclass(frozen=True)
class School:
    """A program with one year around today, two sites, and the member of wellbeing staff who started it."""

    program: Program
    year: Year
    site: Site
    other_site: Site
    staff: User

    @property
    def domain(self) -> str:
        return f"{self.program.slug}.example"

    @property
    def today(self) -> date:
        return self.program.today(now())

    def join(
        self,
        role: Role,
        name: str,
        *,
        family: str = "",
        year_level: int | None = None,
        site: Site | None = None,
    ) -> Membership:
        """Gives `name` at the school's domain a role; a student gets year level 3 unless told otherwise."""
        if role == Role.STUDENT:
            year_level, site = year_level or 3, site or self.site
        email = f"{name.lower()}@{self.domain}"
        return add_person(
            by=self.staff,
            year=self.year,
            email=email,
            role=role,
            given_name=name,
            family_name=family,
            year_level=year_level,
            site=site,
            now=now(),
        )

    def students(self, count: int, *, year_level: int = 2) -> list[Membership]:
        """Many students at once, for the tests that count queries."""
        first = User.objects.count()
        users = User.objects.bulk_create(
            User(
                email=f"many{number}@{self.domain}",
                password="!",
                given_name="One",
                family_name=f"Of {number}",
            )
            for number in range(first, first + count)
        )
        return Membership.objects.bulk_create(
            Membership(
                user=user,
                year=self.year,
                role=Role.STUDENT,
                starts_at=now() - timedelta(days=1),
                ends_at=self.year.ends_at,
                year_level=year_level,
                site=self.site,
            )
            for user in users
        )


def start_school(slug: str, name: str, *, zone: str = "Australia/Sydney", country: str = "AU") -> School:
    starts_on = now().date() - timedelta(days=60)
    program = start_program(
        slug=slug,
        name=name,
        time_zone=zone,
        country=country,
        email=f"staff@{slug}.example",
        label="this year",
        starts_on=starts_on,
        ends_on=starts_on + timedelta(days=364),
        email_domains=[f"{slug}.example"],
    )
    first = User.objects.get(email=f"staff@{slug}.example")
    confirm_services(by=first, program=program, now=now())
    review_chooser(by=first, program=program, digest=the_chooser().digest, now=now())
    site, other_site = (
        Site.objects.create(program=program, name=f"{side} {slug.title()}") for side in ("East", "West")
    )
    staff = User.objects.get(email=f"staff@{slug}.example")
    staff.given_name, staff.family_name = "Anjali", "Whitlock"
    staff.save()
    return School(program, program.years.get(), site, other_site, staff)


def fill_directory(school: School) -> None:
    """One confirmed service for all that a school has to fill in itself."""
    facts = Service(
        key="",
        name="School office",
        short="Office",
        what_for="Everything that is local.",
        for_whom="For all students.",
        about=frozenset({*FIRST_RUN, "hospital_emergency"}),
        channels=(Channel("phone", "1300 659 467"),),
        hours=Hours("Australia/Sydney", always=True),
        serves_sites=frozenset(str(site.uuid) for site in school.program.sites.all()),
    )
    service = add_service(by=school.staff, program=school.program, facts=facts, now=now())
    confirm_service(by=school.staff, service=service, now=now())


def load(folder: Path = SMALL_MODULE) -> ModuleVersion:
    """Checks and loads one module folder, as the command does; the newest version of it."""
    files, faults = checked_modules(folder=folder)
    assert faults == []
    loaded = load_modules(files=files, now=now())
    return ModuleVersion.objects.get(module__slug=loaded[0].slug, number=loaded[0].number)


def load_reviewed(school: School, folder: Path = SMALL_MODULE) -> ModuleVersion:
    version = load(folder)
    review_version(by=school.staff, version=version, program=school.program, now=now())
    return version


def leave(person: User, at: datetime, graduation_year: int | None = None) -> None:
    """As if their roles had ended then."""
    rows = Membership.objects.filter(user=person)
    rows.update(starts_at=at - timedelta(days=30), ends_at=at, graduation_year=graduation_year)


def sign_up(email: str) -> User:
    """Somebody who came by themselves and typed the code that was sent; on nobody's list."""
    user = User.objects.create_user(email)
    EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    return user


def sign_in(user: User, *, second_step: bool = True) -> Client:
    """A browser in which this person is signed in; with the second step, unless told otherwise."""
    client = Client()
    client.force_login(user)
    if second_step:
        session = client.session
        step = {"method": "mfa", "type": "totp", "at": now().timestamp()}
        session["account_authentication_methods"] = [step]
        session["account_authentication_methods_user"] = str(user.pk)
        session.save()
    return client
