"""The issuer as an OpenID Connect provider: where it logs people in, and a code exchanged for their token.

Authorization code flow with PKCE (RFC 6749 §4.1, RFC 7636, RFC 9700), OpenID Connect Core 1.0 §3.1.
"""

import secrets
import time
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, Final
from urllib.parse import urlencode

import httpx
import structlog

from shared.settings import Settings

_FRESH_SECONDS: Final = 3_600.0
_TIMEOUT_SECONDS: Final = 5.0
_log = structlog.get_logger(__name__)


class ProviderAway(Exception):
    """The log-in service does not answer. Try again in a while."""

    sv = "Inloggningstjänsten svarar inte. Försök igen om en stund."


class LoginRefused(Exception):
    """The log-in was not completed. Begin again."""

    sv = "Inloggningen blev inte klar. Börja om."


@dataclass(frozen=True, slots=True)
class Provider:
    """What the issuer says of itself (OpenID Connect Discovery 1.0)."""

    authorization_endpoint: str
    token_endpoint: str
    end_session_endpoint: str | None


@dataclass(frozen=True, slots=True)
class Attempt:
    """One log-in under way: what comes back must fit it."""

    next: str
    state: str = field(default_factory=lambda: secrets.token_urlsafe(16))
    nonce: str = field(default_factory=lambda: secrets.token_urlsafe(16))
    verifier: str = field(default_factory=lambda: secrets.token_urlsafe(48))

    def challenge(self) -> str:
        """S256 of the verifier (RFC 7636 §4.2)."""
        return urlsafe_b64encode(sha256(self.verifier.encode()).digest()).rstrip(b"=").decode()


@dataclass(frozen=True, slots=True)
class Tokens:
    """What the issuer gave for a code; neither is judged yet."""

    access_token: str
    id_token: str


class OpenId:
    """Talks to the issuer named in the settings."""

    def __init__(self, settings: Settings, client: httpx.AsyncClient | None = None) -> None:
        self._settings = settings
        self._client = client
        self._provider: Provider | None = None
        self._fetched = float("-inf")

    async def provider(self) -> Provider:
        """The issuer's addresses, fetched once an hour. Raises ProviderAway."""
        if self._provider is None or time.monotonic() - self._fetched > _FRESH_SECONDS:
            about = await self._ask("GET", f"{self._settings.issuer.rstrip('/')}/.well-known/openid-configuration")
            if about.get("issuer") != self._settings.issuer:  # a provider that speaks for another (Discovery §4.3)
                raise ProviderAway
            try:
                self._provider = Provider(
                    about["authorization_endpoint"], about["token_endpoint"], about.get("end_session_endpoint")
                )
            except KeyError:
                raise ProviderAway from None
            self._fetched = time.monotonic()
        return self._provider

    async def begin(self, attempt: Attempt, redirect_uri: str, language: str) -> str:
        """The address at which the issuer logs the reader in. Raises ProviderAway."""
        asked = {
            "response_type": "code",
            "client_id": self._settings.client_id,
            "redirect_uri": redirect_uri,
            "scope": self._settings.login_scope,
            "state": attempt.state,
            "nonce": attempt.nonce,
            "code_challenge": attempt.challenge(),
            "code_challenge_method": "S256",
            "ui_locales": language,
        }
        address = (await self.provider()).authorization_endpoint
        return f"{address}{'&' if '?' in address else '?'}{urlencode(asked)}"

    async def exchange(self, code: str, attempt: Attempt, redirect_uri: str) -> Tokens:
        """The tokens for a code. Raises ProviderAway, and LoginRefused when the issuer does not take the code."""
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": redirect_uri,
            "client_id": self._settings.client_id,
            "code_verifier": attempt.verifier,
        }
        if self._settings.client_secret is not None:
            form["client_secret"] = self._settings.client_secret.get_secret_value()
        answer = await self._ask("POST", (await self.provider()).token_endpoint, data=form)
        try:
            return Tokens(str(answer["access_token"]), str(answer["id_token"]))
        except KeyError:
            raise LoginRefused from None

    async def _ask(self, method: str, address: str, **more: Any) -> dict[str, Any]:
        if self._client is None:
            self._client = httpx.AsyncClient(timeout=_TIMEOUT_SECONDS)
        try:
            answer = await self._client.request(method, address, **more)
            if answer.status_code == httpx.codes.BAD_REQUEST and method == "POST":
                raise LoginRefused
            found = answer.raise_for_status().json()
        except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
            _log.warning("provider_away", error=type(error).__name__)
            raise ProviderAway from error
        if not isinstance(found, dict):
            raise ProviderAway
        return found

    async def close(self) -> None:
        """Release the connections to the issuer."""
        if self._client is not None:
            await self._client.aclose()
