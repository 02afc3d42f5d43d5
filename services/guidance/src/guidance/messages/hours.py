"""Faults of reported working hours, and the same words for the page where they are entered."""

from typing import Final

from guidance.domain.hours import Breach, Wrong
from shared.faults import Fault
from shared.texts import Text

TEXTS: Final = {
    Wrong.BACKWARDS: Text(
        sv="Tiden slutar innan den börjar; låt sluttiden komma efter starttiden.",
        en="The hours end before they begin; let the end come after the beginning.",
    ),
    Wrong.OVERLAP: Text(
        sv="Tiden överlappar en annan tid samma dag; slå ihop dem eller ändra den ena.",
        en="The hours overlap other hours of the same day; make them one or change one of them.",
    ),
    Wrong.VALIDITY: Text(
        sv="Sista giltiga dagen kommer före den första; rätta den ena.",
        en="The last valid day comes before the first; mend one of them.",
    ),
    Wrong.HALF: Text(
        sv="Ange både start- och sluttid, eller ingen av dem om dagen är ledig.",
        en="Give both beginning and end, or neither if the day is off.",
    ),
    Wrong.MIXED: Text(
        sv="Samma dag är både ledig och har tider; behåll det ena.",
        en="The same day is both off and has hours; keep one of them.",
    ),
    Wrong.ABSENCE: Text(
        sv="Frånvaron slutar innan den börjar; rätta tiderna.",
        en="The absence ends before it begins; mend the times.",
    ),
    Wrong.ABSENCE_LONG: Text(
        sv="Frånvaron är längre än två år; dela den eller rätta datumet.",
        en="The absence is longer than two years; split it or mend the date.",
    ),
    Wrong.UNKNOWN: Text(
        sv="Vägledaren är inte rapporterad av er kommun; skicka availability.reported först.",
        en="The counsellor has not been reported by your municipality; send availability.reported first.",
    ),
}


def fault(breach: Breach) -> Fault:
    """The breach as its reporter reads it."""
    text = TEXTS[breach.wrong]
    return Fault(f"/{breach.list}/{breach.index}", breach.wrong, text.sv, text.en)


def unknown() -> Fault:
    """Hours of a counsellor that the municipality has not reported."""
    text = TEXTS[Wrong.UNKNOWN]
    return Fault("/counsellor", Wrong.UNKNOWN, text.sv, text.en)
