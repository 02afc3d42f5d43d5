"""What can be wrong with a placement, in words."""

from collections.abc import Mapping
from dataclasses import dataclass

_WORDS: Mapping[str, tuple[str, str]] = {
    "choice_without_decision": ("Valet har inget beslut.", "The choice has no decision."),
    "decision_without_choice": (
        "Beslutet svarar inte mot något val, eller står två gånger.",
        "The decision answers no choice, or stands there twice.",
    ),
    "unknown_outcome": (
        "Utfallet är inget av admitted, reserve, struck och ineligible.",
        "The outcome is none of admitted, reserve, struck and ineligible.",
    ),
    "two_seats": ("Den sökande har fått fler än en plats.", "The applicant was given more than one seat."),
    "ineligible_not_refused": (
        "Den sökande är inte behörig, men valet är inte avvisat som obehörigt.",
        "The applicant is not eligible, but the choice was not refused as ineligible.",
    ),
    "eligible_refused": (
        "Den sökande är behörig, men valet är avvisat som obehörigt.",
        "The applicant is eligible, but the choice was refused as ineligible.",
    ),
    "over_capacity": ("Fler är antagna än det finns platser.", "More are admitted than there are seats."),
    "reserve_and_struck_mixed": (
        "Val över det antagna ska vara reserv (alla, om inget är antaget) och val under det strukna.",
        "Choices above the admitted one must be reserve (all, when none is admitted), and those below it struck.",
    ),
    "held_place_lost": (
        "Den sökande hade platsen sedan tidigare och har mist den.",
        "The applicant held the place already and has lost it.",
    ),
    "seat_wasted": (
        "En plats står tom fast behöriga sökande väntar på den.",
        "A seat is empty though eligible applicants wait for it.",
    ),
    "second_hand_displaces_first_hand": (
        "Den antagna är mottagen i andra hand, fast någon i första hand väntar (SL 16:47).",
        "The one admitted was received in second hand, though someone in first hand waits (SL 16:47).",
    ),
    "justified_envy": (
        "Den sökande väntar fast någon med lägre prioritet är antagen.",
        "The applicant waits though someone of lower priority is admitted.",
    ),
    "unknown_pool": (
        "Platsens slag finns inte, eller står vid ett val som inte har någon plats.",
        "There is no such kind of seat, or it stands at a choice that has no seat.",
    ),
    "pool_over_capacity": (
        "Fler är antagna på kvotens eller meriternas platser än det finns.",
        "More are admitted to the seats of the quota or the merit pool than there are.",
    ),
    "quota_seat_wasted": (
        "En avsatt plats står tom fast någon som prövas där väntar eller sitter på en annan.",
        "A seat set aside is empty though someone to be tried there waits or sits elsewhere.",
    ),
    "quota_out_of_order": (
        "Den antagna skulle ha fått en plats av ett slag som prövas tidigare.",
        "The one admitted should have got a seat of a kind that is tried earlier.",
    ),
    "queue_out_of_order": (
        "Könumren ska vara 1, 2, … i prioritetsordning; här bryts ordningen.",
        "Queue numbers must be 1, 2, … in order of priority; here the order breaks.",
    ),
    "queue_without_reserve": (
        "Bara den som är reserv har ett könummer.",
        "Only a reserve has a queue number.",
    ),
}
CODES = tuple(_WORDS)


@dataclass(frozen=True, slots=True)
class Verdict:
    """One thing that is wrong: a code of a closed set, and the ids it is about (applicants by pseudonym)."""

    code: str
    offering: str | None = None
    applicant: str | None = None
    rank: int | None = None

    @property
    def sv(self) -> str:
        """What is wrong, in Swedish."""
        return _WORDS[self.code][0]

    @property
    def en(self) -> str:
        """What is wrong, in English."""
        return _WORDS[self.code][1]

    @property
    def where(self) -> str:
        """The ids in one line."""
        parts = (
            self.applicant is not None and f"applicant {self.applicant}",
            self.rank is not None and f"choice {self.rank}",
            self.offering,
        )
        return ", ".join(part for part in parts if part)

    def __str__(self) -> str:
        return f"{self.code}: {self.where}"
