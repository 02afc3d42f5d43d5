"""The senders' own book: each event before it is sent and what was said of it, in a file that outlives everybody."""

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from chaos.facts import Place, Sent

_SCHEMA = """
CREATE TABLE IF NOT EXISTS events (
    number INTEGER PRIMARY KEY, id TEXT, source TEXT NOT NULL, municipality TEXT NOT NULL, service TEXT NOT NULL,
    subject TEXT NOT NULL, revision INTEGER NOT NULL, kind TEXT NOT NULL, reason TEXT NOT NULL, door TEXT NOT NULL,
    state TEXT NOT NULL, attempts INTEGER NOT NULL, during TEXT NOT NULL,
    topic TEXT, partition INTEGER, "offset" INTEGER);
CREATE TABLE IF NOT EXISTS injections (
    number INTEGER PRIMARY KEY, fault TEXT NOT NULL, target TEXT NOT NULL, began REAL NOT NULL, mended REAL,
    recovered REAL);
"""
_NAMES = (
    "id", "source", "municipality", "service", "subject", "revision", "kind", "reason", "door", "state", "attempts",
    "during",
)  # fmt: skip
_READ = """
SELECT id, source, municipality, service, subject, revision, kind, reason, door, state, attempts, during,
       topic, partition, "offset"
FROM events ORDER BY number
"""


@dataclass(frozen=True, slots=True)
class Injection:
    """One fault that was injected; seconds since the run began. `recovered` is None when it never came to that."""

    fault: str
    target: str
    began: float
    mended: float | None = None
    recovered: float | None = None

    @property
    def recovery(self) -> float | None:
        """Seconds from the mend until everything accepted before it had been handled and told."""
        return None if self.recovered is None or self.mended is None else self.recovered - self.mended


class Ledger:
    """Written through to its file at every step, so that it says what was sent even when we die."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._base = sqlite3.connect(path, isolation_level=None)
        self._base.execute("PRAGMA journal_mode = WAL")
        self._base.execute("PRAGMA synchronous = NORMAL")
        self._base.executescript(_SCHEMA)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._base.close()

    def enter(self, sent: Sent) -> int:
        """Note an event before its first attempt; gives its number."""
        columns = [getattr(sent, name) for name in _NAMES]
        row = self._base.execute(
            "INSERT INTO events (id, source, municipality, service, subject, revision, kind, reason, door, state,"
            " attempts, during) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            columns,
        )
        assert row.lastrowid is not None
        return row.lastrowid

    def note(self, number: int, sent: Sent) -> None:
        """Note what became of an attempt."""
        place = sent.place or (None, None, None)
        self._base.execute(
            'UPDATE events SET state = ?, attempts = ?, during = ?, topic = ?, partition = ?, "offset" = ?'
            " WHERE number = ?",
            (sent.state, sent.attempts, sent.during, *place, number),
        )

    def inject(self, fault: str, began: float) -> int:
        """Note that a fault begins; gives its number."""
        row = self._base.execute("INSERT INTO injections (fault, target, began) VALUES (?, '', ?)", (fault, began))
        assert row.lastrowid is not None
        return row.lastrowid

    def mend(self, number: int, injection: Injection) -> None:
        """Note what was broken, when it was mended, and when everything was well again."""
        self._base.execute(
            "UPDATE injections SET target = ?, mended = ?, recovered = ? WHERE number = ?",
            (injection.target, injection.mended, injection.recovered, number),
        )

    def sent(self) -> list[Sent]:
        """All events, in the order they were entered."""
        return list(self._sent())

    def injections(self) -> list[Injection]:
        """All faults, in the order they were injected."""
        rows = self._base.execute("SELECT fault, target, began, mended, recovered FROM injections ORDER BY number")
        return [Injection(*row) for row in rows]

    def _sent(self) -> Iterator[Sent]:
        for *values, topic, partition, offset in self._base.execute(_READ):
            place = None if topic is None else Place(topic, partition, offset)
            sent = Sent(**dict(zip(_NAMES, values, strict=True)), place=place)
            # Who died in the middle of an attempt does not know whether it arrived.
            sent.state = "unknown" if sent.state == "sending" else sent.state
            yield sent
