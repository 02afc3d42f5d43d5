"""Which paths are open to one without a place, and by what rule. What can't be told from what is known is said so.

The rules are those of the School Act (SL) chapters 10, 16, 17 and 20; the dates of a year and region are data.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from guidance.domain.cases import Cause, Unplaced

_SWEDISH = "SV/SVA"
_CORE = frozenset({_SWEDISH, "EN", "MA"})
# SL 16:30–31: the fewest passes that open a vocational, and a preparatory programme.
_VOCATIONAL, _PREPARATORY = 8, 12
# SL 17:10: the passes beside the core that IMV asks for, with one or both of English and mathematics.
_BESIDE_ONE, _BESIDE_BOTH = 4, 3
_SCHOOL_LEAVING_AGE, _ADULT = 16, 20


class PathKind(StrEnum):
    """The paths that are looked at, in the order they are shown."""

    OTHER_PROGRAMMES = "other_programmes"
    RESERVE = "reserve"
    LOVSKOLA = "lovskola"
    PROVNING = "provning"
    IMV = "imv"
    IMY = "imy"
    IMA = "ima"
    IMS = "ims"
    KOMVUX = "komvux"


class Verdict(StrEnum):
    """`check`: the grades, or a decision by the home municipality, settle it. `later`: not yet."""

    OPEN = "open"
    CHECK = "check"
    LATER = "later"
    CLOSED = "closed"


class Why(StrEnum):
    """What the verdict rests on."""

    SEATS_LEFT = "seats_left"
    NO_SEATS_LEFT = "no_seats_left"
    QUEUE_MOVES = "queue_moves"
    DEADLINE_AHEAD = "deadline_ahead"
    DEADLINE_PASSED = "deadline_passed"
    DATES_UNKNOWN = "dates_unknown"
    NOTHING_MISSING = "nothing_missing"
    SUBJECTS_LACK = "subjects_lack"
    CORE_AND_OTHERS = "core_and_others"
    COUNT_OTHERS = "count_others"
    SWEDISH_MISSING = "swedish_missing"
    BOTH_MISSING = "both_missing"
    LACKS_VOCATIONAL = "lacks_vocational"
    COUNT_ALL = "count_all"
    ELIGIBLE = "eligible"
    INDIVIDUAL = "individual"
    NEWLY_ARRIVED = "newly_arrived"
    FROM_TWENTY = "from_twenty"


@dataclass(frozen=True, slots=True, kw_only=True)
class Dates:
    """The dates of one region and intake year; None where the region has not said."""

    lovskola_apply_by: date | None = None
    lovskola_ends: date | None = None
    lovskola_grades_by: date | None = None
    reserve_until: date | None = None
    introduction_apply_by: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Path:
    """One path: whether it is open, why, by what rule, until when, and towards what (programmes or subjects)."""

    kind: PathKind
    verdict: Verdict
    why: Why
    source: str
    until: date | None = None
    towards: tuple[str, ...] = ()


def paths(
    said: Unplaced, *, intake_year: int, programmes: Mapping[str, bool], dates: Dates, today: date
) -> Sequence[Path]:
    """The paths of an applicant whom a round left without a place.

    `programmes` are the national programmes that are offered, and whether each is vocational; `dates` the region's for
    the intake year.
    """
    return [
        _other_programmes(said),
        _reserve(said, dates, today),
        _lovskola(said, dates, today),
        _provning(said),
        _imv(said, programmes, dates),
        _imy(said, dates),
        Path(kind=PathKind.IMA, verdict=_lacking(said)[0], why=_individual(said), source="SL 17:4, 17:11"),
        Path(kind=PathKind.IMS, verdict=_lacking(said)[0], why=_newly_arrived(said), source="SL 17:4, 17:12"),
        _komvux(intake_year, today),
    ]


def _other_programmes(said: Unplaced) -> Path:
    free = said.open_programmes
    return Path(
        kind=PathKind.OTHER_PROGRAMMES,
        verdict=Verdict.OPEN if free else Verdict.CLOSED,
        why=Why.SEATS_LEFT if free else Why.NO_SEATS_LEFT,
        source="SL 16:35, 16:47",
        towards=tuple(sorted(free)),
    )


def _reserve(said: Unplaced, dates: Dates, today: date) -> Path:
    """Reserves move up as places are given back, for those who are eligible to what they applied for."""
    until, source = dates.reserve_until, "GyF 7 kap."
    if said.cause is Cause.INELIGIBLE:
        return Path(kind=PathKind.RESERVE, verdict=Verdict.CLOSED, why=Why.SUBJECTS_LACK, source=source)
    return _dated(PathKind.RESERVE, until, today, Why.QUEUE_MOVES, source)


def _lovskola(said: Unplaced, dates: Dates, today: date) -> Path:
    source = "SL 10:23, 10:23 a–f"
    if said.cause is not Cause.INELIGIBLE:
        return Path(kind=PathKind.LOVSKOLA, verdict=Verdict.CLOSED, why=Why.NOTHING_MISSING, source=source)
    until = dates.lovskola_apply_by or dates.lovskola_ends
    return _dated(PathKind.LOVSKOLA, until, today, Why.DEADLINE_AHEAD, source, said.missing_subjects)


def _dated(
    kind: PathKind, until: date | None, today: date, why: Why, source: str, towards: tuple[str, ...] = ()
) -> Path:
    if until is None:
        return Path(kind=kind, verdict=Verdict.CHECK, why=Why.DATES_UNKNOWN, source=source, towards=towards)
    if until < today:
        return Path(kind=kind, verdict=Verdict.CLOSED, why=Why.DEADLINE_PASSED, source=source, until=until)
    return Path(kind=kind, verdict=Verdict.OPEN, why=why, source=source, until=until, towards=towards)


def _provning(said: Unplaced) -> Path:
    """A grade by examination counts in the selection like any other (GyF 7:4 as of SFS 2011:3)."""
    missing = said.missing_subjects
    return Path(
        kind=PathKind.PROVNING,
        verdict=Verdict.CHECK if missing else Verdict.CLOSED,
        why=Why.SUBJECTS_LACK if missing else Why.NOTHING_MISSING,
        source="SL 10:23 f; GyF 7:4",
        towards=missing,
    )


def _imv(said: Unplaced, programmes: Mapping[str, bool], dates: Dates) -> Path:
    """Swedish, and English or mathematics with four more, or both with three more; not fully eligible (SL 17:10)."""
    verdict, why = _imv_verdict(said)
    # One who lacks a core subject is eligible to no national programme; another may be, to the vocational ones.
    vocational_open = _vocational_open(said)
    towards = [
        code
        for code, vocational in sorted(programmes.items())
        if verdict is not Verdict.CLOSED and code not in said.open_programmes and not (vocational and vocational_open)
    ]
    return Path(
        kind=PathKind.IMV,
        verdict=verdict,
        why=why,
        source="SL 17:4, 17:10",
        until=dates.introduction_apply_by,
        towards=tuple(towards),
    )


def _imv_verdict(said: Unplaced) -> tuple[Verdict, Why]:
    missing = set(said.missing_subjects)
    if said.cause is not Cause.INELIGIBLE:
        return Verdict.CLOSED, Why.ELIGIBLE
    if _SWEDISH in missing:
        return Verdict.CLOSED, Why.SWEDISH_MISSING
    if {"EN", "MA"} <= missing:
        return Verdict.CLOSED, Why.BOTH_MISSING
    passed_core = len(_CORE - missing)
    needed = _BESIDE_BOTH if passed_core == len(_CORE) else _BESIDE_ONE
    return (Verdict.OPEN, Why.CORE_AND_OTHERS) if _beside(said) >= needed else (Verdict.CHECK, Why.COUNT_OTHERS)


def _beside(said: Unplaced) -> int:
    """The fewest subjects passed beside the core, as far as what is missing tells.

    All that lacks towards the highest choice is named, so the rest of what it asks for is passed. A subject beside the
    core is named for a preparatory programme, or where every subject not passed is; a vocational one asks for fewest.
    """
    missing = set(said.missing_subjects)
    asked = _PREPARATORY if missing - _CORE else _VOCATIONAL
    return max(0, asked - len(missing) - len(_CORE - missing))


def _vocational_open(said: Unplaced) -> bool:
    """Whether eligibility to vocational programmes is certain."""
    return not _CORE & set(said.missing_subjects) and _beside(said) >= _VOCATIONAL - len(_CORE)


def _imy(said: Unplaced, dates: Dates) -> Path:
    verdict, why = _lacking(said)
    source = "SL 17:4, 17:11"
    return Path(kind=PathKind.IMY, verdict=verdict, why=why, source=source, until=dates.introduction_apply_by)


def _lacking(said: Unplaced) -> tuple[Verdict, Why]:
    """Whether eligibility to vocational programmes lacks, which IMY, IMA and IMS ask for."""
    if said.cause is not Cause.INELIGIBLE or said.open_programmes or _vocational_open(said):
        return Verdict.CLOSED, Why.ELIGIBLE
    if _CORE & set(said.missing_subjects):
        return Verdict.OPEN, Why.LACKS_VOCATIONAL
    return Verdict.CHECK, Why.COUNT_ALL


def _individual(said: Unplaced) -> Why:
    return Why.ELIGIBLE if _lacking(said)[0] is Verdict.CLOSED else Why.INDIVIDUAL


def _newly_arrived(said: Unplaced) -> Why:
    return Why.ELIGIBLE if _lacking(said)[0] is Verdict.CLOSED else Why.NEWLY_ARRIVED


def _komvux(intake_year: int, today: date) -> Path:
    """From the second half-year of the year one turns twenty (SL 20:11, 20:20; VF 3:2), for one who is sixteen now."""
    begins = date(intake_year - _SCHOOL_LEAVING_AGE + _ADULT, 7, 1)
    return Path(
        kind=PathKind.KOMVUX,
        verdict=Verdict.OPEN if begins <= today else Verdict.LATER,
        why=Why.FROM_TWENTY,
        source="SL 20:11, 20:20; VF 3:2",
        until=begins,
    )
