"""A topic held: noted with who and why, at once where it is read, and seen as a number."""

import pytest
from aiokafka import TopicPartition

from shared.observability.metrics import Metrics, registry
from shared.operations import pauses

from .steps import ANNA, SCOPES, refuse


class Consumer:
    """The part of aiokafka's consumer that a pause is about."""

    def __init__(self, *topics: str) -> None:
        self.assigned, self.stopped = {TopicPartition(topic, 0) for topic in topics}, set()

    def assignment(self) -> set:
        return self.assigned

    def paused(self) -> set:
        return self.stopped

    def pause(self, *partitions) -> None:
        self.stopped |= set(partitions)

    def resume(self, *partitions) -> None:
        self.stopped -= set(partitions)


async def test_a_pause_is_noted_once_with_who_and_why_and_lifted(client, region, unit_of_work):
    order = {"topic": "in.admissions", "reason": "the grades are being mended"}

    first = (await client.post("/operations/pauses", json=order, headers=region)).json()
    again = (await client.post("/operations/pauses", json=order, headers=region)).json()
    seen = (await client.get("/operations/lag", headers=region)).json()["paused"]
    lifted = await client.post("/operations/pauses/in.admissions/resume", json={"reason": "mended"}, headers=region)

    assert (first["new"], again["new"], lifted.json()["new"]) == (True, False, True)
    assert [(pause["subject"], pause["reason"]) for pause in seen] == [("anna", "the grades are being mended")]
    lines = (await client.get("/operations/log", headers=region)).json()["log"]
    assert [line["outcome"] for line in lines] == ["resumed", "was paused", "paused"]


@pytest.mark.parametrize(
    ("order", "status"),
    [
        ({"topic": "pricing.events", "reason": "not ours to read"}, 404),
        ({"topic": "in.2281.pricing", "reason": "not ours to read"}, 404),
        ({"topic": "in.2281.admissions", "reason": "x"}, 422),
        ({"topic": "in.2281.admissions"}, 422),
        ({"topic": "in.2281.admissions", "reason": "one municipality"}, 200),
        ({"topic": "catalogue.events", "reason": "another service"}, 200),
    ],
)
async def test_only_what_the_service_reads_can_be_paused_and_with_a_reason(client, region, order, status):
    assert (await client.post("/operations/pauses", json=order, headers=region)).status_code == status


async def test_a_municipalitys_staff_can_pause_nothing_and_follow_their_own_only(client, issuer, unit_of_work):
    sundsvall = issuer.headers(scope=SCOPES)
    await refuse(unit_of_work, 1)
    await refuse(unit_of_work, 1, municipality="2284", reason="wrong_shape")

    pause = await client.post(
        "/operations/pauses", json={"topic": "in.admissions", "reason": "no reason"}, headers=sundsvall
    )
    own = (await client.get("/operations/events/breaks_a_rule-0-0", headers=sundsvall)).json()
    others = (await client.get("/operations/events/wrong_shape-0-0", headers=sundsvall)).json()

    assert pause.status_code == 403
    assert [len(own[what]) for what in ("received", "dead_letters", "caused")] == [1, 1, 2]
    assert [len(others[what]) for what in ("received", "dead_letters", "said", "caused")] == [0, 0, 0, 0]


async def test_a_new_assignment_is_held_at_once_and_let_go_when_the_pause_is_lifted(unit_of_work, engine):
    consumer = Consumer("in.2281.admissions", "in.2284.admissions", "catalogue.events")
    held = pauses.Pauses("admissions", engine)
    held.consumer = lambda: consumer
    async with unit_of_work() as work:
        await pauses.pause(work, ANNA, "in.admissions", "mending")
    await held.on_partitions_assigned(consumer.assigned)
    assert {topic for topic, _ in consumer.stopped} == {"in.2281.admissions", "in.2284.admissions"}

    async with unit_of_work() as work:
        await pauses.resume(work, ANNA, "in.admissions", "mended")
        await pauses.pause(work, ANNA, "in.2284.admissions", "only they")
    async with engine.connect() as connection:
        await held.look(connection)
    assert {topic for topic, _ in consumer.stopped} == {"in.2284.admissions"}


def test_paused_topics_are_a_number_of_their_own():
    numbers = registry()
    metrics = Metrics(numbers, [], ["in.admissions", "catalogue.events"])

    metrics.paused({"in.2281.admissions"})
    assert numbers.get_sample_value("samverk_consumer_paused", {"topic": "in.admissions"}) == 1
    metrics.paused(set())
    assert numbers.get_sample_value("samverk_consumer_paused", {"topic": "in.admissions"}) == 0
    assert numbers.get_sample_value("samverk_consumer_paused", {"topic": "catalogue.events"}) == 0
