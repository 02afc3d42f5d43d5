"""The session of a reader of pages: a cookie that holds the encrypted access token, and nothing on our side.

The token inside is judged anew at each request, as a bearer token is; so a session ends when its token does.
"""

import secrets
import time
from base64 import urlsafe_b64encode
from hashlib import sha256
from typing import Any, Final

import orjson
import structlog
from cryptography.fernet import Fernet, InvalidToken
from starlette.requests import Request
from starlette.responses import Response

# A browser drops a cookie that is larger, and says nothing.
MOST_BYTES: Final = 4_000
_log = structlog.get_logger(__name__)


class Sealed:
    """Seals what a cookie holds, so that it can be neither read nor changed by its holder.

    Cookies of a site on https are sent over https alone, and by their name to none but this very host.
    """

    def __init__(self, key: str | None, *, secure: bool) -> None:
        if key is None:
            _log.info("session_key_made_up")
        self._fernet = Fernet(urlsafe_b64encode(sha256((key or secrets.token_urlsafe(32)).encode()).digest()))
        self._secure = secure

    def put(self, response: Response, name: str, content: Any, *, seconds: int) -> bool:
        """Set the cookie, for so many seconds; False when it would be larger than browsers keep."""
        value = self._fernet.encrypt(orjson.dumps(content)).decode()
        if len(value) > MOST_BYTES:
            return False
        response.set_cookie(
            self._named(name), value, max_age=seconds, httponly=True, samesite="lax", secure=self._secure
        )
        return True

    def get(self, request: Request, name: str, *, seconds: int | None = None) -> Any:
        """What the cookie holds; None when there is none, it was not sealed by us, or is older than so many seconds."""
        value = request.cookies.get(self._named(name), "")
        try:
            return orjson.loads(self._fernet.decrypt(value.encode(), ttl=seconds))
        except (InvalidToken, ValueError):
            return None

    def drop(self, response: Response, name: str) -> None:
        """Take the cookie away."""
        response.delete_cookie(self._named(name), httponly=True, samesite="lax", secure=self._secure)

    def _named(self, name: str) -> str:
        return f"__Host-{name}" if self._secure else name


class Sessions:
    """Whose token a request's cookie holds."""

    _NAME: Final = "session"

    def __init__(self, sealed: Sealed) -> None:
        self._sealed = sealed

    def begin(self, response: Response, token: str, expires: int) -> bool:
        """Remember the token until it expires (epoch seconds); False when it is too large for a cookie."""
        return self._sealed.put(response, self._NAME, token, seconds=max(0, expires - int(time.time())))

    def token(self, request: Request) -> str | None:
        """The access token of the reader, not yet judged."""
        found = self._sealed.get(request, self._NAME)
        return found if isinstance(found, str) else None

    def end(self, response: Response) -> None:
        """Forget the token."""
        self._sealed.drop(response, self._NAME)
