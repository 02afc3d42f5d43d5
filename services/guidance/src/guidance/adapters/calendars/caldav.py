"""Reads the events of a CalDAV account (RFC 4791) by questions that change nothing: PROPFIND and REPORT."""

from datetime import UTC, datetime
from typing import Final
from urllib.parse import urljoin
from xml.etree.ElementTree import Element

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring

from guidance.adapters.calendars.fetching import Answer, Fetcher, Login
from guidance.domain.calendars import Fault, Unreadable
from guidance.domain.times import Period

MOST_CALENDARS: Final = 20
_MOST_STEPS: Final = 5
_DAV: Final = "{DAV:}"
_CAL: Final = "{urn:ietf:params:xml:ns:caldav}"
_SPACES: Final = 'xmlns:d="DAV:" xmlns:c="urn:ietf:params:xml:ns:caldav"'
_WHAT: Final = (
    f'<?xml version="1.0" encoding="utf-8"?><d:propfind {_SPACES}><d:prop><d:resourcetype/>'
    "<d:current-user-principal/><c:calendar-home-set/><c:supported-calendar-component-set/></d:prop></d:propfind>"
)
_EVENTS: Final = (
    f'<?xml version="1.0" encoding="utf-8"?><c:calendar-query {_SPACES}><d:prop><c:calendar-data/></d:prop><c:filter>'
    '<c:comp-filter name="VCALENDAR"><c:comp-filter name="VEVENT"><c:time-range start="{start}" end="{end}"/>'
    "</c:comp-filter></c:comp-filter></c:filter></c:calendar-query>"
)


async def files(fetcher: Fetcher, address: str, login: Login, within: Period) -> list[bytes]:
    """Every event that touches the period, each as a calendar file. Raises Unreadable.

    The address is a calendar's own, or the server's, whose account is then asked for its calendars.
    """
    found: list[bytes] = []
    for calendar in (await _calendars(fetcher, address, login))[:MOST_CALENDARS]:
        body = _EVENTS.format(start=_utc(within.starts_at), end=_utc(within.ends_at)).encode()
        answer = await _ask(fetcher, "REPORT", calendar, login, body, depth="1")
        found += [text.encode() for each in _responses(answer) if (text := each.findtext(f".//{_CAL}calendar-data"))]
    return found


async def _calendars(fetcher: Fetcher, address: str, login: Login) -> list[str]:
    """The calendars behind an address: itself, those in it, or those of the account's home."""
    waiting, seen = [address], set[str]()
    while waiting and len(seen) < _MOST_STEPS:
        asked = waiting.pop(0)
        seen.add(asked)
        answer = await _ask(fetcher, "PROPFIND", asked, login, _WHAT.encode(), depth="1")
        responses = _responses(answer)
        found = [urljoin(answer.address, _href(each)) for each in responses if _is_calendar(each)]
        if found:
            return found
        further = [urljoin(answer.address, text) for text in _further(responses)]
        waiting += [each for each in further if each not in {*seen, *waiting}]
    raise Unreadable(Fault.NO_CALENDAR)


def _further(responses: list[Element]) -> list[str]:
    """Where the account's calendars are, and who the account is, as the server says."""
    paths = (f".//{_CAL}calendar-home-set/{_DAV}href", f".//{_DAV}current-user-principal/{_DAV}href")
    return [text for path in paths for each in responses if (text := each.findtext(path))]


async def _ask(fetcher: Fetcher, method: str, address: str, login: Login, body: bytes, *, depth: str) -> Answer:
    headers = {"Depth": depth, "Content-Type": "application/xml; charset=utf-8"}
    answer = await fetcher.ask(method, address, headers=headers, body=body, login=login)
    check(answer)
    return answer


def check(answer: Answer) -> None:
    """Raises Unreadable when the answer is none of use."""
    faults = {401: Fault.UNAUTHORIZED, 403: Fault.UNAUTHORIZED, 404: Fault.NOT_FOUND, 410: Fault.NOT_FOUND}
    if answer.status in faults:
        raise Unreadable(faults[answer.status])
    if answer.status not in (200, 207, 304):
        raise Unreadable(Fault.REFUSED)


def _responses(answer: Answer) -> list[Element]:
    try:
        return list(fromstring(answer.body).iter(f"{_DAV}response"))
    except (ParseError, DefusedXmlException, ValueError):
        raise Unreadable(Fault.NOT_A_CALENDAR) from None


def _is_calendar(response: Element) -> bool:
    """A calendar of events; one of tasks alone says so."""
    if response.find(f".//{_DAV}resourcetype/{_CAL}calendar") is None:
        return False
    kinds = [each.get("name") for each in response.iter(f"{_CAL}comp")]
    return not kinds or "VEVENT" in kinds


def _href(response: Element) -> str:
    return response.findtext(f"{_DAV}href") or ""


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
