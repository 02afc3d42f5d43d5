"""`samverk demo`: an empty stack, the year on it, and the report."""

import asyncio
import contextlib
import re
import shutil
import signal
import time
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
from aiokafka import AIOKafkaProducer

from local_stack import cluster, topics
from local_stack.settings import SERVICES, Settings
from local_stack.stack import Stack
from local_stack.state import State
from samverk import screen
from samverk.commands.stack import show_addresses, starting
from samverk.demo import accounts, files, ledger, reports, rubbish, tables
from samverk.demo.cast import Cast, cast
from samverk.demo.checks import Files
from samverk.demo.follow import Follow, Stuck
from samverk.demo.offices import OfficeRefused, Offices
from samverk.demo.outcome import gather
from samverk.demo.post import Post
from samverk.demo.summary import summary
from samverk.demo.telling import Teller
from samverk.demo.verdicts import Evidence, verdicts
from samverk.demo.year import Year
from samverk.sending import kafka
from samverk.sending.outcomes import DoorAway, DoorShut
from samverk.words import said

ROLES = {"admissions": "admissions_officer", "pricing": "economist", "guidance": "coordinator"}
_COUNTER = re.compile(r'samverk_events_([a-z_]+)_total\{.*?type="([^"]+)"')
_TROUBLE = (Stuck, OfficeRefused, DoorAway, DoorShut, httpx.TransportError)


class NotEmpty(Exception):
    """The year has been played on these servers already; the demonstration needs empty ones."""


@dataclass(frozen=True, slots=True)
class Order:
    """What to play: number of applicants, seed, whether to keep the stack, and where the files go."""

    applicants: int
    seed: int
    keep: bool
    report: Path


@dataclass(frozen=True, slots=True)
class Stage:
    """The open connections of a running year."""

    year: Year
    reader: ledger.Reader
    follow: Follow


def play(order: Order) -> bool:
    """Play, report and check; True when every check is sound."""
    return asyncio.run(_play(order))


async def _play(order: Order) -> bool:
    started = time.monotonic()
    made = cast(order.applicants, order.seed)
    with starting() as on_step:
        stack = await Stack(_fresh_folder(), on_step=on_step, say=screen.notices().print).__aenter__()
    try:
        sound = await _told(stack, made, order)
        took = round(time.monotonic() - started)
        screen.answers().print(
            said(f"Klart på {took} s. Filer: {order.report}/", f"Done in {took} s. Files: {order.report}/")
        )
        if order.keep:
            await _until_stopped(stack)
    finally:
        await stack.__aexit__(None, None, None)
    return sound


async def _told(stack: Stack, made: Cast, order: Order) -> bool:
    """The year on this stack; what stops it is said, and counts as not sound."""
    try:
        return await _on(stack, made, order)
    except NotEmpty:
        sv, en = "Året är redan spelat på de här servrarna; använd tomma.", str(NotEmpty.__doc__)
    except _TROUBLE as error:
        reason = str(error) or type(error).__name__
        sv, en = f"Året stannade: {reason}", f"The year came to a stop: {reason}"
    screen.notices().print(said(sv, en), style="red", markup=False)
    return False


def _fresh_folder() -> Path:
    """A folder of its own within the stack's, emptied when no stack runs in it: a year is played on empty servers."""
    folder = Settings.from_environment().state / "demo"
    with State(folder).lock():
        shutil.rmtree(folder)
    return folder


async def _on(stack: Stack, made: Cast, order: Order) -> bool:
    async with _stage(stack, made) as stage:
        year = stage.year
        if await year.offices.runs(year.intake_year):
            raise NotEmpty
        await year.play()
        year.teller.chapter(said("6  Rapport och kontroller", "6  Report and checks"))
        found = await stage.reader.catch_up()
        journal = year.post.journal
        outcome = await gather(made, year.offices, found, journal.at_door, accounts.account(journal, found))
        with year.teller.step(said("filer och kontroller", "files and checks")):
            files.write(outcome, order.report, summary(outcome))
            evidence = Evidence(
                outcome, order.report, journal, found, await _counted(stage.follow), planted(made), year.months
            )
            passed = verdicts(evidence)
            files.write_summary(order.report, summary(outcome, passed))
    tables.show(screen.answers(), outcome, Files(order.report), passed)
    return all(verdict.sound for verdict in passed)


@asynccontextmanager
async def _stage(stack: Stack, made: Cast) -> AsyncIterator[Stage]:
    names = [topic.name for topic in topics.declared()]
    async with contextlib.AsyncExitStack() as opened:
        client = await opened.enter_async_context(httpx.AsyncClient(timeout=120, trust_env=False))
        producers = {
            home.code: await opened.enter_async_context(_producer(stack, home.code))
            for home in made.region.municipalities
        }
        administrator = stack.security("administrator")
        admin = await opened.enter_async_context(cluster.administration(stack.kafka, administrator))
        partitions = await ledger.partitions_of(admin, names)
        reader = await opened.enter_async_context(ledger.reader(stack.client("administrator"), partitions))
        bar = opened.enter_context(screen.progress())
        tokens = {service: stack.token(roles=[role]) for service, role in ROLES.items()}
        follow = Follow(admin, reader, client, stack.urls)
        year = Year(
            cast=made,
            post=Post(client, producers, stack.urls, _municipal_tokens(stack, made)),
            offices=Offices(client, stack.urls, tokens),
            follow=follow,
            teller=Teller(bar),
        )
        yield Stage(year, reader, follow)


def _producer(stack: Stack, code: str) -> AbstractAsyncContextManager[AIOKafkaProducer]:
    security = stack.security(f"municipality-{code}")
    return kafka.producer(stack.kafka, security, idempotence=stack.broker_kind != "tansu")


def _municipal_tokens(stack: Stack, made: Cast) -> "Tokens":
    return Tokens({home.code: stack.token(municipality=home.code) for home in made.region.municipalities})


@dataclass(frozen=True, slots=True)
class Tokens:
    """A token for each municipality."""

    by_code: Mapping[str, str]

    def __call__(self, code: str) -> str:
        return self.by_code[code]


def planted(made: Cast) -> frozenset[str]:
    """The ids of all that was broken on purpose."""
    offered = reports.offerings(made)
    late = [each for each in reports.costs(made) if each.municipality.code == reports.LATE_WITH_COSTS]
    broken = [
        *rubbish.at_the_door(made), *rubbish.applications(made), *rubbish.same_id_other_content(offered), *late,
    ]  # fmt: skip
    raws = [raw.id for raw in rubbish.offerings_by_kafka(made) if raw.id is not None]
    return frozenset([*(each.event["id"] for each in broken), *raws])


async def _counted(follow: Follow) -> dict[str, Counter[str]]:
    """What the services have counted, by what became of it and type."""
    counted: dict[str, Counter[str]] = {name: Counter() for name in ("taken", "refused", "dead_lettered", "duplicate")}
    for service in SERVICES:
        for name, value in (await follow.numbers(service)).items():
            if (match := _COUNTER.match(name)) and match[1] in counted:
                counted[match[1]][match[2]] += int(value)
    return counted


async def _until_stopped(stack: Stack) -> None:
    stop = asyncio.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    show_addresses(stack)
    await stop.wait()
