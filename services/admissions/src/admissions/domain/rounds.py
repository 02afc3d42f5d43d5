"""The rounds of an intake year: which there are, what each one counts, and when it may run.

Preliminary: on autumn grades, binds nobody, gives no seat. Final: the grades of all occasions, binding. Reserve
rounds 1, 2, …: binding re-runs in which everyone keeps at least the place they hold, so that one run resolves whole
chains of vacancies.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from admissions.domain.calendar import Calendar
from admissions.domain.grades import Occasion


class UnknownRound(Exception):
    """There is no such round: preliminary, final, and reserve-1, reserve-2, … are the rounds of an intake year."""

    sv = "Det finns ingen sådan omgång: preliminary, final och reserve-1, reserve-2 … är årets omgångar."


class NotNow(StrEnum):
    """Why a round cannot be run now."""

    ALREADY_PUBLISHED = "already_published"
    FINAL_PUBLISHED = "final_published"
    ROUND_BEFORE_MISSING = "round_before_missing"
    OFFERS_UNANSWERED = "offers_unanswered"
    HANDED_OVER = "handed_over"


class RoundCannotRun(Exception):
    """The round's turn has not come, or has passed."""

    def __init__(self, why: NotNow) -> None:
        super().__init__(why)
        self.why = why


class Stage(StrEnum):
    PRELIMINARY = "preliminary"
    FINAL = "final"
    RESERVE = "reserve"


@dataclass(frozen=True, slots=True)
class Round:
    """`number` is 0 but for reserve rounds."""

    stage: Stage
    number: int = 0

    @property
    def name(self) -> str:
        return f"reserve-{self.number}" if self.stage is Stage.RESERVE else self.stage.value

    @property
    def binding(self) -> bool:
        return self.stage is not Stage.PRELIMINARY

    @property
    def occasions(self) -> tuple[Occasion, ...]:
        """The grades it counts, in the order they were set."""
        if self.stage is Stage.PRELIMINARY:
            return (Occasion.AUTUMN,)
        return tuple(Occasion)


def named(name: str) -> Round:
    """The round of this name; UnknownRound when there is none."""
    if name in (Stage.PRELIMINARY, Stage.FINAL):
        return Round(Stage(name))
    if match := re.fullmatch(r"reserve-([1-9][0-9]?)", name):
        return Round(Stage.RESERVE, int(match[1]))
    raise UnknownRound(name)


def counted_until(this: Round, calendar: Calendar) -> date | None:
    """The last day whose applications the round counts; later ones wait for the first reserve round."""
    match this.stage:
        case Stage.PRELIMINARY:
            return calendar.preliminary
        case Stage.FINAL:
            return calendar.change_until
        case Stage.RESERVE:
            return None


def reply_by(this: Round, calendar: Calendar) -> date:
    """The last day to answer an offer of this round."""
    return calendar.reserve_reply_by if this.stage is Stage.RESERVE else calendar.reply_by


def check_may_run(this: Round, published: Collection[str], unanswered: int, *, today: date, hand_over: date) -> None:
    """Raises RoundCannotRun unless the round's turn has come.

    `published`: names of the year's rounds already published. `unanswered`: offers nobody has answered yet.
    `hand_over`: from that day schools fill their seats themselves.
    """
    if this.stage is Stage.RESERVE and today >= hand_over:
        raise RoundCannotRun(NotNow.HANDED_OVER)
    if this.binding and this.name in published:
        raise RoundCannotRun(NotNow.ALREADY_PUBLISHED)
    if not this.binding and Stage.FINAL in published:
        raise RoundCannotRun(NotNow.FINAL_PUBLISHED)
    if this.stage is Stage.RESERVE:
        before = Round(Stage.RESERVE, this.number - 1) if this.number > 1 else Round(Stage.FINAL)
        if before.name not in published:
            raise RoundCannotRun(NotNow.ROUND_BEFORE_MISSING)
        if unanswered:
            raise RoundCannotRun(NotNow.OFFERS_UNANSWERED)
