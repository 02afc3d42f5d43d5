"""A report over HTTP: in at the door, through Kafka, to its effect; and what the door says when it can't."""

import asyncio
import signal

import pytest

from .events import TRADES, application
from .test_process import there as _there

there = _there
BATCH = "application/cloudevents-batch+json"
STRUCTURED = "application/cloudevents+json"


def bearer(stack, **claims) -> dict[str, str]:
    return {"Authorization": f"Bearer {stack.token(**claims)}"}


@pytest.mark.parametrize("trade", TRADES, ids=lambda trade: trade.service)
async def test_a_batch_at_the_door_has_its_effect_once_though_it_is_sent_twice(trade, stack, batch, http, ledger):
    reports = [trade.make(batch, n) for n in range(15)]
    headers = bearer(stack, municipality=reports[0].municipality) | {"Content-Type": BATCH}
    url = f"{stack.urls[trade.service]}/events"

    answers = [await http.post(url, headers=headers, json=[r.envelope() for r in reports]) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [202, 202]
    assert answers[0].json()["accepted"] == [report.id for report in reports]
    await ledger.until_taken(trade.service, reports)
    await ledger.assert_exactly_one_effect(trade, reports)


async def test_the_bad_ones_of_a_batch_are_named_and_the_good_ones_taken(stack, batch, http, ledger):
    good, bad = application(batch, 1), application(batch, 2, choices=[], revision=0)
    headers = bearer(stack, municipality="2281") | {"Content-Type": BATCH}

    answer = await http.post(
        f"{stack.urls['admissions']}/events", headers=headers, json=[bad.envelope(), good.envelope()]
    )

    assert answer.status_code == 207
    (refused,) = answer.json()["refused"]
    assert refused["index"] == 0
    assert {fault["field"] for fault in refused["faults"]} == {"/choices", "/revision"}
    await ledger.until_taken("admissions", [good])


async def test_each_refusal_has_its_own_status(stack, batch, http):
    report = application(batch, 1)
    url = f"{stack.urls['admissions']}/events"

    async def status(headers: dict[str, str], **content) -> int:
        return (await http.post(url, headers={"Content-Type": STRUCTURED} | headers, **content)).status_code

    mine = bearer(stack, municipality="2281")
    assert await status({}, json=report.envelope()) == 401
    assert await status(bearer(stack, municipality="2281", lifetime_s=-3600), json=report.envelope()) == 401
    assert await status(bearer(stack, municipality="2282"), json=report.envelope()) == 403
    assert await status(bearer(stack, municipality="2281", scopes=["reports:read"]), json=report.envelope()) == 403
    assert await status(mine, content=b"x" * 1_000_001) == 413
    assert await status(mine | {"Content-Type": "text/plain"}, content=b"x") == 415
    assert await status(mine, content=b"{") == 422
    assert await status(mine, json=report.envelope()) == 202


@pytest.mark.slow
@pytest.mark.durable
async def test_without_a_broker_the_door_says_when_to_come_back(stack, batch, http, ledger, there):
    report = application(batch, 1)
    headers = bearer(stack, municipality="2281") | {"Content-Type": STRUCTURED}
    url = f"{stack.urls['admissions']}/events"
    # killed: brokers that stop in good order wait for each other
    await asyncio.gather(*(there(stack.kill(name, signal.SIGKILL, stay_down=True)) for name in stack.brokers))
    away = await http.post(url, headers=headers, json=report.envelope())
    await asyncio.gather(*(there(stack.start(name)) for name in stack.brokers))

    assert away.status_code == 503
    assert int(away.headers["Retry-After"]) > 0
    async with asyncio.timeout(60):
        while (await http.post(url, headers=headers, json=report.envelope())).status_code != 202:
            await asyncio.sleep(0.5)
    await ledger.until_taken("admissions", [report])
    await ledger.assert_exactly_one_effect(TRADES[0], [report])
