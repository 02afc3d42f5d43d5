"""Signed links: what their holder may do, in the link itself (JWS, RFC 7515). Nothing personal is put in them."""

import time
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final

from joserfc import jwt
from joserfc.errors import ExpiredTokenError, JoseError
from joserfc.jwk import OctKey

from guidance.settings import Secrets

_ALGORITHMS: Final = ["HS256"]


class LinkInvalid(Exception):
    """The link is not valid or its time has passed; ask for a new one."""

    sv = "Länken gäller inte eller har gått ut; be om en ny."


class LinkExpired(LinkInvalid):
    """The link's time has passed; ask for a new one."""

    sv = "Länkens tid har gått ut; be om en ny."


class LinkVoid(LinkInvalid):
    """The link has been replaced by a newer one, or ended; use the newest you were sent, or ask for one."""

    sv = "Länken har bytts mot en nyare eller avslutats; använd den senaste du fått eller be om en ny."


class LinksOff(Exception):
    """Links can't be made or read: SAMVERK_GUIDANCE_LINK_KEY is not set."""

    sv = "Länkar kan inte göras eller läsas: SAMVERK_GUIDANCE_LINK_KEY är inte satt."


class Links:
    """Makes and reads links. A link made for one purpose can't be used for another."""

    def __init__(self, key: str | None, clock: Callable[[], float] = time.time) -> None:
        self._key = OctKey.import_key(key) if key else None
        self._clock = clock

    def require(self) -> None:
        """Raises LinksOff when none can be made, before anything is kept that needs one."""
        if self._key is None:
            raise LinksOff

    def make(self, purpose: str, content: Mapping[str, Any], *, until: datetime) -> str:
        """The text to put last in an address. Raises LinksOff."""
        if self._key is None:
            raise LinksOff
        claims = {**content, "aud": purpose, "exp": int(until.timestamp())}
        return jwt.encode({"alg": "HS256"}, claims, self._key, algorithms=_ALGORITHMS)

    def read(self, purpose: str, text: str) -> dict[str, Any]:
        """What was put in. Raises LinkExpired when it has run out, LinkInvalid when it was made elsewhere or for
        something else."""
        if self._key is None:
            raise LinksOff
        try:
            claims = jwt.decode(text, self._key, algorithms=_ALGORITHMS).claims
            jwt.JWTClaimsRegistry(
                now=lambda: int(self._clock()),
                aud={"essential": True, "value": purpose},
                exp={"essential": True},
            ).validate(claims)
        except ExpiredTokenError as error:
            raise LinkExpired from error
        except (JoseError, ValueError) as error:
            raise LinkInvalid from error
        return {name: value for name, value in claims.items() if name not in ("aud", "exp")}


def links_of(secrets: Secrets) -> Links:
    """The links that the settings give."""
    return Links(secrets.link_key.get_secret_value() if secrets.link_key is not None else None)
