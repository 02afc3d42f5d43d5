"""The final schedule of a rota, held against a model that looks at every quarter of an hour by itself."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guidance.domain.rota.clock import at, moment, wall
from guidance.domain.rota.layers import Handover, Key, Layer, LayerWrong, Window, check, of_turn
from guidance.domain.rota.schedule import (
    Duty,
    Override,
    OverrideWrong,
    Rota,
    Standing,
    Swap,
    clashes,
    final,
    holder,
    hull,
    named,
    piece_of,
    standing,
)
from guidance.domain.rota.schedule import (
    check as check_override,
)
from guidance.domain.times import SWEDEN, Period

QUARTER = timedelta(minutes=15)
PEOPLE = tuple(UUID(int=number) for number in range(1, 6))
ANNA, BERIT, CILLA, *_ = PEOPLE
OFFICE = tuple(Window(day, 8 * 60, 16 * 60) for day in range(5))
MONDAY = date(2027, 8, 16)


def layer(number: int = 900, **changes: Any) -> Layer:
    content: dict[str, Any] = {
        "layer": UUID(int=number),
        "name": "Jour",
        "participants": (ANNA, BERIT, CILLA),
        "handover": Handover.DAILY,
        "every": 1,
        "at": 0,
        "weekday": 0,
        "starts_on": MONDAY,
        "ends_on": None,
        "windows": OFFICE,
        "off_on_holidays": True,
    }
    return Layer(**content | changes)


def rota(*layers: Layer, overrides: tuple[Override, ...] = (), swaps: tuple[Swap, ...] = ()) -> Rota:
    return Rota(rota=UUID(int=800), layers=layers, overrides=overrides, swaps={swap.key: swap for swap in swaps})


def override(removes: UUID | None, adds: UUID | None, begins: datetime, ends: datetime, number: int = 1) -> Override:
    return Override(override=UUID(int=700 + number), removes=removes, adds=adds, period=Period(begins, ends))


def swap_of(known: Rota, key: Key, takes: UUID) -> Swap:
    piece = piece_of(known, key, frozenset())
    assert piece is not None
    return Swap(key=key, gives=piece.counsellor, takes=takes, agreed=hull(piece))


def week(day: date = MONDAY, days: int = 7) -> Period:
    return Period(moment(at(day, 0)), moment(at(day, days * 1440)))


def shown(duties: list[Duty]) -> list[tuple[str, str, int]]:
    return [
        (f"{wall(d.period.starts_at):%a %H:%M}", f"{wall(d.period.ends_at):%H:%M}", d.counsellor.int) for d in duties
    ]


# The model: a clock on the wall that is never turned back, read at every step.


def wall_clock(within: Period, step: timedelta = QUARTER) -> Iterator[tuple[datetime, datetime]]:
    """Every step of the period with what the clock shows; in the doubled hour it stands still."""
    shows = datetime.min
    now = within.starts_at - timedelta(days=1)
    while now < within.ends_at:
        here = now.astimezone(SWEDEN).replace(tzinfo=None)
        if here < shows:
            here = shows
        else:
            shows = here
        if now >= within.starts_at:
            yield now, here
        now += step


def in_hours(known: Layer, shows: datetime) -> bool:
    minutes = shows.hour * 60 + shows.minute
    return not known.windows or any(
        w.weekday == shows.weekday() and w.begins <= minutes < w.ends for w in known.windows
    )


def turns(known: Layer, until: datetime) -> Iterator[tuple[datetime, datetime, UUID]]:
    """From each handover to the next, and whose turn it is: turns without hours pass nobody by."""
    begins, served = known.anchor, 0
    while begins <= until:
        ends = begins + timedelta(days=known.every * (7 if known.handover is Handover.WEEKLY else 1))
        yield begins, ends, known.participants[served % len(known.participants)]
        quarters = int((ends - begins) / QUARTER)
        served += any(in_hours(known, begins + QUARTER * number) for number in range(quarters))
        begins = ends


def modelled(
    known: Rota, within: Period, closed: frozenset[date], step: timedelta = QUARTER
) -> dict[datetime, list[int]]:
    """Who is on duty at every step."""
    dealt = {each.layer: list(turns(each, wall(within.ends_at) + timedelta(days=2))) for each in known.layers}
    found = {}
    for now, shows in wall_clock(within, step):
        on = [who for each in known.layers if (who := _on(each, dealt[each.layer], shows, closed, known)) is not None]
        for exception in known.overrides:
            if exception.period.starts_at <= now < exception.period.ends_at:
                if exception.removes is None:
                    on.append(exception.adds)  # type: ignore[arg-type]  # one of the two is somebody
                else:
                    on = [exception.adds if who == exception.removes else who for who in on]
                    on = [who for who in on if who is not None]
        found[now] = sorted(who.int for who in on)
    return found


def _on(known: Layer, dealt: Any, shows: datetime, closed: frozenset[date], whole: Rota) -> UUID | None:
    day = shows.date()
    if day < known.starts_on or (known.ends_on is not None and day > known.ends_on) or not in_hours(known, shows):
        return None
    if known.off_on_holidays and day in closed:
        return None
    for number, (begins, ends, who) in enumerate(dealt):
        if begins <= shows < ends:
            swap = whole.swaps.get(Key(known.layer, number, _run(known, begins, shows)))
            return swap.takes if swap is not None and swap.gives == who else who
    return None


def _run(known: Layer, begins: datetime, shows: datetime) -> int:
    """Which run of hours since the turn began."""
    number, before = -1, False
    at_ = max(begins, datetime.combine(known.starts_on, datetime.min.time()))
    while at_ <= shows:
        now = in_hours(known, at_)
        number += now and not before
        before, at_ = now, at_ + QUARTER
    return number


def scheduled(
    known: Rota, within: Period, closed: frozenset[date], step: timedelta = QUARTER
) -> dict[datetime, list[int]]:
    duties = final(known, within, closed)
    found: dict[datetime, list[int]] = {now: [] for now, _ in wall_clock(within, step)}
    for duty in duties:
        now = max(duty.period.starts_at, within.starts_at)
        while now < min(duty.period.ends_at, within.ends_at):
            found[now].append(duty.counsellor.int)
            now += step
    return {now: sorted(on) for now, on in found.items()}


quarters = st.integers(0, 95).map(lambda number: number * 15)
windows = st.lists(
    st.tuples(st.integers(0, 6), quarters, st.integers(1, 60)).map(
        lambda w: Window(w[0], w[1], min(w[1] + w[2] * 15, 1440))
    ),
    max_size=6,
).map(tuple)
# weeks with a clock change among them
days = st.sampled_from([date(2027, 3, 22), date(2027, 10, 25), date(2028, 3, 20), date(2027, 8, 16)])


@st.composite
def layers(draw: st.DrawFn, number: int) -> Layer:
    starts_on = draw(days) + timedelta(days=draw(st.integers(0, 12)))
    return layer(
        number,
        participants=tuple(draw(st.lists(st.sampled_from(PEOPLE), min_size=1, max_size=5))),
        handover=draw(st.sampled_from(Handover)),
        every=draw(st.integers(1, 3)),
        at=draw(quarters),
        weekday=draw(st.integers(0, 6)),
        starts_on=starts_on,
        ends_on=draw(st.none() | st.integers(0, 20).map(lambda n: starts_on + timedelta(days=n))),
        windows=draw(windows),
        off_on_holidays=draw(st.booleans()),
    )


@st.composite
def rotas(draw: st.DrawFn) -> tuple[Rota, Period, frozenset[date]]:
    made = tuple(draw(layers(900 + number)) for number in range(draw(st.integers(1, 3))))
    first = draw(days) + timedelta(days=draw(st.integers(0, 7)))
    within = week(first, draw(st.integers(1, 9)))
    closed = frozenset(first + timedelta(days=n) for n in draw(st.sets(st.integers(0, 8), max_size=2)))
    people = st.none() | st.sampled_from(PEOPLE)
    exceptions = []
    for number in range(draw(st.integers(0, 4))):
        removes, adds = draw(people), draw(people)
        begins = within.starts_at + QUARTER * draw(st.integers(-100, 500))
        if removes != adds:
            exceptions.append(override(removes, adds, begins, begins + QUARTER * draw(st.integers(1, 200)), number))
    bare = rota(*made, overrides=tuple(exceptions))
    keys = draw(st.lists(st.sampled_from([d.key for d in final(rota(*made), within, closed)] or [None]), max_size=3))
    swaps = tuple(
        swap_of(bare, key, draw(st.sampled_from(PEOPLE))) for key in keys if key and piece_of(bare, key, frozenset())
    )
    return rota(*made, overrides=tuple(exceptions), swaps=swaps), within, closed


@settings(max_examples=80, deadline=None)
@given(rotas())
def test_the_schedule_is_what_the_model_sees_at_every_quarter(made: tuple[Rota, Period, frozenset[date]]) -> None:
    known, within, closed = made
    assert scheduled(known, within, closed) == modelled(known, within, closed)


@settings(max_examples=40, deadline=None)
@given(rotas(), st.integers(0, 6))
def test_a_duty_keeps_its_id_whatever_part_of_time_is_looked_at(made: Any, later: int) -> None:
    known, within, closed = made
    narrow = Period(within.starts_at, within.starts_at + timedelta(days=later, hours=5))
    few, all_of_them = named(final(known, narrow, closed)), named(final(known, within, closed))
    assert {name: all_of_them[name] for name in few if name in all_of_them} == {
        name: few[name] for name in few if name in all_of_them
    }
    overlapping = {name for name, duty in all_of_them.items() if duty.period.overlaps(narrow)}
    assert overlapping <= set(few)


CHANGES = [
    date(year, month, day)
    for year, march, october in [(2026, 29, 25), (2027, 28, 31), (2028, 26, 29), (2029, 25, 28), (2030, 31, 27)]
    for month, day in [(3, march), (10, october)]
]
NIGHTS = tuple(Window(day, 0, 5 * 60) for day in range(7))
AROUND_THE_LEAP = tuple(Window(day, 2 * 60 + 30, 4 * 60) for day in range(7))


@pytest.mark.parametrize("sunday", CHANGES)
@pytest.mark.parametrize(
    "changes",
    [
        {"windows": (), "at": 150},
        {"windows": (), "at": 180, "handover": Handover.WEEKLY, "weekday": 6},
        {"windows": NIGHTS},
        {"windows": AROUND_THE_LEAP},
        {"windows": OFFICE, "handover": Handover.WEEKLY},
    ],
)
def test_in_the_weeks_of_the_clock_change_no_minute_is_lost_or_doubled(sunday: date, changes: dict[str, Any]) -> None:
    monday = sunday - timedelta(days=6)
    known = rota(layer(starts_on=monday, **changes))
    within = week(monday, 14)
    minute = timedelta(minutes=1)
    assert scheduled(known, within, frozenset(), minute) == modelled(known, within, frozenset(), minute)


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
