"""How the municipalities hand in: some through the HTTP door, some onto their own topics."""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence

import httpx
from aiokafka import AIOKafkaProducer

from samverk.demo.journal import DoorRefusal, Journal
from samverk.demo.reports import Report
from samverk.demo.rubbish import Raw
from samverk.envelopes import binary, structured
from samverk.sending import kafka
from samverk.sending.http import HttpDoor

OnSent = Callable[[int], None]


class Post:
    """Delivers reports as each municipality does it, side by side, and keeps the journal.

    `producers` by municipality: each comes in at the broker as itself.
    """

    def __init__(
        self,
        client: httpx.AsyncClient,
        producers: Mapping[str, AIOKafkaProducer],
        urls: Mapping[str, str],
        token: Callable[[str], str],
    ) -> None:
        self._client, self._producers, self._urls, self._token = client, producers, urls, token
        self.journal = Journal()

    async def deliver(self, reports: Sequence[Report], on_sent: OnSent) -> None:
        """All reports, in order within each municipality and service; returns when all are confirmed or refused."""
        groups: dict[tuple[str, str], list[Report]] = defaultdict(list)
        for report in reports:
            groups[report.municipality.code, report.service].append(report)
        async with asyncio.TaskGroup() as tasks:
            for group in groups.values():
                tasks.create_task(self._deliver_group(group, on_sent))

    async def drop(self, raws: Sequence[Raw], on_sent: OnSent) -> None:
        """Records as they are, good or not, onto their topics."""
        for raw in raws:
            code = raw.municipality.code
            await kafka.send(self._producers[code], f"in.{code}.{raw.service}", [raw.record], on_sent)
            if raw.id is None:
                self.journal.nameless += 1
            else:
                self.journal.confirmed[raw.id] += 1

    async def _deliver_group(self, group: Sequence[Report], on_sent: OnSent) -> None:
        home, service = group[0].municipality, group[0].service
        if home.door == "http":
            await self._through_the_door(group, on_sent)
            return
        form = structured if home.door == "kafka-structured" else binary
        records = [form(report.event) for report in group]
        await kafka.send(self._producers[home.code], f"in.{home.code}.{service}", records, on_sent)
        self.journal.confirmed.update(report.event["id"] for report in group)

    async def _through_the_door(self, group: Sequence[Report], on_sent: OnSent) -> None:
        home, service = group[0].municipality, group[0].service
        door = HttpDoor(self._client, self._urls[service], self._token(home.code))
        outcomes = await door.send([report.event for report in group], on_sent)
        for report, outcome in zip(group, outcomes, strict=True):
            event = report.event
            if outcome.accepted:
                self.journal.confirmed[event["id"]] += 1
            else:
                refusal = DoorRefusal(home.code, service, event["type"], event["id"], outcome.faults)
                self.journal.at_door.append(refusal)
