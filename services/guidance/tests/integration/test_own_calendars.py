"""Our own calendars: private feeds, invitations of shifts and sessions, and sources over HTTP."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
import vobject
from sqlalchemy.ext.asyncio import AsyncEngine

from guidance.commands.rota.layers import remove_layer, save_layer
from guidance.domain.rota.layers import Window

from .follow_up_steps import Door
from .follow_up_steps import door as door_at
from .rota_steps import ANNA, BERIT, LAYER, NOW, ROTA, counsellors, layer, rota, shift_of
from .steps import at, scalar


@pytest.fixture
def door(engine: AsyncEngine) -> Door:
    return door_at(engine, NOW)


async def test_a_feed_shows_own_shifts_until_its_address_is_revoked(engine: AsyncEngine, door: Door) -> None:
    await rota(engine)
    anna = door(ANNA)
    path = (await anna.post("/my/calendar-feed")).json()["path"]
    answer = await anna.get(path)
    read_back = vobject.readOne(answer.text)
    first = read_back.vevent_list[0]
    assert first.summary.value == "Jour: Västernorrland"
    assert first.dtstart.value.astimezone(UTC) == datetime(2027, 8, 16, 6, tzinfo=UTC)
    assert len(read_back.vevent_list) == 22
    same = await anna.get(path, headers={"If-None-Match": answer.headers["etag"]})
    assert (same.status_code, same.content) == (304, b"")
    secret = path.rpartition("/")[2].removesuffix(".ics")
    assert await scalar(engine, f"SELECT count(*) FROM calendar_feeds WHERE encode(secret, 'escape') = '{secret}'") == 0
    assert await scalar(engine, "SELECT read_at FROM calendar_feeds") == NOW
    again = (await anna.post("/my/calendar-feed")).json()["path"]
    assert (await anna.get(path)).status_code == 404
    assert (await anna.delete("/my/calendar-feed")).status_code == 204
    assert (await anna.get(again)).status_code == 404


async def test_a_shift_that_moves_and_is_withdrawn_is_one_invitation_updated_and_cancelled(
    engine: AsyncEngine, door: Door
) -> None:
    await rota(engine)
    shift = await shift_of(engine, ANNA)
    anna = door(ANNA)
    said = []
    late = layer(windows=tuple(Window(day, 540, 1020) for day in range(5)))
    for change in (None, save_layer(ROTA, late, at(engine, NOW)), remove_layer(ROTA, LAYER, at(engine, NOW))):
        if change is not None:
            await change
        said.append(vobject.readOne((await anna.get(f"/my/shifts/{shift}/invitation.ics")).text))
    assert [each.method.value for each in said] == ["REQUEST", "REQUEST", "CANCEL"]
    assert [int(each.vevent.sequence.value) for each in said] == [0, 1, 2]
    assert len({each.vevent.uid.value for each in said}) == 1
    assert (await door(BERIT).get(f"/my/shifts/{shift}/invitation.ics")).status_code == 404


async def test_a_session_is_invited_moved_and_cancelled_but_a_protected_identity_stands_in_no_calendar(
    engine: AsyncEngine, door: Door
) -> None:
    await counsellors(engine)
    plain, hidden = uuid4(), uuid4()
    await _session(engine, plain, "video", protected=False, hour=9)
    await _session(engine, hidden, "phone", protected=True, hour=11)
    anna = door(ANNA)
    path = (await anna.post("/my/calendar-feed")).json()["path"]
    shown = [event.summary.value for event in vobject.readOne((await anna.get(path)).text).vevent_list]
    assert shown == ["Vägledningssamtal (video)", "Upptagen"]
    said = []
    for change in ("moves = moves", "moves = 1, moved_at = now()", "status = 'cancelled', cancelled_at = now()"):
        async with engine.begin() as connection:
            await connection.execute(sa.text(f"UPDATE sessions SET {change} WHERE id = '{plain}'"))
        said.append(vobject.readOne((await anna.get(f"/sessions/{plain}/invitation.ics")).text))
    assert [(e.method.value, int(e.vevent.sequence.value)) for e in said] == [
        ("REQUEST", 0),
        ("REQUEST", 1),
        ("CANCEL", 2),
    ]
    assert (await anna.get(f"/sessions/{hidden}/invitation.ics")).status_code == 409
    assert (await anna.get(f"/sessions/{uuid4()}/invitation.ics")).status_code == 404


async def test_sources_over_http_never_show_an_address_or_a_password_again(engine: AsyncEngine, door: Door) -> None:
    await counsellors(engine)
    anna = door(ANNA)
    body = {"kind": "caldav", "address": "https://dav.example.org/anna/", "user": "anna", "password": "hemligt"}
    made = (await anna.post("/my/calendar-sources", json=body)).json()["source"]
    listed = await anna.get("/my/calendar-sources")
    assert listed.json()["sources"][0]["host"] == "dav.example.org"
    assert "hemligt" not in listed.text
    assert "/anna/" not in listed.text
    assert (await anna.post(f"/my/calendar-sources/{made}/read")).status_code == 202
    assert (await door(BERIT).delete(f"/my/calendar-sources/{made}")).status_code == 404
    assert (await anna.delete(f"/my/calendar-sources/{made}")).status_code == 204
    refused = await anna.post("/my/calendar-sources", json={"kind": "ics", "address": "gopher://x"})
    assert (refused.status_code, "https" in refused.json()["detail"]) == (422, True)


async def _session(engine: AsyncEngine, id_: UUID, channel: str, *, protected: bool, hour: int) -> None:
    begins = datetime(2027, 8, 18, hour, tzinfo=UTC)
    invitation = sa.text("""
        INSERT INTO invitations (id, person, home_municipality, protected, version, created_at, expires_at)
        VALUES (:id, :id, '2281', :protected, 1, now(), now() + interval '1 day')
    """)
    session = sa.text("""
        INSERT INTO sessions (id, counsellor, counsellor_municipality, home_municipality, starts_at, ends_at, occupied,
                              channel, status, booked_at, person, invitation_id, protected)
        VALUES (:id, :who, '2281', '2281', :from, :to, tstzrange(:from, :to), :channel, 'booked', now(), :id, :id,
                :protected)
    """)
    row = {"id": id_, "who": ANNA, "from": begins, "to": begins + timedelta(hours=1), "channel": channel}
    async with engine.begin() as connection:
        await connection.execute(invitation, {"id": id_, "protected": protected})
        await connection.execute(session, row | {"protected": protected})
