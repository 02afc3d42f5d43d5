"""What guidance says: events to the region, and faults to the one who reported. No names leave the service."""

from guidance.messages import cases, drop_in, rota, sessions, study_plans, waitlist

SAYS = (*cases.SAYS, *drop_in.SAYS, *rota.SAYS, *sessions.SAYS, *study_plans.SAYS, *waitlist.SAYS)
