"""A service as operations see it: it ends in good order, says when it can't work, and never says who."""

import asyncio
import signal
import time

import psutil
import pytest

from .events import TRADES, application
from .test_outages import down_and_up as _down_and_up
from .test_outages import keep_sending

down_and_up = _down_and_up
pytestmark = pytest.mark.slow


@pytest.fixture
def there(background):
    """Awaits something in the loop that the supervisor lives in."""

    async def waiting(coroutine):
        return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(coroutine, background.loop))

    return waiting


@pytest.mark.parametrize("service", [trade.service for trade in TRADES])
async def test_sigterm_under_load_ends_within_ten_seconds_and_loses_nothing(service, stack, batch, ledger, there):
    trade = next(trade for trade in TRADES if trade.service == service)
    reports = [trade.make(batch, n) for n in range(trade.most)]
    sending = asyncio.create_task(keep_sending(stack, reports))
    await asyncio.sleep(0.3)
    process = psutil.Process(stack.supervisor.pid(service))

    started = time.monotonic()
    await there(stack.stop(service))
    ended_after = time.monotonic() - started
    await sending
    await there(stack.start(service))

    assert not process.is_running()
    assert ended_after < 10
    await ledger.until_taken(service, reports)
    await ledger.assert_exactly_one_effect(trade, reports)
    log = stack.state.log(service).read_text()
    assert '"service_stopped"' in log


async def test_readiness_names_what_is_away_while_liveness_stays(stack, http, down_and_up, there):
    url = stack.urls["catalogue"]
    await there(stack.kill("postgres", signal.SIGKILL, stay_down=True))
    ready = await http.get(f"{url}/health/ready")
    alive = await http.get(f"{url}/health/live")
    await there(stack.start("postgres"))

    assert ready.status_code == 503
    assert ready.json()["checks"]["database"] != "ok"
    assert ready.json()["checks"]["broker"] == "ok"
    assert alive.status_code == 200
    async with asyncio.timeout(20):
        while (await http.get(f"{url}/health/ready")).status_code != 200:
            await asyncio.sleep(0.2)


async def test_no_identity_number_reaches_logs_metrics_or_other_topics(stack, batch, send, ledger, http):
    good, bad = application(batch, 1), application(batch, 2, choices=[])
    number = good.data["identity"]

    await send([good, bad])
    await ledger.until_taken("admissions", [good])

    hidden = [number, number.replace("-", ""), bad.data["identity"]]
    texts = [path.read_text(errors="replace") for path in stack.state.logs.glob("*.log")]
    texts.append((await http.get(f"{stack.urls['admissions']}/metrics")).text)
    for text in texts:
        assert not any(secret in text for secret in hidden)
    said = await ledger.value(
        "admissions", "SELECT string_agg(convert_from(payload, 'UTF8'), ' ') FROM outbox WHERE topic NOT LIKE '%.dlq'"
    )
    assert not any(secret in said for secret in hidden)


async def test_a_service_sees_no_other_services_database(stack):
    import asyncpg

    url = stack.database_urls["pricing"].replace("+asyncpg", "").replace("/samverk_pricing", "/samverk_admissions")
    with pytest.raises((asyncpg.InsufficientPrivilegeError, asyncpg.InvalidAuthorizationSpecificationError)):
        await asyncpg.connect(url)
