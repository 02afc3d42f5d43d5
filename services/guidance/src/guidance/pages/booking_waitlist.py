"""The waitlist: standing in line, stepping out, and answering an offer."""

from datetime import date, time, timedelta
from typing import Any, Final
from uuid import UUID

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from guidance.commands import invitations as commands
from guidance.commands import waitlist
from guidance.domain import refusals
from guidance.domain.invitations import ContactMissing, Invitation, PhoneMissing
from guidance.domain.times import day_of, first_moment
from guidance.domain.waitlist import AlreadyWaiting, NotWaiting, OfferOver
from guidance.pages.booking_choice import Asked, Choice, Queueing, resolve, sent_as
from guidance.pages.booking_counter import Counter, given, home
from guidance.pages.booking_times import stop
from guidance.pages.booking_words import text_of
from guidance.queries import booking
from shared.forms import Form, blank, read_form, read_query
from shared.texts import Text

_WEEKS: Final = timedelta(weeks=4)
_STOPPED: Final = (refusals.TooMany, refusals.CaseClosed, refusals.CaseBusy)
_WHEN: Final = Text(
    sv="Välj en dag från i dag till så långt fram som går att boka.",
    en="Choose a day from today to as far ahead as can be booked.",
)


def add(routes: APIRouter, counter: Counter) -> None:
    """The pages of the waitlist."""
    _line(routes, counter)
    _offer(routes, counter)


def _line(routes: APIRouter, counter: Counter) -> None:
    parts = counter.parts

    @routes.get("/book/{text}/waitlist")
    async def ask(request: Request) -> Response:
        who = await counter.whose(request)
        until = day_of(parts.clock() + _WEEKS).isoformat()
        return await _page(counter, request, who, read_query(request, Asked).value or Asked(), blank(wait_until=until))

    @routes.post("/book/{text}/waitlist")
    async def join(request: Request) -> Response:
        who, form = await counter.whose(request), await read_form(request, Queueing)
        if form.value is None:
            return await _page(counter, request, who, sent_as(form, Asked), form)
        return await _join(counter, request, who, form.value, form)

    @routes.post("/book/{text}/waitlist/leave")
    async def leave(request: Request) -> Response:
        who = await counter.whose(request)
        try:
            await waitlist.leave(who, parts.unit_of_work, counter.rules)
        except (NotWaiting, OfferOver):
            return counter.back(request, "book_not_waiting")
        return counter.back(request, "book_left")


async def _join(counter: Counter, request: Request, who: Invitation, asked: Queueing, form: Form[Any]) -> Response:
    choice = await _choice(counter, who, asked)
    if not _can_be_waited_for(counter, asked.wait_until):
        form.fault("wait_until", _WHEN)
        return await _page(counter, request, who, asked, form)
    command = waitlist.JoinWaitlist(
        session_type=choice.kind.code,
        channel=choice.channel,
        not_before=counter.parts.clock(),
        not_after=first_moment(asked.wait_until + timedelta(days=1), time()),
        counsellor=choice.known if choice.same else None,
        language=choice.language,
    )
    try:
        await commands.wait(command, who, given(asked, request), counter.parts.unit_of_work, counter.rules)
    except ContactMissing as missing:
        form.fault("email", text_of(missing))
    except PhoneMissing as missing:
        form.fault("phone_number", text_of(missing))
    except AlreadyWaiting:
        return counter.back(request, "book_waits_already")
    else:
        return counter.back(request, "book_waits")
    return await _page(counter, request, who, asked, form)


def _can_be_waited_for(counter: Counter, until: date) -> bool:
    now = counter.parts.clock()
    return day_of(now) <= until <= day_of(now + counter.rules.furthest_ahead)


async def _choice(counter: Counter, who: Invitation, asked: Asked) -> Choice:
    async with counter.parts.unit_of_work.read() as connection:
        return await resolve(connection, who, asked, None)


async def _page(counter: Counter, request: Request, who: Invitation, asked: Asked, form: Form[Any]) -> Response:
    choice = await _choice(counter, who, asked)
    async with counter.parts.unit_of_work.read() as connection:
        known = await counter.contact(connection, who)
        person = await booking.counsellor(connection, choice.known) if choice.same and choice.known else None
    now = counter.parts.clock()
    context: dict[str, Any] = {
        "known": known,
        "person": person,
        "earliest": day_of(now).isoformat(),
        "latest": day_of(now + counter.rules.furthest_ahead).isoformat(),
        "hours": counter.rules.offer_stands // timedelta(hours=1),
    }
    status = 422 if form.faults else 200
    return counter.page(request, "book_waitlist.html", who, status=status, choice=choice, form=form, **context)


def _offer(routes: APIRouter, counter: Counter) -> None:
    parts = counter.parts

    @routes.post("/book/{text}/offers/{offer}/take")
    async def take(request: Request, offer: UUID) -> Response:
        who = await counter.whose(request)
        try:
            session = await waitlist.take_offer(offer, who, parts.unit_of_work, counter.rules)
        except OfferOver:
            return counter.back(request, "book_offer_over")
        except _STOPPED as stopped:
            return stop(counter, request, who, stopped)
        address = f"{home(request)}/sessions/{session.session}"
        return parts.pages.see_other(request, address, notice="book_booked")

    @routes.post("/book/{text}/offers/{offer}/decline")
    async def decline(request: Request, offer: UUID) -> Response:
        who = await counter.whose(request)
        try:
            await waitlist.decline_offer(offer, who, parts.unit_of_work, counter.rules)
        except OfferOver:
            return counter.back(request, "book_offer_over")
        return counter.back(request, "book_declined")
