"""What admissions says: events to the region, and faults to the municipality that reported."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from admissions.domain.replies import Place
from admissions.messages import persons, places, receptions
from admissions.messages.places import of_place
from shared.events import Incoming, Outgoing
from shared.faults import Fault

RECEIVED = "se.samverk.admissions.application.received.v1"
DECIDED = "se.samverk.admissions.round.decided.v1"
ADMITTED = "se.samverk.admissions.applicant.admitted.v1"
UNPLACED = "se.samverk.admissions.applicant.unplaced.v1"
ACCEPTED = "se.samverk.admissions.place.accepted.v1"
VACATED = "se.samverk.admissions.place.vacated.v1"
SEED_COMMITTED = "se.samverk.admissions.seed.committed.v1"
SAYS = (
    RECEIVED, DECIDED, ADMITTED, UNPLACED, ACCEPTED, VACATED, SEED_COMMITTED, *persons.SAYS, *places.SAYS,
    *receptions.SAYS,
)  # fmt: skip

_FAULTS = {
    "ranks": (
        "/choices",
        "Valen ska rangordnas 1, 2, 3 … utan luckor och utan dubbletter; numrera om dem.",
        "The choices must be ranked 1, 2, 3 … without gaps or doubles; number them anew.",
    ),
    "same_offering_twice": (
        "/choices",
        "Samma utbildning står två gånger bland valen; ta bort den ena.",
        "The same offering stands twice among the choices; remove one.",
    ),
    "identity": (
        "/identity",
        (
            "Identiteten är inget giltigt person-, samordnings-, TF- eller interimsnummer; kontrollera datumets "
            "åtta siffror och kontrollsiffran."
        ),
        (
            "The identity is no valid personal, coordination, TF or interim number; check its eight-digit date and its "
            "check digit."
        ),
    ),
    "same_subject_twice": (
        "/grades",
        "Samma ämne har två betyg; ta bort det som inte gäller.",
        "The same subject has two grades; remove the one that does not hold.",
    ),
    "other_home_municipality": (
        "/applicant",
        "Den sökandes UUID används redan av en annan hemkommun; skapa ett eget UUID eller reda ut hemkommunen.",
        "The applicant's UUID is already used by another home municipality; make your own or settle which is home.",
    ),
    "identity_taken": (
        "/identity",
        "Personen har redan en ansökan under ett annat UUID; skicka ändringar under det UUID som först användes.",
        "The person already has an application under another UUID; send changes under the UUID that was used first.",
    ),
    "no_offer": (
        "/applicant",
        "Den sökande har inget erbjudande att svara på i det här antagningsåret; kontrollera UUID och år.",
        "The applicant has no offer to answer in this intake year; check the UUID and the year.",
    ),
    "place_given_up": (
        "/answer",
        "Platsen är redan lämnad och kan inte tas tillbaka; kontakta antagningskansliet.",
        "The place has already been given up and can't be taken back; contact the admissions office.",
    ),
    "not_your_offering": (
        "/offering",
        "Bara kommunen som anordnar utbildningen får rapportera om den; rätta id eller låt rätt kommun rapportera.",
        "Only the municipality that runs the offering may report on it; mend the id or let the right one report.",
    ),
    "decided_on_appeal": (
        "/on_appeal",
        "Överklagandenämnden har avgjort mottagandet; bara nämnden kan ändra det.",
        "The Board of Appeal has settled the reception; only the board can change it.",
    ),
    "reason_missing": (
        "/reason",
        "Beslutet saknar skäl; skriv varför.",
        "The decision has no reasons; say why.",
    ),
    "nothing_changed": (
        "/ground",
        "Beslutet säger detsamma som det som redan gäller; ändra grund eller skäl.",
        "The decision says the same as the one in force; change the ground or the reasons.",
    ),
    "not_placed_here": (
        "/offering",
        "Den sökande har ingen plats på utbildningen; kontrollera UUID, år och utbildning.",
        "The applicant has no place at the offering; check the UUID, the year and the offering.",
    ),
    "answered_late": (
        "/replied_at",
        "Svaret kom efter sista svarsdag och kan inte tas emot; kontakta antagningskansliet.",
        "The answer came after the last day to answer and can't be taken; contact the admissions office.",
    ),
}
REASONS = tuple(_FAULTS)


def fault(code: str) -> Fault:
    """A breach as its reporter reads it, in Swedish and English; never with the value."""
    field, sv, en = _FAULTS[code]
    return Fault(field, code, sv, en)


def received(home: str, data: Mapping[str, Any], cause: Incoming) -> Outgoing:
    """An application taken; `data` is that of application.submitted."""
    applicant = data["applicant"]
    content = {
        "applicant": applicant,
        "intake_year": data["intake_year"],
        "home_municipality": home,
        "revision": data["revision"],
        "choices": len(data["choices"]),
    }
    return Outgoing(type=RECEIVED, subject=applicant, data=content, cause=cause)


def accepted(place: Place, starts_on: date) -> Outgoing:
    """A place taken up."""
    return Outgoing(type=ACCEPTED, subject=place.applicant, data=of_place(place) | {"starts_on": starts_on.isoformat()})


def vacated(place: Place, cause: str, on: date) -> Outgoing:
    """A place given up: declined, silent or moved_up. `on`: the first day it is free."""
    data = of_place(place) | {"cause": cause, "vacated_on": on.isoformat()}
    return Outgoing(type=VACATED, subject=place.applicant, data=data)
