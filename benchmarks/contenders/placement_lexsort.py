"""The limit: numpy's lexsort of all choices, which places nobody. By one packed number, or by five columns."""

from typing import Any

import numpy as np

from benchmarks.clock import Clock, Outcome
from benchmarks.national import wishes


async def run(given: dict[str, Any]) -> Outcome:
    """The sort alone; packing the number costs nothing here."""
    asked, repeats = wishes(given["applicants"]), given["repeats"]
    drawn = np.argsort(np.argsort(asked.random))[asked.applicant]
    columns: tuple[np.ndarray, ...] = (drawn, -asked.merit, ~asked.timely, asked.hand, asked.offering)
    if given["packed"]:
        key = asked.offering.astype(np.int64)
        for column, bits in ((asked.hand, 2), (~asked.timely, 1), (3_400 - asked.merit, 12), (drawn, 17)):
            key = key << bits | column
        columns = (key,)
    clock = Clock()
    for _ in range(repeats):
        np.lexsort(columns)
    return clock.stop(repeats * len(asked.rank), choices=len(asked.rank))
