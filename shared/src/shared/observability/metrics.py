"""The plumbing's numbers for Prometheus. Every label comes from a closed set, so no sender can make a new series."""

import re
from collections.abc import Collection, Mapping
from typing import Final

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    disable_created_metrics,
)
from prometheus_client.gc_collector import GCCollector
from prometheus_client.platform_collector import PlatformCollector
from prometheus_client.process_collector import ProcessCollector

REASONS: Final = frozenset(
    {
        "breaks_a_rule",
        "failed",
        "not_a_cloudevent",
        "not_json",
        "same_id_other_content",
        "unknown_type",
        "wrong_shape",
        "wrong_source",
    }
)
METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_SECONDS: Final = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
# What can stand in the record's way before its event is known; counted from zero, so that the first one is a rise.
_UNREADABLE: Final = ("not_json", "not_a_cloudevent", "failed")
_MUNICIPALITY: Final = re.compile("[0-9]{4}")
OUTCOMES: Final = ("taken", "refused")
_SIZES: Final = (1, 2, 5, 10, 25, 50, 100, 250, 500, 1000, 2000)


def registry() -> CollectorRegistry:
    """A registry of its own, with the process, the platform and the garbage collector in it."""
    disable_created_metrics()  # type: ignore[no-untyped-call]
    made = CollectorRegistry()
    ProcessCollector(registry=made)
    PlatformCollector(registry=made)
    GCCollector(registry=made)
    return made


class Metrics:
    """What the plumbing counts in one service.

    `types` are the event types the service reads, `topics` those it listens to and `reasons` the codes it refuses
    with, beyond the plumbing's own. What is not among them is counted as `unknown`, `other` and `other`. An inbound
    topic `in.<code>.<service>` is counted as `in.<service>`. Municipalities are those that have a topic: topics are
    made on purpose only, so their codes are a closed set too.
    """

    def __init__(
        self,
        registry: CollectorRegistry,
        types: Collection[str],
        topics: Collection[str] = (),
        reasons: Collection[str] = (),
    ) -> None:
        self._types, self._topics = frozenset(types), frozenset(topics)
        self._reasons = REASONS | frozenset(reasons)
        self._declare_events(registry)
        self._declare_municipalities(registry)
        self._declare_flow(registry)
        self._declare_http(registry)

    def _declare_events(self, registry: CollectorRegistry) -> None:
        def counter(name: str, what: str, *labels: str) -> Counter:
            return Counter(f"samverk_{name}", what, labels, registry=registry)

        self._taken = counter("events_taken", "Events handled, with their effect committed", "type")
        self._refused = counter("events_refused", "Reports refused, for the sender to mend", "type", "reason")
        self._dead = counter("events_dead_lettered", "Records unreadable or failed by us", "type", "reason")
        self._repeated = counter("events_duplicate", "Events seen before, which did nothing", "type")
        self._conflicts = counter("event_conflicts", "Events with an id taken by other content")
        self._door = counter("door_events", "Events at the HTTP door", "type", "outcome")
        self._handling = Histogram(
            "samverk_handling_seconds", "Time to handle one event", ["type"], buckets=_SECONDS, registry=registry
        )
        self._batch = Histogram("samverk_batch_size", "Records in a batch", buckets=_SIZES, registry=registry)

        for reason in _UNREADABLE:
            self._dead.labels("unknown", reason)

    def _declare_municipalities(self, registry: CollectorRegistry) -> None:
        self._municipal = Counter(
            "samverk_municipality_events",
            "Events of a municipality, taken or refused",
            ["municipality", "outcome"],
            registry=registry,
        )
        self._heard = Gauge(
            "samverk_municipality_last_event_timestamp_seconds",
            "When the municipality was last heard here; 0 when never",
            ["municipality"],
            registry=registry,
        )
        self._waiting = Gauge(
            "samverk_dead_letters_waiting", "Dead letters not sent again", ["reason"], registry=registry
        )

    def _declare_flow(self, registry: CollectorRegistry) -> None:
        def gauge(name: str, what: str, *labels: str) -> Gauge:
            return Gauge(f"samverk_{name}", what, labels, registry=registry)

        self._lag_records = gauge("consumer_lag_records", "Records not yet read", "topic")
        self._lag_seconds = gauge("consumer_lag_seconds", "Age of the oldest record not yet read", "topic")
        self._paused = gauge("consumer_paused", "1 while a topic, or a municipality's part of it, is paused", "topic")
        self._outbox_waiting = gauge("outbox_waiting", "Outbox rows not yet published")
        self._outbox_oldest = gauge("outbox_oldest_seconds", "Age of the oldest outbox row not yet published")
        self._pool = gauge("database_pool", "Connections of the database pool", "state")
        self._relayed = Counter("samverk_relay_published", "Outbox rows confirmed by the broker", registry=registry)
        self._relay_failures = Counter("samverk_relay_failures", "Failed attempts to publish", registry=registry)

    def _declare_http(self, registry: CollectorRegistry) -> None:
        self._requests = Counter(
            "samverk_http_requests", "HTTP requests answered", ["method", "route", "status"], registry=registry
        )
        self._request_seconds = Histogram(
            "samverk_http_request_seconds", "Time to answer", ["method", "route"], buckets=_SECONDS, registry=registry
        )

    def _type(self, type: str) -> str:
        return type if type in self._types else "unknown"

    def _reason(self, reason: str) -> str:
        return reason if reason in self._reasons else "other"

    def _topic(self, topic: str) -> str:
        first, _, rest = topic.partition(".")
        name = f"in.{rest.partition('.')[2]}" if first == "in" else topic
        return name if name in self._topics else "other"

    def batch(self, records: int) -> None:
        """A batch of that many records was read."""
        self._batch.observe(records)

    def taken(self, type: str, number: int = 1) -> None:
        """Events handled and committed."""
        self._taken.labels(self._type(type)).inc(number)

    def refused(self, type: str, reason: str, number: int = 1) -> None:
        """Reports refused with a reason that the sender gets."""
        self._refused.labels(self._type(type), self._reason(reason)).inc(number)

    def dead_lettered(self, type: str, reason: str, number: int = 1) -> None:
        """Records set aside that no sender can mend."""
        self._dead.labels(self._type(type), self._reason(reason)).inc(number)

    def repeated(self, type: str, number: int = 1) -> None:
        """Events seen before."""
        self._repeated.labels(self._type(type)).inc(number)

    def conflict(self, number: int = 1) -> None:
        """Events whose id was taken by other content."""
        self._conflicts.inc(number)

    def of_municipality(self, code: str, outcome: str, number: int = 1) -> None:
        """Events of one municipality with one of OUTCOMES."""
        self._municipal.labels(_code(code), outcome).inc(number)

    def heard(self, latest: Mapping[str, float]) -> None:
        """When each municipality was last heard, in seconds since 1970; 0 when never."""
        for code, moment in latest.items():
            self._heard.labels(_code(code)).set(moment)

    def letters_waiting(self, waiting: Mapping[str, int]) -> None:
        """Dead letters that nobody has sent again, by reason."""
        by_reason = dict.fromkeys(("failed", *sorted(self._reasons - {"failed"}), "other"), 0)
        for reason, number in waiting.items():
            by_reason[self._reason(reason)] += number
        for reason, number in by_reason.items():
            self._waiting.labels(reason).set(number)

    def at_door(self, type: str, *, accepted: bool) -> None:
        """An event offered over HTTP."""
        self._door.labels(self._type(type), "accepted" if accepted else "refused").inc()

    def handled(self, type: str, seconds: float, number: int = 1) -> None:
        """A group of `number` events of one type took `seconds` together; each counts with its share."""
        self._handling.labels(self._type(type)).observe(seconds / max(number, 1))

    def lag(self, lags: Mapping[str, tuple[int, float]]) -> None:
        """What is not yet read, per topic: records, and the age in seconds of the oldest of them."""
        merged: dict[str, tuple[int, float]] = {}
        for topic, (records, seconds) in lags.items():
            name = self._topic(topic)
            before, oldest = merged.get(name, (0, 0.0))
            merged[name] = before + records, max(oldest, seconds)
            self._expect(topic)
        for name, (records, seconds) in merged.items():
            self._lag_records.labels(name).set(records)
            self._lag_seconds.labels(name).set(seconds)

    def paused(self, topics: Collection[str]) -> None:
        """Topics that are not read for now, because somebody said so."""
        names = {topic if topic in self._topics else self._topic(topic) for topic in topics}
        for name in self._topics:
            self._paused.labels(name).set(name in names)

    def _expect(self, topic: str) -> None:
        """Count a municipality that has a topic from zero, so that its first events are a rise."""
        code = topic.removeprefix("in.")[:4]
        for outcome in OUTCOMES if _MUNICIPALITY.fullmatch(code) else ():
            self._municipal.labels(code, outcome)

    def outbox(self, waiting: int, oldest_seconds: float) -> None:
        """What waits to be published."""
        self._outbox_waiting.set(waiting)
        self._outbox_oldest.set(oldest_seconds)

    def published(self, rows: int) -> None:
        """Outbox rows confirmed by the broker."""
        self._relayed.inc(rows)

    def relay_failed(self) -> None:
        """An attempt to publish that failed."""
        self._relay_failures.inc()

    def pool(self, *, size: int, in_use: int) -> None:
        """Connections held open, and those of them at work."""
        self._pool.labels("in_use").set(in_use)
        self._pool.labels("idle").set(max(size - in_use, 0))

    def answered(self, method: str, route: str, status: int, seconds: float) -> None:
        """An HTTP request; `route` is the template, such as `/rounds/{intake_year}`."""
        method = method if method in METHODS else "other"
        self._requests.labels(method, route, str(status)).inc()
        self._request_seconds.labels(method, route).observe(seconds)


def _code(code: str) -> str:
    return code if _MUNICIPALITY.fullmatch(code) else "other"
