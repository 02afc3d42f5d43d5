"""Records through the whole consumer: envelope, contract, rules, inbox, effect and answer."""

from datetime import datetime

from prometheus_client import CollectorRegistry
from sqlalchemy import text

from pricing import queries
from pricing.adapters.reference import rules
from pricing.consumer import COST_BASIS_REPORTED, PLACE_ACCEPTED, PLACE_VACATED, STUDY_ENDED, STUDY_STARTED, readings
from shared.consumer import BatchConsumer
from shared.contracts import Contracts
from shared.observability.metrics import Metrics
from shared.testing import announced, example, incoming, record, refused
from shared.work import UnitOfWork

GOOD = example(COST_BASIS_REPORTED)


def consumer(unit_of_work: UnitOfWork) -> BatchConsumer:
    metrics = Metrics(CollectorRegistry(), [reading.type for reading in readings()])
    return BatchConsumer("pricing", readings(), unit_of_work, Contracts.load(), metrics)


async def test_of_a_batch_the_good_are_taken_and_each_bad_one_is_answered(unit_of_work: UnitOfWork) -> None:
    sent = [
        GOOD,
        GOOD | {"programme": "HA"},
        GOOD | {"price_year": 2099},
        GOOD | {"pupils": 0},
        GOOD | {"programme": "TE"},
    ]
    subjects = [f"2281-{data['price_year']}-{data['programme']}" for data in sent]
    records = [
        record(COST_BASIS_REPORTED, data, topic="in.2281.pricing", subject=subject, offset=at)
        for at, (data, subject) in enumerate(zip(sent, subjects, strict=True))
    ]
    await consumer(unit_of_work).take(records)
    async with unit_of_work.read() as connection:
        taken = await queries.cost_bases(connection, 2027, rules())
        letters = await refused(connection)
        answers = await announced(connection)
    assert [basis.programme for basis in taken.bases] == ["EK", "TE"]
    assert [letter["faults"][0]["field"] for letter in letters] == ["/programme", "/price_year", "/pupils"]
    assert {event["topic"] for event in answers} == {"out.2281.answers"}


async def test_admissions_examples_become_one_placement_however_often_they_are_read(unit_of_work: UnitOfWork) -> None:
    records = [
        record(kind, example(kind), topic="admissions.events", subject=example(kind)["applicant"], offset=at)
        for at, kind in enumerate((PLACE_VACATED, PLACE_ACCEPTED))
    ]
    await consumer(unit_of_work).take(records)
    await consumer(unit_of_work).take(records)
    async with unit_of_work.read() as connection:
        rows = (await connection.execute(text("SELECT starts_on, vacated_on FROM placements"))).all()
    assert [(str(row.starts_on), str(row.vacated_on)) for row in rows] == [("2027-08-18", "2027-08-04")]


async def test_a_place_runs_from_the_schools_start_notice_to_its_stop_notice(unit_of_work: UnitOfWork) -> None:
    notices = [
        (PLACE_ACCEPTED, "2027-07-10T08:00:00Z", {"starts_on": "2027-08-16"}),
        (STUDY_STARTED, "2027-08-23T08:00:00Z", {"starts_on": "2027-08-23"}),
        (STUDY_ENDED, "2027-11-12T08:00:00Z", {"vacated_on": "2027-11-13"}),
    ]
    handle = {reading.type: reading.handle for reading in readings()}
    for kind, at, changed in notices:
        event = incoming(kind, example(kind) | changed, time=datetime.fromisoformat(at))
        async with unit_of_work() as work:
            await handle[kind](work, [event])
    async with unit_of_work.read() as connection:
        rows = (await connection.execute(text("SELECT starts_on, vacated_on FROM placements"))).all()
    assert [(str(row.starts_on), str(row.vacated_on)) for row in rows] == [("2027-08-23", "2027-11-13")]
