"""Columns out of and into PostgreSQL by COPY in its binary form, without an object for each row.

The format: a header of 19 bytes, then for each row the number of fields (2 bytes) and for each field its length (4
bytes, -1 for NULL) and its bytes, big-endian; at last -1 (2 bytes). PostgreSQL documentation, COPY, "Binary Format".
"""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Any

import asyncpg
import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray
from sqlalchemy.ext.asyncio import AsyncConnection

Column = NDArray[Any]
_HEADER = b"PGCOPY\n\xff\r\n\0" + bytes(8)
_TRAILER = b"\xff\xff"
_ROWS_AT_ONCE = 16_384
_TYPES = {"int2": ">i2", "int4": ">i4", "int8": ">i8", "bool": "?", "uuid": "(16,)u1"}


async def driver(connection: AsyncConnection) -> asyncpg.Connection:
    """The driver's own connection, inside the same transaction."""
    # what is copied before the transaction has begun would commit by itself
    await connection.execute(sa.text("SELECT 1"))
    raw = await connection.get_raw_connection()
    taken: asyncpg.Connection = raw.driver_connection  # type: ignore[assignment]
    return taken


async def read(connection: AsyncConnection, query: str, kinds: Sequence[str], *parameters: Any) -> list[Column]:
    """One column for each kind (int2, int4, int8, bool, uuid), in the machine's byte order. No value may be NULL."""
    content = await copied(connection, query, *parameters)
    row = np.dtype([("fields", ">i2"), *_fields(kinds)])
    rows = np.frombuffer(content, row, (len(content) - len(_HEADER) - len(_TRAILER)) // row.itemsize, len(_HEADER))
    columns = [rows[f"value{at}"] for at in range(len(kinds))]
    return [column.astype(column.dtype.newbyteorder("=")) for column in columns]


def _fields(kinds: Sequence[str]) -> list[tuple[str, str]]:
    return [field for at, kind in enumerate(kinds) for field in ((f"length{at}", ">i4"), (f"value{at}", _TYPES[kind]))]


async def copied(connection: AsyncConnection, query: str, *parameters: Any) -> bytearray:
    """What COPY gives, as it stands."""
    content = bytearray()

    async def take(part: bytes) -> None:
        content.extend(part)

    await (await driver(connection)).copy_from_query(query, *parameters, output=take, format="binary")
    return content


@dataclass(frozen=True, slots=True)
class Whole:
    """Numbers of `size` bytes; NULL where `null` says so."""

    values: Column
    size: int
    null: Column | None = None

    def rows(self, at: slice) -> tuple[Column, Column]:
        """Bytes of each row side by side, and which of them count."""
        values = self.values[at]
        content = np.empty((len(values), 4 + self.size), np.uint8)
        content[:, :4] = _big(np.full(len(values), self.size), 4)
        content[:, 4:] = _big(values, self.size)
        return _with_nulls(content, np.ones(content.shape, bool), self.null, at)


@dataclass(frozen=True, slots=True)
class Fixed:
    """The same number of bytes in every row: a matrix, as of UUIDs, or one row for all."""

    values: Column

    def rows(self, at: slice) -> tuple[Column, Column]:
        """As of Whole."""
        size = at.stop - at.start
        one = len(self.values) == 1
        values = np.broadcast_to(self.values, (size, self.values.shape[-1])) if one else self.values[at]
        content = np.empty((len(values), 4 + values.shape[1]), np.uint8)
        content[:, :4] = _big(np.full(len(values), values.shape[1]), 4)
        content[:, 4:] = values
        return content, np.ones(content.shape, bool)


class Words:
    """One of a few byte strings in each row, by number; NULL where the number is negative."""

    def __init__(self, numbers: Column, words: Sequence[bytes]) -> None:
        self._numbers = numbers
        self._lengths = np.array([len(word) for word in words] or [0])
        self._content = np.zeros((max(len(words), 1), 4 + int(self._lengths.max())), np.uint8)
        self._content[:, :4] = _big(self._lengths, 4)
        for at, word in enumerate(words):
            self._content[at, 4 : 4 + len(word)] = np.frombuffer(word, np.uint8)

    def rows(self, at: slice) -> tuple[Column, Column]:
        """As of Whole."""
        numbers = self._numbers[at]
        content = self._content[numbers]
        counts = np.arange(content.shape[1]) < 4 + self._lengths[numbers][:, None]
        return _with_nulls(content, counts, self._numbers < 0, at)


Field = Whole | Fixed | Words


def texts(words: Sequence[str]) -> list[bytes]:
    """Words for a column of text."""
    return [word.encode() for word in words]


def text_array(words: Sequence[str]) -> bytes:
    """A value of type text[]: dimensions, no NULL, the elements' type, length and lower bound, then the elements."""
    element = 25
    if not words:
        return _numbers(0, 0, element)
    return _numbers(1, 0, element, len(words), 1) + b"".join(_numbers(len(w.encode())) + w.encode() for w in words)


def _numbers(*values: int) -> bytes:
    return np.array(values, ">i4").tobytes()


async def write(connection: AsyncConnection, table: str, columns: dict[str, Field], size: int) -> None:
    """Rows of these columns, a part at a time."""

    async def parts() -> AsyncIterator[bytes]:
        yield _HEADER
        for begin in range(0, size, _ROWS_AT_ONCE):
            yield encoded(list(columns.values()), slice(begin, min(begin + _ROWS_AT_ONCE, size)))
        yield _TRAILER

    taken = await driver(connection)
    await taken.copy_to_table(table, source=parts(), columns=list(columns), format="binary")


def encoded(fields: Sequence[Field], at: slice) -> bytes:
    """These rows as COPY takes them."""
    count = np.empty((at.stop - at.start, 2), np.uint8)
    count[:] = _big(np.array([len(fields)]), 2)
    parts = [(count, np.ones(count.shape, bool)), *(field.rows(at) for field in fields)]
    content = np.concatenate([part for part, _ in parts], axis=1)
    counts = np.concatenate([flags for _, flags in parts], axis=1)
    rows: bytes = content[counts].tobytes()
    return rows


def _with_nulls(content: Column, counts: Column, null: Column | None, at: slice) -> tuple[Column, Column]:
    if null is not None and null[at].any():
        content[null[at], :4] = 0xFF
        counts[null[at]] = np.arange(content.shape[1]) < 4
    return content, counts


def _big(values: Column, size: int) -> Column:
    """Whole numbers as bytes, the most significant first."""
    return np.ascontiguousarray(values).astype(f">i{size}" if size > 1 else "u1").reshape(-1, 1).view(np.uint8)
