"""Every decision can be told in plain words, and the words say what is so."""

import pytest

from admissions.domain.deciding import REASONS
from admissions.domain.explanations import CODES, Facts, explanation


def told(**facts: object) -> list[str]:
    plain = {"outcome": "reserve", "reason": "merit", "merit": 2275, "last_merit": 2300, "queue": 3} | facts
    return [text.sv for text in explanation(Facts(**plain))]  # type: ignore[arg-type]


def test_every_reason_has_words() -> None:
    assert set(CODES) == set(REASONS)


def test_an_admitted_applicant_reads_what_reached() -> None:
    found = explanation(
        Facts(outcome="admitted", reason="priority_reached", merit=2525, last_merit=2500, queue=None, quota="free")
    )

    assert [text.en for text in found] == [
        "You are admitted: this is your highest choice that your place in the selection reaches.",
        "Your merit value here is 252.5; the one last admitted had 250.0.",
        "The seat is one of the free quota.",
    ]


def test_a_reserve_reads_merit_limit_and_place() -> None:
    assert told() == [
        "Du är reserv: den sist antagna hade högre meritvärde.",
        "Ditt meritvärde här är 227,5; den sist antagna hade 230,0.",
        "Du har plats 3 i kön.",
    ]


@pytest.mark.parametrize(
    ("now", "admitted", "left", "said"),
    [
        (3, 2, 1, ["I omgången före hade du plats 6, nu 3.", "Före dig i kön har 2 fått plats här.",
                   "Före dig i kön har 1 lämnat den."]),
        (6, 0, 0, []),
        (7, 0, 0, ["I omgången före hade du plats 6, nu 7.",
                   "1 har tillkommit före dig, genom ändrade betyg eller val."]),
        (4, 1, 0, ["I omgången före hade du plats 6, nu 4.", "Före dig i kön har 1 fått plats här.",
                   "Du har gått förbi 1, genom ändrade betyg eller val."]),
    ],
)  # fmt: skip
def test_each_move_of_the_place_is_told_with_its_cause(now: int, admitted: int, left: int, said: list[str]) -> None:
    assert told(queue=now, queue_before=6, ahead_admitted=admitted, ahead_left=left)[3:] == said


def test_an_ineligible_choice_is_told_without_merit() -> None:
    assert told(outcome="ineligible", reason="missing_subjects", queue=None) == [
        "Du är inte behörig: det saknas godkända betyg i ämnen som krävs."
    ]


def test_an_offering_where_nobody_was_admitted_has_no_limit() -> None:
    assert told(reason="no_seats", last_merit=None)[1] == "Ditt meritvärde här är 227,5."
