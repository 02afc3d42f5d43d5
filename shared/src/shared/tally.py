"""What became of a batch of records, for the metrics."""

from collections import Counter
from collections.abc import Sequence

from shared.dead_letters import SAME_ID, DeadLetter
from shared.events import Incoming, municipality_of
from shared.observability.metrics import Metrics


class Tally:
    """What became of a batch; told to the metrics only when the batch is committed."""

    def __init__(self) -> None:
        self.taken: Counter[str] = Counter()
        self.repeats: Counter[str] = Counter()
        self.refused: Counter[tuple[str, str]] = Counter()
        self.dead: Counter[tuple[str, str]] = Counter()
        self.municipalities: Counter[tuple[str, str]] = Counter()
        self.seconds: list[tuple[str, float, int]] = []

    def took(self, kind: str, events: Sequence[Incoming], letters: Sequence[DeadLetter]) -> None:
        """Events of one kind that were handled; `letters` are those of them that were refused in doing so."""
        self.taken[kind] += len(events) - len(letters)
        for event in events:
            if event.municipality is not None:
                self.municipalities[event.municipality, "taken"] += 1
        for letter in letters:
            code = municipality_of(letter.record.topic)
            if code is not None:
                self.municipalities[code, "taken"] -= 1

    def set_aside(self, letters: Sequence[DeadLetter]) -> None:
        """Refused: a readable event that the sender can mend. Dead: no readable event, or a failure of ours."""
        for letter in letters:
            kind = letter.event.type if letter.event else "unreadable"
            dead = letter.event is None or letter.reason == "failed"
            (self.dead if dead else self.refused)[kind, letter.reason] += 1
            code = municipality_of(letter.record.topic)
            if code is not None and letter.reason != "failed":
                self.municipalities[code, "refused"] += 1

    def report(self, metrics: Metrics) -> None:
        """Count it all."""
        for kind, number in self.taken.items():
            metrics.taken(kind, number)
        for kind, number in self.repeats.items():
            metrics.repeated(kind, number)
        for (kind, reason), number in self.refused.items():
            metrics.refused(kind, reason, number)
            if reason == SAME_ID:
                metrics.conflict(number)
        for (kind, reason), number in self.dead.items():
            metrics.dead_lettered(kind, reason, number)
        for (code, outcome), number in (+self.municipalities).items():
            metrics.of_municipality(code, outcome, number)
        for kind, seconds, number in self.seconds:
            metrics.handled(kind, seconds, number)
