"""What operations may follow, and the log of what they did."""

from uuid import uuid4

import pytest
import sqlalchemy as sa

from shared import inbox
from shared.events import Outgoing
from shared.operations import log
from shared.testing import incoming

from ..conftest import APPLICATION, REPLY
from .steps import ANNA


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
