"""Options that several commands share. Help texts are Swedish; `help_en` has them in English."""

from typing import Annotated

import typer

Json = Annotated[bool, typer.Option("--json", help="Skriv svaret som JSON.")]
Token = Annotated[
    str | None,
    typer.Option(
        "--token", help="Bärartoken; annars SAMVERK_TOKEN, annars en från den lokala utfärdaren.", show_default=False
    ),
]
File = Annotated[
    str, typer.Argument(help="Fil med händelser (JSON Lines) eller CSV; - läser standard in.", show_default=False)
]
Kind = Annotated[
    str | None,
    typer.Option(
        "--type",
        help="Vad CSV-filen innehåller: applications, replies, grades, cost-bases, offerings. Annars avgör kolumnerna.",
        show_default=False,
    ),
]
System = Annotated[str, typer.Option("--system", help="Det lokala systemets namn i händelsernas source.")]
Revision = Annotated[int, typer.Option("--revision", min=1, help="Revision för rader i CSV som inte anger någon.")]
Municipality = Annotated[
    str, typer.Option("--municipality", "-m", help="Kommunkod, fyra siffror, t.ex. 2281.", show_default=False)
]
