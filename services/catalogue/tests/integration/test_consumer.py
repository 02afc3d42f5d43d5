"""Records through the whole consumer: envelope, contract, rules, inbox, effect and answer."""

from dataclasses import replace

import sqlalchemy as sa
from prometheus_client import CollectorRegistry

from catalogue import queries
from catalogue.consumer import REPORTED, readings
from shared.consumer import BatchConsumer
from shared.contracts import Contracts
from shared.observability.metrics import Metrics
from shared.outbox import unpack
from shared.testing import announced, example, record, refused
from shared.work import UnitOfWork

GOOD = example(REPORTED)


async def test_of_a_batch_the_good_are_taken_and_each_bad_one_is_answered(unit_of_work: UnitOfWork) -> None:
    sent = [
        GOOD,
        GOOD | {"offering": "2281-HV-1", "programme": "HV"},
        GOOD | {"offering": "2284-EK-1"},
        GOOD | {"seats": -1},
        GOOD | {"offering": "2281-TE-1", "programme": "TE"},
    ]
    records = [
        record(REPORTED, data, topic="in.2281.catalogue", subject=data["offering"], offset=at)
        for at, data in enumerate(sent)
    ]
    metrics = Metrics(CollectorRegistry(), [REPORTED])
    consumer = BatchConsumer("catalogue", readings(), unit_of_work, Contracts.load(), metrics)
    await consumer.take(records)
    await consumer.take(records)
    async with unit_of_work.read() as connection:
        taken = await queries.offerings(connection)
        letters = await refused(connection)
        said = await announced(connection)
    assert [row.offering for row in taken] == ["2281-EK-10000001", "2281-TE-1"]
    assert [(letter["reason"], letter["faults"][0]["code"]) for letter in letters][:2] == [
        ("breaks_a_rule", "programme_closed"),
        ("breaks_a_rule", "offering_not_yours"),
    ]
    assert letters[2]["reason"] == "wrong_shape"
    assert [event["topic"] for event in said].count("out.2281.answers") == 3
    assert [event["topic"] for event in said].count("catalogue.events") == 2


async def test_what_is_published_belongs_to_the_trace_of_its_report(unit_of_work: UnitOfWork) -> None:
    traces = [f"00-{n:032x}-00000000000000aa-01" for n in (1, 2)]
    records = []
    for at, trace in enumerate(traces):
        data = GOOD | {"offering": f"2281-EK-{at}"}
        made = record(REPORTED, data, topic="in.2281.catalogue", subject=data["offering"], offset=at)
        records.append(replace(made, headers=[*made.headers, ("ce_traceparent", trace.encode())]))
    consumer = BatchConsumer(
        "catalogue", readings(), unit_of_work, Contracts.load(), Metrics(CollectorRegistry(), [REPORTED])
    )

    await consumer.take(records)

    async with unit_of_work.read() as connection:
        packed = await connection.scalars(sa.text("SELECT headers FROM outbox ORDER BY position"))
    assert [dict(unpack(headers))["ce_traceparent"] for headers in packed] == [trace.encode() for trace in traces]


async def test_skill_test_quotas_and_introduction_are_passed_on_as_reported(unit_of_work: UnitOfWork) -> None:
    terms = {
        "skill_test": {"required": False, "scale": [{"result": "A", "tenths": 200, "passed": True}]},
        "quotas": [{"quota": "free", "seats": 2}],
    }
    group = {"introduction": "IMV", "uses_seats_of": "2281-EK-10000001"}
    consumer = BatchConsumer(
        "catalogue", readings(), unit_of_work, Contracts.load(), Metrics(CollectorRegistry(), [REPORTED])
    )
    for at, said in enumerate((terms, group, {})):
        data = GOOD | {"revision": at + 1} | said
        await consumer.take([record(REPORTED, data, topic="in.2281.catalogue", subject=data["offering"], offset=at)])
    async with unit_of_work.read() as connection:
        told = [event["data"] for event in await announced(connection)]

    names = ("skill_test", "quotas", "introduction", "uses_seats_of")
    assert [{name: data[name] for name in names if name in data} for data in told] == [terms, group, {}]
