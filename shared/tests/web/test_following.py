"""An event followed across services that answer, know nothing, or are away."""

from urllib.parse import unquote

import httpx
import pytest

from shared.operations.following import MOST_EVENTS, follow

REPORTED, PUBLISHED = "se.samverk.catalogue.offering.reported.v1", "se.samverk.catalogue.offering.published.v1"
URLS = {name: f"http://{name}.example" for name in ("catalogue", "admissions", "pricing")}


def known(service: str, id: str, *, reads=(), received=(), letters=(), said=(), caused=()) -> dict:
    return {
        "service": service,
        "id": id,
        "reads": list(reads),
        "received": [
            {"source": "/municipalities/2281/x", "type": t, "received_at": at, "refused": False, "digest": "00"}
            for t, at in received
        ],
        "dead_letters": list(letters),
        "said": [
            {"topic": "catalogue.events", "type": t, "created_at": at, "published_at": sent, "traceparent": None}
            for t, at, sent in said
        ],
        "caused": [{"id": i, "type": t, "topic": topic} for i, t, topic in caused],
    }


async def followed(answers: dict[tuple[str, str], dict], id: str = "r", away: tuple[str | tuple[str, str], ...] = ()):
    reads = {"catalogue": [REPORTED], "admissions": [PUBLISHED], "pricing": [PUBLISHED]}
    asked: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        service = request.url.host.partition(".")[0]
        event = unquote(request.url.path.rpartition("/")[2])
        asked.append(service)
        assert request.headers["authorization"] == "Bearer the-askers-own"
        if service in away or (service, event) in away:
            return httpx.Response(503)
        found = answers.get((service, event)) or known(service, event)
        return httpx.Response(200, json={**found, "reads": reads[service]})

    async with httpx.AsyncClient(transport=httpx.MockTransport(answer)) as client:
        return await follow(id, URLS, "the-askers-own", client), asked


@pytest.fixture
def answers() -> dict:
    """The catalogue took a report and published; admissions has taken it, pricing has not."""
    return {
        ("catalogue", "r"): known(
            "catalogue", "r", received=[(REPORTED, "10:00")], caused=[("p", PUBLISHED, "catalogue.events")]
        ),
        ("catalogue", "p"): known("catalogue", "p", said=[(PUBLISHED, "10:00", "10:02")]),
        ("admissions", "p"): known("admissions", "p", received=[(PUBLISHED, "10:01")]),
    }


async def test_what_was_said_is_followed_and_who_has_not_got_it_is_named(answers):
    found, _ = await followed(answers)

    assert [(step.kind, step.service, step.depth) for step in found.steps] == [
        ("taken", "catalogue", 0),
        ("said", "catalogue", 1),
        ("taken", "admissions", 1),
        ("not_taken", "pricing", 1),
    ]
    assert [step.worry for step in found.steps] == [False, False, False, True]
    assert found.found
    assert not found.cut


async def test_what_waits_in_an_outbox_is_told_so(answers):
    answers["catalogue", "p"] = known("catalogue", "p", said=[(PUBLISHED, "10:00", None)])

    found, _ = await followed(answers)

    assert ("waiting_to_be_sent", "catalogue") in [(step.kind, step.service) for step in found.steps]


async def test_a_service_that_is_away_is_named_once_and_not_asked_again(answers):
    found, asked = await followed(answers, away=("pricing",))

    assert [step.kind for step in found.steps].count("silent") == 1
    assert asked.count("pricing") == 1


async def test_a_service_that_fails_on_one_event_is_asked_about_those_that_follow(answers):
    answers["catalogue", "r"]["caused"].append({"id": "q", "type": PUBLISHED, "topic": "catalogue.events"})
    answers["pricing", "q"] = known(
        "pricing", "q", received=[(PUBLISHED, "10:03")], caused=[("s", PUBLISHED, "pricing.events")]
    )
    answers["pricing", "s"] = known("pricing", "s", said=[(PUBLISHED, "10:04", "10:05")])

    found, _ = await followed(answers, away=(("pricing", "p"),))

    told = [(step.kind, step.event, step.depth) for step in found.steps if step.service == "pricing"]
    assert {("silent", "p", 1), ("taken", "q", 1), ("said", "s", 2)} <= set(told)


async def test_an_unknown_event_is_not_found():
    found, _ = await followed({}, id="å/?")

    assert not found.found
    assert found.steps == []


async def test_a_dead_letter_and_its_replay_are_both_told():
    letter = {
        "id": "l", "reason": "wrong_shape", "topic": "in.2281.catalogue", "partition": 0, "offset": 7, "attempts": 1,
        "replays": 1, "kept_at": "10:00", "replayed_at": "11:00", "type": REPORTED,
    }  # fmt: skip
    found, _ = await followed({("catalogue", "r"): known("catalogue", "r", letters=[letter])})

    assert [(step.kind, step.at) for step in found.steps] == [("dead_letter", "10:00"), ("sent_again", "11:00")]


async def test_a_ring_of_causes_ends_and_a_flood_is_cut(answers):
    answers["catalogue", "p"]["caused"] = [{"id": "r", "type": PUBLISHED, "topic": "catalogue.events"}]
    ring, _ = await followed(answers)
    flood = [(f"p{n}", PUBLISHED, "catalogue.events") for n in range(MOST_EVENTS + 5)]
    cut, _ = await followed({("catalogue", "r"): known("catalogue", "r", caused=flood)})

    assert not ring.cut
    assert cut.cut
