"""`samverk demo`."""

from pathlib import Path
from typing import Annotated

import typer

from samverk import screen
from samverk.commands.stack import TROUBLE, explained

DEFAULT_SEED = 20270816


def demo(
    applicants: Annotated[int, typer.Option("--applicants", min=50, max=200_000, help="Antal sökande.")] = 3_000,
    seed: Annotated[
        int, typer.Option("--seed", envvar="SAMVERK_SEED", help="Frö: samma frö ger samma personer, val och utfall.")
    ] = DEFAULT_SEED,
    keep: Annotated[bool, typer.Option("--keep", help="Låt stacken köra vidare efteråt, tills Ctrl-C.")] = False,
    report: Annotated[Path, typer.Option("--report", help="Mapp för rapportens filer.")] = Path("demo-report"),
) -> None:
    """Spela upp ett helt år i en påhittad region på riktiga komponenter, och granska utfallet."""
    from samverk.demo.play import Order, play

    try:
        sound = play(Order(applicants, seed, keep, report))
    except TROUBLE as error:
        screen.leave(*explained(error), screen.REFUSED)
    except KeyboardInterrupt:
        raise typer.Exit(130) from None
    raise typer.Exit(0 if sound else screen.REFUSED)
