"""The HTTP door: a municipality's CloudEvents over HTTP onto the topic that is its own.

The answer is 202 only when the broker has confirmed every event of the request.
"""

import asyncio
import base64
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Annotated, Any, Final
from urllib.parse import unquote

import orjson
from cloudevents.core.base import BaseCloudEvent
from cloudevents.core.bindings import http, kafka
from cloudevents.core.exceptions import CloudEventValidationError
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent
from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from shared.auth import Caller, Guard
from shared.contracts import Contracts
from shared.door_words import (
    BATCH,
    BINARY,
    BROKER_AWAY,
    FOREIGN,
    MEDIA_TYPES,
    NO_MUNICIPALITY,
    NONE_GOOD,
    NOT_A_LIST,
    NOT_AN_EVENT,
    NOT_AN_OBJECT,
    NOT_CONNECTED,
    NOT_JSON,
    NUL,
    REQUEST_BODY,
    RESPONSES,
    STRUCTURED,
    UNKNOWN_TYPE,
    WRONG_MUNICIPALITY,
    not_text,
    too_large,
)
from shared.envelope_words import WRONG_SUBJECT
from shared.events import envelope_faults, source_municipality
from shared.faults import Fault
from shared.observability.metrics import Metrics
from shared.observability.traces import current_traceparent
from shared.problems import Problem, unfit
from shared.sink import BrokerAway, EventSink, NoTopic, Sending, TooLarge, confirmed

SCOPE: Final = "events:write"
RETRY_AFTER_SECONDS: Final = 5
_BREATH: Final = 100


class _Json(JSONFormat):
    """The library's JSON format over a strict parser: it refuses NaN and Infinity, which are not JSON."""

    def event(self, envelope: Mapping[str, Any]) -> CloudEvent:
        """The event in a decoded envelope (JSON format §2.3, §3.1)."""
        attributes = dict(envelope)
        data, encoded = attributes.pop("data", None), attributes.pop("data_base64", None)
        if encoded is not None:
            data = orjson.loads(base64.b64decode(encoded, validate=True))
        attributes["time"] = datetime.fromisoformat(attributes["time"]) if attributes.get("time") else None
        kept = {name: value for name, value in attributes.items() if value is not None}
        return CloudEvent(kept, data)

    def read_data(self, body: bytes, datacontenttype: str | None) -> Any:  # noqa: ARG002  # the library's signature
        return orjson.loads(body)

    def write_data(self, data: Any, datacontenttype: str | None) -> bytes:  # noqa: ARG002
        return orjson.dumps(data)


_FORMAT: Final = _Json()


@dataclass(frozen=True, slots=True)
class Offer:
    """One event as it was offered: what is wrong with it, or the record to send."""

    id: str | None
    type: str
    faults: list[Fault]
    record: Sending | None = None


class Door:
    """Checks what is offered at `POST /events` of one service and hands it to the broker."""

    def __init__(
        self,
        service: str,
        types: Collection[str],
        contracts: Contracts,
        sink: EventSink,
        metrics: Metrics,
        max_body_bytes: int = 1_000_000,
    ) -> None:
        self._service, self._types, self._contracts = service, frozenset(types), contracts
        self._sink, self._metrics, self._max = sink, metrics, max_body_bytes

    async def take(self, request: Request, caller: Caller) -> Response:
        """Answer one request. Raises Problem 403, 413, 415, 422 or 503."""
        code = caller.municipality
        if code is None:
            raise Problem.of(403, NO_MUNICIPALITY, code="no-municipality")
        body = await body_within(request, self._max)
        media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if media_type == BATCH:
            return await self._take_batch(body, code)
        if media_type == STRUCTURED:
            return await self._take_one(self._structured(_parsed(body), code))
        if media_type == BINARY and any(name.startswith("ce-") for name in request.headers):
            return await self._take_one(self._binary(request, body, code))
        raise Problem.of(415, MEDIA_TYPES, headers={"Accept": f"{STRUCTURED}, {BATCH}, {BINARY}"})

    async def _take_one(self, offer: Offer) -> Response:
        if offer.record is None:
            self._count([offer], accepted=False)
            raise _foreign() if _is_foreign(offer) else unfit(offer.faults)
        await self._send([offer])
        return _json(202, {"accepted": [offer.id]})

    async def _take_batch(self, body: bytes, code: str) -> Response:
        envelopes = _parsed(body)
        if not isinstance(envelopes, list):
            raise unfit([NOT_A_LIST])
        offers = []
        for index, envelope in enumerate(envelopes):
            offers.append(self._structured(envelope, code))
            if index % _BREATH == _BREATH - 1:
                await asyncio.sleep(0)  # a full body takes a tenth of a second; others wait in the same loop
        good = [offer for offer in offers if offer.record is not None]
        bad = [(index, offer) for index, offer in enumerate(offers) if offer.record is None]
        self._count([offer for _, offer in bad], accepted=False)
        if bad and all(_is_foreign(offer) for _, offer in bad) and not good:
            raise _foreign()
        refused = [{"index": i, "id": o.id, "faults": [asdict(fault) for fault in o.faults]} for i, o in bad]
        if bad and not good:
            raise Problem.of(422, NONE_GOOD, code="content-does-not-fit", refused=refused)
        await self._send(good)
        accepted = [offer.id for offer in good]
        return _json(207, {"accepted": accepted, "refused": refused}) if bad else _json(202, {"accepted": accepted})

    async def _send(self, offers: list[Offer]) -> None:
        try:
            await confirmed(self._sink, [offer.record for offer in offers if offer.record])
        except NoTopic as error:
            raise Problem.of(403, NOT_CONNECTED, code="not-connected") from error
        except BrokerAway as error:
            retry = {"Retry-After": str(RETRY_AFTER_SECONDS)}
            raise Problem.of(503, BROKER_AWAY, code="broker-away", headers=retry) from error
        except TooLarge as error:
            raise Problem.of(413, too_large(self._max)) from error
        self._count(offers, accepted=True)

    def _count(self, offers: list[Offer], *, accepted: bool) -> None:
        for offer in offers:
            self._metrics.at_door(offer.type, accepted=accepted)

    def _structured(self, envelope: Any, code: str) -> Offer:
        if not isinstance(envelope, dict):
            return Offer(None, "", [NOT_AN_EVENT])
        attributes = {name: value for name, value in envelope.items() if name not in ("data", "data_base64")}
        faults = _attribute_faults(attributes)
        if faults:
            return Offer(_text(attributes.get("id")), _text(attributes.get("type")) or "", faults)
        try:
            event = _FORMAT.event(envelope)
        except (CloudEventValidationError, ValueError):
            return Offer(attributes["id"], attributes["type"], [NOT_AN_EVENT])
        return self._judged(event, code)

    def _binary(self, request: Request, body: bytes, code: str) -> Offer:
        headers = {name: value for name, value in request.headers.items() if name[:3] == "ce-"}
        attributes = {name[3:]: unquote(value) for name, value in headers.items()}
        faults = _attribute_faults(attributes)
        if faults:
            return Offer(attributes.get("id"), attributes.get("type", ""), faults)
        try:
            message = http.HTTPMessage({**headers, "content-type": BINARY}, body)
            event = http.from_binary(message, _FORMAT, CloudEvent)
        except orjson.JSONDecodeError:
            return Offer(attributes["id"], attributes["type"], [NOT_JSON])
        except (CloudEventValidationError, ValueError):
            return Offer(attributes["id"], attributes["type"], [NOT_AN_EVENT])
        return self._judged(event, code)

    def _judged(self, event: BaseCloudEvent, code: str) -> Offer:
        """An event whose envelope is right: does the service read it, does it keep its contract, is it the caller's?"""
        name, kind, data = event.get_id(), event.get_type(), event.get_data()
        if kind not in self._types:
            return Offer(name, kind, [UNKNOWN_TYPE])
        if not isinstance(data, dict):
            return Offer(name, kind, [NOT_AN_OBJECT])
        if not self._contracts.valid(kind, data):
            return Offer(name, kind, list(self._contracts.faults(kind, data)))
        if source_municipality(event.get_source()) != code:
            return Offer(name, kind, [FOREIGN])
        if event.get_subject() != self._contracts.get(kind).subject(data, code):
            return Offer(name, kind, [WRONG_SUBJECT])
        return self._recorded(event, code)

    def _recorded(self, event: BaseCloudEvent, code: str) -> Offer:
        traceparent = event.get_extension("traceparent") or current_traceparent()
        message = kafka.to_binary(event, _FORMAT, lambda e: e.get_subject())
        if b"\\u0000" in message.value:
            return Offer(event.get_id(), event.get_type(), [NUL])
        headers = list(message.headers.items())
        if traceparent and "ce_traceparent" not in message.headers:
            headers.append(("ce_traceparent", traceparent.encode()))
        key = str(event.get_subject()).encode()
        record = Sending(f"in.{code}.{self._service}", key, headers, message.value)
        return Offer(event.get_id(), event.get_type(), [], record)


def router(door: Door, guard: Guard) -> APIRouter:
    """`POST /events`."""
    routes = APIRouter(tags=["events"])
    allowed = guard(SCOPE)

    @routes.post(
        "/events",
        status_code=202,
        summary="Send one CloudEvent or a batch",
        openapi_extra=REQUEST_BODY,
        response_class=Response,
        responses=RESPONSES,
    )
    async def send_events(request: Request, caller: Annotated[Caller, Depends(allowed)]) -> Response:
        return await door.take(request, caller)

    return routes


def _attribute_faults(attributes: Mapping[str, Any]) -> list[Fault]:
    """The envelope's faults, and those of attributes that no Kafka header can carry."""
    odd = [name for name, value in attributes.items() if not isinstance(value, str | int | datetime | None)]
    odd += [name for name in ("id", "source", "type", "subject") if isinstance(attributes.get(name), int)]
    return [not_text(name) for name in odd] or envelope_faults(attributes)


async def body_within(request: Request, most: int) -> bytes:
    """The body, read no further than `most` bytes. Raises Problem 413 when it is larger."""
    announced = request.headers.get("content-length", "0")
    if announced.isdigit() and int(announced) > most:
        raise Problem.of(413, too_large(most))
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > most:
            raise Problem.of(413, too_large(most))
    return bytes(body)


def _parsed(body: bytes) -> Any:
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        raise unfit([NOT_JSON]) from None


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _is_foreign(offer: Offer) -> bool:
    return offer.faults == [FOREIGN]


def _foreign() -> Problem:
    return Problem.of(403, WRONG_MUNICIPALITY, code="wrong-municipality", faults=[asdict(FOREIGN)])


def _json(status: int, content: Mapping[str, Any]) -> Response:
    return Response(orjson.dumps(content), status_code=status, media_type="application/json")
