"""What can be wrong with a CloudEvent's envelope, in words that say what to mend."""

from shared.faults import Fault


def missing(name: str) -> Fault:
    """A required attribute is not there."""
    return Fault(
        f"/{name}",
        "missing",
        f"Attributet {name} saknas i händelsens kuvert; skicka det.",
        f"The envelope lacks the attribute {name}; send it.",
    )


def unprintable(name: str) -> Fault:
    """An attribute has characters that no log or table should carry."""
    return Fault(
        f"/{name}",
        "unprintable",
        f"Attributet {name} innehåller styrtecken; ta bort dem.",
        f"The attribute {name} contains control characters; remove them.",
    )


def too_long(name: str, most: int) -> Fault:
    """An attribute has more than `most` characters."""
    return Fault(
        f"/{name}",
        "too_long",
        f"Attributet {name} är längre än {most} tecken; korta det.",
        f"The attribute {name} is longer than {most} characters; shorten it.",
    )


WRONG_SUBJECT = Fault(
    "/subject",
    "wrong_subject",
    "subject ska vara det som kontraktet anger som nyckel för typen; jämför med exemplet.",
    "subject must be what the contract gives as the type's key; compare with the example.",
)
HEADER_NOT_UTF8 = Fault(
    "",
    "header_not_utf8",
    "En header är inte UTF-8; skicka alla ce_-headrar som UTF-8.",
    "A header is not UTF-8; send all ce_ headers as UTF-8.",
)
HEADER_DOUBLED = Fault(
    "",
    "header_doubled",
    "En ce_-header står två gånger; skicka var och en bara en gång.",
    "A ce_ header stands twice; send each only once.",
)
NOT_JSON = Fault(
    "/data",
    "not_json",
    "Innehållet går inte att läsa som JSON; skicka ett JSON-objekt i UTF-8.",
    "The body can't be read as JSON; send a JSON object in UTF-8.",
)
NUL = Fault(
    "/data",
    "nul_character",
    "Innehållet har tecknet NUL (\\u0000) i en text; ta bort det.",
    "The body has the character NUL (\\u0000) in a text; remove it.",
)
NOT_AN_OBJECT = Fault(
    "/data",
    "not_an_object",
    "Innehållet är inte ett JSON-objekt; skicka ett objekt med händelsens fält.",
    "The body is not a JSON object; send an object with the event's fields.",
)
NOT_AN_ENVELOPE = Fault(
    "",
    "not_a_cloudevent",
    "Kuvertet går inte att läsa som CloudEvents 1.0; jämför med exemplet i kontraktet.",
    "The envelope can't be read as CloudEvents 1.0; compare with the example in the contract.",
)
SPECVERSION = Fault(
    "/specversion",
    "specversion",
    "specversion ska vara 1.0 (CloudEvents 1.0).",
    "specversion must be 1.0 (CloudEvents 1.0).",
)
MEDIA_TYPE = Fault(
    "/datacontenttype",
    "media_type",
    "datacontenttype ska vara application/json.",
    "datacontenttype must be application/json.",
)
TIME = Fault(
    "/time",
    "time",
    "time ska vara en tidpunkt med tidszon enligt RFC 3339, till exempel 2027-01-20T10:00:00Z.",
    "time must be a moment with time zone as in RFC 3339, for example 2027-01-20T10:00:00Z.",
)
