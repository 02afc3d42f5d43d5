"""How often one address, or one link, may do something that needs no account. Kept in memory for minutes, never written
down; each process counts by itself."""

from collections import OrderedDict, deque
from collections.abc import Callable
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address
from math import ceil
from typing import Final

_MOST_KEYS: Final = 20_000


class TooOften(Exception):
    """That was many times in a short while; wait a few minutes and try again."""

    sv = "Det blev många gånger på kort tid; vänta några minuter och försök igen."

    def __init__(self, wait: timedelta) -> None:
        super().__init__()
        self.seconds = max(1, ceil(wait.total_seconds()))
        self.headers = {"Retry-After": str(self.seconds)}


class Limit:
    """At most `number` times within `within`, for each key, such as an address or a link."""

    def __init__(self, number: int, within: timedelta, clock: Callable[[], datetime]) -> None:
        self._number, self._within, self._clock = number, within, clock
        self._times: OrderedDict[str, deque[datetime]] = OrderedDict()

    def count(self, key: str) -> None:
        """Once more. Raises TooOften, which tells after how long it may be tried again."""
        now = self._clock()
        times = self._times.setdefault(key, deque())
        self._times.move_to_end(key)
        while times and times[0] <= now - self._within:
            times.popleft()
        if len(times) >= self._number:
            raise TooOften(times[0] + self._within - now)
        times.append(now)
        while len(self._times) > _MOST_KEYS:
            self._times.popitem(last=False)


def network_of(address: str | None) -> str:
    """What an address counts as: itself, or in IPv6 the network of one customer; unknown ones count together."""
    try:
        known = ip_address(address or "")
    except ValueError:
        return ""
    return known.exploded[:19] if isinstance(known, IPv6Address) else str(known)
