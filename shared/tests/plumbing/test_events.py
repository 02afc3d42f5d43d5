"""Our reading of binary mode says the same as the CloudEvents library's."""

from datetime import UTC, datetime

import orjson
import pytest
from cloudevents.core.bindings.kafka import KafkaMessage, from_binary, to_binary
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent
from hypothesis import given
from hypothesis import strategies as st

from shared.events import Unreadable, municipality_of, read, source_municipality
from shared.testing import RawRecord

text = st.text(st.characters(categories=("L", "N", "P", "S")), min_size=1, max_size=60)
times = st.datetimes(min_value=datetime(2000, 1, 1), max_value=datetime(2099, 1, 1), timezones=st.just(UTC))
numbers = st.integers(-(2**53), 2**53)
values = st.recursive(
    st.none() | st.booleans() | numbers | text,
    lambda inner: st.lists(inner) | st.dictionaries(text, inner),
    max_leaves=8,
)


def as_record(message: KafkaMessage) -> RawRecord:
    return RawRecord("in.2281.admissions", 0, 0, 0, b"key", message.value, list(message.headers.items()))


@given(text, text, text, text, times, st.dictionaries(text, values))
def test_binary_mode_is_read_as_the_library_reads_it(id, type, source, subject, time, data):
    attributes = {
        "id": id, "type": type, "source": source, "subject": subject, "time": time, "specversion": "1.0",
        "datacontenttype": "application/json",
    }  # fmt: skip
    message = to_binary(CloudEvent(attributes, data), JSONFormat())

    ours, theirs = read(as_record(message)), from_binary(message, JSONFormat(), CloudEvent)

    assert (ours.id, ours.type, ours.source, ours.subject) == (
        theirs.get_id(), theirs.get_type(), theirs.get_source(), theirs.get_subject(),
    )  # fmt: skip
    assert ours.time == theirs.get_time()
    assert ours.data == theirs.get_data()


@given(
    st.binary(max_size=200), st.lists(st.tuples(st.text(max_size=12), st.none() | st.binary(max_size=20)), max_size=5)
)
def test_whatever_stands_in_a_record_is_read_or_refused_with_a_reason(value, headers):
    try:
        read(RawRecord("in.2281.admissions", 0, 0, 0, None, value, headers))
    except Unreadable as error:
        refusal = error
    else:
        return
    assert refusal.reason in {"not_json", "not_a_cloudevent"}
    assert refusal.faults


@given(text, text)
def test_the_digest_does_not_depend_on_how_the_json_was_written(key, value):
    def event(payload: bytes):
        headers = [
            ("ce_specversion", b"1.0"),
            ("ce_id", b"1"),
            ("ce_type", b"t"),
            ("ce_source", b"s"),
            ("ce_subject", b"x"),
        ]
        return read(RawRecord("t", 0, 0, 0, None, payload, headers))

    tight = orjson.dumps({key: value, key + "2": 1})
    loose = orjson.dumps({key + "2": 1, key: value}, option=orjson.OPT_INDENT_2)

    assert event(tight).digest() == event(loose).digest()
    assert event(tight).digest() != event(orjson.dumps({key: value + "!", key + "2": 1})).digest()


@pytest.mark.parametrize(
    ("topic", "code"),
    [
        ("in.2281.admissions", "2281"),
        ("in.2281.admissions.dlq", None),
        ("catalogue.events", None),
        ("in.22810.x", None),
    ],
)
def test_the_municipality_of_a_topic(topic, code):
    assert municipality_of(topic) == code


@pytest.mark.parametrize(
    ("source", "code"),
    [
        ("/municipalities/2281/x", "2281"),
        ("/municipalities/2281/", None),
        ("/municipalities/2281/a/b", None),
        ("x", None),
    ],
)
def test_the_municipality_of_a_source(source, code):
    assert source_municipality(source) == code


@pytest.mark.parametrize("time", ["0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59", "2027-01-01T10:00:00", "x"])
def test_a_time_that_no_clock_shows_is_refused_by_name(time):
    headers = [
        ("ce_specversion", b"1.0"),
        ("ce_id", b"1"),
        ("ce_type", b"t"),
        ("ce_source", b"s"),
        ("ce_subject", b"x"),
    ]
    record = RawRecord("t", 0, 0, 0, None, b"{}", [*headers, ("ce_time", time.encode())])

    with pytest.raises(Unreadable) as refusal:
        read(record)

    assert [fault.field for fault in refusal.value.faults] == ["/time"]


def test_an_event_shown_says_nothing_of_its_data():
    headers = [
        ("ce_specversion", b"1.0"),
        ("ce_id", b"1"),
        ("ce_type", b"t"),
        ("ce_source", b"s"),
        ("ce_subject", b"x"),
    ]
    event = read(RawRecord("topic", 1, 2, 0, None, b'{"identity": "20110101-9800"}', headers))

    assert repr(event) == "<t 1 at topic[1]@2>"
