"""Guidance's own numbers, for Prometheus and for the start page."""

from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from typing import Final

from prometheus_client import CollectorRegistry, Gauge
from sqlalchemy.ext.asyncio import AsyncConnection

from guidance.adapters.reference import region, rules
from guidance.domain.slots import window
from guidance.queries import cases as opened_cases
from guidance.queries import coverage, slots
from guidance.queries import sessions as booked
from shared.service import Figure, utc_now
from shared.texts import Text

AHEAD: Final = timedelta(days=7)
# Labels come from closed sets: homes outside the region are counted together.
_OTHERS: Final = "other"
_YES_NO: Final = {True: "yes", False: "no"}


def numbers(
    registry: CollectorRegistry, clock: Callable[[], datetime] = utc_now
) -> Callable[[AsyncConnection], Awaitable[None]]:
    """Register the gauges and give the coroutine that refreshes them."""
    cases = Gauge("samverk_guidance_cases_open", "Follow-up cases open.", ["municipality"], registry=registry)
    sessions = Gauge(
        "samverk_guidance_sessions",
        "Sessions booked and not cancelled: upcoming or held, helped by another municipality or not.",
        ["state", "across_borders"],
        registry=registry,
    )
    gaps = Gauge(
        "samverk_guidance_coverage_gap_hours",
        "Hours of the next seven days without the cover agreed on; municipality region: asked of all together.",
        ["municipality"],
        registry=registry,
    )
    free = Gauge("samverk_guidance_slots_free", "Times that can be booked in the next seven days.", registry=registry)

    async def refresh(connection: AsyncConnection) -> None:
        now = clock()
        number: Counter[str] = Counter()
        for municipality, opened in (await opened_cases.open_cases(connection)).items():
            number[municipality if municipality in region() else _OTHERS] += opened
        for municipality in (*region(), _OTHERS):
            cases.labels(municipality).set(number[municipality])
        counted = _by_kind(await booked.sessions_counted(connection, now=now))
        for held, state in ((True, "held"), (False, "upcoming")):
            for across, label in _YES_NO.items():
                sessions.labels(state, label).set(counted[held, across])
        hours = await coverage.gap_hours(connection, now=now)
        for municipality in (*region(), coverage.REGION):
            gaps.labels(municipality).set(hours.get(municipality, 0.0))
        free.set(await _free(connection, now))

    return refresh


async def figures(connection: AsyncConnection, clock: Callable[[], datetime] = utc_now) -> Sequence[Figure]:
    """The figures of the start page."""
    now = clock()
    opened = sum((await opened_cases.open_cases(connection)).values())
    counted = _by_kind(await booked.sessions_counted(connection, now=now))
    upcoming, held = (counted[state, True] + counted[state, False] for state in (False, True))
    share = f"{counted[True, True] / held:.0%}" if held else "–"
    return [
        Figure(Text("Öppna ärenden", "Open cases"), str(opened)),
        Figure(Text("Bokade samtal framåt", "Sessions ahead"), str(upcoming)),
        Figure(Text("Hållna samtal", "Sessions held"), str(held)),
        Figure(Text("Hållna över kommungräns", "Held across municipal borders"), share),
        Figure(
            Text("Lediga tider kommande sju dagar", "Free times in the next seven days"),
            str(await _free(connection, now)),
        ),
    ]


def _by_kind(counts: Sequence[booked.Count]) -> Counter[tuple[bool, bool]]:
    return Counter({(count.held, count.across_borders): count.number for count in counts})


async def _free(connection: AsyncConnection, now: datetime) -> int:
    ahead = window(now, now + AHEAD, rules(), now=now)
    return await slots.free_number(connection, ahead, rules(), now=now)
