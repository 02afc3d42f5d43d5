"""A file's rows to the services that read them, and what became of each."""

import asyncio
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import httpx

from samverk import screen
from samverk.envelopes import Envelope, binary
from samverk.reading.rows import Row
from samverk.row_report import Refusal, Report, refusal
from samverk.sending import kafka
from samverk.sending.http import HttpDoor
from samverk.sending.outcomes import ACCEPTED, DoorShut, Outcome
from samverk.surroundings import NowhereToGo, Surroundings
from samverk.words import language, said
from shared.contracts import Contracts
from shared.faults import Fault

_LOOK_EVERY_S = 1.0
_PAGE = 500
_OTHER_SERVICE = Fault(
    "/type",
    "other_service",
    "Händelsens typ hör till en annan tjänst än den som angavs med --service.",
    "The event's type belongs to another service than the one given with --service.",
)


@dataclass(frozen=True, slots=True)
class Order:
    """Where and how to send; `service` None: the event's type decides; `wait_s`: how long to look for refusals."""

    around: Surroundings
    contracts: Contracts
    municipality: str
    service: str | None
    token: str | None
    by_kafka: bool
    wait_s: float

    def service_of(self, event: Envelope) -> str:
        return self.contracts.get(event["type"]).service


async def deliver(rows: Sequence[Row], order: Order) -> Report:
    """Send every good row. Raises NowhereToGo, DoorShut and DoorAway."""
    refused = [refusal(row, row.faults) for row in rows if not row.good]
    groups: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        if row.good and row.event is not None:
            groups[order.service_of(row.event)].append(row)
    for service in [name for name in groups if order.service not in (None, name)]:
        refused += [refusal(row, [_OTHER_SERVICE]) for row in groups.pop(service)]
    refused += await _send_groups(groups, order)
    accepted = len(rows) - len(refused)
    late = await _refused_afterwards(groups, order) if order.wait_s and accepted else []
    return Report(len(rows), accepted, sorted(refused, key=lambda each: each.line or 0), late)


async def _send_groups(groups: Mapping[str, Sequence[Row]], order: Order) -> list[Refusal]:
    refused: list[Refusal] = []
    with screen.progress() as bar:
        task = bar.add_task(said("Skickar", "Sending"), total=sum(map(len, groups.values())))
        for service, rows in groups.items():
            outcomes = await _send(service, [row.event for row in rows if row.event], order, bar, task)
            pairs = zip(rows, outcomes, strict=True)
            refused += [refusal(row, outcome.faults) for row, outcome in pairs if not outcome.accepted]
    return refused


async def _send(service: str, events: Sequence[Envelope], order: Order, bar: Any, task: Any) -> Sequence[Outcome]:
    def sent(number: int) -> None:
        bar.advance(task, number)

    if order.by_kafka:
        if order.around.kafka is None:
            raise NowhereToGo("Ange Kafka i SAMVERK_KAFKA.", "Give Kafka's address in SAMVERK_KAFKA.")
        security = order.around.security(f"municipality-{order.municipality}")
        async with kafka.producer(order.around.kafka, security, idempotence=order.around.idempotence) as producer:
            topic = f"in.{order.municipality}.{service}"
            await kafka.send(producer, topic, [binary(event) for event in events], sent)
        return [ACCEPTED] * len(events)
    async with httpx.AsyncClient(timeout=30, trust_env=False) as client:
        url = order.around.url(service)
        token = order.around.token(order.token, municipality=order.municipality)
        door = HttpDoor(client, url, token, language=language())
        return await door.send(events, sent)


async def _refused_afterwards(groups: Mapping[str, Sequence[Row]], order: Order) -> list[Refusal]:
    """What the services refuse of these rows within the time; looks until then, since silence means taken."""
    lines = {row.event["id"]: row.line for rows in groups.values() for row in rows if row.event}
    found: dict[str, Refusal] = {}
    until = time.monotonic() + order.wait_s
    async with httpx.AsyncClient(timeout=30, trust_env=False) as client:
        while True:
            for service in groups:
                for entry in await rejected(client, order, service):
                    if entry["report_id"] in lines:
                        found[entry["report_id"]] = _late(entry, lines)
            if len(found) == len(lines) or time.monotonic() >= until:
                return sorted(found.values(), key=lambda each: each.line or 0)
            await asyncio.sleep(_LOOK_EVERY_S)


async def rejected(client: httpx.AsyncClient, order: Order, service: str) -> list[Mapping[str, Any]]:
    """The newest refused reports of the municipality at one service. Raises DoorShut."""
    token = order.around.token(order.token, municipality=order.municipality)
    answer = await client.get(
        f"{order.around.url(service)}/reports/rejected",
        params={"limit": _PAGE},
        headers={"authorization": f"Bearer {token}"},
    )
    if answer.status_code != httpx.codes.OK:
        raise DoorShut(answer.status_code, answer.reason_phrase)
    listed: list[Mapping[str, Any]] = answer.json()["rejected"]
    return listed


def _late(entry: Mapping[str, Any], lines: Mapping[str, int]) -> Refusal:
    faults = [Fault(each["field"], each["code"], each["sv"], each["en"]) for each in entry["faults"]]
    return Refusal(lines[entry["report_id"]], entry["report_id"], entry["report_type"], faults)
