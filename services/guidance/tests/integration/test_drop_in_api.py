"""The drop-in queue over HTTP: called in turn, met in a room or by phone, and ended."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from guidance.adapters.calendars.vault import Vault
from guidance.commands.drop_in import JoinQueue, join_queue
from guidance.domain.drop_in import Channel
from guidance.domain.rota.clock import at as wall_at
from guidance.domain.rota.clock import moment

from .follow_up_steps import SECRETS, Door
from .follow_up_steps import door as door_at
from .rota_steps import ANNA, BERIT, MONDAY, rota
from .steps import at, scalar

TEN = moment(wall_at(MONDAY, 600))


@pytest.fixture
def door(engine: AsyncEngine) -> Door:
    return door_at(engine, TEN)


async def joined(engine: AsyncEngine, secret: str, channel: Channel, **changes: Any) -> None:
    command: dict[str, Any] = {"visit": uuid4(), "secret": secret, "municipality": "2262", "language": "sv"}
    made = JoinQueue(**command | {"channel": channel} | changes)
    await join_queue(made, at(engine, TEN), Vault(SECRETS.calendar_keys))


async def test_the_queue_is_called_in_turn_and_what_was_left_is_erased(engine: AsyncEngine, door: Door) -> None:
    await rota(engine)
    await joined(engine, "first", Channel.VIDEO)
    await joined(engine, "second", Channel.PHONE, phone="070-174 06 05")
    anna = door(ANNA)
    waiting = (await anna.get("/drop-in/queue")).json()["waiting"]
    assert [(each["number"], each["channel"]) for each in waiting] == [(1, "video"), (2, "phone")]
    assert not {"phone", "room", "ticket"} & set(waiting[1])
    called = (await anna.post("/drop-in/next")).json()
    assert (called["number"], called["phone"]) == (1, None)
    assert called["room"].startswith("https://meet.example/")
    assert (await anna.post("/drop-in/next")).status_code == 409
    assert (await anna.get("/drop-in/visit")).json()["room"] == called["room"]
    assert (await anna.post("/drop-in/visit/end", json={"outcome": "helped"})).status_code == 204
    called = (await anna.post("/drop-in/next")).json()
    assert (called["number"], called["phone"], called["room"]) == (2, "070-174 06 05", None)
    assert (await anna.post("/drop-in/visit/end", json={"outcome": "no_show"})).status_code == 204
    assert await scalar(engine, "SELECT count(*) FROM drop_ins WHERE phone IS NULL AND room IS NULL") == 2
    assert (await anna.get("/drop-in/visit")).status_code == 404
    assert (await anna.post("/drop-in/next")).status_code == 409


@pytest.mark.parametrize(("who", "status"), [(BERIT, 409), (UUID(int=999), 403)])
async def test_only_who_is_on_duty_calls_anybody(engine: AsyncEngine, door: Door, who: UUID, status: int) -> None:
    await rota(engine)
    await joined(engine, "first", Channel.VIDEO)
    answer = await door(who).post("/drop-in/next")
    assert answer.status_code == status
    assert len((await door(ANNA).get("/drop-in/queue")).json()["waiting"]) == 1


async def test_a_visit_ends_in_one_of_two_ways_and_scopes_are_asked_for(engine: AsyncEngine, door: Door) -> None:
    await rota(engine)
    assert (await door(ANNA).post("/drop-in/visit/end", json={"outcome": "left"})).status_code == 422
    assert (await door(ANNA).post("/drop-in/visit/end", json={"outcome": "helped"})).status_code == 404
    reader = door(ANNA, scopes=("guidance:read",))
    assert (await reader.get("/drop-in/queue")).json() == {"waiting": []}
    assert (await reader.post("/drop-in/next")).status_code == 403
    assert (await door(ANNA, scopes=()).get("/drop-in/queue")).status_code == 403
