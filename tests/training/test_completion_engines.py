"""The overview's chart as plain numbers."""

from training.engines.dotplot import Mark, Row, dot_rows
from training.models.completion import Group


def test_a_row_for_each_year_level_and_a_mark_for_each_site() -> None:
    groups = [Group(2, "West", 3, 1), Group(1, "East", 8, 8), Group(2, "East", 200, 1)]
    assert dot_rows(groups, ["East", "West"]) == [
        Row(1, (Mark(100, 1),)),
        Row(2, (Mark(33, 2), Mark(0, 1))),
    ]


def test_the_shapes_begin_again_after_three_sites() -> None:
    sites = ["A", "B", "C", "D"]
    row = dot_rows([Group(1, site, 2, 1) for site in sites], sites)[0]
    assert [mark.shape for mark in row.marks] == [1, 2, 3, 1]


def test_nobody_asked_is_no_mark() -> None:
    assert dot_rows([Group(1, "A", 0, 0)], ["A"]) == [Row(1, ())]
    assert dot_rows([], []) == []
