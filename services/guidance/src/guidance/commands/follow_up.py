"""Follow-up cases: what admissions says makes them, what counsellors do carries them to their end."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from uuid import UUID, uuid4

from guidance.adapters import activity_responsibility, cases, following
from guidance.adapters.following import Happened
from guidance.domain import cases as follow_up
from guidance.domain import following as decide
from guidance.domain.activity_responsibility import Entered, Entry, Sex, check_entry
from guidance.domain.cases import Accepted, Case, News, Outcome, Word
from guidance.domain.following import Actor, Contact, Next
from guidance.messages import cases as said
from shared.events import Incoming
from shared.work import UnitOfWork, Work

_AT_ONCE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOver:
    """What the activity responsibility is told with a case: as much as the counsellor knows of the person."""

    entered: Entered = Entered.NEVER_STARTED
    born_on: date | None = None
    sex: Sex | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseCase:
    """Close a case. `reason` is a few words for the case's own history; `hand_over` belongs to that outcome."""

    case: UUID
    outcome: Outcome
    by: Actor
    reason: str | None = None
    hand_over: HandOver | None = None


async def hear(work: Work, words: Sequence[tuple[Word, Incoming | None]]) -> None:
    """Take what admissions said, each word with its event: decide in turn, save in one statement, announce the news."""
    known = await cases.load(work.connection, {word.key for word, _ in words})
    changed: dict[cases.Key, Case] = {}
    told: list[tuple[cases.Key, News, Incoming | None]] = []
    for word, cause in words:
        before = changed.get(word.key) or known.get(word.key)
        after, news = follow_up.take(before, word, fresh=uuid4(), now=work.now)
        if after is not before:
            changed[word.key] = after
        if news is not None:
            told.append((word.key, news, cause))
            work.announce(*said.of_case(after, news, cause))
    given = await _share_out(work, [changed[key] for key in dict.fromkeys(key for key, _, _ in told)])
    assigned = {key: replace(case, counsellor=given.get(case.case, case.counsellor)) for key, case in changed.items()}
    await cases.save(work.connection, assigned.values())
    await following.remember(work.connection, _heard(told, assigned), now=work.now)
    await _expect(work, [word for word, _ in words])


async def log_contact(
    case: UUID, contact: Contact, following_step: Next | None, unit_of_work: UnitOfWork, *, by: Actor, today: date
) -> None:
    """Log that somebody was contacted, and what comes next."""
    async with unit_of_work() as work:
        known = await cases.lock(work.connection, case, municipality=by.municipality)
        decide.check_contact(known, contact, following_step, now=work.now, today=today)
        await following.save_contact(work.connection, case, contact, following_step, by.counsellor, now=work.now)


async def plan_next(case: UUID, step: Next | None, unit_of_work: UnitOfWork, *, by: Actor, today: date) -> None:
    """Set what comes next in a case, or that nothing does."""
    async with unit_of_work() as work:
        known = await cases.lock(work.connection, case, municipality=by.municipality)
        decide.check_next(known, step, today=today)
        await following.save_next(work.connection, case, step)


async def hand_over(case: UUID, to: UUID, unit_of_work: UnitOfWork, *, by: Actor, reason: str | None = None) -> None:
    """Put another counsellor in charge; the right to read the notes goes with it."""
    async with unit_of_work() as work:
        known = await cases.lock(work.connection, case, municipality=by.municipality)
        after = decide.hand_over(known, to, by=by)
        await following.save_assigned(work.connection, [(case, to)])
        kind = "assigned" if known.counsellor is None else "handed_over"
        line = Happened(case=case, kind=kind, by=by.counsellor, counsellor=after.counsellor, reason=reason)
        await following.remember(work.connection, [line], now=work.now)


async def share_out(work: Work, *, municipality: str | None = None) -> int:
    """Give cases that nobody has to their municipalities' counsellors, fairly; how many were given."""
    waiting = await following.unassigned(work.connection, municipality=municipality, limit=_AT_ONCE)
    if not waiting:
        return 0
    desks = await following.desks(work.connection, sorted({home for _, home in waiting}))
    given = decide.share_out(waiting, desks)
    await following.save_assigned(work.connection, list(given.items()))
    lines = [Happened(case=case, kind="assigned", counsellor=counsellor) for case, counsellor in given.items()]
    await following.remember(work.connection, lines, now=work.now)
    return len(given)


async def close_case(command: CloseCase, unit_of_work: UnitOfWork, *, today: date) -> None:
    """Close a case; handing it over enters the person into the home municipality's register (SL 29:9)."""
    async with unit_of_work() as work:
        known = await cases.lock(work.connection, command.case, municipality=command.by.municipality)
        closed = decide.close(known, command.outcome, by=command.by, now=work.now)
        if command.outcome is Outcome.HANDED_OVER:
            await _register(work, closed, command.hand_over or HandOver(), today)
        await _save_closed(work, closed, by=command.by.counsellor, reason=command.reason)


async def note_guided(work: Work, *, grace: timedelta) -> bool:
    """Tell of cases in which a first session has been held; whether there may be more of them."""
    found = await following.newly_guided(work.connection, before=work.now - grace, limit=_AT_ONCE)
    known = await _load(work, [key for key, _ in found])
    guided = [(replace(known[key.id], guided_at=work.now), session) for key, session in found]
    await cases.save(work.connection, [case for case, _ in guided])
    work.announce(*(said.guided(case, session) for case, session in guided))
    lines = [Happened(case=case.case, kind="guided", counsellor=case.counsellor) for case, _ in guided]
    await following.remember(work.connection, lines, now=work.now)
    return len(found) == _AT_ONCE


async def close_quiet(work: Work, *, after: timedelta) -> bool:
    """Close as guided the cases in which nothing happened for so long and nothing is planned; whether more may be."""
    found = await following.quiet(work.connection, before=work.now - after, limit=_AT_ONCE)
    for case in (await _load(work, found)).values():
        closed = replace(case, status=follow_up.Status.CLOSED, closed_at=work.now, outcome=Outcome.GUIDED)
        await _save_closed(work, closed, by=None, reason=None)
    return len(found) == _AT_ONCE


async def _load(work: Work, keys: Sequence[following.Key]) -> dict[UUID, Case]:
    known = await cases.load(work.connection, {(key.applicant, key.intake_year) for key in keys})
    return {case.case: case for case in known.values()}


async def _save_closed(work: Work, case: Case, *, by: UUID | None, reason: str | None) -> None:
    await cases.save(work.connection, [case])
    line = Happened(
        case=case.case, kind="closed", by=by, counsellor=case.counsellor, outcome=case.outcome, reason=reason
    )
    await following.remember(work.connection, [line], now=work.now)
    work.announce(*said.of_case(case, News.CLOSED, None))


async def _share_out(work: Work, news: Sequence[Case]) -> dict[UUID, UUID]:
    """Counsellors for cases just opened that have none."""
    waiting = [
        (case.case, case.home_municipality)
        for case in news
        if case.status is follow_up.Status.OPEN and case.counsellor is None
    ]
    if not waiting:
        return {}
    desks = await following.desks(work.connection, sorted({home for _, home in waiting}))
    return dict(decide.share_out(waiting, desks))


def _heard(told: Sequence[tuple[cases.Key, News, Incoming | None]], after: dict[cases.Key, Case]) -> Sequence[Happened]:
    return [
        Happened(
            case=after[key].case,
            kind=news.value,
            counsellor=after[key].counsellor,
            outcome=Outcome.PLACED if news is News.CLOSED else None,
        )
        for key, news, _ in told
    ]


async def _expect(work: Work, words: Sequence[Word]) -> None:
    """Whoever accepts a place leaves the register when it begins."""
    starts = {
        word.applicant: (word.said.starts_on, word.said.offering) for word in words if isinstance(word.said, Accepted)
    }
    if starts:
        await activity_responsibility.save_starts(work.connection, starts, now=work.now)


async def _register(work: Work, case: Case, known: HandOver, today: date) -> None:
    entry = Entry(
        entry=uuid4(),
        person=case.applicant,
        municipality=case.home_municipality,
        entered_on=today,
        entered=known.entered,
        born_on=known.born_on,
        sex=known.sex,
        intake_year=case.intake_year,
    )
    check_entry(entry, today=today)
    await activity_responsibility.enter(work.connection, entry, case=case.case, now=work.now)
