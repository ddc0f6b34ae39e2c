"""Made-up students as a roster file."""

import csv
import io
import random

import pytest

from referrals.engines.demo_people import HEADERS, Known, roster_csv, site_for

SITES = ("A", "B", "C")


def rows(seed: int = 1, known: tuple[Known, ...] = ()) -> list[dict[str, str]]:
    file = roster_csv(
        levels={1: 30, 2: 20, 3: 40}, sites=SITES, first_year=2026, domain="x.example", known=known, seed=seed
    )
    return list(csv.DictReader(io.StringIO(file.decode())))


def test_the_same_seed_gives_the_same_roster() -> None:
    assert rows(7) == rows(7)
    assert rows(7) != rows(8)


def test_as_many_as_asked_all_different() -> None:
    known = Known("p@demo.example", "Priya", "Raman", 3)
    found = rows(known=(known,))
    assert list(found[0]) == list(HEADERS)
    assert [sum(row["year_level"] == level for row in found) for level in "123"] == [30, 20, 40]
    assert len({row["email"] for row in found}) == len({row["student_id"] for row in found}) == 90
    assert [row["given_name"] for row in found if row["email"] == known.email] == ["Priya"]
    assert {(row["year_level"], row["graduation_year"]) for row in found} == {
        ("1", "2028"),
        ("2", "2027"),
        ("3", "2026"),
    }


@pytest.mark.parametrize("level", [1, 2])
def test_the_first_years_sit_at_the_first_site(level: int) -> None:
    assert {site_for(level, SITES, random.Random(seed)) for seed in range(50)} == {"A"}


def test_later_years_spread_over_all_sites() -> None:
    assert {site_for(3, SITES, random.Random(seed)) for seed in range(50)} == set(SITES)
    assert site_for(5, ("A",), random.Random(1)) == "A"
