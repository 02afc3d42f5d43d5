"""What is said of reception: first or second hand and who decided; never the ground or the reasons."""

from typing import Final

from admissions.domain.receptions import Decision
from shared.events import Incoming, Outgoing

REGISTERED: Final = "se.samverk.admissions.reception.registered.v1"
SAYS: Final = (REGISTERED,)


def registered(decision: Decision, cause: Incoming | None) -> Outgoing:
    """A decision that is in force from the next round on."""
    data = {
        "applicant": decision.applicant,
        "intake_year": decision.intake_year,
        "offering": decision.offering,
        "version": decision.version,
        "reception": decision.hand.word,
        "by": decision.source.value,
        "school_municipality": decision.offering[:4],
        "decided_on": decision.decided_on.isoformat(),
    }
    return Outgoing(type=REGISTERED, subject=decision.applicant, data=data, cause=cause)
