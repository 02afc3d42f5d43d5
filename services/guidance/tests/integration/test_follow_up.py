"""Admissions' events and municipal reports into a real database: what is kept, and what is said."""

import asyncio
from datetime import timedelta
from uuid import UUID

import pytest
from prometheus_client import CollectorRegistry
from sqlalchemy.ext.asyncio import AsyncEngine

from guidance.adapters.tables import METADATA
from guidance.consumer import AVAILABILITY
from guidance.main import ERRORS, MIGRATIONS, build
from guidance.messages.cases import CASE_CLOSED, CASE_OPENED
from guidance.queries import cases as queries
from guidance.state import figures, numbers
from shared.contracts import Contracts
from shared.database import current, drift, newest
from shared.events import Incoming
from shared.settings import Settings
from shared.testing import refused
from shared.work import ConcurrentChange

from ..builders import APPLICANT, MONDAY, NOW
from .steps import READINGS, accepted, admitted, at, availability, deliver, said, scalar, unplaced

DAY = timedelta(days=1)


async def listed(engine: AsyncEngine, status: str | None = None) -> list[queries.CaseRow]:
    async with engine.connect() as connection:
        return list(await queries.cases(connection, status=status, municipality=None, after=None, limit=100))


async def test_the_database_is_what_the_tables_say(engine: AsyncEngine) -> None:
    assert await drift(engine, METADATA) == []
    assert await current(engine) == newest(MIGRATIONS)


async def test_a_real_constraint_stands_against_double_booking(engine: AsyncEngine) -> None:
    counted = "SELECT count(*) FROM pg_constraint WHERE conrelid = 'sessions'::regclass AND contype = 'x'"
    assert await scalar(engine, counted) == 2


async def test_an_applicant_without_a_place_gets_a_case_and_a_later_round_updates_it(engine: AsyncEngine) -> None:
    await deliver(at(engine), unplaced(round="preliminary", missing_subjects=["MA", "EN"]))
    await deliver(at(engine), unplaced(time=NOW + DAY, missing_subjects=["MA"], open_programmes=["BF"]))
    [row] = await listed(engine, "open")
    assert (row.applicant, row.missing_subjects, row.open_programmes) == (APPLICANT, ["MA"], ["BF"])
    [opened] = await said(engine)
    assert (opened["case"], opened["missing_subjects"]) == (str(row.id), ["MA", "EN"])


@pytest.mark.parametrize("place", [admitted(), accepted(time=NOW + DAY)])
async def test_a_place_closes_the_case_as_placed(engine: AsyncEngine, place: Incoming) -> None:
    await deliver(at(engine), unplaced(round="preliminary"))
    await deliver(at(engine), place)
    [closed] = await said(engine, CASE_CLOSED)
    assert closed["outcome"] == "placed"
    assert [row.status for row in await listed(engine)] == ["closed"]


@pytest.mark.parametrize("place", [admitted(), accepted(time=NOW + DAY)])
async def test_a_place_that_comes_first_keeps_an_older_word_from_opening_a_case(
    engine: AsyncEngine, place: Incoming
) -> None:
    await deliver(at(engine), place)
    await deliver(at(engine), unplaced(round="preliminary"))
    assert await said(engine) == []
    assert await listed(engine) == []


async def test_a_later_round_without_a_place_opens_the_case_again_and_keeps_what_was_known(engine: AsyncEngine) -> None:
    await deliver(at(engine), unplaced(round="preliminary"))
    await deliver(at(engine), admitted(round="final"))
    await deliver(at(engine), unplaced(round="reserve-1", time=NOW + DAY))
    await deliver(at(engine), unplaced(round="preliminary"), unplaced(round="final"))
    opened = await said(engine, CASE_OPENED)
    assert len(opened) == 2
    assert opened[0]["case"] == opened[1]["case"]
    assert [row.status for row in await listed(engine)] == ["open"]


async def test_a_case_is_said_in_the_trace_of_what_caused_it(engine: AsyncEngine) -> None:
    trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    await deliver(at(engine), unplaced(UUID(int=2)), unplaced()._replace(traceparent=trace))
    traced = f"SELECT count(*) FROM outbox WHERE headers LIKE '%{trace}%'"
    assert await scalar(engine, traced) == 1


async def test_a_whole_batch_is_one_decision_each(engine: AsyncEngine) -> None:
    people = [UUID(int=number) for number in range(1, 301)]
    batch = [unplaced(person, round="preliminary") for person in people]
    await deliver(at(engine), *batch, *(unplaced(person, time=NOW + DAY) for person in people[:100]))
    await deliver(at(engine), *(admitted(person) for person in people[200:]))
    assert len(await said(engine, CASE_OPENED)) == 300
    assert len(await said(engine, CASE_CLOSED)) == 100
    assert len(await listed(engine, "open")) == 100  # the page; 200 are open
    assert await scalar(engine, "SELECT count(*) FROM cases WHERE status = 'open'") == 200


async def test_two_first_words_about_one_applicant_at_once_make_one_case(engine: AsyncEngine) -> None:
    first, second = at(engine), at(engine)
    lost: list[Exception] = []

    async def later() -> None:
        try:
            await deliver(second, admitted())
        except ConcurrentChange as error:
            lost.append(error)

    async with first() as work:
        await READINGS[unplaced().type].handle(work, [unplaced(round="preliminary")])
        racing = asyncio.create_task(later())
        await asyncio.sleep(0.2)
    await racing
    assert len(lost) == 1
    await deliver(second, admitted())  # the consumer tries again
    assert [row.status for row in await listed(engine)] == ["closed"]


async def test_availability_is_replaced_by_a_higher_revision_only(engine: AsyncEngine) -> None:
    await deliver(at(engine), availability(revision=2), availability(revision=1, display_name="Äldre"))
    await deliver(at(engine), availability(revision=2, display_name="Samma"))
    assert await scalar(engine, "SELECT display_name FROM counsellors") == "Vägledare Test"
    await deliver(at(engine), availability(revision=3, periods=[]))
    assert await scalar(engine, "SELECT count(*) FROM periods") == 0


async def test_anothers_counsellor_is_refused_and_the_rest_of_the_batch_goes_on(engine: AsyncEngine) -> None:
    await deliver(at(engine), availability("2281"))
    other = str(UUID(int=77))
    await deliver(at(engine), availability("2280", revision=9), availability("2280", counsellor=other))
    async with engine.connect() as connection:
        [letter] = await refused(connection)
    assert (letter["reason"], letter["municipality"]) == ("counsellor_not_yours", "2280")
    assert letter["faults"][0]["field"] == "/counsellor"
    owners = "SELECT string_agg(municipality, ' ' ORDER BY counsellor) FROM counsellors"
    assert await scalar(engine, owners) == "2280 2281"
    [answer] = await said(engine, "se.samverk.guidance.report.rejected.v1")
    assert answer["faults"][0]["sv"]
    assert answer["faults"][0]["en"]


def test_overlapping_and_backwards_periods_are_refused_by_their_index() -> None:
    check = READINGS[AVAILABILITY].check
    assert check is not None
    assert check(availability()) == []
    wrong = [
        {"starts_at": "2027-08-16T09:00:00+02:00", "ends_at": "2027-08-16T12:00:00+02:00"},
        {"starts_at": "2027-08-16T10:00:00Z", "ends_at": "2027-08-16T11:00:00Z"},
        {"starts_at": "2027-08-16T11:00:00+02:00", "ends_at": "2027-08-16T10:00:00+02:00"},
    ]
    assert [(f.field, f.code) for f in check(availability(periods=wrong))] == [("/periods/2", "period_backwards")]
    wrong[1]["starts_at"] = "2027-08-16T11:59:59.5+02:00"
    assert [f.field for f in check(availability(periods=wrong))] == ["/periods/1", "/periods/2"]


def test_the_service_reads_and_says_what_there_are_contracts_for() -> None:
    service = build(Settings.for_documents())
    types = Contracts.load().types()
    assert {reading.type for reading in service.readings} <= set(types)
    assert set(service.says) == {t for t in types if t.startswith("se.samverk.guidance.") and "report" not in t}
    assert all(getattr(error, "sv", "") and error.__doc__ for error in ERRORS if error is not ConcurrentChange)


async def test_the_numbers_tell_open_cases_sessions_and_free_times(engine: AsyncEngine) -> None:
    people = [UUID(int=number) for number in range(1, 4)]
    homes = ["2281", "2281", "0180"]
    await deliver(at(engine), *(unplaced(p, home_municipality=h) for p, h in zip(people, homes, strict=True)))
    await deliver(at(engine), availability())
    registry = CollectorRegistry()
    refresh = numbers(registry, clock=lambda: MONDAY - DAY)
    async with engine.connect() as connection:
        await refresh(connection)
        shown = await figures(connection, clock=lambda: MONDAY - DAY)
    cases = [
        registry.get_sample_value("samverk_guidance_cases_open", {"municipality": code})
        for code in ("2281", "2260", "other")
    ]
    assert cases == [2, 0, 1]
    assert registry.get_sample_value("samverk_guidance_slots_free") == 6
    assert [figure.value for figure in shown] == ["3", "0", "0", "–", "6"]
