"""One service as one process: its doors, its consumer and its relay, put together from what the service declares."""

import argparse
import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from fastapi import APIRouter
from prometheus_client import CollectorRegistry
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.asyncapi import document
from shared.auth import Guard
from shared.chores import Chore, Errand
from shared.consumer import Reading
from shared.contracts import Contracts
from shared.database import upgrade
from shared.entrance import Entrance
from shared.pages import MenuItem, Pages
from shared.settings import Settings
from shared.texts import Text
from shared.work import UnitOfWork

PARTS = ("api", "consumer", "relay")


@dataclass(frozen=True, slots=True)
class Figure:
    """A number on the start page."""

    label: Text
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What a service's routers are given."""

    settings: Settings
    unit_of_work: UnitOfWork
    guard: Guard
    clock: Callable[[], datetime]
    pages: Pages
    entrance: Entrance
    contracts: Contracts


@dataclass(frozen=True, kw_only=True)
class Service:
    """All that makes a service what it is; `shared` does the rest.

    `reasons` are the codes it refuses reports with, `errors` maps its named errors to HTTP statuses, `numbers`
    registers the trade's gauges and gives the coroutine that refreshes them, `state` gives the start page's figures.
    `chores` are what it does by the clock, beside its relay.
    `templates`, `words`, `statics` and `menu` are those of its pages; see `shared.pages.Pages`.
    """

    name: str
    title: Text
    readings: Sequence[Reading]
    listens_to: Sequence[str] = ()
    migrations: Path
    routers: Callable[[Parts], Sequence[APIRouter]]
    says: Sequence[str]
    reasons: Sequence[str] = ()
    errors: Mapping[type[Exception], int] = field(default_factory=dict)
    numbers: Callable[[CollectorRegistry], Callable[[AsyncConnection], Awaitable[None]]]
    state: Callable[[AsyncConnection], Awaitable[Sequence[Figure]]]
    templates: Path | None = None
    words: Mapping[str, Text] = field(default_factory=dict)
    statics: Path | None = None
    menu: Sequence[MenuItem] = ()
    chores: Sequence[Chore | Errand] = ()

    def asyncapi(self, contracts: Contracts) -> dict[str, Any]:
        """The AsyncAPI 3 document of what the service reads and says."""
        return document(self.name, self.title, [reading.type for reading in self.readings], self.says, contracts)


def utc_now() -> datetime:
    """The clock, read at the edges only."""
    return datetime.now(UTC)


def main(build: Callable[[Settings], Service]) -> None:
    """`python -m <service> serve|migrate|openapi|asyncapi`."""
    parser = argparse.ArgumentParser(description="A Samverk service.")
    commands = parser.add_subparsers(dest="command", required=True)
    serve = commands.add_parser("serve", help="run the service until SIGTERM")
    serve.add_argument("--only", choices=PARTS, action="append", help="run only this part (may be given several times)")
    commands.add_parser("migrate", help="bring the database to the newest version")
    commands.add_parser("openapi", help="print the OpenAPI document")
    commands.add_parser("asyncapi", help="print the AsyncAPI document")
    _run(parser.parse_args(), build)


def _run(arguments: argparse.Namespace, build: Callable[[Settings], Service]) -> None:
    from shared.process import openapi, serve

    if arguments.command == "serve":
        settings = Settings.load()
        serve(build(settings), settings, only=arguments.only or PARTS)
    elif arguments.command == "migrate":
        settings = Settings.load()
        upgrade(settings.database_url.get_secret_value(), build(settings).migrations)
    else:
        service = build(Settings.for_documents())
        print_document(openapi(service) if arguments.command == "openapi" else service.asyncapi(Contracts.load()))


def print_document(content: dict[str, Any]) -> None:
    """JSON on standard output."""
    import sys

    sys.stdout.write(json.dumps(content, ensure_ascii=False, indent=2) + "\n")
