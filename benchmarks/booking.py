"""`booking`: sessions booked a second, when all want the same times and when none do; and a search for free times."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any, Final

import asyncpg
from rich.console import Console

from benchmarks import report
from benchmarks.clock import Outcome
from benchmarks.harness import Contender, Scale, Unsound, measure, middle
from benchmarks.servers import Servers, serving
from guidance.main import MIGRATIONS
from shared.database import upgrade_async

CLIENTS: Final = 64
_SLOT: Final = timedelta(minutes=30)
_A_DAY: Final = 12  # slots of a counsellor's day
_CASES: Final = """
    INSERT INTO cases (id, applicant, intake_year, home_municipality, status, cause, missing_subjects, open_programmes,
                       unplaced_round, unplaced_at, opened_at)
    SELECT gen_random_uuid(), gen_random_uuid(), 2027, '2281', 'open', 'no_place', '{}', '{}', 1, now(), now()
    FROM generate_series(1, $1)
"""
_COUNSELLORS: Final = """
    INSERT INTO counsellors (counsellor, municipality, display_name, languages, channels, session_minutes, revision,
                             changed_at)
    SELECT gen_random_uuid(), '2281', 'n', '{sv,en}', '{video,phone}', 30, 1, now() FROM generate_series(1, $1)
"""
_PERIODS: Final = """
    INSERT INTO periods (counsellor, starts_at, ends_at)
    SELECT counsellor, at, at + $2::interval FROM counsellors, unnest($1::timestamptz[]) AS at
"""
_WEEKLY: Final = """
    INSERT INTO weekly_hours (id, counsellor, weekday, begins, ends, valid_from)
    SELECT gen_random_uuid(), counsellor, day, begins, ends, DATE '2020-01-01'
    FROM counsellors, generate_series(1, 5) AS day,
         (VALUES (TIME '08:00', TIME '12:00'), (TIME '13:00', TIME '17:00')) AS hours (begins, ends)
"""
# Every other time of working days, for every counsellor.
_BOOKED: Final = """
    INSERT INTO sessions (id, case_id, person, counsellor, counsellor_municipality, home_municipality, starts_at,
                          ends_at, occupied, channel, status, booked_at)
    SELECT gen_random_uuid(), (SELECT id FROM cases LIMIT 1), gen_random_uuid(), counsellor, '2281', '2281', at,
           at + interval '30 minutes', tstzrange(at, at + interval '30 minutes'), 'video', 'booked', now()
    FROM counsellors, generate_series(0, 41) AS day, generate_series(0, 7) AS hour,
         LATERAL (SELECT ($1::date + day + make_interval(hours => 8 + hour)) AT TIME ZONE 'Europe/Stockholm' AS at) AS t
    WHERE extract(isodow FROM $1::date + day) < 6
"""
_BOOKED_NOW: Final = "SELECT count(*) FROM sessions WHERE status = 'booked'"
_DOUBLE: Final = """
    SELECT count(*) FROM sessions AS a JOIN sessions AS b ON a.id < b.id AND a.occupied && b.occupied
        AND (a.counsellor = b.counsellor OR a.person = b.person)
    WHERE a.status = 'booked' AND b.status = 'booked'
"""
_SAID: Final = "SELECT count(*) FROM outbox WHERE type = 'se.samverk.guidance.session.booked.v1'"


class Booking:
    """64 clients at once, each with a case of its own. `race`: all ask for the same times in the same order; else each
    has a counsellor to itself."""

    unit = "requests/s"
    goals = "goals: no double booking, at least 0.5 of bare inserts into the same constraints, a search under 100 ms"

    def __init__(self, scale: Scale, *, race: bool) -> None:
        self.race = race
        self.name = "booking"
        self.title = f"booking: {CLIENTS} clients " + ("race for the same times" if race else "spread out")
        self.slots = (12 if scale.quick else 200) if race else (3 if scale.quick else 150)
        self._template = ""

    def contenders(self) -> Sequence[Contender]:
        """The service's own command path, and bare asyncpg that checks and says nothing."""
        return [
            Contender(name="guidance's desk", role="ours", module="booking_ours"),
            Contender(name="asyncpg, ON CONFLICT DO NOTHING", role="limit", module="booking_limit"),
        ]

    async def ready(self, servers: Servers) -> None:
        """A migrated database with counsellors, their times and cases."""
        self._template = await _migrated(servers)
        first = _first_day() + timedelta(hours=7)
        days = [first + timedelta(days=number) for number in range(-(-self.slots // _A_DAY))]
        connection = await asyncpg.connect(servers.url(self._template))
        await connection.execute(_CASES, CLIENTS)
        await connection.execute(_COUNSELLORS, 1 if self.race else CLIENTS)
        await connection.execute(_PERIODS, days, _SLOT * _A_DAY)
        await connection.close()
        await servers.settle(self._template)

    async def fresh(self, servers: Servers, contender: Contender) -> dict[str, Any]:  # noqa: ARG002
        """A copy of it."""
        database = await servers.empty_database("bench_booking_run", self._template)
        await servers.settle(database)
        return {"url": servers.url(database), "database": database, "slots": self.slots, "race": self.race}

    async def verify(self, servers: Servers, contender: Contender, given: Mapping[str, Any]) -> dict[str, Any]:  # noqa: ARG002
        """Every time is booked, none twice, and ours has said each once."""
        connection = await asyncpg.connect(given["url"])
        booked, double, said = [await connection.fetchval(each) for each in (_BOOKED_NOW, _DOUBLE, _SAID)]
        await connection.close()
        expected = self.slots if self.race else self.slots * CLIENTS
        if double or booked != expected:
            raise Unsound(f"{contender.name}: {booked} of {expected} times booked, {double} double bookings")
        if contender.role == "ours" and said != booked:
            raise Unsound(f"{contender.name}: {booked} booked, {said} said")
        return {"booked": booked, "double_bookings": double}

    async def forget(self, servers: Servers, given: Mapping[str, Any]) -> None:
        """Leave nothing for the next run."""
        await servers.drop_database(given["database"])


class Searching:
    """The service's own search over all counsellors and six weeks, half of whose times are taken."""

    name, unit = "booking", "searches/s"
    title = "booking: a search for free times, 200 counsellors, six weeks"
    goals = "goal: under 100 ms"

    def __init__(self, scale: Scale) -> None:
        self.counsellors, self.repeats = (10, 2) if scale.quick else (200, 20)
        self._database = ""

    def contenders(self) -> Sequence[Contender]:
        """Ours alone: nothing comparable is to be had."""
        return [Contender(name="guidance's search", role="ours", module="booking_search")]

    async def ready(self, servers: Servers) -> None:
        """A diary of every counsellor."""
        self._database = await _migrated(servers)
        connection = await asyncpg.connect(servers.url(self._database))
        await connection.execute(_CASES, 1)
        await connection.execute(_COUNSELLORS, self.counsellors)
        await connection.execute(_WEEKLY)
        await connection.execute(_BOOKED, _first_day().date())
        await connection.close()
        await servers.settle(self._database)

    async def fresh(self, servers: Servers, contender: Contender) -> dict[str, Any]:  # noqa: ARG002
        """It only reads, so all runs share the database."""
        return {"url": servers.url(self._database), "from": _first_day().isoformat(), "repeats": self.repeats}

    async def verify(self, servers: Servers, contender: Contender, given: Mapping[str, Any]) -> dict[str, Any]:  # noqa: ARG002
        """The run itself counts what it found."""
        return {"counsellors": self.counsellors}

    async def forget(self, servers: Servers, given: Mapping[str, Any]) -> None:
        """Nothing is left behind."""


async def main(scale: Scale, console: Console, results: Path | None) -> dict[str, Any]:
    """Measure, show and keep: the race is what the result is named after, the rest stands beside it."""
    race, spread, searching = Booking(scale, race=True), Booking(scale, race=False), Searching(scale)
    async with serving("booking") as servers:
        raced = await measure(race, servers, scale, console)
        spread_out = await measure(spread, servers, scale, console)
        searched = await measure(searching, servers, scale, console)
    content = report.result(race, raced, scale)
    beside = report.result(spread, spread_out, scale)
    content["milliseconds"] = {"race": _latencies(raced), "spread": _latencies(spread_out)}
    content["spread"] = {name: beside[name] for name in ("ours", "limit", "ratio_to_limit", "details")}
    content["search"] = _search(searched, searching.counsellors)
    console.print(report.table(race, content))
    console.print(report.table(spread, beside))
    console.print(_line(content))
    report.write(content, results)
    return content


def _search(outcomes: Mapping[str, Sequence[Outcome]], counsellors: int) -> dict[str, Any]:
    [of_one] = outcomes.values()
    return {
        "counsellors": counsellors,
        "weeks": 6,
        "free_times": of_one[-1].notes["free"],
        "milliseconds": round(1000 / middle(of_one), 1),
    }


def _latencies(outcomes: Mapping[str, Sequence[Outcome]]) -> dict[str, dict[str, float]]:
    """What a client waits: the median run's."""
    return {
        name: {p: round(median(outcome.notes[p] for outcome in of_one), 1) for p in ("p50", "p99")}
        for name, of_one in outcomes.items()
    }


def _line(content: Mapping[str, Any]) -> str:
    search, waits = content["search"], content["milliseconds"]
    p99 = ", ".join(f"{kind} {each['p99']:.0f} ms" for kind in waits for each in [next(iter(waits[kind].values()))])
    return (
        f"p99 of ours: {p99}; a search over {search['counsellors']} counsellors and six weeks "
        f"({search['free_times']:,} free times): {search['milliseconds']:.0f} ms"
    )


async def _migrated(servers: Servers) -> str:
    name = await servers.empty_database("bench_booking")
    await upgrade_async(servers.url(name).replace("postgresql://", "postgresql+asyncpg://"), MIGRATIONS)
    return name


def _first_day() -> datetime:
    """A Monday at midnight (UTC), one to two weeks ahead."""
    today = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return today + timedelta(days=14 - today.weekday())
