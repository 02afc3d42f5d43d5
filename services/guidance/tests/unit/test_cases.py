"""When a case opens and closes, whatever the order in which admissions is heard."""

from datetime import timedelta
from itertools import permutations
from uuid import UUID

import pytest

from guidance.domain.cases import Case, News, Status, Word, round_order, take

from ..builders import NOW, accepted, admitted, unplaced

DAY = timedelta(days=1)


def after(*words: Word) -> tuple[Case, list[News]]:
    known: Case | None = None
    told = []
    for number, word in enumerate(words):
        known, news = take(known, word, fresh=UUID(int=number), now=NOW)
        told += [news] if news else []
    assert known is not None
    return known, told


def test_rounds_follow_one_another() -> None:
    names = ["preliminary", "final", "reserve-1", "reserve-2", "reserve-10"]
    assert [round_order(name) for name in names] == [0, 1, 2, 3, 11]


def test_an_applicant_without_a_place_gets_one_case_and_later_rounds_only_update_what_is_missing() -> None:
    case, told = after(unplaced(0, NOW, ("MA", "EN")), unplaced(1, NOW + DAY, ("MA",)))
    assert (case.case, case.status, told) == (UUID(int=0), Status.OPEN, [News.OPENED])
    assert case.unplaced is not None
    assert case.unplaced.missing_subjects == ("MA",)


def test_a_run_of_the_same_round_again_updates_what_is_missing() -> None:
    case, _ = after(unplaced(0, NOW + DAY, ()), unplaced(0, NOW, ("MA",)))
    assert case.unplaced is not None
    assert case.unplaced.missing_subjects == ()


@pytest.mark.parametrize("placed", [admitted(1), accepted(NOW + DAY)])
def test_a_place_closes_the_case(placed: Word) -> None:
    case, told = after(unplaced(0), placed)
    assert (case.status, told) == (Status.CLOSED, [News.OPENED, News.CLOSED])
    assert case.closed_at == NOW


@pytest.mark.parametrize("placed", [admitted(1), accepted(NOW + DAY)])
def test_a_place_heard_of_first_means_that_an_older_lack_of_one_opens_no_case(placed: Word) -> None:
    case, told = after(placed, unplaced(0))
    assert (case.status, told) == (Status.NONE, [])


def test_a_place_of_an_older_round_does_not_close_a_case_of_a_later_one() -> None:
    case, told = after(unplaced(2, NOW + DAY), admitted(1), accepted(NOW))
    assert (case.status, told) == (Status.OPEN, [News.OPENED])


def test_a_place_lost_again_opens_the_same_case_again() -> None:
    case, told = after(unplaced(0), admitted(1), unplaced(2, NOW + DAY))
    assert (case.case, case.status, case.closed_at) == (UUID(int=0), Status.OPEN, None)
    assert told == [News.OPENED, News.CLOSED, News.OPENED]


def test_the_same_word_again_changes_nothing() -> None:
    words = [unplaced(1), admitted(2), accepted(NOW + DAY)]
    assert after(*words)[0] == after(*words, *words)[0]
    assert after(*words)[1] == after(*words, *words)[1]


@pytest.mark.parametrize("moved_up", [True, False])
def test_the_order_of_delivery_does_not_matter_for_where_it_ends(moved_up: bool) -> None:
    words = [unplaced(0, NOW, ("MA",)), admitted(1), accepted(NOW + DAY), unplaced(2, NOW + 2 * DAY, ())]
    words += [admitted(3)] if moved_up else []
    for order in permutations(words):
        case, told = after(*order)
        assert case.unplaced is not None
        assert case.unplaced.round == 2
        assert (case.status is Status.OPEN) is not moved_up
        opened, closed = told.count(News.OPENED), told.count(News.CLOSED)
        assert opened - closed == (0 if moved_up else 1)
