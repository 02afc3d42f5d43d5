"""Who is logged in to the pages, and a page as it is read."""

from collections.abc import Awaitable, Callable

import httpx

from shared.auth import Caller

SCOPES = frozenset({"admissions:read", "receptions:decide", "rounds:run", "admissions:own"})


class Who:
    """Who is logged in."""

    def __init__(self) -> None:
        self.caller = Caller("office", None, frozenset(), SCOPES)

    def __call__(self, _: str) -> Callable[[], Awaitable[Caller]]:
        async def entered() -> Caller:
            return self.caller

        return entered

    def be(self, subject: str, municipality: str | None = None) -> None:
        self.caller = Caller(subject, municipality, frozenset(), SCOPES)


async def page(client: httpx.AsyncClient, path: str, status: int = 200) -> str:
    """The page in Swedish, after it was tried in English too."""
    for language in ("en", "sv"):
        answer = await client.get(path, headers={"accept-language": language}, params=None)
        assert answer.status_code == status, (path, answer.status_code, answer.text[-3000:])
    return answer.text
