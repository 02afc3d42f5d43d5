"""The year's checks find what is planted, and nothing where nothing is."""

import csv
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from samverk.demo import accounts, checks
from samverk.demo.checks import Files
from samverk.demo.files import COLUMNS
from samverk.demo.journal import DoorRefusal, Journal
from samverk.demo.ledger import Inbound, Ledger
from samverk.demo.merit_again import eligible, merit
from samverk.demo.region import load
from samverk.demo.reports import OFFERING

PROGRAMMES = load(3_000).programmes
SUBJECTS = ("BL", "EN", "HKK", "IDH", "MA", "MU", "BI", "FY", "KE", "GE", "HI", "RE", "SH", "SL", "SV", "TK")
Tables = dict[str, list[dict[str, str]]]


def all_of(grade: str, **others: str) -> dict[str, str]:
    return dict.fromkeys(SUBJECTS, grade) | others


def listed(grades: dict[str, str]) -> str:
    return " ".join(f"{subject}:{grade}" for subject, grade in grades.items())


def choice(applicant: str, rank: int, offering: str, merit: str, **changed: str) -> dict[str, str]:
    return {
        "round": "final", "applicant": applicant, "rank": str(rank), "offering": offering, "eligible": "1",
        "reception": "1", "timely": "1", "merit": merit, "lottery": "5", "holds": "0", "ground": "residence",
    } | changed  # fmt: skip


def decision(applicant: str, rank: int, offering: str, outcome: str) -> dict[str, str]:
    return {"round": "final", "applicant": applicant, "rank": str(rank), "offering": offering, "outcome": outcome}


def applicant(name: str, grade: str, value: str, **changed: str) -> dict[str, str]:
    own = {"applicant": name, "home_municipality": "2281", "merit": value, "grades": listed(all_of(grade))}
    return own | {"last_round": "final"} | changed


@pytest.fixture
def tables() -> Tables:
    """One seat at E in another municipality, two who want it: the better one has it, the other has a case."""
    return {
        "offerings": [
            {"offering": "E", "municipality": "2262", "programme": "EK", "seats": "1"},
            {"offering": "F", "municipality": "2281", "programme": "EK", "seats": "0"},
        ],
        "applicants": [
            applicant("a", "A", "320.0", place="E"),
            applicant("b", "C", "240.0", unplaced_because="no_place", case="1", case_status="open"),
        ],
        "choices": [choice("a", 1, "E", "320.0"), choice("b", 1, "E", "240.0"), choice("b", 2, "F", "240.0")],
        "decisions": [
            decision("a", 1, "E", "admitted"), decision("b", 1, "E", "reserve"), decision("b", 2, "F", "reserve"),
        ],
        "prices": [{"price_year": "2027", "programme": "EK", "yearly_price_ore": "1000"}],
        "settlements": [
            {"month": "2027-08", "payer": "2281", "payee": "2262", "applicant": "a", "programme": "EK", "offering": "E",
             "amount_ore": "83"},
        ],
        "refused": [],
    }  # fmt: skip


def faults(tables: Tables, folder: Path) -> set[str]:
    """The names of the checks that find fault."""
    for name, columns in COLUMNS.items():
        with (folder / f"{name}.csv").open("w", newline="") as file:
            writer = csv.DictWriter(file, columns, restval="")
            writer.writeheader()
            writer.writerows(tables[name])
    files = Files(folder)
    run: dict[str, Callable[[], Iterable[str]]] = {
        "one_seat_each": lambda: checks.one_seat_each(files),
        "capacity": lambda: checks.capacity(files),
        "stability": lambda: checks.stability(files),
        "merits": lambda: checks.merits(files),
        "eligibility": lambda: checks.eligibility(files, PROGRAMMES),
        "settlements": lambda: checks.settlements(files, ["2027-08"]),
        "protected": lambda: checks.protected_settlements(files),
        "zero": lambda: checks.sum_to_zero(files),
        "cases": lambda: checks.cases(files),
    }
    return {name for name, check in run.items() if list(check())}


def test_a_sound_year_has_no_faults(tables: Tables, tmp_path: Path) -> None:
    assert faults(tables, tmp_path) == set()


def test_two_seats_for_one_are_found(tables: Tables, tmp_path: Path) -> None:
    tables["offerings"][1]["seats"] = "1"
    tables["decisions"][1]["outcome"] = tables["decisions"][2]["outcome"] = "admitted"
    assert {"one_seat_each", "capacity"} <= faults(tables, tmp_path)


def test_a_free_seat_while_somebody_waits_is_found(tables: Tables, tmp_path: Path) -> None:
    tables["offerings"][1]["seats"] = "1"
    assert faults(tables, tmp_path) == {"stability"}


@pytest.mark.parametrize(
    ("column", "better", "worse"),
    [("merit", "320.0", "319.9"), ("reception", "1", "2"), ("timely", "1", "0"), ("lottery", "4", "5")],
)
def test_somebody_ahead_who_waits_is_found(
    tables: Tables, tmp_path: Path, column: str, better: str, worse: str
) -> None:
    first, second = tables["choices"][0], tables["choices"][1]
    second["merit"] = first["merit"]
    first[column], second[column] = worse, better
    assert "stability" in faults(tables, tmp_path)
    first[column], second[column] = better, worse
    assert "stability" not in faults(tables, tmp_path)


def test_who_holds_a_place_is_never_before_anybody_unjustly(tables: Tables, tmp_path: Path) -> None:
    tables["choices"][0] |= {"holds": "1", "merit": "100.0"}
    assert "stability" not in faults(tables, tmp_path)


def test_a_wrong_merit_value_is_found(tables: Tables, tmp_path: Path) -> None:
    tables["applicants"][0]["merit"] = "322.5"
    assert faults(tables, tmp_path) == {"merits"}


def test_wrong_eligibility_is_found_both_ways(tables: Tables, tmp_path: Path) -> None:
    tables["applicants"][1]["grades"] = listed(all_of("C", MA="F", M2SPA="C"))
    assert faults(tables, tmp_path) == {"eligibility"}
    tables["choices"][1]["eligible"] = tables["choices"][2]["eligible"] = "0"
    tables["decisions"][1]["outcome"] = tables["decisions"][2]["outcome"] = "ineligible"
    assert faults(tables, tmp_path) == set()
    tables["applicants"][1]["grades"] = listed(all_of("C"))
    assert faults(tables, tmp_path) == {"eligibility"}


@pytest.mark.parametrize("changed", [{"amount_ore": "84"}, {"payer": "2284"}, {"offering": "F"}, {"applicant": "b"}])
def test_a_settlement_one_ore_or_one_pupil_wrong_is_found(
    tables: Tables, tmp_path: Path, changed: dict[str, str]
) -> None:
    tables["settlements"][0] |= changed
    assert faults(tables, tmp_path) == {"settlements"}


def test_a_settlement_that_lacks_or_is_doubled_is_found(tables: Tables, tmp_path: Path) -> None:
    line = tables["settlements"].pop()
    assert faults(tables, tmp_path) == {"settlements"}
    tables["settlements"] += [line, line]
    assert faults(tables, tmp_path) == {"settlements"}


def test_paying_oneself_and_a_pupil_nobody_placed_are_found(tables: Tables, tmp_path: Path) -> None:
    extra = {**tables["settlements"][0], "applicant": "", "payee": "2281"}
    tables["settlements"].append(extra)
    assert faults(tables, tmp_path) == {"zero", "protected"}


def test_somebody_left_alone_is_found(tables: Tables, tmp_path: Path) -> None:
    tables["applicants"][1] |= {"case": "", "case_status": ""}
    assert faults(tables, tmp_path) == {"cases"}
    tables["applicants"][0] |= {"case": "2", "case_status": "open"}
    assert faults(tables, tmp_path) == {"cases"}


def test_sessions_that_overlap_are_found_and_neighbours_are_not() -> None:
    def session(counsellor: str, pupil: str, starts: str, ends: str) -> dict[str, str]:
        return {"counsellor": counsellor, "applicant": pupil, "starts_at": starts, "ends_at": ends}

    neighbours = [session("v", "a", "T08:00", "T08:30"), session("v", "b", "T08:30", "T09:00")]
    assert list(checks.no_overlap(neighbours)) == []
    assert list(checks.no_overlap([*neighbours, session("v", "c", "T08:29", "T08:40")]))
    assert list(checks.no_overlap([*neighbours, session("w", "a", "T08:00", "T08:30")]))


def test_merit_is_sixteen_best_and_m2_on_top() -> None:
    assert merit(all_of("A")) == 320
    assert merit(all_of("A", M2SPA="A")) == 340
    assert merit(all_of("E", M2SPA="E")) == 170
    assert merit(all_of("C", ML="A", M1SPA="E")) == 245
    assert merit(all_of("C", SVA="A")) == 245
    assert merit(dict.fromkeys(SUBJECTS[:8], "E")) == 80


def test_eligibility_by_kind_of_programme() -> None:
    eight = dict.fromkeys(("SV", "EN", "MA", "BL", "HKK", "IDH", "MU", "SL"), "E")
    assert eligible(eight, PROGRAMMES["BA"])
    assert not eligible(eight, PROGRAMMES["EK"])
    assert not eligible(eight | {"MA": "F", "TK": "A", "BI": "A"}, PROGRAMMES["BA"])
    assert eligible(all_of("E", BI="-", FY="F", KE="F"), PROGRAMMES["EK"])
    assert not eligible(all_of("E", BI="-"), PROGRAMMES["NA"])


def inbound(offset: int, event: str | None, content: bytes = b"x") -> Inbound:
    place = ("in.2281.catalogue", 0, offset)
    return Inbound(place, event, OFFERING if event else None, content if event else None)


def answer(offset: int, reason: str) -> dict[str, object]:
    return {"topic": "in.2281.catalogue", "partition": 0, "offset": offset, "reason": reason}


@pytest.fixture
def ledger() -> Ledger:
    """Taken, a repeat of it, another content under its id, a broken one and its repeat, and one that is no event."""
    made = Ledger(
        inbound=[
            inbound(0, "good"), inbound(1, "good"), inbound(2, "good", b"other"), inbound(3, "bad"), inbound(4, "bad"),
            inbound(5, None),
        ],
        answers=[answer(2, "same_id_other_content"), answer(3, "wrong_shape"), answer(5, "not_json")],
    )  # fmt: skip
    made.dead = {(str(each["topic"]), 0, int(str(each["offset"]))): str(each["reason"]) for each in made.answers}
    return made


def journal() -> Journal:
    made = Journal(confirmed=Counter(good=3, bad=2), nameless=1)
    made.at_door.append(DoorRefusal("2281", "catalogue", OFFERING, "never", ()))
    return made


def test_every_event_has_one_end(ledger: Ledger) -> None:
    made = accounts.account(journal(), ledger)
    ends = (made.taken, made.refused, made.dead, made.repeats, made.at_door)
    assert [counter.total() for counter in ends] == [1, 2, 1, 2, 1]
    assert accounts.faults(made, journal(), ledger) == []


def test_an_event_that_vanished_or_came_from_nowhere_is_found(ledger: Ledger) -> None:
    lost = ledger.inbound.pop(1)
    assert accounts.faults(accounts.account(journal(), ledger), journal(), ledger)
    ledger.inbound += [lost, inbound(9, "stranger")]
    assert accounts.faults(accounts.account(journal(), ledger), journal(), ledger)


def test_a_dead_letter_without_an_answer_is_found(ledger: Ledger) -> None:
    made = accounts.account(journal(), ledger)
    ledger.dead["in.2281.catalogue", 0, 8] = "failed"
    assert accounts.faults(made, journal(), ledger)


def test_a_service_that_counts_otherwise_is_found(ledger: Ledger) -> None:
    made = accounts.account(journal(), ledger)
    counted = {
        "taken": Counter({OFFERING: 1}),
        "refused": Counter({OFFERING: 2}),
        "dead_lettered": Counter({"unknown": 1}),
        "duplicate": Counter({OFFERING: 2}),
    }
    assert accounts.against_metrics(made, counted) == []
    counted["taken"][OFFERING] = 2
    assert len(accounts.against_metrics(made, counted)) == 1
