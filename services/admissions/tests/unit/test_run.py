"""A whole run: from reports to hashed, verified decisions."""

from dataclasses import replace
from datetime import UTC, datetime

from admissions.domain.assessment import Held, Offering
from admissions.domain.grades import Occasion
from admissions.domain.placement import Outcome
from admissions.domain.rounds import named
from admissions.domain.run import Run, run_round
from services.admissions.tests.builders import applicant, grades, revision, the_rules

EK, NA, BA = "2281-EK-1", "2281-NA-1", "2284-BA-1"
OFFERINGS = [Offering(EK, "2281", "EK", 1), Offering(NA, "2281", "NA", 5), Offering(BA, "2284", "BA", 5)]
EIGHT = dict.fromkeys(["SV", "EN", "MA", "BL", "HKK", "IDH", "MU", "SL"], "E")


def run(*applicants, this: str = "preliminary", offerings=OFFERINGS, seed: int = 1) -> Run:  # type: ignore[no-untyped-def]
    return run_round(named(this), the_rules(), offerings, applicants, seed)


def test_the_same_input_and_seed_give_the_same_hash_whatever_the_order() -> None:
    people = [applicant(name, EK, NA) for name in "abcdef"]
    first, again, other = run(*people), run(*reversed(people)), run(*people, seed=2)

    assert first.decisions_hash == again.decisions_hash
    assert first.input_hash == again.input_hash == other.input_hash
    assert first.decisions_hash != other.decisions_hash


def test_any_change_of_the_input_changes_its_hash() -> None:
    cut = [replace(OFFERINGS[0], seats=2), *OFFERINGS[1:]]

    assert run(applicant("a", EK)).input_hash != run(applicant("a", EK), offerings=cut).input_hash
    assert run(applicant("a", EK)).input_hash != run(applicant("a", EK, reported=grades("A"))).input_hash


def test_an_unknown_offering_is_an_ineligible_choice_with_its_own_reason() -> None:
    found = run(applicant("a", "2281-XX-9", EK))

    assert [(d.outcome, d.reason) for d in found.decisions] == [
        (Outcome.INELIGIBLE, "unknown_offering"),
        (Outcome.ADMITTED, "priority_reached"),
    ]


def test_an_unplaced_applicant_has_a_cause() -> None:
    found = run(
        applicant("a", EK, reported=grades("A")), applicant("b", EK), applicant("c", EK, BA, reported={}),
        applicant("d", NA, reported=EIGHT),
    )  # fmt: skip
    causes = {a.applicant: found.unplaced_because(a) for a in found.assessments}
    missing = {a.applicant: a.missing for a in found.assessments}

    assert causes == {"a": None, "b": "no_place", "c": "ineligible", "d": "ineligible"}
    assert missing["b"] == ()
    assert missing["d"][:3] == ("BI", "FY", "KE")
    assert "BA" in found.assessments[3].open


def test_the_final_round_counts_later_grades_and_the_preliminary_does_not() -> None:
    raised = replace(
        applicant("a", BA, reported={}), grades={Occasion.AUTUMN: {}, Occasion.FINAL: EIGHT, Occasion.LOVSKOLA: {}}
    )

    assert run(raised).admitted == {}
    assert "a" in run(raised, this="final").admitted


def test_a_holder_who_does_not_stay_takes_part_with_the_held_place_only() -> None:
    found = run(applicant("a", EK, NA, held=Held(NA, stays=False)), this="reserve-1")

    assert [(d.offering, d.rank, d.outcome, d.reason) for d in found.decisions] == [
        (NA, 2, Outcome.ADMITTED, "place_kept")
    ]


def test_a_holder_who_stays_moves_up_when_there_is_room() -> None:
    found = run(applicant("a", EK, NA, held=Held(NA, stays=True)), this="reserve-1")

    assert found.admitted["a"].offering == EK


def test_a_held_place_outside_a_late_change_is_kept_as_the_last_choice() -> None:
    late = revision(2, BA, on=datetime(2027, 7, 20, tzinfo=UTC))
    holder = applicant("a", held=Held(NA, stays=True), revisions=(revision(1, NA), late))
    full = [replace(OFFERINGS[2], seats=0), *OFFERINGS[:2]]

    assert run(holder, this="reserve-1").admitted["a"].offering == BA
    assert run(holder, this="reserve-1", offerings=full).admitted["a"].offering == NA


def test_a_holder_keeps_the_place_though_the_offering_was_withdrawn() -> None:
    found = run(applicant("a", EK, held=Held(EK, stays=True)), this="reserve-1", offerings=OFFERINGS[1:])

    assert found.admitted["a"].offering == EK
