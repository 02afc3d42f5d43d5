"""The report on the screen."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from rich.console import Console
from rich.table import Table

from samverk.demo.checks import Files, Row
from samverk.demo.outcome import Outcome
from samverk.demo.verdicts import Verdict
from samverk.demo.year import kronor
from samverk.words import language, said
from shared.texts import Text


def show(console: Console, outcome: Outcome, files: Files, found: Sequence[Verdict]) -> None:
    """Everything, in the order of the year."""
    console.print(_offerings(outcome, files))
    console.print(_matrix(outcome))
    console.print(_guidance(outcome))
    console.print(_events(outcome))
    console.print(_refusals(outcome))
    console.print(_checks(found))
    for verdict in found:
        for fault in verdict.faults:
            console.print(f"  {verdict.name.in_language(language())}: {fault}", style="red", markup=False)


def _table(title: str, *columns: str, right: Iterable[int] = ()) -> Table:
    table = Table(title=title, title_justify="left", header_style="bold")
    for place, column in enumerate(columns):
        table.add_column(column, justify="right" if place in right else "left")
    return table


def _offerings(outcome: Outcome, files: Files) -> Table:
    table = _table(
        said("Utbud och antagning", "Offerings and admissions"),
        said("Kommun", "Municipality"),
        said("Program", "Programme"),
        said("Platser", "Seats"),
        said("Förstahands-val", "First-hand choices"),
        said("Antagna", "Admitted"),
        said("Tackat ja", "Accepted"),
        said("Lägsta merit", "Lowest merit"),
        right=range(2, 7),
    )
    groups: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in files.offerings.values():
        groups[row["municipality"], row["programme"]].append(row)
    for home in outcome.cast.region.municipalities:
        own = [(programme, rows) for (code, programme), rows in groups.items() if code == home.code]
        for number, (programme, rows) in enumerate(own):
            table.add_row(home.name if number == 0 else "", programme, *_sums(rows), _limit(rows))
        total = [row for _, rows in own for row in rows]
        table.add_row("", said("summa", "total"), *_sums(total), "", style="bold", end_section=True)
    return table


def _sums(rows: Sequence[Row]) -> Iterator[str]:
    for column in ("seats", "first_hand", "admitted", "accepted"):
        yield str(sum(int(row[column]) for row in rows))


def _limit(rows: Sequence[Row]) -> str:
    """The lowest merit admitted says something only where somebody had to wait."""
    full = [row for row in rows if int(row["admitted"]) >= int(row["seats"]) and row["lowest_merit"]]
    if len(full) < len(rows):
        return said("alla behöriga", "all eligible")
    return str(min(float(row["lowest_merit"]) for row in full))


def _matrix(outcome: Outcome) -> Table:
    homes = outcome.cast.region.municipalities
    table = _table(
        said(
            "Avräkning augusti–december, kronor (rad betalar, kolumn får)",
            "Settlements August–December, SEK (row pays column)",
        ),
        said("Betalar", "Pays"),
        *(home.name for home in homes),
        said("Summa", "Total"),
        right=range(1, len(homes) + 2),
    )
    owed: Counter[tuple[str, str]] = Counter()
    for each in outcome.settlements:
        owed[each["payer"], each["payee"]] += each["amount_ore"]
    for payer in homes:
        row = [owed[payer.code, payee.code] for payee in homes]
        table.add_row(payer.name, *(kronor(amount) if amount else "·" for amount in row), kronor(sum(row)))
    got = [sum(owed[payer.code, payee.code] for payer in homes) for payee in homes]
    table.add_row(said("Får", "Gets"), *map(kronor, got), kronor(sum(got)), style="bold")
    net = [get - sum(owed[home.code, payee.code] for payee in homes) for home, get in zip(homes, got, strict=True)]
    table.add_row(said("Netto", "Net"), *map(kronor, net), kronor(sum(net)), style="bold")
    return table


def _guidance(outcome: Outcome) -> Table:
    table = _table(
        said("Vägledning", "Guidance"),
        said("Hemkommun", "Home municipality"),
        said("Ärenden", "Cases"),
        said("obehöriga", "ineligible"),
        said("utan plats", "no place"),
        said("Öppna", "Open"),
        said("Bokade samtal", "Sessions booked"),
        said("hos annan kommun", "in another municipality"),
        right=range(1, 7),
    )
    for home in outcome.cast.region.municipalities:
        own = [case for case in outcome.cases.values() if case["home_municipality"] == home.code]
        sessions = [each for each in outcome.sessions if each["home_municipality"] == home.code]
        across = sum(each["counsellor_municipality"] != home.code for each in sessions)
        causes = Counter(case["cause"] for case in own)
        still_open = sum(case["status"] == "open" for case in own)
        numbers = (len(own), causes["ineligible"], causes["no_place"], still_open, len(sessions), across)
        table.add_row(home.name, *map(str, numbers))
    return table


def _events(outcome: Outcome) -> Table:
    table = _table(
        said("Händelser från kommunerna", "Events from the municipalities"),
        said("Typ", "Type"),
        said("Mottagna", "Taken"),
        said("Avvisade", "Refused"),
        said("vid dörren", "at the door"),
        said("Oläsliga", "Dead-lettered"),
        said("Upprepade", "Repeats"),
        right=range(1, 6),
    )
    made = outcome.account
    ends = (made.taken, made.refused, made.at_door, made.dead, made.repeats)
    for kind in sorted({kind for counter in ends for kind in counter}):
        table.add_row(kind.removeprefix("se.samverk."), *(str(counter[kind]) for counter in ends))
    title = said(f"skickade: {made.sent}", f"sent: {made.sent}")
    table.add_row(title, *(str(counter.total()) for counter in ends), style="bold")
    return table


def _refusals(outcome: Outcome) -> Table:
    table = _table(
        said("Avvisat, som avsändaren fick veta det", "Refused, as the sender was told"),
        said("Kommun", "Municipality"),
        said("Skäl", "Reason"),
        said("Antal", "Number"),
        said("Att åtgärda", "What to mend"),
        right=(2,),
    )
    names = {home.code: home.name for home in outcome.cast.region.municipalities}
    counted: Counter[tuple[str, str, str]] = Counter()
    for door in outcome.refused_at_door:
        words = " ".join(Text(fault.sv, fault.en).in_language(language()) for fault in door.faults)
        counted[names[door.municipality], said("vid dörren", "at the door"), words] += 1
    for each in outcome.refused_afterwards:
        counted[names[each["topic"].split(".")[1]], each["reason"], _words(each["faults"])] += 1
    for (name, reason, words), number in counted.items():
        table.add_row(name, reason, str(number), words)
    return table


def _words(faults: Sequence[Mapping[str, str]]) -> str:
    return " ".join(Text(fault["sv"], fault["en"]).in_language(language()) for fault in faults)


def _checks(found: Sequence[Verdict]) -> Table:
    table = _table(said("Kontroller", "Checks"), said("Kontroll", "Check"), said("Utfall", "Outcome"))
    for verdict in found:
        sound = "[green]" + said("stämmer", "sound") + "[/green]"
        broken = "[red]" + said(f"{len(verdict.faults)} fel", f"{len(verdict.faults)} faults") + "[/red]"
        table.add_row(verdict.name.in_language(language()), sound if verdict.sound else broken)
    return table
