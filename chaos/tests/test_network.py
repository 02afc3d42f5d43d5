"""A link that is cut, silent, slow or forgotten does what a network does then."""

import asyncio
import socket
from collections.abc import AsyncIterator

import pytest

from chaos.namespaces import Namespace, NoNamespaces, listening
from chaos.network import Link, to_port

Ends = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class Far:
    """A server that repeats what it hears, and notes when its callers leave."""

    def __init__(self) -> None:
        self.callers = self.left = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.callers += 1
        while data := await reader.read(100):
            writer.write(data)
            await writer.drain()
        self.left += 1
        writer.close()


@pytest.fixture
def far() -> Far:
    return Far()


@pytest.fixture
async def link(far: Far) -> AsyncIterator[Link]:
    server = await asyncio.start_server(far.serve, "127.0.0.1", 0)
    made = Link("test", free_listener(), to_port(server.sockets[0].getsockname()[1]))
    await made.start()
    yield made
    await made.stop()
    server.close()


def free_listener() -> socket.socket:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    return listening(port)


async def near(link: Link) -> Ends:
    return await asyncio.open_connection(*link.address)


async def says(ends: Ends, word: bytes, seconds: float = 5) -> bytes:
    ends[1].write(word)
    return await asyncio.wait_for(ends[0].read(100), seconds)


async def test_an_open_link_carries_both_ways(link: Link) -> None:
    assert await says(await near(link), b"hello") == b"hello"


async def test_a_cut_link_ends_what_is_open_and_what_comes_until_it_is_mended(link: Link) -> None:
    ends = await near(link)
    await says(ends, b"hello")

    link.cut()

    assert await asyncio.wait_for(ends[0].read(), 5) == b""
    assert await asyncio.wait_for((await near(link))[0].read(), 5) == b""
    link.mend()
    assert await says(await near(link), b"again") == b"again"


async def test_a_silent_link_says_nothing_and_loses_nothing(link: Link) -> None:
    ends = await near(link)
    await says(ends, b"hello")

    link.silence()
    with pytest.raises(TimeoutError):
        await says(ends, b"kept", 0.3)
    link.mend()

    assert await asyncio.wait_for(ends[0].read(100), 5) == b"kept"


async def test_the_far_side_is_never_told_of_a_forgotten_connection(link: Link, far: Far) -> None:
    ends = await near(link)
    await says(ends, b"hello")

    link.forget()
    ends[1].close()

    assert await says(await near(link), b"new") == b"new"
    assert (far.callers, far.left) == (2, 0)


async def test_a_network_of_its_own_reaches_only_what_is_let_in() -> None:
    try:
        inside = Namespace()
    except NoNamespaces as reason:
        pytest.skip(f"no networks of their own here: {reason}")
    server = await asyncio.start_server(Far().serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    loop = asyncio.get_running_loop()

    with pytest.raises(ConnectionRefusedError):
        await loop.sock_connect(inside.socket(), ("127.0.0.1", port))
    link = Link("in", inside.listen(port), to_port(port))
    await link.start()
    connected = inside.socket()
    await loop.sock_connect(connected, ("127.0.0.1", port))
    await loop.sock_sendall(connected, b"hello")

    assert await asyncio.wait_for(loop.sock_recv(connected, 100), 5) == b"hello"
    connected.close()
    await link.stop()
    server.close()
    inside.close()
