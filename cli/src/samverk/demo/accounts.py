"""The account: every report sent is taken, refused, dead-lettered or a repeat; from journal and topics alone."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from samverk.demo.journal import Journal
from samverk.demo.ledger import Inbound, Ledger, Place
from samverk.demo.reports import APPLICATION, AVAILABILITY, COST_BASIS, GRADES, OFFERING, REPLY

REPORT_TYPES = frozenset({APPLICATION, AVAILABILITY, COST_BASIS, GRADES, OFFERING, REPLY})
DEAD_REASONS = frozenset({"failed", "not_a_cloudevent", "not_json"})


@dataclass(slots=True)
class Account:
    """Counts by event type (`unreadable` where there is none)."""

    sent: int = 0
    at_door: Counter[str] = field(default_factory=Counter)
    taken: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    dead: Counter[str] = field(default_factory=Counter)
    repeats: Counter[str] = field(default_factory=Counter)

    @property
    def accounted(self) -> int:
        """All whose end is known."""
        ends = (self.at_door, self.taken, self.refused, self.dead, self.repeats)
        return sum(counter.total() for counter in ends)


def account(journal: Journal, ledger: Ledger) -> Account:
    """What became of all that was sent."""
    answered = {(each["topic"], each["partition"], each["offset"]): str(each["reason"]) for each in ledger.answers}
    made = Account(sent=journal.sent)
    made.at_door.update(refusal.type for refusal in journal.at_door)
    for same in _by_id(ledger.inbound).values():
        _settle(made, same, answered)
    return made


def _by_id(inbound: Sequence[Inbound]) -> Mapping[object, list[Inbound]]:
    groups: dict[object, list[Inbound]] = defaultdict(list)
    for each in inbound:
        groups[each.id or each.place].append(each)
    return groups


def _settle(made: Account, same: Sequence[Inbound], answered: Mapping[Place, str]) -> None:
    """The first of an id that was not answered was taken, unless the same content was refused; the rest are repeats."""
    refused = {each.digest for each in same if each.place in answered}
    conflicts = {each.digest for each in same if answered.get(each.place) == "same_id_other_content"}
    taken = bool(refused - conflicts)
    for each in same:
        kind = _kind(each.type)
        reason = answered.get(each.place)
        if reason is not None:
            (made.dead if reason in DEAD_REASONS else made.refused)[kind] += 1
        elif taken:
            made.repeats[kind] += 1
        else:
            taken = True
            made.taken[kind] += 1


def _kind(type: str | None) -> str:
    """As the services' metrics name it."""
    if type is None:
        return "unreadable"
    return type if type in REPORT_TYPES else "unknown"


def faults(made: Account, journal: Journal, ledger: Ledger) -> list[str]:
    """Where the two sides differ."""
    found = []
    on_topics = Counter(each.id for each in ledger.inbound if each.id is not None)
    for event, number in (journal.confirmed - on_topics).items():
        found.append(f"event {event} was confirmed {number} times more than it lies on a topic")
    for event, number in (on_topics - journal.confirmed).items():
        found.append(f"event {event} lies on a topic {number} times more than it was confirmed")
    if made.sent != made.accounted:
        found.append(f"{made.sent} events were sent, {made.accounted} are accounted for")
    unanswered = set(ledger.dead) ^ {(each["topic"], each["partition"], each["offset"]) for each in ledger.answers}
    found += [f"dead letter and answer differ at {where}" for where in sorted(unanswered)]
    found += [f"a service could not handle {where}: {reason}" for where, reason in ledger.dead_elsewhere.items()]
    return found


def against_metrics(made: Account, counted: Mapping[str, Counter[str]]) -> list[str]:
    """Where the services' own counters differ from the account; `counted` by kind of end, then type."""
    found = []
    ends = {"taken": made.taken, "refused": made.refused, "dead_lettered": made.dead, "duplicate": made.repeats}
    for name, own in ends.items():
        by_label = Counter({"unknown": own["unreadable"]}) + own
        del by_label["unreadable"]
        for kind, number in by_label.items():
            if counted[name][kind] != number:
                found.append(f"{name} {kind}: the topics say {number}, the service's metrics {counted[name][kind]}")
    return found
