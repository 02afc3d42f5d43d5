"""The local token issuer: stands in for a region's identity provider.

`python -m local_stack.issuer STATE PORT [HOST ISSUER [BROWSER]]`; BROWSER is its address to a reader's browser.
"""

import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, TypedDict
from uuid import uuid4

import uvicorn
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from local_stack import ports
from local_stack.login import LogIn, Person
from local_stack.state import State

NAME = "issuer"
AUDIENCE = "samverk"
_LOGIN_SECONDS = 8 * 3_600
MUNICIPALITY_SCOPES = "events:write reports:read"
ROLES = {
    "operations": "dead_letters:read dead_letters:replay operations:read operations:write",
    "admissions_officer": "rounds:run receptions:decide adult:decide admissions:read admissions:persons",
    "registrar": "admissions:read admissions:persons admissions:protected admissions:audit",
    "economist": "prices:freeze settlements:run pricing:read",
    "counsellor": "guidance:read guidance:book guidance:counsel",
    "coordinator": "guidance:read guidance:book guidance:counsel guidance:coordinate",
    "kaa_officer": "guidance:kaa",
    "applicant": "admissions:own guidance:own",
    "catalogue_editor": "catalogue:read",
}


class Wanted(TypedDict, total=False):
    """What a token may be asked to say; see `sign_token`."""

    municipality: str | None
    roles: Sequence[str]
    scopes: Sequence[str]
    subject: str
    lifetime_s: int
    issuer: str | None


class UnknownRole(ValueError):
    """No such role; see `local_stack.issuer.ROLES`."""


def sign_token(
    state: State,
    *,
    municipality: str | None = None,
    roles: Sequence[str] = (),
    scopes: Sequence[str] = (),
    subject: str = "local",
    lifetime_s: int = 3_600,
    issuer: str | None = None,
) -> str:
    """A signed JWT for `municipality` (code), as the local issuer gives it.

    `issuer` replaces the name of the embedded one. Scopes are those asked for and those of the roles; a municipality
    with neither gets what its local system needs.
    Raises UnknownRole.
    """
    claims: dict[str, Any] = {
        "iss": issuer or address(state),
        "aud": AUDIENCE,
        "sub": subject,
        "jti": str(uuid4()),
        "scope": " ".join(scopes_of(municipality=municipality, roles=roles, scopes=scopes)),
        "roles": list(roles),
    }
    if municipality:
        claims["municipality"] = municipality
    return _signed(signing_key(state), claims, lifetime_s)


def _signed(key: ECKey, claims: dict[str, Any], lifetime_s: int) -> str:
    now = int(time.time())
    timed = {**claims, "iat": now, "nbf": now, "exp": now + lifetime_s}
    return jwt.encode({"alg": "ES256", "typ": "JWT", "kid": key.kid}, timed, key, algorithms=["ES256"])


def scopes_of(*, municipality: str | None, roles: Sequence[str], scopes: Sequence[str] = ()) -> list[str]:
    """The scopes of a token, each once. Raises UnknownRole."""
    unknown = [role for role in roles if role not in ROLES]
    if unknown:
        raise UnknownRole(", ".join(unknown))
    given = [*scopes, *(scope for role in roles for scope in ROLES[role].split())]
    if municipality and not roles and not scopes:
        given = MUNICIPALITY_SCOPES.split()
    return list(dict.fromkeys(given))


def address(state: State) -> str:
    """The issuer's name (`iss`) and base address."""
    return f"http://127.0.0.1:{ports.read(state)[NAME]}"


def signing_key(state: State) -> ECKey:
    """The private key of this state folder."""
    return ECKey.import_key(state.secrets()["signing_key"])


def build_app(state: State, issuer: str, browser: str | None = None) -> Starlette:
    """The issuer's keys, what it says of itself, and its log-in at `browser` (the issuer's own address when None)."""
    key = signing_key(state)
    keys = KeySet([key]).as_dict(private=False)
    about = _about(issuer, browser or issuer)

    def sign(person: Person) -> str:
        return sign_token(
            state,
            municipality=person.municipality,
            roles=person.roles,
            scopes=person.scopes,
            subject=person.subject,
            lifetime_s=_LOGIN_SECONDS,
            issuer=issuer,
        )

    def identify(person: Person, client_id: str, nonce: str) -> str:
        claims = {"iss": issuer, "aud": client_id, "sub": person.subject, "nonce": nonce}
        return _signed(key, claims, _LOGIN_SECONDS)

    async def jwks(_: Request) -> Response:
        return JSONResponse(keys, headers={"cache-control": "public, max-age=300"})

    async def configuration(_: Request) -> Response:
        return JSONResponse(about)

    async def live(_: Request) -> Response:
        return JSONResponse({"status": "ok"})

    return Starlette(
        routes=[
            Route("/.well-known/jwks.json", jwks),
            Route("/.well-known/openid-configuration", configuration),
            Route("/health/live", live),
            *LogIn(ROLES, sign, identify, _LOGIN_SECONDS).routes(),
        ]
    )


def _about(issuer: str, browser: str) -> dict[str, Any]:
    """OpenID Connect Discovery 1.0 §3."""
    return {
        "issuer": issuer,
        "authorization_endpoint": f"{browser}/authorize",
        "token_endpoint": f"{issuer}/token",
        "jwks_uri": f"{issuer}/.well-known/jwks.json",
        "id_token_signing_alg_values_supported": ["ES256"],
        "response_types_supported": ["code"],
        "grant_types_supported": ["authorization_code"],
        "subject_types_supported": ["public"],
        "scopes_supported": ["openid"],
        "code_challenge_methods_supported": ["S256"],
        "token_endpoint_auth_methods_supported": ["none"],
        "ui_locales_supported": ["sv", "en"],
    }


def main() -> None:
    """Serve the keys and the log-in of one state folder until told to stop."""
    folder, port, *rest = sys.argv[1:]
    host, name = rest[:2] or ("127.0.0.1", f"http://127.0.0.1:{port}")
    app = build_app(State(Path(folder)), name, rest[2] if len(rest) > 2 else None)
    uvicorn.run(app, host=host, port=int(port), log_level="warning")


if __name__ == "__main__":
    main()
