"""The verifier on stages, lent seats and tie-breakers: right ones pass, planted faults are found."""

import numpy as np
import pytest

from admissions.domain.audit import audit
from admissions.domain.audit_case import Case

ADMITTED, RESERVE, STRUCK, INELIGIBLE = range(4)
# p: NA (1 seat, 1 left over when nobody sits there), g: a group of NA's with one seat of its own that may use NA's
OFFERINGS = ["NA", "g"]


def case(outcomes: list[int], queues: list[int], **changed: object) -> Case:
    """a: NA, then g. b: g. c: g."""
    facts: dict[str, object] = {
        "applicants": ["a", "b", "c"],
        "offerings": OFFERINGS,
        "applicant": [0, 0, 1, 2],
        "rank": [2, 1, 1, 1],  # a has the group first, and the national programme goes before it all the same
        "offering": [0, 1, 1, 1],
        "hand": [1, 1, 1, 1],
        "timely": np.ones(4, bool),
        "merit": [2000, 2000, 1500, 1000],
        "holds": np.zeros(4, bool),
        "eligible": np.ones(4, bool),
        "random": [1, 2, 3],
        "seats": [1, 1],
        "stage": [1, 2],
        "lender": [-1, 0],
        "outcome": outcomes,
        "queue": queues,
    } | changed
    columns = {name: np.array(value) if isinstance(value, list) and name not in ("applicants", "offerings") else value
               for name, value in facts.items()}  # fmt: skip
    return Case(**columns)  # type: ignore[arg-type]


def codes(*said: object, **changed: object) -> set[str]:
    return {verdict.code for verdict in audit(case(*said, **changed))}  # type: ignore[arg-type]


def test_the_national_place_goes_before_the_group_and_the_group_goes_by_merit() -> None:
    assert codes([ADMITTED, STRUCK, ADMITTED, RESERVE], [0, 0, 0, 1]) == set()


@pytest.mark.parametrize(
    ("outcomes", "queues", "code"),
    [
        ([ADMITTED, ADMITTED, RESERVE, RESERVE], [0, 0, 1, 2], "two_seats"),
        ([ADMITTED, RESERVE, ADMITTED, RESERVE], [0, 1, 0, 2], "reserve_and_struck_mixed"),
        ([STRUCK, ADMITTED, RESERVE, RESERVE], [0, 0, 1, 2], "reserve_and_struck_mixed"),
        ([ADMITTED, STRUCK, ADMITTED, ADMITTED], [0, 0, 0, 0], "over_capacity"),
        ([ADMITTED, STRUCK, RESERVE, ADMITTED], [0, 0, 1, 0], "justified_envy"),
        ([ADMITTED, STRUCK, RESERVE, RESERVE], [0, 0, 1, 2], "seat_wasted"),
    ],
)
def test_a_fault_between_the_stages_is_found(outcomes: list[int], queues: list[int], code: str) -> None:
    assert code in codes(outcomes, queues)


def test_a_seat_left_over_in_the_national_programme_may_be_used_and_must_be() -> None:
    two = {"seats": [2, 1]}

    assert codes([ADMITTED, STRUCK, ADMITTED, ADMITTED], [0, 0, 0, 0], **two) == set()
    assert "seat_wasted" in codes([ADMITTED, STRUCK, ADMITTED, RESERVE], [0, 0, 0, 1], **two)


def test_the_national_programme_does_not_give_a_lent_seat_twice() -> None:
    holding = {"seats": [2, 0], "holds": np.array([False, False, True, False])}

    assert codes([ADMITTED, STRUCK, ADMITTED, RESERVE], [0, 0, 0, 1], **holding) == set()
    again = {"applicants": ["a", "b", "c"], "offering": [0, 1, 1, 0], **holding}
    assert "over_capacity" in codes([ADMITTED, STRUCK, ADMITTED, ADMITTED], [0, 0, 0, 0], **again)


@pytest.mark.parametrize("tie", ["grade_value", "number_of_grades"])
def test_a_broken_tie_is_found(tie: str) -> None:
    equal = {"merit": [2000, 2000, 1000, 1000], tie: [0, 16, 17]}
    right, wrong = [ADMITTED, STRUCK, RESERVE, ADMITTED], [ADMITTED, STRUCK, ADMITTED, RESERVE]

    assert audit(case(right, [0, 0, 1, 0], **equal), (tie, "random")) == []
    assert "justified_envy" in {v.code for v in audit(case(wrong, [0, 0, 0, 1], **equal), (tie, "random"))}
