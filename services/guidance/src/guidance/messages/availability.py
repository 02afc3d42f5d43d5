"""Faults of a reported availability."""

from typing import Final

from guidance.domain.availability import Breach, Wrong
from shared.faults import Fault

_TEXTS: Final = {
    Wrong.BACKWARDS: (
        "Period {index} slutar innan den börjar eller är tom; rätta så att ends_at kommer efter starts_at.",
        "Period {index} ends before it begins or is empty; mend it so that ends_at comes after starts_at.",
    ),
    Wrong.TOO_LONG: (
        "Period {index} är längre än ett dygn; dela den i en period för varje dag.",
        "Period {index} is longer than a day and a night; split it into one period for each day.",
    ),
    Wrong.OVERLAPS: (
        "Period {index} överlappar period {other}; slå ihop dem eller flytta den ena.",
        "Period {index} overlaps period {other}; make them one or move one of them.",
    ),
    Wrong.NOT_YOURS: (
        "Vägledarens id är redan rapporterat av en annan kommun; använd ett id som är ert eget.",
        "The counsellor's id was first reported by another municipality; use an id of your own.",
    ),
}


def fault(breach: Breach) -> Fault:
    """The breach as its reporter reads it, in Swedish and English. Periods are counted from 0, as the pointer does."""
    sv, en = _TEXTS[breach.wrong]
    field = "/counsellor" if breach.wrong is Wrong.NOT_YOURS else f"/periods/{breach.index}"
    numbers = {"index": breach.index, "other": breach.other}
    return Fault(field, breach.wrong, sv.format(**numbers), en.format(**numbers))
