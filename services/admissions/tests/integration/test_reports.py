"""Reports into a real database: what is kept, what is said, what is refused; in any order, any number of times."""

from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from admissions.adapters.tables import METADATA, applications, choices, grades, offerings
from admissions.consumer import check_application, check_grades, readings
from admissions.main import MIGRATIONS, REGION, build
from admissions.messages import SAYS
from services.admissions.tests.integration.school_year import (
    CHANGED,
    GRADED,
    REPLIED,
    STARTED,
    STOPPED,
    WITHDRAWN,
    SchoolYear,
    application,
    graded,
    identity_of,
    offering,
    person,
)
from shared.contracts import Contracts
from shared.database import current, drift, newest
from shared.events import Incoming
from shared.settings import Settings
from shared.testing import example, incoming

EK, NA = "2281-EK-1", "2281-NA-1"


async def rows(engine: AsyncEngine, query: Any) -> list[tuple[Any, ...]]:
    async with engine.connect() as connection:
        return [tuple(row) for row in await connection.execute(query)]


async def history(engine: AsyncEngine) -> list[tuple[Any, ...]]:
    c = choices.c
    return await rows(engine, sa.select(c.revision, c.rank, c.offering).order_by(c.applicant_id, c.revision, c.rank))


async def test_the_database_is_what_the_tables_say(engine: AsyncEngine) -> None:
    assert await current(engine) == newest(MIGRATIONS)
    assert await drift(engine, METADATA) == []


def test_everything_read_and_said_has_a_contract() -> None:
    types = Contracts.load().types()

    assert {*SAYS, *(reading.type for reading in readings(REGION))} <= {*types}
    assert build(Settings.for_documents()).asyncapi(Contracts.load())["asyncapi"] == "3.0.0"


WITHOUT_PLACE = {REPLIED: ["no_offer"], STARTED: ["not_placed_here"], STOPPED: ["not_placed_here"]}
YOUTH = [reading for reading in readings(REGION) if ".adult_" not in reading.type]


@pytest.mark.parametrize("reading", YOUTH, ids=lambda reading: reading.type)
async def test_the_handler_reads_the_contracts_example(year: SchoolYear, reading: Any) -> None:
    data = example(reading.type)
    reporter = None if ".catalogue." in reading.type else data.get("offering", "2281")[:4]
    subject = str(data.get("applicant", data.get("offering")))
    event = incoming(reading.type, data, municipality=reporter, subject=subject)

    assert not reading.check or not reading.check(event)
    await year.deliver(event)
    assert await year.refusals() == WITHOUT_PLACE.get(reading.type, [])


async def test_an_application_is_kept_with_its_choices_and_said(year: SchoolYear, engine: AsyncEngine) -> None:
    await year.deliver(application("ann", EK, NA))

    kept = await rows(engine, sa.select(applications.c.home_municipality, applications.c.revision))
    assert kept == [("2281", 1)]
    assert await history(engine) == [(1, 1, EK), (1, 2, NA)]
    [said] = await year.said()
    assert said["type"].endswith("application.received.v1")
    assert said["data"] == {
        "applicant": person("ann"), "intake_year": 2027, "home_municipality": "2281", "revision": 1, "choices": 2,
    }  # fmt: skip


async def test_revisions_in_one_batch_and_out_of_order_all_stand_in_the_history(
    year: SchoolYear, engine: AsyncEngine
) -> None:
    await year.deliver(application("ann", NA, revision=3), application("ann", EK, revision=2))
    await year.deliver(application("ann", EK, NA, revision=1))

    assert await rows(engine, sa.select(applications.c.revision)) == [(3,)]
    assert await history(engine) == [(1, 1, EK), (1, 2, NA), (2, 1, EK), (3, 1, NA)]
    assert len(await year.said()) == 3


async def test_a_revision_already_seen_changes_nothing_whatever_it_says(year: SchoolYear, engine: AsyncEngine) -> None:
    await year.deliver(application("ann", EK))
    await year.deliver(
        application("ann", NA, EK), application("ann", EK, NA, revision=2), application("ann", NA, revision=2)
    )

    assert await history(engine) == [(1, 1, EK), (2, 1, EK), (2, 2, NA)]
    assert [event["data"]["revision"] for event in await year.said()] == [1, 2]
    assert await year.refusals() == []


async def test_an_applicant_belongs_to_the_municipality_that_came_first(year: SchoolYear, engine: AsyncEngine) -> None:
    await year.deliver(application("ann", EK))
    await year.deliver(application("ann", NA, home="2284", revision=2))

    assert await year.refusals() == ["other_home_municipality"]
    assert await history(engine) == [(1, 1, EK)]


async def test_one_identity_is_one_applicant_however_it_is_written(year: SchoolYear, engine: AsyncEngine) -> None:
    number = identity_of(1)
    await year.deliver(application("ann", EK, identity=number))
    await year.deliver(
        application("bo", EK, identity=f"{number[:8]}-{number[8:]}"), application("cia", EK, identity=identity_of(2))
    )

    assert await year.refusals() == ["identity_taken"]
    assert len(await rows(engine, sa.select(applications.c.applicant_id))) == 2


async def test_collisions_inside_a_batch_are_judged_as_if_they_came_one_by_one(year: SchoolYear) -> None:
    await year.deliver(
        application("ann", EK, identity=identity_of(1)),
        application("bo", EK, identity=identity_of(1)),
        application("ann", EK, home="2284", identity=identity_of(1), revision=2),
        application("cia", EK, identity=identity_of(3)),
    )

    assert sorted(await year.refusals()) == ["identity_taken", "other_home_municipality"]
    assert [event["subject"] for event in await year.said("application.received")] == [person("ann"), person("cia")]


async def test_tf_numbers_are_not_unique_and_do_not_collide(year: SchoolYear) -> None:
    await year.deliver(
        application("ann", EK, identity="20110101TF10"), application("bo", EK, identity="20110101TF10", home="2284")
    )

    assert await year.refusals() == []


async def test_grades_are_kept_by_occasion_and_reporter_and_higher_revisions_win(
    year: SchoolYear, engine: AsyncEngine
) -> None:
    await year.deliver(
        graded("ann", {"MA": "C"}, revision=2),
        graded("ann", {"MA": "A"}, revision=1),
        graded("ann", {"MA": "F"}, home="2284"),
    )
    await year.deliver(graded("ann", {"MA": "D"}, revision=1), graded("ann", {"MA": "B"}, occasion="final"))

    c = grades.c
    assert await rows(engine, sa.select(c.occasion, c.reported_by, c.grades).order_by(c.occasion, c.reported_by)) == [
        ("autumn", "2281", {"MA": "C"}),
        ("autumn", "2284", {"MA": "F"}),
        ("final", "2281", {"MA": "B"}),
    ]


async def test_offerings_follow_the_catalogue_in_any_order(year: SchoolYear, engine: AsyncEngine) -> None:
    gone = {"offering": EK, "intake_year": 2027, "municipality": "2281", "version": 3}
    await year.deliver(incoming(WITHDRAWN, gone, subject=EK))
    await year.deliver(offering(EK, 30, version=2, kind=CHANGED), offering(NA, 20), offering(NA, 25, version=2))

    c = offerings.c
    assert await rows(engine, sa.select(c.offering, c.seats, c.withdrawn).order_by(c.offering)) == [
        (EK, 0, True),
        (NA, 25, False),
    ]


def faults(event: Incoming) -> list[str]:
    return [fault.code for fault in check_application(event)]


def test_choices_are_ranked_without_gaps_and_name_each_offering_once() -> None:
    def ranked(*pairs: tuple[int, str]) -> Incoming:
        return application("ann", choices=[{"rank": rank, "offering": name} for rank, name in pairs])

    assert faults(ranked((2, NA), (1, EK))) == []
    assert faults(ranked((1, EK), (3, NA))) == ["ranks"]
    assert faults(ranked((1, EK), (1, NA))) == ["ranks"]
    assert faults(ranked((2, EK))) == ["ranks"]
    assert faults(ranked((1, EK), (2, EK))) == ["same_offering_twice"]


def test_faults_never_repeat_the_identity() -> None:
    event = application("ann", EK, identity="201101012385")

    found = check_application(event)
    assert [fault.code for fault in found] == ["identity"]
    assert "2385" not in repr(found)


def test_each_subject_has_one_grade() -> None:
    data = example(GRADED)
    rows = [*data["grades"], data["grades"][0]]
    event = incoming(GRADED, data | {"grades": rows}, municipality="2281", subject=data["applicant"])

    assert [fault.code for fault in check_grades(event)] == ["same_subject_twice"]
