"""Busy times out of calendar files as they come: often malformed, sometimes hostile.

Each event is read by itself, so that one that cannot be understood takes no other with it. A series and its exceptions
share a UID and are expanded together.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from time import monotonic
from typing import TYPE_CHECKING, Any, Final

from guidance.domain.calendars import OURS, BusyTimes, Fault, Unreadable, joined
from guidance.domain.rota.clock import midnight, moment
from guidance.domain.times import Period

if TYPE_CHECKING:  # the libraries are imported where a file is read: no service carries them for nothing
    from icalendar import Calendar, Component

MOST_EVENTS: Final = 20_000
SECONDS: Final = 15.0
# A rule that makes more than this each day is no engagement, and could keep us busy for ever.
_MOST_A_DAY: Final = 96
# More zones than a file can need; each is read anew with every event that names it.
_MOST_ZONES: Final = 50
_LINES: Final = re.compile(rb"^(BEGIN|END):(VEVENT|VTIMEZONE)[^\S\n]*$", re.MULTILINE | re.IGNORECASE)
_ZONE: Final = re.compile(rb"^TZID[^:\n]*:([^\n]+)$", re.MULTILINE | re.IGNORECASE)
_FOLD: Final = re.compile(rb"\n[ \t]")
_TIMES: Final = frozenset({"DTSTART", "DTEND", "DURATION", "RRULE", "RDATE", "EXDATE", "RECURRENCE-ID"})
_PER_DAY: Final = {"SECONDLY": 86_400, "MINUTELY": 1_440, "HOURLY": 24}


def busy_times(files: Sequence[bytes], within: Period) -> BusyTimes:
    """When the calendars say that their owner is busy, within the period. Raises Unreadable when one is no calendar.

    Reading the events and working out when they occur may take SECONDS each; what is then left is passed over.
    """
    if not all(re.match(rb"\s*(\xef\xbb\xbf)?\s*BEGIN:VCALENDAR", content, re.IGNORECASE) for content in files):
        raise Unreadable(Fault.NOT_A_CALENDAR)
    until = monotonic() + SECONDS
    read = [_series(content, until) for content in files]
    found: list[Period] = []
    passed_over = sum(unread for _, unread in read)
    until = monotonic() + SECONDS
    for one in (each for series, _ in read for each in series):
        if monotonic() > until:
            passed_over += 1
            continue
        try:
            found += _occurrences(one, within)
        except Exception:  # noqa: BLE001  # the libraries raise whatever a wrong value leads to
            passed_over += 1
    return BusyTimes(joined(found), passed_over)


def _series(content: bytes, until: float) -> "tuple[list[Calendar], int]":
    """One calendar for each UID, with the zones, and how many events could not be read."""
    by_uid: dict[str, list[Component]] = {}
    unread = 0
    parts = list(_parts(content.replace(b"\r\n", b"\n")))
    zones = _zones(part for kind, part in parts if kind == b"VTIMEZONE")
    for number, part in enumerate(part for kind, part in parts if kind == b"VEVENT"):
        event = _event(part, zones) if number < MOST_EVENTS and monotonic() < until else None
        if event is None:
            unread += 1
        else:
            by_uid.setdefault(str(event.get("UID", f"none-{number}")), []).append(event)
    # an event that is begun and never ended
    unread += content.upper().count(b"BEGIN:VEVENT") - sum(kind == b"VEVENT" for kind, _ in parts)
    return [_calendar(events) for uid, events in by_uid.items() if not uid.endswith(OURS)], unread


def _parts(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    """The events and zones from BEGIN to END, in one pass however many are never ended."""
    begun: re.Match[bytes] | None = None
    for line in _LINES.finditer(content):
        if line.group(1).upper() == b"BEGIN":
            begun = line
        elif begun is not None and begun.group(2).upper() == line.group(2).upper():
            yield line.group(2).upper(), content[begun.start() : line.end()]
            begun = None


def _zones(parts: Iterable[bytes]) -> dict[bytes, bytes]:
    """The first zones by the names that events call them."""
    zones: dict[bytes, bytes] = {}
    for part in parts:
        name = _ZONE.search(_FOLD.sub(b"", part))
        if name and len(zones) < _MOST_ZONES:
            zones.setdefault(name.group(1).strip(), part)
    return zones


def _event(part: bytes, zones: Mapping[bytes, bytes]) -> "Component | None":
    from icalendar import Calendar

    whole = _FOLD.sub(b"", part)
    named = [zone for name, zone in zones.items() if name in whole]
    text = b"\n".join([b"BEGIN:VCALENDAR", b"VERSION:2.0", b"PRODID:-", *named, part, b"END:VCALENDAR", b""])
    try:
        [event] = Calendar.from_ical(text.replace(b"\n", b"\r\n")).walk("VEVENT")
        return event if _usable(event) else None
    except Exception:  # noqa: BLE001  # the library raises its own and several built-in errors for a bad event
        return None


def _usable(event: Any) -> bool:
    """Whether its times can be relied on, although something else in it may be wrong."""
    wrong = {str(name).upper() for name, _ in event.errors}
    if "DTSTART" not in event or wrong & _TIMES:
        return False
    return "DTEND" not in event or _moment(event["DTSTART"].dt) <= _moment(event["DTEND"].dt)


def _calendar(events: "Sequence[Component]") -> "Calendar":
    from icalendar import Calendar

    calendar = Calendar()
    for event in events:
        calendar.add_component(event)
    return calendar


def _occurrences(series: Any, within: Period) -> Iterator[Period]:
    if any(_floods(rule) for event in series.walk("VEVENT") for rule in _rules(event)):
        raise ValueError("a rule that makes too many")
    import recurring_ical_events

    around = within.starts_at - timedelta(days=1), within.ends_at + timedelta(days=1)
    for event in recurring_ical_events.of(series, skip_bad_series=False).between(*around):
        if not _takes_time(event):
            continue
        period = Period(_moment(event["DTSTART"].dt), _moment(event["DTEND"].dt))
        if period.starts_at < period.ends_at and period.overlaps(within):
            yield period


def _rules(event: "Component") -> list[Any]:
    rule = event.get("RRULE")
    return [] if rule is None else rule if isinstance(rule, list) else [rule]


def _floods(rule: Any) -> bool:
    """Whether the rule makes unreasonably many in a day."""
    number = _PER_DAY.get(str(rule.get("FREQ", ["DAILY"])[0]).upper(), 1) / max(int(rule.get("INTERVAL", [1])[0]), 1)
    for part in ("BYHOUR", "BYMINUTE", "BYSECOND"):
        number *= max(len(rule.get(part, [])), 1)
    return number > _MOST_A_DAY


def _takes_time(event: "Component") -> bool:
    if str(event.get("STATUS", "")).upper() == "CANCELLED" or str(event.get("TRANSP", "")).upper() == "TRANSPARENT":
        return False
    return str(event.get("X-MICROSOFT-CDO-BUSYSTATUS", "")).upper() != "FREE"


def _moment(value: date | datetime) -> datetime:
    """UTC. A day begins at Swedish midnight, and a time without zone is what a Swedish clock shows."""
    if not isinstance(value, datetime):
        return moment(midnight(value))
    return moment(value) if value.tzinfo is None else value.astimezone(UTC)
