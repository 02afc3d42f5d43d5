"""What Prometheus and Alertmanager say while something is wrong."""

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Self

import httpx

_LOOK_SECONDS: Final = 0.4


@dataclass(frozen=True, slots=True)
class Firing:
    """An alert that fires now."""

    labels: Mapping[str, str]
    annotations: Mapping[str, str]


class Eyes:
    """Asks one Prometheus."""

    def __init__(self, url: str) -> None:
        self._client = httpx.AsyncClient(base_url=url, timeout=10, trust_env=False)
        self.seen: dict[str, Firing] = {}

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._client.aclose()

    async def get(self, path: str, **params: str) -> Any:
        """The data of an answer of Prometheus' HTTP API."""
        answer = await self._client.get(f"/api/v1/{path}", params=params)
        answer.raise_for_status()
        return answer.json()["data"]

    async def query(self, expression: str) -> list[dict[str, Any]]:
        """An instant query's result."""
        result: list[dict[str, Any]] = (await self.get("query", query=expression))["result"]
        return result

    async def names(self) -> set[str]:
        """The names of all series there are."""
        return set(await self.get("label/__name__/values"))

    async def until_all_seen(self) -> None:
        """Wait until every target has been asked twice: a counter's rise shows only from its second sample."""
        ready = "count(up) > 12 and min(count_over_time(up[1m])) >= 3 and min(up) == 1"
        for _ in range(150):
            if await self.query(ready):
                return
            await asyncio.sleep(_LOOK_SECONDS)
        raise TimeoutError("Prometheus does not reach every target")

    async def firing(self, alert: str, only: Mapping[str, str]) -> Firing | None:
        """The alert, when it fires with these labels."""
        for each in (await self.get("alerts"))["alerts"]:
            labels = each["labels"]
            if each["state"] == "firing" and labels["alertname"] == alert and only.items() <= labels.items():
                return Firing(labels, each["annotations"])
        return None

    async def until(self, alert: str, only: Mapping[str, str], *, fires: bool, within: float) -> float | None:
        """Seconds until it fires, or until it does not; None when that takes longer than `within`."""
        began = time.monotonic()
        while (waited := time.monotonic() - began) < within:
            found = await self.firing(alert, only)
            if found:
                self.seen[alert] = found
            if bool(found) is fires:
                return round(waited, 1)
            await asyncio.sleep(_LOOK_SECONDS)
        return None
