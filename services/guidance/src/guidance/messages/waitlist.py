"""What is said of the waitlist."""

from typing import Any, Final

from guidance.domain.waitlist import Entry, Offer
from guidance.messages.times import utc
from shared.events import Outgoing

JOINED: Final = "se.samverk.guidance.waitlist.joined.v1"
OFFERED: Final = "se.samverk.guidance.waitlist.offered.v1"
LEFT: Final = "se.samverk.guidance.waitlist.left.v1"
SAYS: Final = (JOINED, OFFERED, LEFT)


def of_entry(kind: str, entry: Entry) -> Outgoing:
    """One stands in line, or no longer does."""
    return Outgoing(type=kind, subject=str(entry.entry), data=_data(entry))


def of_offer(offer: Offer) -> Outgoing:
    """A time is held for one who waits."""
    more = {
        "counsellor": str(offer.counsellor),
        "starts_at": utc(offer.starts_at),
        "until": utc(offer.until.replace(microsecond=0)),
    }
    return Outgoing(type=OFFERED, subject=str(offer.entry.entry), data=_data(offer.entry) | more)


def _data(entry: Entry) -> dict[str, Any]:
    return {
        "entry": str(entry.entry),
        "home_municipality": entry.home_municipality,
        "session_type": entry.session_type,
        "channel": entry.channel.value,
    }
