"""Merit value: the golden cases of the field, and what may count as a seventeenth grade."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from admissions.domain.grades import best_of
from admissions.domain.merit import Counted, merit
from services.admissions.tests.builders import SIXTEEN, grades, the_rules

RULES = the_rules().merit


def value(subjects: dict[str, str]) -> float:
    return merit(subjects, RULES).tenths / 10


@pytest.mark.parametrize(
    ("reported", "expected"),
    [
        (grades("A"), 320),
        (grades("A", M2SPA="A"), 340),
        (grades("E"), 160),
        (grades("E", M2SPA="E"), 170),
        (grades("C"), 240),
        (grades("C", M2DEU="C"), 255),
        (grades("B"), 280),
        (grades("D"), 200),
        (grades("F"), 0),
        (grades("-"), 0),
        ({}, 0),
        (dict.fromkeys(["SV", "EN", "MA", "BI", "FY", "KE", "GE", "HI"], "E"), 80),
    ],
)
def test_golden_cases(reported: dict[str, str], expected: float) -> None:
    assert value(reported) == expected


@pytest.mark.parametrize("extra", ["M1SPA", "MLARA", "TN", "DA"])
def test_other_languages_sign_language_and_dance_are_never_a_seventeenth(extra: str) -> None:
    assert value(grades("A") | {extra: "A"}) == 320


@pytest.mark.parametrize("extra", ["M1SPA", "MLARA", "TN", "DA"])
def test_they_may_replace_a_lower_grade(extra: str) -> None:
    assert value(grades("C", SL="E") | {extra: "B"}) == 15 * 15 + 17.5


def test_the_modern_language_stands_on_top_of_the_sixteen_best_of_the_rest() -> None:
    counted = merit(grades("C", SL="F", MLARA="A", M2SPA="E"), RULES)

    assert counted.tenths == 15 * 150 + 200 + 100
    assert counted.modern_language_counted
    assert {line.subject for line in counted.lines if line.counted is Counted.NOT_COUNTED} == {"SL"}


def test_fewer_than_sixteen_grades_are_summed_as_they_are() -> None:
    assert value(dict.fromkeys(SIXTEEN[:10], "A")) == 200


def test_the_better_of_swedish_and_swedish_as_a_second_language_counts_once() -> None:
    assert value(grades("E", SV="D", SVA="A")) == 15 * 10 + 20


def test_the_lines_of_the_explanation_sum_to_the_value() -> None:
    counted = merit(grades("D", M2FRA="A", M1SPA="A"), RULES)

    summed = sum(line.tenths for line in counted.lines if line.counted is not Counted.NOT_COUNTED)
    assert summed == counted.tenths == 200 + 200 + 15 * 125


def test_a_later_occasion_raises_and_never_lowers() -> None:
    best = best_of([{"MA": "C", "EN": "F"}, {"MA": "E", "EN": "E"}, {"BI": "A"}], RULES.scale)

    assert best == {"MA": "C", "EN": "E", "BI": "A"}


@given(
    st.dictionaries(
        st.sampled_from([*SIXTEEN, "SVA", "M1SPA", "M2SPA", "M2DEU", "MLARA", "TN"]), st.sampled_from("ABCDEF-")
    )
)
def test_no_merit_is_above_340_and_a_better_grade_never_lowers_it(reported: dict[str, str]) -> None:
    before = merit(reported, RULES).tenths
    assert 0 <= before <= 3400
    for subject in reported:
        assert merit(reported | {subject: "A"}, RULES).tenths >= before
