"""What guidance says: events to the region, and faults to the one who reported. No names leave the service."""

from guidance.messages import cases, sessions, study_plans

SAYS = (*cases.SAYS, *sessions.SAYS, *study_plans.SAYS)
