"""`samverk topics apply` and `samverk topics acls`: the cluster as `deploy/kafka` declares it."""

import asyncio
import json as jsons
import secrets
from pathlib import Path
from typing import Annotated, Any

import typer
from aiokafka.errors import KafkaError
from rich.table import Table

from local_stack import access, cluster, principals, topics
from local_stack.kafka_cluster import ADMINISTRATOR
from local_stack.settings import Settings
from local_stack.state import write_private
from samverk import screen, surroundings
from samverk.commands import options
from samverk.surroundings import NowhereToGo
from samverk.words import said
from shared.kafka_security import Security


def apply(
    passwords: Annotated[
        Path | None,
        typer.Option(
            "--passwords",
            help="JSON-fil med varje användares lösenord; de som saknas hittas på och skrivs dit.",
            show_default=False,
        ),
    ] = None,
    remove: Annotated[bool, typer.Option("--remove", help="Ta bort rättigheter som ingen regel längre ger.")] = False,
    json: options.Json = False,
) -> None:
    """Skapa de ämnen som saknas och ge varje användare (principal) sina rättigheter, som administratör."""
    bootstrap, security = _administrator()
    try:
        told = asyncio.run(_apply(bootstrap, security, passwords, remove=remove))
    except (access.AccessRefused, topics.TopicRefused, KafkaError) as error:
        reason = str(error) or type(error).__name__
        screen.leave(f"Klustret avvisade: {reason}", f"The cluster refused: {reason}", screen.REFUSED)
    if json:
        screen.as_json(told)
        return
    for name, number in told.items():
        screen.answers().print(f"{name}: {number if isinstance(number, int) else len(number)}", markup=False)
    for line in [*told["differing"], *told["surplus"]]:
        screen.answers().print(line, markup=False)


def acls(json: options.Json = False) -> None:
    """Lista rättigheterna som deploy/kafka/principals.yaml ger."""
    lines = principals.rights()
    if json:
        names = ("principal", "kind", "name", "starts", "operation", "allowed")
        screen.as_json([{name: getattr(line, name) for name in names} for line in lines])
        return
    table = Table()
    for heading in (said("Användare", "Principal"), said("Får", "May"), said("Vad", "What")):
        table.add_column(heading)
    for line in lines:
        verb = line.operation if line.allowed else said(f"aldrig {line.operation}", f"never {line.operation}")
        table.add_row(line.principal, verb, f"{line.kind} {line.name}{'…' if line.starts else ''}")
    screen.answers().print(table)


def _administrator() -> tuple[str, Security]:
    try:
        around = surroundings.find()
        if around.kafka is None:
            raise NowhereToGo(
                "Ange Kafka i SAMVERK_KAFKA, eller starta 'samverk up'.", "Set SAMVERK_KAFKA, or start 'samverk up'."
            )
        return around.kafka, around.security(ADMINISTRATOR)
    except NowhereToGo as error:
        screen.leave(error.sv, error.en)


async def _apply(bootstrap: str, security: Security, passwords: Path | None, *, remove: bool) -> dict[str, Any]:
    replication = Settings.from_environment().replication or -1
    made = await topics.create(bootstrap, topics.declared(), replication=replication, security=security)
    names = principals.names()
    async with cluster.administration(bootstrap, security) as client:
        if passwords is not None:
            await access.set_passwords(client, _passwords(passwords, names))
        changed = await access.apply(client, principals.rights(), names, remove=remove)
    return {
        "topics_created": made.created,
        "topics_present": len(made.present),
        "rights_added": [str(line) for line in changed.created],
        "rights_present": len(changed.present),
        "rights_removed": [str(line) for line in changed.removed],
        "differing": [f"{each.topic}: {each.setting} {each.found} ≠ {each.declared}" for each in made.differing],
        "surplus": [] if remove else [str(line) for line in changed.surplus],
    }


def _passwords(file: Path, names: list[str]) -> dict[str, str]:
    """Everyone's password; the file is for its owner alone, and written before the cluster is told."""
    kept: dict[str, str] = jsons.loads(file.read_text()) if file.exists() else {}
    whole = {name: kept.get(name) or secrets.token_urlsafe(24) for name in names}
    write_private(file, kept | whole)
    return whole
