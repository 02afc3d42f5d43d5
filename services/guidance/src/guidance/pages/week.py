"""A counsellor's own week: what lies in it, and booking a free time for a case."""

from datetime import UTC, date, timedelta
from typing import Annotated, Any, Final
from uuid import UUID, uuid4

from fastapi import APIRouter, Depends
from pydantic import AwareDatetime, BaseModel, Field
from sqlalchemy.ext.asyncio import AsyncConnection
from starlette.requests import Request
from starlette.responses import Response

from guidance.adapters.reference import region, rules
from guidance.commands import sessions as commands
from guidance.domain.availability import Channel
from guidance.domain.sessions import USUAL
from guidance.edges.rota import own, own_or_none
from guidance.pages.diary_tools import RULES, SAID, WEEK, entries, free_slots, shown, zone
from guidance.pages.diary_words import DIARY_WORDS
from guidance.pages.follow_up_words import SET_WORDS
from guidance.pages.rota_tools import monday_of, span, today
from guidance.pages.tools import done
from guidance.queries import booking, following
from guidance.queries.slots import Wish
from shared.auth import Caller
from shared.forms import Form, blank, read_form, read_query
from shared.service import Parts
from shared.texts import Text

CHANNELS: Final = [(channel.value, DIARY_WORDS[f"by_{channel.value}"]) for channel in Channel]
_NEAR: Final = timedelta(days=366 * 2)
_MOST_CASES: Final = 200


class Wanted(BaseModel):
    """Which week; and for which case one looks for a time."""

    first: date | None = Field(default=None, alias="from")
    case: UUID | None = None


class Sought(BaseModel):
    """Which day's times to book, which of them at first, of which type, and for which case."""

    day: date
    at: AwareDatetime | None = None
    type: str = Field(default=USUAL, pattern="^[a-z][a-z0-9_]{0,39}$")
    case: UUID | None = None


class Booked(BaseModel):
    """A booking as entered."""

    case: UUID
    starts_at: AwareDatetime
    channel: Channel
    protected: bool = False


def router(parts: Parts) -> APIRouter:
    """The week, and booking from it."""
    routes = APIRouter(include_in_schema=False, prefix="/week")
    _week(routes, parts)
    _book(routes, parts)
    return routes


def _week(routes: APIRouter, parts: Parts) -> None:
    counsellor = Depends(parts.entrance("guidance:counsel"))

    @routes.get("")
    async def week(request: Request, caller: Annotated[Caller, counsellor]) -> Response:
        wanted = read_query(request, Wanted).value or Wanted()
        whose, now = await own_or_none(parts, caller), parts.clock()
        if whose is None:
            # One comes here by logging in, so it is told what lacks, and not refused.
            return parts.pages.render(request, "week_nobodys.html", caller=caller)
        day = wanted.first if wanted.first and abs(wanted.first - today(now)) < _NEAR else today(now)
        first = monday_of(day)
        async with parts.unit_of_work.read() as connection:
            found = await entries(connection, whose, span(first, 7), now=now)
        context: dict[str, Any] = {
            "first": first,
            "step": WEEK,
            "this_week": monday_of(today(now)),
            "today": today(now),
            "now": now,
            "region": region(),
            "case": wanted.case,
        }
        return parts.pages.render(request, "week.html", caller=caller, **context, **shown(first, 7, found))


def _book(routes: APIRouter, parts: Parts) -> None:
    counsellor = Depends(parts.entrance("guidance:book"))

    @routes.get("/book")
    async def choose(request: Request, caller: Annotated[Caller, counsellor]) -> Response:
        sought = _sought(request, parts)
        at = None if sought.at is None else sought.at.astimezone(UTC).isoformat()
        return await _book_page(parts, request, caller, sought, blank(starts_at=at, case=sought.case))

    @routes.post("/book")
    async def book(request: Request, caller: Annotated[Caller, counsellor]) -> Response:
        form, whose = await read_form(request, Booked), await own(parts, caller)
        sought = _sought(request, parts)

        async def do(entered: Booked) -> None:
            command = _command(entered, sought.type, whose, caller)
            await commands.book_session(command, parts.unit_of_work, rules())

        if await done(form, do, RULES, SAID):
            return parts.pages.see_other(request, f"/week?from={sought.day}", notice="diary_booked")
        return await _book_page(parts, request, caller, sought, form)


def _sought(request: Request, parts: Parts) -> Sought:
    return read_query(request, Sought).value or Sought(day=today(parts.clock()))


def _command(entered: Booked, session_type: str, whose: UUID, caller: Caller) -> commands.BookSession:
    return commands.BookSession(
        session=uuid4(),
        case=entered.case,
        counsellor=whose,
        starts_at=entered.starts_at.astimezone(UTC),
        channel=entered.channel,
        municipality=caller.municipality,
        session_type=session_type,
        protected=entered.protected,
    )


async def _book_page(parts: Parts, request: Request, caller: Caller, sought: Sought, form: Form[Any]) -> Response:
    whose, now = await own(parts, caller), parts.clock()
    async with parts.unit_of_work.read() as connection:
        types = await booking.types(connection)
        wish = Wish(counsellor=whose, session_type=sought.type)
        free = await free_slots(connection, span(sought.day, 1), wish, now=now)
        cases = await _cases(connection, caller, whose, sought.case, today(now))
    offered = {channel for slot in free for channel in slot.channels}
    context: dict[str, Any] = {
        "sought": sought,
        "types": types,
        "free": free,
        "zone": zone,
        "channels": [each for each in CHANNELS if each[0] in offered],
        "cases": [(row.id, _named(row)) for row in cases],
    }
    status = 422 if form.faults else 200
    return parts.pages.render(request, "week_book.html", status=status, caller=caller, form=form, **context)


async def _cases(
    connection: AsyncConnection, caller: Caller, whose: UUID, asked: UUID | None, day: date
) -> list[following.BoardRow]:
    """The counsellor's own open cases, and the one that is asked for."""
    mine = following.Filter(status="open", municipality=caller.municipality, counsellor=whose)
    found = list(await following.board(connection, mine, today=day, limit=_MOST_CASES))
    if asked is not None and asked not in {row.id for row in found}:
        one = following.Filter(status="open", municipality=caller.municipality, case=asked)
        found = [*await following.board(connection, one, today=day), *found]
    return found


def _named(row: following.BoardRow) -> Text:
    """A case has no name here: the beginning of its id, where its applicant lives, and why it was opened."""
    home = region().get(row.home_municipality, row.home_municipality)
    cause = SET_WORDS[f"cause_{row.cause}"]
    begin = f"{str(row.id)[:8]}, {home}"
    return Text(sv=f"{begin}, {cause.sv.lower()}", en=f"{begin}, {cause.en.lower()}")
