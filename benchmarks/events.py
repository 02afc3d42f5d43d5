"""Made-up applications of 600 bytes with five choices each, as a municipality's system would send them.

The identities use birth numbers 980–999, which the Swedish Tax Agency keeps for tests: they belong to nobody.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any
from uuid import UUID

import orjson

SUBMITTED = "se.samverk.admissions.application.submitted.v1"
MUNICIPALITIES = ("2260", "2262", "2280", "2281", "2282", "2283", "2284")
PROGRAMMES = ("BA", "EE", "EK", "ES", "FS", "HA", "NA", "SA", "TE", "VO")
EVENT_BYTES = 600
_CHOICES = 5
_FIRST_DAY = date(1900, 1, 1)
_BIRTH_NUMBERS = range(980, 1000)


@dataclass(frozen=True, slots=True)
class Sent:
    """One record as it stands in Kafka: `value` is exactly 600 bytes of JSON."""

    municipality: str
    key: bytes
    value: bytes
    headers: list[tuple[str, bytes]]


def applications(number: int, seed: int = 2027) -> Iterator[Sent]:
    """That many applications, each of an applicant of its own."""
    random = Random(seed)
    for index in range(number):
        municipality = MUNICIPALITIES[index % len(MUNICIPALITIES)]
        applicant = str(UUID(int=random.getrandbits(128), version=4))
        data = _data(applicant, identity(index), municipality, random)
        event_id = str(UUID(int=random.getrandbits(128), version=4))
        yield Sent(municipality, applicant.encode(), padded(data), _headers(event_id, municipality, applicant))


def identity(index: int) -> str:
    """The index-th test number: a date from 1900 on, a birth number, Luhn's check digit (FBL 18 §)."""
    day, place = divmod(index, len(_BIRTH_NUMBERS))
    born = _FIRST_DAY + timedelta(days=day)
    nine = f"{born:%y%m%d}{_BIRTH_NUMBERS[place]}"
    total = sum(sum(divmod(int(digit) * (2 - at % 2), 10)) for at, digit in enumerate(nine))
    return f"{born:%Y%m%d}-{_BIRTH_NUMBERS[place]}{-total % 10}"


def padded(data: dict[str, Any], size: int = EVENT_BYTES) -> bytes:
    """The data as JSON of exactly so many bytes: a field that no reader knows fills it up."""
    bare = orjson.dumps(data | {"system": ""})
    return orjson.dumps(data | {"system": "x" * (size - len(bare))})


def _data(applicant: str, number: str, municipality: str, random: Random) -> dict[str, Any]:
    programmes = random.sample(PROGRAMMES, _CHOICES)
    choices = [
        {"rank": rank, "offering": f"{municipality}-{programme}-{random.randrange(10_000_000, 99_999_999)}"}
        for rank, programme in enumerate(programmes, 1)
    ]
    return {
        "applicant": applicant,
        "identity": number,
        "protected": False,
        "intake_year": 2027,
        "submitted_at": "2027-01-28T17:42:10+01:00",
        "revision": 1,
        "choices": choices,
    }


def _headers(event_id: str, municipality: str, applicant: str) -> list[tuple[str, bytes]]:
    texts = {
        "ce_specversion": "1.0",
        "ce_id": event_id,
        "ce_type": SUBMITTED,
        "ce_source": f"/municipalities/{municipality}/elevregister",
        "ce_subject": applicant,
        "ce_time": "2027-01-28T16:42:12Z",
        "content-type": "application/json",
    }
    return [(name, text.encode()) for name, text in texts.items()]
