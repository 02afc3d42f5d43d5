"""The editor of a simulation: a form with fields for every offering, read into changes."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final
from uuid import UUID

from pydantic import BaseModel, Field, create_model

from admissions.domain.calendar import Calendar
from admissions.domain.offerings import Offering
from admissions.domain.simulation import MOVABLE, Added, Changes
from admissions.pages.simulation_words import SIMULATION_WORDS
from shared.forms import Form, blank

_PATTERN: Final = r"^[0-9]{4}-[A-Za-z0-9-]{1,40}$"
MOST_SEATS: Final = 10_000


class Editor(BaseModel):
    """What stands beside the offerings. `run`: whose input; left out, the data of the day for `round`."""

    year: int = Field(ge=2020, le=2100)
    round: str = Field(max_length=20)
    run: UUID | None = None
    closed: list[str] = Field(default_factory=list)
    new_offering: str | None = Field(default=None, pattern=_PATTERN)
    new_programme: str | None = Field(default=None, max_length=10)
    new_seats: int | None = Field(default=None, ge=0, le=MOST_SEATS)
    new_like: str | None = Field(default=None, pattern=_PATTERN)
    closes: date | None = None
    preliminary: date | None = None
    change_until: date | None = None
    skill_tests_by: date | None = None
    free_quota_by: date | None = None
    residence_on: date | None = None


def model_of(offerings: Sequence[Offering]) -> type[Editor]:
    """The editor with one more field for the seats of each offering."""
    seats: dict[str, Any] = {
        f"seats_{at}": (int | None, Field(default=None, ge=0, le=MOST_SEATS, alias=f"seats-{offering.id}"))
        for at, offering in enumerate(offerings)
    }
    return create_model("SeatsEditor", __base__=Editor, **seats)


def begun(offerings: Sequence[Offering], calendar: Calendar, **fixed: Any) -> Form[Any]:
    """The editor as it is first shown: everything as it is."""
    seats = {f"seats-{offering.id}": offering.seats for offering in offerings}
    return blank(**seats, **{name: getattr(calendar, name) for name in MOVABLE}, **fixed)


def changes_of(form: Form[Any], offerings: Sequence[Offering], calendar: Calendar) -> Changes | None:
    """What was changed; None, with the faults in the form, when it can't be told."""
    if form.value is None:
        return None
    said: Editor = form.value
    named = (said.new_offering, said.new_programme, said.new_seats)
    if any(each is not None for each in named) and None in named:
        form.fault("new_offering", SIMULATION_WORDS["new_incomplete"])
        return None
    added = []
    if said.new_offering and said.new_programme and said.new_seats is not None:
        new = (said.new_offering, said.new_programme, said.new_seats)
        added.append(Added(offering=new[0], programme=new[1], seats=new[2], like=said.new_like))
    return Changes(
        seats=_seats(said, offerings),
        added=tuple(added),
        closed=frozenset(said.closed),
        dates={
            name: day for name in MOVABLE if (day := getattr(said, name)) is not None and day != getattr(calendar, name)
        },
    )


def _seats(said: Editor, offerings: Sequence[Offering]) -> Mapping[str, int]:
    given = {offering.id: getattr(said, f"seats_{at}") for at, offering in enumerate(offerings)}
    return {
        offering.id: seats
        for offering in offerings
        if (seats := given[offering.id]) is not None and seats != offering.seats and offering.id not in said.closed
    }
