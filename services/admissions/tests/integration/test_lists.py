"""Lists for the office: applications and reception, filtered, with the protected masked."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from admissions.queries import applicants, receptions
from services.admissions.tests.builders import YEAR, the_rules
from services.admissions.tests.integration.school_year import SchoolYear, answered, application, offering, person

EK, NA, BA = "2281-EK-1", "2281-NA-1", "2284-BA-1"
TODAY = date(2027, 7, 1)


@pytest.fixture
async def applied(year: SchoolYear) -> SchoolYear:
    """Ann and Bo of Sundsvall, Eve of Örnsköldsvik who is protected; Ann has the only seat in EK."""
    await year.deliver(offering(EK, 1), offering(NA, 1), offering(BA, 5))
    await year.apply("ann", "A", EK, NA)
    await year.apply("bo", "C", EK, BA)
    await year.deliver(application("eve", EK, home="2284", protected=True))
    return year


async def listed(year: SchoolYear, municipality: str | None = None, **wanted: Any) -> list[applicants.Listed]:
    asked = applicants.Wanted(intake_year=YEAR, municipality=municipality, today=TODAY, **wanted)
    async with year.unit_of_work.read() as connection:
        found = await applicants.applications(connection, asked, limit=100)
        assert await applicants.count(connection, asked) == len(found)
        return list(found)


async def names(year: SchoolYear, municipality: str | None = None, **wanted: Any) -> set[str]:
    known = {UUID(person(name)): name for name in ("ann", "bo", "eve")}
    return {known[row.applicant] for row in await listed(year, municipality, **wanted)}


async def test_applications_are_filtered(applied: SchoolYear) -> None:
    await applied.run("final")
    await applied.deliver(answered("ann", "accept"))

    assert await names(applied) == {"ann", "bo", "eve"}
    assert await names(applied, "2284") == {"eve"}
    assert await names(applied, home="2281") == {"ann", "bo"}
    assert await names(applied, home="2284") == set()  # who is protected is not found by home
    assert await names(applied, offering=BA) == await names(applied, programme="BA") == {"bo"}
    assert await names(applied, school="2281") == {"ann", "bo", "eve"}
    assert await names(applied, state="accepted") == {"ann"}
    assert await names(applied, state="ineligible") == {"eve"}
    assert await names(applied, protected=True) == {"eve"}
    assert await names(applied, submitted_after=date(2027, 2, 1)) == set()
    assert await names(applied, applicant=UUID(person("bo"))) == {"bo"}


async def test_an_application_shows_where_it_stands_and_masks_the_protected(applied: SchoolYear) -> None:
    await applied.run("final")
    rows = {row.applicant: row for row in await listed(applied)}
    ann, eve = rows[UUID(person("ann"))], rows[UUID(person("eve"))]

    assert ann.merit == 320
    assert (ann.choices, ann.first_choice, ann.place, ann.place_status) == (2, EK, EK, "offered")
    assert (ann.home_municipality, eve.home_municipality, eve.protected) == ("2281", None, True)


async def test_the_choices_of_one_are_those_in_force(applied: SchoolYear) -> None:
    await applied.deliver(application("ann", NA, revision=2))
    async with applied.unit_of_work.read() as connection:
        found = await applicants.choices(connection, UUID(person("ann")), YEAR)

    assert [(row.rank, row.offering, row.municipality) for row in found] == [(1, NA, "2281")]


async def received(year: SchoolYear, municipality: str | None = None, **wanted: Any) -> list[receptions.Received]:
    asked = receptions.Wanted(intake_year=YEAR, municipality=municipality, **wanted)
    async with year.unit_of_work.read() as connection:
        found = await receptions.receptions(connection, asked, the_rules(), limit=100)
        assert await receptions.count(connection, asked, the_rules()) == len(found)
        return list(found)


async def test_reception_is_listed_as_the_rules_propose_it(applied: SchoolYear) -> None:
    rows = {(row.applicant, row.offering): row for row in await received(applied)}
    bo, eve = rows[UUID(person("bo")), BA], rows[UUID(person("eve")), EK]

    assert (bo.hand, bo.ground, bo.proposed, bo.source, bo.version) == (
        1, "not_offered_at_home", "not_offered_at_home", "rules", 0,
    )  # fmt: skip
    assert (eve.home_municipality, eve.ground, eve.hand) == (None, None, 1)
    assert {row.offering for row in await received(applied, outsiders=True)} == {BA}
    assert {row.offering for row in await received(applied, "2284")} == {BA, EK}  # its school's, and its own resident's
    assert {row.offering for row in await received(applied, "2280")} == set()
    assert {row.applicant for row in await received(applied, offering=NA)} == {UUID(person("ann"))}
    assert await received(applied, decided=True) == []
    assert await received(applied, opinion=True) == []


async def test_who_is_protected_is_not_found_by_whether_home_and_school_differ(applied: SchoolYear) -> None:
    await applied.deliver(application("eve", EK, BA, home="2284", protected=True, revision=2))
    eve = UUID(person("eve"))

    assert len(await received(applied, applicant=eve)) == 2
    for outsiders in (True, False):
        for school in ("2281", "2284"):
            found = await received(applied, school=school, outsiders=outsiders)
            assert eve not in {row.applicant for row in found}
    assert {row.offering for row in await received(applied, outsiders=False)} == {EK, NA}  # Ann's and Bo's


async def test_who_moves_is_received_where_they_live_on_the_day_that_counts(applied: SchoolYear) -> None:
    async with applied.unit_of_work() as work:
        await work.connection.execute(
            sa.text("""
                INSERT INTO person_moves VALUES (:who, '2281', '2027-06-01', '2284', 1, now(), 'test'),
                (:who, '2280', '2027-06-15', '2262', 1, now(), 'test')
            """),
            {"who": UUID(person("bo"))},
        )

    assert await names(applied, home="2284") == {"bo"}
    assert {row.offering: row.ground for row in await received(applied, applicant=UUID(person("bo")))} == {
        EK: "not_offered_at_home",  # nobody in Örnsköldsvik offers it here
        BA: "residence",
    }
