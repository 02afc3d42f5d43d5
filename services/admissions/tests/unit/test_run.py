"""A whole run over a small intake: from reports to hashed, verified decisions."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import pytest

from admissions.adapters.snapshots import Snapshot, input_hash, packed, unpacked
from admissions.domain.deciding import REASONS
from admissions.domain.grades import Occasion
from admissions.domain.offerings import Introduction, Mark, Offering, SkillTest
from admissions.domain.placement import OUTCOMES
from admissions.domain.rounds import named
from admissions.domain.run import UNPLACED_BECAUSE, Run, run_round
from services.admissions.tests.builders import SIXTEEN, applicant, grades, revision, the_rules
from services.admissions.tests.small_intake import Applicant, Held, identified, intake_of

EK, NA, BA, IMV, IMY = "2281-EK-1", "2281-NA-1", "2284-BA-1", "2281-NA-IMV", "2281-BA-IMY"
OFFERINGS = [
    Offering(id=EK, municipality="2281", programme="EK", seats=1),
    Offering(id=NA, municipality="2281", programme="NA", seats=5),
    Offering(id=BA, municipality="2284", programme="BA", seats=5),
]
GROUP = Offering(id=IMV, municipality="2281", programme="NA", seats=2, introduction=Introduction.IMV)
TRADE = Offering(id=IMY, municipality="2281", programme="BA", seats=2, introduction=Introduction.IMY)
EIGHT = dict.fromkeys(["SV", "EN", "MA", "BL", "HKK", "IDH", "MU", "SL"], "E")


@dataclass(frozen=True)
class Seen:
    """A run, read by name."""

    run: Run

    def __getitem__(self, key: tuple[str, str]) -> tuple[str, int | None, str]:
        """Outcome, place in the queue and reason of an applicant's choice."""
        at = self.at(*key)
        decided = self.run.decided
        return OUTCOMES[decided.outcome[at]].value, int(decided.queue[at]) or None, REASONS[decided.reason[at]]

    def at(self, name: str, offering: str) -> int:
        listed, assessed = self.run.assessed.listed, self.run.assessed
        pairs = zip(listed.applicant.tolist(), listed.offering.tolist(), strict=True)
        found = [(assessed.names[a], assessed.offerings[o].id) for a, o in pairs]
        return found.index((identified(name), offering))

    def quota(self, name: str, offering: str) -> str:
        return ("merit", *self.run.decided.pools[1:])[self.run.noted_quota[self.at(name, offering)] + 1]

    @property
    def admitted(self) -> dict[str, str]:
        listed, assessed = self.run.assessed.listed, self.run.assessed
        return {
            assessed.names[listed.applicant[at]]: assessed.offerings[listed.offering[at]].id
            for at in self.run.admitted.tolist()
        }

    def of(self, name: str) -> int:
        return list(self.run.assessed.names).index(identified(name))


def run(
    *applicants: Applicant, this: str = "preliminary", offerings: Sequence[Offering] = OFFERINGS, seed: int = 1,
    before: Sequence[tuple[str, str, int]] = (),
) -> Seen:  # fmt: skip
    return Seen(run_round(named(this), the_rules(), intake_of(applicants, offerings, before), seed))


def snapshot(*applicants: Applicant, offerings: Sequence[Offering] = OFFERINGS) -> Snapshot:
    return Snapshot("vasternorrland", 2027, "final", {"rules": "these"}, intake_of(applicants, offerings))


def test_the_same_input_and_seed_give_the_same_hash_whatever_the_order() -> None:
    people = [applicant(name, EK, NA) for name in "abcdef"]
    first, again, other = run(*people), run(*reversed(people)), run(*people, seed=2)

    assert first.run.decisions_hash == again.run.decisions_hash != other.run.decisions_hash
    assert input_hash(snapshot(*people)) == input_hash(snapshot(*reversed(people)))


def test_any_change_of_the_input_changes_its_hash() -> None:
    plain = input_hash(snapshot(applicant("a", EK)))
    cut = [replace(OFFERINGS[0], seats=2), *OFFERINGS[1:]]
    aside = [replace(OFFERINGS[0], quotas={"free": 1}), *OFFERINGS[1:]]

    others = [
        snapshot(applicant("a", EK), offerings=cut), snapshot(applicant("a", EK), offerings=aside),
        snapshot(applicant("a", EK, reported=grades("A"))), snapshot(applicant("a", EK, free=(EK,))),
    ]  # fmt: skip
    assert plain not in {input_hash(other) for other in others}


def test_an_input_comes_back_from_its_bytes_as_it_was() -> None:
    test = SkillTest(required=True, scale={"A": Mark(200, passed=True), "F": Mark(0, passed=False)})
    before = snapshot(
        applicant("a", EK, NA, tests={EK: (200, True)}), applicant("b", BA, free=(BA,), held=Held(BA, stays=True)),
        offerings=[replace(OFFERINGS[0], test=test, quotas={"test": 1}), *OFFERINGS[1:], GROUP],
    )  # fmt: skip
    after = unpacked(packed(before))

    assert input_hash(after) == input_hash(before)
    assert (after.intake.offerings, after.intake.subjects, after.texts) == (
        before.intake.offerings, before.intake.subjects, before.texts,
    )  # fmt: skip
    assert packed(after) == packed(before)


def test_an_unknown_offering_is_an_ineligible_choice_with_its_own_reason() -> None:
    found = run(applicant("a", "2281-XX-9", EK))

    assert found["a", "2281-XX-9"] == ("ineligible", None, "unknown_offering")
    assert found["a", EK] == ("admitted", None, "priority_reached")


def test_an_unplaced_applicant_has_a_cause() -> None:
    found = run(
        applicant("a", EK, reported=grades("A")), applicant("b", EK), applicant("c", EK, BA, reported={}),
        applicant("d", NA, reported=EIGHT),
    )  # fmt: skip
    causes = {name: UNPLACED_BECAUSE[found.run.unplaced_because[found.of(name)]] for name in "abcd"}
    lacking = found.run.lacking
    missing = {name: lacking.missing[lacking.missing_of[found.of(name)]] for name in "abcd"}

    assert causes == {"a": "", "b": "no_place", "c": "ineligible", "d": "ineligible"}
    assert missing["b"] == ()
    assert missing["d"][:3] == ("BI", "FY", "KE")
    assert "BA" in lacking.open[lacking.open_of[found.of("d")]]


def test_the_final_round_counts_later_grades_and_the_preliminary_does_not() -> None:
    raised = replace(
        applicant("a", BA, reported={}), grades={Occasion.AUTUMN: {}, Occasion.FINAL: EIGHT, Occasion.LOVSKOLA: {}}
    )

    assert run(raised).admitted == {}
    assert run(raised, this="final").admitted == {identified("a"): BA}


def test_a_holder_who_does_not_stay_takes_part_with_the_held_place_only() -> None:
    found = run(applicant("a", EK, NA, held=Held(NA, stays=False)), this="reserve-1")

    assert found["a", NA] == ("admitted", None, "place_kept")
    assert found.run.assessed.listed.rank.tolist() == [2]


def test_a_holder_who_stays_moves_up_when_there_is_room() -> None:
    found = run(applicant("a", EK, NA, held=Held(NA, stays=True)), this="reserve-1")

    assert found.admitted == {identified("a"): EK}


def test_a_held_place_outside_a_late_change_is_kept_as_the_last_choice() -> None:
    late = revision(2, BA, on=datetime(2027, 7, 20, tzinfo=UTC))
    holder = applicant("a", held=Held(NA, stays=True), revisions=(revision(1, NA), late))
    full = [replace(OFFERINGS[2], seats=0), *OFFERINGS[:2]]

    assert run(holder, this="reserve-1").admitted == {identified("a"): BA}
    assert run(holder, this="reserve-1", offerings=full).admitted == {identified("a"): NA}


def test_a_holder_keeps_the_place_though_the_offering_was_withdrawn() -> None:
    found = run(applicant("a", EK, held=Held(EK, stays=True)), this="reserve-1", offerings=OFFERINGS[1:])

    assert found.admitted == {identified("a"): EK}


def test_points_of_a_skill_test_count_at_their_offering_only() -> None:
    test = SkillTest(required=False, scale={})
    offerings = [replace(OFFERINGS[0], test=test), OFFERINGS[1]]
    found = run(applicant("a", EK, tests={EK: (1000, True)}), applicant("b", EK, NA, reported=grades("B")),
                offerings=offerings)  # fmt: skip

    assert found.admitted == {identified("a"): EK, identified("b"): NA}
    assert found.run.assessed.merit[found.at("a", EK)] == 2400 + 1000
    assert found.run.assessed.merit[found.at("b", NA)] == 2800


@pytest.mark.parametrize(
    ("result", "reason"),
    [({}, "test_not_taken"), ({EK: (0, False)}, "test_not_passed"), ({EK: (0, True)}, "priority_reached")],
)
def test_a_required_test_must_be_passed(result: dict[str, tuple[int, bool]], reason: str) -> None:
    offerings = [replace(OFFERINGS[0], test=SkillTest(required=True, scale={}))]

    assert run(applicant("a", EK, tests=result), offerings=offerings)["a", EK][2] == reason


def test_a_free_quota_seat_is_noted() -> None:
    offerings = [replace(OFFERINGS[0], seats=2, quotas={"free": 1})]
    found = run(
        applicant("a", EK, reported=grades("A")), applicant("b", EK, reported=grades("B")),
        applicant("c", EK, free=[EK]),
        offerings=offerings,
    )  # fmt: skip
    assert set(found.admitted) == {identified("a"), identified("c")}
    assert (found.quota("a", EK), found.quota("c", EK)) == ("merit", "free")


NEARLY = dict.fromkeys(["SV", "EN", "BL", "HKK", "IDH", "MU"], "E")


def test_introduction_programmes_come_after_all_national_ones() -> None:
    """Whatever the rank: b is placed in the programme chosen last, and the group is for those without a place."""
    found = run(
        applicant("a", IMV, reported=NEARLY), applicant("b", IMV, BA, reported=EIGHT), applicant("c", NA, IMV),
        offerings=[*OFFERINGS, GROUP],
    )  # fmt: skip
    assert found["a", IMV] == ("admitted", None, "priority_reached")
    assert found["b", IMV] == ("struck", None, "placed_in_national_programme")
    assert found["b", BA][0] == "admitted"
    assert found["c", IMV] == ("ineligible", None, "fully_eligible")


@pytest.mark.parametrize(
    ("passed", "eligible"),
    [
        (["SV", "EN", "BL", "HKK", "IDH", "MU"], True),  # Swedish, English and four more
        (["SVA", "MA", "BL", "HKK", "IDH", "MU"], True),  # Swedish as a second language, mathematics and four more
        (["SV", "EN", "MA", "BL", "HKK", "IDH"], True),  # all three and three more
        (["SV", "EN", "BL", "HKK", "IDH"], False),  # three more are too few without mathematics
        (["SV", "EN", "MA", "BL", "HKK"], False),
        (["EN", "MA", "BL", "HKK", "IDH", "MU", "SL"], False),  # no Swedish
        (["SV", "BL", "HKK", "IDH", "MU", "SL", "TK", "RE"], False),  # neither English nor mathematics
        (SIXTEEN, False),  # fully eligible
    ],
)
def test_programinriktat_val_has_two_branches_of_its_own(passed: list[str], eligible: bool) -> None:
    found = run(applicant("a", IMV, reported=dict.fromkeys(passed, "E")), offerings=[*OFFERINGS, GROUP])

    assert (found["a", IMV][0] == "admitted") is eligible


def test_yrkesintroduktion_is_for_those_who_lack_vocational_eligibility_and_live_near() -> None:
    offerings = [*OFFERINGS, TRADE]
    found = run(
        applicant("a", IMY, reported={}), applicant("b", IMY, reported=EIGHT),
        applicant("c", IMY, reported={}, home="2284"), offerings=offerings,
    )  # fmt: skip
    assert found["a", IMY][0] == "admitted"
    assert found["b", IMY] == ("ineligible", None, "fully_eligible")
    assert found["c", IMY] == ("ineligible", None, "outside_area")


def test_a_group_may_use_the_seats_a_national_programme_has_left() -> None:
    group = replace(GROUP, seats=0, uses_seats_of=NA)
    one_left = [replace(OFFERINGS[1], seats=2), group]
    people = [applicant("c", NA), *(applicant(name, IMV, reported=NEARLY) for name in "ab")]
    found = run(*people, offerings=one_left)

    assert len(found.admitted) == 2
    assert found.admitted[identified("c")] == NA


def test_how_a_place_in_a_queue_moved_and_why() -> None:
    """Of the three ahead of d one was admitted, one has left, one waits."""
    before = [("a", EK, 1), ("gone", EK, 2), ("c", EK, 3), ("d", EK, 4)]
    people = [
        applicant("a", EK, reported=grades("A")), applicant("c", EK, reported=grades("B")), applicant("d", EK),
        applicant("gone", NA),
    ]  # fmt: skip
    found = run(*people, this="reserve-1", before=before)
    at = found.at("d", EK)
    moves = found.run.moves

    assert found["d", EK][:2] == ("reserve", 2)
    assert (int(moves.before[at]), int(moves.admitted[at]), int(moves.left[at])) == (4, 1, 1)


def test_zero_seats_empty_lists_and_no_applicants_are_fine() -> None:
    assert run().run.figures["applicants"] == 0
    none = [replace(offering, seats=0) for offering in OFFERINGS]
    assert run(applicant("a", EK), offerings=none)["a", EK] == ("reserve", 1, "no_seats")
    assert run(applicant("a"), offerings=none).run.figures["applicants"] == 0
