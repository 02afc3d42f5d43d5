"""Puts pricing together. The only module that knows all others."""

from pathlib import Path

from pricing import api, consumer, messages, queries, state
from pricing.domain import cost_bases, prices, settlements
from shared.service import Service
from shared.settings import Settings
from shared.texts import Text

MIGRATIONS = Path(__file__).parent / "migrations"


def build(settings: Settings) -> Service:  # noqa: ARG001  # every service is built from its settings; pricing needs none
    """The service as `shared` runs it."""
    return Service(
        name="pricing",
        title=Text(sv="Prissättning", en="Pricing"),
        readings=consumer.readings(),
        listens_to=("catalogue.events", "admissions.events"),
        migrations=MIGRATIONS,
        routers=lambda parts: [api.router(parts)],
        says=(messages.PRICE_LIST_PUBLISHED, messages.SETTLEMENT_ISSUED),
        reasons=(cost_bases.Wrong.FROZEN.value,),
        errors={
            queries.NoPriceList: 404,
            prices.PriceYearUnknown: 404,
            prices.TooEarlyToFreeze: 409,
            prices.AlreadyFrozen: 409,
            settlements.PriceListNotFrozen: 409,
        },
        numbers=state.numbers,
        state=state.figures,
    )
