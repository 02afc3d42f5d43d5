"""`samverk ops …`: what the operations pages show and do, in a terminal."""

import asyncio
import time
from collections.abc import Mapping
from typing import Annotated, Any

import httpx
import typer
from rich.table import Table

from local_stack.settings import SERVICES
from samverk import screen, services, surroundings
from samverk.commands import dead_letters, options
from samverk.surroundings import NowhereToGo
from samverk.words import language, said
from shared.operations.following import KINDS, Journey, follow

app = typer.Typer(
    no_args_is_help=True, help="Drift: följ händelser, se eftersläpning, sänd igen, pausa. Allt som görs loggas."
)
# the same commands as under `dlq`: what has been set aside is looked at from here too
app.add_typer(dead_letters.app, name="dead-letters")

Service = Annotated[
    str | None,
    typer.Option(
        "--service", help="En tjänst: catalogue, admissions, pricing eller guidance; annars alla.", show_default=False
    ),
]
OneService = Annotated[str, typer.Option("--service", help="Tjänsten det gäller.", show_default=False)]
Topic = Annotated[
    str,
    typer.Argument(
        help="Ämnet (topic), t.ex. catalogue.events, in.2281.admissions, eller in.admissions för alla kommuner.",
        show_default=False,
    ),
]
Why = Annotated[str, typer.Option("--reason", help="Varför; skrivs i loggen. Inga personuppgifter.")]
_POLL_SECONDS = 0.5


@app.command()
def journey(
    id: Annotated[str, typer.Argument(help="Händelsens id.", show_default=False)],
    token: options.Token = None,
    json: options.Json = False,
) -> None:
    """Följ en händelse genom alla tjänster: rapporten, vad som hände med den och vad den ledde till."""
    try:
        around = surroundings.find()
        held = around.token(token, roles=services.ROLES)
        found = asyncio.run(_follow(id, {name: around.url(name) for name in around.urls or SERVICES}, held))
    except NowhereToGo as error:
        screen.leave(error.sv, error.en)
    if json:
        screen.as_json(found.told())
    else:
        _show_journey(found)
    raise typer.Exit(0 if found.found else screen.REFUSED)


async def _follow(id: str, urls: Mapping[str, str], token: str) -> Journey:
    async with httpx.AsyncClient(trust_env=False) as client:
        return await follow(id, urls, token, client)


def _show_journey(found: Journey) -> None:
    if not found.found:
        screen.notices().print(
            said("Ingen tjänst känner till händelsen.", "No service knows of the event."), style="red"
        )
    table = Table()
    for heading in (said("När", "When"), said("Tjänst", "Service"), said("Vad", "What"), said("Typ", "Type"), "Id"):
        table.add_column(heading, overflow="fold")
    for step in found.steps:
        what = KINDS[step.kind].in_language(language())
        reason = f" ({step.details['reason']})" if "reason" in step.details else ""
        kind = "  " * step.depth + str(step.type or "–").removeprefix("se.samverk.")
        style = "red" if step.worry else None
        table.add_row((step.at or "–")[:19], step.service, what + reason, kind, step.event, style=style)
    screen.show(table)
    if found.cut:
        words = said("Fler händelser än så följs inte.", "No more events than these are followed.")
        screen.notices().print(words, style="yellow")


@app.command()
def lag(service: Service = None, token: options.Token = None, json: options.Json = False) -> None:
    """Visa hur mycket som är oläst per ämne (topic), hur gammalt det är och när det är läst."""
    found: dict[str, Mapping[str, Any]] = {}
    for name in services.named(service):
        with services.client(name, token) as client:
            found[name] = services.answer(client.get("/operations/lag"))
    if json:
        screen.as_json(found)
        return
    table = Table()
    headings = (said("Ämne", "Topic"), said("Oläst", "Unread"), said("Äldsta, s", "Oldest, s"))
    for heading in (said("Tjänst", "Service"), *headings, said("Tom om, s", "Empty in, s"), said("Paus", "Pause")):
        table.add_column(heading, overflow="fold")
    for name, answer in found.items():
        for row in _lag_rows(answer):
            table.add_row(name, *row)
    screen.show(table)


def _lag_rows(answer: Mapping[str, Any]) -> list[tuple[str, ...]]:
    """Topics that are behind or paused; one line of all the others together."""
    paused = {pause["topic"]: pause["reason"] for pause in answer["paused"]}
    behind = [topic for topic in answer["topics"] if topic["records"]]
    rows: list[tuple[str, ...]] = [
        (
            t["topic"],
            str(t["records"]),
            _seconds(t["seconds"]),
            _seconds(t["zero_in_seconds"]),
            paused.pop(t["topic"], ""),
        )
        for t in behind
    ]
    rows += [(topic, "", "", "", reason) for topic, reason in paused.items()]
    if len(behind) < len(answer["topics"]):
        number = len(answer["topics"]) - len(behind)
        rows.append((said(f"{number} andra", f"{number} others"), "0", "0", "0", ""))
    return rows


def _seconds(value: float | None) -> str:
    return "–" if value is None else f"{value:.1f}"


@app.command()
def replay(
    service: OneService,
    reason: Annotated[
        str | None, typer.Option("--reason", help="Bara de med detta skäl, t.ex. wrong_shape.", show_default=False)
    ] = None,
    event_type: Annotated[
        str | None, typer.Option("--type", help="Bara händelser av denna typ.", show_default=False)
    ] = None,
    municipality: Annotated[
        str | None, typer.Option("--municipality", "-m", help="Bara denna kommuns (kod).", show_default=False)
    ] = None,
    since: Annotated[
        str | None, typer.Option("--since", help="Bara de som lagts åt sidan från och med (RFC 3339).")
    ] = None,
    until: Annotated[str | None, typer.Option("--until", help="Bara de som lagts åt sidan före (RFC 3339).")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Visa bara vad som skulle skickas.")] = False,
    force_because: Annotated[
        str | None,
        typer.Option("--force-because", help="Också de som skickats igen för ofta, av detta skäl.", show_default=False),
    ] = None,
    token: options.Token = None,
    json: options.Json = False,
) -> None:
    """Skicka igen allt som lagts åt sidan och passar urvalet. Ctrl-C slutar bara visa förloppet."""
    wanted = {
        "reason": reason,
        "event_type": event_type,
        "municipality": municipality,
        "since": since,
        "until": until,
    }
    order = {"filter": {name: value for name, value in wanted.items() if value}, "dry_run": dry_run}
    if force_because:
        order["forced_because"] = force_because
    with services.client(services.named(service)[0], token) as client:
        job = services.answer(client.post("/operations/replays", json=order))
        if not dry_run:
            job = _watched(client, job)
    if json:
        screen.as_json(job)
    else:
        _tell(job)
    raise typer.Exit(screen.REFUSED if job["held"] or job.get("outcome") == "stopped" else 0)


def _watched(client: httpx.Client, job: Mapping[str, Any]) -> Mapping[str, Any]:
    """The replay as it stands when it has ended, with a bar meanwhile."""
    with screen.progress() as bar:
        task = bar.add_task(said("Skickar igen", "Sending again"), total=job["total"])
        while not job["outcome"]:
            bar.update(task, completed=job["sent"] + job["held"])
            time.sleep(_POLL_SECONDS)
            job = services.answer(client.get(f"/operations/replays/{job['id']}"))
        bar.update(task, completed=job["sent"] + job["held"])
    return job


def _tell(job: Mapping[str, Any]) -> None:
    held = job["held"]
    if job.get("dry_run"):
        number = job["total"] - held
        screen.answers().print(said(f"{number} skulle skickas igen.", f"{number} would be sent again."))
    else:
        number = job["sent"]
        screen.answers().print(said(f"{number} skickade igen.", f"{number} sent again."))
    if held:
        screen.answers().print(
            said(
                f"{held} har skickats igen så många gånger att --force-because behövs.",
                f"{held} have been sent again so many times that --force-because is needed.",
            )
        )


@app.command()
def pause(
    topic: Topic, service: OneService, reason: Why, token: options.Token = None, json: options.Json = False
) -> None:
    """Sluta läsa ett ämne (topic) tills vidare. Inget går förlorat: köns händelser väntar."""
    with services.client(services.named(service)[0], token) as client:
        order = {"topic": topic, "reason": reason}
        _tell_pause(services.answer(client.post("/operations/pauses", json=order)), json)


@app.command()
def resume(
    topic: Topic, service: OneService, reason: Why, token: options.Token = None, json: options.Json = False
) -> None:
    """Läs ett pausat ämne (topic) igen."""
    with services.client(services.named(service)[0], token) as client:
        answer = client.post(f"/operations/pauses/{topic}/resume", json={"reason": reason})
        _tell_pause(services.answer(answer), json)


def _tell_pause(answer: Mapping[str, Any], json: bool) -> None:
    if json:
        screen.as_json(answer)
        return
    topic, paused = answer["topic"], answer["paused"]
    if paused:
        words = (f"{topic} läses inte längre.", f"{topic} is no longer read.")
    else:
        words = (f"{topic} läses igen.", f"{topic} is read again.")
    if not answer["new"]:
        words = (f"{topic}: så var det redan.", f"{topic}: it was so already.")
    screen.answers().print(said(*words), markup=False)


@app.command()
def audit(
    service: Service = None,
    limit: Annotated[int, typer.Option("--limit", min=1, max=500, help="Högst så många per tjänst.")] = 50,
    token: options.Token = None,
    json: options.Json = False,
) -> None:
    """Visa vad driften har gjort: vem, när, vad och varför."""
    found: dict[str, list[Mapping[str, Any]]] = {}
    for name in services.named(service):
        with services.client(name, token) as client:
            found[name] = services.answer(client.get("/operations/log", params={"limit": limit}))["log"]
    if json:
        screen.as_json(found)
        return
    table = Table()
    headings = (said("Vem", "Who"), said("Åtgärd", "Action"), said("Vad", "What"), said("Utfall", "Outcome"))
    for heading in (said("När", "When"), said("Tjänst", "Service"), *headings):
        table.add_column(heading, overflow="fold")
    lines = [(line["at"], name, line) for name, log in found.items() for line in log]
    for at, name, line in sorted(lines, key=lambda each: each[0], reverse=True):
        what = ", ".join(f"{key}: {value}" for key, value in line["arguments"].items() if value)
        table.add_row(at[:19], name, line["subject"], line["action"], what, line["outcome"])
    screen.show(table)
