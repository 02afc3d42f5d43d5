"""Guidance over HTTP: translates, nothing else."""

from collections.abc import Sequence

from fastapi import APIRouter

from guidance.api import cases, sessions, slots
from shared.service import Parts


def routers(parts: Parts) -> Sequence[APIRouter]:
    """What guidance answers over HTTP."""
    return [cases.router(parts), sessions.router(parts), slots.router(parts)]
