"""Where a person lives and has lived."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from admissions.domain.persons import Home, Move, Person, Protection

DAYS = st.dates(date(2027, 1, 1), date(2027, 3, 1))
MOVES = st.lists(st.builds(Move, st.just("2281"), DAYS, st.sampled_from(["2260", "2262", "2284"])), max_size=6)


def person(*moves: Move) -> Person:
    return Person(
        applicant="a", identity="201101011234", reported_by="2281", moves=tuple(moves), protection=Protection.NONE
    )


@given(MOVES, DAYS)
def test_the_history_says_the_home_of_every_day(moves: list[Move], day: date) -> None:
    someone = person(*{move.on: move for move in moves}.values())
    [home] = [
        home.municipality
        for home in someone.homes
        if (home.valid_from or date.min) <= day < (home.valid_until or date.max)
    ]

    assert home == someone.home_on(day)


def test_who_never_moved_lives_where_the_application_was_handed_in() -> None:
    assert person().homes == [Home("2281", None, None)]


def test_the_masked_have_neither_identity_nor_homes() -> None:
    masked = person(Move("2281", date(2027, 1, 1), "2284")).without_details()

    assert (masked.identity, masked.homes, masked.applicant) == (None, [], "a")


def test_levels_are_said_as_in_events() -> None:
    assert [level.word for level in Protection] == ["none", "secrecy_marking", "protected_registration"]
