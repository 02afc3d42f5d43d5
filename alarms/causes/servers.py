"""Services, PostgreSQL, Kafka, the disk, certificates and the watchers themselves."""

import asyncio
import json
import os
import shutil
import ssl
import subprocess
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg
import httpx
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from alarms.causes import Cause
from alarms.hands import OFFERING, Hands, report

_WAITING = 12


@asynccontextmanager
async def _service_down(hands: Hands) -> AsyncIterator[None]:
    async with hands.stopped("pricing"):
        yield


@asynccontextmanager
async def _service_frozen(hands: Hands) -> AsyncIterator[None]:
    async with hands.frozen("guidance"):
        yield


@asynccontextmanager
async def _service_killed(hands: Hands) -> AsyncIterator[None]:
    """As soon as it can be seen it is killed again."""
    for _ in range(5):
        await hands.stack.kill("catalogue")
        await hands.until_seen("catalogue")
        # one scrape
        await asyncio.sleep(1.2)
    yield
    await hands.stack.supervisor.ready("catalogue")


@asynccontextmanager
async def _postgres_down(hands: Hands) -> AsyncIterator[None]:
    async with hands.stopped("postgres"):
        yield


@asynccontextmanager
async def _connections_taken(hands: Hands) -> AsyncIterator[None]:
    async with hands.connections(145):
        yield


@asynccontextmanager
async def _pages_wait_for_a_lock(hands: Hands) -> AsyncIterator[None]:
    """More readers than connections, all waiting for one table; when it is let go they have waited long."""
    async with (
        hands.http("guidance", municipality="2281", scopes=("reports:read",)) as client,
        asyncio.TaskGroup() as together,
        hands.locked("guidance", "dead_letters"),
    ):
        for _ in range(3 * _WAITING):
            together.create_task(_asked(client))
        yield


async def _asked(client: httpx.AsyncClient) -> None:
    """Waiting too long for a connection is an error of its own, and meant here; to be refused is not."""
    answer = await client.get("/reports/rejected")
    if answer.status_code in (httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN):
        answer.raise_for_status()


@asynccontextmanager
async def _slow_door(hands: Hands) -> AsyncIterator[None]:
    """Those who came while the table was locked for three seconds, again and again."""
    slowing = asyncio.create_task(_slowly(hands))
    try:
        yield
    finally:
        slowing.cancel()


async def _slowly(hands: Hands) -> None:
    while True:
        async with (
            hands.http("pricing", municipality="2281", scopes=("reports:read",)) as client,
            asyncio.TaskGroup() as together,
            hands.locked("pricing", "dead_letters"),
        ):
            for _ in range(8):
                together.create_task(_asked(client))
            await asyncio.sleep(3.5)


@asynccontextmanager
async def _long_transaction(hands: Hands) -> AsyncIterator[None]:
    async with hands.database("catalogue") as connection, connection.transaction():
        await connection.execute("SELECT 1")
        yield


@asynccontextmanager
async def _deadlock(hands: Hands) -> AsyncIterator[None]:
    """Two transactions that each want what the other has; PostgreSQL breaks one of them off."""
    lock = "SELECT pg_advisory_xact_lock($1)"
    async with (
        hands.database("admissions") as one,
        hands.database("admissions") as other,
        one.transaction(),
        other.transaction(),
    ):
        await one.execute(lock, 41)
        await other.execute(lock, 42)
        crossing = one.execute(lock, 42), other.execute(lock, 41)
        lost = [each for each in await asyncio.gather(*crossing, return_exceptions=True) if isinstance(each, Exception)]
        assert isinstance(lost[0], asyncpg.DeadlockDetectedError)
    yield


@asynccontextmanager
async def _full_disk(hands: Hands) -> AsyncIterator[None]:
    """A small file system of its own (tmpfs, 16 MB) that fills evenly."""
    assert hands.stack.watching
    place = hands.stack.watching.folder / "disk"
    place.mkdir(exist_ok=True)
    await _run("mount", "-t", "tmpfs", "-o", "size=16m", "samverk-drill", str(place))
    filling = asyncio.create_task(_fill(place))
    try:
        yield
    finally:
        filling.cancel()
        await _run("umount", str(place))


async def _fill(place: Path) -> None:
    with (place / "log").open("wb") as file:
        for _ in range(31):
            file.write(os.urandom(512 * 1024))
            file.flush()
            await asyncio.sleep(0.5)


@asynccontextmanager
async def _old_certificate(hands: Hands) -> AsyncIterator[None]:
    """A TLS server of our own whose certificate holds for two days."""
    assert hands.stack.watching
    folder = Path(tempfile.mkdtemp(prefix="samverk-drill-"))
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    await _run("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=drill",
               "-keyout", str(key), "-out", str(certificate))  # fmt: skip
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    server = await asyncio.start_server(lambda _reader, writer: writer.close(), "127.0.0.1", 0, ssl=context)
    targets = hands.stack.watching.folder / "prometheus" / "targets" / "certificate.json"
    before = targets.read_text()
    blackbox = json.loads((targets.parent / "probe.json").read_text())[0]["labels"]["__blackbox"]
    address = f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
    listed = [*json.loads(before), {"targets": [address], "labels": {"__blackbox": blackbox}}]
    targets.write_text(json.dumps(listed))
    try:
        yield
    finally:
        targets.write_text(before)
        server.close()
        shutil.rmtree(folder)


async def _run(*command: str) -> None:
    await asyncio.to_thread(subprocess.run, command, check=True, capture_output=True)


@asynccontextmanager
async def _blind(hands: Hands) -> AsyncIterator[None]:
    async with hands.stopped("node"):
        yield


@asynccontextmanager
async def _deaf(hands: Hands) -> AsyncIterator[None]:
    async with hands.receivers.deaf():
        yield


@asynccontextmanager
async def _nothing(_hands: Hands) -> AsyncIterator[None]:
    yield


@asynccontextmanager
async def _only_broker_down(hands: Hands) -> AsyncIterator[None]:
    async with hands.stopped(*hands.stack.brokers), _knocking(hands):
        yield


@asynccontextmanager
async def _one_broker_down(hands: Hands) -> AsyncIterator[None]:
    """The last of three; a topic has its only copy there."""
    name = hands.stack.brokers[-1]
    client = AIOKafkaAdminClient(**hands.stack.client("administrator"))
    await client.start()
    try:
        await client.create_topics([NewTopic("drill.alone", -1, -1, {0: [int(name.rpartition("-")[2])]})])
        await asyncio.sleep(2)
        async with hands.stopped(name):
            yield
        await client.delete_topics(["drill.alone"])
    finally:
        await client.close()


@asynccontextmanager
async def _two_brokers_down(hands: Hands) -> AsyncIterator[None]:
    async with hands.stopped(*hands.stack.brokers[1:]), _knocking(hands):
        yield


@asynccontextmanager
async def _knocking(hands: Hands) -> AsyncIterator[None]:
    """A municipality goes on sending over HTTP meanwhile."""
    async with hands.http("catalogue", municipality="2281", scopes=("events:write",)) as client:
        knocking = asyncio.create_task(_knock(hands, client))
        try:
            yield
        finally:
            knocking.cancel()
            await asyncio.gather(knocking, return_exceptions=True)


async def _knock(hands: Hands, client: httpx.AsyncClient) -> None:
    each = report(OFFERING)
    body = {
        "specversion": "1.0", "id": each.id, "type": each.kind, "source": "/municipalities/2281/drill",
        "subject": each.subject(hands.contracts), "datacontenttype": "application/json", "data": each.data,
    }  # fmt: skip
    headers = {"content-type": "application/cloudevents+json"}
    async with asyncio.TaskGroup() as together:
        while True:
            together.create_task(client.post("/events", json=body, headers=headers))
            await asyncio.sleep(0.5)


CALM = [
    Cause(("Watchdog",), "alltid", _nothing, quick=True),
    Cause(("LongTransaction",), "en transaktion som står öppen", _long_transaction, (("service", "catalogue"),),
          quick=True),
    Cause(("Deadlocks",), "två transaktioner som vill ha varandras lås", _deadlock),
    Cause(("DiskFilling", "DiskAlmostFull"), "ett litet eget filsystem (tmpfs 16 MB) som fylls", _full_disk, root=True),
    Cause(("CertificateExpiring",), "en TLS-server vars certifikat gäller två dagar", _old_certificate),
    Cause(("AlertsNotDelivered",), "mottagaren av webhook stängd", _deaf),
    Cause(("DoorSlow",), "tabellen dead_letters låst tre sekunder i taget under läsning", _slow_door,
          (("service", "pricing"),)),
    Cause(("PoolExhausted",), "tabellen dead_letters låst medan 36 läser", _pages_wait_for_a_lock,
          (("service", "guidance"),)),
]  # fmt: skip
STORMS = [
    [Cause(("ServiceDown", "BudgetBurningFast", "BudgetBurningSlow", "BudgetSpent"), "pricing stoppad", _service_down,
           (("service", "pricing"),)),
     Cause(("ServiceNotAlive",), "guidance frusen (SIGSTOP)", _service_frozen, (("service", "guidance"),)),
     Cause(("ServiceRestarting",), "catalogue dödad fem gånger", _service_killed, (("service", "catalogue"),)),
     Cause(("PostgresConnectionsNearLimit",), "145 anslutningar", _connections_taken),
     Cause(("WatchingBroken",), "node_exporter stoppad", _blind)],
    [Cause(("PostgresDown", "ServiceNotReady"), "PostgreSQL stoppad", _postgres_down, quick=True)],
    [Cause(("BrokerDown", "DoorErrors"), "den enda noden stoppad medan en kommun sänder", _only_broker_down,
           quick=True, most=1)],
    [Cause(("BrokerDown", "UnderReplicatedPartitions", "OfflinePartitions"),
           "en av tre noder stoppad; ett ämne har sin enda kopia där", _one_broker_down, brokers=3)],
    [Cause(("NoController", "UnderMinIsr", "DoorErrors"), "två av tre noder stoppade medan en kommun sänder",
           _two_brokers_down, brokers=3)],
]  # fmt: skip
