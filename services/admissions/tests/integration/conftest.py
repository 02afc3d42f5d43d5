"""What the integration tests of admissions share."""

from collections.abc import AsyncIterator

import httpx
import pytest
from fastapi import FastAPI

from admissions import pages
from admissions.main import REGION, build
from services.admissions.tests.integration.entered import Who
from services.admissions.tests.integration.school_year import SchoolYear, application, offering
from shared.pages import Pages
from shared.problems import Problems
from shared.settings import Settings
from shared.testing import parts as parts_of
from shared.texts import Text
from shared.work import UnitOfWork

EK, NA, BA = "2281-EK-1", "2281-NA-1", "2284-BA-1"


@pytest.fixture
def year(unit_of_work: UnitOfWork) -> SchoolYear:
    return SchoolYear(unit_of_work)


@pytest.fixture
async def four(year: SchoolYear) -> SchoolYear:
    """One seat in EK and one in NA; Ann and Bo and Cia want EK first, Dan lacks all grades."""
    await year.deliver(offering(EK, 1), offering(NA, 1), offering(BA, 5))
    await year.apply("ann", "A", EK, NA)
    await year.apply("bo", "B", EK, NA, BA)
    await year.apply("cia", "C", EK)
    await year.deliver(application("dan", EK, NA))
    return year


@pytest.fixture
def who() -> Who:
    return Who()


@pytest.fixture
async def client(unit_of_work: UnitOfWork, who: Who) -> AsyncIterator[httpx.AsyncClient]:
    service, app = build(Settings.for_documents()), FastAPI()
    kit = Pages(
        "admissions", Text("Antagning", "Admissions"), {}, templates=pages.TEMPLATES, words=pages.WORDS,
        statics=pages.STATICS, menu=pages.MENU,
    )  # fmt: skip
    for router in pages.routers(REGION, parts_of(unit_of_work, who, entrance=who, pages=kit)):
        app.include_router(router)
    Problems(service.errors, kit.problem).install(app)
    headers = {"accept": "text/html"}
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://admissions", headers=headers) as made:
        yield made
