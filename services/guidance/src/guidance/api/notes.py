"""Confidential notes over HTTP: for the counsellor in charge of the case, and for nobody else."""

from dataclasses import asdict
from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Response
from pydantic import BaseModel, Field

from guidance.adapters import cases
from guidance.adapters.sealing import Seal, known_seal
from guidance.commands import notes as commands
from guidance.domain.notes import NotYours, may_read
from guidance.edges.actors import reader
from guidance.queries import note_log
from shared.auth import Caller
from shared.service import Parts


class Written(BaseModel, extra="forbid"):
    """A confidential note."""

    text: str = Field(min_length=1, max_length=10_000)


def router(parts: Parts, seal: Seal | None) -> APIRouter:
    """Notes. Without a seal there are none."""
    routes = APIRouter(tags=["notes"])
    counsel, coordinate = Depends(parts.guard("guidance:counsel")), Depends(parts.guard("guidance:coordinate"))

    @routes.get("/cases/{case}/notes", summary="The case's notes, for its counsellor; the reading is logged")
    async def read(case: UUID, caller: Annotated[Caller, counsel], response: Response) -> dict[str, Any]:
        response.headers["Cache-Control"] = "no-store"
        by = await reader(parts, caller)
        found = await commands.read_notes(case, parts.unit_of_work, known_seal(seal), by=by)
        return {"notes": [asdict(note) for note in found]}

    @routes.post("/cases/{case}/notes", status_code=201, summary="Write a note; its text is sealed before it is kept")
    async def write(case: UUID, written: Written, caller: Annotated[Caller, counsel]) -> dict[str, Any]:
        by = await reader(parts, caller)
        note = await commands.write_note(case, written.text, parts.unit_of_work, known_seal(seal), by=by)
        return {"note": note}

    @routes.get("/cases/{case}/notes/log", summary="Who read, wrote or tried to; for the case's counsellor")
    async def log(case: UUID, caller: Annotated[Caller, counsel]) -> dict[str, Any]:
        by = await reader(parts, caller)
        async with parts.unit_of_work.read() as connection:
            known = await cases.get(connection, case, municipality=None)
            if not may_read(known, by.counsellor):
                raise NotYours
            lines = await note_log.of_case(connection, case)
        return {"log": [asdict(line) for line in lines]}

    @routes.get("/notes/counts", summary="How often notes were read, written, denied and erased; no contents, no cases")
    async def counts(begins: date, ends: date, caller: Annotated[Caller, coordinate]) -> dict[str, Any]:
        async with parts.unit_of_work.read() as connection:
            found = await note_log.counted(connection, begins=begins, ends=ends, municipality=caller.municipality)
        return {"counts": [asdict(each) for each in found]}

    return routes
