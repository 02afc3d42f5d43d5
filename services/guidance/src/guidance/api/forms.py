"""What the doors of guidance have in common."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import Query
from pydantic import AwareDatetime, Field

from guidance.domain.times import local
from guidance.messages.times import utc

MOST: Final = 1000
After = Annotated[UUID | None, Query(description="`next` of the page before")]
# Far enough for any year of school, near enough for reckoning with time zones.
Moment = Annotated[AwareDatetime, Field(ge=datetime(2020, 1, 1, tzinfo=UTC), lt=datetime(2101, 1, 1, tzinfo=UTC))]
Limit = Annotated[int, Query(ge=1, le=MOST)]


def page(name: str, shown: Sequence[dict[str, Any]], key: str, limit: int) -> dict[str, Any]:
    """One row more than the limit was asked for; it only tells whether a page follows."""
    return {name: shown[:limit], "next": shown[limit - 1][key] if len(shown) > limit else None}


def times(starts_at: datetime, ends_at: datetime) -> dict[str, str]:
    """A time in UTC, and as a Swedish clock shows it."""
    shown = {"starts_at_local": local(starts_at).isoformat(), "ends_at_local": local(ends_at).isoformat()}
    return {"starts_at": utc(starts_at), "ends_at": utc(ends_at)} | shown
