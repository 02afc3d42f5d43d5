"""What all pages of one service share: how they look, who is let in, and how one logs in."""

from dataclasses import dataclass

from fastapi import APIRouter

from shared import login
from shared.auth import Guard
from shared.entrance import Entrance
from shared.openid import OpenId
from shared.operations.words import WORDS as OPERATIONS_WORDS
from shared.pages import MenuItem, Pages
from shared.service import Service
from shared.sessions import Sealed, Sessions
from shared.settings import Settings


@dataclass(frozen=True, slots=True)
class Front:
    """The pages of a service, put together; `login` are the routes for logging in and out."""

    pages: Pages
    entrance: Entrance
    openid: OpenId
    login: APIRouter


def build(service: Service, settings: Settings, guard: Guard) -> Front:
    """Put it together; nothing is asked of the issuer before somebody logs in."""
    pages = Pages(
        service.name,
        service.title,
        settings.peers,
        templates=service.templates,
        words={**OPERATIONS_WORDS, **service.words},
        statics=service.statics,
        menu=(*service.menu, MenuItem("/operations", OPERATIONS_WORDS["ops"], "operations:read")),
    )
    address = settings.peers.get(service.name)
    key = settings.session_key.get_secret_value() if settings.session_key else None
    sealed = Sealed(key, secure=bool(address and address.startswith("https:")))
    sessions, openid = Sessions(sealed), OpenId(settings)
    logins = login.Login(openid, guard, sealed, sessions, settings.client_id, address)
    return Front(pages, Entrance(guard, sessions), openid, login.router(logins, sessions, pages))
