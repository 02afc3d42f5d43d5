"""One question every broker must answer before anybody else may ask it something."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.client import AIOKafkaClient
from aiokafka.errors import KafkaError

from shared.kafka_security import Security

PLAIN = Security()


@asynccontextmanager
async def administration(bootstrap: str, security: Security = PLAIN) -> AsyncIterator[AIOKafkaAdminClient]:
    """An admin client of a cluster (`host:port[,…]`)."""
    client = AIOKafkaAdminClient(bootstrap_servers=bootstrap, request_timeout_ms=30_000, **security.client())
    try:
        await client.start()
        yield client
    finally:
        await client.close()


async def answers(bootstrap: str, security: Security = PLAIN) -> bool:
    """True when the cluster names at least one broker that takes requests."""
    if not await listens(bootstrap):
        return False
    try:
        async with administration(bootstrap, security) as client:
            return bool((await client.describe_cluster())["brokers"])
    except KafkaError:
        return False


async def brokers_seen_by(address: str, security: Security) -> set[int]:
    """The brokers that take requests, as the one at `host:port` knows it; empty when it does not answer."""
    if not await listens(address):
        return set()
    client = AIOKafkaClient(bootstrap_servers=address, request_timeout_ms=4_000, **security.client())
    try:
        await client.bootstrap()
        return {broker.nodeId for broker in client.cluster.brokers()}
    except KafkaError:
        return set()
    finally:
        await client.close()


async def listens(bootstrap: str) -> bool:
    """Whether anybody is at the first address. A client would log each refused connection as an error."""
    host, _, port = bootstrap.split(",")[0].rpartition(":")
    try:
        _, writer = await asyncio.open_connection(host, int(port))
    except OSError:
        return False
    writer.close()
    return True
