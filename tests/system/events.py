"""Valid reports for each service, as a municipality's local system would send them, and what effect each must have."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4, uuid5

import orjson

SPACE = UUID("6f1c2c56-0f0e-4f4e-9a55-0a7a3f1f6d10")


@dataclass(frozen=True, slots=True)
class Report:
    """One CloudEvent from a municipality."""

    type: str
    subject: str
    data: dict[str, Any]
    municipality: str = "2281"
    id: str = field(default_factory=lambda: str(uuid4()))

    @property
    def service(self) -> str:
        return self.type.split(".")[2]

    @property
    def topic(self) -> str:
        return f"in.{self.municipality}.{self.service}"

    def headers(self) -> list[tuple[str, bytes]]:
        attributes = {
            "ce_specversion": "1.0",
            "ce_id": self.id,
            "ce_type": self.type,
            "ce_source": f"/municipalities/{self.municipality}/test",
            "ce_subject": self.subject,
            "ce_time": "2027-01-20T10:00:00Z",
            "content-type": "application/json",
        }
        return [(name, value.encode()) for name, value in attributes.items()]

    def value(self) -> bytes:
        return orjson.dumps(self.data)

    def envelope(self) -> dict[str, Any]:
        return {
            "specversion": "1.0",
            "id": self.id,
            "type": self.type,
            "source": f"/municipalities/{self.municipality}/test",
            "subject": self.subject,
            "time": "2027-01-20T10:00:00Z",
            "datacontenttype": "application/json",
            "data": self.data,
        }


def identity(number: int) -> str:
    """A personal number by the rules, in the range that the tax agency keeps for tests (birth numbers 980-999)."""
    born = datetime(2009, 1, 1, tzinfo=UTC) + timedelta(days=number // 20)
    digits = f"{born:%y%m%d}{980 + number % 20}"
    total = sum(sum(divmod(int(digit) * (2 - place % 2), 10)) for place, digit in enumerate(digits))
    return f"{born:%Y%m%d}-{digits[6:]}{-total % 10}"


def application(batch: int, number: int, **changes: Any) -> Report:
    applicant = str(uuid5(SPACE, f"{batch}-{number}"))
    data = {
        "applicant": applicant,
        "identity": identity(batch * 1500 + number),
        "protected": False,
        "intake_year": 2027,
        "submitted_at": "2027-01-20T10:00:00Z",
        "revision": 1,
        "choices": [{"rank": n, "offering": f"2281-EK-1000000{n}"} for n in range(1, 6)],
    }
    return Report("se.samverk.admissions.application.submitted.v1", applicant, data | changes)


def offering(batch: int, number: int, *, municipality: str = "2281", **changes: Any) -> Report:
    name = f"{municipality}-EK-{batch}-{number}"
    data = {
        "offering": name,
        "intake_year": 2027,
        "programme": "EK",
        "school_unit": "10000001",
        "school_name": "Testskolan",
        "seats": 30,
        "status": "offered",
        "revision": 1,
    }
    return Report("se.samverk.catalogue.offering.reported.v1", name, data | changes, municipality)


_PROGRAMMES = [
    "BF",
    "BA",
    "EE",
    "FT",
    "FR",
    "FS",
    "HT",
    "IN",
    "NB",
    "RL",
    "VF",
    "VO",
    "EK",
    "ES",
    "HU",
    "NA",
    "SA",
    "TE",
]


_REGION = ["2260", "2262", "2280", "2281", "2282", "2283", "2284"]


def cost_basis(batch: int, number: int, **changes: Any) -> Report:
    """There are few enough of these that a batch is one municipality's, and 18 the most."""
    municipality, programme = _REGION[batch % 7], _PROGRAMMES[number]
    items = ("teaching", "learning_tools", "pupil_health", "meals", "administration", "premises")
    data = {
        "price_year": 2027,
        "programme": programme,
        "pupils": 100,
        "costs_ore": dict.fromkeys(items, 100_000_000),
        "revision": 1,
    }
    subject = f"{municipality}-2027-{programme}"
    return Report("se.samverk.pricing.cost_basis.reported.v1", subject, data | changes, municipality)


def availability(batch: int, number: int, **changes: Any) -> Report:
    counsellor = str(uuid5(SPACE, f"counsellor-{batch}-{number}"))
    data = {
        "counsellor": counsellor,
        "display_name": f"Vägledare {number}",
        "languages": ["sv"],
        "channels": ["video"],
        "session_minutes": 30,
        "periods": [{"starts_at": "2028-01-10T08:00:00Z", "ends_at": "2028-01-10T10:00:00Z"}],
        "revision": 1,
    }
    return Report("se.samverk.guidance.availability.reported.v1", counsellor, data | changes)


@dataclass(frozen=True, slots=True)
class Trade:
    """A service's report, and the statement that lists the subjects on which reports have had their effect."""

    service: str
    make: Callable[..., Report]
    effects: str
    most: int = 1000


TRADES = [
    Trade(
        "admissions",
        application,
        "SELECT convert_from(key, 'UTF8') FROM outbox WHERE type = 'se.samverk.admissions.application.received.v1'",
    ),
    Trade(
        "catalogue",
        offering,
        "SELECT convert_from(key, 'UTF8') FROM outbox WHERE type = 'se.samverk.catalogue.offering.published.v1'",
    ),
    Trade(
        "pricing",
        cost_basis,
        "SELECT municipality || '-' || price_year || '-' || programme FROM cost_bases",
        most=18,
    ),
    Trade("guidance", availability, "SELECT counsellor::text FROM counsellors"),
]
