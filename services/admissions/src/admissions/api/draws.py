"""Commitments to seeds, and the replay of runs."""

from dataclasses import asdict
from datetime import datetime
from secrets import randbelow, token_hex
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Path
from pydantic import BaseModel, ConfigDict, Field

from admissions.commands import rounds
from admissions.domain.placement import LOTTERY_BITS
from shared.auth import Caller
from shared.service import Parts

MOST = 2**LOTTERY_BITS - 1
_SALT_BYTES = 16


class SeedOrder(BaseModel):
    """Which seed to commit to."""

    model_config = ConfigDict(extra="forbid")

    seed: int | None = Field(
        default=None,
        ge=0,
        le=MOST,
        strict=True,
        description="Seed of the lots. Drawn when not given; may be given only before the first application has come.",
    )


class SeedCommitted(BaseModel):
    """What is published of a seed before its round: SHA-256 of `seed:salt`, both revealed with the run."""

    intake_year: int
    round: str
    commitment: str
    committed_at: datetime


class Replayed(BaseModel):
    """Whether a run comes out the same from the input that was kept: by hash, and every row by its bytes."""

    run: UUID
    same: bool
    same_engine: bool
    same_input: bool
    same_decisions: bool
    same_rows: bool


def router(region: str, parts: Parts) -> APIRouter:
    """The routes."""
    routes = APIRouter(tags=["rounds"])
    may_run, may_read = Depends(parts.guard("rounds:run")), Depends(parts.guard("admissions:read"))

    @routes.post(
        "/rounds/{intake_year}/{round}/seed",
        summary="Commit to the seed of a round and publish the commitment; done again, it gives the one that stands",
    )
    async def commit(
        intake_year: Annotated[int, Path(ge=2020, le=2100)],
        round: Annotated[str, Path(max_length=20)],
        caller: Annotated[Caller, may_run],
        order: SeedOrder | None = None,
    ) -> SeedCommitted:
        command = rounds.CommitSeed(
            region=region,
            intake_year=intake_year,
            round=round,
            by=caller.subject,
            seed=order.seed if order else None,
            draw=lambda: randbelow(MOST + 1),
            salt=lambda: token_hex(_SALT_BYTES),
        )
        made = await rounds.commit_seed(command, parts.unit_of_work)
        return SeedCommitted(intake_year=intake_year, round=round, commitment=made.commitment, committed_at=made.at)

    @routes.post("/runs/{run}/replay", summary="Decide once more from the input that was kept, and compare")
    async def replay(run: UUID, _: Annotated[Caller, may_read]) -> Replayed:
        found = await rounds.replay(run, parts.unit_of_work)
        return Replayed(**asdict(found), same=found.same)

    return routes
