"""`samverk up`, `samverk address`, `samverk topics` and `samverk token`."""

import asyncio
import contextlib
import re
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from local_stack import issuer, topics
from local_stack.access import AccessRefused
from local_stack.broker import NoDurableBroker
from local_stack.kafka_cluster import ADMINISTRATOR
from local_stack.postgres_home import NoPlaceForPostgres
from local_stack.processes import CommandFailed
from local_stack.settings import SERVICES, Settings, UnknownBroker
from local_stack.stack import Stack
from local_stack.state import State, StateFolderBusy
from local_stack.supervisor import StartFailed
from local_stack.watching import Watching
from local_stack.watching_jmx import NoAgent
from local_stack.watching_programs import NoWatchers
from samverk import screen, surroundings
from samverk.commands import options
from samverk.surroundings import NowhereToGo
from samverk.words import said

NOT_TO_BE_HAD = (NoDurableBroker, NoPlaceForPostgres, NoWatchers, NoAgent)
TROUBLE = (AccessRefused, StateFolderBusy, StartFailed, CommandFailed, UnknownBroker, *NOT_TO_BE_HAD)


def up(
    without: Annotated[
        list[str] | None,
        typer.Option("--no", help="Starta inte denna tjänst (kan anges flera gånger).", show_default=False),
    ] = None,
    echo: Annotated[bool, typer.Option("--echo", help="Visa alla loggar medan det kör.")] = False,
    watch: Annotated[bool, typer.Option("--watch", help="Starta också Prometheus och larmen.")] = False,
) -> None:
    """Starta PostgreSQL, Kafka, tokenutfärdaren och tjänsterna här, och kör tills Ctrl-C."""
    unknown = set(without or ()) - set(SERVICES)
    if unknown:
        names = ", ".join(SERVICES)
        screen.leave(f"Okänd tjänst; välj bland {names}.", f"Unknown service; choose among {names}.")
    services = [name for name in SERVICES if name not in (without or ())]
    try:
        asyncio.run(_run(services, echo=echo, watch=watch))
    except TROUBLE as error:
        screen.leave(*explained(error), screen.REFUSED)
    except KeyboardInterrupt:
        raise typer.Exit(0) from None


def explained(error: Exception) -> tuple[str, str]:
    """What went wrong at the start, and the details."""
    about = type(error).__doc__ or ""
    if isinstance(error, StateFolderBusy):
        return (
            f"En annan stack kör redan i {error}; stoppa den, eller ange en annan mapp i SAMVERK_STATE.",
            f"Another stack is running in {error}; stop it, or name another folder in SAMVERK_STATE.",
        )
    return f"Stacken kunde inte startas. {error}", f"The stack could not start. {about} {error}"


async def _run(services: list[str], *, echo: bool, watch: bool) -> None:
    stop = asyncio.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    with starting() as on_step:
        watching = Watching() if watch else None
        shown = sys.stderr if echo else None
        stack = Stack(services=services, watching=watching, on_step=on_step, say=_say, echo=shown)
        start = asyncio.create_task(stack.__aenter__())
        await asyncio.wait([start, asyncio.ensure_future(stop.wait())], return_when=asyncio.FIRST_COMPLETED)
        if not start.done():
            start.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await start
            return
        await start
    show_addresses(stack)
    try:
        await stop.wait()
        screen.notices().print(said("Stoppar …", "Stopping …"))
    finally:
        await stack.__aexit__(None, None, None)


@contextlib.contextmanager
def starting() -> Iterator[Callable[[str, int, int], None]]:
    """A progress bar over the start of a stack."""
    with screen.progress() as bar:
        task = bar.add_task(said("Startar", "Starting"), total=None)

        def on_step(name: str, done: int, total: int) -> None:
            bar.update(task, description=f"{said('Startar', 'Starting')}: {name}", completed=done, total=total)

        yield on_step


def show_addresses(stack: Stack) -> None:
    """Where everything is."""
    table = Table(
        title=said("Samverk kör. Ctrl-C stoppar.", "Samverk is running. Ctrl-C stops it."), title_justify="left"
    )
    table.add_column(said("Vad", "What"))
    table.add_column(said("Adress", "Address"))
    for service, url in stack.urls.items():
        table.add_row(service, url)
    table.add_row("Kafka", f"{stack.kafka} ({stack.broker_kind})")
    table.add_row(said("Tokenutfärdare", "Token issuer"), stack.issuer_url)
    if stack.watching:
        table.add_row("Prometheus", stack.watching.prometheus_url)
        table.add_row("Alertmanager", stack.watching.alertmanager_url)
    table.add_row(said("Loggar", "Logs"), str(stack.state.logs))
    screen.answers().print(table)


def _say(line: str) -> None:
    screen.notices().print(line, markup=False)


def address(
    service: Annotated[str, typer.Argument(help="En tjänst: catalogue, admissions, pricing eller guidance.")],
) -> None:
    """Skriv ut en tjänsts adress, till exempel för curl."""
    try:
        typer.echo(surroundings.find().url(service))
    except NowhereToGo as error:
        screen.leave(error.sv, error.en)


topics_app = typer.Typer(no_args_is_help=True, help="Ämnena (topics) i Kafka: lista dem, eller skapa dem som saknas.")


@topics_app.command("list")
def list_topics(json: options.Json = False) -> None:
    """Lista ämnena som deploy/kafka/topics.yaml beskriver."""
    declared = topics.declared()
    if json:
        screen.as_json([{"name": t.name, "partitions": t.partitions, **t.settings} for t in declared])
        return
    table = Table()
    for heading in (said("Ämne", "Topic"), said("Partitioner", "Partitions"), said("Dagar kvar", "Days kept")):
        table.add_column(heading)
    for topic in declared:
        table.add_row(topic.name, str(topic.partitions), str(topic.retention_ms // topics.DAY_MS))
    screen.answers().print(table)


@topics_app.command()
def ensure(json: options.Json = False) -> None:
    """Skapa de ämnen som saknas. Ingenting ändras eller tas bort."""
    settings = Settings.from_environment()
    try:
        around = surroundings.find()
        kafka, security = around.kafka, around.security(ADMINISTRATOR)
    except NowhereToGo as error:
        screen.leave(error.sv, error.en)
    if kafka is None:
        screen.leave(
            "Ange Kafka i SAMVERK_KAFKA, eller starta 'samverk up'.", "Set SAMVERK_KAFKA, or start 'samverk up'."
        )
    replication = settings.replication or -1
    outcome = asyncio.run(topics.create(kafka, topics.declared(), replication=replication, security=security))
    differing = [f"{each.topic}: {each.setting} {each.found} ≠ {each.declared}" for each in outcome.differing]
    if json:
        screen.as_json({"created": outcome.created, "present": outcome.present, "differing": differing})
    else:
        number, there = len(outcome.created), len(outcome.present)
        screen.answers().print(said(f"{number} skapade, {there} fanns.", f"{number} created, {there} were there."))
        for line in differing:
            screen.answers().print(line, markup=False)
    raise typer.Exit(screen.REFUSED if differing else 0)


def token(
    municipality: Annotated[
        str | None, typer.Option("--municipality", "-m", help="Kommunkod som token ska gälla för.", show_default=False)
    ] = None,
    role: Annotated[
        list[str] | None, typer.Option("--role", help="Roll (kan anges flera gånger).", show_default=False)
    ] = None,
    scope: Annotated[
        list[str] | None,
        typer.Option("--scope", help="Behörighet, t.ex. events:write (kan anges flera gånger).", show_default=False),
    ] = None,
    state: Annotated[
        str | None, typer.Option("--state", help="Stackens mapp; annars SAMVERK_STATE.", show_default=False)
    ] = None,
    lifetime: Annotated[int, typer.Option("--lifetime", min=1, help="Giltighet i sekunder.")] = 3_600,
) -> None:
    """Skriv ut en token från den lokala stackens utfärdare. Bara för utveckling och prov."""
    if municipality is not None and not re.fullmatch("[0-9]{4}", municipality):
        screen.leave("En kommunkod är fyra siffror, t.ex. 2281.", "A municipality code is four digits, e.g. 2281.")
    folder = surroundings.find().state if state is None else State(Settings.from_environment(state=Path(state)).state)
    try:
        made = issuer.sign_token(
            folder, municipality=municipality, roles=role or (), scopes=scope or (), lifetime_s=lifetime
        )
    except issuer.UnknownRole:
        names = ", ".join(issuer.ROLES)
        screen.leave(f"Okänd roll; välj bland {names}.", f"Unknown role; choose among {names}.")
    except (FileNotFoundError, KeyError):
        screen.leave(
            f"Ingen stack har startats i {folder.folder}. Starta en med 'samverk up'.",
            f"No stack has been started in {folder.folder}. Start one with 'samverk up'.",
        )
    typer.echo(made)
