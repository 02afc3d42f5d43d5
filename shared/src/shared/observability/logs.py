"""Structured logs: one JSON object a line on stdout, with the trace and event they belong to.

Message data is never logged on purpose; the last processor masks what looks like a Swedish identity number anyway,
since a library may quote a value in a message of its own.
"""

import logging
import re
import sys
import traceback
from types import TracebackType
from typing import Any, Final

import orjson
import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from shared.observability.traces import current_ids

# Personal, coordination, TF and interim numbers: a date (coordination adds 60 to the day), and four more that may be
# letters. Digits that are part of a longer run, a UUID or a hash are left alone.
_IDENTITY: Final = re.compile(
    r"(?<![0-9A-Za-z-])(?:(?:18|19|20)[0-9]{2}|[0-9]{2})(?:0[0-9]|1[0-2])(?:[0-3][0-9]|[6-9][0-9])"
    r"[-+ ]?[0-9A-Z]{4}(?![0-9A-Za-z-])"
)
_MASK: Final = "[masked]"
_LONGEST_MESSAGE: Final = 300
_OWN_FIELDS: Final = ("trace_id", "span_id", "service")

# At DEBUG these quote the keys and values of records, or the parameters of statements.
_NEVER_DEBUG: Final = ("aiokafka", "faststream", "sqlalchemy", "httpx", "httpcore", "asyncio")


def mask_identities(text: str) -> str:
    """The text with everything that looks like an identity number taken out."""
    return _IDENTITY.sub(_MASK, text)


def configure(service: str, level: str = "INFO") -> None:
    """Send structlog and the standard library's logging (uvicorn, aiokafka, alembic …) to stdout as JSON lines."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _belongs_to(service),
        _short_error,
        mask,
    ]
    structlog.configure(
        processors=[structlog.stdlib.filter_by_level, *shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    _route_standard_logging(shared, level)


def _route_standard_logging(processors: list[Processor], level: str) -> None:
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.PositionalArgumentsFormatter(), *processors],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, _as_json],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    for name in _NEVER_DEBUG:
        logging.getLogger(name).setLevel(max(root.level, logging.INFO))
    # Already at INFO the engine writes every statement with its parameters, which are people's data.
    logging.getLogger("sqlalchemy.engine").setLevel(max(root.level, logging.WARNING))
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access", "faststream", "alembic"):
        logging.getLogger(name).handlers = []
        logging.getLogger(name).propagate = True
    # Our own middleware writes the access log, without query strings.
    logging.getLogger("uvicorn.access").disabled = True


def _belongs_to(service: str) -> Processor:
    def add(_logger: WrappedLogger, _name: str, event: EventDict) -> EventDict:
        event["service"] = service
        ids = current_ids()
        if ids is not None:
            event["trace_id"], event["span_id"] = ids
        return event

    return add


def _short_error(_logger: WrappedLogger, _name: str, event: EventDict) -> EventDict:
    """An exception becomes its kind, the first line of its message and where it came from.

    Later lines are where PostgreSQL puts the values of the row (`DETAIL: Key (…)=(…)`), so they are left out.
    """
    found = event.pop("exc_info", None)
    if not found:
        return event
    error = found if isinstance(found, BaseException) else found[1] if isinstance(found, tuple) else sys.exception()
    if error is not None:
        event["error"] = type(error).__qualname__
        event["error_message"] = (str(error).splitlines() or [""])[0][:_LONGEST_MESSAGE]
        event["error_at"] = _places(error.__traceback__)
    return event


def _places(trace: TracebackType | None) -> list[str]:
    """The innermost ten places of a traceback, outermost first."""
    frames = traceback.extract_tb(trace)[-10:]
    return [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]


def mask(_logger: WrappedLogger, _name: str, event: EventDict) -> EventDict:
    """Take out what looks like an identity number, wherever it stands in the line."""
    return {key: value if key in _OWN_FIELDS else _masked(value) for key, value in event.items() if key != "exc_text"}


def _masked(value: Any) -> Any:
    if isinstance(value, str):
        return mask_identities(value)
    if isinstance(value, dict):
        return {mask_identities(str(key)): _masked(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_masked(item) for item in value]
    if isinstance(value, int) and value > 10**9:
        return _masked_number(value)
    return value


def _masked_number(value: int) -> int | str:
    text = str(value)
    return value if mask_identities(text) == text else _MASK


def _as_json(_logger: WrappedLogger, _name: str, event: EventDict) -> str:
    return orjson.dumps(event, default=str, option=orjson.OPT_NON_STR_KEYS).decode()
