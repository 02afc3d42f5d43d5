"""Where the services are, and the token to come in with: from the environment, or from the stack on this machine."""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from local_stack import running
from local_stack.issuer import sign_token
from local_stack.settings import SERVICES, Settings
from local_stack.state import State
from shared.kafka_security import Protocol, Security


class NowhereToGo(Exception):
    """Nothing tells where the services are; `sv` and `en` say what to do."""

    def __init__(self, sv: str, en: str) -> None:
        super().__init__(en)
        self.sv, self.en = sv, en


@dataclass(frozen=True, slots=True)
class Surroundings:
    """`urls` by service; `state` is the folder of the local stack, `kafka` its broker, where there are any.

    `protocol` and `authority` say how one comes in at the stack's own broker; `stated` how at a broker that the
    environment names.
    """

    urls: Mapping[str, str]
    kafka: str | None
    idempotence: bool
    state: State
    stated: Security | None = None
    protocol: Protocol = "PLAINTEXT"
    authority: str | None = None

    def security(self, principal: str) -> Security:
        """How this principal comes in at the broker: with its own password at the stack's, else as SAMVERK_KAFKA_… say.

        Raises NowhereToGo.
        """
        if self.stated is not None or self.protocol == "PLAINTEXT":
            return self.stated or Security()
        password = self.state.kafka_passwords([]).get(principal)
        if password is None:
            raise NowhereToGo(
                f"Klustret känner inte {principal}; se deploy/kafka/topics.yaml.",
                f"The cluster does not know {principal}; see deploy/kafka/topics.yaml.",
            )
        authority = Path(self.authority) if self.authority else None
        return Security(protocol=self.protocol, username=principal, password=password, ca_file=authority)

    def url(self, service: str) -> str:
        """The address of a service. Raises NowhereToGo."""
        try:
            return self.urls[service].rstrip("/")
        except KeyError:
            raise _no_services() from None

    def token(self, given: str | None = None, *, municipality: str | None = None, roles: tuple[str, ...] = ()) -> str:
        """The token given, that of SAMVERK_TOKEN, or one of the local issuer. Raises NowhereToGo."""
        stated = given or os.environ.get("SAMVERK_TOKEN")
        if stated:
            return stated
        if not (self.state.folder / "secrets.json").exists():
            raise NowhereToGo(
                "Ange en token med --token eller SAMVERK_TOKEN.", "Give a token with --token or SAMVERK_TOKEN."
            )
        return sign_token(self.state, municipality=municipality, roles=roles)


def find() -> Surroundings:
    """SAMVERK_PEERS (addresses as JSON) and SAMVERK_KAFKA where set, else the stack that runs in the state folder."""
    settings = Settings.from_environment()
    state = State(settings.state)
    for folder in (state, State(settings.state / "demo")):
        found = running.find(folder) if folder.folder.exists() else None
        if found is not None:
            return _at(found, settings, folder)
    return Surroundings(_stated_urls(), settings.kafka, True, state, stated=settings.kafka_access)


def _at(found: running.Running, settings: Settings, folder: State) -> Surroundings:
    urls, idempotence = _stated_urls() or found.urls, found.broker_kind != "tansu"
    # a broker that is not the stack's own has passwords that only the environment knows
    if settings.kafka or found.broker_kind == "external":
        return Surroundings(urls, settings.kafka or found.kafka, idempotence, folder, stated=settings.kafka_access)
    return Surroundings(
        urls, found.kafka, idempotence, folder, protocol=found.kafka_protocol, authority=found.kafka_ca_file
    )


def _stated_urls() -> Mapping[str, str]:
    stated = os.environ.get("SAMVERK_PEERS")
    if not stated:
        return {}
    try:
        urls = json.loads(stated)
    except ValueError:
        urls = None
    if not isinstance(urls, dict):
        raise NowhereToGo(
            'SAMVERK_PEERS ska vara JSON: {"catalogue": "https://…", …}',
            'SAMVERK_PEERS must be JSON: {"catalogue": "https://…", …}',
        )
    return {str(name): str(url) for name, url in urls.items() if name in SERVICES}


def _no_services() -> NowhereToGo:
    return NowhereToGo(
        "Ingen stack körs här. Starta en med 'samverk up', eller ange tjänsternas adresser i SAMVERK_PEERS.",
        "No stack is running here. Start one with 'samverk up', or give the services' addresses in SAMVERK_PEERS.",
    )
