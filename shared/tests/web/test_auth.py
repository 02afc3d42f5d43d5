"""Who gets in, who does not, and what they are told."""

import base64
import hmac
import json

import httpx
import pytest
from joserfc.jwk import ECKey, OKPKey, RSAKey

from shared.auth import RETRY_SECONDS, Guard, Keys
from shared.problems import Problem


async def refusal(guard: Guard, token: str | None) -> Problem:
    with pytest.raises(Problem) as caught:
        await guard.caller(token)
    return caught.value


async def test_a_good_token_says_who_calls(guard, issuer):
    caller = await guard.caller(issuer.token(roles=["registrar"], scope="events:write rounds:run"))

    assert (caller.subject, caller.municipality) == ("elevregister", "2281")
    assert caller.roles == {"registrar"}
    assert caller.scopes == {"events:write", "rounds:run"}


async def test_the_regions_own_staff_have_no_municipality(guard, issuer):
    assert (await guard.caller(issuer.token(municipality=None))).municipality is None


@pytest.mark.parametrize(
    ("key", "alg"),
    [(RSAKey.generate_key(2048, parameters={"kid": "rsa"}), "RS256"), (OKPKey.generate_key("Ed25519"), "EdDSA")],
)
@pytest.mark.filterwarnings("ignore:EdDSA")
async def test_the_other_pinned_algorithms_are_accepted(guard, issuer, key, alg):
    key.ensure_kid()
    issuer.keys.append(key)

    assert (await guard.caller(issuer.token(key=key, alg=alg))).subject == "elevregister"


@pytest.mark.parametrize(
    "claims",
    [
        {"exp": 1_000_000_000},
        {"exp": None},
        {"nbf": 4_000_000_000},
        {"iss": "https://another.example"},
        {"iss": None},
        {"aud": "something else"},
        {"aud": None},
        {"sub": None},
        {"sub": ""},
        {"municipality": "Sundsvall"},
        {"municipality": 2281},
        {"roles": "operations"},
        {"scope": ["events:write"]},
    ],
    ids=str,
)
async def test_a_claim_that_is_missing_or_wrong_is_refused(guard, issuer, claims):
    problem = await refusal(guard, issuer.token(**claims))

    assert problem.status == 401
    assert 'error="invalid_token"' in problem.headers["WWW-Authenticate"]


async def test_a_small_difference_between_clocks_is_allowed(issuer):
    late = Guard(issuer=issuer.name, audience="samverk", jwks_url=issuer.jwks_url, clock=lambda: 1_800_000_020.0)

    assert await late.caller(issuer.token(exp=1_800_000_000, nbf=1_700_000_000))
    assert (await refusal(late, issuer.token(exp=1_799_999_980, nbf=1_700_000_000))).status == 401
    await late.close()


async def test_a_token_signed_by_another_key_of_the_same_name_is_refused(guard, issuer):
    stranger = ECKey.generate_key("P-256", parameters={"kid": "first"})

    assert (await refusal(guard, issuer.token(key=stranger))).status == 401


async def test_an_unsigned_token_is_refused(guard, issuer):
    def part(content: dict) -> str:
        return base64.urlsafe_b64encode(json.dumps(content).encode()).rstrip(b"=").decode()

    _, claims, _ = issuer.token().split(".")
    unsigned = f"{part({'alg': 'none', 'kid': 'first'})}.{claims}."

    assert (await refusal(guard, unsigned)).status == 401


async def test_the_public_key_used_as_a_shared_secret_is_refused(guard, issuer):
    def part(content: bytes) -> str:
        return base64.urlsafe_b64encode(content).rstrip(b"=").decode()

    _, claims, _ = issuer.token().split(".")
    signed = part(json.dumps({"alg": "HS256", "kid": "first"}).encode()) + "." + claims
    signature = hmac.digest(issuer.keys[0].as_pem(private=False), signed.encode(), "sha256")

    assert (await refusal(guard, f"{signed}.{part(signature)}")).status == 401


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "å.ä.ö", "." * 10, "a" * 200_000])
async def test_what_is_no_token_is_refused(guard, token):
    assert (await refusal(guard, token)).status == 401


async def test_a_key_that_the_issuer_takes_into_use_is_fetched(issuer):
    now = 0.0
    async with httpx.AsyncClient() as client:
        keys = Keys(issuer.jwks_url, client, clock=lambda: now)
        await keys.holding("first")
        issuer.keys.append(ECKey.generate_key("P-256", parameters={"kid": "second"}))
        now = RETRY_SECONDS + 1

        held = await keys.holding("second")

    assert {key.kid for key in held} == {"first", "second"}


async def test_made_up_key_ids_do_not_make_us_hammer_the_issuer(guard, issuer):
    await guard.caller(issuer.token())
    stranger = ECKey.generate_key("P-256")

    for number in range(20):
        await refusal(guard, issuer.token(key=stranger, kid=f"made up {number}"))

    assert issuer.fetched == 1


async def test_known_keys_are_kept_while_the_issuer_is_away(issuer):
    now = 0.0
    async with httpx.AsyncClient() as client:
        keys = Keys(issuer.jwks_url, client, clock=lambda: now)
        await keys.holding("first")
        issuer.stop()
        now = 10_000.0

        assert await keys.holding("first")
        await keys.close()
        assert await keys.holding("first")


async def test_without_any_key_yet_we_say_that_we_cannot_tell(guard, issuer):
    token = issuer.token()
    issuer.stop()

    problem = await refusal(guard, token)

    assert problem.status == 503
    assert problem.headers["Retry-After"]


async def test_no_token_is_401_and_a_missing_scope_403_that_names_it(client, issuer):
    nobody = await client.post("/events", content=b"{}")
    reader = await client.post("/events", content=b"{}", headers=issuer.headers(scope="reports:read"))

    assert nobody.status_code == 401
    assert nobody.headers["WWW-Authenticate"].startswith("Bearer")
    assert reader.status_code == 403
    assert reader.json()["scope"] == "events:write"
    assert 'error="insufficient_scope"' in reader.headers["WWW-Authenticate"]


async def test_openapi_tells_that_a_token_is_needed(client):
    document = (await client.get("/openapi.json")).json()

    assert document["components"]["securitySchemes"]["token"]["scheme"] == "bearer"
    assert document["paths"]["/events"]["post"]["security"] == [{"token": ["events:write"]}]
