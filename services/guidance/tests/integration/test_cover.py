"""Gaps of the rota: found ahead, closed when filled or passed."""

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from guidance.commands import coverage
from guidance.commands.rota.layers import add_override
from guidance.commands.rota.planning import watch_cover
from guidance.domain.rota.clock import at as wall_at
from guidance.domain.rota.clock import moment
from guidance.messages.rota import GAP_CLOSED, GAP_FOUND

from .rota_steps import (
    ANNA,
    DAY,
    MONDAY,
    NOW,
    ROTA,
    layer,
    override,
    requirement,
    rota,
)
from .steps import at, said


async def test_a_gap_is_found_seven_days_ahead_and_closed_when_filled(engine: AsyncEngine) -> None:
    await rota(engine, layer(ends_on=MONDAY + DAY * 2))
    await coverage.save_requirement(requirement(), at(engine, NOW))
    found = await said(engine, GAP_FOUND)
    # Thursday and Friday; the week after is more than seven days ahead
    assert [gap["starts_at"] for gap in found] == ["2027-08-19T06:00:00Z", "2027-08-20T06:00:00Z"]
    await coverage.save_requirement(requirement(), at(engine, NOW))
    assert len(await said(engine, GAP_FOUND)) == 2
    await add_override(ROTA, override(None, ANNA, 8, 16, MONDAY + DAY * 3), at(engine, NOW))
    [closed] = await said(engine, GAP_CLOSED)
    assert (closed["gap"], closed["outcome"]) == (found[0]["gap"], "filled")


async def test_a_gap_that_nobody_filled_is_closed_as_passed(engine: AsyncEngine) -> None:
    await rota(engine, layer(ends_on=MONDAY + DAY * 3))
    await coverage.save_requirement(requirement(ends_on=MONDAY + DAY * 4), at(engine, NOW))
    async with at(engine, moment(wall_at(MONDAY + DAY * 4, 17 * 60)))() as work:
        await watch_cover(work)
    [closed] = await said(engine, GAP_CLOSED)
    assert closed["outcome"] == "passed"


async def test_absence_of_who_is_on_duty_is_a_gap(engine: AsyncEngine) -> None:
    await rota(engine)
    await coverage.save_requirement(requirement(), at(engine, NOW))
    assert await said(engine, GAP_FOUND) == []
    begins, ends = moment(wall_at(MONDAY, 10 * 60)), moment(wall_at(MONDAY, 12 * 60))
    await _absent(engine, ANNA, begins.isoformat(), ends.isoformat())
    async with at(engine, NOW)() as work:
        await watch_cover(work)
    [gap] = await said(engine, GAP_FOUND)
    assert (gap["starts_at"], gap["ends_at"], gap["missing"]) == ("2027-08-16T08:00:00Z", "2027-08-16T10:00:00Z", 1)


async def test_a_requirement_taken_away_closes_its_gaps(engine: AsyncEngine) -> None:
    await rota(engine, layer(ends_on=MONDAY))
    await coverage.save_requirement(requirement(municipality="2281", language="sv"), at(engine, NOW))
    [*found] = await said(engine, GAP_FOUND)
    assert {(gap["municipality"], gap["language"]) for gap in found} == {("2281", "sv")}
    await coverage.remove_requirement(UUID(int=600), at(engine, NOW))
    assert len(await said(engine, GAP_CLOSED)) == len(found) == 4


async def _absent(engine: AsyncEngine, who: UUID, begins: str, ends: str) -> None:
    absence = "INSERT INTO absences (id, counsellor, during, reported) VALUES (gen_random_uuid(), :who, {}, false)"
    async with engine.begin() as connection:
        await connection.execute(sa.text(absence.format(f"tstzrange('{begins}', '{ends}')")), {"who": who})
