"""What was sent and what was found afterwards, as plain facts. No code of the services is used to establish them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

Kind = Literal["valid", "breaking"]
# accepted: HTTP 202 or the broker's confirmation. unknown: sent, never confirmed. refused: the door said no.
State = Literal["sending", "accepted", "unknown", "refused"]

# Services that tell the region of every report they take, so that each revision's effect can be counted one by one.
TELLING = ("admissions", "catalogue")
# Who reads whose topic.
READERS = {"catalogue": ("admissions", "pricing")}


class Place(NamedTuple):
    """Where a record stands on the broker."""

    topic: str
    partition: int
    offset: int


@dataclass(slots=True, kw_only=True)
class Sent:
    """One event as its sender knows it. `id` is None for what is no event; `reason` is why it must be refused."""

    id: str | None
    source: str
    municipality: str
    service: str
    subject: str
    revision: int
    kind: Kind = "valid"
    reason: str = ""
    door: str = "http"
    state: State = "sending"
    attempts: int = 0
    during: str = ""
    place: Place | None = None

    @property
    def accepted(self) -> bool:
        """Whether the sender was told that it is taken care of."""
        return self.state == "accepted"


class Effect(NamedTuple):
    """What a report did: a service's state of a subject came to a revision."""

    subject: str
    revision: int


class Told(NamedTuple):
    """An event that a service committed to say, or that stands on its topic."""

    id: str
    type: str
    subject: str
    version: int


class Answer(NamedTuple):
    """A refusal on `out.<code>.answers`; `id` is the answer's own, `place` that of the refused record."""

    id: str
    municipality: str
    report_id: str | None
    reason: str
    place: Place


class Letter(NamedTuple):
    """A dead letter."""

    event_id: str | None
    reason: str
    place: Place


@dataclass(slots=True, kw_only=True)
class Found:
    """What one service's database and topic hold.

    `inbox` maps (source, id) to whether it was refused. `effects` are in the order in which they happened, `witnessed`
    each change of the state, `kept` the revisions whose history is kept (None where none is), `states` the revisions
    that stand. `committed` is what was said, `topic` what stands on `<service>.events` partition by
    partition in the order of its records, `heard` the versions kept of each of the catalogue's offerings.
    """

    inbox: dict[tuple[str, str], bool] = field(default_factory=dict)
    effects: Sequence[Effect] = ()
    witnessed: Sequence[Effect] = ()
    kept: Sequence[Effect] | None = None
    states: dict[str, int] = field(default_factory=dict)
    committed: Sequence[Told] = ()
    topic: Sequence[Told] = ()
    letters: Sequence[Letter] = ()
    heard: dict[str, int] = field(default_factory=dict)
    waiting: int = 0


@dataclass(slots=True, kw_only=True)
class Evidence:
    """All that was found. `landed` maps each record of the inbound topics to its event's id, None when it has none."""

    landed: dict[Place, str | None] = field(default_factory=dict)
    answers: Sequence[Answer] = ()
    services: dict[str, Found] = field(default_factory=dict)
