"""Guidance over HTTP: translates, nothing else."""

from collections.abc import Sequence

from fastapi import APIRouter

from guidance.api import cases, sessions, slots
from guidance.settings import Secrets
from shared.service import Parts


def routers(parts: Parts, secrets: Secrets | None = None) -> Sequence[APIRouter]:
    """What guidance answers over HTTP. Without secrets, what needs them answers 503."""
    secrets = secrets or Secrets.none()
    return [cases.router(parts), sessions.router(parts), slots.router(parts)]
