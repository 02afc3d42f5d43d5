"""Where the made-up service stands, and the way in that a browser takes, step by step."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
from fastapi import FastAPI

from local_stack import issuer as local_issuer
from local_stack.state import State


@dataclass
class Place:
    """A made-up service and the local issuer that it trusts."""

    url: str
    issuer: str
    state: State
    app: FastAPI

    def token(self, **wanted: Any) -> str:
        return local_issuer.sign_token(self.state, issuer=self.issuer, **wanted)


async def log_in(client: httpx.AsyncClient, **person: str) -> httpx.Response:
    """Through the issuer's form, as a browser does; the answer to the callback."""
    return await client.get(await grant(client, **person))


async def grant(client: httpx.AsyncClient, next: str = "/visits", **person: str) -> str:
    """Where the issuer sends the browser back to."""
    begun = await client.get("/login", params={"next": next})
    asked = {name: values[0] for name, values in parse_qs(urlsplit(begun.headers["location"]).query).items()}
    granted = await client.post(begun.headers["location"].partition("?")[0], data={**asked, **person})
    return granted.headers["location"]
