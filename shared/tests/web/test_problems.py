"""One problem document for everything that goes wrong, in the reader's language."""

from typing import Annotated

import pytest
from fastapi import FastAPI, Query
from pydantic import BaseModel
from structlog.testing import capture_logs

from shared.faults import Fault, Refused
from shared.observability.web import observe
from shared.problems import Problem, Problems
from shared.texts import Text

from .conftest import client_of


class RoundClosed(Exception):
    """The round is closed; nothing more can be
    decided in it."""

    sv = "Omgången är stängd."


class TooOften(Exception):
    """Wait a minute."""

    def __init__(self) -> None:
        self.headers = {"Retry-After": "60"}


class Order(BaseModel):
    seats: int
    name: str


@pytest.fixture
async def client(metrics):
    app = FastAPI()

    @app.get("/problem")
    async def problem() -> None:
        raise Problem(409, Text(sv="Krock", en="Clash"), "same in both", reasons=["a"])

    @app.get("/named")
    async def named() -> None:
        raise RoundClosed("201103152383")

    @app.get("/refused")
    async def refused() -> None:
        raise Refused("ranks", Fault("/choices", "ranks", "Fel rang.", "Wrong rank."))

    @app.get("/often")
    async def often() -> None:
        raise TooOften

    @app.get("/by-link/{secret}")
    async def by_link(secret: str) -> None:
        raise RuntimeError(secret)

    @app.get("/bug")
    async def bug() -> None:
        raise RuntimeError("the secret 201103152383")

    @app.post("/orders/{number}")
    async def orders(number: int, order: Order, most: Annotated[int, Query(ge=1)] = 1) -> None:
        return None

    Problems({RoundClosed: 409, Refused: 422, TooOften: 429}).install(app)
    observe(app, metrics)
    async with client_of(app) as made:
        yield made


@pytest.mark.parametrize(
    ("query", "header", "title"),
    [
        ("", "", "Clash"),
        ("", "sv", "Krock"),
        ("", "de, sv-FI;q=0.8, en;q=0.7", "Krock"),
        ("", "sv;q=0.1, en", "Clash"),
        ("", "sv;q=0", "Clash"),
        ("", "sv;q=much", "Clash"),
        ("?lang=sv", "en", "Krock"),
        ("?lang=de", "sv", "Krock"),
    ],
)
async def test_the_language_is_the_readers(client, query, header, title):
    answer = await client.get(f"/problem{query}", headers={"Accept-Language": header})

    assert answer.json()["title"] == title
    assert "Accept-Language" in answer.headers["Vary"]


async def test_a_problem_has_all_members(client):
    answer = await client.get("/problem")

    assert answer.status_code == 409
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json() == {
        "type": "urn:samverk:problem:conflict",
        "title": "Clash",
        "status": 409,
        "detail": "same in both",
        "instance": "/problem",
        "reasons": ["a"],
    }


async def test_a_named_error_speaks_by_its_docstring_never_by_its_message(client):
    english = await client.get("/named")
    swedish = await client.get("/named", headers={"Accept-Language": "sv"})

    assert english.status_code == 409
    assert english.json()["type"] == "urn:samverk:problem:round-closed"
    assert english.json()["detail"] == "The round is closed; nothing more can be decided in it."
    assert swedish.json()["detail"] == "Omgången är stängd."
    assert "2011" not in english.text


async def test_the_faults_of_a_named_error_are_listed(client):
    answer = await client.get("/refused")

    assert answer.status_code == 422
    assert answer.json()["faults"] == [{"field": "/choices", "code": "ranks", "sv": "Fel rang.", "en": "Wrong rank."}]


async def test_an_unknown_error_tells_nothing_of_our_insides(client):
    answer = await client.get("/bug")

    assert answer.status_code == 500
    assert "secret" not in answer.text
    assert "RuntimeError" not in answer.text
    assert answer.headers["x-request-id"]
    assert answer.headers["content-security-policy"]


async def test_an_unfit_request_names_each_field_but_no_value(client):
    answer = await client.post("/orders/201103152383x?most=0", json={"seats": "201103152383x"})

    assert answer.status_code == 422
    faults = {fault["field"]: fault for fault in answer.json()["faults"]}
    assert set(faults) == {"/number", "/most", "/seats", "/name"}
    assert faults["/name"]["sv"] == "Fältet saknas; lägg till det."
    assert "2011" not in answer.text.replace(answer.json()["instance"], "")


async def test_broken_json_is_said_to_be_that(client):
    answer = await client.post("/orders/1", content=b"{", headers={"Content-Type": "application/json"})

    assert [fault["code"] for fault in answer.json()["faults"]] == ["json_invalid"]


async def test_what_does_not_exist_is_a_problem_too(client):
    missing, wrong_method = await client.get("/nothing"), await client.delete("/problem")

    assert (missing.status_code, missing.json()["status"]) == (404, 404)
    assert wrong_method.status_code == 405
    assert wrong_method.headers["allow"] == "GET"


async def test_a_named_error_may_set_headers(client):
    answer = await client.get("/often")

    assert (answer.status_code, answer.headers["retry-after"]) == (429, "60")
    assert answer.json()["title"] == "Too many requests"


async def test_a_secret_in_the_address_of_a_failed_request_is_not_logged(client):
    with capture_logs() as logged:
        answer = await client.get("/by-link/a-secret-of-somebodys")

    assert answer.status_code == 500
    assert [line["route"] for line in logged] == ["/by-link/{secret}"] * 2
    assert "a-secret-of-somebodys" not in str(logged)
