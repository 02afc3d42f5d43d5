"""Decisions on reception in plain words, Swedish and English, with how they are appealed."""

from collections.abc import Mapping
from typing import Final

from admissions.domain.reception import Ground, Hand
from shared.texts import Text

_GROUNDS: Final[Mapping[Ground, Text]] = {
    Ground.RESIDENCE: Text(
        sv="Du tas emot i första hand eftersom du är folkbokförd i kommunen (16 kap. 43 § skollagen).",
        en="You are received in first hand because you are resident in the municipality (Education Act 16:43).",
    ),
    Ground.PLACED_HERE: Text(
        sv="Du tas emot i första hand: den som är placerad i kommunen likställs med den som är folkbokförd där "
        "(16 kap. 43 § skollagen).",
        en="You are received in first hand: who lives in the municipality by a placement counts as resident there "
        "(Education Act 16:43).",
    ),
    Ground.COOPERATION_AREA: Text(
        sv="Du tas emot i första hand eftersom du bor i utbildningens samverkansområde (16 kap. 43 § skollagen).",
        en="You are received in first hand because you live in the education's cooperation area (Education Act 16:43).",
    ),
    Ground.NOT_OFFERED_AT_HOME: Text(
        sv="Du tas emot i första hand eftersom din hemkommun inte erbjuder utbildningen (16 kap. 44 § skollagen).",
        en="You are received in first hand because your home municipality does not offer the education "
        "(Education Act 16:44).",
    ),
    Ground.NATIONALLY_RECRUITING: Text(
        sv="Du tas emot i första hand eftersom utbildningen är riksrekryterande (16 kap. 44 § skollagen).",
        en="You are received in first hand because the education recruits nationally (Education Act 16:44).",
    ),
    Ground.INDEPENDENT_SCHOOL: Text(
        sv="Du tas emot i första hand: en fristående skola är öppen för alla (15 kap. 33 § skollagen).",
        en="You are received in first hand: an independent school is open to all (Education Act 15:33).",
    ),
    Ground.SPECIAL_REASONS: Text(
        sv="Du tas emot i första hand eftersom det finns särskilda skäl för det (16 kap. 43 § skollagen).",
        en="You are received in first hand because there are special reasons for it (Education Act 16:43).",
    ),
    Ground.OFFERED_AT_HOME: Text(
        sv="Du tas emot i andra hand eftersom utbildningen finns i din hemkommun eller dess samverkansområde. Du får "
        "en plats om det finns någon kvar när alla förstahandssökande har fått sin (16 kap. 47 § skollagen).",
        en="You are received in second hand because the education is offered in your home municipality or its "
        "cooperation area. You get a seat if one is left when all first-hand applicants have theirs "
        "(Education Act 16:47).",
    ),
}
_APPEAL: Final = Text(
    sv="Du kan överklaga beslutet till Skolväsendets överklagandenämnd (28 kap. 12 § skollagen). Skriv vilket beslut "
    "det gäller och vad du vill ändra, och lämna överklagandet till {organiser} inom tre veckor från den dag du fick "
    "beslutet.",
    en="You can appeal to the Board of Appeal for Education (Education Act 28:12). Write which decision it "
    "concerns and what you want changed, and hand it to {organiser} within three weeks of the day you "
    "received the decision.",
)
_IN_YOUR_FAVOUR: Final = Text(
    sv="Beslutet är till din fördel och behöver inte överklagas.",
    en="The decision is in your favour and need not be appealed.",
)
_FROM_THE_BOARD: Final = Text(
    sv="Beslutet är Skolväsendets överklagandenämnds och kan inte överklagas (28 kap. 18 § skollagen).",
    en="The decision is that of the Board of Appeal for Education and cannot be appealed (Education Act 28:18).",
)


def ground_said(ground: Ground) -> Text:
    """Why the applicant is received so, with the rule it rests on."""
    return _GROUNDS[ground]


def appeal_said(ground: Ground, source: str, organiser: str) -> Text:
    """How the decision is appealed, or why it is not. `organiser` is named as the reader knows it."""
    if source == "appeal":
        return _FROM_THE_BOARD
    if ground.hand is Hand.FIRST:
        return _IN_YOUR_FAVOUR
    return Text(sv=_APPEAL.sv.format(organiser=organiser), en=_APPEAL.en.format(organiser=organiser))
