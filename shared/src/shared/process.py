"""The running process: HTTP server, consumer and relay in one event loop, started and stopped in order."""

import asyncio
import gc
import os
import signal
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager, suppress
from functools import partial
from typing import Any

import structlog
import uvicorn
from fastapi import FastAPI
from prometheus_client import CollectorRegistry
from sqlalchemy.ext.asyncio import AsyncEngine

from shared import chores, front, health
from shared.auth import Guard
from shared.consumer import BatchConsumer
from shared.contracts import Contracts
from shared.database import create_engine
from shared.kafka import Subscription, make_producer
from shared.observability import logs, metrics, traces
from shared.operations import replays
from shared.operations.pauses import Pauses
from shared.relay import Relay
from shared.service import PARTS, Parts, Service, utc_now
from shared.settings import Settings
from shared.sink import KafkaSink
from shared.watch import Watch
from shared.web import Web, build_app
from shared.work import UnitOfWork

log = structlog.get_logger()


class Process:
    """One service's objects, wired; nothing is started before `lifespan` is entered."""

    def __init__(self, service: Service, settings: Settings, only: Sequence[str] = PARTS) -> None:
        self.service, self.settings, self.only = service, settings, only
        self.contracts = Contracts.load()
        self.registry: CollectorRegistry = metrics.registry()
        self.metrics = _metrics(service, self.registry)
        self.engine: AsyncEngine = create_engine(_url(settings), pool=settings.database_pool)
        self.unit_of_work = UnitOfWork(self.engine, service.name, clock=utc_now)
        self.guard = Guard(issuer=settings.issuer, audience=settings.audience, jwks_url=settings.jwks_url)
        self.front = front.build(service, settings, self.guard)
        self.sink = KafkaSink(lambda: make_producer(settings))
        self.consumer = BatchConsumer(service.name, service.readings, self.unit_of_work, self.contracts, self.metrics)
        self.pauses = Pauses(service.name, self.engine)
        self.subscription = Subscription(service.name, service.listens_to, self.consumer, settings, self.pauses)
        self.pauses.consumer = lambda: self.subscription.subscriber.consumer
        self.relay = Relay(_url(settings), lambda: make_producer(settings), self.metrics, self.unit_of_work.committed)
        self.heartbeat = health.Heartbeat()
        self.watch = Watch(self.engine, self.subscription, self.consumer, self.metrics, self.heartbeat, self.pauses)
        self.app = build_app(self._web(), self.lifespan)

    def _web(self) -> Web:
        parts = Parts(
            settings=self.settings,
            unit_of_work=self.unit_of_work,
            guard=self.guard,
            clock=utc_now,
            pages=self.front.pages,
            entrance=self.front.entrance,
            contracts=self.contracts,
        )
        return Web(
            service=self.service,
            settings=self.settings,
            parts=parts,
            front=self.front,
            sink=self.sink,
            metrics=self.metrics,
            registry=self.registry,
            checks=self._checks(),
            silent=self.heartbeat.silent,
            with_api="api" in self.only,
        )

    def _checks(self) -> dict[str, health.Check]:
        return {
            "database": health.database_answers(self.engine),
            "migrations": health.migrated(self.engine, self.service.migrations),
            "broker": self._broker_answers,
        }

    async def _broker_answers(self) -> bool:
        if "consumer" not in self.only:
            return await self.sink.answers()
        return self.subscription.started and await self.subscription.broker.ping(timeout=2.0)

    @asynccontextmanager
    async def lifespan(self, _app: FastAPI) -> AsyncIterator[None]:
        """Start what this process is to run; at the end finish the batch in hand before letting go of the database."""
        tasks = [asyncio.create_task(_vital(name, work())) for name, work in self._work().items()]
        _spare_the_garbage_collector()
        log.info("service_started", parts=list(self.only))
        try:
            yield
        finally:
            await self.subscription.stop()
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await self._release()
            log.info("service_stopped")

    def _work(self) -> dict[str, Callable[[], Coroutine[Any, Any, None]]]:
        numbers = self.service.numbers(self.registry)
        work: dict[str, Callable[[], Coroutine[Any, Any, None]]] = {"watch": lambda: self.watch.run(numbers)}
        if "consumer" in self.only:
            work["consumer"] = self.subscription.run
        if "relay" in self.only:
            work["relay"] = self.relay.run
            for chore in (*self.service.chores, replays.chore()):
                work[chore.name] = partial(chores.run, chore, self.unit_of_work)
        return work

    async def _release(self) -> None:
        with suppress(Exception):
            await self.sink.close()
        await self.front.openid.close()
        await self.guard.close()
        await self.engine.dispose()
        traces.shut_down()


async def _vital(name: str, work: Coroutine[Any, Any, None]) -> None:
    """A part that fails for a reason it does not know ends the process, so that it is started anew and clean."""
    try:
        await work
    except Exception:
        log.exception("part_failed", part=name)
        os.kill(os.getpid(), signal.SIGTERM)
        raise


def _metrics(service: Service, registry: CollectorRegistry) -> metrics.Metrics:
    topics = [f"in.{service.name}", *service.listens_to]
    return metrics.Metrics(registry, [r.type for r in service.readings], topics, service.reasons)


def _url(settings: Settings) -> str:
    return settings.database_url.get_secret_value()


def _spare_the_garbage_collector() -> None:
    """Cyclic collection costs a batch consumer 14 to 38 %; what stands after the start will not become garbage."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 5, 5)


def serve(service: Service, settings: Settings, *, only: Sequence[str] = PARTS) -> None:
    """Run until SIGTERM or SIGINT: the batch in hand is finished and committed, within ten seconds."""
    logs.configure(service.name, settings.log_level)
    traces.configure(service.name, settings.otlp_endpoint)
    process = Process(service, settings, only)
    config = uvicorn.Config(
        process.app,
        host=settings.host,
        port=settings.port,
        loop="uvloop",
        http="httptools",
        log_config=None,
        access_log=False,
        server_header=False,
        date_header=True,
        timeout_graceful_shutdown=1,
    )
    uvicorn.Server(config).run()


def openapi(service: Service) -> dict[str, Any]:
    """The service's OpenAPI document, made without a database or broker."""
    process = Process(service, Settings.for_documents())
    document: dict[str, Any] = process.app.openapi()
    return document
