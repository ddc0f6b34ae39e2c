"""The data dictionary in docs/privacy.md against the tables that are really there."""

import re
from dataclasses import dataclass

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection

DOCUMENT = settings.BASE_DIR / "docs" / "privacy.md"
CLASSES = {"public", "internal", "personal", "special"}
HEAD = ["Column", "For what", "Class", "Kept", "Who sees it"]


@dataclass(frozen=True)
class Line:
    column: str
    purpose: str
    kind: str
    kept: str
    audience: str


def rows_under(heading: str) -> list[list[str]]:
    """The cells of the first Markdown table below a heading, its first row being the table's head."""
    text = DOCUMENT.read_text().partition(f"\n{heading}\n")[2]
    table = re.search(r"(?:^\|.*\n)+", re.split(r"^#", text, maxsplit=1, flags=re.MULTILINE)[0], re.MULTILINE)
    assert table, f"no table under {heading}"
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in table[0].splitlines()]
    return [rows[0], *rows[2:]]


def dictionary() -> dict[str, list[Line]]:
    """What the document says, by table."""
    headings = re.findall(r"^### (\S+)$", DOCUMENT.read_text(), re.MULTILINE)
    assert len(headings) == len(set(headings))
    found = {}
    for heading in headings:
        head, *rows = rows_under(f"### {heading}")
        assert head == HEAD, heading
        found[heading] = [Line(*row) for row in rows]
    return found


def names_of_tables() -> dict[str, str]:
    """The heading of each table: `app.Model`, or the table's own name where it has no model."""
    return {
        model._meta.db_table: model._meta.label
        for model in apps.get_models(include_auto_created=True)
        if not model._meta.proxy
    }


@pytest.fixture
def stored(db: None) -> dict[str, set[str]]:
    """The columns of every table in the database."""
    names = names_of_tables()
    with connection.cursor() as cursor:
        return {
            names.get(table, table): {
                column.name for column in connection.introspection.get_table_description(cursor, table)
            }
            for table in connection.introspection.table_names(cursor)
        }


def test_every_column_of_every_table_is_listed_and_no_other(stored: dict[str, set[str]]) -> None:
    written = {table: {line.column for line in lines} for table, lines in dictionary().items()}
    assert {
        table: columns - written.get(table, set())
        for table, columns in stored.items()
        if columns - written.get(table, set())
    } == {}
    assert {
        table: columns - stored.get(table, set())
        for table, columns in written.items()
        if columns - stored.get(table, set())
    } == {}


def test_every_line_is_filled_in_with_words_that_the_page_explains() -> None:
    kept = {row[0] for row in rows_under("## Until when")[1:]}
    classes = {row[0] for row in rows_under("## Classes")[1:]}
    assert classes == CLASSES
    for table, lines in dictionary().items():
        assert len({line.column for line in lines}) == len(lines), table
        for line in lines:
            assert line.purpose, (table, line)
            assert line.audience, (table, line)
            assert line.kind in classes, (table, line)
            assert line.kept in kept, (table, line)


def test_nobody_who_is_not_signed_in_sees_what_is_personal() -> None:
    everybody = [
        (table, line.column)
        for table, lines in dictionary().items()
        for line in lines
        if "everybody" in line.audience and line.kind != "public"
    ]
    assert everybody == []


def test_there_is_no_column_for_free_text_about_a_person(stored: dict[str, set[str]]) -> None:
    """What has no column cannot be stored."""
    open_ended = {
        (model._meta.label, field.column)
        for model in apps.get_models()
        if model._meta.app_label in {"peersupport", "programs", "training", "referrals"}
        for field in model._meta.local_concrete_fields
        if field.get_internal_type() == "TextField"
    }
    assert open_ended == {
        ("programs.RosterUpload", "outcome"),
        ("peersupport.Notification", "payload"),
        ("peersupport.Channel", "number"),
        ("peersupport.Channel", "code"),
        ("training.Talking", "path"),  # letters, one for each line chosen; encrypted
    }
    columns = {column for columns in stored.values() for column in columns}
    banned = r"^(last_login|ip|ip_address|user_agent|reason|note|notes|comment|diagnosis|grade|score|mood)$"
    assert [column for column in columns if re.match(banned, column)] == []
