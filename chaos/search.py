"""Gathers the evidence: plain SQL on each database, and a plain consumer on each topic. None of the services' code."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterable
from typing import Any

import asyncpg
from aiokafka import ConsumerRecord, TopicPartition

from chaos.eyes import connected
from chaos.facts import TELLING, Answer, Effect, Evidence, Found, Letter, Place, Told
from chaos.reports import MUNICIPALITIES, SERVICES

_INBOX = "SELECT source, event_id, refused FROM inbox"
_LETTERS = 'SELECT event_id, reason, topic, partition, "offset" FROM dead_letters'
_WAITING = "SELECT count(*) FROM outbox WHERE published_at IS NULL"
_COMMITTED = """
    SELECT event_id::text AS id, type, convert_from(key, 'UTF8') AS subject, convert_from(payload, 'UTF8') AS payload
    FROM outbox WHERE topic = $1 ORDER BY position
"""
_SEEN = "SELECT subject, revision FROM chaos.seen ORDER BY number"
_STATES = {
    "admissions": "SELECT applicant_id::text, revision FROM applications",
    "catalogue": "SELECT offering, revision FROM offerings",
    "guidance": "SELECT counsellor::text, revision FROM counsellors",
    "pricing": "SELECT municipality || '-' || price_year || '-' || programme, revision FROM cost_bases",
}
# Each revision of an application leaves its choices behind.
_CHOICES = "SELECT applicant_id::text, revision FROM choices WHERE rank = 1"
_HEARD = {"admissions": "SELECT offering, version FROM offerings", "pricing": "SELECT offering, version FROM offered"}
_TOLD_OF_REPORTS = {
    "se.samverk.admissions.application.received.v1": "revision",
    "se.samverk.catalogue.offering.published.v1": "seats",
    "se.samverk.catalogue.offering.changed.v1": "seats",
}
_QUIET_MS = 2_000


async def in_database(url: str, service: str) -> Found:
    """What one service's database holds; `url` is the superuser's."""
    connection = await asyncpg.connect(url, timeout=10)
    try:
        inbox = {(r["source"], r["event_id"]): r["refused"] for r in await connection.fetch(_INBOX)}
        rows = await connection.fetch(_COMMITTED, f"{service}.events")
        letters = [Letter(r[0], r[1], Place(r[2], r[3], r[4])) for r in await connection.fetch(_LETTERS)]
        heard = _HEARD.get(service)
        return Found(
            inbox=inbox,
            effects=_said(rows) if service in TELLING else await _pairs(connection, _SEEN),
            states=dict(await _pairs(connection, _STATES[service])),
            committed=[_told(r["id"], r["type"], r["subject"], json.loads(r["payload"])) for r in rows],
            letters=letters,
            heard=dict(await _pairs(connection, heard)) if heard else {},
            waiting=await connection.fetchval(_WAITING),
            witnessed=await _pairs(connection, _SEEN),
            kept=await _pairs(connection, _CHOICES) if service == "admissions" else None,
        )
    finally:
        await connection.close()


async def everything(access: dict[str, Any], urls: dict[str, str]) -> Evidence:
    """All evidence of a run that has come to rest. `access`: arguments of a client that may read every topic."""
    evidence = Evidence(services={service: await in_database(urls[service], service) for service in SERVICES})
    inbound = [f"in.{code}.{service}" for code in MUNICIPALITIES for service in SERVICES]
    async for record in _records(access, inbound):
        evidence.landed[_place(record)] = _header(record, "ce_id")
    evidence.answers = [_answer(r) async for r in _records(access, [f"out.{c}.answers" for c in MUNICIPALITIES])]
    for service in SERVICES:
        evidence.services[service].topic = [
            _told(_header(r, "ce_id") or "", _header(r, "ce_type") or "", r.key.decode(), json.loads(r.value))
            async for r in _records(access, [f"{service}.events"])
        ]
    return evidence


async def _pairs(connection: asyncpg.Connection, query: str) -> list[Effect]:
    return [Effect(*row) for row in await connection.fetch(query)]


def _said(rows: Iterable[asyncpg.Record]) -> list[Effect]:
    said = [(r["subject"], _TOLD_OF_REPORTS[r["type"]], r["payload"]) for r in rows if r["type"] in _TOLD_OF_REPORTS]
    return [Effect(subject, json.loads(payload)[name]) for subject, name, payload in said]


def _told(id: str, kind: str, subject: str, data: dict[str, Any]) -> Told:
    return Told(id, kind, subject, data.get("version") or data.get("revision") or 0)


def _answer(record: ConsumerRecord) -> Answer:
    data = json.loads(record.value)
    place = Place(data["topic"], data["partition"], data["offset"])
    municipality = record.topic.split(".")[1]
    return Answer(_header(record, "ce_id") or "", municipality, data["report_id"], data["reason"], place)


def _place(record: ConsumerRecord) -> Place:
    return Place(record.topic, record.partition, record.offset)


def _header(record: ConsumerRecord, name: str) -> str | None:
    return next((value.decode() for key, value in record.headers if key == name), None)


async def _records(access: dict[str, Any], topics: list[str]) -> AsyncIterator[ConsumerRecord]:
    """Every record of the topics from the first to what is now the last, each partition in its order."""
    consumer = await connected(access)
    try:
        partitions = [TopicPartition(t, p) for t in topics for p in sorted(consumer.partitions_for_topic(t) or ())]
        ends = await consumer.end_offsets(partitions)
        left = {partition for partition in partitions if ends[partition] > 0}
        if left:
            consumer.assign(sorted(left))
            await consumer.seek_to_beginning()
        while left:
            for partition, records in (await consumer.getmany(timeout_ms=_QUIET_MS)).items():
                for record in records:
                    yield record
                if await consumer.position(partition) >= ends[partition]:
                    left.discard(partition)
            await asyncio.sleep(0)
    finally:
        await consumer.stop()
