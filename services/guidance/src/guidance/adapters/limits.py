"""How often one address may do something that needs no account. Kept in memory for minutes, never written down."""

from collections import OrderedDict, deque
from collections.abc import Callable
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address
from typing import Final

_MOST_KEYS: Final = 20_000


class TooOften(Exception):
    """That was many times in a short while; wait a few minutes and try again."""

    sv = "Det blev många gånger på kort tid; vänta några minuter och försök igen."


class Limit:
    """At most `number` times within `within`, for each address; an IPv6 network of one customer counts as one."""

    def __init__(self, number: int, within: timedelta, clock: Callable[[], datetime]) -> None:
        self._number, self._within, self._clock = number, within, clock
        self._times: OrderedDict[str, deque[datetime]] = OrderedDict()

    def count(self, address: str | None) -> None:
        """Once more from this address. Raises TooOften."""
        now, key = self._clock(), _key(address)
        times = self._times.setdefault(key, deque())
        self._times.move_to_end(key)
        while times and times[0] <= now - self._within:
            times.popleft()
        if len(times) >= self._number:
            raise TooOften
        times.append(now)
        while len(self._times) > _MOST_KEYS:
            self._times.popitem(last=False)


def _key(address: str | None) -> str:
    try:
        known = ip_address(address or "")
    except ValueError:
        return ""
    return known.exploded[:19] if isinstance(known, IPv6Address) else str(known)
