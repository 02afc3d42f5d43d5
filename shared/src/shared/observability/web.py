"""What every HTTP request goes through: trace, request id, access log, numbers and security headers."""

import re
from time import perf_counter
from typing import Final
from uuid import uuid4

import structlog
from starlette.applications import Starlette
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.observability.metrics import Metrics
from shared.observability.traces import current_traceparent, span_from

# `self` alone: everything a page needs is served by ourselves, nothing stands inline.
CONTENT_SECURITY_POLICY: Final = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)
SECURITY_HEADERS: Final = {
    "content-security-policy": CONTENT_SECURITY_POLICY,
    "x-content-type-options": "nosniff",
    # Others learn nothing of where a reader was; our own forms keep their Origin, by which we know them as ours.
    "referrer-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
    "cross-origin-opener-policy": "same-origin",
}
# Asked for every few seconds by machines; only their failures are worth a line.
_QUIET: Final = ("/health/", "/metrics", "/static/", "/fragments/")
_REQUEST_ID: Final = re.compile(r"[A-Za-z0-9._-]{8,64}\Z")
_log = structlog.get_logger("shared.access")


def observe(app: Starlette, metrics: Metrics) -> None:
    """Put `Observed` around everything, the last answer to an unknown error too: added middleware stands inside it."""
    build = app.build_middleware_stack
    app.build_middleware_stack = lambda: Observed(build(), metrics)  # type: ignore[method-assign]


class Observed:
    """ASGI middleware, outermost, for HTTP alone."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app, self._metrics = app, metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on inside its trace, and tell what became of it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        asked = headers.get("x-request-id", "")
        request_id = asked if _REQUEST_ID.match(asked) else uuid4().hex
        with span_from(headers.get("traceparent"), "http", method=scope["method"]):
            await self._passed_on(scope, receive, send, request_id)

    async def _passed_on(self, scope: Scope, receive: Receive, send: Send, request_id: str) -> None:
        started, status = perf_counter(), 500

        async def answer(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                _add_headers(MutableHeaders(scope=message), request_id)
            await send(message)

        with structlog.contextvars.bound_contextvars(request_id=request_id):
            try:
                await self._app(scope, receive, answer)
            finally:
                self._tell(scope, status, perf_counter() - started)

    def _tell(self, scope: Scope, status: int, seconds: float) -> None:
        route = template(scope)
        self._metrics.answered(scope["method"], route, status, seconds)
        if status >= 500 or not scope["path"].startswith(_QUIET):
            _log.info(
                "http_request",
                method=scope["method"],
                route=route,
                status=status,
                milliseconds=round(seconds * 1000, 1),
            )


def _add_headers(headers: MutableHeaders, request_id: str) -> None:
    headers["x-request-id"] = request_id
    traceparent = current_traceparent()
    if traceparent:
        headers["traceresponse"] = traceparent
    for name, value in SECURITY_HEADERS.items():
        headers.setdefault(name, value)


def template(scope: Scope) -> str:
    """The route's template, never the path asked for: that may be anything, and holds ids."""
    path = getattr(scope.get("route"), "path", None)
    return path if isinstance(path, str) and path else "other"
