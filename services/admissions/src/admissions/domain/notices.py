"""Start and stop notices: the school tells when a pupil starts and when one stops (SL 15:15)."""

from dataclasses import replace
from datetime import date

from admissions.domain.replies import Effect, Place, Status


class NoticeRefused(Exception):
    """The notice cannot be taken. `code`: not_placed_here."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def start(place: Place | None, offering: str, started_on: date, revision: int) -> tuple[Place, Effect]:
    """The place of a pupil who has started; an offer that nobody answered is accepted by starting.

    Raises NoticeRefused for who has no place at the offering. A notice seen before changes nothing.
    """
    if place is None or place.offering != offering or place.status is Status.VACATED:
        raise NoticeRefused("not_placed_here")
    if revision <= place.start_revision or place.started_on == started_on:
        return replace(place, start_revision=max(revision, place.start_revision)), Effect.NOTHING
    return replace(place, status=Status.ACCEPTED, started_on=started_on, start_revision=revision), Effect.ACCEPTED


def stop(place: Place | None, offering: str, revision: int) -> tuple[Place, Effect]:
    """The place of a pupil who has stopped, or never came: it is free, and its holder out of the reserve rounds.

    Raises NoticeRefused as `start` does.
    """
    if place is None or place.offering != offering:
        raise NoticeRefused("not_placed_here")
    if revision <= place.stop_revision:
        return place, Effect.NOTHING
    if place.status is Status.VACATED:
        raise NoticeRefused("not_placed_here")
    return replace(place, status=Status.VACATED, stays=False, stop_revision=revision), Effect.VACATED
