"""A file of any of the kinds we take, to rows that are checked against the contracts."""

from collections.abc import Iterator
from dataclasses import dataclass

from samverk.envelopes import Envelope, envelope
from samverk.reading import json_lines, mappings, table
from samverk.reading.rows import Row
from shared.contracts import Contracts
from shared.events import envelope_faults, source_municipality
from shared.faults import Fault

SYSTEM = "samverk-send"
_ATTRIBUTES = ("specversion", "id", "source", "type", "subject", "time", "datacontenttype")
_NOT_SENT_IN = Fault(
    "/type",
    "unknown_type",
    "Typen är ingen som kommuner skickar; jämför typen och versionen med kontrakten.",
    "The type is none that municipalities send; compare type and version with the contracts.",
)
_WRONG_SOURCE = Fault(
    "/source",
    "wrong_source",
    "source ska vara /municipalities/<kommunkod>/<system> med den kommunkod som angavs.",
    "source must be /municipalities/<code>/<system> with the municipality code that was given.",
)


@dataclass(frozen=True, slots=True)
class Sender:
    """Whose file it is: the municipality's code (None: whoever the events name) and the name of its local system."""

    municipality: str | None
    system: str = SYSTEM

    @property
    def source(self) -> str:
        return f"/municipalities/{self.municipality or '0000'}/{self.system}"


@dataclass(frozen=True, slots=True)
class How:
    """How to read a file: as events or as a table (None: as it looks), which kind of table, and with which revision."""

    events: bool | None = None
    kind: str | None = None
    revision: int = 1


def rows(text: str, sender: Sender, contracts: Contracts, how: How | None = None) -> Iterator[Row]:
    """Every row of the file, with all that is wrong with it. Raises Unreadable when the file as a whole is."""
    how = how or How()
    as_events = how.events if how.events is not None else text.lstrip()[:1] in ("{", "[")
    read = json_lines.read(text) if as_events else _from_table(text, sender, contracts, how)
    for row in read:
        yield row if row.event is None else Row(row.line, row.event, faults(row.event, sender, contracts))


def faults(event: Envelope, sender: Sender, contracts: Contracts) -> list[Fault]:
    """What is wrong with one event: its envelope, its type, its data by the contract, its source."""
    found = envelope_faults({name: event.get(name) for name in _ATTRIBUTES})
    if found:
        return found
    kind = str(event["type"])
    if kind not in contracts.types() or not contracts.get(kind).inbound:
        return [_NOT_SENT_IN]
    code = source_municipality(str(event["source"]))
    if code is None or sender.municipality not in (None, code):
        found = [_WRONG_SOURCE]
    return [*found, *contracts.faults(kind, event.get("data"))]


def _from_table(text: str, sender: Sender, contracts: Contracts, how: How) -> Iterator[Row]:
    read = table.read(text)
    mapped = mappings.chosen(how.kind, read)
    contract = contracts.get(mapped.type)
    for line, data in mapped.make(read, how.revision):
        try:
            subject = contract.subject(data, sender.municipality)
        except KeyError:
            # what is missing is named by the contract check; a subject of some kind lets it come that far
            subject = "-"
        yield Row(line, envelope(source=sender.source, type=mapped.type, subject=subject, data=data))
