"""Cases from door to database: shared out, followed, handed over, guided, closed, and told of."""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from guidance.chores import share_out_cases
from guidance.commands.follow_up import close_quiet, note_guided
from guidance.messages.cases import CASE_CLOSED, CASE_CLOSED_V1, CASE_GUIDED
from shared.work import UnitOfWork

from ..builders import NOW
from .follow_up_steps import ANNA, BO, CARIN, door, held, one_case, region
from .steps import accepted, at, deliver, said, scalar, unplaced

DAY = timedelta(days=1)


async def guided(unit_of_work: UnitOfWork) -> None:
    async with unit_of_work() as work:
        await note_guided(work, grace=timedelta(hours=1))


async def test_cases_are_shared_out_fairly_among_their_own_municipalitys_counsellors(engine: AsyncEngine) -> None:
    await region(engine)
    await deliver(at(engine), *(unplaced(UUID(int=n), home_municipality="2281") for n in range(1, 8)))
    await one_case(engine, UUID(int=9), "2284")
    shares = (
        "SELECT string_agg(n::text, ' ' ORDER BY n) FROM (SELECT count(*) AS n FROM cases GROUP BY counsellor) AS x"
    )
    assert await scalar(engine, shares) == "1 3 4"
    assert await scalar(engine, "SELECT count(*) FROM cases WHERE counsellor IS NULL") == 1
    assert await scalar(engine, f"SELECT count(*) FROM cases WHERE counsellor = '{CARIN}'") == 0


async def test_cases_older_than_the_first_counsellor_are_shared_out_afterwards(engine: AsyncEngine) -> None:
    case = await one_case(engine)
    await region(engine)
    async with at(engine)() as work:
        assert await share_out_cases(work)
        assert not await share_out_cases(work)
    assert await scalar(engine, f"SELECT counsellor IS NOT NULL FROM cases WHERE id = '{case}'")


async def test_a_contact_is_logged_and_sets_what_comes_next(engine: AsyncEngine) -> None:
    await region(engine)
    case = await one_case(engine)
    client = door(engine)(ANNA, "2281")
    body = {
        "at": NOW.isoformat(),
        "way": "phone",
        "reached": "no_answer",
        "next": {"step": "call", "due": "2027-07-08"},
    }
    assert (await client.post(f"/cases/{case}/contacts", json=body)).status_code == 204
    told = (await client.get(f"/cases/{case}")).json()
    assert [line["kind"] for line in told["timeline"]].count("contact") == 1
    [row] = (await client.get("/cases")).json()["cases"]
    assert (row["next_step"], row["next_step_due"]) == ("call", "2027-07-08")
    late = body | {"next": {"step": "call", "due": "2027-06-01"}}
    assert (await client.post(f"/cases/{case}/contacts", json=late)).status_code == 422
    ahead = body | {"at": (NOW + DAY).isoformat()}
    assert (await client.post(f"/cases/{case}/contacts", json=ahead)).status_code == 422


async def test_a_case_tells_its_open_paths_with_the_rule_behind_each(engine: AsyncEngine) -> None:
    case = await one_case(engine, missing_subjects=["MA"], cause="ineligible", open_programmes=[])
    told = await door(engine)().get(f"/cases/{case}")
    ways = {path["kind"]: path for path in told.json()["paths"]}
    assert (ways["imv"]["verdict"], ways["imv"]["source"]) == ("open", "SL 17:4, 17:10")
    assert ways["lovskola"]["verdict"] == "closed"  # its last day in the region was 11 June
    assert ways["komvux"]["until"] == "2031-07-01"


async def test_only_who_is_in_charge_or_a_coordinator_hands_over_or_closes(engine: AsyncEngine) -> None:
    await region(engine)
    case = await one_case(engine)  # Anna's: the lowest id of two without cases
    counsel = ("guidance:read", "guidance:counsel")
    other = door(engine)(BO, "2281", counsel)
    assert (await other.post(f"/cases/{case}/close", json={"outcome": "work"})).status_code == 403
    assert (await other.put(f"/cases/{case}/counsellor", json={"counsellor": str(BO)})).status_code == 403
    stranger = door(engine)(CARIN, "2262", counsel)
    assert (await stranger.post(f"/cases/{case}/close", json={"outcome": "work"})).status_code == 404
    own = door(engine)(ANNA, "2281", counsel)
    assert (await own.put(f"/cases/{case}/counsellor", json={"counsellor": str(CARIN)})).status_code == 204
    assert (await own.post(f"/cases/{case}/close", json={"outcome": "work"})).status_code == 403
    coordinator = door(engine)("chief", None)
    assert (await coordinator.post(f"/cases/{case}/close", json={"outcome": "work"})).status_code == 204
    assert (await coordinator.post(f"/cases/{case}/close", json={"outcome": "work"})).status_code == 409
    assert [each["outcome"] for each in await said(engine, CASE_CLOSED)] == ["work"]
    assert await said(engine, CASE_CLOSED_V1) == []


async def test_a_held_session_guides_the_case_once_and_lets_it_be_closed_so(engine: AsyncEngine) -> None:
    await region(engine)
    case = await one_case(engine)
    client = door(engine)("chief")
    assert (await client.post(f"/cases/{case}/close", json={"outcome": "guided"})).status_code == 409
    session = await held(engine, case)
    await held(engine, await one_case(engine, UUID(int=2)), status="no_show", starts_at=NOW - DAY)
    await guided(at(engine))
    await guided(at(engine))
    assert [(each["case"], each["session"]) for each in await said(engine, CASE_GUIDED)] == [(str(case), str(session))]
    assert (await client.post(f"/cases/{case}/close", json={"outcome": "guided"})).status_code == 204
    assert len(await said(engine, CASE_CLOSED_V1)) == len(await said(engine, CASE_CLOSED)) == 1


@pytest.mark.parametrize(("days", "planned", "closed"), [(59, False, False), (61, False, True), (61, True, False)])
async def test_a_guided_case_in_which_nothing_happens_is_closed_in_time(
    engine: AsyncEngine, days: int, planned: bool, closed: bool
) -> None:
    await region(engine)
    case = await one_case(engine)
    await held(engine, case)
    await guided(at(engine))
    if planned:
        body = {"next": {"step": "meet", "due": "2027-12-01"}}
        await door(engine)().put(f"/cases/{case}/next", json=body)
    async with at(engine, NOW + days * DAY)() as work:
        await close_quiet(work, after=60 * DAY)
    assert await scalar(engine, "SELECT outcome FROM cases") == ("guided" if closed else None)


async def test_a_place_after_all_is_the_outcome_whatever_it_was_closed_as(engine: AsyncEngine) -> None:
    case = await one_case(engine)
    await door(engine)().post(f"/cases/{case}/close", json={"outcome": "lovskola"})
    await deliver(at(engine), accepted(UUID(int=1), time=NOW + DAY))
    assert [each["outcome"] for each in await said(engine, CASE_CLOSED)] == ["lovskola", "placed"]


@pytest.mark.parametrize(("outcome", "status"), [("lovskola", "open"), ("moved", "closed")])
async def test_a_later_round_without_a_place_opens_only_who_was_to_come_back(
    engine: AsyncEngine, outcome: str, status: str
) -> None:
    case = await one_case(engine, round="preliminary")
    await door(engine)().post(f"/cases/{case}/close", json={"outcome": outcome})
    await deliver(at(engine), unplaced(UUID(int=1), time=NOW + DAY, round="final"))
    assert await scalar(engine, "SELECT status FROM cases") == status
