"""The HTTP door: batches to `POST /events`, sent again while the door or the broker is away."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import httpx
import orjson

from samverk.envelopes import Envelope
from samverk.sending.outcomes import ACCEPTED, DoorAway, DoorShut, Outcome
from shared.faults import Fault

BATCH = "application/cloudevents-batch+json"
_EVENTS, _BYTES = 250, 700_000
_TRIES, _FIRST_DELAY_S, _LONGEST_DELAY_S = 8, 0.25, 10.0
_TRY_AGAIN = frozenset({429, 502, 503, 504})
_ABOUT_EVENTS = frozenset({403, 422})
OnSent = Callable[[int], None]


def _silent(_number: int) -> None:
    return None


@dataclass(frozen=True, slots=True)
class HttpDoor:
    """One municipality's way in to one service. `pause` waits so many seconds between tries."""

    client: httpx.AsyncClient
    url: str
    token: str
    pause: Callable[[float], Any] = asyncio.sleep
    language: str = "sv"

    async def send(self, events: Sequence[Envelope], on_sent: OnSent = _silent) -> list[Outcome]:
        """One outcome per event, in order. Raises DoorShut and DoorAway."""
        outcomes: list[Outcome] = []
        for part in parts(events):
            outcomes += await self._send_part(part)
            on_sent(len(part))
        return outcomes

    async def _send_part(self, events: Sequence[Envelope]) -> list[Outcome]:
        answer = await self._patiently(orjson.dumps(events))
        if answer.status_code == httpx.codes.REQUEST_ENTITY_TOO_LARGE and len(events) > 1:
            middle = len(events) // 2
            return [*await self._send_part(events[:middle]), *await self._send_part(events[middle:])]
        if answer.status_code in (httpx.codes.ACCEPTED, httpx.codes.MULTI_STATUS):
            return _outcomes(len(events), answer.json().get("refused", ()))
        content = _problem(answer)
        if answer.status_code in _ABOUT_EVENTS and content.get("refused"):
            return _outcomes(len(events), content["refused"])
        if answer.status_code in _ABOUT_EVENTS and content.get("faults"):
            refused = Outcome(accepted=False, faults=_faults(content["faults"]))
            return [refused] * len(events)
        raise DoorShut(answer.status_code, str(content.get("detail") or content.get("title") or answer.reason_phrase))

    async def _patiently(self, body: bytes) -> httpx.Response:
        headers = {"content-type": BATCH, "authorization": f"Bearer {self.token}", "accept-language": self.language}
        delay = _FIRST_DELAY_S
        for _ in range(_TRIES):
            try:
                answer = await self.client.post(f"{self.url}/events", content=body, headers=headers)
            except httpx.TransportError:
                wait = delay
            else:
                if answer.status_code not in _TRY_AGAIN:
                    return answer
                wait = max(delay, _retry_after(answer))
            await self.pause(wait)
            delay = min(delay * 2, _LONGEST_DELAY_S)
        raise DoorAway(self.url)


def parts(events: Sequence[Envelope]) -> Iterator[list[Envelope]]:
    """Batches small enough for the door, in number and in bytes."""
    part: list[Envelope] = []
    size = 0
    for event in events:
        length = len(orjson.dumps(event)) + 1
        if part and (len(part) >= _EVENTS or size + length > _BYTES):
            yield part
            part, size = [], 0
        part.append(event)
        size += length
    if part:
        yield part


def _outcomes(number: int, refused: Sequence[dict[str, Any]]) -> list[Outcome]:
    outcomes = [ACCEPTED] * number
    for entry in refused:
        outcomes[entry["index"]] = Outcome(accepted=False, faults=_faults(entry["faults"]))
    return outcomes


def _faults(listed: Sequence[dict[str, Any]]) -> list[Fault]:
    return [Fault(each["field"], each["code"], each["sv"], each["en"]) for each in listed]


def _problem(answer: httpx.Response) -> dict[str, Any]:
    try:
        content = answer.json()
    except ValueError:
        return {}
    return content if isinstance(content, dict) else {}


def _retry_after(answer: httpx.Response) -> float:
    stated = answer.headers.get("retry-after", "")
    return min(float(stated), _LONGEST_DELAY_S) if stated.isdigit() else 0.0
