"""One question every broker must answer before anybody else may ask it something."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError


@asynccontextmanager
async def administration(bootstrap: str) -> AsyncIterator[AIOKafkaAdminClient]:
    """An admin client of a cluster (`host:port[,…]`)."""
    client = AIOKafkaAdminClient(bootstrap_servers=bootstrap, request_timeout_ms=30_000)
    try:
        await client.start()
        yield client
    finally:
        await client.close()


async def answers(bootstrap: str) -> bool:
    """True when the cluster names at least one broker that takes requests."""
    if not await _listens(bootstrap):
        return False
    try:
        async with administration(bootstrap) as client:
            return bool((await client.describe_cluster())["brokers"])
    except KafkaError:
        return False


async def _listens(bootstrap: str) -> bool:
    """Asked first, as the client would log each refused connection as an error."""
    host, _, port = bootstrap.split(",")[0].rpartition(":")
    try:
        _, writer = await asyncio.open_connection(host, int(port))
    except OSError:
        return False
    writer.close()
    return True
