"""The final schedule of a rota, rule by rule; test_rota_model.py holds all of it against a model."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from guidance.domain.rota.clock import at, moment, wall
from guidance.domain.rota.layers import Handover, Key, LayerWrong, Window, check, of_turn
from guidance.domain.rota.schedule import (
    OverrideWrong,
    Standing,
    clashes,
    final,
    holder,
    standing,
)
from guidance.domain.rota.schedule import (
    check as check_override,
)

from .rotas import (
    ANNA,
    BERIT,
    CHANGES,
    CILLA,
    MONDAY,
    OFFICE,
    PEOPLE,
    QUARTER,
    layer,
    override,
    rota,
    shown,
    swap_of,
    week,
)


@pytest.mark.parametrize("sunday", CHANGES)
def test_a_shift_over_the_clock_change_is_an_hour_shorter_or_longer_and_all_others_as_long_as_ever(
    sunday: date,
) -> None:
    known = rota(layer(starts_on=sunday - timedelta(days=6), windows=(), at=8 * 60))
    lengths = {
        wall(d.period.starts_at).date(): d.period.ends_at - d.period.starts_at
        for d in final(known, week(sunday - timedelta(days=5)), frozenset())
    }
    saturday = lengths.pop(sunday - timedelta(days=1))
    assert saturday == timedelta(hours=23 if sunday.month == 3 else 25)
    assert set(lengths.values()) == {timedelta(hours=24)}


def test_office_hours_begin_at_eight_on_the_clock_before_and_after_the_change() -> None:
    known = rota(layer(starts_on=date(2027, 10, 25), windows=OFFICE))
    starts = [d.period.starts_at for d in final(known, week(date(2027, 10, 25), 12), frozenset())]
    assert starts[0] == datetime(2027, 10, 25, 6, tzinfo=UTC)
    assert starts[5] == datetime(2027, 11, 1, 7, tzinfo=UTC)


def test_days_pass_from_one_to_the_next_and_weekends_pass_nobody_by() -> None:
    duties = final(rota(layer()), week(days=9), frozenset())
    assert [duty.counsellor for duty in duties] == [ANNA, BERIT, CILLA, ANNA, BERIT, CILLA, ANNA]
    seven = rota(layer(participants=(*PEOPLE, UUID(int=6), UUID(int=7))))
    served = {duty.counsellor for duty in final(seven, week(days=14), frozenset())}
    assert len(served) == 7


def test_a_holiday_takes_its_shift_and_moves_nobody_elses() -> None:
    plain = final(rota(layer()), week(), frozenset())
    holiday = final(rota(layer()), week(), frozenset({MONDAY + timedelta(days=1)}))
    assert holiday == [duty for duty in plain if duty.counsellor != BERIT or wall(duty.period.starts_at).day != 17]


def test_an_override_splits_a_shift_and_gives_the_middle_away() -> None:
    begins = moment(at(MONDAY, 10 * 60))
    known = rota(layer(ends_on=MONDAY), overrides=(override(ANNA, BERIT, begins, begins + timedelta(hours=2)),))
    assert shown(final(known, week(), frozenset())) == [
        ("Mon 08:00", "10:00", 1),
        ("Mon 10:00", "12:00", 2),
        ("Mon 12:00", "16:00", 1),
    ]


def test_a_swap_follows_its_shift_when_the_layers_hours_move() -> None:
    before = rota(layer())
    swap = swap_of(before, Key(UUID(int=900), 0, 0), CILLA)
    later = layer(windows=tuple(Window(day, 9 * 60, 17 * 60) for day in range(5)))
    after = rota(later, swaps=(swap,))
    assert shown(final(after, week(days=1), frozenset())) == [("Mon 09:00", "17:00", 3)]
    assert standing(after, swap, frozenset()) is Standing.MOVED
    assert standing(rota(layer(), swaps=(swap,)), swap, frozenset()) is Standing.KEPT


def test_a_swap_follows_its_shift_when_the_handover_day_moves() -> None:
    weekly = layer(handover=Handover.WEEKLY, windows=())
    swap = swap_of(rota(weekly), Key(weekly.layer, 1, 0), CILLA)
    moved = layer(handover=Handover.WEEKLY, windows=(), weekday=2, starts_on=MONDAY + timedelta(days=2))
    duties = final(rota(moved, swaps=(swap,)), week(MONDAY + timedelta(days=9), 7), frozenset())
    assert shown(duties)[0] == ("Wed 00:00", "00:00", 3)


def test_a_swap_whose_shift_is_gone_or_anothers_is_stray_and_changes_nothing() -> None:
    swap = swap_of(rota(layer()), Key(UUID(int=900), 0, 0), CILLA)
    others_turn = rota(layer(participants=(BERIT, ANNA, CILLA)), swaps=(swap,))
    assert standing(others_turn, swap, frozenset()) is Standing.STRAY
    assert final(others_turn, week(days=1), frozenset())[0].counsellor == BERIT
    gone = rota(layer(windows=(Window(2, 480, 960),)), swaps=(swap,))
    assert standing(gone, swap, frozenset()) is Standing.STRAY
    no_layer = rota(swaps=(swap,))
    assert standing(no_layer, swap, frozenset()) is Standing.STRAY


def test_a_swapped_shift_can_be_passed_on() -> None:
    known = rota(layer())
    [piece] = of_turn(layer(), 0, frozenset())
    assert holder(known, piece) == ANNA
    assert holder(rota(layer(), swaps=(swap_of(known, piece.key, CILLA),)), piece) == CILLA


def test_one_in_two_places_at_once_is_a_clash() -> None:
    second = layer(901, participants=(ANNA,))
    [(one, other)] = clashes(final(rota(layer(ends_on=MONDAY), second), week(days=2), frozenset()))
    assert (one.counsellor, one.period) == (other.counsellor, other.period)


@pytest.mark.parametrize(
    "changes",
    [
        {"participants": ()},
        {"every": 0},
        {"every": 32},
        {"at": 1440},
        {"weekday": 7},
        {"ends_on": MONDAY - timedelta(days=1)},
        {"windows": (Window(0, 600, 600),)},
        {"windows": (Window(0, 600, 1441),)},
        {"windows": (Window(7, 600, 660),)},
    ],
)
def test_a_layer_that_cannot_be_used_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(LayerWrong):
        check(layer(**changes))


def test_an_override_of_nobody_or_of_no_time_is_refused() -> None:
    now = moment(at(MONDAY, 0))
    for wrong in (
        override(ANNA, ANNA, now, now + QUARTER),
        override(None, None, now, now + QUARTER),
        override(ANNA, None, now, now),
    ):
        with pytest.raises(OverrideWrong):
            check_override(wrong)
