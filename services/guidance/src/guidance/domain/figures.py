"""The period's figures, from counts: each with its numerator, denominator and population in its name's docstring."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from guidance.domain.cases import Outcome
from guidance.domain.evaluation import LEAST, Measured, median, share, shown

# Outcomes that lead on to education or work.
_WITH_PATH = frozenset(
    {
        Outcome.PLACED,
        Outcome.LOVSKOLA,
        Outcome.INTRODUCTION_PROGRAMME,
        Outcome.KOMVUX,
        Outcome.OTHER_EDUCATION,
        Outcome.WORK,
    }
)


class Sessions(Protocol):
    """Sessions of one home municipality, channel and type."""

    @property
    def home_municipality(self) -> str: ...
    @property
    def channel(self) -> str: ...
    @property
    def session_type(self) -> str: ...
    @property
    def across_borders(self) -> bool: ...
    @property
    def held(self) -> int: ...
    @property
    def no_show(self) -> int: ...
    @property
    def cancelled(self) -> int: ...


class Opened(Protocol):
    """A case opened in the period."""

    @property
    def home_municipality(self) -> str: ...
    @property
    def month(self) -> date: ...
    @property
    def outcome(self) -> str | None: ...
    @property
    def waited_days(self) -> float | None: ...


class Answered(Protocol):
    """One anonymous answer."""

    @property
    def channel(self) -> str: ...
    @property
    def answers(self) -> list[int]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """The figures of one group (a municipality, a channel, a type, or all). Shares are between 0 and 1.

    `coverage`: cases opened in the period with a held session, of all opened. `no_show`: missed sessions of those held
    or missed. `across_borders`: sessions held by another municipality's counsellor, of those held. `waiting_days`:
    median days from a case was opened to its first held session. `closed_with_path`: cases closed towards education or
    work, of all closed.
    """

    name: str
    held: int
    cancelled: int
    no_show: float | None
    across_borders: float | None
    cases: int
    coverage: float | None
    waiting_days: float | None
    closed_with_path: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """The mean of each question, by group; None where the group is too small to be shown."""

    name: str
    answers: int | None
    means: Sequence[float] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """All figures of a period."""

    total: Row
    by_municipality: Sequence[Row]
    by_channel: Sequence[Row]
    by_type: Sequence[Row]
    by_month: Sequence[tuple[date, int, float | None]]
    outcomes: Mapping[str, int]
    survey: Survey
    survey_by_channel: Sequence[Survey]

    def of(self, measured: Measured, municipality: str | None = None) -> float | None:
        """The figure that a goal is about, of a municipality or of all."""
        rows = {row.name: row for row in self.by_municipality}
        row = self.total if municipality is None else rows.get(municipality)
        if measured is Measured.SATISFACTION:
            means = self.survey.means if municipality is None else None
            return None if means is None else sum(means) / len(means)
        if row is None:
            return None
        if measured is Measured.SESSIONS:
            return float(row.held)
        value: float | None = getattr(row, measured.value)
        return value


def report(sessions: Sequence[Sessions], cases: Sequence[Opened], answers: Sequence[Answered]) -> Report:
    """The figures, for groups of any size but surveys; counts of sessions and cases name nobody's answers."""
    homes = sorted({each.home_municipality for each in sessions} | {each.home_municipality for each in cases})
    return Report(
        total=_row("", sessions, cases),
        by_municipality=[
            _row(
                home,
                [each for each in sessions if each.home_municipality == home],
                [each for each in cases if each.home_municipality == home],
            )
            for home in homes
        ],
        by_channel=_grouped(sessions, lambda each: each.channel),
        by_type=_grouped(sessions, lambda each: each.session_type),
        by_month=_months(cases),
        outcomes=Counter(case.outcome for case in cases if case.outcome is not None),
        survey=survey(answers),
        survey_by_channel=surveys(answers),
    )


def survey(answers: Sequence[Answered], name: str = "") -> Survey:
    """The means of all answers; nothing of fewer than five."""
    if len(answers) < LEAST:
        return Survey(name=name, answers=None, means=None)
    means = [sum(values) / len(values) for values in zip(*(each.answers for each in answers), strict=True)]
    return Survey(name=name, answers=len(answers), means=means)


def surveys(answers: Sequence[Answered]) -> Sequence[Survey]:
    """The means by channel; groups that could be worked out are hidden too."""
    groups: dict[str, list[Answered]] = {}
    for each in answers:
        groups.setdefault(each.channel, []).append(each)
    visible = shown({name: len(group) for name, group in groups.items()})
    return [survey(groups[name] if name in visible else [], name) for name in sorted(groups)]


def _grouped(sessions: Sequence[Sessions], key: Callable[[Sessions], str]) -> Sequence[Row]:
    names = sorted({key(each) for each in sessions})
    return [_row(name, [each for each in sessions if key(each) == name], []) for name in names]


def _row(name: str, sessions: Iterable[Sessions], cases: Sequence[Opened]) -> Row:
    groups = list(sessions)
    held, missed = sum(each.held for each in groups), sum(each.no_show for each in groups)
    waited = [case.waited_days for case in cases if case.waited_days is not None]
    closed = [case.outcome for case in cases if case.outcome is not None]
    return Row(
        name=name,
        held=held,
        cancelled=sum(each.cancelled for each in groups),
        no_show=share(missed, held + missed),
        across_borders=share(sum(each.held for each in groups if each.across_borders), held),
        cases=len(cases),
        coverage=share(len(waited), len(cases)),
        waiting_days=median([max(0.0, days) for days in waited]),
        closed_with_path=share(sum(outcome in _WITH_PATH for outcome in closed), len(closed)),
    )


def _months(cases: Sequence[Opened]) -> Sequence[tuple[date, int, float | None]]:
    """For each month: cases opened, and the median wait."""
    months: dict[date, list[Opened]] = {}
    for case in cases:
        months.setdefault(case.month, []).append(case)
    return [(month, len(found), _row("", [], found).waiting_days) for month, found in sorted(months.items())]
