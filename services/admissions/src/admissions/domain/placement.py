"""Words of a placement, and the draw.

Every applicant is tried at the highest choice first and keeps the highest one that their priority reaches. Priority at
an offering: a place already held there, reception (first before second hand, SL 16:47), timeliness, merit, then the
region's tie-breakers. Lower choices are struck, higher ones stay in reserve with a place in the queue.
The outcome is stable and does not depend on the order in which applicants are tried. `matching` does the work.
"""

from collections.abc import Iterable
from enum import StrEnum
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

ENGINE = "columns-2"
LOTTERY_BITS = 53
"""Drawn numbers fit in the integers that JSON readers keep exact."""


class Outcome(StrEnum):
    """What may become of a choice, in the order of the engine's numbers."""

    ADMITTED = "admitted"
    RESERVE = "reserve"
    STRUCK = "struck"
    INELIGIBLE = "ineligible"


OUTCOMES = tuple(Outcome)


def lottery_number(seed: int, applicant: str) -> int:
    """The applicant's number in the draw of this seed; the same wherever and whenever it is drawn."""
    digest = blake2b(f"{seed}:{applicant}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") >> (64 - LOTTERY_BITS)


def lottery_numbers(seed: int, applicants: Iterable[str]) -> NDArray[np.int64]:
    """The numbers of all of them."""
    begun = blake2b(f"{seed}:".encode(), digest_size=8)
    digests = bytearray()
    for applicant in applicants:
        drawn = begun.copy()
        drawn.update(applicant.encode())
        digests += drawn.digest()
    numbers: NDArray[np.int64] = (np.frombuffer(digests, ">u8") >> (64 - LOTTERY_BITS)).astype(np.int64)
    return numbers
