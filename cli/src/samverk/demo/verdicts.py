"""All checks of the year, each with what it found."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from samverk.demo import accounts, checks
from samverk.demo.checks import Files
from samverk.demo.journal import Journal
from samverk.demo.ledger import Ledger
from samverk.demo.outcome import Outcome
from shared.texts import Text

_MOST_FAULTS = 20


@dataclass(frozen=True, slots=True)
class Verdict:
    """One check: sound when it found no fault; at most twenty faults are kept."""

    name: Text
    faults: Sequence[str]

    @property
    def sound(self) -> bool:
        return not self.faults


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the checks go by: files, both sides of the account, own counters of the services, what was planted."""

    outcome: Outcome
    folder: Path
    journal: Journal
    ledger: Ledger
    counted: Mapping[str, Counter[str]]
    planted: frozenset[str]
    months: Sequence[str]


def verdicts(evidence: Evidence) -> list[Verdict]:
    """Every check, in the order of the report."""
    files, outcome = Files(evidence.folder), evidence.outcome
    programmes = outcome.cast.region.programmes
    found: Sequence[tuple[str, str, Callable[[], Iterable[str]]]] = (
        ("Varje händelse har sitt slut", "Every event is accounted for", lambda: _accounted(evidence)),
        (
            "Avvisat är det som var fel, inget annat",
            "Refused is what was wrong, nothing else",
            lambda: _refusals(evidence),
        ),
        ("Alla utbildningar med sina platser", "All offerings with their seats", lambda: _offered(outcome)),
        ("Ingen plats två gånger", "No seat twice", lambda: checks.one_seat_each(files)),
        ("Ingenstans fler än platserna", "Nowhere more than the seats", lambda: checks.capacity(files)),
        ("Inget instabilt par", "No unstable pair", lambda: checks.stability(files)),
        ("Meritvärden räknade om", "Merit values reckoned again", lambda: checks.merits(files)),
        ("Behörighet prövad om", "Eligibility tested again", lambda: checks.eligibility(files, programmes)),
        (
            "Avräkningar räknade om till öret",
            "Settlements reckoned again to the öre",
            lambda: _settled(evidence, files),
        ),
        (
            "Avräkningarna går jämnt ut i regionen",
            "Settlements sum to zero over the region",
            lambda: _zero(outcome, files),
        ),
        ("Alla utan plats har ett ärende", "Everyone without a place has a case", lambda: checks.cases(files)),
        ("Inga samtal krockar", "No sessions overlap", lambda: checks.no_overlap(outcome.sessions)),
    )
    return [Verdict(Text(sv, en), list(islice(check(), _MOST_FAULTS))) for sv, en, check in found]


def _accounted(evidence: Evidence) -> Iterator[str]:
    made = evidence.outcome.account
    yield from accounts.faults(made, evidence.journal, evidence.ledger)
    yield from accounts.against_metrics(made, evidence.counted)


def _refusals(evidence: Evidence) -> Iterator[str]:
    refused = Counter(refusal.id for refusal in evidence.outcome.refused_at_door)
    refused.update(each["report_id"] for each in evidence.outcome.refused_afterwards if each["report_id"])
    yield from (f"event {event} is broken and was not refused" for event in evidence.planted - refused.keys())
    yield from (f"event {event} was refused and is not broken" for event in refused.keys() - evidence.planted)
    nameless = sum(each["report_id"] is None for each in evidence.outcome.refused_afterwards)
    if nameless != evidence.journal.nameless:
        yield f"{evidence.journal.nameless} records were no events, {nameless} were answered as such"


def _offered(outcome: Outcome) -> Iterator[str]:
    known = {row["offering"]: row["seats"] for row in outcome.rounds["final"]["offerings"]}
    reported = {name: offering.seats for name, offering in outcome.cast.region.offerings.items()}
    for name in known.keys() | reported.keys():
        if known.get(name) != reported.get(name):
            yield f"{name}: {reported.get(name)} seats reported, {known.get(name)} at admissions"


def _settled(evidence: Evidence, files: Files) -> Iterator[str]:
    yield from checks.settlements(files, evidence.months)
    yield from checks.protected_settlements(files)
    for issued in evidence.outcome.settlements:
        total = sum(line["amount_ore"] for line in issued["lines"])
        if total != issued["amount_ore"]:
            yield f"settlement {issued['settlement']}: {issued['amount_ore']} öre, its lines {total}"
    for row in evidence.outcome.balances["unmatched"]:
        yield f"unmatched: {row}"


def _zero(outcome: Outcome, files: Files) -> Iterator[str]:
    yield from checks.sum_to_zero(files)
    own = outcome.balances["check"]
    if own["sum_ore"] != 0 or own["settlements_unlike_their_lines"]:
        yield f"pricing's own check: {own}"
