"""The page kit: templates with escaping, two languages, navigation between the services, and our own static files."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from babel.dates import format_datetime, format_time
from babel.numbers import format_decimal
from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from markupsafe import Markup
from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Message, Receive, Scope, Send

from shared.language import COOKIE, SERVICES, Language, asked_for, say
from shared.page_words import WORDS
from shared.texts import Text

_HERE: Final = Path(__file__).parent
_STATIC: Final = _HERE / "static"
_YEAR_SECONDS: Final = 365 * 24 * 3600
# Times on pages are the region's; in events and logs they are UTC.
ZONE: Final = ZoneInfo("Europe/Stockholm")


@dataclass(frozen=True, slots=True)
class Link:
    """One step of the navigation."""

    href: str
    label: str
    current: bool


class Pages:
    """Renders the templates of one service.

    `peers` are the services' public addresses by name; `folders` hold the service's own templates, which may extend
    `base.html`, and `words` its own texts for `t("…")` in them.
    """

    def __init__(
        self,
        service: str,
        title: Text,
        peers: Mapping[str, str],
        *,
        folders: Sequence[Path] = (),
        words: Mapping[str, Text] | None = None,
    ) -> None:
        self._service, self._title, self._peers = service, title, peers
        self._words = {**WORDS, **(words or {})}
        self._environment = Environment(
            loader=FileSystemLoader([*folders, _HERE / "templates"]),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.filters |= {"number": _number, "moment": _moment, "dotted": _dotted}
        self._environment.globals |= {"static": static, "say": _say, "t": self._translate}

    def render(self, request: Request, template: str, *, status: int = 200, **context: Any) -> Response:
        """The page in the reader's language: Swedish, unless the reader asks otherwise."""
        language = asked_for(request, otherwise="sv")
        shared = {
            "language": language,
            "service_title": self._title,
            "navigation": self._navigation(language),
            "home": "/",
        }
        page = self._environment.get_template(template).render(shared | context)
        response = HTMLResponse(page, status_code=status, headers={"Content-Language": language})
        response.headers["Vary"] = "Accept, Accept-Language, Cookie"
        response.headers["Cache-Control"] = "no-store"
        if request.query_params.get("lang") == language != request.cookies.get(COOKIE):
            response.set_cookie(COOKIE, language, max_age=_YEAR_SECONDS, httponly=True, samesite="lax")
        return response

    def problem(self, request: Request, document: Mapping[str, Any]) -> Response:
        """A problem document as a page for a browser."""
        return self.render(request, "problem.html", status=document["status"], problem={"faults": [], **document})

    def _navigation(self, language: Language) -> list[Link]:
        addresses = {**self._peers, self._service: "/"}
        ordered = [*(name for name in SERVICES if name in addresses), *(n for n in addresses if n not in SERVICES)]
        return [
            Link(addresses[name], say(SERVICES.get(name, name), language), name == self._service) for name in ordered
        ]

    @pass_context
    def _translate(self, context: Context, word: str, **values: str) -> str:
        text = self._words.get(word) or (self._words["check_other"] if word.startswith("check_") else self._words[word])
        return say(text, context["language"]).format(**values)


@pass_context
def _say(context: Context, text: Text | str) -> str:
    return say(text, context["language"])


@pass_context
def _number(context: Context, value: float) -> str:
    return format_decimal(value, locale=context["language"])


@pass_context
def _moment(context: Context, moment: datetime) -> str:
    """Only the time for today, else the date with it."""
    here = moment.astimezone(ZONE)
    if here.date() == datetime.now(ZONE).date():
        return format_time(here, "HH:mm:ss", tzinfo=ZONE, locale=context["language"])
    return format_datetime(here, "d MMM HH:mm", tzinfo=ZONE, locale=context["language"])


def _dotted(name: str) -> Markup:
    """A dotted name that a narrow column may break after a dot."""
    return Markup(".<wbr>").join(name.split("."))


def static(name: str) -> str:
    """The address of a static file; it changes with the file, so that browsers may keep it for long."""
    return f"/static/{name}?v={_VERSIONS[name]}"


_VERSIONS: Final = {
    path.name: sha256(path.read_bytes()).hexdigest()[:10] for path in _STATIC.iterdir() if path.is_file()
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


def static_files() -> StaticFiles:
    """The application to mount at `/static`."""
    return _Kept(directory=_STATIC)
