"""How a batch is divided: in lanes that are handled side by side, and in waves of one type each."""

from collections.abc import Iterator, Sequence
from zlib import crc32

from shared.events import Incoming, Record

_LANES, _WORTH_LANES = 4, 400


def lanes(records: Sequence[Record]) -> list[list[Record]]:
    """A large batch in four, each key's records in one and in their order; a small batch whole.

    Each lane is a transaction of its own, so that we read one while the database writes the others. To a handler it is
    as if other replicas read the other lanes' partitions.
    """
    if len(records) < _WORTH_LANES:
        return [list(records)]
    split: list[list[Record]] = [[] for _ in range(_LANES)]
    for record in records:
        split[crc32(record.key or b"") % _LANES].append(record)
    return [lane for lane in split if lane]


def waves(events: Sequence[Incoming]) -> Iterator[tuple[str, list[Incoming]]]:
    """Events grouped by type for set-based handling, so that the order of the events of one key is kept.

    A new wave starts when a key comes again under another type than in the wave at hand.
    """
    groups: dict[str, list[Incoming]] = {}
    type_of_key: dict[tuple[str, str], str] = {}
    for event in events:
        if type_of_key.setdefault((event.topic, event.subject), event.type) != event.type:
            yield from groups.items()
            groups, type_of_key = {}, {(event.topic, event.subject): event.type}
        groups.setdefault(event.type, []).append(event)
    yield from groups.items()
