"""The rota on a real database: planning, and swapping."""

import asyncio
from collections import Counter
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from guidance.commands.rota.desk import read_notices, write_handover
from guidance.commands.rota.layers import add_override, remove_layer, remove_override, save_layer
from guidance.commands.rota.planning import plan_ahead
from guidance.commands.rota.swaps import OfferShift, accept_shift, decline_shift, offer_shift, withdraw_offer
from guidance.domain.rota.clock import at as wall_at
from guidance.domain.rota.clock import moment
from guidance.domain.rota.layers import Window
from guidance.domain.rota.refusals import (
    AlreadyOffered,
    LayerUnknown,
    NotInRota,
    NotYourShift,
    Occupied,
    OfferClosed,
    OfferUnknown,
    OwnOffer,
    ParticipantUnknown,
    RotaUnknown,
    ShiftBegun,
    ShiftUnknown,
)
from guidance.domain.times import Period
from guidance.messages.rota import SHIFT_SCHEDULED, SHIFT_WITHDRAWN
from guidance.queries.busy import busy

from .rota_steps import (
    ANNA,
    BERIT,
    CILLA,
    DAY,
    LAYER,
    MONDAY,
    NOW,
    ROTA,
    counsellors,
    layer,
    override,
    rota,
    shift_of,
    shifts,
    told,
)
from .steps import at, said, scalar

LATE = tuple(Window(day, 9 * 60, 17 * 60) for day in range(5))


async def offered(engine: AsyncEngine, who: UUID = ANNA, **changes: Any) -> UUID:
    """An offer of somebody's first shift."""
    command: dict[str, Any] = {"offer": uuid4(), "shift": await shift_of(engine, who), "by": who}
    made = OfferShift(**command | changes)
    await offer_shift(made, at(engine, NOW))
    return made.offer


async def test_days_are_dealt_out_and_said(engine: AsyncEngine) -> None:
    await rota(engine)
    assert await shifts(engine, days=3) == [
        ("Mon 08:00-16:00", ANNA),
        ("Tue 08:00-16:00", BERIT),
        ("Wed 08:00-16:00", CILLA),
    ]
    events = await said(engine, SHIFT_SCHEDULED)
    assert events[0]["starts_at"] == "2027-08-16T06:00:00Z"
    assert {event["counsellor_municipality"] for event in events} == {"2281", "2262", "2284"}
    assert (
        await scalar(engine, "SELECT count(*) FROM rota_shifts") == len(events) == 64
    )  # the weekdays of thirteen weeks


async def test_who_is_on_duty_is_busy(engine: AsyncEngine) -> None:
    await rota(engine)
    monday = Period(moment(wall_at(MONDAY, 0)), moment(wall_at(MONDAY, 1440)))
    async with engine.connect() as connection:
        [row] = await busy(connection, monday)
        assert (row.counsellor, row.starts_at) == (ANNA, moment(wall_at(MONDAY, 480)))
        assert await busy(connection, monday, BERIT) == []


async def test_a_change_moves_the_same_shifts_and_tells_whose_they_are(engine: AsyncEngine) -> None:
    await rota(engine)
    await read_notices(ANNA, at(engine, NOW))
    before = await shift_of(engine, ANNA)
    await save_layer(ROTA, layer(windows=LATE), at(engine, NOW))
    assert await shift_of(engine, ANNA) == before
    assert (await shifts(engine, days=1)) == [("Mon 09:00-17:00", ANNA)]
    assert await scalar(engine, f"SELECT revision FROM rota_shifts WHERE id = '{before}'") == 1
    assert set(await told(engine, ANNA)) == {"shift_added", "shift_moved"}
    assert await scalar(engine, "SELECT count(*) FROM shift_notices WHERE read_at IS NULL AND kind = 'shift_added'") > 0


async def test_a_layer_taken_out_withdraws_its_shifts_but_not_those_that_were(engine: AsyncEngine) -> None:
    await rota(engine)
    later = moment(wall_at(MONDAY + DAY * 2, 12 * 60))
    await remove_layer(ROTA, LAYER, at(engine, later))
    assert await shifts(engine) == [("Mon 08:00-16:00", ANNA), ("Tue 08:00-16:00", BERIT)]
    assert len(await said(engine, SHIFT_WITHDRAWN)) == 62
    assert set(await told(engine, BERIT)) == {"shift_added", "shift_withdrawn"}


async def test_what_comes_in_sight_with_time_is_planned_and_nobody_is_disturbed(engine: AsyncEngine) -> None:
    await rota(engine)
    number = await scalar(engine, "SELECT count(*) FROM shift_notices")
    later = at(engine, NOW + DAY * 8)
    async with later() as work:
        assert await plan_ahead(work)
    async with later() as work:
        assert not await plan_ahead(work)
    assert await scalar(engine, "SELECT count(*) FROM rota_shifts") == 70
    assert await scalar(engine, "SELECT count(*) FROM shift_notices") == number


async def test_an_override_stands_until_it_is_taken_back(engine: AsyncEngine) -> None:
    await rota(engine)
    ill = override(ANNA, BERIT, 0, 24)
    await add_override(ROTA, ill, at(engine, NOW))
    assert (await shifts(engine, days=1)) == [("Mon 08:00-16:00", BERIT)]
    await remove_override(ROTA, ill.override, at(engine, NOW))
    assert (await shifts(engine, days=1)) == [("Mon 08:00-16:00", ANNA)]
    assert await scalar(engine, "SELECT max(revision) FROM rota_shifts") == 2


async def test_a_swap_is_offered_to_all_taken_by_one_and_follows_its_shift(engine: AsyncEngine) -> None:
    await rota(engine)
    offer = await offered(engine)
    assert (await told(engine, BERIT)).count("swap_asked") == (await told(engine, CILLA)).count("swap_asked") == 1
    await accept_shift(offer, CILLA, at(engine, NOW))
    assert (await shifts(engine, days=1)) == [("Mon 08:00-16:00", CILLA)]
    assert "swap_accepted" in await told(engine, ANNA)
    await save_layer(ROTA, layer(windows=LATE), at(engine, NOW))
    assert (await shifts(engine, days=1)) == [("Mon 09:00-17:00", CILLA)]
    with pytest.raises(OfferClosed):
        await accept_shift(offer, BERIT, at(engine, NOW))


async def test_a_swap_whose_shift_becomes_anothers_is_told_to_both(engine: AsyncEngine) -> None:
    await rota(engine)
    await accept_shift(await offered(engine), CILLA, at(engine, NOW))
    await save_layer(ROTA, layer(participants=(BERIT, ANNA, CILLA)), at(engine, NOW))
    assert (await shifts(engine, days=1)) == [("Mon 08:00-16:00", BERIT)]
    assert "swap_stray" in await told(engine, ANNA)
    assert "swap_stray" in await told(engine, CILLA)


async def test_a_swapped_shift_is_passed_on_and_can_come_back(engine: AsyncEngine) -> None:
    await rota(engine)
    await accept_shift(await offered(engine), CILLA, at(engine, NOW))
    shift = await shift_of(engine, CILLA)
    await accept_shift(await offered(engine, CILLA, shift=shift, asked=ANNA), ANNA, at(engine, NOW))
    assert (await shifts(engine, days=1)) == [("Mon 08:00-16:00", ANNA)]
    assert await scalar(engine, "SELECT count(*) FROM rota_swaps") == 0


async def test_shifts_change_places_when_one_is_wanted_in_return(engine: AsyncEngine) -> None:
    await rota(engine)
    offer = await offered(engine, in_return=await shift_of(engine, BERIT))
    with pytest.raises(OfferUnknown):
        await accept_shift(offer, CILLA, at(engine, NOW))
    await accept_shift(offer, BERIT, at(engine, NOW))
    assert await shifts(engine, days=2) == [("Mon 08:00-16:00", BERIT), ("Tue 08:00-16:00", ANNA)]


async def test_an_offer_that_all_decline_is_told_to_its_maker(engine: AsyncEngine) -> None:
    await rota(engine)
    offer = await offered(engine)
    await decline_shift(offer, BERIT, at(engine, NOW))
    assert "swap_declined" not in await told(engine, ANNA)
    await decline_shift(offer, CILLA, at(engine, NOW))
    assert "swap_declined" in await told(engine, ANNA)
    with pytest.raises(OfferClosed):
        await accept_shift(offer, BERIT, at(engine, NOW))


async def test_what_may_not_be_offered_or_taken_is_refused(engine: AsyncEngine) -> None:
    await rota(engine)
    monday = await shift_of(engine, ANNA)
    with pytest.raises(NotYourShift):
        await offered(engine, BERIT, shift=monday)
    with pytest.raises(NotInRota):
        await offered(engine, asked=UUID(int=5))
    with pytest.raises(ShiftUnknown):
        await offered(engine, shift=UUID(int=5))
    with pytest.raises(ShiftBegun):
        await offer_shift(OfferShift(offer=uuid4(), shift=monday, by=ANNA), at(engine, moment(wall_at(MONDAY, 500))))
    offer = await offered(engine)
    with pytest.raises(AlreadyOffered):
        await offered(engine)
    with pytest.raises(OwnOffer):
        await accept_shift(offer, ANNA, at(engine, NOW))
    with pytest.raises(OfferUnknown):
        await withdraw_offer(offer, BERIT, at(engine, NOW))
    await withdraw_offer(offer, ANNA, at(engine, NOW))
    with pytest.raises(OfferClosed):
        await accept_shift(offer, BERIT, at(engine, NOW))


async def test_nobody_takes_a_shift_over_another_of_their_own(engine: AsyncEngine) -> None:
    await rota(engine, layer(), layer(layer=UUID(int=901), participants=(BERIT,), ends_on=MONDAY))
    offer = await offered(engine)
    with pytest.raises(Occupied):
        await accept_shift(offer, BERIT, at(engine, NOW))


async def test_of_many_who_accept_at_once_one_gets_the_shift(engine: AsyncEngine) -> None:
    await rota(engine)
    offer = await offered(engine)
    answers = await asyncio.gather(
        *(accept_shift(offer, who, at(engine, NOW)) for who in (BERIT, CILLA) * 4), return_exceptions=True
    )
    assert Counter(type(answer) for answer in answers) == {type(None): 1, OfferClosed: 7}


async def test_hand_over_is_written_by_who_has_the_shift(engine: AsyncEngine) -> None:
    await rota(engine)
    shift = await shift_of(engine, ANNA)
    await write_handover(shift, ANNA, "Chatten var nere på morgonen.", at(engine, NOW))
    with pytest.raises(NotYourShift):
        await write_handover(shift, BERIT, "Nej.", at(engine, NOW))
    assert await scalar(engine, "SELECT count(*) FROM handover_notes") == 1
    async with at(engine, NOW + DAY * 91)() as work:
        await plan_ahead(work)
    async with at(engine, NOW + DAY * 91)() as work:
        await plan_ahead(work)
    assert await scalar(engine, "SELECT count(*) FROM handover_notes") == 0


async def test_what_is_not_there_cannot_be_changed(engine: AsyncEngine) -> None:
    await counsellors(engine)
    with pytest.raises(RotaUnknown):
        await save_layer(ROTA, layer(), at(engine, NOW))
    await rota(engine)
    with pytest.raises(LayerUnknown):
        await remove_layer(ROTA, UUID(int=5), at(engine, NOW))
    with pytest.raises(ParticipantUnknown):
        await save_layer(ROTA, layer(participants=(UUID(int=5),)), at(engine, NOW))
