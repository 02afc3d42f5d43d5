"""What is said of visits in the drop-in queue: figures, nothing of who came."""

from typing import Final

from guidance.domain.drop_in import Visit, waited
from shared.events import Outgoing

DROP_IN_ENDED: Final = "se.samverk.guidance.drop_in.ended.v1"
SAYS: Final = (DROP_IN_ENDED,)


def of_visit(visit: Visit) -> Outgoing:
    """A visit that has ended."""
    assert visit.outcome is not None
    data: dict[str, object] = {
        "visit": str(visit.visit),
        "municipality": visit.municipality,
        "language": visit.language,
        "channel": visit.channel.value,
        "outcome": visit.outcome.value,
        "waited_seconds": waited(visit),
    }
    if visit.counsellor_municipality is not None:
        data["counsellor_municipality"] = visit.counsellor_municipality
    return Outgoing(type=DROP_IN_ENDED, subject=str(visit.visit), data=data)
