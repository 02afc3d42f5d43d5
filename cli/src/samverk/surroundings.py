"""Where the services are, and the token to come in with: from the environment, or from the stack on this machine."""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass

from local_stack import running
from local_stack.issuer import sign_token
from local_stack.settings import SERVICES, Settings
from local_stack.state import State


class NowhereToGo(Exception):
    """Nothing tells where the services are; `sv` and `en` say what to do."""

    def __init__(self, sv: str, en: str) -> None:
        super().__init__(en)
        self.sv, self.en = sv, en


@dataclass(frozen=True, slots=True)
class Surroundings:
    """`urls` by service; `state` is the folder of the local stack, `kafka` its broker, where there are any."""

    urls: Mapping[str, str]
    kafka: str | None
    idempotence: bool
    state: State

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
            urls = _stated_urls() or found.urls
            return Surroundings(urls, settings.kafka or found.kafka, found.broker_kind != "tansu", folder)
    return Surroundings(_stated_urls(), settings.kafka, True, state)


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
