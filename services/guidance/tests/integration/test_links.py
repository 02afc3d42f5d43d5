"""Booking without an account, on a real PostgreSQL: one link, the waitlist, messages and the lobby."""

import asyncio
import mailbox
from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta
from email.header import decode_header, make_header
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from aiosmtpd.smtp import SMTP, Envelope
from sqlalchemy.ext.asyncio import AsyncEngine

from guidance.adapters.links import LinkInvalid, Links
from guidance.adapters.mail import Maildir, Senders, Smtp
from guidance.adapters.rooms import NoRooms, Rooms
from guidance.adapters.sessions import SessionUnknown
from guidance.booking_chores import look_for_times
from guidance.commands import invitations, sessions, visits, waitlist
from guidance.commands.desk import Desk
from guidance.commands.invitations import BookByLink, Invite
from guidance.commands.post import Post
from guidance.commands.waitlist import JoinWaitlist
from guidance.domain.availability import Channel
from guidance.domain.invitations import Contact, ContactMissing, Invitation
from guidance.domain.refusals import DayFull, PhoneOnly, SlotTaken, TooMany
from guidance.domain.sessions import Session
from guidance.domain.visits import DoorClosed, NotLetIn
from guidance.domain.waitlist import AlreadyWaiting, OfferOver
from guidance.messages.sessions import SESSION_BOOKED, SESSION_CANCELLED, SESSION_HELD, SESSION_MISSED, SESSION_MOVED
from guidance.messages.waitlist import JOINED, LEFT, OFFERED
from guidance.queries import booking
from guidance.settings import Room
from shared.database import create_engine

from ..builders import MONDAY, RULES, minutes
from .steps import at, availability, deliver, said, scalar, working_hours

FIRST, SECOND = UUID(int=100), UUID(int=200)
SOON = MONDAY - timedelta(days=3)
KEY = "a key of the tests' own, long enough"
FREE_RULES = replace(RULES, peaks=[])


@pytest.fixture
async def counsellors(engine: AsyncEngine) -> None:
    """One counsellor in Sundsvall and one in Timrå, on Monday from nine to noon."""
    await deliver(
        at(engine, SOON),
        availability("2281", counsellor=str(FIRST), channels=["video", "phone", "chat", "on_site"]),
        availability("2262", counsellor=str(SECOND)),
    )


async def invited(engine: AsyncEngine, now: datetime = SOON, **changes: Any) -> Invitation:
    content: dict[str, Any] = {
        "case": None,
        "home_municipality": "2260",
        "municipality": None,
        "protected": False,
        "session_type": None,
        "email": None,
        "phone": None,
        "language": "sv",
    }
    return await invitations.invite(Invite(**content | changes), at(engine, now), RULES)


async def book(engine: AsyncEngine, who: Invitation, starts_at: datetime = MONDAY, **changes: Any) -> Session:
    content: dict[str, Any] = {
        "invitation": who,
        "candidates": (FIRST,),
        "starts_at": starts_at,
        "session_type": "guidance",
        "channel": Channel.VIDEO,
        "reached": Contact(
            email=changes.pop("email", "test@example.invalid"), phone=changes.pop("phone", None), language="sv"
        ),
    }
    unit_of_work = at(engine, changes.pop("now", SOON))
    desk = Desk(unit_of_work, changes.pop("rules", FREE_RULES))
    return await invitations.book(BookByLink(**content | changes), desk, unit_of_work)


async def cancel(engine: AsyncEngine, session: Session, who: Invitation | None = None, now: datetime = SOON) -> None:
    person = who.person if who else None
    await sessions.cancel_session(session.session, at(engine, now), FREE_RULES, municipality=None, person=person)


async def join(engine: AsyncEngine, who: Invitation, now: datetime = SOON, **changes: Any) -> None:
    wish: dict[str, Any] = {
        "session_type": "guidance",
        "channel": Channel.VIDEO,
        "not_before": SOON,
        "not_after": MONDAY + timedelta(days=7),
    }
    async with at(engine, now)() as work:
        await waitlist.join(JoinWaitlist(**wish | changes), who, work)


async def offered(engine: AsyncEngine, who: Invitation) -> list[booking.OwnSession]:
    async with engine.connect() as connection:
        rows = await booking.own_sessions(connection, who.person, since=SOON)
    return [row for row in rows if row.status == "offered"]


async def lapse(engine: AsyncEngine, now: datetime) -> None:
    more = True
    while more:
        async with at(engine, now)() as work:
            more = await waitlist.lapse_one(work, FREE_RULES)


def links() -> Links:
    return Links(KEY, clock=SOON.timestamp)


def post(mail: Any = None, sms: Any = None) -> Post:
    return Post(
        senders=Senders(mail=mail, sms=sms),
        links=links(),
        public_url="https://vagledning.example",
        mail_from="vagledning@example.invalid",
    )


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


async def test_limits_for_a_person_hold_however_many_ask_at_once(
    database: str, engine: AsyncEngine, counsellors: None
) -> None:
    who = await invited(engine)
    replicas = [create_engine(database, pool=4) for _ in range(2)]
    try:
        tries = [
            book(replicas[n % 2], who, MONDAY + minutes(30 * (n % 6)), candidates=((FIRST, SECOND)[n % 2],))
            for n in range(40)
        ]
        results = await asyncio.gather(*tries, return_exceptions=True)
    finally:
        for replica in replicas:
            await replica.dispose()
    outcome = Counter(type(result).__name__ for result in results)
    assert outcome["Session"] == RULES.most_ahead
    assert set(outcome) <= {"Session", "TooMany", "SlotTaken", "CaseBusy"}


async def test_in_a_peak_one_may_book_fewer(engine: AsyncEngine, counsellors: None) -> None:
    who = await invited(engine)
    await book(engine, who, rules=RULES)
    with pytest.raises(TooMany):
        await book(engine, who, MONDAY + minutes(60), rules=RULES)


async def test_a_day_holds_no_more_than_agreed_however_many_ask_at_once(
    database: str, engine: AsyncEngine, counsellors: None
) -> None:
    await deliver(at(engine, SOON), working_hours(counsellor=str(FIRST), max_per_day=3))
    everyone = [await invited(engine) for _ in range(24)]
    replicas = [create_engine(database, pool=4) for _ in range(2)]
    desks = [Desk(at(replica, SOON), FREE_RULES) for replica in replicas]
    try:
        orders = [
            invitations.book(
                BookByLink(
                    invitation=who,
                    candidates=(FIRST,),
                    starts_at=MONDAY + minutes(30 * (n % 6)),
                    session_type="guidance",
                    channel=Channel.VIDEO,
                    reached=Contact(email="test@example.invalid", phone=None, language="sv"),
                ),
                desks[n % 2],
                at(replicas[n % 2], SOON),
            )
            for n, who in enumerate(everyone)
        ]
        results = await asyncio.gather(*orders, return_exceptions=True)
    finally:
        for replica in replicas:
            await replica.dispose()
    outcome = Counter(type(result) for result in results)
    assert outcome[Session] == 3
    assert set(outcome) <= {Session, DayFull, SlotTaken}
    assert await scalar(engine, "SELECT count(*) FROM sessions") == 3


async def test_of_a_pool_as_many_get_the_time_as_there_are_counsellors(engine: AsyncEngine, counsellors: None) -> None:
    everyone = [await invited(engine) for _ in range(8)]
    tries = [book(engine, who, candidates=(FIRST, SECOND)) for who in everyone]
    results = await asyncio.gather(*tries, return_exceptions=True)
    assert Counter(type(result) for result in results) == {Session: 2, SlotTaken: 6}


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


async def test_a_freed_time_is_held_for_the_first_in_line_and_then_for_the_next(
    engine: AsyncEngine, counsellors: None
) -> None:
    session = await book(engine, await invited(engine))
    first, second, stranger = [await invited(engine) for _ in range(3)]
    await join(engine, first)
    await join(engine, second)
    with pytest.raises(AlreadyWaiting):
        await join(engine, first)
    await cancel(engine, session)
    [offer] = await offered(engine, first)
    assert await offered(engine, second) == []
    assert offer.until == SOON + RULES.offer_stands
    with pytest.raises(SlotTaken):
        await book(engine, stranger)
    with pytest.raises(OfferOver):
        await waitlist.take_offer(offer.id, stranger, at(engine, SOON), FREE_RULES)
    await lapse(engine, SOON + RULES.offer_stands)
    assert await offered(engine, first) == []
    [offer] = await offered(engine, second)
    taken = await waitlist.take_offer(offer.id, second, at(engine, SOON + RULES.offer_stands), FREE_RULES)
    assert (taken.applicant, taken.time.starts_at) == (second.person, MONDAY)
    assert len(await said(engine, JOINED)) == len(await said(engine, OFFERED)) == 2
    assert len(await said(engine, LEFT)) == 1


async def test_one_who_says_no_waits_on_and_is_not_offered_the_same_again(
    engine: AsyncEngine, counsellors: None
) -> None:
    session = await book(engine, await invited(engine))
    who = await invited(engine)
    await join(engine, who, counsellor=FIRST)
    await cancel(engine, session)
    [offer] = await offered(engine, who)
    await waitlist.decline_offer(offer.id, who, at(engine, SOON), FREE_RULES)
    assert await offered(engine, who) == []
    async with at(engine, SOON)() as work:
        assert await look_for_times(work, FREE_RULES)  # another of the counsellor's times
    assert [row.starts_at for row in await offered(engine, who)] == [MONDAY + minutes(30)]


async def test_after_two_unanswered_offers_one_leaves_the_line(engine: AsyncEngine, counsellors: None) -> None:
    who = await invited(engine)
    await join(engine, who)
    for turn in range(2):
        now = SOON + turn * timedelta(hours=5)
        async with at(engine, now)() as work:
            assert await look_for_times(work, FREE_RULES)
        await lapse(engine, now + RULES.offer_stands)
    assert await scalar(engine, "SELECT status FROM waitlist") == "left"
    assert await scalar(engine, "SELECT count(*) FROM sessions") == 0


async def test_one_offer_goes_to_one_however_many_replicas_look(
    database: str, engine: AsyncEngine, counsellors: None
) -> None:
    held = [await book(engine, await invited(engine), MONDAY + minutes(30 * n)) for n in range(6)]
    line = [await invited(engine) for _ in range(6)]
    for who in line:
        await join(engine, who, counsellor=FIRST)
    replicas = [create_engine(database, pool=6) for _ in range(2)]
    try:
        await asyncio.gather(*(cancel(replicas[n % 2], session) for n, session in enumerate(held)))
    finally:
        for replica in replicas:
            await replica.dispose()
    offers = [await offered(engine, who) for who in line]
    assert [len(each) for each in offers] == [1] * 6
    assert len({each[0].starts_at for each in offers}) == 6


async def test_an_offer_is_taken_once(engine: AsyncEngine, counsellors: None) -> None:
    who = await invited(engine)
    await join(engine, who)
    async with at(engine, SOON)() as work:
        await look_for_times(work, FREE_RULES)
    [offer] = await offered(engine, who)
    tries = [waitlist.take_offer(offer.id, who, at(engine, SOON), FREE_RULES) for _ in range(4)]
    results = await asyncio.gather(*tries, return_exceptions=True)
    assert Counter(type(result) for result in results) == {Session: 1, OfferOver: 3}


async def deliver_all(engine: AsyncEngine, sending: Post, now: datetime) -> None:
    while await sending.deliver_one(at(engine, now)):
        pass


def subjects(folder: Path) -> list[str]:
    return sorted(str(make_header(decode_header(letter["Subject"]))) for letter in mailbox.Maildir(folder))


async def test_those_who_booked_are_told_and_reminded_and_not_of_what_is_no_longer_true(
    engine: AsyncEngine, counsellors: None, tmp_path: Path
) -> None:
    sending = post(Maildir(tmp_path / "mail", "vagledning@example.invalid"))
    who = await invited(engine)
    session = await book(engine, who)
    await deliver_all(engine, sending, SOON)
    command = sessions.MoveSession(session=session.session, starts_at=MONDAY + minutes(60))
    await sessions.move_session(command, at(engine, SOON), FREE_RULES, person=who.person)
    await deliver_all(engine, sending, MONDAY - timedelta(hours=20))  # of the two reminders only one is true
    assert subjects(tmp_path / "mail") == [
        "Ditt samtal har fått en ny tid",
        "Ditt samtal är bokat",
        "Påminnelse om ditt samtal",
    ]
    text = "".join(
        bytes(part.get_payload(decode=True) or b"").decode()
        for letter in mailbox.Maildir(tmp_path / "mail")
        for part in letter.walk()
    )
    assert "måndag 2027-08-16 kl. 09:00" in text
    assert "https://vagledning.example/book/" in text
    assert str(who.person) not in text
    await deliver_all(engine, sending, MONDAY)
    assert len(subjects(tmp_path / "mail")) == 3


class Postbox:
    """A mail server that refuses the first letter."""

    def __init__(self) -> None:
        self.taken: list[Envelope] = []
        self.refusals = 1

    async def handle_DATA(self, server: Any, session: Any, envelope: Envelope) -> str:  # noqa: N802
        if self.refusals:
            self.refusals -= 1
            return "451 come back later"
        self.taken.append(envelope)
        return "250 taken"


async def test_mail_goes_by_smtp_and_is_tried_again_when_the_server_refuses(
    engine: AsyncEngine, counsellors: None
) -> None:
    box = Postbox()
    server = await asyncio.get_running_loop().create_server(lambda: SMTP(box), "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        sending = post(Smtp(f"smtp://127.0.0.1:{port}", "vagledning@example.invalid"))
        await book(engine, await invited(engine))
        await deliver_all(engine, sending, SOON)
        assert box.taken == []
        await deliver_all(engine, sending, SOON + timedelta(seconds=61))
    [letter] = box.taken
    assert letter.rcpt_tos == ["test@example.invalid"]
    assert await scalar(engine, "SELECT attempts FROM notices WHERE outcome = 'sent'") == 2


ROOMS = Rooms({"default": Room(provider="jitsi", address="https://meet.example")})


async def test_the_room_opens_around_its_time_only_and_the_counsellor_lets_in(
    engine: AsyncEngine, counsellors: None
) -> None:
    who = await invited(engine)
    session = await book(engine, who)
    enter = visits.enter
    for closed in (MONDAY - minutes(11), MONDAY + minutes(45)):
        with pytest.raises(DoorClosed):
            await enter(session.session, who.person, at(engine, closed), RULES, ROOMS)
    early = at(engine, MONDAY - minutes(10))
    with pytest.raises(NotLetIn):
        await enter(session.session, who.person, early, RULES, ROOMS)
    address = await visits.admit(session.session, early, RULES, ROOMS, municipality="2281")
    assert address == f"https://meet.example/{session.room}"
    assert await enter(session.session, who.person, early, RULES, ROOMS) == address
    with pytest.raises(SessionUnknown):
        await enter(session.session, uuid4(), early, RULES, ROOMS)


async def test_a_moved_session_has_another_room_and_its_door_shut(engine: AsyncEngine, counsellors: None) -> None:
    who = await invited(engine)
    session = await book(engine, who)
    now = at(engine, MONDAY - minutes(10))
    await visits.admit(session.session, now, RULES, ROOMS, municipality=None)
    command = sessions.MoveSession(session=session.session, starts_at=MONDAY + minutes(150))
    moved = await sessions.move_session(command, now, FREE_RULES, person=who.person)
    assert moved.room != session.room
    with pytest.raises(NotLetIn):
        await visits.enter(moved.session, who.person, at(engine, MONDAY + minutes(145)), RULES, ROOMS)


async def test_rooms_come_from_the_counsellors_municipality(engine: AsyncEngine, counsellors: None) -> None:
    session = await book(engine, await invited(engine))
    until = MONDAY + minutes(45)
    teams = Room(provider="teams", address="https://teams.example/meeting")
    signed = Room.model_validate(
        {"provider": "jitsi", "address": "https://meet.example", "app": "a", "secret": "s" * 32}
    )
    assert Rooms({"2281": teams}).address(session, host=False, until=until) == "https://teams.example/meeting"
    with_token = Rooms({"2281": signed}).address(session, host=False, until=until)
    assert with_token.startswith(f"https://meet.example/{session.room}?jwt=")
    with pytest.raises(NoRooms):
        Rooms({"2262": teams}).address(session, host=False, until=until)
