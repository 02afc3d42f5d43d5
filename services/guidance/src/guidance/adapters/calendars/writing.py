"""iCalendar files (RFC 5545): feeds and invitations (RFC 5546), with the zone's own rules in them."""

from collections.abc import Sequence
from datetime import timedelta
from functools import cache
from hashlib import sha256
from typing import TYPE_CHECKING, Final, Literal

from guidance.domain.calendars import Entry
from guidance.domain.times import local

if TYPE_CHECKING:  # the library is imported where a file is made: no service carries it for nothing
    from icalendar import Calendar, Component, Event, vCalAddress

_PRODUCT: Final = "-//Samverk//Guidance//SV"
_REFRESH: Final = timedelta(hours=1)
# The rule in force since 1996 (directive 2000/84/EC). The library would write the changes down one by one, and those in
# March an hour late: an onset is told in the offset that is left.
_ZONE: Final = b"""BEGIN:VTIMEZONE
TZID:Europe/Stockholm
BEGIN:DAYLIGHT
TZNAME:CEST
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
DTSTART:19960331T020000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
END:DAYLIGHT
BEGIN:STANDARD
TZNAME:CET
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
DTSTART:19961027T030000
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
END:STANDARD
END:VTIMEZONE
""".replace(b"\n", b"\r\n")
MEDIA_TYPE: Final = "text/calendar; charset=utf-8"


def feed(name: str, entries: Sequence[Entry]) -> bytes:
    """A calendar to subscribe to. The same entries give the same bytes."""
    calendar = _calendar("PUBLISH")
    calendar.add("x-wr-calname", name)
    calendar.add("x-wr-timezone", "Europe/Stockholm")
    calendar.add("refresh-interval", _REFRESH, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT1H")
    for entry in entries:
        calendar.add_component(_event(entry))
    return _finished(calendar)


def method(entry: Entry) -> Literal["REQUEST", "CANCEL"]:
    """What an invitation asks the calendar to do (RFC 5546): enter or update, or cancel."""
    return "CANCEL" if entry.cancelled else "REQUEST"


def invitation(entry: Entry, *, organizer: str, attendee: str, name: str, accepted: bool = False) -> bytes:
    """The entry as an invitation, its update, or (when cancelled) its cancellation. Addresses are e-mail addresses.

    `accepted`: the one invited asked for it, so no answer is waited for.
    """
    calendar = _calendar(method(entry))
    event = _event(entry)
    event.add("organizer", _address(organizer, "Vägledning", {}))
    answer = {"PARTSTAT": "ACCEPTED"} if accepted else {"PARTSTAT": "NEEDS-ACTION", "RSVP": "TRUE"}
    event.add("attendee", _address(attendee, name, {"ROLE": "REQ-PARTICIPANT", **answer}))
    calendar.add_component(event)
    return _finished(calendar)


def publication(entry: Entry) -> bytes:
    """The entry as a file to put into one's own calendar."""
    calendar = _calendar("PUBLISH")
    calendar.add_component(_event(entry))
    return _finished(calendar)


def tag(content: bytes) -> str:
    """The ETag of a file."""
    return f'"{sha256(content).hexdigest()[:32]}"'


@cache
def _zone() -> "Component":
    from icalendar import Component

    return Component.from_ical(_ZONE)


def _calendar(method: str) -> "Calendar":
    from icalendar import Calendar

    calendar = Calendar()
    calendar.add("prodid", _PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method)
    calendar.add_component(_zone())
    return calendar


def _event(entry: Entry) -> "Event":
    from icalendar import Event

    event = Event()
    event.add("uid", entry.uid)
    event.add("sequence", entry.sequence)
    event.add("dtstamp", entry.changed_at)
    event.add("last-modified", entry.changed_at)
    event.add("dtstart", local(entry.period.starts_at))
    event.add("dtend", local(entry.period.ends_at))
    event.add("summary", entry.summary)
    if entry.description:
        event.add("description", entry.description)
    if entry.location:
        event.add("location", entry.location)
    event.add("status", "CANCELLED" if entry.cancelled else "CONFIRMED")
    event.add("class", "PRIVATE")
    return event


def _address(email: str, name: str, parameters: dict[str, str]) -> "vCalAddress":
    from icalendar import vCalAddress, vText

    address = vCalAddress(f"mailto:{email}")
    address.params["CN"] = vText(name)
    for key, value in parameters.items():
        address.params[key] = vText(value)
    return address


def _finished(calendar: "Calendar") -> bytes:
    content: bytes = calendar.to_ical()
    return content
