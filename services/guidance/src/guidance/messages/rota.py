"""What is said of the rota: shifts, and gaps in cover."""

from typing import Final
from uuid import UUID

from guidance.domain.rota.coverage import Gap, Requirement
from guidance.domain.rota.planning import Shift
from guidance.messages.times import utc
from shared.events import Outgoing

SHIFT_SCHEDULED: Final = "se.samverk.guidance.shift.scheduled.v1"
SHIFT_WITHDRAWN: Final = "se.samverk.guidance.shift.withdrawn.v1"
GAP_FOUND: Final = "se.samverk.guidance.coverage_gap.found.v1"
GAP_CLOSED: Final = "se.samverk.guidance.coverage_gap.closed.v1"
SAYS: Final = (SHIFT_SCHEDULED, SHIFT_WITHDRAWN, GAP_FOUND, GAP_CLOSED)


def of_shift(rota: UUID, shift: Shift, municipality: str) -> Outgoing:
    """A shift as it now stands, or that it is no more; a higher revision replaces a lower one."""
    data = {
        "shift": str(shift.shift),
        "rota": str(rota),
        "counsellor": str(shift.duty.counsellor),
        "counsellor_municipality": municipality,
        "starts_at": utc(shift.duty.period.starts_at),
        "ends_at": utc(shift.duty.period.ends_at),
        "revision": shift.revision,
    }
    kind = SHIFT_WITHDRAWN if shift.withdrawn else SHIFT_SCHEDULED
    return Outgoing(type=kind, subject=str(shift.shift), data=data)


def of_gap(gap_id: UUID, requirement: Requirement, gap: Gap, outcome: str | None) -> Outgoing:
    """A gap found at most seven days ahead, or closed because it was filled or its time has passed."""
    data: dict[str, object] = {
        "gap": str(gap_id),
        "requirement": str(requirement.requirement),
        "starts_at": utc(gap.period.starts_at),
        "ends_at": utc(gap.period.ends_at),
        "missing": gap.missing,
    }
    wanted = {"municipality": requirement.municipality, "language": requirement.language}
    data |= {name: value for name, value in wanted.items() if value is not None}
    if outcome is None:
        return Outgoing(type=GAP_FOUND, subject=str(gap_id), data=data)
    return Outgoing(type=GAP_CLOSED, subject=str(gap_id), data=data | {"outcome": outcome})
