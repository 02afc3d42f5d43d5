"""The limit: one statement a batch over one JSON parameter; the data goes through unread, and nothing is checked.

It makes the same rows in the same tables, each event once, and commits its offsets after each batch, as it must.
"""

from collections.abc import Sequence
from hashlib import blake2b
from typing import Any
from uuid import uuid4

import asyncpg
from aiokafka import AIOKafkaConsumer

from benchmarks.clock import Clock, Outcome

_TAKE = """
    WITH batch AS MATERIALIZED (
        SELECT * FROM jsonb_to_recordset($1::jsonb) AS r (
            source text, id text, code text, digest text, announced uuid, data jsonb)
    ), fresh AS (
        INSERT INTO inbox (source, event_id, type, digest)
        SELECT source, id, 'se.samverk.admissions.application.submitted.v1', decode(digest, 'hex') FROM batch
        ON CONFLICT DO NOTHING RETURNING source, event_id
    ), taken AS MATERIALIZED (
        SELECT code, announced, d.* FROM batch JOIN fresh ON fresh.source = batch.source AND event_id = id,
        jsonb_to_record(data) AS d (
            applicant uuid, identity text, protected boolean, intake_year integer, submitted_at timestamptz,
            revision integer, choices jsonb)
    ), kept AS (
        INSERT INTO applications AS kept
            (applicant_id, identity, home_municipality, protected, intake_year, submitted_at, revision)
        SELECT applicant, replace(identity, '-', ''), code, protected, intake_year, submitted_at, revision FROM taken
        ON CONFLICT (applicant_id) DO UPDATE SET revision = excluded.revision, submitted_at = excluded.submitted_at
        WHERE kept.revision < excluded.revision
    ), chosen AS (
        INSERT INTO choices (applicant_id, revision, rank, offering, intake_year, submitted_at)
        SELECT applicant, revision, c.rank, c.offering, intake_year, submitted_at
        FROM taken, jsonb_to_recordset(choices) AS c (rank smallint, offering text)
    )
    INSERT INTO outbox (event_id, type, topic, key, headers, payload)
    SELECT announced, 'se.samverk.admissions.application.received.v1', 'admissions.events',
        convert_to(applicant::text, 'UTF8'),
        '[["ce_specversion","1.0"],["ce_id","' || announced
            || '"],["ce_type","se.samverk.admissions.application.received.v1"],["ce_source","/samverk/admissions"],'
            || '["ce_subject","' || applicant || '"],["ce_time","2027-01-28T16:42:12Z"],'
            || '["content-type","application/json"]]',
        convert_to('{"applicant":"' || applicant || '","intake_year":' || intake_year || ',"home_municipality":"'
            || code || '","revision":' || revision || ',"choices":' || jsonb_array_length(choices) || '}', 'UTF8')
    FROM taken
"""


async def run(given: dict[str, Any]) -> Outcome:
    """From the first record handed over to the last commit."""
    connection = await asyncpg.connect(given["url"])
    statement = await connection.prepare(_TAKE)
    consumer = AIOKafkaConsumer(
        bootstrap_servers=given["kafka"],
        group_id="admissions",
        auto_offset_reset="earliest",
        enable_auto_commit=False,
        max_partition_fetch_bytes=4_000_000,
        check_crcs=False,
    )
    consumer.subscribe(pattern=r"^in\.[0-9][0-9][0-9][0-9]\.admissions$")
    await consumer.start()
    clock, taken = None, 0
    while taken < given["events"]:
        fetched = await consumer.getmany(timeout_ms=1_000, max_records=given["batch"])
        records = [record for of_partition in fetched.values() for record in of_partition]
        if not records:
            continue
        clock = clock or Clock()
        await statement.fetch(_parameter(records))
        taken += len(records)
        if taken < given["events"]:
            await consumer.commit()
    assert clock is not None
    outcome = clock.stop(taken)
    await consumer.commit()
    await consumer.stop()
    await connection.close()
    return outcome


def _parameter(records: Sequence[Any]) -> str:
    return "[" + ",".join(map(_row, records)) + "]"


def _row(record: Any) -> str:
    headers = dict(record.headers)
    return (
        f'{{"source":"{headers["ce_source"].decode()}","id":"{headers["ce_id"].decode()}","code":"{record.topic[3:7]}",'
        f'"digest":"{blake2b(record.value, digest_size=16).hexdigest()}","announced":"{uuid4()}",'
        f'"data":{record.value.decode()}}}'
    )
