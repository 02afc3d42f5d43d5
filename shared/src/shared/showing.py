"""How words, numbers and times are written for the reader at hand; what templates are given to write with.

The reader is a context variable and not a template variable, so that macros imported from other templates know it too.
"""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime, format_time
from babel.numbers import format_decimal
from markupsafe import Markup
from starlette.requests import Request

from shared.language import Language, say
from shared.observability.logs import mask_identities
from shared.texts import Text

# Times on pages are the region's; in events and logs they are UTC.
ZONE: Final = ZoneInfo("Europe/Stockholm")


@dataclass(frozen=True, slots=True)
class Reader:
    """For whom a page is being made."""

    language: Language
    request: Request


_reader: ContextVar[Reader] = ContextVar("reader")


@contextmanager
def reading(reader: Reader) -> Iterator[None]:
    """Write for this reader inside the block."""
    token = _reader.set(reader)
    try:
        yield
    finally:
        _reader.reset(token)


def said(text: Text | str) -> str:
    """The text in the reader's language."""
    return say(text, _reader.get().language)


def number(value: float) -> str:
    """A number with the reader's grouping and decimal sign."""
    return format_decimal(value, locale=_reader.get().language)


def moment(at: datetime) -> str:
    """Only the time for today, else the date with it."""
    here, language = at.astimezone(ZONE), _reader.get().language
    if here.date() == datetime.now(ZONE).date():
        return format_time(here, "HH:mm:ss", tzinfo=ZONE, locale=language)
    return format_datetime(here, "d MMM HH:mm", tzinfo=ZONE, locale=language)


def exact(at: datetime | str) -> str:
    """Day and time to the second; a text is read as RFC 3339."""
    moment_ = datetime.fromisoformat(at) if isinstance(at, str) else at
    return format_datetime(moment_.astimezone(ZONE), "y-MM-dd HH:mm:ss", tzinfo=ZONE, locale=_reader.get().language)


def span(seconds: float) -> str:
    """A length of time in its two greatest units: `45 s`, `3 min 20 s`, `2 h 5 min`, `3 d 4 h`."""
    whole = round(seconds)
    parts = [(whole // 86_400, "d"), (whole // 3_600 % 24, "h"), (whole // 60 % 60, "min"), (whole % 60, "s")]
    first = next((place for place, (number_, _) in enumerate(parts) if number_), len(parts) - 1)
    return " ".join(f"{number_} {unit}" for number_, unit in parts[first : first + 2] if number_) or "0 s"


def pretty(content: Any) -> str:
    """JSON over several lines."""
    return json.dumps(content, ensure_ascii=False, indent=2, default=str)


def day(at: date) -> str:
    """A day with its weekday: `tis 2 mars 2027`. A moment is taken as the day that it is in the region."""
    here = at.astimezone(ZONE).date() if isinstance(at, datetime) else at
    return format_date(here, "EEE d MMM y", locale=_reader.get().language)


def clock(at: datetime) -> str:
    """The time of day in the region: `13:30`."""
    return format_time(at.astimezone(ZONE), "HH:mm", tzinfo=ZONE, locale=_reader.get().language)


def local_input(at: datetime) -> str:
    """What an input of the type datetime-local holds for this moment."""
    return at.astimezone(ZONE).strftime("%Y-%m-%dT%H:%M")


def dotted(name: str) -> Markup:
    """A dotted name that a narrow column may break after a dot."""
    return Markup(".<wbr>").join(name.split("."))


def here(**changes: Any) -> str:
    """The query of this page with these parameters changed, and those that are None taken away."""
    request = _reader.get().request
    kept = [(name, value) for name, value in request.query_params.multi_items() if name not in changes]
    return "?" + urlencode(kept + [(name, str(value)) for name, value in changes.items() if value is not None])


def path_here() -> str:
    """The path of this page."""
    path: str = _reader.get().request.scope["path"]
    return path


FILTERS: Final[Mapping[str, Any]] = {
    "number": number,
    "moment": moment,
    "exact": exact,
    "span": span,
    "pretty": pretty,
    "masked": mask_identities,
    "day": day,
    "clock": clock,
    "local_input": local_input,
    "dotted": dotted,
}
GLOBALS: Final[Mapping[str, Any]] = {"say": said, "here": here, "path_here": path_here}
