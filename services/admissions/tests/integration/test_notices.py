"""Reminders before the last day to answer; start and stop notices from the schools."""

from datetime import UTC, datetime

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from admissions.commands.notices import remind
from admissions.main import REGION
from services.admissions.tests.integration.school_year import (
    Dated,
    answered,
    offering,
    person,
    started,
    stopped,
)

EK, NA = "2281-EK-1", "2281-NA-1"
ANN, BO = person("ann"), person("bo")


@pytest.fixture
async def offered(engine: AsyncEngine) -> Dated:
    """Ann is offered EK and Bo NA."""
    year = Dated(engine)
    await year.deliver(offering(EK, 1), offering(NA, 1))
    await year.apply("ann", "A", EK)
    await year.apply("bo", "B", NA)
    year.now = datetime(2027, 7, 1, 10, tzinfo=UTC)
    await year.run("final")
    return year


async def reminded(year: Dated) -> list[str]:
    async with year.unit_of_work() as work:
        while await remind(work, region=REGION):
            pass
    return [event["subject"] for event in await year.said("reply.reminded")]


async def test_who_has_not_answered_is_reminded_once_when_the_last_day_comes_near(offered: Dated) -> None:
    offered.on(7, 24)
    assert await reminded(offered) == []
    await offered.deliver(answered("bo", "accept"))

    offered.on(7, 25)
    assert await reminded(offered) == [ANN]
    offered.on(7, 28)
    assert await reminded(offered) == [ANN]
    [told] = [event["data"] for event in await offered.said("reply.reminded")]
    assert (told["reply_by"], told["silence"], told["offering"]) == ("2027-07-30", "decline", EK)


async def test_nobody_is_reminded_after_the_last_day(offered: Dated) -> None:
    offered.on(7, 31)

    assert await reminded(offered) == []


async def test_who_is_offered_a_place_in_a_reserve_round_is_reminded_of_that(offered: Dated) -> None:
    await offered.apply("cia", "C", EK)
    await offered.deliver(answered("ann", "decline"), answered("bo", "accept"))
    offered.on(8, 5)
    await offered.run("reserve-1")

    offered.on(8, 9)
    assert await reminded(offered) == [person("cia")]


async def test_a_start_is_told_with_its_day_and_accepts_an_unanswered_offer(offered: Dated) -> None:
    await offered.deliver(answered("ann", "accept"))
    await offered.deliver(started("ann", EK, "2027-08-18"), started("bo", NA, "2027-08-16"))
    await offered.deliver(started("ann", EK, "2027-08-18", revision=2))  # says the same

    told = [(event["subject"], event["data"]["starts_on"]) for event in await offered.said("study.started")]
    assert told == [(ANN, "2027-08-18"), (BO, "2027-08-16")]
    assert [event["subject"] for event in await offered.said("place.accepted")] == [ANN, BO]


async def test_a_start_corrected_is_told_anew_and_an_older_one_is_not(offered: Dated) -> None:
    await offered.deliver(started("ann", EK, "2027-08-23", revision=2))
    await offered.deliver(started("ann", EK, "2027-08-18", revision=1))
    await offered.deliver(started("ann", EK, "2027-08-24", revision=3))

    assert [event["data"]["starts_on"] for event in await offered.said("study.started")] == ["2027-08-23", "2027-08-24"]


async def test_who_stops_is_free_from_the_day_after_and_out_of_the_reserve_rounds(offered: Dated) -> None:
    await offered.deliver(answered("ann", "accept"), answered("bo", "accept"))
    await offered.deliver(stopped("ann", EK, "2027-08-20"), stopped("ann", EK, "2027-08-20"))

    [told] = [event["data"] for event in await offered.said("study.ended")]
    assert (told["applicant"], told["vacated_on"]) == (ANN, "2027-08-21")
    offered.on(8, 25)
    await offered.run("reserve-1")
    assert ANN not in {who for who, _ in await offered.outcomes("reserve-1")}


async def test_notices_of_those_who_have_no_place_there_are_refused(offered: Dated) -> None:
    await offered.deliver(started("ann", NA, "2027-08-18"), started("cia", EK, "2027-08-18"))
    await offered.deliver(stopped("ann", NA, "2027-08-18"))
    await offered.deliver(answered("bo", "decline"))
    await offered.deliver(stopped("bo", NA, "2027-08-18"))

    assert await offered.refusals() == ["not_placed_here"] * 4
