"""Decisions in plain words, Swedish and English, with how they are appealed."""

from typing import Final, NamedTuple


class Said(NamedTuple):
    """The same in both languages."""

    sv: str
    en: str


_REASONS: Final = {
    "right": Said(
        "Du är antagen eftersom du har rätt till utbildningen (20 kap. skollagen). Något urval görs inte.",
        "You are admitted because you have a right to the education (Education Act, chapter 20). No selection is made.",
    ),
    "validated": Said(
        "Ansökan avslutas eftersom validering har visat att du redan har kunskaperna (20 kap. 42–43 §§ skollagen).",
        "The application is closed because validation has shown that you already have the knowledge "
        "(Education Act 20:42–43).",
    ),
    "no_undertaking": Said(
        "Du tas inte emot eftersom din hemkommun inte åtar sig att svara för kostnaden (20 kap. 21–22 §§ skollagen).",
        "You are not received because your home municipality does not undertake the cost (Education Act 20:21–22).",
    ),
    "not_resident": Said("Du är inte bosatt i landet.", "You are not resident in Sweden."),
    "too_young": Said(
        "Utbildningen börjar innan du har nått åldern för den.",
        "The education begins before you are old enough for it.",
    ),
    "has_knowledge": Said(
        "Du har redan de kunskaper som utbildningen ger.", "You already have the knowledge that the education gives."
    ),
    "cannot_benefit": Said(
        "Du bedöms sakna förutsättningar att tillgodogöra dig utbildningen.",
        "You are judged not to be able to benefit from the education.",
    ),
    "has_basic_swedish": Said(
        "Du har redan grundläggande kunskaper i svenska (20 kap. 31 § skollagen).",
        "You already have basic knowledge of Swedish (Education Act 20:31).",
    ),
    "nordic_language": Said(
        "Du talar danska eller norska och behöver därför inte sfi (20 kap. 32 § skollagen).",
        "You speak Danish or Norwegian and therefore do not need sfi (Education Act 20:32).",
    ),
}
_STEPS: Final = {
    1: Said("du behöver fullfölja studier enligt din individuella studieplan", "you need to complete studies begun "
            "under your individual study plan"),
    2: Said("du saknar gymnasieexamen eller motsvarande", "you lack an upper-secondary diploma or the like"),
    3: Said("du är eller riskerar att bli arbetslös", "you are or risk being unemployed"),
    4: Said("du behöver utbildningen för ditt nuvarande arbete", "you need the education for your present work"),
    5: Said("du behöver utbildningen för ett planerat yrke", "you need the education for a planned occupation"),
    6: Said("inget av de fem förtursskälen gäller dig", "none of the five grounds for priority applies to you"),
}  # fmt: skip
_APPEAL: Final = Said(
    "Du kan överklaga beslutet till Skolväsendets överklagandenämnd (28 kap. 12 § skollagen). Skriv vilket beslut det "
    "gäller och vad du vill ändra, och lämna överklagandet till {organiser} inom tre veckor från den dag du fick "
    "beslutet.",
    "You can appeal to the Board of Appeal for Education (Education Act 28:12). Write which decision it concerns and "
    "what you want changed, and hand it to {organiser} within three weeks of the day you received the decision.",
)
_FINAL: Final = Said(
    "Beslut om antagning kan inte överklagas (28 kap. 18 § skollagen).",
    "A decision on admission cannot be appealed (Education Act 28:18).",
)


def reason(status: str, code: str, queue: int | None) -> Said:
    """Why, in one or two sentences. `code` is the application's reason."""
    if not code.startswith("step_"):
        return _REASONS[code]
    step = _STEPS[int(code.removeprefix("step_"))]
    if status == "reserve":
        return Said(
            f"Platserna räckte inte. Du är reserv nummer {queue}; i urvalet gällde att {step.sv} (3 kap. 7 § "
            "förordningen om vuxenutbildning).",
            f"There were not seats enough. You are number {queue} in reserve; in the selection it counted that "
            f"{step.en} (Ordinance on adult education 3:7).",
        )
    return Said(
        f"Du är antagen i urvalet, där det gällde att {step.sv} (3 kap. 7 § förordningen om vuxenutbildning).",
        f"You are admitted by selection, in which it counted that {step.en} (Ordinance on adult education 3:7).",
    )


def appeal(status: str, organiser: str) -> Said:
    """How the decision is appealed, or that it cannot be. `organiser` is named as the reader knows it."""
    if status != "not_received":
        return _FINAL
    return Said(_APPEAL.sv.format(organiser=organiser), _APPEAL.en.format(organiser=organiser))
