"""What is the person's own: the sessions, the time on offer, the lobby, the calendar file, and the survey."""

from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from guidance.adapters import sessions as kept
from guidance.adapters.agreements import follow_up_rules, survey
from guidance.adapters.calendars.writing import MEDIA_TYPE, publication
from guidance.adapters.evaluation import NoSurvey
from guidance.adapters.rooms import NoRooms
from guidance.adapters.sessions import SessionUnknown
from guidance.commands import evaluation, sessions, visits
from guidance.domain import refusals
from guidance.domain.invitations import Invitation
from guidance.domain.sessions import Session
from guidance.domain.visits import Door, DoorClosed, NotLetIn, closes_at, door, opens_at
from guidance.messages.calendar import entry_of
from guidance.pages.booking_clock import day_name, moment
from guidance.pages.booking_counter import Counter, has_begun, in_words, language_of
from guidance.pages.booking_times import choose
from guidance.queries import booking
from guidance.queries.booking import OwnSession
from shared.work import ConcurrentChange

_OVER: Final = (refusals.AlreadyBegun, refusals.AlreadyCancelled, refusals.AlreadySettled, ConcurrentChange)


def add(routes: APIRouter, counter: Counter) -> None:
    """The pages of one's own."""
    _first(routes, counter)
    _session(routes, counter)
    _cancelling(routes, counter)
    _lobby(routes, counter)
    _survey(routes, counter)


def _first(routes: APIRouter, counter: Counter) -> None:
    @routes.get("/book/{text}")
    async def first(request: Request) -> Response:
        who, now = await counter.whose(request), counter.parts.clock()
        async with counter.parts.unit_of_work.read() as connection:
            own = await counter.own(connection, who)
            waiting = await booking.waiting(connection, who.invitation)
            since, until = now - follow_up_rules().survey_link, now - counter.rules.survey_after
            answer = await booking.to_answer(connection, who.person, since=since, until=until)
        if not own and waiting is None and answer is None:
            return await choose(counter, request, who)
        booked = [_card(counter, request, each) for each in own if each.status == "booked"]
        ahead = sum(not each["begun"] for each in booked)
        context: dict[str, Any] = {
            "booked": booked,
            "offers": [_card(counter, request, each) for each in own if each.status == "offered" and each.until],
            "waiting": waiting,
            "waits_until": day_name(waiting.not_after - timedelta(seconds=1), language_of(request))
            if waiting
            else None,
            "answer": answer,
            "questions": len(survey().questions),
            "may_book": ahead < counter.rules.most_ahead,
        }
        return counter.page(request, "book_own.html", who, **context)


def _card(counter: Counter, request: Request, session: OwnSession) -> dict[str, Any]:
    """A session as the pages show it."""
    now, language = counter.parts.clock(), language_of(request)
    opens = session.starts_at - counter.rules.door_opens_before
    return {
        "session": session,
        "when": in_words(session, request),
        "begun": has_begun(session, now),
        "remote": session.room is not None and not session.protected,
        "open": session.room is not None and opens <= now,
        "opens": moment(opens, language),
        "until": moment(session.until, language) if session.until else None,
    }


def _session(routes: APIRouter, counter: Counter) -> None:
    @routes.get("/book/{text}/sessions/{session}")
    async def show(request: Request, session: UUID) -> Response:
        who = await counter.whose(request)
        async with counter.parts.unit_of_work.read() as connection:
            found = await counter.one(connection, who, session)
            types = {each.code: each for each in await booking.types(connection)}
            known = await counter.contact(connection, who)
        if found is None:
            return counter.back(request, "book_gone")
        card = _card(counter, request, found)
        bring = types[found.session_type].bring
        reminded = found.starts_at - counter.rules.remind_before > counter.parts.clock()
        context: dict[str, Any] = {"card": card, "bring": bring, "known": known, "reminded": reminded}
        return counter.page(request, "book_session.html", who, **context)

    @routes.get("/book/{text}/sessions/{session}/calendar.ics")
    async def calendar(request: Request, session: UUID) -> Response:
        who = await counter.whose(request)
        found = await _known(counter, who, session)
        entry = entry_of(found, language_of(request), at=counter.parts.clock().replace(microsecond=0))
        headers = {"Content-Disposition": 'attachment; filename="samtal.ics"'}
        return Response(publication(entry), media_type=MEDIA_TYPE, headers=headers)


async def _known(counter: Counter, who: Invitation, session: UUID) -> Session:
    """The person's own session. Raises SessionUnknown."""
    async with counter.parts.unit_of_work.read() as connection:
        found = await kept.get(connection, session, municipality=None)
    if found.applicant != who.person:
        raise SessionUnknown
    return found


def _cancelling(routes: APIRouter, counter: Counter) -> None:
    @routes.get("/book/{text}/sessions/{session}/cancel")
    async def ask(request: Request, session: UUID) -> Response:
        who = await counter.whose(request)
        async with counter.parts.unit_of_work.read() as connection:
            found = await counter.one(connection, who, session)
        if found is None:
            return counter.back(request, "book_gone")
        return counter.page(request, "book_cancel.html", who, card=_card(counter, request, found))

    @routes.post("/book/{text}/sessions/{session}/cancel")
    async def cancel(request: Request, session: UUID) -> Response:
        who, work = await counter.whose(request), counter.parts.unit_of_work
        try:
            await sessions.cancel_session(session, work, counter.rules, municipality=None, person=who.person)
        except (SessionUnknown, *_OVER):
            return counter.back(request, "book_gone")
        return counter.back(request, "book_cancelled")


def _lobby(routes: APIRouter, counter: Counter) -> None:
    @routes.get("/book/{text}/sessions/{session}/join")
    async def lobby(request: Request, session: UUID) -> Response:
        who = await counter.whose(request)
        context = await _at_the_door(counter, request, who, session)
        if context is None:
            return counter.back(request, "book_gone")
        return counter.page(request, "book_lobby.html", who, **context)

    @routes.get("/book/{text}/sessions/{session}/join/state")
    async def state(request: Request, session: UUID) -> Response:
        who = await counter.whose(request)
        context = await _at_the_door(counter, request, who, session)
        if context is None or context["state"] == request.query_params.get("was"):
            return Response(status_code=204)  # nothing new: nothing is read aloud again
        return counter.page(request, "book_lobby_state.html", who, **context)


async def _at_the_door(counter: Counter, request: Request, who: Invitation, session: UUID) -> dict[str, Any] | None:
    """How the door of the session stands, and the room once one has been let in; None: no such session."""
    async with counter.parts.unit_of_work.read() as connection:
        shown = await counter.one(connection, who, session)
    if shown is None:
        return None
    known, rules = await _known(counter, who, session), counter.rules
    state, address = door(known, rules, now=counter.parts.clock()).value, None
    if state == Door.OPEN:
        try:
            address = await visits.enter(session, who.person, counter.parts.unit_of_work, rules, counter.rooms)
            state = "in"
        except NotLetIn:
            state = "waiting"
        except NoRooms:
            state = "no_room"
        except DoorClosed:
            state = Door.OVER.value
    language = language_of(request)
    return {
        "card": _card(counter, request, shown),
        "state": state,
        "address": address,
        "opens": moment(opens_at(known, rules), language),
        "closes": moment(closes_at(known, rules), language),
    }


def _survey(routes: APIRouter, counter: Counter) -> None:
    @routes.post("/book/{text}/sessions/{session}/survey")
    async def give(request: Request, session: UUID) -> Response:
        who = await counter.whose(request)
        known = await _known(counter, who, session)
        try:
            link = await evaluation.give_survey(
                known.session,
                counter.parts.unit_of_work,
                counter.links,
                counsellor=known.counsellor,
                valid=follow_up_rules().survey_link,
            )
        except NoSurvey:
            return counter.back(request, "book_survey_given")
        return counter.parts.pages.see_other(request, f"/survey/{link}")
