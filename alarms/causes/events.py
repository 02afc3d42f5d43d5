"""Events that fail, that nobody can read, that contradict each other; and a consumer that does not get on."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from uuid import uuid4

from alarms.causes import Cause
from alarms.hands import AVAILABILITY, COST_BASIS, OFFERING, Hands, report

_BREAK = """
    CREATE FUNCTION drill_break() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'drill'; END $$;
    CREATE TRIGGER drill BEFORE INSERT OR UPDATE ON offerings FOR EACH ROW
    WHEN (NEW.offering = '2281-EK-DRILL') EXECUTE FUNCTION drill_break();
"""


@asynccontextmanager
async def _our_own_fault(hands: Hands) -> AsyncIterator[None]:
    """Handling breaks for one offering; mended, its dead letter is sent again as the runbook says."""
    await hands.execute("catalogue", _BREAK)
    await hands.send([report(OFFERING, offering="2281-EK-DRILL")])
    try:
        yield
    finally:
        await hands.execute("catalogue", "DROP FUNCTION drill_break CASCADE")
        async with hands.http("catalogue", roles=("operations",)) as client:
            answer = await client.post("/dead-letters/replay", json={"reason": "failed"})
            answer.raise_for_status()


@asynccontextmanager
async def _rubbish(hands: Hands) -> AsyncIterator[None]:
    await hands.send([], raw=[("in.2262.catalogue", b"\x00 no event")] * 40)
    yield


@asynccontextmanager
async def _one_id_twice(hands: Hands) -> AsyncIterator[None]:
    first = report(COST_BASIS, "2280")
    await hands.send([first, replace(first, data=first.data | {"pupils": 4711})])
    yield


@asynccontextmanager
async def _refused(hands: Hands) -> AsyncIterator[None]:
    await hands.send([replace(report(AVAILABILITY, "2284"), data={"counsellor": str(uuid4())}) for _ in range(12)])
    yield


@asynccontextmanager
async def _held_inbox(hands: Hands) -> AsyncIterator[None]:
    """Nothing can be handled while somebody else has the inbox; events go on coming."""
    async with hands.locked("admissions", "inbox"):
        coming = asyncio.create_task(_keep_coming(hands))
        try:
            yield
        finally:
            coming.cancel()


async def _keep_coming(hands: Hands) -> None:
    while True:
        await hands.send([], raw=[("in.2282.admissions", b"{}")] * 5)
        await asyncio.sleep(0.5)


@asynccontextmanager
async def _nowhere_to_go(hands: Hands) -> AsyncIterator[None]:
    """A row of the outbox whose topic is missing: those behind it wait too, in order."""
    row = "INSERT INTO outbox (event_id, type, topic, headers, payload) VALUES ($1, 'drill', 'drill.nowhere', '[]', '')"
    await hands.execute("catalogue", row, uuid4())
    try:
        yield
    finally:
        await hands.execute("catalogue", "DELETE FROM outbox WHERE topic = 'drill.nowhere'")


@asynccontextmanager
async def _never_heard(hands: Hands) -> AsyncIterator[None]:
    """A new region: nobody has reported yet. Then one does."""
    yield
    await hands.send([report(COST_BASIS, "2283")])


CAUSES = [
    Cause(("EventsFailed",), "en utlösare i databasen får vår kod att misslyckas; mot slutet samverk dlq replay",
          _our_own_fault, quick=True),
    Cause(("UnreadableRecords",), "40 uppgifter som inte är JSON", _rubbish),
    Cause(("EventConflicts",), "samma id med två innehåll", _one_id_twice),
    Cause(("ReportsMostlyRefused",), "12 uppgifter från 2284 som bryter mot kontraktet", _refused,
          (("municipality", "2284"),)),
    Cause(("MunicipalityQuiet",), "ny region där 2283 aldrig hörts av; sedan kommer en uppgift", _never_heard,
          (("municipality", "2283"), ("service", "pricing")), quick=True),
    Cause(("EventsLate", "ConsumerStalled", "ConsumerFallingBehind"), "någon annan håller tabellen inbox låst",
          _held_inbox, (("service", "admissions"),)),
    Cause(("OutboxStuck",), "en rad i utkorgen till ett ämne som saknas", _nowhere_to_go, (("service", "catalogue"),)),
]  # fmt: skip
