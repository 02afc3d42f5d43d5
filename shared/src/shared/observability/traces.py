"""Trace context carried through HTTP, events and outbox (W3C Trace Context), exported only where someone listens.

Without an exporter no span is recorded: the context is passed on as it came (about 4 µs a span, against about 30 µs for
a recorded one), so the trace still holds together across services that do export.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from importlib.util import find_spec
from typing import Any, Final

import structlog
from opentelemetry import context, trace
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter
from opentelemetry.sdk.trace.id_generator import RandomIdGenerator
from opentelemetry.trace import NonRecordingSpan, SpanContext, Status, StatusCode, TraceFlags

_TRACEPARENT: Final = re.compile(r"([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(?:-.*)?\Z")
_EXPORTER_PACKAGE: Final = "opentelemetry.exporter.otlp.proto.http"
_ids = RandomIdGenerator()
_log = structlog.get_logger(__name__)


class _Tracing:
    """The process's tracer, None while nothing is exported."""

    tracer: trace.Tracer | None = None
    provider: TracerProvider | None = None


def configure(service: str, otlp_endpoint: str | None, exporter: SpanExporter | None = None) -> bool:
    """Export spans to the collector at `otlp_endpoint`, or to `exporter`; True when spans are recorded.

    Without an address, or without the exporter's package (opentelemetry-exporter-otlp-proto-http), none are.
    """
    exporter = exporter or _otlp(otlp_endpoint)
    if exporter is None:
        return False
    _Tracing.provider = TracerProvider(resource=Resource.create({"service.name": service}))
    _Tracing.provider.add_span_processor(BatchSpanProcessor(exporter))
    _Tracing.tracer = _Tracing.provider.get_tracer("samverk")
    return True


def shut_down() -> None:
    """Send what is recorded, and record no more."""
    if _Tracing.provider is not None:
        _Tracing.provider.shutdown()
    _Tracing.provider = _Tracing.tracer = None


def _otlp(endpoint: str | None) -> SpanExporter | None:
    if not endpoint:
        return None
    if find_spec("opentelemetry.exporter") is None or find_spec(_EXPORTER_PACKAGE) is None:
        _log.warning("traces_not_exported", missing=_EXPORTER_PACKAGE)
        return None
    module = import_module(f"{_EXPORTER_PACKAGE}.trace_exporter")
    exporter: SpanExporter = module.OTLPSpanExporter(endpoint=f"{endpoint.rstrip('/')}/v1/traces")
    return exporter


@contextmanager
def span_from(traceparent: str | None, name: str, **ids: Any) -> Iterator[None]:
    """Work on behalf of `traceparent`, or in a new trace when it is None or malformed; `ids` are never personal."""
    tracer = _Tracing.tracer
    if tracer is None:
        token = context.attach(trace.set_span_in_context(NonRecordingSpan(_parent(traceparent) or _new())))
        try:
            yield
        finally:
            context.detach(token)
        return
    parent = _parent(traceparent)
    within = trace.set_span_in_context(NonRecordingSpan(parent)) if parent else None
    # Left to itself the span would take the exception's message, which may quote data.
    with tracer.start_as_current_span(
        name, within, attributes=ids, record_exception=False, set_status_on_exception=False
    ) as span:
        try:
            yield
        except Exception as error:
            span.set_status(Status(StatusCode.ERROR, type(error).__name__))
            raise


def current_traceparent() -> str | None:
    """The `traceparent` to pass on, or None outside every span."""
    here = trace.get_current_span().get_span_context()
    if not here.is_valid:
        return None
    return f"00-{here.trace_id:032x}-{here.span_id:016x}-{here.trace_flags:02x}"


def current_ids() -> tuple[str, str] | None:
    """Trace and span id as hexadecimal for a log line, or None outside every span."""
    here = trace.get_current_span().get_span_context()
    return (f"{here.trace_id:032x}", f"{here.span_id:016x}") if here.is_valid else None


def _parent(traceparent: str | None) -> SpanContext | None:
    """Later versions of the header are read as far as version 00 goes (Trace Context §3.2.4)."""
    match = _TRACEPARENT.match(traceparent) if traceparent else None
    if match is None or match[1] == "ff" or (match[1] == "00" and len(match[0]) != 55):
        return None
    found = SpanContext(int(match[2], 16), int(match[3], 16), is_remote=True, trace_flags=TraceFlags(int(match[4], 16)))
    return found if found.is_valid else None


def _new() -> SpanContext:
    return SpanContext(
        _ids.generate_trace_id(), _ids.generate_span_id(), is_remote=False, trace_flags=TraceFlags(TraceFlags.SAMPLED)
    )
