"""The calendar of a whole year, from the seeds locked at opening to the schools taking over."""

from uuid import UUID

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from admissions.commands import rounds
from admissions.commands.notices import remind
from admissions.domain.rounds import NotNow, RoundCannotRun
from admissions.main import REGION
from services.admissions.tests.builders import grades
from services.admissions.tests.integration.school_year import (
    Dated,
    SchoolYear,
    answered,
    application,
    graded,
    in_free_quota,
    offering,
    person,
    stopped,
    took_test,
)

ES, EK, NA, BA, IMV = "2281-ES-1", "2281-EK-1", "2281-NA-1", "2281-BA-1", "2281-BA-2"
SCALE = [{"result": "F", "tenths": 0, "passed": False}, {"result": "A", "tenths": 200, "passed": True}]
NEARLY = dict.fromkeys(["SV", "EN", "BL", "HKK", "IDH", "MU"], "E")


async def placed(year: SchoolYear, round_name: str) -> dict[str, str]:
    names = {person(name): name for name in ("ann", "bo", "cia", "dan", "eva", "fia")}
    rows = await year.export("decisions", round_name)
    return {names[str(row["applicant"])]: row["offering"] for row in rows if row["outcome"] == "admitted"}


@pytest.fixture
async def year(engine: AsyncEngine) -> Dated:
    """The day the web opens: seeds are locked and the offerings published."""
    year = Dated(engine)
    for number, name in enumerate(("preliminary", "final", "reserve-1", "reserve-2")):
        await year.commit(name, seed=number)
    await year.deliver(
        offering(ES, 1, skill_test={"required": True, "scale": SCALE}), offering(EK, 1), offering(NA, 2),
        offering(BA, 1), offering(IMV, 1, introduction="IMV"),
    )  # fmt: skip
    return year


async def test_a_whole_year(year: Dated) -> None:
    await winter_and_preliminary_round(year)
    await change_period_and_late_grades(year)
    final = await final_round_and_answers(year)
    reserve = await first_reserve_round(year)
    await second_reserve_round(year)
    assert (await rounds.replay(final, year.unit_of_work)).same
    assert (await rounds.replay(reserve, year.unit_of_work)).same
    await the_schools_take_over(year)


async def winter_and_preliminary_round(year: Dated) -> None:
    year.on(1, 20)
    await year.apply("ann", "A", EK, NA)
    await year.apply("bo", "B", EK, NA)
    await year.apply("cia", "C", ES, NA)
    await year.apply("dan", "E", BA)
    await year.deliver(application("eva", NA, IMV))
    await year.deliver(graded("eva", NEARLY))
    year.on(3, 18)
    await year.deliver(took_test("cia", ES, "F"))

    year.on(4, 15)
    await year.run("preliminary")
    assert await placed(year, "preliminary") == {"ann": EK, "bo": NA, "cia": NA, "dan": BA, "eva": IMV}
    assert await year.said("applicant.admitted") == []  # it gives no seat


async def change_period_and_late_grades(year: Dated) -> None:
    year.on(5, 10)  # the change period: Dan changes his mind; the second chance at the test
    await year.deliver(application("dan", EK, BA, revision=2, submitted_at="2027-05-10T12:00:00+02:00"))
    await year.deliver(took_test("cia", ES, "A", revision=2, decided_on="2027-05-20"))
    year.on(6, 16)
    await year.deliver(graded("bo", grades("A", M2SPA="A"), occasion="final"))
    year.on(6, 20)  # too late for the final round: an application, and a decision on the free quota
    await year.deliver(application("fia", EK, submitted_at="2027-06-20T12:00:00+02:00"))
    await year.deliver(graded("fia", grades("A"), occasion="final"))
    year.on(6, 23)  # lovskola makes Eva eligible for BA's own group no longer, and for BA itself
    await year.deliver(application("eva", NA, IMV, BA, revision=2, submitted_at="2027-05-11T12:00:00+02:00"))
    await year.deliver(graded("eva", {"MA": "E", "SL": "E"}, occasion="lovskola"))


async def final_round_and_answers(year: Dated) -> UUID:
    year.on(7, 1)
    run = await year.run("final")
    assert await placed(year, "final") == {"ann": NA, "bo": EK, "cia": ES, "dan": BA}
    told = {event["subject"]: event["data"] for event in await year.said("applicant.unplaced")}
    assert set(told) == {person("eva")}  # Dan has the higher merit; Fia's application waits

    year.on(7, 20)
    await year.deliver(answered("bo", "decline"), answered("ann", "accept_and_stay"), answered("cia", "accept"))
    year.on(7, 26)
    async with year.unit_of_work() as work:
        await remind(work, region=REGION)
    assert await year.subjects("reply.reminded") == [person("dan")]
    year.on(7, 31)
    assert await year.close_replies() == 1  # Dan was silent all the same, and that means no here
    with pytest.raises(RoundCannotRun, match="round_before_missing"):
        await year.run("reserve-2")
    return run


async def first_reserve_round(year: Dated) -> UUID:
    year.on(8, 5)
    run = await year.run("reserve-1")
    assert await placed(year, "reserve-1") == {"ann": EK, "cia": ES, "eva": BA}
    queues = await year.outcomes("reserve-1")
    assert queues[person("fia"), EK] == ("reserve", 1)
    await year.deliver(answered("eva", "accept", at="2027-08-12T12:00:00+02:00"))
    await year.deliver(answered("ann", "decline", at="2027-08-20T12:00:00+02:00", revision=2))
    return run


async def second_reserve_round(year: Dated) -> None:
    year.on(8, 25)
    await year.run("reserve-2")
    assert await placed(year, "reserve-2") == {"fia": EK, "cia": ES, "eva": BA}


async def the_schools_take_over(year: Dated) -> None:
    year.on(9, 15)
    await year.deliver(answered("fia", "accept", at="2027-08-26T12:00:00+02:00"))
    await year.deliver(in_free_quota("gun", EK))
    with pytest.raises(RoundCannotRun) as refused:
        await year.run("reserve-3")
    assert refused.value.why is NotNow.HANDED_OVER
    await year.deliver(stopped("cia", ES, "2027-10-29"))
    assert [event["data"]["vacated_on"] for event in await year.said("study.ended")] == ["2027-10-30"]
