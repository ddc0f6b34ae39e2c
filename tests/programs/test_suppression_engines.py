"""Nobody works out a small number from the published ones: attacked by rank and by linear programs."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from programs.engines.circulation import TOTAL, Place
from programs.engines.suppression import SMALLEST, Count, Shown, left_out, with_totals
from tests.programs.table_attack import NO_END, Attacker, too_small

Table = dict[Place, Count]
ROWS = 5
SHAPES = {3: 6, 6: 15, 12: 4}  # columns, and the mean of a cell, as in the study of plain thresholds
PEOPLE_A_CELL = {3: 40, 6: 35, 12: 30}


def random_table(columns: int, number: int, *, people_known: bool = False) -> Table:
    """Uneven counts; with people, a share of each group is done."""
    chance = np.random.default_rng([columns, number, people_known])
    mean = PEOPLE_A_CELL[columns] if people_known else SHAPES[columns]
    groups = chance.poisson(chance.gamma(2, mean / 2, size=(ROWS, columns)))
    done = chance.binomial(groups, chance.beta(2, 1)) if people_known else groups
    cells = {
        (row, column): (int(done[row, column]), int(groups[row, column]))
        for row in range(ROWS)
        for column in range(columns)
    }
    totals = with_totals(cells)
    return {
        place: Count(value, people if people_known else None)
        for place, (value, people) in totals.items()
        if people or not people_known
    }


def plain_threshold(table: Table) -> frozenset[Place]:
    return frozenset(place for place, count in table.items() if count.value < SMALLEST)


def tells(count: Count, span: tuple[int, int]) -> bool:
    """Whether bounds say what a number is, or that fewer than ten are done, or not done."""
    low, high = span
    people = count.people or NO_END
    return low == high or high < min(SMALLEST, people) or low > max(people - SMALLEST, 0)


def bounds_that_tell(table: Table, hidden: frozenset[Place]) -> list[Place]:
    attacker, found = Attacker(table, hidden), []
    for place in attacker.places:
        if tells(table[place], attacker.span(place)):
            attacker.stretch(place)
        if tells(table[place], attacker.span(place)):
            found.append(place)
    return found


@pytest.mark.parametrize(("tables", "people_known"), [(1000, False), (100, True)])
@pytest.mark.parametrize("columns", SHAPES)
def test_no_hidden_number_is_solved_in_a_thousand_tables(
    columns: int, tables: int, people_known: bool
) -> None:
    """1,000 random tables a shape, totals given: 0 recoverable by the rank of the equations."""
    solved = shown_small = 0
    for number in range(tables):
        table = random_table(columns, number, people_known=people_known)
        hidden = left_out(table)
        solved += len(Attacker(table, hidden).solved())
        shown_small += sum(too_small(count) for place, count in table.items() if place not in hidden)
    assert (solved, shown_small) == (0, 0)


def bounds_tell_in(columns: int, tables: range, *, people_known: bool) -> int:
    found = 0
    for number in tables:
        table = random_table(columns, number, people_known=people_known)
        found += len(bounds_that_tell(table, left_out(table)))
    return found


@pytest.mark.parametrize("people_known", [False, True])
@pytest.mark.parametrize("columns", SHAPES)
def test_bounds_tell_no_small_number(columns: int, people_known: bool) -> None:
    assert bounds_tell_in(columns, range(20), people_known=people_known) == 0


@pytest.mark.deep
@pytest.mark.parametrize("people_known", [False, True])
@pytest.mark.parametrize("columns", SHAPES)
def test_bounds_tell_no_small_number_in_a_thousand_tables(columns: int, people_known: bool) -> None:
    assert bounds_tell_in(columns, range(1000), people_known=people_known) == 0


@pytest.mark.parametrize(("columns", "leaking"), [(3, 0.3), (6, 0.9), (12, 0.0)])
def test_plain_thresholds_leak(columns: int, leaking: float) -> None:
    """The control: the same attack on the same tables, with nothing but a threshold of ten."""
    tables = [random_table(columns, number) for number in range(200)]
    leaks = [bool(Attacker(table, plain_threshold(table)).solved()) for table in tables]
    assert sum(leaks) / len(leaks) >= leaking
    assert leaking == 0 or any(bounds_that_tell(table, plain_threshold(table)) for table in tables[:5])


@pytest.mark.parametrize(("columns", "most"), [(3, 0.45), (6, 0.2), (12, 0.15)])
def test_not_much_more_is_hidden_than_must_be(columns: int, most: float) -> None:
    """Of the cells that need no hiding themselves this share goes too; of 540 to 1,080 totals, a few."""
    beside = free = totals = 0
    for number in range(60):
        table = random_table(columns, number, people_known=True)
        hidden = left_out(table)
        fine = {place for place, count in table.items() if not too_small(count) and TOTAL not in place}
        free += len(fine)
        beside += len(fine & hidden)
        totals += sum(TOTAL in place and not too_small(table[place]) for place in hidden)
    assert totals <= 20
    assert beside / free <= most


def two_rows(*cells: tuple[int, int]) -> Table:
    """A table of two columns from its cells, row by row: so many of so many."""
    found = {(index // 2, index % 2): cell for index, cell in enumerate(cells)}
    return {place: Count(value, people) for place, (value, people) in with_totals(found).items()}


def test_a_table_without_small_numbers_is_shown_whole() -> None:
    assert left_out(two_rows((20, 40), (30, 60), (25, 50), (11, 30))) == frozenset()


@pytest.mark.parametrize(
    "cell",
    [(0, 40), (9, 40), (40, 40), (31, 40), (14, 29)],
    ids=["none", "few", "all", "few left", "small group"],
)
def test_what_is_hidden_and_what_beside_it(cell: tuple[int, int]) -> None:
    """Zero, few, everybody, nearly everybody, any number from a small group; then the rest of a square."""
    assert left_out(two_rows(cell, (30, 60), (25, 50), (11, 30))) == {(0, 0), (0, 1), (1, 0), (1, 1)}


def test_fewer_than_thirty_people_are_not_broken_down_at_all() -> None:
    table = two_rows((3, 6), (3, 6), (3, 6), (4, 11))
    assert left_out(table) == set(table)


def test_one_column_gives_nothing_away_beside_its_totals() -> None:
    """Where a year level is at one site only, its total is the same number, and goes with it."""
    totals = with_totals({(0, 0): (4, 50), (1, 0): (30, 60), (2, 0): (33, 66)})
    table = {place: Count(*numbers) for place, numbers in totals.items()}
    hidden = left_out(table)
    assert {(0, 0), (0, TOTAL)} <= hidden
    assert Attacker(table, hidden).solved() == []


def test_a_number_that_moved_a_little_waits_and_is_not_given_away_by_its_total() -> None:
    """Three more since the last report: neither shown nor found as what the total has more than the rest."""
    cells = {(0, 0): (53, 90), (0, 1): (60, 90), (1, 0): (50, 90), (1, 1): (50, 90)}
    before = {(0, 0): 50, (0, 1): 50, (1, 0): 50, (1, 1): 50}
    shown = with_totals({place: (value, 90) for place, value in before.items()})
    table = {place: Count(*numbers, (Shown(*shown[place]),)) for place, numbers in with_totals(cells).items()}
    hidden = left_out(table)
    assert (0, 0) in hidden
    assert Attacker(table, hidden).solved() == []
    assert (0, 1) not in hidden or (TOTAL, TOTAL) not in hidden


@pytest.mark.parametrize(
    ("now", "then", "waits"),
    [
        (Count(60, 100), Shown(50, 100), False),
        (Count(59, 100), Shown(50, 100), True),
        (Count(50, 100), Shown(50, 100), False),
        (Count(41, 100), Shown(50, 100), True),
        (Count(40, 100), Shown(50, 100), False),
        (Count(50, 101), Shown(50, 100), True),
        (Count(60, 101), Shown(50, 100), True),
        (Count(60, 120), Shown(50, 100), False),
    ],
)
def test_a_number_is_shown_again_when_ten_people_moved(now: Count, then: Shown, waits: bool) -> None:
    """Those who are done and those who are not are both people; either may be as they were, or ten away."""
    other = Count(30, 60)
    table = {(0, 0): now, (0, TOTAL): now, (1, 0): other, (1, TOTAL): other}
    total = Count(now.value + other.value, (now.people or 0) + 60)
    table |= {(TOTAL, 0): total, (TOTAL, TOTAL): total}
    table[0, 0] = Count(now.value, now.people, (then,))
    assert ((0, 0) in left_out(table)) is waits


cells = st.integers(0, 80).flatmap(lambda people: st.tuples(st.integers(0, people), st.just(people)))


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_any_table_keeps_its_secrets(data: st.DataObject) -> None:
    rows, columns = data.draw(st.integers(1, 4)), data.draw(st.integers(1, 4))
    drawn = {(row, column): data.draw(cells) for row in range(rows) for column in range(columns)}
    totals = with_totals({place: cell for place, cell in drawn.items() if cell[1]})
    table = {place: Count(*numbers) for place, numbers in totals.items()}
    hidden = left_out(table)
    assert hidden >= {place for place, count in table.items() if too_small(count)}
    assert Attacker(table, hidden).solved() == []
    assert bounds_that_tell(table, hidden) == []
    assert left_out(dict(reversed(table.items()))) == hidden
