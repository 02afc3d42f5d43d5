"""From what a Swedish clock shows to the moment it is.

Rules of a rota speak of the clock on the wall ("from eight to four"). A wall time becomes the first moment at which the
clock shows it or has passed it. One mapping for beginnings and ends alike, so that what follows each other on the wall
does so in time: at a clock change nothing is lost or doubled, and what spans it is an hour shorter or longer.
"""

from datetime import date, datetime, time, timedelta

from guidance.domain.times import SWEDEN, Period, first_moment

DAY = timedelta(days=1)


def moment(wall: datetime) -> datetime:
    """The moment (UTC) of a wall time without zone. One that the spring change leaps over is the moment of the leap."""
    return first_moment(wall.date(), wall.time())


def midnight(day: date) -> datetime:
    """The wall time at which the day begins."""
    return datetime.combine(day, time())


def at(day: date, minutes: int) -> datetime:
    """The wall time so many minutes after midnight, as the clock counts them: 1440 is the next midnight."""
    return midnight(day) + timedelta(minutes=minutes)


def wall(when: datetime) -> datetime:
    """What a Swedish clock shows at the moment."""
    return when.astimezone(SWEDEN).replace(tzinfo=None)


def days(within: Period) -> list[date]:
    """The Swedish days that the period touches."""
    first, last = wall(within.starts_at).date(), wall(within.ends_at).date()
    return [first + DAY * number for number in range((last - first).days + 1)]
