"""Why a round can't be run, in words."""

from collections.abc import Mapping

from admissions.domain.rounds import NotNow
from shared.texts import Text

CANNOT_RUN: Mapping[str, Text] = {
    NotNow.ALREADY_PUBLISHED: Text(
        sv="Omgången är publicerad; en bindande omgång körs en gång.",
        en="The round is published; a binding round is run once.",
    ),
    NotNow.FINAL_PUBLISHED: Text(
        sv="Slutantagningen är publicerad; en preliminär säger inget längre.",
        en="The final round is published; a preliminary one says nothing any more.",
    ),
    NotNow.ROUND_BEFORE_MISSING: Text(
        sv="Omgången före är inte publicerad; kör den först.",
        en="The round before is not published; run it first.",
    ),
    NotNow.HANDED_OVER: Text(
        sv="Reservantagningen är överlämnad till skolorna; inga fler omgångar körs.",
        en="Admission of reserves is handed over to the schools; no more rounds are run.",
    ),
    NotNow.OFFERS_UNANSWERED: Text(
        sv="Det finns obesvarade erbjudanden; stäng svaren först.",
        en="There are unanswered offers; close the replies first.",
    ),
    "seed_not_committed": Text(
        sv="Inget frö är låst för omgången; lås det först, så att lottningen kan kontrolleras.",
        en="No seed is locked for the round; lock one first, so that the draw can be checked.",
    ),
    "no_rules": Text(
        sv="Det finns ingen kalender för antagningsåret i regionen.",
        en="There is no calendar for the intake year in the region.",
    ),
    "not_verified": Text(
        sv="Den oberoende kontrollen fann fel i placeringen; ingenting är publicerat.",
        en="The independent check found fault with the placement; nothing was published.",
    ),
    "stopped": Text(
        sv="Arbetet avbröts och ingenting är publicerat. Kör omgången igen.",
        en="The work was interrupted and nothing was published. Run the round again.",
    ),
    "failed": Text(
        sv="Något gick fel och ingenting är publicerat. Driften har fått veta det; försök igen senare.",
        en="Something went wrong and nothing was published. Operations have been told; try again later.",
    ),
}
