"""Refused reports to operate on, and eyes to see what became of them."""

import sqlalchemy as sa

from shared import dead_letters, inbox
from shared.auth import Caller
from shared.testing import RawRecord, incoming

from ..conftest import APPLICATION

ANNA = Caller("anna", None, frozenset({"operations"}), frozenset())
SCOPES = "operations:read operations:write dead_letters:read dead_letters:replay"


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
