"""What the pages of admissions have in common."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection
from starlette.requests import Request
from starlette.responses import Response

from admissions.adapters.names import municipalities, subject
from admissions.adapters.rules import NoRules, rules
from admissions.domain.assessing import Rules
from admissions.domain.calendar import swedish_day
from admissions.domain.rounds import Stage, named
from admissions.queries import pages_rounds
from shared.service import Parts
from shared.showing import said
from shared.texts import Text

LEAST_YEAR: Final = 2020
_ROUNDS: Final = {
    Stage.PRELIMINARY: Text(sv="Preliminär antagning", en="Preliminary round"),
    Stage.FINAL: Text(sv="Slutantagning", en="Final round"),
}


def round_name(name: str) -> str:
    """A round as its reader calls it."""
    this = named(name)
    if this.stage is Stage.RESERVE:
        return said(Text(sv=f"Reservantagning {this.number}", en=f"Reserve round {this.number}"))
    return said(_ROUNDS[this.stage])


def short(which: UUID | str | None) -> str:
    """The first eight characters of an id, enough to tell runs apart."""
    return str(which)[:8] if which is not None else "–"


def merit(tenths: int | None) -> float | None:
    """Tenths of a point as points."""
    return None if tenths is None else tenths / 10


SHOWN: Final[Mapping[str, Any]] = {
    "round_name": round_name,
    "short": short,
    "names": municipalities(),
    "subject_name": subject,
}
"""What every page of ours may use beside the page kit."""


async def year_of(connection: AsyncConnection, request: Request, parts: Parts) -> int:
    """The intake year asked for by ?year=, else the newest that has any data."""
    asked = request.query_params.get("year", "")
    if asked.isdigit() and len(asked) == len(str(LEAST_YEAR)):
        return int(asked)
    return (await years_of(connection, parts))[0]


async def years_of(connection: AsyncConnection, parts: Parts) -> Sequence[int]:
    """The intake years to choose among, newest first; the one that begins next year when there is no data."""
    return await pages_rounds.years(connection) or [today(parts).year + 1]


def rules_of(region: str, intake_year: int) -> Rules | None:
    """The rules of the year; None when the region has none."""
    try:
        return rules(region, intake_year)
    except NoRules:
        return None


def today(parts: Parts) -> date:
    """The day in Sweden."""
    return swedish_day(parts.clock())


def unchanged() -> Response:
    """What is as it was is not sent again, so that nothing is read aloud twice; htmx then leaves the page as it is."""
    return Response(status_code=204)
