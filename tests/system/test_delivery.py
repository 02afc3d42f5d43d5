"""Whatever order and however often events come, each has exactly one effect."""

import asyncio
import random

import orjson
import pytest

from .events import TRADES, application


@pytest.mark.parametrize("trade", TRADES, ids=lambda trade: trade.service)
async def test_every_event_delivered_three_times_has_one_effect(trade, batch, send, ledger):
    reports = [trade.make(batch, n) for n in range(min(60, trade.most))]

    await send(reports + reports)
    await ledger.until_taken(trade.service, reports)
    await send(reports)
    await asyncio.sleep(0.5)

    await ledger.until_taken(trade.service, reports)
    await ledger.assert_exactly_one_effect(trade, reports)
    assert await ledger.dead_letters(trade.service, [r.id for r in reports]) == []


async def test_reports_out_of_order_end_in_the_newest_state(batch, send, ledger):
    revisions = [application(batch, n, revision=r) for n in range(40) for r in (1, 2, 3)]
    for report in revisions:
        report.data["choices"] = report.data["choices"][: report.data["revision"]]
    random.Random(batch).shuffle(revisions)

    await send(revisions)
    await ledger.until_taken("admissions", revisions)

    subjects = sorted({report.subject for report in revisions})
    newest = await ledger.value(
        "admissions",
        "SELECT array_agg(DISTINCT revision) FROM applications WHERE applicant_id = ANY($1::uuid[])",
        subjects,
    )
    assert newest == [3]


async def test_one_poison_record_among_a_thousand_stops_nothing_and_is_answered(batch, send, ledger, answers):
    reports = [application(batch, n) for n in range(1000)]
    wrong = application(batch, 1001, choices=[])

    await send(reports[:500], raw=[("in.2281.admissions", b"\xff\x00 no json")])
    await send([wrong, *reports[500:]])
    await ledger.until_taken("admissions", reports)

    assert await ledger.dead_letters("admissions", [wrong.id]) == ["wrong_shape"]
    told = [orjson.loads(record.value) for record in await answers("2281", until=10_000, seconds=6)]
    (answer,) = [t for t in told if t["report_id"] == wrong.id]
    assert [fault["field"] for fault in answer["faults"]] == ["/choices"]
    assert any(t["reason"] == "not_json" for t in told)


async def test_the_same_id_with_other_content_is_refused_and_the_first_stands(batch, send, ledger):
    first = application(batch, 1)
    other = application(batch, 2)
    imposter = type(other)(other.type, other.subject, other.data, id=first.id)

    await send([first])
    await ledger.until_taken("admissions", [first])
    await send([imposter])
    async with asyncio.timeout(20):
        while "same_id_other_content" not in await ledger.dead_letters("admissions", [first.id]):
            await asyncio.sleep(0.1)

    assert (
        await ledger.value("admissions", "SELECT count(*) FROM applications WHERE applicant_id = $1", first.subject)
        == 1
    )
    assert (
        await ledger.value("admissions", "SELECT count(*) FROM applications WHERE applicant_id = $1", other.subject)
        == 0
    )
