"""Booking without an account, on a real PostgreSQL: what a link leads to, and what is booked and changed by it."""

import asyncio
from datetime import datetime, timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from guidance.adapters.links import LinkInvalid, Links
from guidance.adapters.sessions import SessionUnknown
from guidance.commands import invitations, sessions
from guidance.domain.availability import Channel
from guidance.domain.invitations import ContactMissing
from guidance.domain.refusals import PhoneOnly, SlotTaken
from guidance.messages.sessions import SESSION_BOOKED, SESSION_CANCELLED, SESSION_HELD, SESSION_MISSED, SESSION_MOVED

from ..builders import MONDAY, RULES, minutes
from .link_steps import FREE_RULES, SECOND, SOON, book, cancel, counsellors, invited, links, post
from .steps import at, said, scalar

__all__ = ["counsellors"]


async def test_a_link_leads_to_its_person_until_it_is_renewed_or_ended(engine: AsyncEngine) -> None:
    who = await invited(engine)
    text = post().link(who)
    assert (await invitations.read(text, links(), at(engine), now=SOON)).person == who.person
    assert str(who.person) not in text
    renewed = await invitations.renew(who.invitation, at(engine), municipality="2260")
    with pytest.raises(LinkInvalid):
        await invitations.read(text, links(), at(engine), now=SOON)
    fresh = post().link(renewed)
    assert (await invitations.read(fresh, links(), at(engine), now=SOON)).version == 2
    with pytest.raises(LinkInvalid):
        await invitations.revoke(who.invitation, at(engine), municipality="2281")
    await invitations.revoke(who.invitation, at(engine), municipality="2260")
    with pytest.raises(LinkInvalid):
        await invitations.read(fresh, links(), at(engine), now=SOON)


@pytest.mark.parametrize("text", ["", "a.b.c", "x" * 400])
async def test_what_was_not_made_here_is_no_link(engine: AsyncEngine, text: str) -> None:
    with pytest.raises(LinkInvalid):
        await invitations.read(text, links(), at(engine), now=SOON)


async def test_a_link_made_with_another_key_or_for_something_else_is_no_link(engine: AsyncEngine) -> None:
    who = await invited(engine)
    content = {"i": who.invitation.hex, "v": 1}
    until = SOON + timedelta(days=1)
    others = Links("another key, as long as the first one", clock=SOON.timestamp)
    for text in (others.make("booking", content, until=until), links().make("survey", content, until=until)):
        with pytest.raises(LinkInvalid):
            await invitations.read(text, links(), at(engine), now=SOON)


async def test_one_books_moves_and_cancels_by_link(engine: AsyncEngine, counsellors: None) -> None:
    who = await invited(engine)
    session = await book(engine, who)
    [event] = await said(engine, SESSION_BOOKED)
    assert (event["case"], event["applicant"]) == (str(who.invitation), str(who.person))
    command = sessions.MoveSession(session=session.session, starts_at=MONDAY + minutes(60), counsellor=SECOND)
    moved = await sessions.move_session(command, at(engine, SOON), FREE_RULES, person=who.person)
    assert (moved.counsellor, moved.moves) == (SECOND, 1)
    assert moved.room != session.room
    [event] = await said(engine, SESSION_MOVED)
    assert (event["moved_from"], event["starts_at"]) == ("2027-08-16T07:00:00Z", "2027-08-16T08:00:00Z")
    await book(engine, await invited(engine))  # the old time is free
    await cancel(engine, moved, who)
    assert len(await said(engine, SESSION_CANCELLED)) == 1


async def test_another_persons_session_is_not_there(engine: AsyncEngine, counsellors: None) -> None:
    session, other = await book(engine, await invited(engine)), await invited(engine)
    with pytest.raises(SessionUnknown):
        await cancel(engine, session, other)
    command = sessions.MoveSession(session=session.session, starts_at=MONDAY + minutes(60))
    with pytest.raises(SessionUnknown):
        await sessions.move_session(command, at(engine, SOON), FREE_RULES, person=other.person)


async def test_a_move_to_a_taken_time_leaves_the_session_where_it_is(engine: AsyncEngine, counsellors: None) -> None:
    who = await invited(engine)
    session = await book(engine, who)
    await book(engine, await invited(engine), MONDAY + minutes(30))
    command = sessions.MoveSession(session=session.session, starts_at=MONDAY + minutes(30))
    with pytest.raises(SlotTaken):
        await sessions.move_session(command, at(engine, SOON), FREE_RULES, person=who.person)
    assert await scalar(engine, "SELECT count(*) FROM sessions WHERE moves = 0 AND status = 'booked'") == 2
    assert await said(engine, SESSION_MOVED) == []


async def test_two_who_would_change_places_do_not_lock_each_other_out(engine: AsyncEngine, counsellors: None) -> None:
    one, other = await invited(engine), await invited(engine)
    first, second = await book(engine, one), await book(engine, other, MONDAY + minutes(30))
    swap = [(first, MONDAY + minutes(30), one), (second, MONDAY, other)]
    commands = [
        sessions.move_session(
            sessions.MoveSession(session=session.session, starts_at=to), at(engine, SOON), FREE_RULES, person=who.person
        )
        for session, to, who in swap
    ]
    results = await asyncio.gather(*commands, return_exceptions=True)
    assert {type(result) for result in results} == {SlotTaken}


async def test_how_to_be_reached_must_be_given(engine: AsyncEngine, counsellors: None) -> None:
    with pytest.raises(ContactMissing):
        await book(engine, await invited(engine), email=None)


async def test_protected_identity_is_by_phone_with_no_message_and_no_address_kept(
    engine: AsyncEngine, counsellors: None
) -> None:
    who = await invited(engine, protected=True, email="never@example.invalid")
    with pytest.raises(PhoneOnly):
        await book(engine, who, channel=Channel.VIDEO)
    session = await book(engine, who, channel=Channel.PHONE, phone="070-123 45 67")
    command = sessions.MoveSession(session=session.session, starts_at=MONDAY + minutes(60))
    await sessions.move_session(command, at(engine, SOON), FREE_RULES, person=who.person)
    await cancel(engine, session, who)
    assert await scalar(engine, "SELECT count(*) FROM notices") == 0
    assert await scalar(engine, "SELECT count(*) FROM contacts WHERE email IS NOT NULL") == 0


async def test_what_is_kept_to_reach_somebody_is_erased_when_no_longer_needed(
    engine: AsyncEngine, counsellors: None
) -> None:
    from guidance.adapters import invitations as kept

    await book(engine, await invited(engine))

    async def erased(now: datetime) -> int:
        async with at(engine, now)() as work:
            return await kept.erase_contacts(work.connection, now=now, kept=RULES.contacts_kept)

    assert await erased(MONDAY + timedelta(days=13)) == 0
    assert await erased(MONDAY + timedelta(days=15)) == 1
    assert await scalar(engine, "SELECT count(*) FROM contacts") == 0


async def test_whether_one_came_is_kept_and_said(engine: AsyncEngine, counsellors: None) -> None:
    session = await book(engine, await invited(engine))
    for came, kind in ((False, SESSION_MISSED), (True, SESSION_HELD)):
        await sessions.settle_session(session.session, at(engine, MONDAY), came=came, municipality="2281")
        assert [event["session"] for event in await said(engine, kind)] == [str(session.session)]
    await sessions.settle_session(session.session, at(engine, MONDAY), came=True, municipality="2281")
    assert len(await said(engine, SESSION_HELD)) == 1
