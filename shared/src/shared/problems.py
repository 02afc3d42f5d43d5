"""Every refusal over HTTP is one problem document (RFC 9457), in the reader's language."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from typing import Any, Final

import structlog
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from shared.faults import Fault
from shared.language import ANY_FIELD, DETAILS, FIELDS, STATUSES, Language, asked_for, say
from shared.observability.web import template
from shared.texts import Text

MEDIA_TYPE: Final = "application/problem+json"

Page = Callable[[Request, Mapping[str, Any]], Response]

_log = structlog.get_logger(__name__)


class Problem(Exception):
    """A refusal that the reader should see.

    `title` and `detail` are a `Text` in both languages, or a plain string. `code` names the kind of problem
    (else the status does), `headers` go on the response, `extra` becomes members of the document.
    """

    def __init__(
        self,
        status: int,
        title: Text | str,
        detail: Text | str,
        *,
        code: str | None = None,
        headers: Mapping[str, str] | None = None,
        **extra: Any,
    ) -> None:
        super().__init__(title if isinstance(title, str) else title.en)
        self.status, self.title, self.detail = status, title, detail
        self.code, self.headers, self.extra = code, headers, extra

    @classmethod
    def of(cls, status: int, detail: Text | str, **more: Any) -> "Problem":
        """A problem titled by its status alone."""
        return cls(status, STATUSES[status], detail, **more)


class Problems:
    """Turns exceptions into problem documents; browsers get `page` instead when it is given.

    `errors` is the service's table from its named errors to statuses. The docstring of a named error is what the
    reader sees; an error class may carry `sv`, the same sentence in Swedish. `faults` on the error are listed, its
    `headers` go on the response.
    """

    def __init__(self, errors: Mapping[type[Exception], int] | None = None, page: Page | None = None) -> None:
        self._errors = dict(errors or {})
        self._page = page

    def install(self, app: FastAPI) -> None:
        """Answer all exceptions of the application."""
        for kind in self._errors:
            app.add_exception_handler(kind, self._named)
        app.add_exception_handler(Problem, self._problem)
        app.add_exception_handler(RequestValidationError, self._invalid)
        app.add_exception_handler(HTTPException, self._http)
        app.add_exception_handler(Exception, self._unknown)

    def answer(self, request: Request, problem: Problem) -> Response:
        """The problem as a document, or as a page for a browser."""
        document = _document(request, problem, asked_for(request, otherwise="en"))
        if self._page is not None and prefers_html(request):
            # The page chooses its own language: Swedish unless the reader asked otherwise.
            response = self._page(request, _document(request, problem, asked_for(request, otherwise="sv")))
        else:
            response = JSONResponse(document, status_code=problem.status, media_type=MEDIA_TYPE)
        response.status_code = problem.status
        response.headers.update(problem.headers or {})
        response.headers["Vary"] = "Accept, Accept-Language"
        return response

    async def _problem(self, request: Request, error: Exception) -> Response:
        assert isinstance(error, Problem)
        return self.answer(request, error)

    async def _named(self, request: Request, error: Exception) -> Response:
        kind = next(kind for kind in type(error).__mro__ if kind in self._errors)
        return self.answer(request, _from_named(error, self._errors[kind]))

    async def _invalid(self, request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)
        return self.answer(request, unfit([_fault(fault) for fault in error.errors()]))

    async def _http(self, request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        status = error.status_code
        title = STATUSES.get(status, error.detail)
        return self.answer(request, Problem(status, title, DETAILS.get(status, error.detail), headers=error.headers))

    async def _unknown(self, request: Request, error: Exception) -> Response:
        # Only the kind is logged here: the message of an unknown error may quote data, and a path may hold a secret.
        _log.error("request_failed", error=type(error).__qualname__, route=template(request.scope))
        return self.answer(request, Problem.of(500, DETAILS[500]))


def unfit(faults: Sequence[Fault]) -> Problem:
    """422 that names each fault."""
    return Problem.of(422, DETAILS[422], faults=[asdict(fault) for fault in faults])


def prefers_html(request: Request) -> bool:
    """Whether a browser asks; `*/*` alone, as programs send, is not enough."""
    accept = request.headers.get("accept", "")
    return "text/html" in accept and "json" not in accept.partition("text/html")[0]


def _document(request: Request, problem: Problem, language: Language) -> dict[str, Any]:
    code = problem.code or _slug(STATUSES[problem.status].en if problem.status in STATUSES else str(problem.status))
    return {
        "type": f"urn:samverk:problem:{code}",
        "title": say(problem.title, language),
        "status": problem.status,
        "detail": say(problem.detail, language),
        "instance": request.scope["path"],
        **problem.extra,
    }


def _from_named(error: Exception, status: int) -> Problem:
    kind = type(error)
    en = " ".join((kind.__doc__ or kind.__name__).split())
    faults: Sequence[Fault] = getattr(error, "faults", ())
    extra = {"faults": [asdict(fault) for fault in faults]} if faults else {}
    detail = Text(sv=getattr(kind, "sv", en), en=en)
    return Problem.of(status, detail, code=_slug(kind.__name__), headers=getattr(error, "headers", None), **extra)


def _slug(name: str) -> str:
    """`RoundNotOpen` and `Round not open` -> `round-not-open`."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|\s+", "-", name).lower()


def _fault(error: Mapping[str, Any]) -> Fault:
    """One of Pydantic's faults in our words; where it lies is a JSON pointer, or the parameter's name."""
    pointer = "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in error["loc"][1:])
    text = FIELDS.get(error["type"], ANY_FIELD)
    return Fault(field="" if error["type"] == "json_invalid" else pointer, code=error["type"], sv=text.sv, en=text.en)
