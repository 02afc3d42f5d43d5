"""Operations' API of one service, over a real PostgreSQL, and those who may use it."""

from types import SimpleNamespace

import pytest
from fastapi import FastAPI

from shared.operations import api
from shared.problems import Problems
from shared.testing import parts
from shared.texts import Text

from ..conftest import APPLICATION, REPLY, client_of
from .steps import SCOPES


class NoLag:
    async def measure(self) -> list:
        return []


@pytest.fixture
async def client(guard, unit_of_work):
    class Service:
        name, title, listens_to = "admissions", Text("Antagning", "Admissions"), ("catalogue.events",)
        readings = tuple(SimpleNamespace(type=kind) for kind in (APPLICATION, REPLY))

    app = FastAPI()
    app.include_router(api.router(api.Desk(Service, parts(unit_of_work, guard), NoLag())))
    Problems(api.ERRORS).install(app)
    async with client_of(app) as made:
        yield made


@pytest.fixture
def region(issuer):
    return issuer.headers(municipality=None, scope=SCOPES, sub="anna")
