"""What the municipalities' systems send: valid reports in several revisions, and reports that break a rule.

Made-up people only: identities use birth numbers that the Swedish Tax Agency keeps for tests.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count
from random import Random
from typing import Any
from uuid import UUID

import orjson

MUNICIPALITIES = ("2260", "2262", "2280", "2281", "2282", "2283", "2284")
SERVICES = ("admissions", "catalogue", "guidance", "pricing")
PROGRAMMES = ("BF", "BA", "EE", "FT", "FS", "HT", "IN", "NB", "RL", "VF", "VO", "EK", "ES", "HU", "NA", "SA", "TE")
TYPES = {
    "admissions": "se.samverk.admissions.application.submitted.v1",
    "catalogue": "se.samverk.catalogue.offering.reported.v1",
    "guidance": "se.samverk.guidance.availability.reported.v1",
    "pricing": "se.samverk.pricing.cost_basis.reported.v1",
}
_COSTS = ("teaching", "learning_tools", "pupil_health", "meals", "administration", "premises")
_YEARS = (2027, 2028, 2029, 2030)


@dataclass(frozen=True, slots=True)
class Report:
    """One CloudEvent of a municipality. `data` may be bytes that are no JSON; then it is no event at all."""

    id: str
    municipality: str
    service: str
    subject: str
    revision: int
    data: Mapping[str, Any] | bytes
    reason: str = ""

    @property
    def source(self) -> str:
        return f"/municipalities/{self.municipality}/chaos"

    @property
    def topic(self) -> str:
        return f"in.{self.municipality}.{self.service}"

    @property
    def readable(self) -> bool:
        """Whether it is an event at all."""
        return not isinstance(self.data, bytes)

    def headers(self) -> list[tuple[str, bytes]]:
        """The Kafka headers of binary mode."""
        if not self.readable:
            return []
        attributes = self._attributes() | {"content-type": "application/json"}
        return [(k if k == "content-type" else f"ce_{k}", v.encode()) for k, v in attributes.items()]

    def value(self) -> bytes:
        """What stands in the Kafka record."""
        return self.data if isinstance(self.data, bytes) else orjson.dumps(self.data)

    def envelope(self) -> dict[str, Any]:
        """The event as JSON, for the HTTP door."""
        return self._attributes() | {"datacontenttype": "application/json", "data": self.data}

    def _attributes(self) -> dict[str, str]:
        return {
            "specversion": "1.0",
            "id": self.id,
            "type": TYPES[self.service],
            "source": self.source,
            "subject": self.subject,
            "time": "2027-01-20T10:00:00Z",
        }


@dataclass(frozen=True, slots=True)
class Matter:
    """Something a municipality reports of, again and again: its data at a revision."""

    municipality: str
    service: str
    subject: str
    at: Callable[[int], dict[str, Any]]


class Writer:
    """Makes matters and their reports; the same seed makes the same."""

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)
        self._identities = count(1)
        self._serial = count(1)

    def matter(self, municipality: str, service: str) -> Matter:
        """A new matter of the service. Pricing has few, and is asked through `bases`."""
        return {"admissions": self._applicant, "catalogue": self._offering, "guidance": self._counsellor}[service](
            municipality
        )

    def bases(self, municipality: str) -> Iterator[Matter]:
        """Every programme and year that a municipality has costs for."""
        for year in _YEARS:
            for programme in PROGRAMMES:
                yield _basis(municipality, year, programme)

    def report(self, matter: Matter, revision: int) -> Report:
        """The matter as it is at a revision."""
        data = matter.at(revision)
        return Report(self._uuid(), matter.municipality, matter.service, matter.subject, revision, data)

    def breaking(self, municipality: str, service: str, *, door: str) -> Report:
        """A report that passes the door and breaks a rule inside; through Kafka also one that no door has seen."""
        choice = self._random.random()
        if door == "kafka" and choice < 0.2:
            return Report(self._uuid(), municipality, service, "", 0, b"\xff no json", "not_json")
        matter = next(self.bases(municipality)) if service == "pricing" else self.matter(municipality, service)
        data = matter.at(1)
        if door == "kafka" and choice < 0.6:
            del data["revision"]
            return Report(self._uuid(), municipality, service, matter.subject, 0, data, "wrong_shape")
        subject = _break(service, matter.subject, data)
        return Report(self._uuid(), municipality, service, subject, 0, data, "breaks_a_rule")

    def _uuid(self) -> str:
        return str(UUID(int=self._random.getrandbits(128), version=4))

    def _applicant(self, municipality: str) -> Matter:
        applicant, number = self._uuid(), identity(next(self._identities))

        def at(revision: int) -> dict[str, Any]:
            ranked = enumerate(PROGRAMMES[: 1 + revision % 6], 1)
            return {
                "applicant": applicant,
                "identity": number,
                "protected": False,
                "intake_year": 2027,
                "submitted_at": "2027-01-20T10:00:00Z",
                "revision": revision,
                "choices": [{"rank": n, "offering": f"{municipality}-{code}-10000001"} for n, code in ranked],
            }

        return Matter(municipality, "admissions", applicant, at)

    def _offering(self, municipality: str) -> Matter:
        programme = self._random.choice(PROGRAMMES)
        offering = f"{municipality}-{programme}-{next(self._serial)}"

        def at(revision: int) -> dict[str, Any]:
            return {
                "offering": offering,
                "intake_year": 2027,
                "programme": programme,
                "school_unit": "10000001",
                "school_name": "Testskolan",
                # the catalogue tells of seats and not of revisions: so each revision can be told from the others
                "seats": revision,
                "status": "offered",
                "revision": revision,
            }

        return Matter(municipality, "catalogue", offering, at)

    def _counsellor(self, municipality: str) -> Matter:
        counsellor = self._uuid()

        def at(revision: int) -> dict[str, Any]:
            return {
                "counsellor": counsellor,
                "display_name": "Vägledare Test",
                "languages": ["sv"],
                "channels": ["video"],
                "session_minutes": 30,
                "periods": [{"starts_at": "2028-01-10T08:00:00Z", "ends_at": "2028-01-10T10:00:00Z"}],
                "revision": revision,
            }

        return Matter(municipality, "guidance", counsellor, at)


def identity(index: int) -> str:
    """The index-th number of nobody: a date from 1900 on, a birth number kept for tests, Luhn's check digit."""
    day, place = divmod(index, 20)
    born, number = date(1900, 1, 1) + timedelta(days=day), 980 + place
    digits = f"{born:%y%m%d}{number}"
    total = sum(sum(divmod(int(digit) * (2 - at % 2), 10)) for at, digit in enumerate(digits))
    return f"{born:%Y%m%d}-{number}{-total % 10}"


def _basis(municipality: str, year: int, programme: str) -> Matter:
    def at(revision: int) -> dict[str, Any]:
        return {
            "price_year": year,
            "programme": programme,
            "pupils": 100,
            "costs_ore": dict.fromkeys(_COSTS, 100_000_000),
            "revision": revision,
        }

    return Matter(municipality, "pricing", f"{municipality}-{year}-{programme}", at)


def _break(service: str, subject: str, data: dict[str, Any]) -> str:
    """Break a rule that no schema knows; gives the subject that then is right."""
    if service == "admissions":
        data["choices"] = [choice | {"rank": choice["rank"] + 1} for choice in data["choices"]]
    elif service == "catalogue":
        data["programme"] = "QQ"
    elif service == "guidance":
        period = data["periods"][0]
        period["starts_at"], period["ends_at"] = period["ends_at"], period["starts_at"]
    else:
        data["programme"] = "QQ"
        return f"{subject.rpartition('-')[0]}-QQ"
    return subject
