"""Every event has exactly one effect, whatever stands beside it and whatever breaks."""

import asyncio

import pytest
from sqlalchemy.exc import OperationalError

from shared.batches import waves
from shared.consumer import BatchConsumer, Reading
from shared.testing import announced, example, incoming, record, refused

from .conftest import REPLY, REPORT, name, report

GRADES = "se.samverk.admissions.grades.reported.v1"
ANSWER = "se.samverk.admissions.report.rejected.v1"


async def test_a_batch_is_handled_once_however_often_it_is_delivered(consumer, toy, effects):
    batch = [report(f"p{n}", n) for n in range(50)]

    await consumer.take(batch)
    await consumer.take(batch)

    assert await effects() == [f"p{n}" for n in range(50)]
    assert toy.batches == [50]


async def test_one_poison_record_among_a_thousand_is_kept_and_the_rest_have_their_effect(
    consumer, toy, effects, engine, contracts
):
    toy.poison = {"p500"}

    await consumer.take([report(f"p{n}", n) for n in range(1001)])

    assert sorted(await effects()) == sorted(f"p{n}" for n in range(1001) if n != 500)
    async with engine.connect() as connection:
        letters = await refused(connection)
        answers = await announced(connection, ANSWER)
    assert [letter["reason"] for letter in letters] == ["failed"]
    assert [answer["data"]["report_subject"] for answer in answers] == ["2281-p500"]
    assert answers[0]["topic"] == "out.2281.answers"


async def test_the_order_of_a_key_is_kept_when_a_batch_is_halved(consumer, toy, effects):
    toy.poison = {"bad"}
    batch = [report("bad" if n == 7 else f"k{n % 3}", n) for n in range(20)]
    ids = [dict(r.headers)["ce_id"].decode() for r in batch]

    await consumer.take(batch)

    assert len(ids) == len(set(ids))
    assert await effects() == [f"k{n % 3}" for n in range(20) if n != 7]


async def test_passing_trouble_is_waited_out_without_a_dead_letter(consumer, toy, effects, engine):
    toy.trouble = [OperationalError("insert", {}, OSError("away")), ConnectionResetError()]

    await consumer.take([report("a", 0), report("b", 1)])

    assert await effects() == ["a", "b"]
    async with engine.connect() as connection:
        assert await refused(connection) == []


async def test_the_same_id_with_other_content_is_refused_told_and_counted(consumer, effects, engine, numbers):
    await consumer.take([report("a", 0, id="one")])
    await consumer.take([report("b", 1, id="one")])

    assert numbers.get_sample_value("samverk_event_conflicts_total") == 1
    assert numbers.get_sample_value("samverk_events_taken_total", {"type": REPORT}) == 1

    assert await effects() == ["a"]
    async with engine.connect() as connection:
        assert [letter["reason"] for letter in await refused(connection)] == ["same_id_other_content"]


async def test_the_same_id_twice_in_one_batch_has_one_effect(consumer, effects, engine):
    await consumer.take([report("a", 0, id="one"), report("a", 1, id="one"), report("b", 2, id="one")])

    assert await effects() == ["a"]
    async with engine.connect() as connection:
        assert [letter["reason"] for letter in await refused(connection)] == ["same_id_other_content"]


async def test_a_refused_report_may_be_mended_under_its_own_id(consumer, toy, effects, engine):
    toy.refuse = {"a"}
    await consumer.take([report("m", data={"offering": "2281-m"}, id="one")])
    await consumer.take([report("m", 1, id="one")])

    assert await effects() == ["m"]


async def test_a_refusal_read_again_is_told_once(consumer, engine):
    wrong = [report("m", data={"nothing": True})]
    await consumer.take(wrong)
    await consumer.take(wrong)

    async with engine.connect() as connection:
        assert len(await refused(connection)) == 1
        assert len(await announced(connection, ANSWER)) == 1


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"value": b"\xff\x00rubbish"}, "not_json"),
        ({"value": b"[1, 2]"}, "not_json"),
        ({"value": None}, "not_json"),
        ({"value": b'{"a": "\\u0000"}'}, "not_json"),
        ({"headers": ()}, "not_json"),
        ({"headers": (("ce_id", b"\xff"),)}, "not_a_cloudevent"),
        ({"headers": (("ce_id", b"1"), ("ce_id", b"2"))}, "not_a_cloudevent"),
        ({"headers": (("ce_id", b"1"), ("ce_type", None)), "value": b"{}"}, "not_a_cloudevent"),
    ],
)
async def test_rubbish_is_set_aside_with_its_bytes_and_stops_nothing(consumer, engine, effects, changes, reason):
    from dataclasses import replace

    good, bad = report("good", 0), replace(report("bad", 1), **({"value": b"rubbish"} | changes))

    await consumer.take([bad, good])

    assert await effects() == ["good"]
    async with engine.connect() as connection:
        assert [letter["reason"] for letter in await refused(connection)] == [reason]
        answers = await announced(connection, ANSWER)
    assert len(answers) == 1
    assert all(fault["sv"] and fault["en"] for fault in answers[0]["data"]["faults"])


async def test_a_municipality_cannot_speak_for_another(consumer, engine, effects):
    await consumer.take([report("a", 0, source="/municipalities/2282/x")])

    assert await effects() == []
    async with engine.connect() as connection:
        assert [letter["reason"] for letter in await refused(connection)] == ["wrong_source"]


async def test_the_subject_must_be_what_the_contract_names_as_key(consumer, engine, effects):
    from dataclasses import replace

    right = report("a")
    headers = [(name, b"2281-b" if name == "ce_subject" else value) for name, value in right.headers]
    await consumer.take([replace(right, headers=headers)])

    assert await effects() == []
    async with engine.connect() as connection:
        assert [letter["reason"] for letter in await refused(connection)] == ["wrong_subject"]


async def test_what_other_services_say_and_we_do_not_read_is_passed_over(consumer, engine, effects):
    await consumer.take([record("se.samverk.catalogue.offering.withdrawn.v1", {}, topic="catalogue.events")])

    assert await effects() == []
    async with engine.connect() as connection:
        assert await refused(connection) == []


async def test_two_consumers_given_the_same_records_leave_one_effect(consumer, effects):
    batch = [report(f"p{n}", n) for n in range(30)]

    await asyncio.gather(consumer.take(batch), consumer.take(batch))

    assert sorted(await effects()) == sorted(f"p{n}" for n in range(30))


def test_types_are_grouped_but_the_order_within_a_key_is_kept():
    events = [
        incoming(GRADES, {}, municipality="2281", subject="a"),
        incoming(REPLY, {}, municipality="2281", subject="b"),
        incoming(GRADES, {}, municipality="2281", subject="c"),
        incoming(REPLY, {}, municipality="2281", subject="a"),
    ]

    grouped = [(kind, [e.subject for e in group]) for kind, group in waves(events)]

    assert grouped == [(GRADES, ["a", "c"]), (REPLY, ["b"]), (REPLY, ["a"])]


async def test_a_municipality_cannot_say_what_only_a_service_may(
    unit_of_work, contracts, metrics, toy, engine, effects
):
    published = "se.samverk.catalogue.offering.published.v1"
    consumer = BatchConsumer("admissions", [Reading(published, toy.handle)], unit_of_work, contracts, metrics)
    data = example(published)

    await consumer.take([record(published, data, topic="in.2281.admissions", subject=data["offering"])])
    await consumer.take([record(published, data, topic="catalogue.events", subject=data["offering"], offset=1)])

    assert await effects() == [name(data["offering"])]
    async with engine.connect() as connection:
        assert [letter["reason"] for letter in await refused(connection)] == ["unknown_type"]
