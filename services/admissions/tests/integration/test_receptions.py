"""Reception as a decision of its own: what rounds use, versions, appeals, opinions."""

from typing import Any
from uuid import UUID

import pytest

from admissions.commands import rounds
from admissions.commands.receptions import DecideReception, NoSuchChoice, NotYourSchool, decide_reception
from admissions.domain.reception import Ground
from admissions.domain.receptions import Decision, ReceptionRefused
from admissions.queries import receptions as queries
from services.admissions.tests.builders import YEAR, the_rules
from services.admissions.tests.integration.school_year import (
    SchoolYear,
    answered,
    offering,
    opined,
    person,
    received,
)
from shared.work import ConcurrentChange

EK, HOME_EK = "2281-EK-1", "2284-EK-1"
FAR, NEAR = person("far"), person("near")


@pytest.fixture
async def applied(year: SchoolYear) -> SchoolYear:
    """One seat in EK of Sundsvall: Far of Örnsköldsvik has the better grades, Near lives in Sundsvall."""
    await year.deliver(offering(EK, 1), offering(HOME_EK, 1))
    await year.apply("far", "A", EK, home="2284")
    await year.apply("near", "E", EK)
    return year


async def decided(year: SchoolYear, **changed: Any) -> Decision:
    order: dict[str, Any] = {
        "applicant": UUID(FAR), "intake_year": YEAR, "offering": EK, "ground": Ground.SPECIAL_REASONS,
        "reason": "Bor hos en anhörig.", "on_appeal": False, "version": 0, "municipality": None, "by": "olle",
    } | changed  # fmt: skip
    return await decide_reception(DecideReception(**order), year.unit_of_work)


async def admitted(year: SchoolYear, round_name: str) -> set[str]:
    return {who for (who, _), (outcome, _) in (await year.outcomes(round_name)).items() if outcome == "admitted"}


async def registered(year: SchoolYear) -> list[tuple[int, str, str]]:
    told = [event["data"] for event in await year.said("reception.registered")]
    return [(data["version"], data["reception"], data["by"]) for data in told]


async def test_without_a_decision_the_rules_decide(applied: SchoolYear) -> None:
    await applied.run("final")

    assert await admitted(applied, "final") == {NEAR}


async def test_a_round_uses_the_decision_in_force(applied: SchoolYear) -> None:
    await applied.deliver(received("far", EK, "special_reasons"))
    run = await applied.run("final")

    assert await admitted(applied, "final") == {FAR}
    rows = {str(row["applicant"]): row["ground"] for row in await applied.export("choices", "final")}
    assert rows == {FAR: "special_reasons", NEAR: "residence"}
    assert await registered(applied) == [(1, "first_hand", "organiser")]
    assert await _replayed(applied, run)


async def _replayed(year: SchoolYear, run: UUID) -> bool:
    return (await rounds.replay(run, year.unit_of_work)).same


async def test_a_decision_may_come_before_the_application_and_twice(year: SchoolYear) -> None:
    await year.deliver(received("far", EK, "special_reasons"), received("far", EK, "special_reasons"))
    await year.deliver(received("far", EK, "special_reasons", revision=2))  # says the same
    await year.deliver(offering(EK, 1), offering(HOME_EK, 1))
    await year.apply("far", "A", EK, home="2284")
    await year.run("final")

    [row] = await year.export("choices", "final")
    assert row["ground"] == "special_reasons"
    assert len(await registered(year)) == 1


async def test_an_appeal_makes_a_new_version_that_the_next_round_uses(applied: SchoolYear) -> None:
    await applied.run("final")
    await applied.deliver(answered("near", "decline"))
    await applied.apply("other", "E", EK)
    assert (await decided(applied, ground=Ground.OFFERED_AT_HOME)).version == 1
    assert (await decided(applied, version=1, on_appeal=True)).version == 2
    await applied.run("reserve-1")

    assert await admitted(applied, "reserve-1") == {FAR}
    assert await registered(applied) == [(1, "second_hand", "office"), (2, "first_hand", "appeal")]


async def test_what_the_board_decided_only_the_board_can_change(applied: SchoolYear) -> None:
    await applied.deliver(received("far", EK, "special_reasons", on_appeal=True))
    await applied.deliver(received("far", EK, "offered_at_home", revision=2))

    assert await applied.refusals() == ["decided_on_appeal"]
    with pytest.raises(ReceptionRefused, match="decided_on_appeal"):
        await decided(applied, version=1, ground=Ground.OFFERED_AT_HOME)


async def test_an_officer_decides_on_what_was_read_and_for_their_own_schools(applied: SchoolYear) -> None:
    await decided(applied, municipality="2281")
    with pytest.raises(ConcurrentChange):
        await decided(applied, reason="Annat skäl.")
    with pytest.raises(ReceptionRefused, match="nothing_changed"):
        await decided(applied, version=1, municipality="2281")
    with pytest.raises(NotYourSchool):
        await decided(applied, version=1, municipality="2284")
    with pytest.raises(NoSuchChoice):
        await decided(applied, offering=HOME_EK)


async def test_an_opinion_counts_for_all_choices_when_it_is_the_home_municipalitys(applied: SchoolYear) -> None:
    await applied.deliver(opined("far", "EK", by="2281"))
    assert {row.ground for row in await in_force(applied)} == {"offered_at_home"}

    await applied.deliver(opined("far", "EK", by="2284", special=True))
    [row] = await in_force(applied)
    assert (row.ground, row.opinion_given, row.special_reasons) == ("not_offered_at_home", True, True)
    await applied.run("final")
    assert await admitted(applied, "final") == {FAR}


async def test_a_newer_opinion_replaces_the_older(applied: SchoolYear) -> None:
    await applied.deliver(opined("far", by="2284", revision=2), opined("far", "EK", by="2284", revision=1))

    assert {row.ground for row in await in_force(applied)} == {"offered_at_home"}


async def in_force(year: SchoolYear) -> list[queries.Received]:
    wanted = queries.Wanted(intake_year=YEAR, municipality=None, applicant=UUID(FAR))
    async with year.unit_of_work.read() as connection:
        return list(await queries.receptions(connection, wanted, the_rules(), limit=10))


async def test_every_version_can_be_read(applied: SchoolYear) -> None:
    await decided(applied)
    await decided(applied, version=1, ground=Ground.PLACED_HERE, reason="Placerad i kommunen.")
    async with applied.unit_of_work.read() as connection:
        versions = await queries.versions(connection, UUID(FAR), YEAR)
    [row] = await in_force(applied)

    assert [(v.version, v.ground, v.source, v.decided_by) for v in versions] == [
        (1, "special_reasons", "office", "olle"), (2, "placed_here", "office", "olle"),
    ]  # fmt: skip
    assert (row.version, row.ground, row.proposed, row.hand) == (2, "placed_here", "offered_at_home", 1)
