"""How the reading grows with the consumers of a group: a backlog, and one to four replicas that take it."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import replace

import asyncpg
from aiokafka import AIOKafkaProducer

from benchmarks.harness import Unsound
from benchmarks.load.senders import SERVICE, Supply
from local_stack.services import program
from local_stack.stack import Stack
from local_stack.supervisor import Program

_WITHIN_SECONDS = 300


async def rate(stack: Stack, supply: Supply, replicas: int, backlog: int) -> float:
    """Events a second that so many consumers took together. Raises Unsound when they did not take them all."""
    before = await _taken(stack)
    await _fill(stack, supply, backlog)
    names = [_replica(stack, number) for number in range(replicas)]
    watch = asyncio.create_task(_watch(stack, before, backlog))
    try:
        await asyncio.gather(*(stack.supervisor.start(each) for each in names))
        return await watch
    finally:
        watch.cancel()
        await asyncio.gather(*(stack.stop(each.name) for each in names))


def _replica(stack: Stack, number: int) -> Program:
    ours = program(SERVICE, stack.surroundings)

    async def ready() -> bool:
        return True

    return replace(
        ours,
        name=f"{SERVICE}-consumer-{number}",
        command=[*ours.command, "--only", "consumer"],
        environment={**(ours.environment or {}), "SAMVERK_PORT": "0"},
        ready=ready,
    )


async def _fill(stack: Stack, supply: Supply, backlog: int) -> None:
    async with AIOKafkaProducer(**stack.client("administrator"), acks="all", linger_ms=5) as producer:
        for _ in range(0, backlog, 1_000):
            await asyncio.gather(
                *[
                    await producer.send(
                        f"in.{each.municipality}.{SERVICE}", each.value, key=each.key, headers=each.headers
                    )
                    for each in supply.take(min(1_000, backlog))
                ]
            )


async def _watch(stack: Stack, before: int, backlog: int) -> float:
    seen: list[tuple[float, int]] = []
    deadline = time.perf_counter() + _WITHIN_SECONDS
    while time.perf_counter() < deadline:
        taken = await _taken(stack) - before
        seen.append((time.perf_counter(), taken))
        if taken >= backlog:
            return _speed(seen)
        await asyncio.sleep(0.05)
    raise Unsound(f"{seen[-1][1]} of {backlog} events taken in {_WITHIN_SECONDS} s")


def _speed(seen: Sequence[tuple[float, int]]) -> float:
    """From the first effects seen, as the start of the processes is not their speed; else from before them."""
    began, first = next((at, taken) for at, taken in seen if taken)
    ended, last = seen[-1]
    if last == first:
        began, first = max((at, taken) for at, taken in seen if not taken)
    return (last - first) / (ended - began)


async def _taken(stack: Stack) -> int:
    connection = await asyncpg.connect(stack.database_urls[SERVICE].replace("+asyncpg", ""))
    try:
        return int(await connection.fetchval("SELECT count(*) FROM inbox"))
    finally:
        await connection.close()
