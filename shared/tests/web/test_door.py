"""What the door takes, what it refuses, and what stands in Kafka afterwards."""

import copy
from uuid import uuid4

import orjson
import pytest
from aiokafka.errors import KafkaConnectionError

from shared import sink as sinks
from shared.events import read
from shared.testing import RawRecord

from .conftest import APPLICATION, REPLY

STRUCTURED = {"Content-Type": "application/cloudevents+json"}
BATCH = {"Content-Type": "application/cloudevents-batch+json; charset=utf-8"}
TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


def binary(event: dict) -> dict[str, str]:
    return {"Content-Type": "application/json"} | {f"ce-{k}": v for k, v in event.items() if k in NAMES}


NAMES = ("specversion", "id", "type", "source", "subject", "time")


async def test_a_structured_event_stands_on_the_municipalitys_topic(client, issuer, sink, event):
    answer = await client.post("/events", content=orjson.dumps(event), headers=issuer.headers() | STRUCTURED)

    assert answer.status_code == 202
    assert answer.json() == {"accepted": [event["id"]]}
    [(topic, key, headers, value)] = sink.sent
    assert (topic, key) == ("in.2281.admissions", event["subject"].encode())
    assert orjson.loads(value) == event["data"]
    assert headers["ce_source"] == event["source"].encode()


async def test_the_consumer_reads_the_record_as_the_same_event(client, issuer, sink, event):
    await client.post("/events", content=orjson.dumps(event), headers=issuer.headers() | STRUCTURED)

    topic, key, headers, value = sink.sent[0]
    found = read(RawRecord(topic, 0, 0, 0, key, value, list(headers.items())))

    assert (found.id, found.type, found.source, found.subject) == tuple(event[n] for n in NAMES[1:5])
    assert found.data == event["data"]
    assert found.time.isoformat() == event["time"].replace("Z", "+00:00")
    assert found.municipality == "2281"


async def test_binary_mode_gives_the_same_record(client, issuer, sink, event):
    await client.post("/events", content=orjson.dumps(event), headers=issuer.headers() | STRUCTURED)
    answer = await client.post("/events", content=orjson.dumps(event["data"]), headers=issuer.headers() | binary(event))

    assert answer.status_code == 202
    structured, plain = sink.sent
    assert (structured[0], structured[1], structured[3]) == (plain[0], plain[1], plain[3])
    assert {k: v for k, v in structured[2].items() if k != "ce_traceparent"} == {
        k: v for k, v in plain[2].items() if k != "ce_traceparent"
    }


async def test_the_trace_of_the_request_goes_with_the_event(client, issuer, sink, event):
    headers = issuer.headers() | STRUCTURED | {"traceparent": TRACE}
    await client.post("/events", content=orjson.dumps(event), headers=headers)
    await client.post("/events", content=orjson.dumps(event | {"traceparent": TRACE[:-1] + "0"}), headers=headers)

    assert sink.sent[0][2]["ce_traceparent"] == TRACE.encode()
    assert sink.sent[1][2]["ce_traceparent"] == TRACE[:-1].encode() + b"0"


async def test_a_batch_is_sent_whole_before_any_confirmation_is_awaited(client, issuer, sink, event):
    events = [event | {"id": str(uuid4())} for _ in range(20)]

    answer = await client.post("/events", content=orjson.dumps(events), headers=issuer.headers() | BATCH)

    assert answer.status_code == 202
    assert answer.json()["accepted"] == [event["id"] for event in events]
    assert sink.most_waiting == 20


async def test_of_a_mixed_batch_the_good_are_taken_and_the_bad_named(client, issuer, sink, event):
    wrong = copy.deepcopy(event) | {"id": "wrong"}
    wrong["data"]["answer"] = "perhaps"
    foreign = event | {"id": "foreign", "source": "/municipalities/2284/elevregister"}

    answer = await client.post(
        "/events", content=orjson.dumps([event, wrong, "rubbish", foreign]), headers=issuer.headers() | BATCH
    )

    assert answer.status_code == 207
    assert answer.json()["accepted"] == [event["id"]]
    refused = answer.json()["refused"]
    assert [(one["index"], one["id"]) for one in refused] == [(1, "wrong"), (2, None), (3, "foreign")]
    assert refused[0]["faults"][0]["field"] == "/answer"
    assert refused[2]["faults"][0]["code"] == "wrong_source"
    assert len(sink.sent) == 1


async def test_a_batch_without_a_good_event_is_422(client, issuer, sink, event):
    answer = await client.post("/events", content=orjson.dumps([{}, 7]), headers=issuer.headers() | BATCH)

    assert answer.status_code == 422
    assert [one["index"] for one in answer.json()["refused"]] == [0, 1]
    assert sink.sent == []


async def test_an_empty_batch_is_taken(client, issuer):
    answer = await client.post("/events", content=b"[]", headers=issuer.headers() | BATCH)

    assert (answer.status_code, answer.json()) == (202, {"accepted": []})


@pytest.mark.parametrize("headers", [STRUCTURED, BATCH])
async def test_another_municipalitys_event_is_403(client, issuer, sink, event, headers):
    foreign = event | {"source": "/municipalities/2284/elevregister"}
    body = foreign if headers is STRUCTURED else [foreign]

    answer = await client.post("/events", content=orjson.dumps(body), headers=issuer.headers() | headers)

    assert answer.status_code == 403
    assert answer.json()["type"] == "urn:samverk:problem:wrong-municipality"
    assert sink.sent == []


async def test_a_token_without_a_municipality_is_403(client, issuer, event):
    headers = issuer.headers(municipality=None) | STRUCTURED

    assert (await client.post("/events", content=orjson.dumps(event), headers=headers)).status_code == 403


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"id": None}, "/id"),
        ({"id": 7}, "/id"),
        ({"subject": None}, "/subject"),
        ({"subject": "a\u0007b"}, "/subject"),
        ({"specversion": "0.3"}, "/specversion"),
        ({"time": "yesterday"}, "/time"),
        ({"time": "2027-01-01T00:00:00"}, "/time"),
        ({"type": "se.samverk.admissions.application.submitted.v99"}, "/type"),
        ({"type": "se.samverk.catalogue.offering.reported.v1"}, "/type"),
        ({"datacontenttype": "text/xml"}, "/datacontenttype"),
        ({"strange": {"a": 1}}, "/strange"),
        ({"Strange": "a"}, ""),
        ({"data": "text"}, "/data"),
        ({"data": None}, "/data"),
        ({"data": {}}, "/applicant"),
    ],
    ids=str,
)
async def test_each_fault_is_named_in_both_languages(client, issuer, sink, event, change, field):
    body = {name: value for name, value in (event | change).items() if value is not None}

    answer = await client.post("/events", content=orjson.dumps(body), headers=issuer.headers() | STRUCTURED)

    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    fault = answer.json()["faults"][0]
    assert fault["field"] == field
    assert fault["sv"] != fault["en"]
    assert sink.sent == []


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b'{"a": NaN}', b"null", b"[]", b'"text"'])
async def test_what_is_no_event_at_all_is_422(client, issuer, body):
    answer = await client.post("/events", content=body, headers=issuer.headers() | STRUCTURED)

    assert answer.status_code == 422
    assert answer.json()["faults"]


async def test_nul_is_refused_because_it_could_not_be_stored(client, issuer, sink, event):
    event["data"]["note"] = "a\u0000b"

    answer = await client.post("/events", content=orjson.dumps(event), headers=issuer.headers() | STRUCTURED)

    assert [fault["code"] for fault in answer.json()["faults"]] == ["nul_character"]
    assert sink.sent == []


async def test_a_fault_never_repeats_an_identity_number(client, issuer, contracts):
    event = contracts.event(APPLICATION)
    event["data"]["identity"] = "20110315238"
    event["data"]["201103152383"] = "201103152383"

    answer = await client.post("/events", content=orjson.dumps(event), headers=issuer.headers() | STRUCTURED)

    assert answer.status_code == 422
    assert "2011031523" not in answer.text


async def test_a_body_that_says_it_is_too_large_is_413(client, issuer):
    answer = await client.post("/events", content=b"x" * 50_001, headers=issuer.headers() | STRUCTURED)

    assert answer.status_code == 413


async def test_a_body_that_turns_out_too_large_is_413_and_not_read_on(client, issuer):
    taken = 0

    async def endless():
        nonlocal taken
        while True:
            taken += 10_000
            yield b"x" * 10_000

    answer = await client.post("/events", content=endless(), headers=issuer.headers() | STRUCTURED)

    assert answer.status_code == 413
    assert taken <= 70_000


@pytest.mark.parametrize("media_type", ["text/plain", "application/json", "application/xml", ""])
async def test_another_media_type_is_415(client, issuer, media_type):
    answer = await client.post("/events", content=b"{}", headers=issuer.headers() | {"Content-Type": media_type})

    assert answer.status_code == 415


async def test_the_token_is_asked_for_before_anything_else(client):
    answer = await client.post("/events", content=b"x" * 60_000, headers={"Content-Type": "text/plain"})

    assert answer.status_code == 401


async def test_a_broker_that_refuses_is_503_with_the_time_to_come_back(client, issuer, sink, event):
    sink.trouble = KafkaConnectionError()

    answer = await client.post("/events", content=orjson.dumps(event), headers=issuer.headers() | STRUCTURED)

    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0


async def test_a_municipality_without_a_topic_is_told_whom_to_ask(client, issuer, sink, event):
    sink.trouble = sinks.NoTopic()

    answer = await client.post("/events", content=orjson.dumps(event), headers=issuer.headers() | STRUCTURED)

    assert answer.status_code == 403
    assert answer.json()["type"].endswith("not-connected")
    assert "not connected" in answer.json()["detail"]


async def test_a_broker_that_never_answers_is_given_up_within_bounded_time(sink):
    sink.silent = True
    assert sinks.CONFIRM_SECONDS < 10
    with pytest.raises(sinks.BrokerAway):
        await sinks.confirmed(sink, [sinks.Sending("in.2281.admissions", b"k", [], b"{}")], seconds=0.05)


async def test_the_door_counts_what_it_took_and_refused(client, issuer, event, numbers):
    unknown = event | {"type": "se.samverk.made.up.v1"}
    for body in (event, event, unknown):
        await client.post("/events", content=orjson.dumps(body), headers=issuer.headers() | STRUCTURED)

    def count(kind: str, outcome: str) -> float | None:
        return numbers.get_sample_value("samverk_door_events_total", {"type": kind, "outcome": outcome})

    assert count(REPLY, "accepted") == 2
    assert count("unknown", "refused") == 1
