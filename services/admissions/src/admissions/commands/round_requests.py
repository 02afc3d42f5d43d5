"""Rounds run in the background for whoever waits at a page: asked for, carried out, followed step by step."""

from dataclasses import dataclass
from functools import partial
from typing import Any, Final
from uuid import UUID, uuid4

import sqlalchemy as sa
import structlog

from admissions.adapters import round_requests
from admissions.adapters.rules import NoRules, rules
from admissions.commands.rounds import RunRound, SeedNotCommitted, run
from admissions.domain.deciding import RunNotPublished
from admissions.domain.rounds import RoundCannotRun, named
from shared.work import UnitOfWork

STEPS: Final = ("read", "decide", "write")
_SHOWN_VERDICTS: Final = 100
_log = structlog.get_logger(__name__)


class NoRequest(Exception):
    """There is no such request."""

    sv = "Det finns ingen sådan begäran."


@dataclass(frozen=True, slots=True, kw_only=True)
class AskForRound:
    """Have a round run in the background. `by`: the caller's subject."""

    region: str
    intake_year: int
    round: str
    by: str


async def ask(command: AskForRound, unit_of_work: UnitOfWork) -> UUID:
    """The request to follow: the one under way for this intake year, if there is one. Raises UnknownRound, NoRules."""
    this = named(command.round)
    rules(command.region, command.intake_year)
    async with unit_of_work() as work:
        return await round_requests.ask(
            work.connection,
            uuid4(),
            intake_year=command.intake_year,
            round_name=this.name,
            by=command.by,
            at=work.now,
        )


async def carry_out(unit_of_work: UnitOfWork, *, region: str) -> bool:
    """Run the round that has waited longest; whether there was one."""
    async with unit_of_work() as work:
        asked = await round_requests.claim(work.connection, work.now)
    if asked is None:
        return False
    run_id, refusal = await _attempt(asked, region, unit_of_work)
    async with unit_of_work() as work:
        await round_requests.end(work.connection, asked["request"], work.now, run=run_id, refusal=refusal)
    return True


async def _attempt(
    asked: sa.RowMapping, region: str, unit_of_work: UnitOfWork
) -> tuple[UUID | None, dict[str, Any] | None]:
    """The run, or why there is none."""
    command = RunRound(region=region, intake_year=asked["intake_year"], round=asked["round"], by=asked["asked_by"])
    try:
        return await run(command, unit_of_work, begins=partial(_begins, unit_of_work, asked["request"])), None
    except RoundCannotRun as fault:
        return None, {"code": fault.why.value}
    except SeedNotCommitted:
        return None, {"code": "seed_not_committed"}
    except NoRules:
        return None, {"code": "no_rules"}
    except RunNotPublished as fault:
        return None, {"code": "not_verified", "verdicts": [str(each) for each in fault.verdicts[:_SHOWN_VERDICTS]]}
    except Exception:  # noqa: BLE001  # whoever waits must be told, whatever it was
        _log.exception("round_failed", request=str(asked["request"]))
        return None, {"code": "failed"}


async def _begins(unit_of_work: UnitOfWork, request: UUID, step: str) -> None:
    """Written beside the run's own transaction, so that it is seen at once."""
    async with unit_of_work() as work:
        await round_requests.step(work.connection, request, step)
