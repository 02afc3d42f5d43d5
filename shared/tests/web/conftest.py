"""An issuer with a real JWKS address, a door over a sink that a test can look into, and clients."""

import asyncio
import json
import threading
import time
from collections.abc import AsyncIterator, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from uuid import uuid4

import httpx
import pytest
import sqlalchemy as sa
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from fastapi import FastAPI
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet
from sqlalchemy.ext.asyncio import AsyncEngine

from local_stack.stack import Stack
from shared import door
from shared.auth import Guard
from shared.contracts import Contracts
from shared.database import create_engine
from shared.observability.metrics import Metrics, registry
from shared.observability.web import observe
from shared.problems import Problems
from shared.tables import create_operations, create_plumbing
from shared.work import UnitOfWork

APPLICATION = "se.samverk.admissions.application.submitted.v1"
REPLY = "se.samverk.admissions.reply.given.v1"


class Issuer:
    """Signs tokens, and serves its public keys over HTTP on loopback."""

    name = "https://issuer.example"

    def __init__(self) -> None:
        self.keys = [ECKey.generate_key("P-256", parameters={"kid": "first"})]
        self.fetched = 0
        self._server: ThreadingHTTPServer | None = None
        self.port = 0
        self.start()

    def start(self) -> None:
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                outer.fetched += 1
                body = json.dumps(KeySet(list(outer.keys)).as_dict(private=False)).encode()
                self.send_response(200)
                self.send_header("content-type", "application/json")
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *arguments: Any) -> None:
                return

        self._server = ThreadingHTTPServer(("127.0.0.1", self.port), Handler)
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()

    def stop(self) -> None:
        if self._server:
            self._server.shutdown()
            self._server.server_close()
            self._server = None

    @property
    def jwks_url(self) -> str:
        return f"http://127.0.0.1:{self.port}/jwks.json"

    def token(self, *, key: Any = None, alg: str = "ES256", kid: str | None = None, **claims: Any) -> str:
        """A token for everything from Sundsvall; `claims` replace these, None takes one away."""
        key = key or self.keys[-1]
        now = int(time.time())
        said = {
            "iss": self.name,
            "aud": "samverk",
            "sub": "elevregister",
            "exp": now + 600,
            "nbf": now,
            "municipality": "2281",
            "scope": "events:write reports:read",
            **claims,
        }
        kept = {name: value for name, value in said.items() if value is not None}
        return jwt.encode({"alg": alg, "kid": kid or key.kid}, kept, key, algorithms=[alg])

    def headers(self, **claims: Any) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token(**claims)}"}


class Sink:
    """Keeps what is sent. `trouble` is raised by the confirmations; `silent` never confirms."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, bytes | None, dict[str, bytes | None], bytes | None]] = []
        self.trouble: Exception | None = None
        self.silent = False
        self.waiting = self.most_waiting = 0

    async def send(self, topic, key, headers, value) -> asyncio.Future[object]:
        self.waiting += 1
        self.most_waiting = max(self.waiting, self.most_waiting)
        future: asyncio.Future[object] = asyncio.get_running_loop().create_future()
        if self.trouble:
            future.set_exception(self.trouble)
        elif not self.silent:
            self.sent.append((topic, key, dict(headers), value))
            asyncio.get_running_loop().call_soon(self._confirm, future)
        return future

    def _confirm(self, future: asyncio.Future[object]) -> None:
        self.waiting -= 1
        if not future.done():
            future.set_result(None)


@pytest.fixture
def issuer() -> Iterator[Issuer]:
    made = Issuer()
    yield made
    made.stop()


@pytest.fixture
async def guard(issuer: Issuer) -> AsyncIterator[Guard]:
    made = Guard(issuer=issuer.name, audience="samverk", jwks_url=issuer.jwks_url)
    yield made
    await made.close()


@pytest.fixture
def sink() -> Sink:
    return Sink()


@pytest.fixture(scope="session")
def contracts() -> Contracts:
    return Contracts.load()


@pytest.fixture
def numbers():
    return registry()


@pytest.fixture
def metrics(numbers) -> Metrics:
    return Metrics(numbers, [APPLICATION, REPLY], ["in.admissions", "catalogue.events"], ["too_young"])


@pytest.fixture
def app(guard: Guard, sink: Sink, contracts: Contracts, metrics: Metrics) -> FastAPI:
    """The door of admissions alone."""
    made = FastAPI()
    opening = door.Door("admissions", [APPLICATION, REPLY], contracts, sink, metrics, max_body_bytes=50_000)
    made.include_router(door.router(opening, guard))
    Problems().install(made)
    observe(made, metrics)
    return made


def client_of(app: FastAPI) -> httpx.AsyncClient:
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(app, raise_app_exceptions=False), base_url="http://samverk.example"
    )


@pytest.fixture
async def client(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(app) as made:
        yield made


@pytest.fixture
def event(contracts: Contracts) -> dict[str, Any]:
    """A good report from Sundsvall, in structured mode."""
    return contracts.event(REPLY)


def migrate(connection: sa.Connection) -> None:
    """As a service's first two migrations do."""
    op = Operations(MigrationContext.configure(connection))
    create_plumbing(op)
    create_operations(op)


@pytest.fixture
async def database(servers: Stack) -> AsyncIterator[str]:
    """A database with the plumbing's tables and nothing more."""
    base = servers.postgres_admin_url.replace("postgresql://", "postgresql+asyncpg://")
    name = f"web_{uuid4().hex}"
    admin = create_engine(base, pool=1).execution_options(isolation_level="AUTOCOMMIT")
    async with admin.connect() as connection:
        await connection.execute(sa.text(f'CREATE DATABASE "{name}"'))
    url = base.rpartition("/")[0] + f"/{name}"
    made = create_engine(url, pool=1)
    async with made.begin() as connection:
        await connection.run_sync(migrate)
    await made.dispose()
    yield url
    async with admin.connect() as connection:
        await connection.execute(sa.text(f'DROP DATABASE "{name}" WITH (FORCE)'))
    await admin.dispose()


@pytest.fixture
def unit_of_work(engine: AsyncEngine) -> UnitOfWork:
    return UnitOfWork(engine, "admissions")
