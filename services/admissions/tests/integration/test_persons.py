"""Persons: moves with history, protection that masks, look-ups that are logged."""

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from admissions.commands.persons import LookUp, NoSuchPerson, Reader, RecordMove, RecordProtection, look_up
from admissions.commands.persons import record_move as record
from admissions.commands.persons import record_protection as protect
from admissions.domain.persons import Home, Person, Protection
from admissions.queries import lookups as queries
from services.admissions.tests.builders import grades
from services.admissions.tests.integration.school_year import (
    SchoolYear,
    answered,
    application,
    graded,
    identity_of,
    moved,
    offering,
    person,
    protected,
)
from shared.testing import example, incoming

ADULT = "se.samverk.admissions.adult_application.submitted.v1"
EK, AWAY = "2281-EK-1", "2284-EK-1"
ANN = UUID(person("ann"))
OFFICE = Reader(subject="olle", municipality=None, sees_protected=True)
HOME = Reader(subject="siv", municipality="2281", sees_protected=False)


@pytest.fixture
async def applied(year: SchoolYear) -> SchoolYear:
    await year.deliver(offering(EK, 1), offering(AWAY, 1))
    await year.apply("ann", "B", AWAY)
    return year


async def find(year: SchoolYear, reader: Reader = OFFICE, identity: str | None = None) -> list[Person]:
    asked = {"applicant": None, "identity": identity} if identity else {"applicant": ANN, "identity": None}
    return await look_up(LookUp(purpose="fråga från skolan", reader=reader, **asked), year.unit_of_work)


async def log(year: SchoolYear, municipality: str | None = None) -> list[tuple[str, UUID | None, str]]:
    async with year.unit_of_work.read() as connection:
        rows = await queries.lookups(connection, municipality=municipality, limit=10)
    return [(row.reader, row.applicant, row.shown) for row in rows]


async def test_a_person_is_found_by_id_or_identity_and_every_look_up_is_logged(applied: SchoolYear) -> None:
    [found] = await find(applied)
    assert found.identity is not None
    [again] = await find(applied, HOME, f"{found.identity[:8]}-{found.identity[8:]}")
    assert again == found
    assert await find(applied, HOME, "20110101-0000") == []

    assert await log(applied) == [("siv", None, "nothing"), ("siv", ANN, "all"), ("olle", ANN, "all")]
    assert await log(applied, "2281") == [("siv", None, "nothing"), ("siv", ANN, "all")]


async def test_another_municipality_finds_nobody_and_that_is_logged_too(applied: SchoolYear) -> None:
    assert await find(applied, Reader(subject="kim", municipality="2260", sees_protected=True)) == []
    assert await log(applied) == [("kim", ANN, "nothing")]


async def test_the_log_only_grows(applied: SchoolYear) -> None:
    await find(applied)
    for change in ("UPDATE person_lookups SET reader = 'x'", "DELETE FROM person_lookups", "TRUNCATE person_lookups"):
        with pytest.raises(DBAPIError, match="person_lookups only grows"):
            async with applied.unit_of_work() as work:
                await work.connection.execute(sa.text(change))


async def test_the_protected_are_masked_for_who_may_not_see_them(applied: SchoolYear) -> None:
    await applied.deliver(protected("ann", "protected_registration"))

    [masked], [shown] = await find(applied, HOME), await find(applied)
    assert (masked.identity, masked.homes, masked.protection) == (None, [], Protection.PROTECTED_REGISTRATION)
    assert (shown.identity is None, shown.masked) == (False, False)
    assert await log(applied) == [("olle", ANN, "all"), ("siv", ANN, "masked")]


async def test_the_strictest_protection_holds_and_a_later_revision_lifts_its_own(applied: SchoolYear) -> None:
    await applied.deliver(protected("ann", "secrecy_marking"), protected("ann", "none", by="2284"))
    assert (await find(applied))[0].protection is Protection.SECRECY_MARKING

    await applied.deliver(protected("ann", "none", revision=2), protected("ann", "secrecy_marking", revision=1))
    assert (await find(applied))[0].protection is Protection.NONE


async def test_a_move_is_said_and_has_a_history(applied: SchoolYear) -> None:
    await applied.deliver(moved("ann", "2260"), moved("ann", "2284", on="2027-06-20"), moved("ann", "2283", by="2260"))

    [found] = await find(applied)
    assert found.homes == [
        Home("2281", None, date(2027, 6, 1)),
        Home("2260", date(2027, 6, 1), date(2027, 6, 20)),
        Home("2284", date(2027, 6, 20), None),
    ]
    said = [
        (event["data"]["home_municipality"], event["data"]["valid_from"])
        for event in await applied.said("home.changed")
    ]
    assert said == [
        ("2260", "2027-06-01"),
        ("2284", "2027-06-20"),
    ]  # what 2260 told of another's applicant does not count


async def test_a_move_corrected_replaces_that_day_and_an_older_word_is_left_alone(applied: SchoolYear) -> None:
    await applied.deliver(moved("ann", "2262"), moved("ann", "2260", revision=2))
    await applied.deliver(moved("ann", "2283", revision=1))

    assert [home.municipality for home in (await find(applied))[0].homes] == ["2281", "2260"]
    assert [event["data"]["home_municipality"] for event in await applied.said("home.changed")] == ["2260"]


async def test_who_has_moved_is_received_and_paid_for_from_the_new_home(applied: SchoolYear) -> None:
    await applied.deliver(moved("ann", "2284", on="2027-07-01"))
    await applied.run("final")

    [admitted] = [event["data"] for event in await applied.said("applicant.admitted")]
    assert (admitted["home_municipality"], admitted["reception"]) == ("2284", "first_hand")
    await applied.deliver(answered("ann", "accept"))  # by Sundsvall, which handed in the application
    [accepted] = [event["data"] for event in await applied.said("place.accepted")]
    assert accepted["home_municipality"] == "2284"


async def test_a_move_after_the_day_that_counts_changes_nothing_of_the_round(applied: SchoolYear) -> None:
    await applied.deliver(moved("ann", "2284", on="2027-07-02"))
    await applied.run("final")

    [admitted] = [event["data"] for event in await applied.said("applicant.admitted")]
    assert (admitted["home_municipality"], admitted["reception"]) == ("2281", "second_hand")


async def test_who_handed_in_the_application_goes_on_reporting_grades(applied: SchoolYear) -> None:
    await applied.deliver(moved("ann", "2284"))
    await applied.deliver(graded("ann", grades("A"), occasion="final"))
    await applied.run("final")

    [row] = await applied.export("applicants", "final")
    assert (row["home_municipality"], row["merit"]) == ("2284", 320)


async def test_an_officer_records_a_move_and_a_protection(applied: SchoolYear) -> None:
    await record(
        RecordMove(applicant=ANN, to="2284", moved_on=date(2027, 6, 1), revision=1, reader=OFFICE), applied.unit_of_work
    )
    await protect(
        RecordProtection(applicant=ANN, level=Protection.SECRECY_MARKING, revision=1, reader=HOME), applied.unit_of_work
    )

    [found] = await find(applied)
    assert ([home.municipality for home in found.homes], found.protection) == (
        ["2281", "2284"], Protection.SECRECY_MARKING,
    )  # fmt: skip
    stranger = Reader(subject="kim", municipality="2260", sees_protected=True)
    with pytest.raises(NoSuchPerson):
        await record(
            RecordMove(applicant=ANN, to="2260", moved_on=date(2027, 6, 1), revision=1, reader=stranger),
            applied.unit_of_work,
        )


async def test_a_level_reported_alone_masks_the_lists(applied: SchoolYear) -> None:
    await applied.deliver(protected("ann", "secrecy_marking"))
    await applied.run("final")

    [row] = await applied.export("applicants", "final")
    [choice] = await applied.export("choices", "final")
    assert (row["home_municipality"], choice["ground"], choice["reception"]) == (None, None, 2)


async def apply_as_adult(year: SchoolYear, **changed: Any) -> None:
    data = example(ADULT) | {"application": str(uuid4()), "applicant": str(ANN)} | changed
    await year.deliver(incoming(ADULT, data, municipality="2281", subject=data["application"]))


async def test_who_has_only_applied_as_an_adult_is_protected_by_those_it_concerns(year: SchoolYear) -> None:
    await apply_as_adult(year)
    order = RecordProtection(applicant=ANN, level=Protection.SECRECY_MARKING, revision=1, reader=HOME)
    stranger = Reader(subject="kim", municipality="2260", sees_protected=True)
    with pytest.raises(NoSuchPerson):
        await protect(replace(order, reader=stranger), year.unit_of_work)
    assert [found.protection for found in await find(year)] == [Protection.NONE]

    await protect(order, year.unit_of_work)

    [masked] = await find(year, HOME)
    assert (masked.identity, masked.protection) == (None, Protection.SECRECY_MARKING)


async def test_one_protected_application_of_several_masks_the_person(year: SchoolYear) -> None:
    for flag in (False, True, False):
        await apply_as_adult(year, protected=flag)
    assert [found.identity for found in await find(year, HOME)] == [None]

    await year.apply("ann", "B", AWAY)
    [masked], [shown] = await find(year, HOME), await find(year)
    assert (masked.identity, masked.protection) == (None, Protection.SECRECY_MARKING)
    assert shown.identity == identity_of(sum(map(ord, "ann")))  # that of the application to upper secondary


async def test_one_who_has_a_tf_number_may_share_it(year: SchoolYear) -> None:
    for name in ("ann", "bo"):
        await year.deliver(application(name, EK, identity="20110101-TF10"))

    assert len(await find(year, identity="20110101TF10")) == 2
    assert identity_of(1) not in {found.identity for found in await find(year)}
