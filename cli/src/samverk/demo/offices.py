"""The region's staff: they run rounds, freeze prices, settle and book over HTTP."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import httpx

Rows = Sequence[Mapping[str, Any]]
_TRIES, _PAUSE_S, _PAGE = 5, 0.3, 1_000


class OfficeRefused(Exception):
    """A service refused what the region's staff asked for; the message has its reasons."""


@dataclass(frozen=True, slots=True)
class Offices:
    """`urls` and `tokens` by service."""

    client: httpx.AsyncClient
    urls: Mapping[str, str]
    tokens: Mapping[str, str]

    async def commit_seed(self, year: int, name: str, seed: int) -> Mapping[str, Any]:
        """Lock the seed of a round's draw, before anybody has applied; gives the published commitment."""
        return await self._post("admissions", f"/rounds/{year}/{name}/seed", {"seed": seed})

    async def run_round(self, year: int, name: str) -> Mapping[str, Any]:
        """Run a round; gives its figures."""
        return await self._post("admissions", f"/rounds/{year}/{name}/run", None)

    async def close_replies(self, year: int) -> int:
        """Close the replies; gives how many were silent."""
        return int((await self._post("admissions", f"/rounds/{year}/close-replies", None))["closed"])

    async def runs(self, year: int) -> Rows:
        """The runs so far."""
        found: Rows = await self._get("admissions", f"/rounds/{year}")
        return found

    async def round(self, year: int, name: str, kind: str) -> Rows:
        """One export of a round: offerings, applicants, choices or decisions."""
        found: Rows = await self._get("admissions", f"/rounds/{year}/{name}/{kind}")
        return found

    async def freeze_prices(self, year: int, on: date) -> Mapping[str, Any]:
        """Freeze a price list."""
        return await self._post("pricing", f"/price-lists/{year}/freeze", {"on": on.isoformat()})

    async def settle(self, month: str) -> Rows:
        """Issue a month's settlements."""
        issued: Rows = (await self._post("pricing", f"/settlements/{month}", None))["issued"]
        return issued

    async def settlements(self, first: str, last: str) -> Mapping[str, Any]:
        """Settlements, balances and the service's own check."""
        found: Mapping[str, Any] = await self._get("pricing", "/settlements", {"from": first, "to": last})
        return found

    async def cases(self, status: str) -> AsyncIterator[Mapping[str, Any]]:
        """All cases with that status, oldest first."""
        after: dict[str, str] = {}
        while True:
            page = await self._get("guidance", "/cases", {"status": status, "limit": str(_PAGE), **after})
            for case in page["cases"]:
                yield case
            if page["next"] is None:
                return
            after = {"after": str(page["next"])}

    async def slots(self, begins: str, ends: str) -> Rows:
        """Free times, soonest first."""
        asked = {"from": begins, "to": ends, "limit": str(_PAGE)}
        found: Rows = (await self._get("guidance", "/slots", asked))["slots"]
        return found

    async def book(self, case: str, slot: Mapping[str, Any], channel: str) -> bool:
        """Book a time; False when somebody else was quicker."""
        wanted = {"case": case, "counsellor": slot["counsellor"], "starts_at": slot["starts_at"], "channel": channel}
        answer = await self._ask(
            "guidance", lambda url, headers: self.client.post(url, json=wanted, headers=headers), "/sessions"
        )
        if answer.status_code == httpx.codes.CONFLICT:
            return False
        _checked(answer)
        return True

    async def tie(self, account: str, counsellor: str) -> None:
        """Let whoever logs in with this account be that counsellor."""
        _checked(
            await self._ask(
                "guidance",
                lambda url, headers: self.client.put(url, json={"counsellor": counsellor}, headers=headers),
                f"/counsellor-accounts/{account}",
            )
        )

    async def _post(self, service: str, path: str, body: Any) -> Mapping[str, Any]:
        # a round is run once: what did not answer in time is not asked for again
        answer = await self.client.post(self.urls[service] + path, json=body, headers=self._headers(service))
        content: Mapping[str, Any] = _checked(answer).json()
        return content

    async def _get(self, service: str, path: str, params: Mapping[str, str] | None = None) -> Any:
        answer = await self._ask(
            service, lambda url, headers: self.client.get(url, params=params, headers=headers), path
        )
        return _checked(answer).json()

    async def _ask(self, service: str, send: Callable[[str, Mapping[str, str]], Any], path: str) -> httpx.Response:
        for attempt in range(_TRIES):
            try:
                answer: httpx.Response = await send(self.urls[service] + path, self._headers(service))
            except httpx.TransportError:
                if attempt == _TRIES - 1:
                    raise
            else:
                if answer.status_code != httpx.codes.SERVICE_UNAVAILABLE:
                    return answer
            await asyncio.sleep(_PAUSE_S)
        return answer

    def _headers(self, service: str) -> Mapping[str, str]:
        return {"authorization": f"Bearer {self.tokens[service]}"}


def _checked(answer: httpx.Response) -> httpx.Response:
    if answer.is_success:
        return answer
    raise OfficeRefused(f"{answer.request.method} {answer.request.url.path}: {answer.status_code} {answer.text[:500]}")
