"""What somebody wants to book, as the address of the page tells it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Final
from urllib.parse import urlencode
from uuid import UUID

from pydantic import AfterValidator, AwareDatetime, BaseModel, Field
from sqlalchemy.ext.asyncio import AsyncConnection

from guidance.domain.availability import Channel
from guidance.domain.invitations import Invitation
from guidance.domain.refusals import LinkTypeClosed
from guidance.edges.booking import valid_email, valid_phone
from guidance.messages.times import utc
from guidance.queries import booking, slots
from guidance.queries.booking import OwnSession, TypeRow
from shared.forms import Form, Model

_LANGUAGE: Final = "^[a-z]{2,3}$"
_MUNICIPALITY: Final = "^[0-9]{4}$"


class Asked(BaseModel):
    """The filters: type and channel of session, language, where, not before which day, and with the same counsellor as
    last time. `move` is the session that gets another time."""

    type: str | None = None
    channel: Channel | None = None
    language: str | None = Field(default=None, pattern=_LANGUAGE)
    municipality: str | None = Field(default=None, pattern=_MUNICIPALITY)
    same: bool = False
    first: date | None = Field(default=None, alias="from")
    move: UUID | None = None


class Picked(Asked):
    """One time, and with whom it was shown."""

    at: AwareDatetime
    counsellor: UUID | None = Field(default=None, alias="with")


class Reached(BaseModel):
    """How the person wants to be reached."""

    email: Annotated[str, AfterValidator(valid_email)] | None = None
    phone_number: Annotated[str, AfterValidator(valid_phone)] | None = None


class Booking(Picked, Reached):
    """A time to book, and how to be reached."""


class Queueing(Asked, Reached):
    """What to wait for, until which day, and how to be reached."""

    wait_until: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What was asked for, as far as it can be had. `known`: whom the person met last; `types`: all to choose from."""

    types: Sequence[TypeRow]
    kind: TypeRow
    channels: Sequence[str]
    channel: Channel
    language: str | None
    municipality: str | None
    known: UUID | None
    same: bool
    first: date | None
    move: OwnSession | None

    @property
    def wish(self) -> slots.Wish:
        """What to search for."""
        return slots.Wish(
            channel=self.channel.value,
            language=self.language,
            municipality=self.municipality,
            counsellor=self.known if self.same else None,
            session_type=self.kind.code,
        )

    @property
    def fields(self) -> dict[str, str]:
        """The same as fields of a form or of an address."""
        found = {
            "type": self.kind.code,
            "channel": self.channel.value,
            "language": self.language,
            "municipality": self.municipality,
            "same": "true" if self.same else None,
            "move": str(self.move.id) if self.move else None,
        }
        return {name: value for name, value in found.items() if value is not None}

    def query(self, **more: Any) -> str:
        """The query of an address, with more parameters."""
        return urlencode(self.fields | {name.rstrip("_"): str(value) for name, value in more.items()})

    def query_of(self, slot: slots.FreeSlot) -> str:
        """The query that picks this time."""
        return urlencode(self.fields | {"at": utc(slot.starts_at), "with": str(slot.counsellor)})


def sent_as(form: Form[Any], model: type[Model]) -> Model:
    """What a faulty form says all the same: its fields without fault."""
    return model.model_validate({name: value for name, value in form.entered.items() if name not in form.faults})


async def resolve(connection: AsyncConnection, who: Invitation, asked: Asked, move: OwnSession | None) -> Choice:
    """The nearest to what was asked for that this person may have. Raises LinkTypeClosed when there is nothing."""
    every = await booking.types(connection)
    types = [each for each in every if _may_book(each, who, move)]
    if not types:
        raise LinkTypeClosed
    kind = next((each for each in types if each.code == asked.type), types[0])
    channels = [each for each in kind.channels if not who.protected or each == Channel.PHONE]
    wanted = asked.channel or (Channel(move.channel) if move else None)
    channel = wanted if wanted in channels else Channel(channels[0])
    known = await booking.last_counsellor(connection, person=who.person)
    return Choice(
        types=types,
        kind=kind,
        channels=channels,
        channel=channel,
        language=asked.language,
        municipality=asked.municipality,
        known=known,
        same=asked.same and known is not None,
        first=asked.first,
        move=move,
    )


def _may_book(kind: TypeRow, who: Invitation, move: OwnSession | None) -> bool:
    """A session that is moved stays of its type; who must be met by phone may book what can be held by phone."""
    if move is not None:
        return kind.code == move.session_type
    by_phone = not who.protected or Channel.PHONE in kind.channels
    return kind.public and by_phone and who.session_type in (None, kind.code)
