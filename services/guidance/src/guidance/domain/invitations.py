"""One link for one person: to book, move, cancel, wait and join without an account."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


class ContactMissing(Exception):
    """Give an e-mail address or a telephone number, so that you can be told if anything changes."""

    sv = "Ange en e-postadress eller ett telefonnummer, så att du får veta om något ändras."


class PhoneMissing(Exception):
    """Give a telephone number; the counsellor rings it when the session begins."""

    sv = "Ange ett telefonnummer; vägledaren ringer det när samtalet börjar."


class HomeMissing(Exception):
    """Name the home municipality of the one you invite, or the follow-up case."""

    sv = "Ange hemkommunen för den du bjuder in, eller uppföljningsärendet."


class NotYourMunicipality(Exception):
    """You can invite people of your own municipality only."""

    sv = "Du kan bara bjuda in personer från din egen kommun."


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """Whom a link is for. A link of an earlier `version` is void."""

    invitation: UUID
    person: UUID
    case: UUID | None
    home_municipality: str
    protected: bool
    session_type: str | None
    version: int
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """How the person is reached. Personal: never in events, logs or addresses."""

    email: str | None
    phone: str | None
    language: str

    def __repr__(self) -> str:
        return "<Contact>"


def contact(
    invitation: Invitation,
    known: Contact | None,
    *,
    email: str | None,
    phone: str | None,
    language: str,
    by_phone: bool,
) -> Contact | None:
    """How the person is reached from now on: as was given, else as was `known`. Of a person with protected identity
    only the number to ring is kept; None: nothing.

    Raises PhoneMissing and ContactMissing.
    """
    email, phone = email or (known.email if known else None), phone or (known.phone if known else None)
    if by_phone and not phone:
        raise PhoneMissing
    if invitation.protected:
        return Contact(email=None, phone=phone, language=language) if phone else None
    if not email and not phone:
        raise ContactMissing
    return Contact(email=email, phone=phone, language=language)


def home(asked: str | None, callers: str | None) -> str:
    """The home municipality of one invited without a case: as told, or the caller's own.

    Raises NotYourMunicipality, and HomeMissing when neither is known.
    """
    if callers is not None and asked not in (None, callers):
        raise NotYourMunicipality
    found = asked or callers
    if found is None:
        raise HomeMissing
    return found
