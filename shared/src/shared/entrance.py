"""Who reads a page: the session's token, judged as at any other door. A change must be asked for by our own page."""

from collections.abc import Awaitable, Callable
from typing import Final
from urllib.parse import quote, urlsplit

from starlette.requests import Request

from shared.auth import Caller, Guard, lacks
from shared.problems import Problem
from shared.sessions import Sessions
from shared.texts import Text

SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
LOGIN: Final = "/login"
_UNAUTHORIZED: Final = 401


class Entrance:
    """Makes the dependencies that let a logged-in reader with a scope in.

    `entrance("guidance:read")` is a FastAPI dependency that gives the Caller. Who is not logged in is sent to the
    log-in; who lacks the scope gets 403; a change asked for by another site's page gets 403.
    """

    def __init__(self, guard: Guard, sessions: Sessions) -> None:
        self._guard, self._sessions = guard, sessions

    def __call__(self, scope: str) -> Callable[[Request], Awaitable[Caller]]:
        """The dependency for one scope."""

        async def caller(request: Request) -> Caller:
            if request.method not in SAFE_METHODS:
                same_site(request)
            found = await self._logged_in(request)
            if found is None:
                raise _login_needed(request)
            if scope not in found.scopes:
                raise lacks(scope)
            return found

        return caller

    async def visitor(self, request: Request) -> Caller | None:
        """Who reads a page that is open to everyone; None when nobody is logged in or that can't be told now."""
        try:
            return await self._logged_in(request)
        except Problem:
            return None

    async def _logged_in(self, request: Request) -> Caller | None:
        """None when nobody is. Raises Problem 503 when the token can't be judged now."""
        token = self._sessions.token(request)
        if token is None:
            return None
        try:
            found = await self._guard.caller(token)
        except Problem as problem:
            if problem.status == _UNAUTHORIZED:
                return None
            raise
        request.state.caller = found
        return found

    def token(self, request: Request) -> str | None:
        """The reader's own access token, to ask another service on the reader's behalf."""
        return self._sessions.token(request)


def same_site(request: Request) -> None:
    """Raises Problem 403 when another site's page asked: by Sec-Fetch-Site, else by Origin, which forms always send."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        allowed = site in ("same-origin", "none")
    else:
        allowed = urlsplit(request.headers.get("origin", "")).netloc == request.headers.get("host")
    if not allowed:
        detail = Text(
            sv="Begäran kom från en annan webbplats och har inte utförts.",
            en="The request came from another site and was not carried out.",
        )
        raise Problem.of(403, detail, code="cross-site")


def local_path(address: str | None) -> str:
    """A path of this very site, to go to after logging in; `/` for all else (no open redirect).

    Browsers read a backslash as a slash and pass over control characters, so neither may stand in it.
    """
    if not address or not address.startswith("/") or address.startswith("//"):
        return "/"
    return "/" if "\\" in address or not address.isprintable() else address


def _login_needed(request: Request) -> Problem:
    if request.headers.get("hx-request") == "true":
        page = urlsplit(request.headers.get("hx-current-url", "/"))
        back = page.path + (f"?{page.query}" if page.query else "")
        return Problem.of(401, _LOG_IN, headers={"HX-Redirect": _login(back)})
    if request.method not in SAFE_METHODS:
        return Problem.of(401, _LOG_IN_AGAIN)
    return Problem.of(303, _LOG_IN, headers={"Location": _login(request.url.path, request.url.query)})


def _login(path: str, query: str = "") -> str:
    return f"{LOGIN}?next={quote(path + (f'?{query}' if query else ''), safe='')}"


_LOG_IN: Final = Text(sv="Logga in för att se sidan.", en="Log in to see the page.")
_LOG_IN_AGAIN: Final = Text(
    sv="Inloggningen har gått ut och inget har sparats. Logga in på en ny flik, gå tillbaka hit och skicka igen.",
    en="Your log-in has expired and nothing was saved. Log in on a new tab, come back here and send again.",
)
