"""Guidance over HTTP: translates, nothing else."""

from collections.abc import Sequence

from fastapi import APIRouter

from guidance.adapters.calendars.vault import Vault
from guidance.adapters.links import links_of
from guidance.adapters.reference import rules
from guidance.adapters.rooms import Rooms
from guidance.adapters.sealing import seal_of
from guidance.api import (
    activity_responsibility,
    calendars,
    cases,
    drop_in,
    evaluation,
    follow_up,
    hours,
    invitations,
    notes,
    own_shifts,
    rota,
    sessions,
    slots,
    study_plans,
)
from guidance.commands.desk import Desk
from guidance.commands.post import post_of
from guidance.settings import Secrets
from shared.service import Parts


def routers(parts: Parts, secrets: Secrets | None = None) -> Sequence[APIRouter]:
    """What guidance answers over HTTP. Without secrets, what needs them answers 503."""
    secrets = secrets or Secrets.none()
    links, seal = links_of(secrets), seal_of(secrets)
    desk, rooms = Desk(parts.unit_of_work, rules()), Rooms(secrets.rooms)
    return [
        cases.router(parts),
        sessions.router(parts, desk, rooms),
        hours.router(parts),
        invitations.router(parts, post_of(secrets, links)),
        slots.router(parts),
        follow_up.router(parts),
        notes.router(parts, seal),
        activity_responsibility.router(parts),
        study_plans.router(parts, links),
        evaluation.router(parts, links),
        rota.router(parts),
        own_shifts.router(parts),
        calendars.router(parts, Vault(secrets.calendar_keys)),
        drop_in.router(parts, Vault(secrets.calendar_keys), Rooms(secrets.rooms)),
    ]
