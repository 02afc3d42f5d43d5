"""The region of the demonstration: municipalities, schools, programmes and seats, read from data."""

import csv
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from importlib.resources import files
from typing import Literal

Door = Literal["http", "kafka-binary", "kafka-structured"]
_FEWEST_SEATS = 2


@dataclass(frozen=True, slots=True)
class Programme:
    """What a national programme asks for, how often it is wished for (relative), and what it costs (kronor a year)."""

    code: str
    kind: str
    required_passes: int
    required_subjects: tuple[str, ...]
    popularity: float
    national_price: int

    @property
    def vocational(self) -> bool:
        return self.kind == "vocational"


@dataclass(frozen=True, slots=True)
class Offering:
    """A programme at a school, with seats for this year."""

    id: str
    municipality: str
    programme: str
    school_unit: str
    school_name: str
    seats: int


@dataclass(frozen=True, slots=True)
class Municipality:
    """`sixteen` is the number of sixteen-year-olds, `door` how its local system hands in reports."""

    code: str
    name: str
    sixteen: int
    door: Door
    system: str
    offerings: tuple[Offering, ...]

    @property
    def source(self) -> str:
        """The CloudEvents source of its local system."""
        return f"/municipalities/{self.code}/{self.system}"


@dataclass(frozen=True)
class Region:
    """Everything that stands still while the year goes by."""

    name: str
    intake_year: int
    municipalities: tuple[Municipality, ...]
    programmes: Mapping[str, Programme]
    areas: tuple[frozenset[str], ...]
    dates: Mapping[str, date]

    @cached_property
    def offerings(self) -> Mapping[str, Offering]:
        """All offerings by id."""
        return {offering.id: offering for each in self.municipalities for offering in each.offerings}

    @cached_property
    def by_code(self) -> Mapping[str, Municipality]:
        """Municipalities by code."""
        return {each.code: each for each in self.municipalities}

    def shares(self, applicants: int) -> Sequence[tuple[Municipality, int]]:
        """How many of so many applicants live in each municipality, by the numbers of sixteen-year-olds."""
        total = sum(each.sixteen for each in self.municipalities)
        counts = [each.sixteen * applicants // total for each in self.municipalities]
        for place in range(applicants - sum(counts)):
            counts[place % len(counts)] += 1
        return list(zip(self.municipalities, counts, strict=True))


def load(applicants: int) -> Region:
    """The region with seats scaled to that many applicants."""
    data = files("samverk") / "data"
    words = tomllib.loads((data / "region.toml").read_text("utf-8"))
    scale = applicants / words["applicants"]
    with (data / "programmes.csv").open(encoding="utf-8") as file:
        programmes = {row["code"]: _programme(row) for row in csv.DictReader(file)}
    return Region(
        name=words["name"],
        intake_year=words["intake_year"],
        municipalities=tuple(_municipality(entry, scale) for entry in words["municipality"]),
        programmes=programmes,
        areas=tuple(map(frozenset, words["areas"])),
        dates=words["dates"],
    )


def _programme(row: Mapping[str, str]) -> Programme:
    return Programme(
        code=row["code"],
        kind=row["kind"],
        required_passes=int(row["required_passes"]),
        required_subjects=tuple(row["required_subjects"].split()),
        popularity=float(row["popularity"]),
        national_price=int(row["national_price_sek"]),
    )


def _municipality(entry: Mapping[str, object], scale: float) -> Municipality:
    return Municipality(
        code=str(entry["code"]),
        name=str(entry["name"]),
        sixteen=int(str(entry["sixteen"])),
        door=entry["door"],  # type: ignore[arg-type]  # our own file, held by a test
        system=str(entry["system"]),
        offerings=tuple(_offerings(str(entry["code"]), entry["school"], scale)),  # type: ignore[arg-type]
    )


def _offerings(code: str, schools: Sequence[Mapping[str, object]], scale: float) -> Iterator[Offering]:
    for school in schools:
        seats: Mapping[str, int] = school["seats"]  # type: ignore[assignment]
        for programme, number in seats.items():
            yield Offering(
                id=f"{code}-{programme}-{school['unit']}",
                municipality=code,
                programme=programme,
                school_unit=str(school["unit"]),
                school_name=str(school["name"]),
                seats=max(_FEWEST_SEATS, round(number * scale)),
            )
