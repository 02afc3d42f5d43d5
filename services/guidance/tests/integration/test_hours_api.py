"""Hours and absence, the search for free times, and a session's day, over HTTP."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from ..builders import MONDAY, minutes
from .follow_up_steps import ANNA, BO, CARIN, Door, one_case, region
from .follow_up_steps import door as door_at
from .steps import at, availability, deliver, said, scalar, working_hours

TUESDAY = {"weekday": 2, "begins": "09:00", "ends": "10:00", "valid_from": "2027-08-01"}
WEEK = {"from": MONDAY.isoformat(), "to": "2027-08-20T00:00:00+00:00"}


@pytest.fixture
def door(engine: AsyncEngine) -> Door:
    return door_at(engine)


async def free(client: Any, **asked: Any) -> list[tuple[str, UUID]]:
    """When and with whom, of the counsellors' week in August."""
    found = (await client.get("/slots", params=WEEK | asked)).json()["slots"]
    return [(each["starts_at_local"][:16], UUID(each["counsellor"])) for each in found]


async def test_own_hours_are_replaced_and_times_follow(engine: AsyncEngine, door: Door) -> None:
    await region(engine)
    anna = door(ANNA, "2281")
    hours = {"weekly": [TUESDAY], "max_per_day": 1, "specialities": ["komvux"], "phone": "060-19 10 00"}
    assert (await anna.put(f"/counsellors/{ANNA}/hours", json=hours)).status_code == 204
    told = (await anna.get(f"/counsellors/{ANNA}/hours")).json()
    assert (told["reported"], told["weekly"][0]["begins"], told["max_per_day"]) == (False, "09:00:00", 1)
    tuesday = [("2027-08-17T09:00", ANNA), ("2027-08-17T09:30", ANNA)]
    assert (await free(anna, speciality="komvux"))[6:] == tuesday
    wrong = {"weekly": [TUESDAY, TUESDAY | {"begins": "09:30"}]}
    assert (await anna.put(f"/counsellors/{ANNA}/hours", json=wrong)).status_code == 422
    off = hours | {"exceptions": [{"day": "2027-08-17"}]}
    assert (await anna.put(f"/counsellors/{ANNA}/hours", json=off)).status_code == 204
    assert not set(tuesday) & set(await free(anna))


async def test_absence_comes_and_goes_but_not_what_was_reported(engine: AsyncEngine, door: Door) -> None:
    await region(engine)
    reported = [{"starts_at": "2027-08-16T08:00:00Z", "ends_at": "2027-08-16T08:30:00Z"}]
    await deliver(at(engine), working_hours("2281", counsellor=str(ANNA), absences=reported))
    anna = door(ANNA, "2281")
    away = {"starts_at": "2027-08-16T07:00:00Z", "ends_at": "2027-08-16T08:00:00Z"}
    assert (await anna.post(f"/counsellors/{ANNA}/absences", json=away)).status_code == 201
    assert (await free(anna, counsellor=str(ANNA)))[0] == ("2027-08-16T10:30", ANNA)
    told = (await anna.get(f"/counsellors/{ANNA}/hours")).json()
    own, others = (next(a for a in told["absences"] if a["reported"] is kind) for kind in (False, True))
    assert (await anna.delete(f"/counsellors/{ANNA}/absences/{own['absence']}")).status_code == 204
    assert (await anna.delete(f"/counsellors/{ANNA}/absences/{others['absence']}")).status_code == 404
    assert (await free(anna, counsellor=str(ANNA)))[0] == ("2027-08-16T09:00", ANNA)
    assert (await anna.put(f"/counsellors/{ANNA}/hours", json={"weekly": []})).status_code == 409


@pytest.mark.parametrize(
    ("subject", "municipality", "scopes", "status"),
    [
        (BO, "2281", ("guidance:counsel",), 403),
        ("chief", "2281", ("guidance:counsel", "guidance:coordinate"), 200),
        ("chief", "2262", ("guidance:counsel", "guidance:coordinate"), 404),
        ("chief", None, ("guidance:counsel", "guidance:coordinate"), 200),
        (ANNA, "2281", ("guidance:read",), 403),
    ],
)
async def test_who_sees_to_whose_hours(
    engine: AsyncEngine, door: Door, subject: Any, municipality: str | None, scopes: tuple[str, ...], status: int
) -> None:
    await region(engine)
    assert (await door(subject, municipality, scopes).get(f"/counsellors/{ANNA}/hours")).status_code == status


async def test_a_search_is_narrowed_by_all_that_one_may_wish(engine: AsyncEngine, door: Door) -> None:
    await region(engine)
    finnish = availability("2262", counsellor=str(CARIN), languages=["fi"], channels=["on_site"], revision=2)
    await deliver(at(engine), finnish)
    client, case = door(), await one_case(engine)
    assert {who for _, who in await free(client, language="fi")} == {CARIN}
    assert {who for _, who in await free(client, channel="on_site")} == {CARIN}
    assert {who for _, who in await free(client, municipality="2281")} == {ANNA, BO}
    assert {who for _, who in await free(client, counsellor=str(BO))} == {BO}
    assert await free(client, speciality="komvux") == []
    assert len(await free(client, limit=2)) == 2
    assert [time[11:] for time, _ in await free(client, session_type="short", counsellor=str(BO))][:3] == [
        "09:00", "09:20", "09:40",
    ]  # fmt: skip
    booking = {"case": str(case), "counsellor": str(BO), "starts_at": MONDAY.isoformat(), "channel": "phone"}
    assert (await client.post("/sessions", json=booking)).status_code == 201
    assert {who for _, who in await free(client, same_as=str(case))} == {BO}


async def test_the_pool_is_booked_fairly_moved_and_settled(engine: AsyncEngine, door: Door) -> None:
    await region(engine)
    client, first, second = door(), await one_case(engine), await one_case(engine, UUID(int=2))
    wish = {"starts_at": MONDAY.isoformat(), "channel": "video", "municipality": "2281"}
    sessions = [(await client.post("/sessions", json=wish | {"case": str(case)})).json() for case in (first, second)]
    assert {UUID(each["counsellor"]) for each in sessions} == {ANNA, BO}
    assert "room" not in sessions[0]
    full = await client.post("/sessions", json=wish | {"case": str(await one_case(engine, UUID(int=3)))})
    assert full.status_code == 409
    path = f"/sessions/{sessions[0]['session']}"
    moved = await client.post(f"{path}/move", json={"starts_at": (MONDAY + minutes(30)).isoformat()})
    assert (moved.status_code, moved.json()["moves"]) == (200, 1)
    assert (await client.post(f"/sessions/{uuid4()}/move", json={"starts_at": MONDAY.isoformat()})).status_code == 404
    assert (await client.post(f"{path}/outcome", json={"came": True})).status_code == 409
    later = door_at(engine, MONDAY + minutes(70))()
    assert (await later.post(f"{path}/outcome", json={"came": True})).json()["status"] == "held"
    [held] = await said(engine, "se.samverk.guidance.session.held.v1")
    assert held["session"] == sessions[0]["session"]
    assert await scalar(engine, "SELECT count(*) FROM sessions WHERE status = 'held'") == 1


async def test_the_counsellor_lets_the_person_in_around_the_time_only(engine: AsyncEngine, door: Door) -> None:
    await region(engine)
    case = await one_case(engine)
    booking = {"case": str(case), "counsellor": str(ANNA), "starts_at": MONDAY.isoformat(), "channel": "video"}
    session = (await door().post("/sessions", json=booking)).json()["session"]
    assert (await door(ANNA).post(f"/sessions/{session}/admission")).status_code == 409
    near = door_at(engine, MONDAY - minutes(5))(ANNA)
    address = (await near.post(f"/sessions/{session}/admission")).json()["address"]
    assert address.startswith("https://meet.example/")
