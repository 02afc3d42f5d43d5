"""How the stack starts and migrates one of the four services."""

import json
import os
import sys
from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256

import httpx

from local_stack.issuer import AUDIENCE
from local_stack.supervisor import Program
from shared.kafka_security import Security

_NOT_INHERITED = ("SAMVERK_POSTGRES", "SAMVERK_KAFKA")


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What a service is told about the rest of the stack."""

    database_urls: Mapping[str, str]
    kafka: str
    security: Callable[[str], Security]
    idempotence: bool
    issuer_url: str
    session_key: str
    urls: Mapping[str, str]
    extra: Mapping[str, str]

    def environment(self, service: str) -> dict[str, str]:
        """The whole environment of one service."""
        url = self.urls[service]
        security = self.security(service)
        own = {
            "SAMVERK_DATABASE_URL": self.database_urls[service],
            "SAMVERK_KAFKA": self.kafka,
            "SAMVERK_KAFKA_SECURITY": security.protocol,
            "SAMVERK_KAFKA_MECHANISM": security.mechanism,
            "SAMVERK_KAFKA_USERNAME": security.username,
            "SAMVERK_KAFKA_PASSWORD": security.password,
            "SAMVERK_KAFKA_IDEMPOTENCE": "1" if self.idempotence else "0",
            "SAMVERK_HOST": "127.0.0.1",
            "SAMVERK_PORT": url.rpartition(":")[2],
            "SAMVERK_ISSUER": self.issuer_url,
            "SAMVERK_AUDIENCE": AUDIENCE,
            "SAMVERK_JWKS_URL": f"{self.issuer_url}/.well-known/jwks.json",
            "SAMVERK_SESSION_KEY": self.session_key,
            "SAMVERK_PEERS": json.dumps(dict(self.urls)),
            "SAMVERK_LOG_LEVEL": os.environ.get("SAMVERK_LOG_LEVEL", "INFO").upper(),
        }
        if security.ca_file:
            own["SAMVERK_KAFKA_CA_FILE"] = str(security.ca_file)
        if service == "guidance":
            own |= self._guidance()
        # the administrator's ways in are none of a service's business
        inherited = {key: value for key, value in os.environ.items() if not key.startswith(_NOT_INHERITED)}
        return inherited | own | dict(self.extra)

    def _guidance(self) -> dict[str, str]:
        """What is guidance's own: no other service may open its notes or sign its links."""
        return {
            "SAMVERK_GUIDANCE_LINK_KEY": self._secret("links"),
            "SAMVERK_GUIDANCE_PUBLIC_URL": self.urls["guidance"],
            "SAMVERK_GUIDANCE_CALENDAR_KEYS": json.dumps([self._secret("calendars")]),
            "SAMVERK_GUIDANCE_CALENDAR_NETWORKS": json.dumps(["127.0.0.0/8"]),
            "SAMVERK_GUIDANCE_DROP_IN_PHONE": "031-390 06 00",  # of the numbers set aside for fiction
            "SAMVERK_GUIDANCE_NOTE_KEY": "local",
            "SAMVERK_GUIDANCE_NOTE_KEYS": json.dumps({"local": self._secret("notes")}),
        }

    def _secret(self, use: str) -> str:
        """A secret of its own for each use, the same for as long as the stack's state is kept: 32 bytes in base64."""
        return b64encode(sha256(f"{use} {self.session_key}".encode()).digest()).decode()


def migrate_command(service: str) -> list[str]:
    """Brings the service's database to its newest shape."""
    return [sys.executable, "-m", service, "migrate"]


def program(service: str, surroundings: Surroundings) -> Program:
    """How the supervisor runs a service: after the servers, stopped before them."""
    url = surroundings.urls[service]

    async def ready() -> bool:
        return await is_ready(f"{url}/health/ready")

    return Program(
        name=service,
        command=[sys.executable, "-m", service, "serve"],
        environment=surroundings.environment(service),
        ready=ready,
        stage=1,
    )


async def is_ready(url: str) -> bool:
    """True when the address answers 200."""
    try:
        async with httpx.AsyncClient(trust_env=False, timeout=4) as client:
            return (await client.get(url)).status_code == httpx.codes.OK
    except httpx.HTTPError:
        return False
