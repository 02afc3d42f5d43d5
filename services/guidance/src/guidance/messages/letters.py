"""The words of the messages to those who booked by link. They name no person, no case and no counsellor."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from guidance.domain.availability import Channel
from guidance.domain.notices import Kind
from guidance.domain.times import local
from shared.texts import Text

_SUBJECTS: Final = {
    Kind.INVITED: Text(sv="Boka vägledning", en="Book guidance"),
    Kind.BOOKED: Text(sv="Ditt samtal är bokat", en="Your session is booked"),
    Kind.MOVED: Text(sv="Ditt samtal har fått en ny tid", en="Your session has a new time"),
    Kind.CANCELLED: Text(sv="Ditt samtal är avbokat", en="Your session is cancelled"),
    Kind.REMINDER: Text(sv="Påminnelse om ditt samtal", en="Reminder of your session"),
    Kind.OFFER: Text(sv="En tid har blivit ledig", en="A time has become free"),
    Kind.SURVEY: Text(sv="Hur var samtalet?", en="How was the session?"),
}
_BODIES: Final = {
    Kind.INVITED: Text(sv="Här bokar du en tid med en vägledare:", en="Book a time with a counsellor here:"),
    Kind.BOOKED: Text(
        sv="Du har bokat ett samtal {when} ({how}). Flytta, avboka eller anslut här:",
        en="You have booked a session {when} ({how}). Move, cancel or join here:",
    ),
    Kind.MOVED: Text(
        sv="Ditt samtal är flyttat till {when} ({how}). Flytta, avboka eller anslut här:",
        en="Your session has been moved to {when} ({how}). Move, cancel or join here:",
    ),
    Kind.CANCELLED: Text(
        sv="Samtalet {when} är avbokat. Boka en ny tid här:",
        en="The session {when} is cancelled. Book another time here:",
    ),
    Kind.REMINDER: Text(
        sv="Du har ett samtal {when} ({how}). Kan du inte komma, flytta eller avboka här:",
        en="You have a session {when} ({how}). If you can't come, move or cancel here:",
    ),
    Kind.OFFER: Text(
        sv="En tid {when} ({how}) hålls åt dig till {until}. Svara här:",
        en="A time {when} ({how}) is held for you until {until}. Answer here:",
    ),
    Kind.SURVEY: Text(
        sv="Berätta hur samtalet var. Svaren går inte att koppla till dig. Enkäten finns här:",
        en="Tell us how the session was. The answers cannot be traced to you. The survey is here:",
    ),
}
_HOW: Final = {
    Channel.VIDEO: Text(sv="video", en="video"),
    Channel.PHONE: Text(sv="telefon", en="phone"),
    Channel.CHAT: Text(sv="chatt", en="chat"),
    Channel.ON_SITE: Text(sv="på plats", en="on site"),
}
_DAYS: Final = {
    "sv": ("måndag", "tisdag", "onsdag", "torsdag", "fredag", "lördag", "söndag"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """What a message says."""

    subject: str
    text: str


def letter(
    kind: Kind, language: str, link: str, *, when: datetime | None, channel: Channel | None, until: datetime | None
) -> Letter:
    """The message in the reader's language, with the link last, which leads to pages in that language."""
    facts = {
        "when": _moment(when, language) if when else "",
        "how": _said(_HOW[channel], language) if channel else "",
        "until": _moment(until, language) if until else "",
    }
    text = _said(_BODIES[kind], language).format(**facts)
    return Letter(subject=_said(_SUBJECTS[kind], language), text=f"{text}\n{link}?lang={language}\n")


def _moment(moment: datetime, language: str) -> str:
    """Swedish time, and in the hour that October has twice which of them."""
    shown = local(moment)
    doubled = shown.replace(fold=0).utcoffset() != shown.replace(fold=1).utcoffset()
    offset = f" (UTC{shown:%z})" if doubled else ""
    link = "kl." if language == "sv" else "at"
    return f"{_DAYS[language][shown.weekday()]} {shown:%Y-%m-%d} {link} {shown:%H:%M}{offset}"


def _said(text: Text, language: str) -> str:
    return text.sv if language == "sv" else text.en
