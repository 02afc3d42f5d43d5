"""Confidential notes: one reader, sealed at rest, every deed on record, gone on schedule."""

from datetime import timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from guidance.adapters.sealing import KeyMissing, Seal, seal_of
from guidance.commands.notes import erase_notes, reseal_notes

from ..builders import NOW
from .follow_up_steps import ANNA, BO, CARIN, SECRETS, door, one_case, region
from .steps import at, scalar

TEXT = "Something told in confidence"
ROLES = {
    "counsellor": ("guidance:read", "guidance:book", "guidance:counsel"),
    "coordinator": ("guidance:read", "guidance:book", "guidance:counsel", "guidance:coordinate"),
    "operations": ("dead_letters:read", "dead_letters:replay", "operations:read", "operations:write"),
    "admissions_officer": ("rounds:run", "admissions:read", "admissions:write"),
    "economist": ("prices:freeze", "settlements:run", "pricing:read"),
    "kaa_officer": ("guidance:kaa",),
    "applicant": ("admissions:own", "guidance:own"),
}


async def a_note(engine: AsyncEngine) -> UUID:
    await region(engine)
    case = await one_case(engine)
    written = await door(engine)(ANNA, "2281").post(f"/cases/{case}/notes", json={"text": TEXT})
    assert written.status_code == 201
    return case


async def log(engine: AsyncEngine) -> str:
    return str(await scalar(engine, "SELECT string_agg(deed, ' ' ORDER BY position) FROM note_log"))


async def test_the_counsellor_in_charge_reads_and_each_reading_is_on_record(engine: AsyncEngine) -> None:
    case = await a_note(engine)
    client = door(engine)(ANNA, "2281")
    answer = await client.get(f"/cases/{case}/notes")
    assert [note["text"] for note in answer.json()["notes"]] == [TEXT]
    assert answer.headers["cache-control"] == "no-store"
    assert await log(engine) == "written read"
    shown = (await client.get(f"/cases/{case}/notes/log")).json()["log"]
    assert [line["deed"] for line in shown] == ["read", "written"]


@pytest.mark.parametrize("municipality", ["2281", None])
@pytest.mark.parametrize("role", list(ROLES))
async def test_nobody_else_reads_writes_or_sees_the_log_whatever_the_role(
    engine: AsyncEngine, role: str, municipality: str | None
) -> None:
    case = await a_note(engine)
    for subject in ("somebody", BO, CARIN, UUID(int=1)):
        client = door(engine)(subject, municipality, ROLES[role])
        for answer in (
            await client.get(f"/cases/{case}/notes"),
            await client.get(f"/cases/{case}/notes/log"),
            await client.post(f"/cases/{case}/notes", json={"text": "x"}),
        ):
            assert answer.status_code == 403
            assert TEXT not in answer.text
    denied = await scalar(engine, "SELECT count(*) FROM note_log WHERE deed = 'denied'")
    assert denied == (8 if "guidance:counsel" in ROLES[role] else 0)
    assert await scalar(engine, "SELECT count(*) FROM notes") == 1


async def test_another_municipality_is_not_even_told_that_there_is_such_a_case(engine: AsyncEngine) -> None:
    case = await a_note(engine)
    assert (await door(engine)(CARIN, "2262").get(f"/cases/{case}/notes")).status_code == 404


async def test_the_right_to_read_goes_with_the_case(engine: AsyncEngine) -> None:
    case = await a_note(engine)
    anna, bo = door(engine)(ANNA, "2281"), door(engine)(BO, "2281")
    await anna.put(f"/cases/{case}/counsellor", json={"counsellor": str(BO)})
    assert (await anna.get(f"/cases/{case}/notes")).status_code == 403
    assert (await bo.get(f"/cases/{case}/notes")).json()["notes"][0]["text"] == TEXT


async def test_the_text_stands_nowhere_in_the_database_or_in_what_others_see(engine: AsyncEngine) -> None:
    case = await a_note(engine)
    tables = "SELECT string_agg(quote_ident(tablename), ' ') FROM pg_tables WHERE schemaname = 'public'"
    for table in str(await scalar(engine, tables)).split():
        rows = await scalar(engine, f"SELECT coalesce(string_agg(t::text, ' '), '') FROM {table} AS t")
        assert TEXT not in rows
        assert TEXT.encode().hex() not in rows
    client = door(engine)("chief")
    for address in (f"/cases/{case}", "/cases", "/statistics?begins=2027-01-01&ends=2027-12-31"):
        assert TEXT not in (await client.get(address)).text


async def test_a_coordinator_counts_readings_without_contents_or_cases(engine: AsyncEngine) -> None:
    case = await a_note(engine)
    await door(engine)(ANNA, "2281").get(f"/cases/{case}/notes")
    answer = await door(engine)("chief").get("/notes/counts?begins=2027-07-01&ends=2027-07-01")
    assert answer.json()["counts"] == [
        {"municipality": "2281", "deed": "read", "number": 1},
        {"municipality": "2281", "deed": "written", "number": 1},
    ]


@pytest.mark.parametrize(
    "statement", ["UPDATE note_log SET deed = 'read'", "DELETE FROM note_log", "TRUNCATE note_log"]
)
async def test_the_log_only_grows(engine: AsyncEngine, statement: str) -> None:
    await a_note(engine)
    with pytest.raises(DBAPIError):
        async with engine.begin() as connection:
            await connection.execute(sa.text(statement))


@pytest.mark.parametrize(("days", "left"), [(729, 1), (731, 0)])
async def test_notes_are_erased_so_long_after_their_case_was_closed(engine: AsyncEngine, days: int, left: int) -> None:
    case = await a_note(engine)
    await door(engine)("chief").post(f"/cases/{case}/close", json={"outcome": "work"})
    async with at(engine, NOW + timedelta(days=days))() as work:
        await erase_notes(work, kept=timedelta(days=730))
    assert await scalar(engine, "SELECT count(*) FROM notes WHERE sealed IS NOT NULL") == left
    assert (await log(engine)).endswith("erased") is (left == 0)
    assert len((await door(engine)(ANNA, "2281").get(f"/cases/{case}/notes")).json()["notes"]) == left


async def test_an_open_cases_notes_are_kept(engine: AsyncEngine) -> None:
    await a_note(engine)
    async with at(engine, NOW + timedelta(days=9_999))() as work:
        await erase_notes(work, kept=timedelta(days=730))
    assert await log(engine) == "written"


async def test_a_new_key_seals_what_an_old_one_sealed(engine: AsyncEngine) -> None:
    case = await a_note(engine)
    keys = {name: key.get_secret_value() for name, key in SECRETS.note_keys.items()}
    async with at(engine)() as work:
        assert not await reseal_notes(work, Seal(keys, "a"))
    assert await scalar(engine, "SELECT key_id FROM notes") == "a"
    assert (await door(engine)(ANNA, "2281").get(f"/cases/{case}/notes")).json()["notes"][0]["text"] == TEXT


async def test_a_sealed_note_put_in_anothers_place_stays_shut(engine: AsyncEngine) -> None:
    case = await a_note(engine)
    async with engine.begin() as connection:
        await connection.execute(sa.text("UPDATE notes SET id = gen_random_uuid()"))
    assert (await door(engine)(ANNA, "2281").get(f"/cases/{case}/notes")).status_code == 503
    seal = seal_of(SECRETS)
    assert seal is not None
    with pytest.raises(KeyMissing):
        seal.open(seal.seal("x", "here"), "b", "there")
