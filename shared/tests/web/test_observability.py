"""Logs that name no one, labels from closed sets, traces that hold together."""

import io
import json
import logging
import sys

import pytest
import structlog
from fastapi import FastAPI
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from prometheus_client import CollectorRegistry, generate_latest

from shared.observability import logs, traces
from shared.observability.metrics import Metrics, registry
from shared.observability.web import observe

from .conftest import REPLY, client_of

TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


@pytest.fixture
def lines(monkeypatch):
    """What is logged, line by line, as it would stand on stdout."""
    out = io.StringIO()
    monkeypatch.setattr(sys, "stdout", out)
    before = logging.getLogger().handlers, logging.getLogger().level
    logs.configure("admissions", "DEBUG")
    yield lambda: [json.loads(line) for line in out.getvalue().splitlines()]
    logging.getLogger().handlers, level = before[0], before[1]
    logging.getLogger().setLevel(level)
    structlog.reset_defaults()


def test_a_line_is_json_with_service_and_trace(lines):
    with traces.span_from(TRACE, "handle"):
        structlog.get_logger("somewhere").info("event_taken", event_id="e-1")

    [line] = lines()
    assert (line["event"], line["event_id"], line["service"]) == ("event_taken", "e-1", "admissions")
    assert line["trace_id"] == "0af7651916cd43dd8448eb211c80319c"
    assert line["level"] == "info"


def test_the_standard_librarys_logging_comes_the_same_way(lines):
    logging.getLogger("uvicorn.error").warning("Listening on %s", "a socket")

    [line] = lines()
    assert line["event"] == "Listening on a socket"
    assert line["logger"] == "uvicorn.error"


def test_the_libraries_never_log_records_at_debug(lines):
    logging.getLogger("aiokafka.producer.producer").debug("Sending (key=%s value=%s)", "k", "v")

    assert lines() == []


@pytest.mark.parametrize(
    "number",
    [
        "201103152383",
        "20110315-2383",
        "110315-2383",
        "1103152383",
        "110315+2383",
        "20110375-2383",
        "20110315-TF01",
        "201103152T83",
    ],
)
def test_what_looks_like_an_identity_number_is_masked_wherever_it_stands(lines, number):
    log = structlog.get_logger("somewhere")
    log.info("about %s", number, field=number, nested={"a": [number], number: 1})
    logging.getLogger("third.party").warning("could not store %s", number)

    assert number not in json.dumps(lines())
    assert len(lines()) == 2


@pytest.mark.parametrize(
    "harmless",
    [
        "1f0c6a3e-7c35-4d0e-9c5e-0a4c2f6b9d11",
        "20110315-2383-4d0e-9c5e-201103152383",
        "2281-EK-10000001",
        "20270120T100000Z",
        "2027-01-20T10:00:00Z",
    ],
)
def test_ids_and_times_are_left_alone(harmless):
    assert logs.mask_identities(harmless) == harmless


def test_an_identity_as_a_number_is_masked(lines):
    structlog.get_logger("somewhere").info("odd", value=201103152383, count=1_000)

    [line] = lines()
    assert (line["value"], line["count"]) == ("[masked]", 1_000)


def test_an_exception_is_told_without_the_values_of_the_row(lines):
    try:
        raise ValueError("duplicate key of 201103152383\nDETAIL: Key (name)=(Anna Andersson)")
    except ValueError:
        structlog.get_logger("somewhere").exception("not_stored")
        logging.getLogger("uvicorn.error").exception("Exception in ASGI application")

    for line in lines():
        assert line["error"] == "ValueError"
        assert line["error_message"] == "duplicate key of [masked]"
        assert "test_observability.py" in line["error_at"][0]
    assert "Anna" not in json.dumps(lines())


def test_labels_come_from_closed_sets(numbers: CollectorRegistry, metrics: Metrics):
    metrics.taken(REPLY, 3)
    metrics.taken("se.samverk.made.up", 2)
    metrics.refused(REPLY, "too_young")
    metrics.refused("201103152383", "201103152383")
    metrics.lag({"in.2281.admissions": (3, 1.5), "in.2284.admissions": (4, 0.5), "strange": (1, 1.0)})
    metrics.answered("BREW", "/rounds/{intake_year}", 200, 0.01)

    def value(name: str, **labels: str) -> float | None:
        return numbers.get_sample_value(name, labels)

    assert value("samverk_events_taken_total", type=REPLY) == 3
    assert value("samverk_events_taken_total", type="unknown") == 2
    assert value("samverk_events_refused_total", type=REPLY, reason="too_young") == 1
    assert value("samverk_events_refused_total", type="unknown", reason="other") == 1
    assert value("samverk_consumer_lag_records", topic="in.admissions") == 7
    assert value("samverk_consumer_lag_seconds", topic="in.admissions") == 1.5
    assert value("samverk_consumer_lag_records", topic="other") == 1
    assert b"2011" not in generate_latest(numbers)
    assert b"BREW" not in generate_latest(numbers)


def test_every_number_of_ours_is_named_samverk_and_none_tells_when_it_was_created():
    made = registry()
    Metrics(made, [REPLY]).taken(REPLY)
    names = {metric.name for metric in made.collect()}

    assert {"process_resident_memory", "python_gc_objects_collected"} & names
    own = {name for name in names if not name.startswith(("process_", "python_"))}
    assert own
    assert all(name.startswith("samverk_") for name in own)
    assert b"_created" not in generate_latest(made)


@pytest.fixture
async def client(metrics):
    app = FastAPI()

    @app.get("/rounds/{year}")
    async def rounds(year: int) -> dict[str, str | None]:
        return {"traceparent": traces.current_traceparent()}

    observe(app, metrics)
    async with client_of(app) as made:
        yield made


async def test_http_is_counted_by_route_template(client, numbers):
    await client.get("/rounds/2027")
    await client.get("/rounds/2028")
    await client.get("/201103152383")

    def count(route: str, status: str) -> float | None:
        labels = {"method": "GET", "route": route, "status": status}
        return numbers.get_sample_value("samverk_http_requests_total", labels)

    assert count("/rounds/{year}", "200") == 2
    assert count("other", "404") == 1
    assert (
        numbers.get_sample_value("samverk_http_request_seconds_count", {"method": "GET", "route": "/rounds/{year}"})
        == 2
    )


async def test_the_access_log_has_the_route_and_no_query(client, lines):
    await client.get("/rounds/2027?name=Anna", headers={"X-Request-ID": "support-case-1"})

    [line] = [line for line in lines() if line["event"] == "http_request"]
    assert (line["route"], line["status"], line["request_id"]) == ("/rounds/{year}", 200, "support-case-1")
    assert "Anna" not in json.dumps(line)
    assert line["trace_id"]


async def test_every_answer_carries_the_security_headers_and_a_request_id(client):
    answer = await client.get("/rounds/2027", headers={"X-Request-ID": "<script>"})

    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
    assert "unsafe" not in answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "same-origin"
    assert len(answer.headers["x-request-id"]) == 32


async def test_a_request_goes_on_with_the_trace_it_came_in(client):
    given = await client.get("/rounds/2027", headers={"traceparent": TRACE})
    without = await client.get("/rounds/2027")

    assert given.json()["traceparent"].split("-")[1] == TRACE.split("-")[1]
    assert len(without.json()["traceparent"]) == 55


@pytest.mark.parametrize(
    "broken",
    [None, "", "rubbish", "00-" + "0" * 32 + "-b7ad6b7169203331-01", "ff" + TRACE[2:], TRACE + "-more", TRACE.upper()],
)
def test_a_broken_traceparent_starts_a_new_trace(broken):
    with traces.span_from(broken, "handle"):
        found = traces.current_traceparent()

    assert found is not None
    assert found.split("-")[1] not in {TRACE.split("-")[1], "0" * 32}


def test_outside_every_span_there_is_no_traceparent():
    assert traces.current_traceparent() is None


def test_spans_are_recorded_with_ids_and_no_message_when_someone_listens():
    exporter = InMemorySpanExporter()
    assert traces.configure("admissions", None, exporter)
    with pytest.raises(ValueError), traces.span_from(TRACE, "handle", event_type=REPLY):  # noqa: PT012
        inner = traces.current_traceparent()
        raise ValueError("201103152383")
    traces.shut_down()

    [span] = exporter.get_finished_spans()
    assert f"{span.context.trace_id:032x}" == TRACE.split("-")[1]
    assert inner == f"00-{span.context.trace_id:032x}-{span.context.span_id:016x}-01"
    assert span.attributes == {"event_type": REPLY}
    assert span.events == ()
    assert "2011" not in span.to_json()


def test_without_an_address_nothing_is_exported():
    assert traces.configure("admissions", None) is False
