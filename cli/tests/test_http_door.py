"""Sending through the HTTP door: batches, patience, and what each event came to."""

from collections.abc import Callable
from typing import Any

import httpx
import orjson
import pytest

from samverk.envelopes import binary, envelope, structured
from samverk.sending.http import HttpDoor, parts
from samverk.sending.outcomes import DoorAway, DoorShut

FAULT = {"field": "/data/seats", "code": "minimum", "sv": "För få.", "en": "Too few."}
Answer = Callable[[list[Any]], httpx.Response]


def events(number: int, filler: str = "") -> list[dict[str, Any]]:
    return [
        envelope(source="/municipalities/2281/x", type="t", subject=str(place), data={"place": place, "filler": filler})
        for place in range(number)
    ]


class Server:
    """Answers requests with the given answers in turn, the last one for ever; keeps what it was sent."""

    def __init__(self, *answers: Answer) -> None:
        self.answers, self.sent = list(answers), list[list[Any]]()

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.sent.append(orjson.loads(request.content))
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        return answer(self.sent[-1])


def door(server: Server, waited: list[float]) -> HttpDoor:
    async def pause(seconds: float) -> None:
        waited.append(seconds)

    client = httpx.AsyncClient(transport=httpx.MockTransport(server))
    return HttpDoor(client, "http://samverk.example", "token", pause=pause)


def accepted(batch: list[Any]) -> httpx.Response:
    return httpx.Response(202, json={"accepted": [event["id"] for event in batch]})


def refused_first(batch: list[Any]) -> httpx.Response:
    listed = [{"index": 0, "id": batch[0]["id"], "faults": [FAULT]}]
    return httpx.Response(207, json={"accepted": [], "refused": listed})


def status(code: int, **more: Any) -> Answer:
    return lambda _: httpx.Response(code, **more)


def unreachable(_: list[Any]) -> httpx.Response:
    raise httpx.ConnectError("away")


async def test_many_events_go_in_batches_in_order() -> None:
    server = Server(accepted)
    done: list[int] = []
    outcomes = await door(server, []).send(events(600), done.append)
    assert all(outcome.accepted for outcome in outcomes)
    assert [event["data"]["place"] for batch in server.sent for event in batch] == list(range(600))
    assert sum(done) == 600
    assert len(server.sent) == 3


async def test_large_events_make_small_batches() -> None:
    batches = list(parts(events(10, "x" * 300_000)))
    assert [len(batch) for batch in batches] == [2] * 5


async def test_a_refused_event_leaves_the_others() -> None:
    outcomes = await door(Server(refused_first), []).send(events(3))
    assert [outcome.accepted for outcome in outcomes] == [False, True, True]
    assert outcomes[0].faults[0].sv == "För få."


async def test_all_refused_is_told_event_by_event() -> None:
    listed = [{"index": place, "id": "x", "faults": [FAULT]} for place in range(2)]
    outcomes = await door(Server(status(422, json={"refused": listed})), []).send(events(2))
    assert [outcome.accepted for outcome in outcomes] == [False, False]


async def test_another_municipalitys_events_are_refused_with_the_reason() -> None:
    outcomes = await door(Server(status(403, json={"faults": [FAULT]})), []).send(events(2))
    assert [outcome.faults[0].code for outcome in outcomes] == ["minimum", "minimum"]


async def test_a_door_that_is_away_is_tried_again_with_growing_pauses() -> None:
    waited: list[float] = []
    server = Server(unreachable, status(503, headers={"retry-after": "5"}), status(503), accepted)
    outcomes = await door(server, waited).send(events(1))
    assert outcomes[0].accepted
    assert waited == [0.25, 5.0, 1.0]


async def test_a_door_that_stays_away_is_given_up() -> None:
    waited: list[float] = []
    with pytest.raises(DoorAway):
        await door(Server(unreachable), waited).send(events(1))
    assert waited == sorted(waited)
    assert len(waited) == 8


@pytest.mark.parametrize("code", [401, 403, 404, 422, 500])
async def test_a_shut_door_says_why(code: int) -> None:
    with pytest.raises(DoorShut) as shut:
        await door(Server(status(code, json={"detail": "Nej."})), []).send(events(1))
    assert (shut.value.status, shut.value.detail) == (code, "Nej.")


async def test_a_batch_too_large_for_the_door_is_halved() -> None:
    def at_most_two(batch: list[Any]) -> httpx.Response:
        return accepted(batch) if len(batch) <= 2 else httpx.Response(413)

    server = Server(at_most_two)
    outcomes = await door(server, []).send(events(5))
    assert len(outcomes) == 5
    assert max(len(batch) for batch in server.sent if len(batch) <= 2) == 2


def test_binary_and_structured_say_the_same() -> None:
    (event,) = events(1)
    in_headers, whole = binary(event), structured(event)
    assert in_headers.key == whole.key == b"0"
    assert dict(in_headers.headers)["ce_id"].decode() == orjson.loads(whole.value)["id"]
    assert orjson.loads(in_headers.value) == orjson.loads(whole.value)["data"]
