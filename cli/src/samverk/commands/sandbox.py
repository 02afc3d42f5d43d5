"""`samverk sandbox`."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from samverk import screen
from samverk.commands import options
from samverk.sandbox.faults import BadFiles
from samverk.sandbox.showing import show_faults, show_verdicts
from samverk.sandbox.telling import told
from samverk.words import said

DEFAULT_SEED, DEFAULT_INTAKE = 1, 2027
_PLACING_STEPS, _CHECKING_STEPS = 5, 3

app = typer.Typer(
    no_args_is_help=True,
    help="Sandlådan: placera, granska och räkna meritvärden på filer, med tjänstens egna regler och utan server.",
)
InDir = Annotated[Path, typer.Argument(help="Mapp med det som ska placeras.", metavar="IN_DIR", show_default=False)]
OutDir = Annotated[Path, typer.Argument(help="Mapp för besluten.", metavar="OUT_DIR", show_default=False)]


@app.command()
def place(
    in_dir: InDir,
    out_dir: OutDir,
    seed: Annotated[
        int, typer.Option("--seed", min=0, help="Frö för de slumptal som saknas; samma frö ger samma beslut.")
    ] = DEFAULT_SEED,
    tie_breakers: Annotated[
        str,
        typer.Option(
            "--tie-breakers",
            help="Särskiljning vid lika meritvärde, i ordning: rank, grade_value, number_of_grades, random "
            "(grade_value och number_of_grades är kolumner i applicants.csv).",
        ),
    ] = "random",
    json: options.Json = False,
) -> None:
    """Placera sökande ur IN_DIR (offerings.csv, applicants.csv, choices.csv); skriv beslut och run.json i OUT_DIR."""
    from samverk.sandbox import placing

    with _bad_files_told(as_json=json), told(_PLACING_STEPS) as tell:
        try:
            record = placing.place(in_dir, out_dir, seed=seed, ties=_ties(tie_breakers), tell=tell)
        except placing.NotSound as error:
            show_verdicts(error.verdicts, as_json=json)
            screen.leave("Placeringen höll inte; inget skrevs.", "The placement did not hold; nothing was written.", 1)
    if json:
        screen.as_json(record)
        return
    counts = record["counts"]
    screen.answers().print(
        said(
            f"{counts['choices']} val av {counts['applicants']} sökande: {counts['admitted']} antagna, "
            f"{counts['reserve']} reservplatser, {counts['struck']} strukna, {counts['ineligible']} obehöriga. "
            "Granskat utan anmärkning.",
            f"{counts['choices']} choices of {counts['applicants']} applicants: {counts['admitted']} admitted, "
            f"{counts['reserve']} places in reserve, {counts['struck']} struck, {counts['ineligible']} ineligible. "
            "Verified without fault.",
        ),
        soft_wrap=True,
    )


@app.command()
def verify(
    in_dir: InDir,
    out_dir: OutDir,
    seed: Annotated[
        int | None,
        typer.Option("--seed", min=0, help="Frö; annars körningens eget, ur run.json.", show_default=False),
    ] = None,
    tie_breakers: Annotated[
        str | None,
        typer.Option("--tie-breakers", help="Särskiljning; annars körningens egen, ur run.json.", show_default=False),
    ] = None,
    json: options.Json = False,
) -> None:
    """Granska beslut, vem som än fattat dem: 0 när allt stämmer, annars 1 och en lista på felen."""
    from samverk.sandbox import checking

    wanted = None if tie_breakers is None else _ties(tie_breakers)
    with _bad_files_told(as_json=json), told(_CHECKING_STEPS) as tell:
        check = checking.verify(in_dir, out_dir, seed=seed, ties=wanted, tell=tell, default_seed=DEFAULT_SEED)
    for note in check.notes:
        screen.notices().print(said(note.sv, note.en), style="yellow", markup=False)
    show_verdicts(check.verdicts, as_json=json)
    if not json and not check.verdicts:
        screen.answers().print(
            said(f"{check.choices} val granskade utan anmärkning.", f"{check.choices} choices verified without fault.")
        )
    raise typer.Exit(screen.REFUSED if check.verdicts else 0)


@app.command()
def merit(
    file: Annotated[
        str, typer.Argument(help="CSV med en rad per betyg; - läser standard in.", metavar="FILE", show_default=False)
    ],
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="Skriv till denna fil i stället för standard ut.", show_default=False),
    ] = None,
    intake_year: Annotated[
        int, typer.Option("--intake-year", help="Antagningsår vars regler ska gälla.")
    ] = DEFAULT_INTAKE,
    json: options.Json = False,
) -> None:
    """Räkna meritvärde och behörighet ur en fil med applicant, subject, grade."""
    from samverk.sandbox import merits, results

    with _bad_files_told(as_json=json):
        found = merits.worths(Path(file), intake_year)
        content = results.as_csv(merits.HEADER, (worth.row() for worth in found))
        if output:
            results.write_files(output.absolute().parent, {output.name: content})
    if json:
        screen.as_json([worth.as_data() for worth in found])
    elif not output:
        sys.stdout.write(content.decode())


def _ties(stated: str) -> tuple[str, ...]:
    from samverk.sandbox import ties

    named = tuple(word for word in (part.strip().lower() for part in stated.split(",")) if word)
    if not ties.known(named):
        screen.leave(
            "Särskiljningen är rank, grade_value, number_of_grades och sist random, var och en högst en gång.",
            "Tie-breakers are rank, grade_value, number_of_grades and, last, random, each at most once.",
        )
    return named


@contextmanager
def _bad_files_told(*, as_json: bool) -> Iterator[None]:
    """Every fault by file, line and column; then exit 2."""
    try:
        yield
    except BadFiles as bad:
        show_faults(bad.faults, as_json=as_json)
        raise typer.Exit(screen.BAD_USE) from None
