"""A driver of one intake year against a real database: reports in, rounds run, events out."""

from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import count
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy.ext.asyncio import AsyncEngine

from admissions import commands, queries
from admissions.adapters import seeds
from admissions.commands import rounds
from admissions.consumer import readings
from admissions.main import REGION
from services.admissions.tests.builders import YEAR, grades
from shared.consumer import Reading
from shared.events import Incoming
from shared.testing import announced, incoming, refused
from shared.work import UnitOfWork

SUBMITTED = "se.samverk.admissions.application.submitted.v1"
GRADED = "se.samverk.admissions.grades.reported.v1"
REPLIED = "se.samverk.admissions.reply.given.v1"
TESTED = "se.samverk.admissions.skill_test.reported.v1"
FREE_QUOTA = "se.samverk.admissions.free_quota.decided.v1"
EXAMINED = "se.samverk.admissions.examination.reported.v1"
KNOWS = "se.samverk.admissions.knowledge.reported.v1"
MOVED = "se.samverk.admissions.applicant.moved.v1"
PROTECTED = "se.samverk.admissions.protection.reported.v1"
OPINED = "se.samverk.admissions.opinion.given.v1"
RECEIVED = "se.samverk.admissions.reception.decided.v1"
STARTED = "se.samverk.admissions.start_notice.given.v1"
STOPPED = "se.samverk.admissions.stop_notice.given.v1"
PUBLISHED = "se.samverk.catalogue.offering.published.v1"
CHANGED = "se.samverk.catalogue.offering.changed.v1"
WITHDRAWN = "se.samverk.catalogue.offering.withdrawn.v1"
IN_TIME = "2027-01-20T12:00:00+01:00"
NAMES = UUID(int=27)
OFFSETS = count()


def person(name: str) -> str:
    """A stable applicant id for a name."""
    return str(uuid5(NAMES, name))


def identity_of(number: int) -> str:
    """A valid test identity born 2011, numbered."""
    body = f"{11_01_01 + number // 1000 % 28:06}{number % 1000 or 1:03}"
    doubled = "".join(str(int(d) * (2 - i % 2)) for i, d in enumerate(body))
    return f"20{body}{-sum(map(int, doubled)) % 10}"


def application(name: str, *offerings: str, home: str = "2281", **changed: Any) -> Incoming:
    """An application.submitted as the handler gets it."""
    data: dict[str, Any] = {
        "applicant": person(name),
        "identity": identity_of(sum(map(ord, name))),
        "protected": False,
        "intake_year": YEAR,
        "submitted_at": IN_TIME,
        "revision": 1,
        "choices": [{"rank": rank, "offering": offering} for rank, offering in enumerate(offerings, start=1)],
    } | changed
    return incoming(SUBMITTED, data, municipality=home, subject=person(name), offset=next(OFFSETS))


def graded(
    name: str,
    reported: dict[str, str],
    *,
    home: str = "2281",
    occasion: str = "autumn",
    revision: int = 1,
    dances: bool | None = None,
) -> Incoming:
    """A grades.reported as the handler gets it."""
    rows = [{"subject": subject, "grade": grade} for subject, grade in reported.items()]
    data: dict[str, Any] = {
        "applicant": person(name),
        "intake_year": YEAR,
        "occasion": occasion,
        "revision": revision,
        "grades": rows,
    }
    if dances is not None:
        data["reduced_timetable_for_dance"] = dances
    return incoming(GRADED, data, municipality=home, subject=person(name), offset=next(OFFSETS))


def answered(
    name: str, answer: str, *, home: str = "2281", at: str = "2027-07-10T12:00:00+02:00", revision: int = 1
) -> Incoming:
    """A reply.given as the handler gets it."""
    data: dict[str, Any] = {
        "applicant": person(name),
        "intake_year": YEAR,
        "answer": answer,
        "replied_at": at,
        "revision": revision,
    }
    return incoming(REPLIED, data, municipality=home, subject=person(name), offset=next(OFFSETS))


def took_test(name: str, at: str, result: str, **changed: Any) -> Incoming:
    """A skill_test.reported as the handler gets it."""
    return _of_choice(TESTED, name, at, {"result": result} | changed)


def in_free_quota(name: str, at: str, **changed: Any) -> Incoming:
    """A free_quota.decided as the handler gets it."""
    return _of_choice(FREE_QUOTA, name, at, {"granted": True} | changed)


def _of_choice(kind: str, name: str, at: str, said: dict[str, Any]) -> Incoming:
    data = {
        "applicant": person(name), "intake_year": YEAR, "offering": at, "revision": 1, "decided_on": "2027-03-18",
    } | said  # fmt: skip
    return incoming(kind, data, municipality=at[:4], subject=person(name), offset=next(OFFSETS))


def moved(name: str, to: str, *, by: str = "2281", on: str = "2027-06-01", revision: int = 1) -> Incoming:
    """An applicant.moved as the handler gets it."""
    return _of_person(MOVED, name, by, {"to": to, "moved_on": on, "revision": revision})


def examined(name: str, reported: dict[str, str], revision: int = 1) -> Incoming:
    """An examination.reported as the handler gets it."""
    rows = [{"subject": subject, "grade": grade} for subject, grade in reported.items()]
    return _of_person(EXAMINED, name, "2281", {"intake_year": YEAR, "grades": rows, "revision": revision})


def knows(name: str, *subjects: str, by: str = "2281", revision: int = 1, **changed: Any) -> Incoming:
    """A knowledge.reported as the handler gets it."""
    said = {"english_exempted": False, "equivalent": [*subjects], "completed_programme": False}
    return _of_person(KNOWS, name, by, {"intake_year": YEAR, "revision": revision} | said | changed)


def protected(name: str, level: str, *, by: str = "2281", revision: int = 1) -> Incoming:
    """A protection.reported as the handler gets it."""
    return _of_person(PROTECTED, name, by, {"level": level, "revision": revision})


def opined(name: str, *not_offered: str, by: str = "2281", special: bool = False, revision: int = 1) -> Incoming:
    """An opinion.given as the handler gets it."""
    said = {"special_reasons": special, "not_offered": [*not_offered], "given_at": "2027-03-10T09:15:00+01:00"}
    return _of_person(OPINED, name, by, said | {"intake_year": YEAR, "revision": revision})


def received(name: str, at: str, ground: str, **changed: Any) -> Incoming:
    """A reception.decided as the handler gets it."""
    said = {"ground": ground, "reason": "Skäl finns.", "on_appeal": False, "decided_on": "2027-05-20", "revision": 1}
    return _of_person(RECEIVED, name, at[:4], {"intake_year": YEAR, "offering": at} | said | changed)


def started(name: str, at: str, on: str, revision: int = 1) -> Incoming:
    """A start_notice.given as the handler gets it."""
    said = {"intake_year": YEAR, "offering": at, "started_on": on, "revision": revision}
    return _of_person(STARTED, name, at[:4], said)


def stopped(name: str, at: str, last_day: str, revision: int = 1) -> Incoming:
    """A stop_notice.given as the handler gets it."""
    said = {"intake_year": YEAR, "offering": at, "last_day": last_day, "revision": revision}
    return _of_person(STOPPED, name, at[:4], said)


def _of_person(kind: str, name: str, by: str, said: dict[str, Any]) -> Incoming:
    data = {"applicant": person(name)} | said
    return incoming(kind, data, municipality=by, subject=person(name), offset=next(OFFSETS))


def offering(name: str, seats: int, *, version: int = 1, kind: str = PUBLISHED, **terms: Any) -> Incoming:
    """An offering as the catalogue publishes it; its id names municipality and programme."""
    data: dict[str, Any] = {
        "offering": name, "intake_year": YEAR, "municipality": name[:4], "programme": name[5:7],
        "school_unit": "10000001", "school_name": "Skolan", "seats": seats, "version": version,
    } | terms  # fmt: skip
    return incoming(kind, data, subject=name)


class SchoolYear:
    """Drives one intake year."""

    def __init__(self, unit_of_work: UnitOfWork) -> None:
        self.unit_of_work = unit_of_work
        self._readings: dict[str, Reading] = {reading.type: reading for reading in readings(REGION)}

    async def deliver(self, *events: Incoming) -> None:
        """Hand the events, all of one type, to their handler as one batch."""
        async with self.unit_of_work() as work:
            await self._readings[events[0].type].handle(work, events)

    async def apply(self, name: str, merit: str, *offerings: str, home: str = "2281") -> None:
        """An application in time, with sixteen equal grades."""
        await self.deliver(application(name, *offerings, home=home))
        await self.deliver(graded(name, grades(merit), home=home))

    async def commit(self, round_name: str, draw: int = 1, seed: int | None = None) -> seeds.Committed:
        command = rounds.CommitSeed(
            region=REGION, intake_year=YEAR, round=round_name, by="office", seed=seed, draw=lambda: draw,
            salt=lambda: "00" * 16,
        )  # fmt: skip
        return await rounds.commit_seed(command, self.unit_of_work)

    async def run(self, round_name: str, draw: int = 1) -> UUID:
        """Commit to a seed, if there is no commitment yet, and run."""
        await self.commit(round_name, draw)
        command = rounds.RunRound(region=REGION, intake_year=YEAR, round=round_name, by="office")
        return await rounds.run(command, self.unit_of_work)

    async def close_replies(self) -> int:
        return await commands.close_replies(commands.CloseReplies(region=REGION, intake_year=YEAR), self.unit_of_work)

    async def said(self, kind: str | None = None) -> list[dict[str, Any]]:
        """Events in the outbox, each checked against its contract; `kind` is the part after `admissions.`."""
        async with self.unit_of_work.read() as connection:
            full = f"se.samverk.admissions.{kind}.v1" if kind else None
            return await announced(connection, full)

    async def subjects(self, kind: str) -> list[str]:
        """Whom the events of a kind are about."""
        return [event["subject"] for event in await self.said(kind)]

    async def refusals(self) -> list[str]:
        async with self.unit_of_work.read() as connection:
            return [letter["reason"] for letter in await refused(connection)]

    async def export(self, kind: str, round_name: str, municipality: str | None = None) -> Sequence[dict[str, Any]]:
        async with self.unit_of_work.read() as connection:
            _, rows = await queries.export(connection, kind, YEAR, round_name, municipality)
            return [dict(row) for row in rows]

    async def outcomes(self, round_name: str) -> dict[tuple[str, str], tuple[str, int | None]]:
        """(applicant id, offering) to outcome and queue number."""
        rows = await self.export("decisions", round_name)
        return {(str(row["applicant"]), row["offering"]): (row["outcome"], row["queue"]) for row in rows}


class Dated(SchoolYear):
    """The year with a clock that can be set."""

    def __init__(self, engine: AsyncEngine) -> None:
        self.now = datetime(2027, 1, 7, tzinfo=UTC)
        super().__init__(UnitOfWork(engine, "admissions", clock=lambda: self.now))

    def on(self, month: int, day: int) -> None:
        self.now = datetime(2027, month, day, 10, tzinfo=UTC)
