"""What the door says: its faults and problems in both languages, and how OpenAPI describes it."""

from typing import Any, Final

from shared.faults import Fault
from shared.problems import MEDIA_TYPE
from shared.texts import Text

STRUCTURED: Final = "application/cloudevents+json"
BATCH: Final = "application/cloudevents-batch+json"
BINARY: Final = "application/json"

NO_MUNICIPALITY: Final = Text(
    sv="Token nämner ingen kommun, och bara kommuner får lämna händelser här.",
    en="The token names no municipality, and only municipalities may hand in events here.",
)
WRONG_MUNICIPALITY: Final = Text(
    sv="Händelsens source nämner en annan kommun än token.",
    en="The event's source names another municipality than the token.",
)
MEDIA_TYPES: Final = Text(
    sv=f"Skicka Content-Type {STRUCTURED}, {BATCH}, eller {BINARY} tillsammans med ce-headrar.",
    en=f"Send Content-Type {STRUCTURED}, {BATCH}, or {BINARY} together with ce- headers.",
)
NONE_GOOD: Final = Text(
    sv="Ingen händelse i omgången kan tas emot. Felen står under refused.",
    en="No event of the batch can be taken. The faults stand under refused.",
)
BROKER_AWAY: Final = Text(
    sv="Händelserna är inte bekräftat mottagna. Skicka samma igen; det som tas emot två gånger får en verkan.",
    en="The events are not confirmed as taken. Send the same events again; what is taken twice has one effect.",
)

NOT_CONNECTED: Final = Text(
    sv="Kommunen är inte ansluten till den här tjänsten. Be regionens förvaltning att lägga till kommunens ämnen.",
    en="The municipality is not connected to this service. Ask the region's operations to add its topics.",
)

FOREIGN: Final = Fault(
    "/source",
    "wrong_source",
    "source ska vara /municipalities/<kommunkod>/<system> med samma kommunkod som token.",
    "source must be /municipalities/<code>/<system> with the same municipality code as the token.",
)
UNKNOWN_TYPE: Final = Fault(
    "/type",
    "unknown_type",
    "Den här tjänsten läser ingen händelse av den typen; jämför typen och versionen med kontrakten.",
    "This service reads no event of that type; compare type and version with the contracts.",
)
NOT_JSON: Final = Fault(
    "", "not_json", "Innehållet går inte att läsa som JSON i UTF-8.", "The body can't be read as JSON in UTF-8."
)
NOT_A_LIST: Final = Fault(
    "", "not_a_list", "En omgång ska vara en JSON-lista av händelser.", "A batch must be a JSON list of events."
)
NOT_AN_EVENT: Final = Fault(
    "",
    "not_a_cloudevent",
    "Kuvertet går inte att läsa som CloudEvents 1.0; jämför med exemplet i kontraktet.",
    "The envelope can't be read as CloudEvents 1.0; compare with the example in the contract.",
)
NOT_AN_OBJECT: Final = Fault(
    "/data",
    "not_an_object",
    "Innehållet är inte ett JSON-objekt; skicka ett objekt med händelsens fält.",
    "The data is not a JSON object; send an object with the event's fields.",
)
NUL: Final = Fault(
    "/data",
    "nul_character",
    "Innehållet har tecknet NUL (\\u0000) i en text; ta bort det.",
    "The data has the character NUL (\\u0000) in a text; remove it.",
)


def not_text(name: str) -> Fault:
    """An attribute of the envelope is something else than a text."""
    return Fault(
        f"/{name}",
        "not_a_text",
        "Attributet ska vara en text; skicka det inom citattecken.",
        "The attribute must be a text; send it within quotation marks.",
    )


def too_large(most: int) -> Text:
    """The body is larger than `most` bytes."""
    return Text(
        sv=f"Innehållet är större än {most} byte. Dela upp det på flera anrop.",
        en=f"The content is larger than {most} bytes. Divide it over several requests.",
    )


def _problem(what: str) -> dict[str, Any]:
    return {"description": what, "content": {MEDIA_TYPE: {"schema": {"type": "object"}}}}


_EVENT: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["specversion", "id", "type", "source", "subject", "data"],
    "properties": {
        "specversion": {"const": "1.0"},
        "id": {"type": "string", "description": "Unique for the source; a repeat with the same id does nothing."},
        "type": {"type": "string", "description": "An event type of the AsyncAPI document."},
        "source": {"type": "string", "pattern": "^/municipalities/[0-9]{4}/[A-Za-z0-9._~-]{1,64}$"},
        "subject": {
            "type": "string",
            "description": "What the event is about; events of one subject keep their order.",
        },
        "time": {"type": "string", "format": "date-time"},
        "datacontenttype": {"const": "application/json"},
        "data": {"type": "object", "description": "As the contract of the type says."},
    },
}
REQUEST_BODY: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "description": "CloudEvents 1.0: structured, batch, or binary with the attributes in ce- headers.",
        "content": {
            STRUCTURED: {"schema": _EVENT},
            BATCH: {"schema": {"type": "array", "items": _EVENT}},
            BINARY: {"schema": {"type": "object", "description": "The event's data."}},
        },
    }
}
_ACCEPTED: Final = {"type": "array", "items": {"type": "string"}, "description": "Ids of the events."}
_REFUSED: Final = {
    "type": "array",
    "items": {
        "type": "object",
        "properties": {"index": {"type": "integer"}, "id": {"type": ["string", "null"]}, "faults": {"type": "array"}},
    },
}
RESPONSES: Final[dict[int | str, dict[str, Any]]] = {
    202: {
        "description": "The broker has confirmed every event.",
        "content": {"application/json": {"schema": {"type": "object", "properties": {"accepted": _ACCEPTED}}}},
    },
    207: {
        "description": "Some events of the batch were taken, others refused.",
        "content": {
            "application/json": {
                "schema": {"type": "object", "properties": {"accepted": _ACCEPTED, "refused": _REFUSED}}
            }
        },
    },
    401: _problem("No valid token."),
    403: _problem("The scope is missing, the event is of another municipality, or one's own is not connected."),
    413: _problem("The body is too large."),
    415: _problem("The media type is not that of a CloudEvent."),
    422: _problem("The event does not fit; each fault is named."),
    503: _problem("The broker did not confirm; Retry-After says when to come back."),
}
