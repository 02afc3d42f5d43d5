"""`samverk dlq list|show|replay`: records that the services have set aside."""

from collections.abc import Mapping
from typing import Annotated, Any

import httpx
import typer
from rich.table import Table

from samverk import screen, services
from samverk.commands import options
from samverk.words import language, said
from shared.texts import Text

app = typer.Typer(no_args_is_help=True, help="Uppgifter som tjänsterna lagt åt sidan: lista, visa, skicka igen.")
_PAGE = 500

Service = Annotated[
    str | None,
    typer.Option(
        "--service", help="En tjänst: catalogue, admissions, pricing eller guidance; annars alla.", show_default=False
    ),
]
OneService = Annotated[str, typer.Option("--service", help="Tjänsten som lagt uppgiften åt sidan.", show_default=False)]
Reason = Annotated[
    str | None, typer.Option("--reason", help="Bara de med detta skäl, t.ex. wrong_shape.", show_default=False)
]


@app.command("list")
def list_letters(
    service: Service = None,
    reason: Reason = None,
    limit: Annotated[int, typer.Option("--limit", min=1, help="Högst så många per tjänst.")] = 100,
    token: options.Token = None,
    json: options.Json = False,
) -> None:
    """Lista uppgifter som lagts åt sidan, utan innehåll."""
    found: dict[str, list[Mapping[str, Any]]] = {}
    for name in services.named(service):
        with services.client(name, token) as client:
            found[name] = _pages(client, reason, limit)
    if json:
        screen.as_json(found)
        return
    screen.show(_table(found))


@app.command()
def show(
    id: Annotated[str, typer.Argument(help="Uppgiftens id, som list visar det.", show_default=False)],
    service: OneService,
    token: options.Token = None,
) -> None:
    """Visa en uppgift. Personuppgifter är maskerade."""
    with services.client(services.named(service)[0], token) as client:
        screen.as_json(services.answer(client.get(f"/dead-letters/{id}")))


@app.command()
def replay(
    service: OneService,
    ids: Annotated[
        list[str] | None, typer.Argument(help="Id på uppgifterna; annars --reason.", show_default=False)
    ] = None,
    reason: Reason = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Visa bara vad som skulle skickas.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Också de som redan skickats igen flera gånger.")] = False,
    token: options.Token = None,
    json: options.Json = False,
) -> None:
    """Skicka uppgifter igen, precis som de var, till ämnet (topic) de kom från."""
    if bool(ids) == bool(reason):
        screen.leave("Ange antingen id eller --reason.", "Give either ids or --reason.")
    order = ({"ids": ids} if ids else {"reason": reason}) | {"dry_run": dry_run, "force": force}
    with services.client(services.named(service)[0], token) as client:
        answer = services.answer(client.post("/dead-letters/replay", json=order))
    if json:
        screen.as_json(answer)
    else:
        _tell(answer)
    raise typer.Exit(screen.REFUSED if answer["held"] else 0)


def _tell(answer: Mapping[str, Any]) -> None:
    number, held = len(answer["replayed"]), len(answer["held"])
    if answer["dry_run"]:
        screen.answers().print(said(f"{number} skulle skickas igen.", f"{number} would be sent again."))
    else:
        screen.answers().print(said(f"{number} skickade igen.", f"{number} sent again."))
    if held:
        screen.answers().print(
            said(
                f"{held} har skickats igen så många gånger att --force behövs.",
                f"{held} have been sent again so many times that --force is needed.",
            )
        )


def _pages(client: httpx.Client, reason: str | None, limit: int) -> list[Mapping[str, Any]]:
    found: list[Mapping[str, Any]] = []
    wanted = {"reason": reason} if reason else {}
    after: dict[str, str] = {}
    while len(found) < limit:
        params = {**wanted, **after, "limit": str(min(_PAGE, limit - len(found)))}
        page = services.answer(client.get("/dead-letters", params=params))
        found += page["dead_letters"]
        if not page["next"]:
            break
        after = {"after": str(page["next"])}
    return found


def _table(found: Mapping[str, list[Mapping[str, Any]]]) -> Table:
    table = Table()
    headings = (
        said("Tjänst", "Service"),
        "Id",
        said("Skäl", "Reason"),
        said("Typ", "Type"),
        said("Lagd åt sidan", "Set aside"),
        said("Att åtgärda", "What to mend"),
    )
    for heading in headings:
        table.add_column(heading, overflow="fold")
    for service, letters in found.items():
        for letter in letters:
            faults = [Text(each["sv"], each["en"]).in_language(language()) for each in letter["faults"]]
            kind = str(letter["event_type"] or "–").removeprefix("se.samverk.")
            table.add_row(service, letter["id"], letter["reason"], kind, letter["kept_at"][:19], "\n".join(faults))
    return table
