"""Choosing a time, booking it or moving to it, and what one sees who came too late."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Any, Final
from uuid import UUID

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from guidance.adapters.reference import region
from guidance.commands import invitations as commands
from guidance.domain import refusals
from guidance.domain.invitations import ContactMissing, Invitation, PhoneMissing
from guidance.domain.times import Period, day_of, first_moment, local
from guidance.pages.booking_choice import Asked, Booking, Choice, Picked, resolve, sent_as
from guidance.pages.booking_clock import by_day, clocks_change, when
from guidance.pages.booking_counter import Counter, given, home, in_words, language_of
from guidance.pages.booking_words import CHANNELS, LANGUAGES, text_of
from guidance.queries import booking, slots
from guidance.queries.slots import FreeSlot
from shared.forms import Form, blank, read_form, read_query
from shared.work import ConcurrentChange

_SHOWN: Final = 30
_MOST: Final = 300
_NEAREST: Final = 6
_NEAR: Final = timedelta(days=14)
# The time is gone, for whatever reason; another will do.
_GONE: Final = (
    refusals.SlotTaken,
    refusals.NotASlot,
    refusals.DayFull,
    refusals.TooSoon,
    refusals.TooFarAhead,
    refusals.ChannelNotOffered,
    refusals.CaseBusy,
    ConcurrentChange,
)
# No time can be booked; something else must be done first.
_STOPPED: Final = (refusals.TooMany, refusals.CaseClosed, refusals.AlreadyBegun, refusals.AlreadyCancelled)


def add(routes: APIRouter, counter: Counter) -> None:
    """The pages of times."""

    @routes.get("/book/{text}/times")
    async def times(request: Request) -> Response:
        return await choose(counter, request, await counter.whose(request))

    @routes.get("/book/{text}/confirm")
    async def look(request: Request) -> Response:
        who, form = await counter.whose(request), read_query(request, Picked)
        if form.value is None:
            return counter.parts.pages.see_other(request, f"{home(request)}/times")
        return await _confirm(counter, request, who, form.value, blank())

    @routes.post("/book/{text}/confirm")
    async def book(request: Request) -> Response:
        who, form = await counter.whose(request), await read_form(request, Booking)
        if form.value is not None:
            return await _book(counter, request, who, form.value, form)
        if set(form.faults) <= {"email", "phone_number"}:
            return await _confirm(counter, request, who, sent_as(form, Picked), form)
        return counter.parts.pages.see_other(request, f"{home(request)}/times")


async def _choice(counter: Counter, who: Invitation, asked: Asked) -> Choice:
    async with counter.parts.unit_of_work.read() as connection:
        move = await counter.one(connection, who, asked.move)
        return await resolve(connection, who, asked, move)


async def choose(counter: Counter, request: Request, who: Invitation) -> Response:
    """The page of free times: the soonest, under the filters, by day."""
    choice = await _choice(counter, who, read_query(request, Asked).value or Asked())
    found, later = await _free(counter, choice)
    context = await _filters(counter, choice) | _times(request, choice, found) | {"later": later}
    if choice.move is not None:
        context["now_at"] = in_words(choice.move, request)
    return counter.page(request, "book_times.html", who, choice=choice, **context)


async def _free(counter: Counter, choice: Choice) -> tuple[Sequence[FreeSlot], str | None]:
    """Whole days of times until there are enough; and from which day the next ones are, if there are any."""
    now, rules = counter.parts.clock(), counter.rules
    last = now + rules.furthest_ahead
    first = max(choice.first or day_of(now), day_of(now))
    if first > day_of(last):
        return [], None
    begins = max(rules.earliest(now), first_moment(first, time()))
    if last <= begins:
        return [], None
    async with counter.parts.unit_of_work.read() as connection:
        found = await slots.free_slots(
            connection, Period(begins, last), choice.wish, rules, now=now, limit=_MOST, one_for_each_time=True
        )
    shown = _whole_days(found)
    return shown, day_of(found[len(shown)].starts_at).isoformat() if len(shown) < len(found) else None


def _whole_days(found: Sequence[FreeSlot]) -> Sequence[FreeSlot]:
    """The first days that together have as many times as a page shows."""
    if len(found) <= _SHOWN:
        return found
    last = day_of(found[_SHOWN - 1].starts_at)
    return [slot for slot in found if day_of(slot.starts_at) <= last]


async def _filters(counter: Counter, choice: Choice) -> dict[str, Any]:
    """The form of the filters, filled in."""
    async with counter.parts.unit_of_work.read() as connection:
        spoken = await booking.languages(connection)
        known = await booking.counsellor(connection, choice.known) if choice.known else None
    first = choice.first.isoformat() if choice.first else None
    return {
        "form": blank(**choice.fields | ({"from": first} if first else {})),
        "types": [(each.code, each.name) for each in choice.types],
        "channels": [(each, CHANNELS[each]) for each in choice.channels],
        "languages": [(code, LANGUAGES.get(code, code)) for code in spoken],
        "municipalities": list(region().items()),
        "known": known,
        "earliest": local(counter.parts.clock()).date().isoformat(),
        "latest": local(counter.parts.clock() + counter.rules.furthest_ahead).date().isoformat(),
    }


def _times(request: Request, choice: Choice, found: Sequence[FreeSlot]) -> dict[str, Any]:
    language = language_of(request)

    def href(slot: FreeSlot) -> str:
        return f"{home(request)}/confirm?{choice.query_of(slot)}"

    return {"days": by_day(found, language, href), "clocks_change": clocks_change(found)}


async def _who_can(counter: Counter, choice: Choice, picked: Picked) -> list[UUID]:
    """Who is free at the time: first the one it was shown with, then whoever has had fewest sessions."""
    now, rules = counter.parts.clock(), counter.rules
    if not rules.earliest(now) <= picked.at <= now + rules.furthest_ahead:
        return []
    async with counter.parts.unit_of_work.read() as connection:
        free = list(await slots.free_at(connection, picked.at, choice.wish, rules, now=now))
    return sorted(free, key=lambda each: each != picked.counsellor)


async def _confirm(counter: Counter, request: Request, who: Invitation, picked: Picked, form: Form[Any]) -> Response:
    choice = await _choice(counter, who, picked)
    free = await _who_can(counter, choice, picked)
    if not free:
        return await _too_late(counter, request, who, choice, picked.at)
    async with counter.parts.unit_of_work.read() as connection:
        found = await slots.free_slots(
            connection,
            Period(picked.at, picked.at + timedelta(seconds=1)),
            slots.Wish(counsellor=free[0], session_type=choice.kind.code),
            counter.rules,
            now=counter.parts.clock(),
            limit=1,
        )
        known = await counter.contact(connection, who)
    if not found:
        return await _too_late(counter, request, who, choice, picked.at)
    slot = found[0]
    context: dict[str, Any] = {
        "slot": slot,
        "when": when(slot.starts_at, slot.ends_at, language_of(request)),
        "known": known,
        "hidden_fields": choice.fields | {"at": picked.at.isoformat(), "with": str(slot.counsellor)},
        "now_at": in_words(choice.move, request) if choice.move else None,
    }
    status = 422 if form.faults else 200
    return counter.page(request, "book_confirm.html", who, status=status, choice=choice, form=form, **context)


async def _book(counter: Counter, request: Request, who: Invitation, entered: Booking, form: Form[Any]) -> Response:
    choice = await _choice(counter, who, entered)
    try:
        session = await _decided(counter, request, who, entered, choice)
    except ContactMissing as missing:
        form.fault("phone_number" if choice.channel == "phone" else "email", text_of(missing))
    except PhoneMissing as missing:
        form.fault("phone_number", text_of(missing))
    except _GONE:
        return await _too_late(counter, request, who, choice, entered.at)
    except _STOPPED as stopped:
        return stop(counter, request, who, stopped)
    else:
        notice = "book_moved" if choice.move else "book_booked"
        return counter.parts.pages.see_other(request, f"{home(request)}/sessions/{session}", notice=notice)
    return await _confirm(counter, request, who, entered, form)


async def _decided(counter: Counter, request: Request, who: Invitation, entered: Booking, choice: Choice) -> UUID:
    """The session booked, or moved; raises whatever is in the way."""
    free = tuple(await _who_can(counter, choice, entered))
    if not free:
        raise refusals.SlotTaken
    work = counter.parts.unit_of_work
    if choice.move is not None:
        move = commands.MoveByLink(
            invitation=who,
            session=choice.move.id,
            candidates=free,
            starts_at=entered.at,
            channel=choice.channel,
            reached=given(entered, request),
        )
        return (await commands.move(move, work, counter.rules)).session
    book = commands.BookByLink(
        invitation=who,
        candidates=free,
        starts_at=entered.at,
        session_type=choice.kind.code,
        channel=choice.channel,
        reached=given(entered, request),
    )
    return (await commands.book(book, counter.desk, work)).session


async def _too_late(counter: Counter, request: Request, who: Invitation, choice: Choice, at: datetime) -> Response:
    """The time is gone: the nearest others, before it and after."""
    now, rules = counter.parts.clock(), counter.rules
    earliest, last = rules.earliest(now), now + rules.furthest_ahead
    near = min(max(at, earliest), last)
    begins, ends = max(earliest, near - _NEAR), min(last, near + _NEAR)
    found: Sequence[FreeSlot] = []
    if begins < ends:
        async with counter.parts.unit_of_work.read() as connection:
            found = await slots.free_slots(
                connection, Period(begins, ends), choice.wish, rules, now=now, limit=_MOST * 10, one_for_each_time=True
            )
    nearest = sorted(sorted(found, key=lambda slot: abs(slot.starts_at - near))[:_NEAREST], key=_starts)
    context = _times(request, choice, nearest)
    return counter.page(request, "book_taken.html", who, status=409, choice=choice, **context)


def _starts(slot: FreeSlot) -> datetime:
    return slot.starts_at


def stop(counter: Counter, request: Request, who: Invitation, why: Exception) -> Response:
    """A rule stands in the way; the page says which."""
    return counter.page(request, "book_stop.html", who, status=409, why=text_of(why))
