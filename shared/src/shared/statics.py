"""Static files, ours and a service's own, served under addresses that change with their content."""

from hashlib import sha256
from pathlib import Path
from typing import Final

from fastapi import FastAPI
from starlette.datastructures import MutableHeaders
from starlette.staticfiles import StaticFiles
from starlette.types import Message, Receive, Scope, Send

_SHARED: Final = Path(__file__).parent / "static"
_YEAR_SECONDS: Final = 365 * 24 * 3600


class Statics:
    """The files of the page kit at `/static/<name>`, and those of the service at `/static/<service>/<name>`."""

    def __init__(self, service: str, own: Path | None = None) -> None:
        self._service, self._own = service, own
        self._versions = _versions(_SHARED) | (_versions(own, f"{service}/") if own else {})

    def address(self, name: str) -> str:
        """Where a file is; it changes with the file, so that browsers may keep it for long. Raises KeyError."""
        return f"/static/{name}?v={self._versions[name]}"

    def install(self, app: FastAPI) -> None:
        """Serve them."""
        if self._own is not None:
            app.mount(f"/static/{self._service}", _Kept(directory=self._own), name="own_static")
        app.mount("/static", _Kept(directory=_SHARED), name="static")


def _versions(folder: Path, prefix: str = "") -> dict[str, str]:
    return {
        prefix + path.relative_to(folder).as_posix(): sha256(path.read_bytes()).hexdigest()[:10]
        for path in folder.rglob("*")
        if path.is_file()
    }


class _Kept(StaticFiles):
    """Static files that browsers keep for a year when asked for by version."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        versioned = b"v=" in scope.get("query_string", b"")

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start" and versioned and message["status"] == 200:
                headers = MutableHeaders(scope=message)
                headers["Cache-Control"] = f"public, max-age={_YEAR_SECONDS}, immutable"
            await send(message)

        await super().__call__(scope, receive, answer)
