"""What became of a batch of records, for the metrics."""

from collections import Counter
from collections.abc import Sequence

from shared.dead_letters import SAME_ID, DeadLetter
from shared.observability.metrics import Metrics


class Tally:
    """What became of a batch; told to the metrics only when the batch is committed."""

    def __init__(self) -> None:
        self.taken: Counter[str] = Counter()
        self.repeats: Counter[str] = Counter()
        self.refused: Counter[tuple[str, str]] = Counter()
        self.dead: Counter[tuple[str, str]] = Counter()
        self.seconds: list[tuple[str, float, int]] = []

    def set_aside(self, letters: Sequence[DeadLetter]) -> None:
        """Refused: a readable event that the sender can mend. Dead: no readable event, or a failure of ours."""
        for letter in letters:
            kind = letter.event.type if letter.event else "unreadable"
            dead = letter.event is None or letter.reason == "failed"
            (self.dead if dead else self.refused)[kind, letter.reason] += 1

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
        for kind, seconds, number in self.seconds:
            metrics.handled(kind, seconds, number)
