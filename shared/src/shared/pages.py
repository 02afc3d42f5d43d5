"""The page kit: templates with escaping, two languages, navigation, notices, and who is logged in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from shared.auth import Caller
from shared.language import COOKIE, ROLES, SERVICES, Language, asked_for, say
from shared.page_words import WORDS
from shared.showing import FILTERS, GLOBALS, Reader, reading, said
from shared.statics import Statics
from shared.texts import Text

_TEMPLATES: Final = Path(__file__).parent / "templates"
_YEAR_SECONDS: Final = 365 * 24 * 3600
_NOTICE: Final = "notice"
_NOTICE_SECONDS: Final = 60


@dataclass(frozen=True, slots=True)
class Link:
    """One step of the navigation."""

    href: str
    label: str
    current: bool


@dataclass(frozen=True, slots=True)
class MenuItem:
    """A page of a service, shown in its menu to those whose token has the scope.

    `lands`: who logs in without asking for a page comes here; of several, to the last that the token opens.
    """

    href: str
    label: Text
    scope: str
    lands: bool = False


class Notice:
    """What became of the reader's last step, told once: `key` is one of the words, or None."""

    def __init__(self, key: str | None) -> None:
        self.key, self.told = key, False

    def take(self) -> str | None:
        """The key, for the template to show; the cookie that carries it is then taken away."""
        self.told = self.key is not None
        return self.key


class Pages:
    """Renders the templates of one service.

    `peers` are the services' public addresses by name; `templates` holds the service's own templates, which may extend
    `base.html`, `words` its own texts for `t("…")` in them, and `menu` its pages.
    """

    def __init__(
        self,
        service: str,
        title: Text,
        peers: Mapping[str, str],
        *,
        templates: Path | None = None,
        words: Mapping[str, Text] | None = None,
        statics: Path | None = None,
        menu: Sequence[MenuItem] = (),
    ) -> None:
        self._service, self._title, self._peers, self._menu = service, title, peers, menu
        self._words = {**WORDS, **(words or {})}
        self.statics = Statics(service, statics)
        self._environment = Environment(
            loader=FileSystemLoader([*([templates] if templates else []), _TEMPLATES]),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.filters |= FILTERS
        self._environment.globals |= {
            **GLOBALS,
            "static": self.statics.address,
            "t": self._translate,
            "worded": self._words.__contains__,
        }

    def render(
        self, request: Request, template: str, *, status: int = 200, caller: Caller | None = None, **context: Any
    ) -> Response:
        """The page in the reader's language: Swedish, unless the reader asks otherwise.

        `caller` is who is logged in; left out, it is whom the entrance has let in for this request.
        """
        language = asked_for(request, otherwise="sv")
        notice = Notice(self._known_notice(request))
        with reading(Reader(language, request)):
            shown = self._shared(request, language, caller or getattr(request.state, "caller", None), notice)
            page = self._environment.get_template(template).render(shown | context)
        response = HTMLResponse(page, status_code=status, headers={"Content-Language": language})
        response.headers["Vary"] = "Accept, Accept-Language, Cookie"
        response.headers["Cache-Control"] = "no-store"
        if request.query_params.get("lang") == language != request.cookies.get(COOKIE):
            response.set_cookie(COOKIE, language, max_age=_YEAR_SECONDS, httponly=True, samesite="lax")
        if notice.told:
            response.delete_cookie(_NOTICE, httponly=True, samesite="lax")
        return response

    def see_other(self, request: Request, address: str, *, notice: str | None = None) -> Response:
        """303 after a POST; `notice` is a key in the words, shown once on the page that comes."""
        # htmx follows a redirect out of sight; told by its own header it goes there as a link does.
        htmx = request.headers.get("hx-request") == "true"
        response = Response(headers={"HX-Redirect": address}) if htmx else RedirectResponse(address, status_code=303)
        if notice is not None and notice in self._words:
            response.set_cookie(_NOTICE, notice, max_age=_NOTICE_SECONDS, httponly=True, samesite="lax")
        return response

    def landing(self, caller: Caller) -> str:
        """Where somebody comes who logs in without asking for a page."""
        return next((item.href for item in reversed(self._menu) if item.lands and item.scope in caller.scopes), "/")

    def problem(self, request: Request, document: Mapping[str, Any]) -> Response:
        """A problem document as a page for a browser."""
        return self.render(request, "problem.html", status=document["status"], problem={"faults": [], **document})

    def _shared(self, request: Request, language: Language, caller: Caller | None, notice: Notice) -> dict[str, Any]:
        """What every template may use."""
        path = request.scope["path"]
        return {
            "language": language,
            "service_title": self._title,
            "navigation": self._navigation(language),
            "menu": [_link(item, path, language) for item in self._menu if caller and item.scope in caller.scopes],
            "caller": caller,
            "caller_roles": [say(ROLES.get(role, role), language) for role in sorted(caller.roles)] if caller else [],
            "notice": notice,
            "home": "/",
            "path": path,
        }

    def _known_notice(self, request: Request) -> str | None:
        """A cookie can be made up by its holder: only our own words are shown."""
        key = request.cookies.get(_NOTICE)
        return key if key in self._words else None

    def _navigation(self, language: Language) -> list[Link]:
        addresses = {**self._peers, self._service: "/"}
        ordered = [*(name for name in SERVICES if name in addresses), *(n for n in addresses if n not in SERVICES)]
        return [
            Link(addresses[name], say(SERVICES.get(name, name), language), name == self._service) for name in ordered
        ]

    def _translate(self, word: str, **values: object) -> str:
        text = self._words.get(word) or (self._words["check_other"] if word.startswith("check_") else self._words[word])
        return said(text).format(**values)


def _link(item: MenuItem, path: str, language: Language) -> Link:
    current = path == item.href or path.startswith(f"{item.href.rstrip('/')}/")
    return Link(item.href, say(item.label, language), current)
