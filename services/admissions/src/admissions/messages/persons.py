"""What is said of persons: that they live in another municipality. Identities and protection are never said."""

from datetime import date
from typing import Final

from shared.events import Incoming, Outgoing

HOME_CHANGED: Final = "se.samverk.admissions.home.changed.v1"
SAYS: Final = (HOME_CHANGED,)


def home_changed(applicant: str, home: str, valid_from: date, cause: Incoming | None) -> Outgoing:
    """A person lives in another municipality from a day on."""
    data = {"applicant": applicant, "home_municipality": home, "valid_from": valid_from.isoformat()}
    return Outgoing(type=HOME_CHANGED, subject=applicant, data=data, cause=cause)
