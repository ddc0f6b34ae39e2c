"""Schools, people and files for the tests of lists."""

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta

from django.db import connection
from openpyxl import Workbook

from peersupport.models import User
from programs.actions.enrolment import Outcome, import_people
from programs.actions.roster import read_people, table_of
from programs.models import Membership, Program, Role, Year

NOW = datetime(2027, 3, 15, 1, 0, tzinfo=UTC)

HEADER = [
    *("student_id", "email", "given_name", "family_name", "preferred_name"),
    *("year_level", "site", "graduation_year", "small_group", "stream"),
]


def make_year(slug: str = "kestrel-bay", label: str = "2027", starts_on: date = date(2027, 2, 1)) -> Year:
    """A year of 364 days of a school in Sydney; the school is made when it is not there."""
    program, _ = Program.objects.get_or_create(
        slug=slug, defaults={"name": slug, "country": "AU", "time_zone": "Australia/Sydney"}
    )
    return Year.objects.create(
        program=program, label=label, starts_on=starts_on, ends_on=starts_on + timedelta(days=363)
    )


def make_member(year: Year, email: str, role: Role, **fields: object) -> User:
    user, _ = User.objects.get_or_create(email=email)
    values: dict[str, object] = {"starts_at": year.starts_at, "ends_at": year.ends_at}
    if role == Role.STUDENT:
        values |= {"year_level": 1, "student_id": f"N-{email}"}
    Membership.objects.create(user=user, year=year, role=role, **(values | fields))
    return user


def student(number: int = 1, **cells: object) -> dict[str, object]:
    """One good row; the same number gives the same row."""
    row: dict[str, object] = {
        "student_id": f"S{number:05}",
        "email": f"student{number}@uni.example",
        "given_name": "Zoë",
        "family_name": f"O’Brien {number}",
        "preferred_name": "",
        "year_level": number % 5 + 1,
        "site": "Kestrel Bay",
        "graduation_year": 2030,
        "small_group": "A",
        "stream": "rural",
    }
    return row | cells


def csv_of(
    rows: Sequence[Mapping[str, object]],
    header: Sequence[str] = HEADER,
    *,
    delimiter: str = ",",
    encoding: str = "utf-8",
) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=delimiter)
    writer.writerow(header)
    writer.writerows([row.get(name, "") for name in header] for row in rows)
    return text.getvalue().encode(encoding)


def xlsx_of(rows: Sequence[Sequence[object]]) -> bytes:
    """A workbook in which every text is a text, whatever it begins with."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    for row in rows:
        sheet.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def put_in(
    year: Year,
    rows: Sequence[Mapping[str, object]],
    *,
    header: Sequence[str] = HEADER,
    by: User | None = None,
    good_rows: bool = False,
    end_missing: bool = False,
    now: datetime = NOW,
) -> Outcome:
    reading = read_people(table_of(csv_of(rows, header)), {}, year)
    return import_people(
        by=by, year=year, reading=reading, good_rows=good_rows, end_missing=end_missing, now=now
    )


def make_writes_clash(table: str) -> None:
    """Every new row of this table meets one that somebody wrote a moment ago: what a lost race looks like."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(
                f"CREATE TRIGGER clash BEFORE INSERT ON {table}"
                " BEGIN SELECT RAISE(ABORT, 'UNIQUE constraint failed'); END"
            )
        else:
            cursor.execute(
                "CREATE FUNCTION clash() RETURNS trigger LANGUAGE plpgsql AS"
                " $$ BEGIN RAISE unique_violation; END $$"
            )
            cursor.execute(
                f"CREATE TRIGGER clash BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION clash()"
            )


def everything() -> dict[str, list[tuple[object, ...]]]:
    """All rows that a list can touch, to be compared before and after."""
    return {
        "people": list(User.objects.order_by("pk").values_list()),
        "memberships": list(Membership.objects.order_by("pk").values_list()),
    }
