"""What is said of a place after it was offered: reminders, and what the school has notified (SL 15:15)."""

from datetime import date
from typing import Any, Final

from admissions.domain.replies import Place, Silence
from shared.events import Incoming, Outgoing

REMINDED: Final = "se.samverk.admissions.reply.reminded.v1"
STARTED: Final = "se.samverk.admissions.study.started.v1"
ENDED: Final = "se.samverk.admissions.study.ended.v1"
SAYS: Final = (REMINDED, STARTED, ENDED)


def reminded(place: Place, reply_by: date, silence: Silence) -> Outgoing:
    """The last day to answer comes near."""
    data = {
        "applicant": place.applicant,
        "intake_year": place.intake_year,
        "round": place.round,
        "offering": place.offering,
        "home_municipality": place.home,
        "reply_by": reply_by.isoformat(),
        "silence": silence.value,
    }
    return Outgoing(type=REMINDED, subject=place.applicant, data=data)


def started(place: Place, starts_on: date, cause: Incoming) -> Outgoing:
    """The pupil has started; payment runs from that day."""
    data = of_place(place) | {"starts_on": starts_on.isoformat()}
    return Outgoing(type=STARTED, subject=place.applicant, data=data, cause=cause)


def ended(place: Place, vacated_on: date, cause: Incoming) -> Outgoing:
    """The pupil has stopped; `vacated_on`: the first day the place is free."""
    data = of_place(place) | {"vacated_on": vacated_on.isoformat()}
    return Outgoing(type=ENDED, subject=place.applicant, data=data, cause=cause)


def of_place(place: Place) -> dict[str, Any]:
    """What every event about a place says of it."""
    return {
        "applicant": place.applicant,
        "intake_year": place.intake_year,
        "offering": place.offering,
        "programme": place.programme,
        "home_municipality": place.home,
        "school_municipality": place.school,
    }
