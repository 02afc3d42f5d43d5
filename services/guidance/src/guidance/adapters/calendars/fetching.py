"""Asks for a calendar at an address that a user gave: only https, only public addresses, little time, little data.

The address is resolved here and the connection goes to the very address that was judged, so a name that answers
differently the second time (DNS rebinding) gains nothing. Nothing is decompressed and redirects are judged anew.
"""

import asyncio
import base64
import ssl
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Any, Final
from urllib.parse import SplitResult, urljoin, urlsplit

import httpcore

from guidance.domain.calendars import Fault, Unreadable

MOST_BYTES: Final = 5_000_000
SECONDS: Final = 20.0
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_MOST_REDIRECTS: Final = 3
_REDIRECTED: Final = frozenset({"GET", "PROPFIND", "REPORT"})
# They carry another address inside, which could be a private one.
_WRAPPERS: Final = tuple(IPv6Network(text) for text in ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32"))
Network = IPv4Network | IPv6Network


@dataclass(frozen=True, slots=True)
class Login:
    """User name and password, for Basic authentication over TLS."""

    user: str
    password: str

    def header(self) -> str:
        """The Authorization header's value."""
        return "Basic " + base64.b64encode(f"{self.user}:{self.password}".encode()).decode()


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, and from which address after redirects."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    address: str


class Fetcher:
    """Asks over HTTPS. `allowed` are networks that may be reached although they are not public, over http too."""

    def __init__(self, allowed: Sequence[Network] = ()) -> None:
        self._allowed = tuple(allowed)
        self._context = ssl.create_default_context()

    async def ask(
        self,
        method: str,
        address: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes = b"",
        login: Login | None = None,
    ) -> Answer:
        """The answer, whatever its status. Raises Unreadable."""
        try:
            async with asyncio.timeout(SECONDS):
                return await self._follow(method, address, dict(headers or {}), body, login)
        except (TimeoutError, httpcore.TimeoutException):
            raise Unreadable(Fault.TIMEOUT) from None
        except (httpcore.NetworkError, httpcore.ProtocolError, httpcore.UnsupportedProtocol, OSError, ValueError):
            raise Unreadable(Fault.UNREACHABLE) from None

    async def _follow(
        self, method: str, address: str, headers: dict[str, str], body: bytes, login: Login | None
    ) -> Answer:
        asked = _checked(address, allowed=bool(self._allowed))
        for _ in range(_MOST_REDIRECTS + 1):
            answer = await self._once(method, asked, headers, body, login)
            if answer.status not in _REDIRECTS or method not in _REDIRECTED or "location" not in answer.headers:
                return answer
            target = _checked(urljoin(asked.geturl(), answer.headers["location"]), allowed=bool(self._allowed))
            if (target.scheme, target.netloc) != (asked.scheme, asked.netloc):
                login = None  # a password is for the host it was given for
            asked = target
        raise Unreadable(Fault.REFUSED)

    async def _once(
        self, method: str, asked: SplitResult, headers: dict[str, str], body: bytes, login: Login | None
    ) -> Answer:
        sent = {
            "Host": asked.netloc.rpartition("@")[2],
            "User-Agent": "Samverk",
            "Accept-Encoding": "identity",
        } | headers
        if login is not None:
            sent["Authorization"] = login.header()
        if body:
            sent["Content-Length"] = str(len(body))
        timeouts = dict.fromkeys(("connect", "read", "write", "pool"), SECONDS / 2)
        backend = _Guarded(self._allowed, plain=asked.scheme == "http")
        async with (
            httpcore.AsyncConnectionPool(ssl_context=self._context, network_backend=backend) as pool,
            pool.stream(
                method, asked.geturl(), headers=list(sent.items()), content=body, extensions={"timeout": timeouts}
            ) as answer,
        ):
            content = await _limited(answer)
            found = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in answer.headers}
            return Answer(answer.status, found, content, asked.geturl())


class _Guarded(httpcore.AsyncNetworkBackend):
    """Connects to what a name stands for only when all of it may be reached."""

    def __init__(self, allowed: Sequence[Network], *, plain: bool) -> None:
        self._allowed, self._plain, self._real = allowed, plain, httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """A connection to the first address of the host. Raises Unreadable when one of them may not be reached."""
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=1)
        addresses = [str(each[4][0]).partition("%")[0] for each in found]
        if not addresses or not all(self._may(address) for address in addresses):
            raise Unreadable(Fault.ADDRESS_REFUSED)
        return await self._real.connect_tcp(addresses[0], port, timeout, local_address, socket_options)

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        await self._real.sleep(seconds)

    def _may(self, text: str) -> bool:
        address = ip_address(text)
        if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
            address = address.ipv4_mapped
        if any(address in network for network in self._allowed):
            return True
        if self._plain or any(address in network for network in _WRAPPERS):
            return False
        return address.is_global and not address.is_multicast


def _checked(address: str, *, allowed: bool) -> SplitResult:
    """https with a host; http only towards networks that were allowed, which the connection looks at."""
    try:
        parts = urlsplit(address)
        named = bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        raise Unreadable(Fault.ADDRESS_REFUSED) from None
    if not named or parts.username or parts.scheme not in ({"https", "http"} if allowed else {"https"}):
        raise Unreadable(Fault.ADDRESS_REFUSED)
    return parts._replace(fragment="")


async def _limited(answer: httpcore.Response) -> bytes:
    content = bytearray()
    async for chunk in answer.aiter_stream():
        content += chunk
        if len(content) > MOST_BYTES:
            raise Unreadable(Fault.TOO_LARGE)
    return bytes(content)
