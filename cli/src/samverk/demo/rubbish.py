"""What goes wrong in every real year: reports that are late, doubled, broken, or somebody else's."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import orjson

from samverk.demo import reports
from samverk.demo.cast import Cast
from samverk.demo.persons import check_digit
from samverk.demo.region import Municipality
from samverk.demo.reports import Report
from samverk.envelopes import STRUCTURED, Record, envelope, structured

SENDS_RUBBISH, AT_THE_DOOR, SENDS_TWICE, SAME_ID = "2283", "2282", "2262", "2284"
TAKEN_IDENTITY, BROKEN_IDENTITY = "2280", "2262"


@dataclass(frozen=True, slots=True)
class Raw:
    """A record as it goes onto the municipality's topic; `id` None when it has none that can be read."""

    municipality: Municipality
    service: str
    id: str | None
    record: Record


def offerings_by_kafka(cast: Cast) -> list[Raw]:
    """One municipality's broken rows: a field lacks, unknown and closed programmes, others' codes, no event or JSON."""
    home = cast.region.by_code[SENDS_RUBBISH]
    first, second, third, *_ = home.offerings
    lacking = reports.offering(cast, home, first, offering=f"{home.code}-EK-1")
    del lacking.event["data"]["seats"]
    unknown = reports.offering(cast, home, first, offering=f"{home.code}-XX-1", programme="XX")
    closed = reports.offering(cast, home, second, offering=f"{home.code}-HV-1", programme="HV")
    foreign = reports.offering(cast, home, third, offering="2281-EK-99999999")
    wrong_source = reports.offering(cast, home, third, offering=f"{home.code}-SA-1")
    wrong_source.event["source"] = "/municipalities/2281/elevregister"
    newer = reports.offering(cast, home, second, offering=f"{home.code}-EK-2")
    newer.event["type"] = "se.samverk.catalogue.offering.reported.v9"
    broken = [_raw(each) for each in (lacking, unknown, closed, foreign, wrong_source, newer)]
    return [*broken, *_not_even_events(home)]


def _raw(report: Report) -> Raw:
    return Raw(report.municipality, report.service, report.event["id"], structured(report.event))


def _not_even_events(home: Municipality) -> list[Raw]:
    header = [("content-type", STRUCTURED.encode())]
    no_json = Record(b"rad-17", header, b'offering;"programme')
    no_event = Record(b"rad-18", header, orjson.dumps({"utbildning": "ekonomi", "platser": 30}))
    return [Raw(home, "catalogue", None, record) for record in (no_json, no_event)]


def at_the_door(cast: Cast) -> list[Report]:
    """Rows that the HTTP door itself refuses while the rest of their batch goes through."""
    home = cast.region.by_code[AT_THE_DOOR]
    negative = reports.offering(cast, home, home.offerings[0], offering=f"{home.code}-EK-1", seats=-5)
    foreign = reports.offering(cast, home, home.offerings[1], offering=f"{home.code}-NA-1")
    foreign.event["source"] = "/municipalities/2281/elevregister"
    return [negative, foreign]


def twice(everything: Sequence[Report]) -> list[Report]:
    """A whole report sent once more, as it was."""
    return list(reports.rows_of(everything, SENDS_TWICE))


def same_id_other_content(everything: Sequence[Report]) -> list[Report]:
    """An id that has been used, now on something else."""
    first = next(reports.rows_of(everything, SAME_ID))
    return [replace(first, event=first.event | {"data": first.event["data"] | {"seats": 1, "revision": 2}})]


def applications(cast: Cast) -> list[Report]:
    """A person who already applies elsewhere under another id, and one whose number has the wrong check digit."""
    taken = next(each for each in cast.applicants if each.person.home.code == "2281")
    at = reports.moment(cast.region.dates["applications_to"])
    twin = {"applicant": "7d1b3c52-0000-4000-8000-000000000001", "identity": taken.person.identity}
    short = "110101980"
    wrong = (int(check_digit(short)) + 1) % 10
    broken = {"applicant": "7d1b3c52-0000-4000-8000-000000000002", "identity": f"20{short[:6]}-{short[6:]}{wrong}"}
    return [
        _like(reports.application(cast, taken, taken.choices, at), cast.region.by_code[code], changed)
        for code, changed in ((TAKEN_IDENTITY, twin), (BROKEN_IDENTITY, broken))
    ]


def _like(report: Report, home: Municipality, changed: dict[str, Any]) -> Report:
    data = report.event["data"] | changed
    event = envelope(source=home.source, type=report.event["type"], subject=data["applicant"], data=data)
    return Report(home, report.service, event)
