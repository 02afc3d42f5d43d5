"""The schedule against a model that looks at the clock every quarter of an hour."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guidance.domain.rota.clock import wall
from guidance.domain.rota.layers import Handover, Key, Layer, Window
from guidance.domain.rota.schedule import (
    Rota,
    final,
    named,
    piece_of,
)
from guidance.domain.times import SWEDEN, Period

from .rotas import CHANGES, OFFICE, PEOPLE, QUARTER, layer, override, rota, swap_of, week


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
    # shifts begin on a quarter; around the change itself every minute is looked at
    for within, step in ((week(monday, 14), QUARTER), (week(sunday - timedelta(days=1), 3), timedelta(minutes=1))):
        assert scheduled(known, within, frozenset(), step) == modelled(known, within, frozenset(), step)
