"""Dead letters are sent again in bulk: in batches, in order, and no more often than helps."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from shared.operations import letters, log, replays
from shared.operations.letters import Filter

from ..conftest import REPLY
from .steps import ANNA, refuse, scalar


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
