"""Who calls: bearer tokens (RFC 6750, RFC 9068) checked against the issuer's public keys (RFC 7517)."""

import asyncio
import re
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated, Any, Final

import httpx
import structlog
from fastapi import Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from joserfc.jws import extract_compact

from shared.problems import Problem
from shared.texts import Text

# Signatures by a private key only: `none` and shared secrets (HS…) can never be accepted (RFC 8725 §3.1).
ALGORITHMS: Final = ("ES256", "RS256", "EdDSA", "Ed25519")
LEEWAY_SECONDS: Final = 30
FRESH_SECONDS: Final = 300.0
RETRY_SECONDS: Final = 10.0
FETCH_TIMEOUT_SECONDS: Final = 2.0

_MUNICIPALITY = re.compile(r"[0-9]{4}")
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Caller:
    """The holder of a checked token. `municipality` is its four-digit code, None for the region's own staff."""

    subject: str
    municipality: str | None
    roles: frozenset[str]
    scopes: frozenset[str]


class IssuerAway(Exception):
    """The issuer's keys have never been fetched, so no token can be judged."""


class Keys:
    """The issuer's public keys: fetched when needed, renewed in the background, kept while the issuer is away."""

    def __init__(self, url: str, client: httpx.AsyncClient, clock: Callable[[], float] = time.monotonic) -> None:
        self._url, self._client, self._clock = url, client, clock
        self._keys: KeySet | None = None
        self._fetched = self._tried = float("-inf")
        self._lock = asyncio.Lock()
        self._renewal: asyncio.Task[None] | None = None

    async def holding(self, kid: str | None) -> KeySet:
        """The keys, with `kid` among them if the issuer has it. Raises IssuerAway when none were ever had."""
        if self._keys is None or not self._has(kid):
            await self._fetch(kid)
        elif self._clock() - self._fetched > FRESH_SECONDS and (self._renewal is None or self._renewal.done()):
            self._renewal = asyncio.create_task(self._fetch(None))
        if self._keys is None:
            raise IssuerAway
        return self._keys

    async def close(self) -> None:
        """Stop a renewal under way."""
        if self._renewal is not None:
            self._renewal.cancel()
            await asyncio.gather(self._renewal, return_exceptions=True)

    def _has(self, kid: str | None) -> bool:
        return self._keys is not None and (kid is None or any(key.kid == kid for key in self._keys))

    async def _fetch(self, kid: str | None) -> None:
        async with self._lock:
            # Made-up key ids must not make us hammer the issuer; a second waiter finds the work done.
            pause = RETRY_SECONDS if self._keys is not None else 1.0
            if (kid is not None and self._has(kid)) or self._clock() - self._tried < pause:
                return
            self._tried = self._clock()
            try:
                answer = await self._client.get(self._url, timeout=FETCH_TIMEOUT_SECONDS)
                self._keys = KeySet.import_key_set(answer.raise_for_status().json())
                self._fetched = self._clock()
            except (httpx.HTTPError, ValueError, KeyError, TypeError, JoseError) as error:
                _log.warning("jwks_fetch_failed", error=type(error).__name__, kept=self._keys is not None)


class Guard:
    """Makes the dependencies that let a caller with a scope in.

    `guard("rounds:run")` is a FastAPI dependency that gives the Caller, and refuses with 401 (no valid token),
    403 (scope missing) or 503 (the issuer's keys were never had).
    """

    def __init__(
        self,
        *,
        issuer: str,
        audience: str,
        jwks_url: str,
        client: httpx.AsyncClient | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._client = client or httpx.AsyncClient()
        self._keys = Keys(jwks_url, self._client)
        self._issuer, self._clock = issuer, clock
        self._claims = self._rules(audience)

    def __call__(self, scope: str) -> Callable[..., Awaitable[Caller]]:
        """The dependency for one scope."""
        bearer = HTTPBearer(
            auto_error=False,
            scheme_name="token",
            bearerFormat="JWT",
            description="Token of the region's issuer with the operation's scope, and the municipality it speaks for.",
        )

        async def caller(
            credentials: Annotated[HTTPAuthorizationCredentials | None, Security(bearer, scopes=[scope])],
        ) -> Caller:
            found = await self.caller(credentials.credentials if credentials else None)
            if scope not in found.scopes:
                raise lacks(scope)
            return found

        return caller

    async def caller(self, token: str | None) -> Caller:
        """Whose token this is. Raises Problem 401 when it is missing or not valid, 503 when that cannot be told."""
        return (await self.caller_until(token))[0]

    async def caller_until(self, token: str | None) -> tuple[Caller, int]:
        """Whose token this is, and when it expires (epoch seconds). Raises as `caller` does."""
        claims = await self._judged(token, self._claims)
        try:
            return _caller(claims), int(claims["exp"])
        except ValueError as error:
            raise _unauthorized("Value") from error

    async def identity(self, id_token: str, *, client_id: str, nonce: str) -> str:
        """The subject of an ID token made for `client_id` in answer to `nonce` (OpenID Connect Core §3.1.3.7).

        Raises Problem as `caller` does.
        """
        rules = self._rules(client_id, nonce={"essential": True, "value": nonce})
        return str((await self._judged(id_token, rules))["sub"])

    def _rules(self, audience: str, **more: Any) -> jwt.JWTClaimsRegistry:
        return jwt.JWTClaimsRegistry(
            now=lambda: int(self._clock()),
            leeway=LEEWAY_SECONDS,
            iss={"essential": True, "value": self._issuer},
            aud={"essential": True, "value": audience},
            sub={"essential": True},
            exp={"essential": True},
            **more,
        )

    async def _judged(self, token: str | None, rules: jwt.JWTClaimsRegistry) -> dict[str, Any]:
        """The claims of a token that is well signed and fits the rules."""
        if not token:
            raise _unauthorized(None)
        try:
            keys = await self._keys.holding(_key_id(token))
            claims = jwt.decode(token, keys, algorithms=ALGORITHMS).claims
            rules.validate(claims)
        except IssuerAway as error:
            raise _issuer_away() from error
        except (JoseError, ValueError) as error:
            # The kind of fault is enough to mend it and quotes nothing of the token.
            raise _unauthorized(type(error).__name__.removesuffix("Error")) from error
        return claims

    async def close(self) -> None:
        """Release the connections to the issuer."""
        await self._keys.close()
        await self._client.aclose()


def _key_id(token: str) -> str | None:
    """The `kid` of the token's header, unchecked. Raises JoseError when it is no token."""
    kid = extract_compact(token.encode()).headers().get("kid")
    return kid if isinstance(kid, str) else None


def _caller(claims: dict[str, Any]) -> Caller:
    """Raises ValueError when a claim of ours has the wrong shape."""
    municipality, scope, roles = claims.get("municipality"), claims.get("scope", ""), claims.get("roles", [])
    if municipality is not None and not (isinstance(municipality, str) and _MUNICIPALITY.fullmatch(municipality)):
        raise ValueError
    if not isinstance(scope, str) or not isinstance(roles, list) or not all(isinstance(role, str) for role in roles):
        raise ValueError
    return Caller(claims["sub"], municipality, frozenset(roles), frozenset(scope.split()))


def _unauthorized(fault: str | None) -> Problem:
    """401; `fault` names what is wrong with the token sent, None when none was."""
    if fault is None:
        detail = Text(
            sv="Skicka en giltig token i Authorization: Bearer …", en="Send a valid token in Authorization: Bearer …"
        )
        return Problem.of(401, detail, headers={"WWW-Authenticate": 'Bearer realm="samverk"'})
    detail = Text(
        sv=f"Token kan inte godtas ({fault}). Hämta en ny hos regionens utfärdare.",
        en=f"The token cannot be accepted ({fault}). Fetch a new one from the region's issuer.",
    )
    challenge = f'Bearer realm="samverk", error="invalid_token", error_description="{fault}"'
    return Problem.of(401, detail, code="invalid-token", headers={"WWW-Authenticate": challenge})


def lacks(scope: str) -> Problem:
    """403; the caller is known, but the token has not this scope."""
    detail = Text(sv=f"Token saknar behörigheten {scope}.", en=f"The token lacks the scope {scope}.")
    challenge = f'Bearer realm="samverk", error="insufficient_scope", scope="{scope}"'
    return Problem.of(403, detail, code="insufficient-scope", headers={"WWW-Authenticate": challenge}, scope=scope)


def _issuer_away() -> Problem:
    detail = Text(
        sv="Utfärdarens nycklar går inte att nå, så token kan inte prövas. Försök igen.",
        en="The issuer's keys cannot be reached, so the token cannot be checked. Try again.",
    )
    return Problem.of(503, detail, code="issuer-away", headers={"Retry-After": "5"})
