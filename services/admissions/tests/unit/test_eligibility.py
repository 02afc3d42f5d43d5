"""Eligibility for national programmes (SL 16:30–31)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from admissions.domain.eligibility import eligibility, missing_subjects, open_programmes, opened_by
from services.admissions.tests.builders import SIXTEEN, the_rules

RULES = the_rules()
VOCATIONAL = {"BA", "BF", "EE", "FR", "FS", "FT", "HT", "IN", "NB", "RL", "VF", "VO"}


def passed(text: str) -> frozenset[str]:
    return frozenset(text.split())


def opens(text: str) -> set[str]:
    return set(open_programmes(passed(text), RULES.programmes))


def test_there_are_eighteen_programmes() -> None:
    assert len(RULES.programmes) == 18


def test_all_passed_opens_everything() -> None:
    assert opens(" ".join(SIXTEEN)) == set(RULES.programmes)


def test_eight_passes_open_every_vocational_programme_and_no_other() -> None:
    assert opens("SV EN MA BL HKK IDH MU SL") == VOCATIONAL


def test_seven_passes_open_nothing() -> None:
    assert opens("SV EN MA BL HKK IDH MU") == set()


def test_swedish_as_a_second_language_serves_and_the_two_are_one_subject() -> None:
    assert opens("SVA EN MA BL HKK IDH MU SL") == VOCATIONAL
    assert opens("SV SVA EN MA BL HKK IDH MU") == set()


@pytest.mark.parametrize("core", ["SV", "EN", "MA"])
def test_no_core_subject_can_be_made_up_for(core: str) -> None:
    all_but_one = passed(" ".join(SIXTEEN)) - {core}

    assert open_programmes(all_but_one, RULES.programmes) == ()
    named = "SV/SVA" if core == "SV" else core
    assert missing_subjects(all_but_one, RULES.programmes["BF"], RULES.compulsory) == (named,)


def test_twelve_passes_with_the_named_ones_open_preparatory_programmes() -> None:
    social = "SV EN MA GE HI RE SH BL HKK IDH MU SL"
    science = "SV EN MA BI FY KE BL HKK IDH MU SL TK"
    assert opens(social) == VOCATIONAL | {"EK", "HU", "SA", "ES"}
    assert opens(science) == VOCATIONAL | {"NA", "TE", "ES"}


def test_languages_count_among_the_further_passes() -> None:
    assert "ES" in opens("SV EN MA BL HKK IDH MU SL M1SPA M2DEU MLARA TK")


def test_the_answer_names_required_subjects_and_how_many_more() -> None:
    answer = eligibility(passed("SV EN MA BI FY BL HKK IDH"), RULES.programmes["NA"])

    assert answer.missing == ("KE",)
    assert answer.further == 3


def test_where_any_subject_would_do_all_that_are_left_are_named() -> None:
    named = missing_subjects(passed("SVA EN BL HKK IDH"), RULES.programmes["BA"], RULES.compulsory)

    assert named[0] == "MA"
    assert set(named) == set(SIXTEEN) - {"SV", "EN", "BL", "HKK", "IDH"}


def test_the_eligible_lack_nothing() -> None:
    assert missing_subjects(passed(" ".join(SIXTEEN)), RULES.programmes["NA"], RULES.compulsory) == ()


def test_each_missing_subject_says_what_it_would_open() -> None:
    science_but_maths = passed("SV EN BI FY KE BL HKK IDH MU SL TK")
    found = opened_by(science_but_maths, RULES.programmes, RULES.compulsory)

    assert set(found) == {"MA"}
    assert set(found["MA"]) == VOCATIONAL | {"NA", "TE", "ES"}


def test_where_any_subject_would_do_each_says_so_and_the_two_swedish_are_one() -> None:
    found = opened_by(passed("SV EN MA BL HKK IDH MU"), RULES.programmes, RULES.compulsory)

    assert set(found) == {*RULES.compulsory} - passed("SV SVA EN MA BL HKK IDH MU")
    assert all(set(codes) == VOCATIONAL for codes in found.values())
    assert "SV/SVA" in opened_by(passed("EN MA BL HKK IDH MU SL"), RULES.programmes, RULES.compulsory)


@given(st.sets(st.sampled_from(RULES.compulsory)))
def test_what_a_subject_is_said_to_open_it_opens(subjects: set[str]) -> None:
    before = opens(" ".join(subjects))
    for subject, codes in opened_by(frozenset(subjects), RULES.programmes, RULES.compulsory).items():
        after = opens(" ".join(subjects | {"SV" if subject == "SV/SVA" else subject}))
        assert after - before == set(codes) != set()
