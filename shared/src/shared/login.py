"""Logging in and out: `/login`, the issuer's way back to `/login/callback`, and `/logout`."""

from dataclasses import asdict
from typing import Annotated, Final

import structlog
from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from shared.auth import Guard
from shared.entrance import local_path, same_site
from shared.language import asked_for
from shared.openid import Attempt, LoginRefused, OpenId, ProviderAway
from shared.pages import Pages
from shared.problems import Problem
from shared.sessions import Sealed, Sessions
from shared.texts import Text

CALLBACK: Final = "/login/callback"
_ATTEMPT_SECONDS: Final = 900
_log = structlog.get_logger(__name__)


class Login:
    """Carries one service's log-ins. `address` is the service's public address; None takes it from the request."""

    def __init__(
        self, openid: OpenId, guard: Guard, sealed: Sealed, sessions: Sessions, client_id: str, address: str | None
    ) -> None:
        self._openid, self._guard, self._sealed, self._sessions = openid, guard, sealed, sessions
        self._client_id, self._address = client_id, address

    async def begin(self, request: Request, next_: str | None) -> Response:
        """To the issuer; a sealed cookie, one for each attempt, remembers what to expect back."""
        attempt = Attempt(local_path(next_))
        try:
            address = await self._openid.begin(attempt, self._callback(request), asked_for(request, otherwise="sv"))
        except ProviderAway as error:
            raise _problem(503, error, "provider-away") from error
        response = RedirectResponse(address, status_code=303)
        self._sealed.put(response, _cookie(attempt.state), asdict(attempt), seconds=_ATTEMPT_SECONDS)
        return response

    async def finish(self, request: Request, state: str, code: str, pages: Pages) -> Response:
        """Back from the issuer with a code: begin the session and go where the reader was going."""
        kept = self._sealed.get(request, _cookie(state), seconds=_ATTEMPT_SECONDS)
        try:
            if not kept or not code:
                raise LoginRefused
            attempt = Attempt(**kept)
            tokens = await self._openid.exchange(code, attempt, self._callback(request))
            subject = await self._guard.identity(tokens.id_token, client_id=self._client_id, nonce=attempt.nonce)
            caller, expires = await self._guard.caller_until(tokens.access_token)
            if caller.subject != subject:
                raise LoginRefused
        except ProviderAway as error:
            raise _problem(503, error, "provider-away") from error
        except LoginRefused as error:
            raise _problem(400, error, "login-refused") from error
        address = pages.landing(caller) if attempt.next == "/" else attempt.next
        response = RedirectResponse(address, status_code=303)
        if not self._sessions.begin(response, tokens.access_token, expires):
            _log.error("token_too_large", bytes=len(tokens.access_token))
            raise Problem.of(503, _TOO_LARGE, code="token-too-large")
        self._sealed.drop(response, _cookie(state))
        return response

    async def farewell(self) -> str | None:
        """Where the issuer ends its own session, if it tells."""
        try:
            return (await self._openid.provider()).end_session_endpoint
        except ProviderAway:
            return None

    def _callback(self, request: Request) -> str:
        return (self._address or str(request.base_url)).rstrip("/") + CALLBACK


def _cookie(state: str) -> str:
    """A cookie's name may hold few characters; a state of ours has no others."""
    return f"login-{state}" if state.replace("-", "").replace("_", "").isalnum() and state.isascii() else "login-none"


def _problem(status: int, error: ProviderAway | LoginRefused, code: str) -> Problem:
    return Problem.of(status, Text(sv=error.sv, en=str(error.__doc__)), code=code)


_TOO_LARGE: Final = Text(
    sv="Din behörighet är för stor för en inloggning i webbläsaren. Säg till driften.",
    en="Your token is too large for a log-in in the browser. Tell operations.",
)


def router(login: Login, sessions: Sessions, pages: Pages) -> APIRouter:
    """The three addresses."""
    routes = APIRouter(include_in_schema=False)

    @routes.get("/login")
    async def begin(request: Request, next: Annotated[str | None, Query(max_length=2_000)] = None) -> Response:
        return await login.begin(request, next)

    @routes.get(CALLBACK)
    async def finish(
        request: Request,
        state: Annotated[str, Query(max_length=200)] = "",
        code: Annotated[str, Query(max_length=2_000)] = "",
    ) -> Response:
        return await login.finish(request, state, code, pages)

    @routes.post("/logout")
    async def logout(request: Request) -> Response:
        same_site(request)
        response = pages.render(request, "logged_out.html", path="/", elsewhere=await login.farewell())
        sessions.end(response)
        return response

    return routes
