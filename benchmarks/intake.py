"""A made-up intake of the whole country in a database, as it stands on the day of the final round."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import asyncpg
import numpy as np
import orjson

from admissions.domain.wishes import Wishes
from benchmarks.events import identity
from benchmarks.national import wishes

YEAR, REGION, ROUND = 2027, "vasternorrland", "final"
# Test numbers from 2008 on: older applicants would be past the age limit (SL 15:5), and nobody would be admitted.
_FIRST_BORN = 788_920
_SUBMITTED = datetime(2027, 1, 20, 12, tzinfo=UTC)
_CODES = [f"{100 + 9 * number:04}" for number in range(290)]
_PROGRAMMES = (
    "BA",
    "BF",
    "EE",
    "EK",
    "ES",
    "FS",
    "FT",
    "HT",
    "HU",
    "IN",
    "NA",
    "NB",
    "RL",
    "SA",
    "TE",
    "VF",
    "VO",
    "FR",
)
_SUBJECTS = ("BL", "EN", "HKK", "IDH", "MA", "MU", "BI", "FY", "KE", "GE", "HI", "RE", "SH", "SL", "SV", "TK")
_LANGUAGES = ("M2SPA", "M2FRA", "M2DEU", "M1SPA", "MLARA")
_LOVSKOLA = 0.03


async def fill(url: str, applicants: int, seed: int = 2027) -> None:
    """Applications, choices, grades of three occasions, offerings and a committed seed."""
    random, asked = np.random.default_rng(seed), wishes(applicants)
    people = [UUID(bytes=random.bytes(16)) for _ in range(applicants)]
    homes = [_CODES[number] for number in random.integers(0, len(_CODES), applicants).tolist()]
    offerings = [_offering(number) for number in range(len(asked.seats))]
    connection = await asyncpg.connect(url)
    try:
        for table, columns, rows in (
            ("offerings", _OFFERING_COLUMNS, _offerings(offerings, asked)),
            ("applications", _APPLICATION_COLUMNS, _applications(people, homes)),
            ("choices", _CHOICE_COLUMNS, _choices(people, offerings, asked)),
            ("grades", _GRADE_COLUMNS, _grades(people, homes, random)),
            ("seeds", _SEED_COLUMNS, [(YEAR, ROUND, seed, "00" * 16, "00" * 32, _SUBMITTED, "benchmark")]),
        ):
            await connection.copy_records_to_table(table, records=rows, columns=columns)
    finally:
        await connection.close()


_OFFERING_COLUMNS = (
    "intake_year", "offering", "municipality", "programme", "school_name", "seats", "withdrawn", "version",
)  # fmt: skip
_APPLICATION_COLUMNS = (
    "applicant_id", "identity", "home_municipality", "protected", "intake_year", "submitted_at", "revision",
)  # fmt: skip
_CHOICE_COLUMNS = ("applicant_id", "revision", "rank", "offering", "intake_year", "submitted_at")
_GRADE_COLUMNS = ("applicant_id", "intake_year", "occasion", "reported_by", "revision", "grades")
_SEED_COLUMNS = ("intake_year", "round", "seed", "salt", "commitment", "committed_at", "committed_by")


def _offering(number: int) -> str:
    programme = _PROGRAMMES[number % len(_PROGRAMMES)]
    return f"{_CODES[number % len(_CODES)]}-{programme}-{10_000_000 + number}"


def _offerings(names: list[str], asked: Wishes) -> Iterator[tuple[Any, ...]]:
    for name, seats in zip(names, asked.seats.tolist(), strict=True):
        yield YEAR, name, name[:4], name[5:7], "Skolan", seats, False, 1


def _applications(people: list[UUID], homes: list[str]) -> Iterator[tuple[Any, ...]]:
    for number, (person, home) in enumerate(zip(people, homes, strict=True)):
        yield person, identity(_FIRST_BORN + number).replace("-", ""), home, False, YEAR, _SUBMITTED, 1


def _choices(people: list[UUID], names: list[str], asked: Wishes) -> Iterator[tuple[Any, ...]]:
    rows = zip(asked.applicant.tolist(), asked.rank.tolist(), asked.offering.tolist(), strict=True)
    for applicant, rank, offering in rows:
        yield people[applicant], 1, rank, names[offering], YEAR, _SUBMITTED


def _grades(people: list[UUID], homes: list[str], random: np.random.Generator) -> Iterator[tuple[Any, ...]]:
    """Seven in eight pass nearly everything; each has one language of five."""
    level = random.normal(2.4, 1.2, len(people))
    again = random.random(len(people)) < _LOVSKOLA
    for number, (person, home) in enumerate(zip(people, homes, strict=True)):
        subjects = (*_SUBJECTS, _LANGUAGES[number % len(_LANGUAGES)])
        for occasion in ("autumn", "final", "lovskola"):
            if occasion == "lovskola" and not again[number]:
                continue
            drawn = np.clip(np.rint(level[number] + random.normal(0, 0.8, len(subjects))), 0, 5).astype(int)
            report = {subject: "FEDCBA"[grade] for subject, grade in zip(subjects, drawn.tolist(), strict=True)}
            yield person, YEAR, occasion, home, 1, orjson.dumps(report).decode()
