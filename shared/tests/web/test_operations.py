"""What operations see and do in one service, over a real PostgreSQL."""

from datetime import timedelta
from types import SimpleNamespace
from uuid import uuid4

import pytest
import sqlalchemy as sa
from aiokafka import TopicPartition
from fastapi import FastAPI

from shared import dead_letters, inbox
from shared.auth import Caller
from shared.events import Outgoing
from shared.observability.metrics import Metrics, registry
from shared.operations import api, letters, log, pauses, replays
from shared.operations.letters import Filter
from shared.problems import Problems
from shared.testing import RawRecord, incoming, parts
from shared.texts import Text

from .conftest import APPLICATION, REPLY, client_of

ANNA = Caller("anna", None, frozenset({"operations"}), frozenset())
SCOPES = "operations:read operations:write dead_letters:read dead_letters:replay"


class NoLag:
    async def measure(self) -> list:
        return []


@pytest.fixture
async def client(guard, unit_of_work):
    class Service:
        name, title, listens_to = "admissions", Text("Antagning", "Admissions"), ("catalogue.events",)
        readings = tuple(SimpleNamespace(type=kind) for kind in (APPLICATION, REPLY))

    app = FastAPI()
    app.include_router(api.router(api.Desk(Service, parts(unit_of_work, guard), NoLag())))
    Problems(api.ERRORS).install(app)
    async with client_of(app) as made:
        yield made


@pytest.fixture
def region(issuer):
    return issuer.headers(municipality=None, scope=SCOPES, sub="anna")


async def refuse(
    unit_of_work, number: int, *, municipality: str = "2281", reason: str = "breaks_a_rule", sent: int = 0
):
    """So many refused reports, as the consumer leaves them; `sent` is how often each has been sent again."""
    headers = [(dead_letters.REPLAYS_HEADER, str(sent).encode())] if sent else []
    async with unit_of_work() as work:
        events = []
        for place in range(number):
            topic = f"in.{municipality}.admissions"
            record = RawRecord(
                topic, place % 2, place + sent * 100_000 + len(reason) * 1_000_000, 0, b"k", b"{}", headers
            )
            made = incoming(APPLICATION, {"n": place}, municipality=municipality, id=f"{reason}-{sent}-{place}")
            events.append(made._replace(record=record))
        await inbox.enter(work.connection, events)
        for event in events:
            work.refuse(event, reason)


async def scalar(unit_of_work, statement: str):
    async with unit_of_work.read() as connection:
        return (await connection.execute(sa.text(statement))).scalar_one()


async def carry_on(unit_of_work) -> dict:
    """One tick of the chore; the latest replay after it."""
    async with unit_of_work() as work:
        await replays.carry_on(work)
    async with unit_of_work.read() as connection:
        return (await replays.recent(connection, None))[0]


async def test_a_bulk_replay_goes_in_batches_and_marks_what_it_sends(unit_of_work):
    await refuse(unit_of_work, 1_200)
    await refuse(unit_of_work, 3, reason="wrong_shape")
    async with unit_of_work() as work:
        await replays.begin(work, ANNA, Filter(reason="breaks_a_rule"), None)

    steps = [await carry_on(unit_of_work) for _ in range(3)]

    assert [(step["sent"], step["outcome"]) for step in steps] == [(500, None), (1_000, None), (1_200, "done")]
    assert await scalar(unit_of_work, "SELECT count(*) FROM outbox WHERE topic = 'in.2281.admissions'") == 1_200
    assert await scalar(unit_of_work, "SELECT count(*) FROM dead_letters WHERE replayed_at IS NULL") == 3
    assert await scalar(unit_of_work, "SELECT count(*) FROM inbox WHERE refused") == 3  # the others may come again
    async with unit_of_work.read() as connection:
        assert [line["action"] for line in await log.read(connection, None, 9)] == ["replay_done", "replay"]


async def test_the_order_of_each_partition_is_kept(unit_of_work):
    await refuse(unit_of_work, 40)
    async with unit_of_work() as work:
        await replays.begin(work, ANNA, Filter(), None)
    await carry_on(unit_of_work)

    select = """SELECT count(*) FROM (
        SELECT partition, "offset", lag("offset") OVER (PARTITION BY partition ORDER BY outbox.position) AS before
        FROM outbox JOIN dead_letters ON dead_letters.id = outbox.event_id WHERE outbox.topic = 'in.2281.admissions'
    ) AS sent WHERE "offset" < before"""
    assert await scalar(unit_of_work, select) == 0


async def test_a_record_that_fails_time_after_time_is_held_until_forced_with_a_reason(unit_of_work):
    await refuse(unit_of_work, 2, sent=replays.MOST_REPLAYS)
    await refuse(unit_of_work, 1)
    async with unit_of_work() as work:
        await replays.begin(work, ANNA, Filter(), None)
    held = await carry_on(unit_of_work)
    async with unit_of_work() as work:
        await replays.begin(work, ANNA, Filter(), "the rule is mended")
    forced = await carry_on(unit_of_work)

    assert (held["total"], held["sent"], held["held"]) == (3, 1, 2)
    assert (forced["sent"], forced["held"]) == (2, 0)


async def test_what_fails_again_does_not_go_round_in_the_same_replay(unit_of_work):
    await refuse(unit_of_work, 1)
    async with unit_of_work() as work:
        await replays.begin(work, ANNA, Filter(), None)
    await refuse(unit_of_work, 1, sent=1)

    assert (await carry_on(unit_of_work))["sent"] == 1
    assert await scalar(unit_of_work, "SELECT count(*) FROM dead_letters WHERE replayed_at IS NULL") == 1


async def test_a_stopped_replay_sends_no_more(unit_of_work):
    await refuse(unit_of_work, 600)
    async with unit_of_work() as work:
        job = await replays.begin(work, ANNA, Filter(), None)
    await carry_on(unit_of_work)
    async with unit_of_work() as work:
        await replays.stop(work, ANNA, job)

    assert (await carry_on(unit_of_work))["sent"] == 500
    with pytest.raises(replays.ReplayEnded):
        async with unit_of_work() as work:
            await replays.stop(work, ANNA, job)


async def test_a_replay_waits_while_much_is_to_be_published(unit_of_work, monkeypatch):
    monkeypatch.setattr(replays, "_MOST_WAITING", 3)
    await refuse(unit_of_work, 4)
    async with unit_of_work() as work:
        await replays.begin(work, ANNA, Filter(), None)

    assert (await carry_on(unit_of_work))["sent"] == 0
    async with unit_of_work() as work:
        await work.connection.execute(sa.text("UPDATE outbox SET published_at = now()"))
    assert (await carry_on(unit_of_work))["sent"] == 4


async def test_the_filter_narrows_by_reason_type_municipality_and_time(unit_of_work):
    await refuse(unit_of_work, 2)
    await refuse(unit_of_work, 1, municipality="2284", reason="wrong_shape")
    async with unit_of_work.read() as connection:
        now = (await connection.execute(sa.text("SELECT now()"))).scalar_one()

        async def count(own=None, **chosen) -> int:
            return await letters.count(connection, Filter(**chosen), own)

        assert await count() == 3
        assert await count(reason="wrong_shape") == 1
        assert await count(municipality="2281") == 2
        assert await count(event_type=REPLY) == 0
        assert await count(since=now + timedelta(hours=1)) == 0
        assert await count(until=now - timedelta(hours=1)) == 0
        assert await count(own="2284") == 1
        assert await count(own="2284", municipality="2281") == 0


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


async def test_a_journey_tells_what_came_and_what_it_made_the_service_say(client, region, unit_of_work):
    report = incoming(REPLY, {}, municipality="2281", id="report-1")
    trace = f"00-{1:032x}-{2:016x}-01"
    said = uuid4()
    async with unit_of_work() as work:
        await inbox.enter(work.connection, [report])
        work.announce(
            Outgoing(type=REPLY, subject="s", data={}, id=said, cause=report._replace(traceparent=trace)),
            Outgoing(type=REPLY, subject="s", data={}),
        )

    first = (await client.get("/operations/events/report-1", headers=region)).json()
    second = (await client.get(f"/operations/events/{said}", headers=region)).json()
    unknown = (await client.get("/operations/events/no such", headers=region)).json()

    assert [(row["source"], row["refused"]) for row in first["received"]] == [("/municipalities/2281/test", False)]
    assert [(row["id"], row["topic"], row["published_at"]) for row in first["caused"]] == [
        (str(said), "admissions.events", None)
    ]
    [row] = second["said"]
    assert (row["cause_source"], row["cause_id"], row["traceparent"]) == (
        "/municipalities/2281/test",
        "report-1",
        trace,
    )
    assert first["reads"] == [APPLICATION, REPLY]
    assert not unknown["received"] + unknown["said"] + unknown["caused"]


async def test_an_id_that_looks_like_a_persons_number_is_masked(client, region):
    answer = await client.get("/operations/events/20080101-2384", headers=region)

    assert "20080101-2384" not in answer.text


@pytest.mark.parametrize("change", ["UPDATE operations_log SET subject = 'x'", "DELETE FROM operations_log"])
async def test_the_log_can_only_be_added_to(unit_of_work, change):
    async with unit_of_work() as work:
        await log.add(work, ANNA, "pause", {}, "paused")

    with pytest.raises(sa.exc.DBAPIError, match="only be added to"):
        async with unit_of_work() as work:
            await work.connection.execute(sa.text(change))


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
