"""Puts the catalogue together. The only module that knows all others."""

from pathlib import Path

from catalogue import api, consumer, messages, state
from shared.service import Service
from shared.settings import Settings
from shared.texts import Text

MIGRATIONS = Path(__file__).parent / "migrations"


def build(settings: Settings) -> Service:  # noqa: ARG001  # every service is built from its settings; this one needs none
    """The service as `shared` runs it."""
    return Service(
        name="catalogue",
        title=Text(sv="Utbildningskatalog", en="Catalogue"),
        readings=consumer.readings(),
        migrations=MIGRATIONS,
        routers=lambda parts: [api.router(parts)],
        says=(messages.PUBLISHED, messages.CHANGED, messages.WITHDRAWN),
        numbers=state.numbers,
        state=state.figures,
    )
