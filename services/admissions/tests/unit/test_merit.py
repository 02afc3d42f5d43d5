"""Merit value: the golden cases of the field, and what may count as a seventeenth grade."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from admissions.domain.grades import best_of, dances
from admissions.domain.merit import Counted, merit, scaled
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


@pytest.mark.parametrize(
    ("reported", "expected", "scaled_from"),
    [
        (dict.fromkeys(SIXTEEN[:13], "B"), 280, 13),
        (dict.fromkeys(SIXTEEN[:13], "A"), 320, 13),
        (dict.fromkeys(SIXTEEN[:13], "A") | {"M2SPA": "A"}, 340, 13),
        (dict.fromkeys(SIXTEEN[:13], "B") | {"M2SPA": "E"}, 290, 13),
        (dict.fromkeys(SIXTEEN[:12], "B") | {"DA": "B"}, 280, 13),
        (dict.fromkeys(SIXTEEN[:12], "C") | {"MA": "A"}, 246.7, 12),
        (dict.fromkeys(SIXTEEN[:13], "E") | {"SL": "F"}, 148.6, 14),
        (dict.fromkeys(SIXTEEN[:13], "E") | {"SL": "-"}, 160, 13),
        (grades("B"), 280, None),
        (grades("B", SL="E"), 15 * 17.5 + 10, None),
        (grades("B", M2SPA="E", DA="A"), 15 * 17.5 + 20 + 10, None),
        ({"M2SPA": "A"}, 20, None),
        ({"MA": "-"}, 0, None),
        ({}, 0, None),
    ],
)
def test_a_dancers_grades_are_scaled_up_to_sixteen_and_the_language_stays_on_top(
    reported: dict[str, str], expected: float, scaled_from: int | None
) -> None:
    counted = merit(reported, RULES, dancer=True)

    assert counted.tenths / 10 == expected
    assert (counted.scaling.grades if counted.scaling else None) == scaled_from
    summed = sum(line.tenths for line in counted.lines if line.counted is not Counted.NOT_COUNTED)
    assert summed + (counted.scaling.tenths if counted.scaling else 0) == counted.tenths


def test_half_a_tenth_goes_up() -> None:
    assert [scaled(tenths, 32, 16) for tenths in (1, 2, 3)] == [1, 1, 2]


def test_an_f_is_a_grade_whenever_it_was_set() -> None:
    for reports in ([{"SL": "-"}, {"SL": "F"}], [{"SL": "F"}, {"SL": "-"}]):
        assert best_of(reports, RULES.scale) == {"SL": "F"}


def test_the_latest_report_that_tells_says_who_dances() -> None:
    assert dances([True, None, None])
    assert dances([False, None, True])
    assert not dances([True, False, None])
    assert not dances([])


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
    ),
    st.booleans(),
)
def test_no_merit_is_above_340_and_an_a_instead_never_lowers_it(reported: dict[str, str], dancer: bool) -> None:
    before = merit(reported, RULES, dancer=dancer).tenths
    assert merit(reported, RULES).tenths <= before <= 3400
    for subject in reported:
        assert merit(reported | {subject: "A"}, RULES, dancer=dancer).tenths >= before
