"""What the catalogue says: events to the region, and faults to the one who reported."""

from typing import Any

from catalogue.domain.offerings import News, Offering
from catalogue.domain.programmes import Breach, Wrong
from shared.events import Incoming, Outgoing
from shared.faults import Fault

PUBLISHED = "se.samverk.catalogue.offering.published.v1"
CHANGED = "se.samverk.catalogue.offering.changed.v1"
WITHDRAWN = "se.samverk.catalogue.offering.withdrawn.v1"
_TYPES = {News.PUBLISHED: PUBLISHED, News.CHANGED: CHANGED, News.WITHDRAWN: WITHDRAWN}

_TEXTS = {
    Wrong.NOT_YOURS: (
        "Utbildningens id ska börja med er egen kommunkod, {right}; rätta id eller låt rätt kommun rapportera.",
        (
            "The offering's id must begin with your own municipality code, {right}; mend the id or let its own "
            "municipality report it."
        ),
    ),
    Wrong.CLOSED_PROGRAMME: (
        "Programmet är nedlagt och tar inte emot nya elever; använd {right} i stället.",
        "The programme is closed and takes no new pupils; use {right} instead.",
    ),
    Wrong.UNKNOWN_PROGRAMME: (
        "Programkoden finns inte; använd en av {right} (två bokstäver, utan årtal).",
        "There is no such programme code; use one of {right} (two letters, without a year).",
    ),
}


def fault(breach: Breach) -> Fault:
    """The breach as its reporter reads it, in Swedish and English."""
    sv, en = _TEXTS[breach.wrong]
    return Fault(f"/{breach.field}", breach.wrong, sv.format(right=breach.right), en.format(right=breach.right))


def told(offering: Offering, news: News, cause: Incoming | None = None) -> Outgoing:
    """The news of an offering as a public event; a withdrawn one is only named."""
    return Outgoing(type=_TYPES[news], subject=offering.offering, data=_data(offering, news), cause=cause)


def _data(offering: Offering, news: News) -> dict[str, Any]:
    named = {
        "offering": offering.offering,
        "intake_year": offering.intake_year,
        "municipality": offering.municipality,
        "version": offering.version,
    }
    if news is News.WITHDRAWN:
        return named
    content = offering.content
    orientation = {} if content.orientation is None else {"orientation": content.orientation}
    return (
        named
        | orientation
        | {
            "programme": content.programme,
            "school_unit": content.school_unit,
            "school_name": content.school_name,
            "seats": content.seats,
        }
        | dict(content.terms)
    )
