"""The services over HTTP, as the operations staff's commands call them."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import httpx

from local_stack.settings import SERVICES
from samverk import screen, surroundings
from samverk.surroundings import NowhereToGo
from samverk.words import language

ROLES = ("operations",)


def named(asked: str | None) -> tuple[str, ...]:
    """The service asked for, or all of them; leaves when there is none of that name."""
    if asked is None:
        return SERVICES
    if asked not in SERVICES:
        names = ", ".join(SERVICES)
        screen.leave(f"Okänd tjänst; välj en av {names}.", f"Unknown service; choose one of {names}.")
    return (asked,)


@contextmanager
def client(service: str, token: str | None) -> Iterator[httpx.Client]:
    """A client of one service with the caller's token; leaves when the service does not answer."""
    try:
        around = surroundings.find()
        headers = {"authorization": f"Bearer {around.token(token, roles=ROLES)}", "accept-language": language()}
        with httpx.Client(base_url=around.url(service), headers=headers, timeout=60, trust_env=False) as made:
            yield made
    except NowhereToGo as error:
        screen.leave(error.sv, error.en)
    except httpx.TransportError:
        screen.leave(f"Tjänsten {service} svarar inte.", f"The service {service} does not answer.", screen.REFUSED)


def answer(response: httpx.Response) -> Mapping[str, Any]:
    """The JSON of a good answer; leaves with the problem of another."""
    if response.status_code != httpx.codes.OK:
        detail = f"{response.status_code}: {_detail(response)}"
        screen.leave(detail, detail, screen.REFUSED)
    content: Mapping[str, Any] = response.json()
    return content


def _detail(response: httpx.Response) -> str:
    try:
        return str(response.json().get("detail"))
    except ValueError:
        return response.reason_phrase
