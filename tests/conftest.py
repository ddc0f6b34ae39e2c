"""The settings that tests run with; then one small school, and a person for each kind of right.

A person's fixture is their account (`User`). `sign_in` of `tests.people` gives each of them a browser.
"""

import os
from pathlib import Path
from typing import Any

import django
import pytest
from django.db import connections

os.environ.setdefault("APP_ENV", "test")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "peersupport.settings")
django.setup()  # the fixtures below import models, and pytest-django would set Django up only after them

from peersupport.clock import now  # noqa: E402
from peersupport.models import User  # noqa: E402
from programs.actions.cohorts import end_membership  # noqa: E402
from programs.models import Role  # noqa: E402
from tests.people import School, load_reviewed, sign_up, start_school  # noqa: E402
from training.models import ModuleVersion  # noqa: E402


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """SQLite in a file, as people have it: in memory, threads would share one connection and never race."""
    if connections["default"].vendor == "sqlite":
        file: Path = tmp_path_factory.mktemp("database") / "test.sqlite3"
        connections["default"].settings_dict["TEST"]["NAME"] = str(file)


@pytest.fixture(autouse=True)
def _files_of_this_test(settings: Any, tmp_path: Path) -> None:
    """What is kept outside the database goes away with the test."""
    settings.DATA_DIR = tmp_path


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """What tests counted (see `tests/faults`), whether they passed or not."""
    reports = [one for kind in ("passed", "failed") for one in terminalreporter.stats.get(kind, [])]
    counted = [line for one in reports for name, line in one.user_properties if name == "counted"]
    if counted:
        terminalreporter.section("counted")
        for line in counted:
            terminalreporter.write_line(line)


# ---------------------------------------------------------------- the school


@pytest.fixture
def kestrel(db: None) -> School:
    """The school that everybody below belongs to, unless their name says otherwise."""
    return start_school("kestrel", "Kestrel Bay School of Medicine")


@pytest.fixture
def harrow(db: None) -> School:
    """Another school in the same installation."""
    return start_school("harrow", "Harrow Fell Medical School", zone="Australia/Perth")


@pytest.fixture
def short_walk(kestrel: School) -> ModuleVersion:
    """Reviewed for Kestrel; six steps: reading, check, reflection, local, check (multiple), reading."""
    return load_reviewed(kestrel)


# ---------------------------------------------------------------- people of Kestrel


@pytest.fixture
def a_student(kestrel: School) -> User:
    return kestrel.join(Role.STUDENT, "Priya", family="Raman").user


@pytest.fixture
def another_student(kestrel: School) -> User:
    return kestrel.join(Role.STUDENT, "Omar", family="Haddad", year_level=1, site=kestrel.other_site).user


@pytest.fixture
def a_supporter(kestrel: School) -> User:
    """A student too, as every supporter."""
    kestrel.join(Role.STUDENT, "Tom", family="Ellery", year_level=4)
    return kestrel.join(Role.SUPPORTER, "Tom").user


@pytest.fixture
def a_student_lead(kestrel: School) -> User:
    kestrel.join(Role.STUDENT, "Jess", family="Okonkwo", year_level=5)
    return kestrel.join(Role.LEAD, "Jess").user


@pytest.fixture
def wellbeing_staff(kestrel: School) -> User:
    return kestrel.staff


@pytest.fixture
def clinical_adviser(kestrel: School) -> User:
    return kestrel.join(Role.CLINICAL_ADVISER, "Eleni", family="Markou").user


@pytest.fixture
def an_assessor(kestrel: School) -> User:
    """Also on the wellbeing staff, which counts for nothing while they assess students."""
    kestrel.join(Role.STAFF, "Ruth", family="Amos")
    return kestrel.join(Role.ASSESSOR, "Ruth").user


@pytest.fixture
def an_evaluator(kestrel: School) -> User:
    return kestrel.join(Role.EVALUATOR, "Ivo", family="Petrov").user


# ---------------------------------------------------------------- people who must not get in


@pytest.fixture
def staff_whose_role_has_ended(kestrel: School) -> User:
    membership = kestrel.join(Role.STAFF, "Gwen", family="Left")
    end_membership(by=kestrel.staff, membership=membership, now=now())
    return membership.user


@pytest.fixture
def staff_of_another_school(harrow: School) -> User:
    return harrow.staff


@pytest.fixture
def student_of_another_school(harrow: School) -> User:
    return harrow.join(Role.STUDENT, "Wren", family="Fell").user


@pytest.fixture
def somebody_on_no_list(kestrel: School) -> User:
    """Signed up with an address of the school; nobody has added them."""
    return sign_up("newcomer@kestrel.example")
