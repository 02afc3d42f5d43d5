"""Logging in at the local issuer: one picks a made-up person. A region's own identity provider does this for real.

Authorization code flow with PKCE, as the services use it (RFC 6749 §4.1, RFC 7636, OpenID Connect Core 1.0 §3.1).
"""

import re
import secrets
import time
from base64 import urlsafe_b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from shared.language import ROLES as ROLE_WORDS
from shared.language import Language, say

_HERE: Final = Path(__file__).parent / "pages"
_CODE_SECONDS: Final = 60
_ASKED: Final = ("response_type", "client_id", "redirect_uri", "scope", "state", "nonce", "code_challenge")
_LOOPBACK: Final = ("127.0.0.1", "localhost")
_MUNICIPALITY: Final = re.compile(r"[0-9]{4}")
_HEADERS: Final = {
    # the form's answer leads back to the service, on another port of this machine
    "content-security-policy": "default-src 'self'; form-action 'self' http://127.0.0.1:* http://localhost:*; "
    "base-uri 'none'; frame-ancestors 'none'",
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
}


@dataclass(frozen=True, slots=True)
class Person:
    """Who logs in: what the tokens will say."""

    subject: str
    municipality: str | None
    roles: list[str]
    scopes: list[str]


@dataclass(frozen=True, slots=True)
class _Granted:
    person: Person
    asked: Mapping[str, str]
    until: float


# Signs an access token for a person, and an ID token for a client with a nonce.
Sign = Callable[[Person], str]
Identify = Callable[[Person, str, str], str]


class LogIn:
    """The addresses `/authorize` and `/token`; codes are kept in memory, each good once and for a minute."""

    def __init__(self, roles: Mapping[str, str], sign: Sign, identify: Identify, lifetime_s: int) -> None:
        self._roles, self._sign, self._identify, self._lifetime = roles, sign, identify, lifetime_s
        self._granted: dict[str, _Granted] = {}
        self._environment = Environment(
            loader=FileSystemLoader(_HERE), autoescape=True, undefined=StrictUndefined, trim_blocks=True
        )

    def routes(self) -> list[Route]:
        """To be served by the issuer."""
        return [
            Route("/authorize", self._ask, methods=["GET"]),
            Route("/authorize", self._grant, methods=["POST"]),
            Route("/token", self._exchange, methods=["POST"]),
            Route("/authorize.css", self._style),
        ]

    async def _style(self, _: Request) -> Response:
        return FileResponse(_HERE / "authorize.css")

    async def _ask(self, request: Request) -> Response:
        asked = {name: request.query_params.get(name, "") for name in _ASKED}
        if fault := _fault(asked, request.query_params.get("code_challenge_method")):
            return self._page(request, 400, asked, fault)
        return self._page(request, 200, asked, None)

    async def _grant(self, request: Request) -> Response:
        form = await request.form(max_files=0)
        asked = {name: str(form.get(name, "")) for name in _ASKED}
        if fault := _fault(asked, "S256"):
            return self._page(request, 400, asked, fault)
        roles = [role for role in self._roles if role in form.getlist("roles")]
        municipality = str(form.get("municipality", "")).strip()
        if municipality and not _MUNICIPALITY.fullmatch(municipality):
            return self._page(request, 422, asked, "municipality")
        scopes = str(form.get("scopes", "")).split()
        person = Person(str(form.get("subject", "")).strip() or "local", municipality or None, roles, scopes)
        code = secrets.token_urlsafe(24)
        self._forget_old()
        self._granted[code] = _Granted(person, asked, time.monotonic() + _CODE_SECONDS)
        back = urlencode({"code": code, "state": asked["state"]})
        return RedirectResponse(f"{asked['redirect_uri']}?{back}", status_code=303, headers=_HEADERS)

    async def _exchange(self, request: Request) -> Response:
        form = await request.form(max_files=0)
        granted = self._granted.pop(str(form.get("code", "")), None)
        if form.get("grant_type") != "authorization_code" or granted is None or not _fits(granted, form):
            return JSONResponse({"error": "invalid_grant"}, status_code=400, headers=_HEADERS)
        tokens = {
            "access_token": self._sign(granted.person),
            "id_token": self._identify(granted.person, granted.asked["client_id"], granted.asked["nonce"]),
            "token_type": "Bearer",
            "expires_in": self._lifetime,
        }
        return JSONResponse(tokens, headers=_HEADERS)

    def _page(self, request: Request, status: int, asked: Mapping[str, str], fault: str | None) -> Response:
        language: Language = "en" if request.query_params.get("ui_locales") == "en" else "sv"
        roles = [(role, say(ROLE_WORDS.get(role, role), language)) for role in self._roles]
        page = self._environment.get_template("authorize.html")
        text = page.render(language=language, roles=roles, asked=asked, fault=fault, query=request.url.query)
        return HTMLResponse(text, status_code=status, headers=_HEADERS)

    def _forget_old(self) -> None:
        now = time.monotonic()
        self._granted = {code: granted for code, granted in self._granted.items() if granted.until > now}


def _fault(asked: Mapping[str, str], method: str | None) -> str | None:
    """What is wrong with a request to log in. The local issuer serves this machine's services only."""
    address = urlsplit(asked["redirect_uri"])
    if address.hostname not in _LOOPBACK or address.scheme not in ("http", "https"):
        return "redirect_uri"
    if asked["response_type"] != "code" or "openid" not in asked["scope"].split():
        return "response_type"
    if method != "S256" or len(asked["code_challenge"]) != 43:
        return "code_challenge"
    return None


def _fits(granted: _Granted, form: Mapping[str, Any]) -> bool:
    verifier = str(form.get("code_verifier", ""))
    challenge = urlsafe_b64encode(sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    return (
        granted.until > time.monotonic()
        and secrets.compare_digest(challenge, granted.asked["code_challenge"])
        and form.get("redirect_uri") == granted.asked["redirect_uri"]
        and form.get("client_id") == granted.asked["client_id"]
    )
