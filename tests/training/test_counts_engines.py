"""What a report says beside all that was said before, attacked over every pair of reports of a year."""

from collections.abc import Iterator
from datetime import date
from itertools import combinations

import numpy as np
import pytest

from programs.engines.circulation import TOTAL, Place
from programs.engines.suppression import SMALLEST, Count, Shown, left_out, with_totals
from tests.programs.table_attack import Attacker, too_small
from training.engines.counts import Group, Number, first_of_next_month, from_stored, next_numbers, table_of

Counted = dict[tuple[int, str], tuple[int, int]]
SITES = "abcdef"
FIRST = date(2026, 3, 1)
MONTHS = [date(2026, month, 1) for month in range(3, 13)]


def a_year(columns: int, number: int) -> Iterator[Counted]:
    """Ten months of a school: a few or many get done, some months nobody does, people come and go."""
    chance = np.random.default_rng([columns, number, 7])
    groups = [(level, site) for level in range(1, 6) for site in SITES[:columns]]
    asked = dict(zip(groups, chance.poisson(chance.gamma(3, 20, len(groups))), strict=True))
    done = dict.fromkeys(groups, 0)
    for _ in MONTHS:
        pace = chance.choice([0, 0.02, 0.1, 0.4])
        for group in groups:
            done[group] += chance.binomial(asked[group] - done[group], pace)
            if chance.random() < 0.2:
                done[group] -= (left := chance.binomial(done[group], 0.03))
                asked[group] += chance.integers(0, 3) - left
        yield {group: (int(done[group]), int(asked[group])) for group in groups if asked[group]}


def reports_of(columns: int, number: int) -> tuple[list[Counted], list[list[Number]]]:
    truth, reports = list(a_year(columns, number)), list[list[Number]]()
    for counted, month in zip(truth, MONTHS, strict=True):
        reports.append(next_numbers(counted, list(reports), month))
    return truth, reports


def moved_a_little(one: Number, other: Number) -> bool:
    assert one.done is not None
    assert one.asked is not None
    assert other.done is not None
    assert other.asked is not None
    done, left = one.done - other.done, (one.asked - one.done) - (other.asked - other.done)
    return 0 < abs(done) < SMALLEST or 0 < abs(left) < SMALLEST


def published(reports: list[list[Number]]) -> dict[Group, list[Number]]:
    found: dict[Group, list[Number]] = {}
    for number in (number for report in reports for number in report if number.on):
        found.setdefault(number.group, []).append(number)
    return found


@pytest.mark.parametrize("columns", [1, 3, 6])
def test_no_two_reports_differ_by_a_small_number(columns: int) -> None:
    """All pairs of reports of 60 years, neighbours or not: 0 differences of one to nine, done or not done."""
    pairs = small = moved = 0
    for year in range(60):
        _, reports = reports_of(columns, year)
        for numbers in published(reports).values():
            for one, other in combinations(numbers, 2):
                pairs += 1
                small += moved_a_little(one, other)
                moved += one.done != other.done
    assert small == 0
    assert moved > pairs / 20, "or nothing was ever new, and this test says nothing"


def places_of(counted: Counted) -> dict[Place, Group]:
    levels, sites = sorted({level for level, _ in counted}), sorted({site for _, site in counted})
    cells = {(levels.index(level), sites.index(site)): pair for (level, site), pair in counted.items()}
    return {
        place: (
            None if place[0] == TOTAL else levels[place[0]],
            None if place[1] == TOTAL else sites[place[1]],
        )
        for place in with_totals(cells)
    }


def truth_of(counted: Counted, group: Group) -> tuple[int, int]:
    chosen = [
        pair
        for (level, site), pair in counted.items()
        if group[0] in {None, level} and group[1] in {None, site}
    ]
    return sum(done for done, _ in chosen), sum(asked for _, asked in chosen)


def table_with_earlier(counted: Counted, before: dict[Group, list[Number]]) -> dict[Place, Count]:
    return {
        place: Count(
            *truth_of(counted, group),
            tuple(Shown(old.done or 0, old.asked or 0) for old in before.get(group, [])),
        )
        for place, group in places_of(counted).items()
    }


def found_out(counted: Counted, shown: set[Group], before: dict[Group, list[Number]]) -> list[Group]:
    """Groups whose number follows from those shown, though it is small or moved a little since any report."""
    places = places_of(counted)
    table = {place: Count(*truth_of(counted, group)) for place, group in places.items()}
    hidden = {place for place, group in places.items() if group not in shown}
    known = {*shown, *(places[place] for place in Attacker(table, hidden).solved())}
    found = []
    for place, group in places.items():
        true = Number(*group, *truth_of(counted, group))
        if group in known and (
            too_small(table[place]) or any(moved_a_little(true, old) for old in before.get(group, []))
        ):
            found.append(group)
    return found


@pytest.mark.parametrize("columns", [1, 3, 6])
def test_totals_give_no_small_change_away(columns: int) -> None:
    """Solving each report for what it leaves out and subtracting any earlier one finds nothing small.

    Even for somebody who knows which of the unchanged numbers are as they were, and not a little off.
    """
    for year in range(40):
        truth, reports = reports_of(columns, year)
        for month, counted in enumerate(truth):
            before = published(reports[:month])
            hidden = left_out(table_with_earlier(counted, before))
            new = {group for place, group in places_of(counted).items() if place not in hidden}
            assert {number.group for number in reports[month] if number.on == MONTHS[month]} <= new
            assert found_out(counted, new, before) == []


def gaps_of(count: Count) -> Iterator[tuple[int, int]]:
    """Where nobody may be able to place a number: fewer than ten done or left, or moved by fewer than ten."""
    assert count.people is not None
    yield 0, SMALLEST - 1
    yield count.people - SMALLEST + 1, count.people
    for shown in count.earlier:
        for base in (shown.value, count.people - (shown.people - shown.value)):
            yield base + 1, base + SMALLEST - 1
            yield base - SMALLEST + 1, base - 1


def within(span: tuple[int, int], gap: tuple[int, int]) -> bool:
    return gap[0] <= span[0] and span[1] <= gap[1]


@pytest.mark.parametrize(("columns", "years"), [(1, 20), (3, 8), (6, 4)])
def test_bounds_tell_no_small_change(columns: int, years: int) -> None:
    """By linear programs: what was not known before the report is not known after it."""
    checked = 0
    for year in range(years):
        truth, reports = reports_of(columns, year)
        for month, counted in enumerate(truth):
            table = table_with_earlier(counted, published(reports[:month]))
            hidden = left_out(table)
            attacker, nothing_new = Attacker(table, hidden), Attacker(table, set(table))
            for place in attacker.places:
                if not too_small(table[place]) and not table[place].earlier:
                    continue
                for gap in gaps_of(table[place]):
                    if within(attacker.span(place), gap):
                        attacker.stretch(place)
                    if within(attacker.span(place), gap):
                        nothing_new.stretch(place)
                        assert within(nothing_new.span(place), gap)
                    checked += 1
    assert checked > 1000


def test_a_rule_for_each_number_alone_is_not_enough() -> None:
    """The control: each number new when it moved by ten itself. Its row total says what the others did."""
    leaks = 0
    for year in range(20):
        before: dict[Group, list[Number]] = {}
        for counted, month in zip(a_year(3, year), MONTHS, strict=True):
            now = {
                group: Number(*group, *truth_of(counted, group), month)
                for group in places_of(counted).values()
            }
            new = {
                group
                for group, number in now.items()
                if not too_small(Count(number.done or 0, number.asked))
                and not any(moved_a_little(number, old) for old in before.get(group, []))
            }
            leaks += len(found_out(counted, new, before))
            for group in new:
                before.setdefault(group, []).append(now[group])
    assert leaks > 100


def by_group(numbers: list[Number]) -> dict[Group, Number]:
    return {number.group: number for number in numbers}


def test_a_number_stays_until_ten_have_moved_and_keeps_its_day() -> None:
    first = next_numbers({(1, "a"): (50, 100), (2, "a"): (40, 100)}, [], FIRST)
    assert by_group(first)[1, "a"] == Number(1, "a", 50, 100, FIRST)
    april = first_of_next_month(FIRST)
    second = by_group(next_numbers({(1, "a"): (55, 100), (2, "a"): (60, 100)}, [first], april))
    assert second[1, "a"] == Number(1, "a", 50, 100, FIRST)
    assert second[2, "a"].on in {FIRST, april}
    third = by_group(next_numbers({(1, "a"): (60, 100), (2, "a"): (60, 100)}, [first], april))
    assert third[1, "a"] == Number(1, "a", 60, 100, april)


def test_what_did_not_move_looks_like_what_moved_a_little() -> None:
    first = next_numbers({(1, "a"): (50, 100), (2, "a"): (40, 100)}, [], FIRST)
    april = first_of_next_month(FIRST)
    same = next_numbers({(1, "a"): (50, 100), (2, "a"): (40, 100)}, [first], april)
    little = next_numbers({(1, "a"): (53, 100), (2, "a"): (44, 100)}, [first], april)
    assert same == little == first


def test_nothing_is_kept_of_a_number_that_is_left_out() -> None:
    numbers = next_numbers({(1, "a"): (3, 100), (1, "b"): (60, 100), (2, "a"): (70, 100)}, [], FIRST)
    assert by_group(numbers)[1, "a"].stored == (1, "a", None, None, None)
    assert from_stored([number.stored for number in numbers]) == numbers


def test_the_table_of_a_page() -> None:
    """Sites by name, those without one last; a total only beside more than one; nothing where nobody is."""
    numbers = next_numbers({(1, "b"): (50, 100), (2, "a"): (50, 100), (2, ""): (50, 100)}, [], FIRST)
    table = table_of(numbers, {"a": "Zinnia", "b": "Acacia", "": "No site"})
    assert table.sites == ["Acacia", "Zinnia", "No site", "All sites"]
    assert [level for level, _ in table.rows] == [1, 2, None]
    assert table.rows[0][1][1] == ("Zinnia", None)
    assert not table.says_nothing
    small = table_of(next_numbers({(1, "a"): (5, 10)}, [], FIRST), {})
    assert (small.sites, [level for level, _ in small.rows], small.says_nothing) == (["All sites"], [1], True)


def test_months_follow_each_other() -> None:
    assert first_of_next_month(date(2026, 11, 25)) == date(2026, 12, 1)
    assert first_of_next_month(date(2026, 12, 1)) == date(2027, 1, 1)
