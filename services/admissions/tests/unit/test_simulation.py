"""Input changed for a simulation: seats, offerings added and closed, dates moved."""

from datetime import UTC, date, datetime

import pytest

from admissions.domain.offerings import Offering
from admissions.domain.rounds import named
from admissions.domain.run import Run, run_round
from admissions.domain.simulation import Added, CannotSimulate, Changes, WhyNot, changed_intake, changed_rules
from services.admissions.tests.builders import applicant, grades, revision, the_rules
from services.admissions.tests.small_intake import Held, identified, intake_of

EK, NA, NEW = "2281-EK-1", "2281-NA-1", "2281-EK-9"
OFFERINGS = [
    Offering(id=EK, municipality="2281", programme="EK", seats=1),
    Offering(id=NA, municipality="2281", programme="NA", seats=5, quotas={"free": 2}),
]
PEOPLE = [
    applicant("ann", EK, NA, reported=grades("A")),
    applicant("bo", EK, NA, reported=grades("B")),
    applicant("cia", EK, reported=grades("C")),
]


def simulated(changes: Changes, *people: object, this: str = "preliminary") -> Run:
    rules = changed_rules(the_rules(), changes, snapshot=True)
    intake = changed_intake(intake_of(people or PEOPLE, OFFERINGS), changes, rules.programmes)  # type: ignore[arg-type]
    return run_round(named(this), rules, intake, 1)


def seats_of(run: Run) -> dict[str, str]:
    listed, assessed = run.assessed.listed, run.assessed
    names = {identified(name): name for name in ("ann", "bo", "cia", "dan")}
    return {
        names[assessed.names[listed.applicant[at]]]: assessed.offerings[listed.offering[at]].id
        for at in run.admitted.tolist()
    }


def refused(changes: Changes) -> tuple[WhyNot, str]:
    with pytest.raises(CannotSimulate) as fault:
        simulated(changes)
    return fault.value.why, fault.value.about


def test_nothing_changed_is_the_same_run() -> None:
    real = run_round(named("preliminary"), the_rules(), intake_of(PEOPLE, OFFERINGS), 1)

    assert simulated(Changes()).decisions_hash == real.decisions_hash
    assert not Changes()


def test_more_seats_admit_more() -> None:
    assert seats_of(simulated(Changes())) == {"ann": EK, "bo": NA}
    assert seats_of(simulated(Changes(seats={EK: 3}))) == {"ann": EK, "bo": EK, "cia": EK}


def test_a_closed_offering_admits_nobody_but_who_holds_a_place_there() -> None:
    assert seats_of(simulated(Changes(closed={EK}))) == {"ann": NA, "bo": NA}
    held = [PEOPLE[0], applicant("bo", EK, reported=grades("B"), held=Held(EK, stays=False))]
    assert seats_of(simulated(Changes(closed={EK}), *held)) == {"ann": NA, "bo": EK}


def test_an_added_offering_is_wanted_next_after_the_one_it_is_like() -> None:
    added = Changes(added=(Added(offering=NEW, programme="EK", seats=1, like=EK),))
    run = simulated(added)

    assert seats_of(run) == {"ann": EK, "bo": NEW}
    assert sorted(run.assessed.listed.rank.tolist()) == [1, 1, 1, 2, 2, 2, 3, 3]


def test_an_added_offering_is_not_wanted_twice_and_by_nobody_without_a_likeness() -> None:
    named_it = applicant("dan", NEW, EK, reported=grades("A"))
    alone = Changes(added=(Added(offering=NEW, programme="EK", seats=5),))
    alike = Changes(added=(Added(offering=NEW, programme="EK", seats=5, like=EK),))

    assert seats_of(simulated(alone, *PEOPLE, named_it)) == {"ann": EK, "bo": NA, "dan": NEW}
    assert len(simulated(alike, named_it).assessed.listed.rank) == 2


def test_a_moved_deadline_makes_a_late_application_timely() -> None:
    late = applicant("dan", reported=grades("A"), revisions=(revision(1, EK, on=datetime(2027, 2, 3, tzinfo=UTC)),))
    assert seats_of(simulated(Changes(), PEOPLE[2], late, this="final")) == {"cia": EK}
    moved = Changes(dates={"closes": date(2027, 2, 10)})
    assert seats_of(simulated(moved, PEOPLE[2], late, this="final")) == {"dan": EK}


def test_changes_that_do_not_fit_are_refused() -> None:
    new = Added(offering=NEW, programme="EK", seats=1)
    assert refused(Changes(seats={"2281-XX-1": 3})) == (WhyNot.NO_SUCH_OFFERING, "2281-XX-1")
    assert refused(Changes(added=(new, new))) == (WhyNot.CHANGED_TWICE, NEW)
    assert refused(Changes(added=(Added(offering=EK, programme="EK", seats=1),))) == (WhyNot.OFFERING_EXISTS, EK)
    assert refused(Changes(added=(Added(offering=NEW, programme="QQ", seats=1),))) == (WhyNot.NO_SUCH_PROGRAMME, "QQ")
    assert refused(Changes(seats={NA: 1})) == (WhyNot.QUOTAS_DO_NOT_FIT, NA)
    assert refused(Changes(seats={EK: 1}, closed={EK})) == (WhyNot.CHANGED_TWICE, EK)
    assert refused(Changes(dates={"closes": date(2027, 6, 1)})) == (WhyNot.DATES_OUT_OF_ORDER, "closes")
    assert refused(Changes(dates={"skill_tests_by": date(2027, 5, 1)})) == (WhyNot.NEEDS_CURRENT_DATA, "skill_tests_by")
