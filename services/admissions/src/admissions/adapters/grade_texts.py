"""Reports of grades as JSON text into columns, without an object for each grade.

A report is `{"MA": "A", "SV": "B", …}`: subject codes and grades hold no quotes and no escapes (their contract sees to
that), so that each grade has exactly four quotes, and where they stand says everything.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from admissions.domain.intake import GRADES

Column = NDArray[Any]
_HEADER, _QUOTE, _LONGEST = 19, 34, 7
# fields (2), length (4) and applicant (4), length (4) and occasion (4), length of the text (4)
_BEFORE_TEXT = 22
_NUMBER_OF_GRADE = np.full(256, len(GRADES) - 1, np.uint8)
_NUMBER_OF_GRADE[list(GRADES.encode())] = np.arange(len(GRADES))


class GradeTexts:
    """Takes what COPY gives, row by row, and turns it into columns a megabyte or so at a time."""

    def __init__(self) -> None:
        self._rest = b""
        self._seen_header = False
        self._parts: list[tuple[Column, Column, Column, Column]] = []

    async def take(self, part: bytes) -> None:
        """A part of the binary COPY of applicant (int4), occasion (int4), grades (text)."""
        content = self._rest + part
        begin = 0 if self._seen_header else _HEADER
        if len(content) < max(begin, 1 << 20) and not content.endswith(b"\xff\xff"):
            self._rest = content
            return
        self._seen_header = True
        self._rest = self._rows(content, begin)

    def _rows(self, content: bytes, at: int) -> bytes:
        """Reads the whole rows; gives what is left."""
        texts, ends, whose, when = bytearray(), [], [], []
        end = len(content)
        while at + _BEFORE_TEXT <= end:
            until = at + _BEFORE_TEXT + int.from_bytes(content[at + 18 : at + _BEFORE_TEXT])
            if until > end:
                break
            whose.append(content[at + 6 : at + 10])
            when.append(content[at + 17])
            texts += content[at + _BEFORE_TEXT : until]
            ends.append(len(texts))
            at = until
        if ends:
            self._parts.append(_parsed(np.frombuffer(texts, np.uint8), np.array(ends), b"".join(whose), bytes(when)))
        return content[at:]

    def columns(self) -> tuple[Column, Column, Column, Column, tuple[str, ...]]:
        """Applicant, occasion, subject and grade of each, and the subjects' codes."""
        if not self._parts:
            nothing = np.zeros(0, np.int64)
            return nothing, nothing, nothing, nothing, ()
        codes = np.unique(np.concatenate([np.unique(part[2]) for part in self._parts]))
        subjects = tuple(int(code).to_bytes(8).replace(b"\0", b"").decode() for code in codes)
        numbers = [np.searchsorted(codes, part[2]).astype(np.int32) for part in self._parts]
        applicant, occasion, grade = (np.concatenate([part[at] for part in self._parts]) for at in (0, 1, 3))
        return applicant, occasion, np.concatenate(numbers), grade, subjects


def _parsed(texts: Column, ends: Column, whose: bytes, when: bytes) -> tuple[Column, Column, Column, Column]:
    quotes = np.flatnonzero(texts == _QUOTE).reshape(-1, 4)
    row = np.searchsorted(ends, quotes[:, 0], side="right")
    begin, length = quotes[:, 0] + 1, quotes[:, 1] - quotes[:, 0] - 1
    code = np.zeros(len(quotes), np.int64)
    for at in range(min(int(length.max(initial=0)), _LONGEST)):
        inside = at < length
        code = np.where(inside, (code << 8) | texts[np.where(inside, begin + at, 0)], code)
    grade = _NUMBER_OF_GRADE[texts[quotes[:, 2] + 1]]
    applicant = np.frombuffer(whose, ">i4").astype(np.int32)[row]
    return applicant, np.frombuffer(when, np.uint8)[row], code, grade
