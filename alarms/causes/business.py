"""What the trade waits for, brought about with reports where the way there is short, else with rows in the database."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import uuid4

from alarms.causes import Cause
from alarms.hands import COST_BASIS, OFFERING, Hands, report

_PLACE = """
    INSERT INTO places (intake_year, applicant_id, offering, programme, home_municipality, school_municipality, round,
                        status, stays, revision, changed_at)
    VALUES (2027, $1, '2281-EK-DRILL', 'EK', '2281', '2281', 'final', 'offered', false, 0, now())
"""
_UNMATCHED = """
    INSERT INTO unmatched (month, applicant, payer, payee, reason, intake_year, offering, programme, amount_ore)
    VALUES ('2027-09', $1, '2281', '2282', 'late_fact', 2027, '2282-EK-DRILL', 'EK', 100)
"""


@asynccontextmanager
async def _offered_without_costs(hands: Hands) -> AsyncIterator[None]:
    """2260 offers a programme, and later says what it costs, for each price year it is needed in."""
    await hands.send([report(OFFERING, "2260", offering="2260-EK-DRILL", programme="EK")])
    yield
    years = range(2025, 2031)
    await hands.send([report(COST_BASIS, "2260", price_year=year, programme="EK") for year in years])


@asynccontextmanager
async def _nobody_on_duty(hands: Hands) -> AsyncIterator[None]:
    """A coordinator agrees on cover that nobody is planned for, and later takes it back."""
    hours = [{"weekday": weekday, "begins": "08:00", "ends": "16:00"} for weekday in range(1, 8)]
    asked = {
        "name": "Drill",
        "municipality": "2281",
        "hours": hours,
        "starts_on": "2026-01-01",
        "off_on_holidays": False,
    }
    address = f"/cover-requirements/{uuid4()}"
    async with hands.http("guidance", scopes=("guidance:coordinate",)) as client:
        (await client.put(address, json=asked)).raise_for_status()
        yield
        (await client.delete(address)).raise_for_status()


@asynccontextmanager
async def _offer_open(hands: Hands) -> AsyncIterator[None]:
    applicant = uuid4()
    await hands.execute("admissions", _PLACE, applicant)
    yield
    await hands.execute("admissions", "UPDATE places SET status = 'accepted' WHERE applicant_id = $1", applicant)


@asynccontextmanager
async def _unmatched(hands: Hands) -> AsyncIterator[None]:
    applicant = uuid4()
    await hands.execute("pricing", _UNMATCHED, applicant)
    yield
    await hands.execute("pricing", "DELETE FROM unmatched WHERE applicant = $1", applicant)


CAUSES = [
    Cause(("CoverageGap",), "bemanning avtalad för 2281 som ingen är inlagd på", _nobody_on_duty,
          (("municipality", "2281"),), quick=True),
    Cause(("CostBasesMissing", "CostBasesMissingSoon"), "2260 erbjuder ett program och anger kostnaden först senare",
          _offered_without_costs, (("municipality", "2260"),), quick=True),
    Cause(("OffersUnanswered",), "en erbjuden plats utan svar (rad i databasen)", _offer_open, quick=True),
    Cause(("SettlementsUnmatched",), "en elevmånad som avviker (rad i databasen)", _unmatched, quick=True),
]  # fmt: skip
