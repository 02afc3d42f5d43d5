"""Where remote sessions are held: a fresh, unguessable room each, at the provider of the counsellor's municipality."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final, Protocol

from joserfc import jwt
from joserfc.jwk import OctKey

from guidance.domain.sessions import Session
from guidance.settings import Room

_ALGORITHMS: Final = ["HS256"]


class NoRooms(Exception):
    """No provider of rooms is set for the counsellor's municipality; use the telephone."""

    sv = "Ingen leverantör av videorum är inställd för vägledarens kommun; använd telefon."


class Provider(Protocol):
    """Gives the address of a room. `host`: for the counsellor, who may let others in and end it."""

    def address(self, room: str, *, host: bool, until: datetime) -> str: ...


class Jitsi:
    """Jitsi Meet; with an app id and a secret, nobody enters without a token that is for this room and time only."""

    def __init__(self, room: Room) -> None:
        self._base, self._app = room.address.rstrip("/"), room.app
        self._key = OctKey.import_key(room.secret.get_secret_value()) if room.secret else None

    def address(self, room: str, *, host: bool, until: datetime) -> str:
        """The room's own address; its name is as unguessable as the token."""
        if self._key is None:
            return f"{self._base}/{room}"
        claims: dict[str, Any] = {
            "aud": self._app,
            "iss": self._app,
            "sub": "*",
            "room": room,
            "exp": int(until.timestamp()),
            "moderator": host,
        }
        return f"{self._base}/{room}?jwt={jwt.encode({'alg': 'HS256'}, claims, self._key, algorithms=_ALGORITHMS)}"


class Link:
    """An address that is always the same, or takes the room's name; Teams meetings and the like."""

    def __init__(self, room: Room) -> None:
        self._address = room.address

    def address(self, room: str, *, host: bool, until: datetime) -> str:  # noqa: ARG002  # such links have neither
        """The address, with the room in its place."""
        return self._address.replace("{room}", room)


_PROVIDERS: Final[Mapping[str, Callable[[Room], Provider]]] = {"jitsi": Jitsi, "teams": Link, "link": Link}


class Rooms:
    """The providers by municipality."""

    def __init__(self, rooms: Mapping[str, Room]) -> None:
        self._providers = {code: _PROVIDERS[room.provider](room) for code, room in rooms.items()}

    def address(self, session: Session, *, host: bool, until: datetime) -> str:
        """Where this session is held. Raises NoRooms."""
        if session.room is None or session.protected:
            raise NoRooms
        return self.place(session.counsellor_municipality, session.room, host=host, until=until)

    def place(self, municipality: str, room: str, *, host: bool, until: datetime) -> str:
        """Where a room of this municipality's counsellors is. Raises NoRooms."""
        provider = self._providers.get(municipality) or self._providers.get("default")
        if provider is None:
            raise NoRooms
        return provider.address(room, host=host, until=until)
