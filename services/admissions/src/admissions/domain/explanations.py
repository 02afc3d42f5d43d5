"""Why a choice ended as it did, in plain Swedish and English, from the codes a run keeps.

Written for the applicant: short, exact, and never with anything about other persons but how many they are.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from admissions.domain.merit import Scaling
from shared.texts import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is kept of one choice in one run. Merit in tenths; `last_merit` of the one last admitted without quota.

    `queue_before`, `ahead_admitted`, `ahead_left`: how the place in the queue moved since the binding round before.
    """

    outcome: str
    reason: str
    merit: int
    last_merit: int | None
    queue: int | None
    quota: str | None = None
    queue_before: int | None = None
    ahead_admitted: int | None = None
    ahead_left: int | None = None


_REASONS: Mapping[str, Text] = {
    "priority_reached": Text(
        sv="Du är antagen: det här är det högst rangordnade valet som din plats i urvalet räcker till.",
        en="You are admitted: this is your highest choice that your place in the selection reaches.",
    ),
    "place_kept": Text(sv="Du behåller platsen du redan har.", en="You keep the place you already have."),
    "higher_choice_admitted": Text(
        sv="Valet är struket, eftersom du är antagen till ett val som du rangordnat högre.",
        en="The choice is struck, because you are admitted to one you ranked higher.",
    ),
    "placed_in_national_programme": Text(
        sv="Valet är struket: introduktionsprogram går till dem som inte fått plats på ett nationellt program.",
        en="The choice is struck: introduction programmes are for those without a place in a national programme.",
    ),
    "held_places": Text(
        sv="Du är reserv: alla platser innehas av dem som redan har dem.",
        en="You are a reserve: all seats are held by those who already have them.",
    ),
    "reception": Text(
        sv="Du är reserv: du är mottagen i andra hand, och platserna räckte bara till sökande i första hand.",
        en="You are a reserve: you are received in second hand, and the seats went to first-hand applicants.",
    ),
    "timeliness": Text(
        sv="Du är reserv: valet kom in sent och prövas efter dem som kom i tid.",
        en="You are a reserve: the choice came late and is tried after those in time.",
    ),
    "merit": Text(
        sv="Du är reserv: den sist antagna hade högre meritvärde.",
        en="You are a reserve: the one last admitted had a higher merit value.",
    ),
    "rank": Text(
        sv="Du är reserv: vid lika meritvärde gick den före som rangordnat utbildningen högre.",
        en="You are a reserve: at equal merit the one who ranked the offering higher went first.",
    ),
    "grade_value": Text(
        sv="Du är reserv: vid lika meritvärde gick den före som hade högre betygsvärde utan provpoäng.",
        en="You are a reserve: at equal merit the one with the higher grade value without test points went first.",
    ),
    "number_of_grades": Text(
        sv="Du är reserv: vid lika meritvärde gick den före som hade fler godkända betyg.",
        en="You are a reserve: at equal merit the one with more passed subjects went first.",
    ),
    "random": Text(
        sv="Du är reserv: vid lika meritvärde avgjorde lotten.",
        en="You are a reserve: at equal merit the lot decided.",
    ),
    "no_seats": Text(
        sv="Du är reserv: utbildningen har inga platser att fördela efter meritvärde.",
        en="You are a reserve: the offering has no seats that go by merit.",
    ),
    "unknown_offering": Text(sv="Utbildningen finns inte att söka.", en="The offering cannot be applied for."),
    "unknown_programme": Text(
        sv="Programmet finns inte för det här antagningsåret.", en="There is no such programme this intake year."
    ),
    "missing_subjects": Text(
        sv="Du är inte behörig: det saknas godkända betyg i ämnen som krävs.",
        en="You are not eligible: passed subjects that are required are missing.",
    ),
    "fully_eligible": Text(
        sv="Du är behörig till ett nationellt program och kan därför inte tas in på introduktionsprogrammet.",
        en="You are eligible for a national programme and so can't be taken into the introduction programme.",
    ),
    "outside_area": Text(
        sv="Introduktionsprogrammet är för boende i kommunen eller dess samverkansområde.",
        en="The introduction programme is for residents of the municipality or its cooperation area.",
    ),
    "test_not_taken": Text(
        sv="Utbildningen kräver ett godkänt färdighetsprov, och det finns inget resultat.",
        en="The offering requires a passed skill test, and there is no result.",
    ),
    "test_not_passed": Text(
        sv="Utbildningen kräver ett godkänt färdighetsprov, och ditt är inte godkänt.",
        en="The offering requires a passed skill test, and yours is not passed.",
    ),
    "too_old": Text(
        sv="Du är för gammal för att börja: gymnasieskolan ska börjas senast första halvåret det år man fyller 20.",
        en="You are too old to begin: that must be no later than the first half of the year in which one turns 20.",
    ),
    "completed_programme": Text(
        sv="Du har redan gått ut ett nationellt program och kan därför inte tas in på ett till.",
        en="You have already completed a national programme and so can't be taken into another.",
    ),
    "grade_required": Text(
        sv="Utbildningen kräver ett visst betyg i ett ämne, och du har inte det betyget.",
        en="The offering requires a certain grade in a subject, and you don't have that grade.",
    ),
}
CODES = tuple(_REASONS)
_QUOTAS: Mapping[str, Mapping[str, Text]] = {
    "admitted": {
        "free": Text(sv="Platsen är en i den fria kvoten.", en="The seat is one of the free quota."),
        "test": Text(
            sv="Platsen är en av dem som går efter färdighetsprovet.", en="The seat is one that goes by the skill test."
        ),
    },
    "reserve": {
        "free": Text(
            sv="Blir en plats i den fria kvoten ledig prövas du till den.",
            en="You are tried for a seat of the free quota if one becomes vacant.",
        ),
        "test": Text(
            sv="Blir en plats som går efter färdighetsprovet ledig prövas du till den.",
            en="You are tried for a seat that goes by the skill test if one becomes vacant.",
        ),
    },
}


def explanation(facts: Facts) -> list[Text]:
    """The sentences about one choice, the deciding one first."""
    sentences = [_REASONS[facts.reason]]
    if facts.outcome in ("admitted", "reserve"):
        sentences.append(_merits(facts))
    if facts.quota:
        sentences.append(_QUOTAS[facts.outcome][facts.quota])
    if facts.queue:
        sentences.append(
            Text(sv=f"Du har plats {facts.queue} i kön.", en=f"You are number {facts.queue} in the queue.")
        )
    return [*sentences, *_moved(facts)]


def _merits(facts: Facts) -> Text:
    own = _points(facts.merit)
    if facts.last_merit is None:
        return Text(sv=f"Ditt meritvärde här är {own.sv}.", en=f"Your merit value here is {own.en}.")
    last = _points(facts.last_merit)
    return Text(
        sv=f"Ditt meritvärde här är {own.sv}; den sist antagna hade {last.sv}.",
        en=f"Your merit value here is {own.en}; the one last admitted had {last.en}.",
    )


def _points(tenths: int) -> Text:
    """With one decimal; Swedish writes a comma."""
    written = f"{tenths // 10}.{tenths % 10}"
    return Text(sv=written.replace(".", ","), en=written)


def _moved(facts: Facts) -> list[Text]:
    """How the place in the queue has changed since the round before, and why."""
    before = facts.queue_before
    if not before:
        return []
    sentences = []
    if facts.queue is None:
        sentences.append(
            Text(sv=f"I omgången före hade du plats {before} i kön.", en=f"The round before you were number {before}.")
        )
    elif facts.queue != before:
        sentences.append(
            Text(
                sv=f"I omgången före hade du plats {before}, nu {facts.queue}.",
                en=f"The round before you were number {before}, now {facts.queue}.",
            )
        )
    return [*sentences, *_causes(facts, before)]


def _causes(facts: Facts, before: int) -> list[Text]:
    admitted, left = facts.ahead_admitted or 0, facts.ahead_left or 0
    causes = []
    if admitted:
        causes.append(
            Text(sv=f"Före dig i kön har {admitted} fått plats här.", en=f"Of those ahead {admitted} got a place here.")
        )
    if left:
        causes.append(Text(sv=f"Före dig i kön har {left} lämnat den.", en=f"Of those ahead {left} left the queue."))
    if facts.queue is None:
        return causes
    others = facts.queue - (before - admitted - left)
    if others > 0:
        causes.append(
            Text(
                sv=f"{others} har tillkommit före dig, genom ändrade betyg eller val.",
                en=f"{others} came in ahead of you, through changed grades or choices.",
            )
        )
    elif others < 0:
        causes.append(
            Text(
                sv=f"Du har gått förbi {-others}, genom ändrade betyg eller val.",
                en=f"You went past {-others}, through changed grades or choices.",
            )
        )
    return causes


def scaling_said(scaling: Scaling) -> Text:
    """Why a merit value is more than the sum of its grades."""
    return Text(
        sv=(
            "Förberedande dansarutbildning med minskad timplan: summan är uppräknad från "
            f"{scaling.grades} till {scaling.to} betyg"
        ),
        en=(
            "Preparatory dancer training with a reduced timetable: the sum is scaled up from "
            f"{scaling.grades} to {scaling.to} grades"
        ),
    )
