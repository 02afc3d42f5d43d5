"""The made-up year: valid, plausible, and the same for the same seed."""

from collections import Counter
from datetime import date
from random import Random

import pytest

from samverk.demo import reports, rubbish
from samverk.demo.cast import Cast, cast
from samverk.demo.grades import passes_vocational
from samverk.demo.persons import FIRST_BIRTH_NUMBER, check_digit, persons
from samverk.demo.region import load
from shared.contracts import Contracts
from shared.events import envelope_faults

CONTRACTS = Contracts.load()


@pytest.fixture(scope="module")
def region_year() -> Cast:
    return cast(1_500, seed=7)


def test_a_known_check_digit() -> None:
    assert check_digit("811218987") == "6"  # the Swedish Tax Agency's own example, 811218-9876


def test_identities_are_valid_by_rule_and_nobodys(region_year: Cast) -> None:
    for each in region_year.applicants:
        born, last = each.person.identity.split("-")
        if last.startswith("TF"):
            assert date.fromisoformat(born).year <= 2011
            continue
        day = int(born[6:])
        assert date(int(born[:4]), int(born[4:6]), day - 60 if day > 60 else day).year <= 2011
        assert int(last[:3]) >= FIRST_BIRTH_NUMBER
        assert check_digit(born[2:] + last[:3]) == last[3]


def test_all_kinds_of_identity_occur_and_none_twice() -> None:
    everyone = persons(load(6_000), 6_000, Random(3))
    kinds = Counter(
        "tf" if "TF" in each.identity else "coordination" if int(each.identity[6:8]) > 60 else "personal"
        for each in everyone
    )
    assert min(kinds["tf"], kinds["coordination"]) > 10
    assert len({each.identity for each in everyone}) == 6_000
    assert any(each.protected for each in everyone)


def test_more_applicants_than_one_years_test_numbers_get_more_birth_years() -> None:
    everyone = persons(load(9_000), 9_000, Random(3))
    assert len({each.identity for each in everyone}) == 9_000
    assert {each.identity[:4] for each in everyone} == {"2011", "2010"}


def test_the_same_seed_gives_the_same_year_and_another_seed_another() -> None:
    assert cast(60, seed=1) == cast(60, seed=1)
    assert cast(60, seed=1).applicants != cast(60, seed=2).applicants


def test_an_identity_stands_in_no_representation_of_a_person(region_year: Cast) -> None:
    someone = region_year.applicants[0]
    assert someone.person.identity not in repr(someone)


def test_grades_have_plausible_shares(region_year: Cast) -> None:
    everyone = [each.grades for each in region_year.applicants]
    ineligible = sum(not passes_vocational(each.autumn) for each in everyone) / len(everyone)
    with_m2 = sum(any(subject.startswith("M2") for subject in each.final) for each in everyone) / len(everyone)
    assert 0.10 < ineligible < 0.20
    assert 0.65 < with_m2 < 0.75
    assert all((each.lovskola is None) == passes_vocational(each.final) for each in everyone)


def test_choices_are_one_to_eight_different_offerings_most_of_them_near(region_year: Cast) -> None:
    counts = Counter(len(each.choices) for each in region_year.applicants)
    assert min(counts) == 1
    assert max(counts) <= 9
    assert all(len(set(each.choices)) == len(each.choices) for each in region_year.applicants)
    at_home = sum(each.choices[0][:4] == each.person.home.code for each in region_year.applicants)
    assert 0.6 < at_home / len(region_year.applicants) < 0.9


def test_a_changed_list_is_another_list(region_year: Cast) -> None:
    changed = [each for each in region_year.applicants if each.changed is not None]
    assert 0.04 < len(changed) / len(region_year.applicants) < 0.12
    assert all(list(each.changed or ()) != list(each.choices) for each in changed if len(each.choices) > 1)


def test_every_good_report_keeps_its_contract(region_year: Cast) -> None:
    sent = [
        *reports.offerings(region_year),
        *reports.costs(region_year),
        *reports.applications(region_year),
        *reports.changes(region_year),
        *(each for occasion in ("autumn", "final", "lovskola") for each in reports.grades(region_year, occasion)),
    ]
    for each in sent:
        assert envelope_faults({key: value for key, value in each.event.items() if key != "data"}) == []
        assert CONTRACTS.faults(each.event["type"], each.event["data"]) == []
    assert len({each.event["id"] for each in sent}) == len(sent)


def test_rubbish_is_of_many_kinds_and_its_ids_are_no_good_reports(region_year: Cast) -> None:
    raws = rubbish.offerings_by_kafka(region_year)
    good = {each.event["id"] for each in reports.offerings(region_year)}
    assert len({raw.id for raw in raws if raw.id}) == 6
    assert sum(raw.id is None for raw in raws) == 2
    assert good.isdisjoint(raw.id for raw in raws)


def test_seats_follow_the_number_of_applicants() -> None:
    assert 2_700 < sum(each.seats for each in load(3_000).offerings.values()) < 3_300
    assert 5_400 < sum(each.seats for each in load(6_000).offerings.values()) < 6_600
