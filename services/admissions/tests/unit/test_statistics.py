"""Published figures: what the limit is, and that no small group can be reckoned from what is shown."""

from collections.abc import Mapping, Sequence
from math import inf

from hypothesis import example, given, settings
from hypothesis import strategies as st

from admissions.domain.disclosure import FEWEST, Withheld, withheld
from admissions.domain.statistics import COUNTS, Counted, Line, published

GROUPS = st.dictionaries(
    st.sampled_from(["2260", "2262", "2281", "2284"]),
    st.lists(st.one_of(st.integers(0, 6), st.integers(0, 40)), min_size=1, max_size=5),
    min_size=1,
    max_size=4,
)


def most(groups: Mapping[str, Sequence[int]], hidden: Withheld, group: str) -> float:
    """The most that one withheld count of the group can be, for somebody who knows the rules and all that is shown.

    The totals make a tree, so it is what is left of the nearest total shown above when every other withheld count is
    as small as it can be: one.
    """
    if group not in hidden.totals:
        return sum(groups[group]) - _least(groups, hidden, group) + 1
    if hidden.whole:
        return inf
    return sum(sum(groups[name]) - _least(groups, hidden, name) for name in hidden.totals) + 1


def _least(groups: Mapping[str, Sequence[int]], hidden: Withheld, group: str) -> int:
    return sum(1 if at in hidden.cells[group] else count for at, count in enumerate(groups[group]))


@given(GROUPS)
@example({"2260": [1], "2262": [1, 4]})
@settings(max_examples=300, deadline=None)
def test_no_small_count_can_be_told_from_what_is_shown(groups: dict[str, list[int]]) -> None:
    hidden = withheld(groups)
    for name, counts in groups.items():
        small = {at for at, count in enumerate(counts) if 0 < count < FEWEST}
        assert small <= hidden.cells[name]
        if small:
            assert most(groups, hidden, name) >= FEWEST


@given(GROUPS)
def test_totals_of_small_groups_are_withheld_too(groups: dict[str, list[int]]) -> None:
    hidden = withheld(groups)

    assert {name for name, counts in groups.items() if 0 < sum(counts) < FEWEST} <= hidden.totals
    assert all(hidden.cells[name] for name in hidden.totals)  # else its cells would add up to it
    assert hidden.whole or sum(map(sum, groups.values())) == 0 or sum(map(sum, groups.values())) >= FEWEST


def test_nothing_is_withheld_where_nothing_is_small() -> None:
    hidden = withheld({"2281": [30, 0, 12], "2284": [5]})

    assert hidden == Withheld({"2281": frozenset(), "2284": frozenset()}, frozenset(), whole=False)


def test_a_count_that_its_total_would_tell_takes_the_smallest_other_with_it() -> None:
    hidden = withheld({"2281": [30, 3, 12], "2284": [50]})

    assert hidden == Withheld({"2281": frozenset({1, 2}), "2284": frozenset()}, frozenset(), whole=False)


def counted(key: str, seats: int, admitted: int, **changed: int) -> Counted:
    counts = dict.fromkeys(COUNTS, admitted) | {"admitted": admitted}
    facts: dict[str, int] = {"lowest": 2000, "median": 2500, "limit_of": admitted} | changed
    return Counted(key=key, group=key[:4], seats=seats, counts=counts, **facts)  # type: ignore[arg-type]


def of(lines: Sequence[Line], key: str) -> Line:
    [line] = [line for line in lines if line.key == key]
    return line


def test_the_limit_is_shown_where_all_seats_are_taken_by_enough_persons() -> None:
    lines = published([counted("2281-EK-1", 30, 30), counted("2281-NA-1", 30, 20)], "offering")

    assert (of(lines, "2281-EK-1").lowest, of(lines, "2281-EK-1").median) == (2000, 2500)
    assert (of(lines, "2281-NA-1").lowest, of(lines, "2281-NA-1").median) == (None, 2500)
    assert (of(lines, "2281").vacant, of(lines, "").vacant) == (10, 10)


def test_the_limit_of_few_is_withheld_though_the_others_came_by_quota() -> None:
    [line, *_] = published([counted("2281-EK-1", 30, 30, limit_of=4)], "offering")

    assert (line.counts["admitted"], line.lowest, line.median) == (30, None, None)


def test_vacant_seats_are_withheld_with_the_admitted() -> None:
    lines = published([counted("2281-EK-1", 30, 3), counted("2281-NA-1", 30, 20)], "offering")

    assert [line.vacant for line in lines] == [None, None, 37, 37]
    assert [line.counts["admitted"] for line in lines] == [None, None, 23, 23]


def test_the_admitted_to_few_seats_are_withheld_even_when_there_is_nobody() -> None:
    lines = published([counted("2281-EK-1", 2, 0), counted("2281-NA-1", 30, 20)], "offering")

    assert of(lines, "2281-EK-1").counts["admitted"] is None
    assert of(lines, "2281-EK-1").counts["eligible"] == 0


def test_homes_have_one_total_and_no_seats() -> None:
    rows = [Counted(key=home, group="", counts={"applicants": 20, "admitted": 10}) for home in ("2281", "2284")]
    lines = published(rows, "home")

    assert [(line.key, line.kind, line.counts["admitted"], line.vacant) for line in lines] == [
        ("2281", "home", 10, None), ("2284", "home", 10, None), ("", "whole", 20, None),
    ]  # fmt: skip


def test_nothing_counted_gives_no_lines() -> None:
    assert published([], "offering") == []
