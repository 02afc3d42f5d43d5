"""What all pages behind a signed link have in common: how often they may be asked for, and what a link that does not
hold is answered with. The link is a secret, so nothing of such a page is kept, indexed or told to others."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from math import ceil
from typing import Any, Final

from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import Response

from guidance.adapters.limits import Limit, TooOften, network_of
from guidance.adapters.links import LinkExpired, LinkInvalid, LinkVoid
from shared.entrance import SAFE_METHODS, same_site
from shared.service import Parts

# A whole class may sit behind one address. A lobby that is open asks every five seconds.
_LOOKS: Final = (1_200, timedelta(minutes=5))
_CHANGES: Final = (150, timedelta(minutes=10))
_LOOKS_BY_LINK: Final = (150, timedelta(minutes=5))
_CHANGES_BY_LINK: Final = (20, timedelta(minutes=10))
_KINDS: Final[dict[type[LinkInvalid], str]] = {LinkExpired: "expired", LinkVoid: "void"}
_HEADERS: Final = {"Cache-Control": "no-store", "Referrer-Policy": "same-origin", "X-Robots-Tag": "noindex"}


class Gate:
    """Counts who comes, and gives the class of the routes behind it. One for each process."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._looks, self._changes = Limit(*_LOOKS, parts.clock), Limit(*_CHANGES, parts.clock)
        self._looks_by_link = Limit(*_LOOKS_BY_LINK, parts.clock)
        self._changes_by_link = Limit(*_CHANGES_BY_LINK, parts.clock)

    def routes(self) -> type[APIRoute]:
        """The class of routes that stand behind the gate; their path has the link as `{text}`."""
        gate = self

        class Gated(APIRoute):
            def get_route_handler(self) -> Callable[[Request], Awaitable[Response]]:  # type: ignore[override]
                handle = super().get_route_handler()

                async def answer(request: Request) -> Response:
                    return await gate.pass_on(request, handle)

                return answer

        return Gated

    async def pass_on(self, request: Request, handle: Callable[[Request], Awaitable[Any]]) -> Response:
        """Answer a request, unless it comes too often or its link does not hold."""
        try:
            self._count(request)
            if request.method not in SAFE_METHODS:
                same_site(request)
            response: Response = await handle(request)
        except LinkInvalid as error:
            kind = next((kind for known, kind in _KINDS.items() if isinstance(error, known)), "invalid")
            response = self._page(request, "book_invalid.html", 404 if kind == "invalid" else 410, kind=kind)
        except TooOften as error:
            response = self._page(request, "book_often.html", 429, minutes=ceil(error.seconds / 60))
            response.headers.update(error.headers)
        response.headers.update(_HEADERS)
        return response

    def _count(self, request: Request) -> None:
        network = network_of(request.client.host if request.client else None)
        link = str(request.path_params["text"])
        safe = request.method in SAFE_METHODS
        (self._looks if safe else self._changes).count(network)
        (self._looks_by_link if safe else self._changes_by_link).count(link)

    def _page(self, request: Request, template: str, status: int, **context: Any) -> Response:
        return self._parts.pages.render(request, template, status=status, home="/drop-in", **context)
