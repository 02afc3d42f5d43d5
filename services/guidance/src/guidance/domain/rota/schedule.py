"""The final schedule: what the layers give, then what was swapped, then what was decided for a certain time."""

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from itertools import combinations
from uuid import UUID, uuid5

from guidance.domain.rota.layers import Key, Layer, Piece, of_turn, pieces
from guidance.domain.times import Period


class OverrideWrong(Exception):
    """An override must put somebody on duty or take somebody off, and end after it begins."""

    sv = "Ett undantag ska sätta in någon eller ta bort någon, och sluta efter att det börjat."


@dataclass(frozen=True, slots=True, kw_only=True)
class Override:
    """For a certain time: `removes` is off duty, `adds` is on; with both, `adds` takes over what `removes` had."""

    override: UUID
    removes: UUID | None
    adds: UUID | None
    period: Period


@dataclass(frozen=True, slots=True, kw_only=True)
class Swap:
    """One shift that passes from one counsellor to another. Bound to the shift, not to the time it had when agreed."""

    key: Key
    gives: UUID
    takes: UUID
    agreed: Period


class Standing(StrEnum):
    """What has become of a swap since it was agreed."""

    KEPT = "kept"
    MOVED = "moved"
    STRAY = "stray"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rota:
    """Layers that run side by side, overrides in the order they were made, swaps, and how far shifts are planned."""

    rota: UUID
    layers: tuple[Layer, ...]
    overrides: tuple[Override, ...] = ()
    swaps: Mapping[Key, Swap]
    planned_until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """One counsellor on duty for a time, because of the shift `key` or of an override that adds somebody."""

    key: Key | None
    override: UUID | None
    counsellor: UUID
    period: Period


def check(override: Override) -> Override:
    """The override, if it can be used. Raises OverrideWrong."""
    if override.removes == override.adds or override.period.ends_at <= override.period.starts_at:
        raise OverrideWrong
    return override


def final(rota: Rota, within: Period, closed: AbstractSet[date]) -> list[Duty]:
    """Every duty that touches the period, whole, in order of time."""
    duties = [
        duty
        for layer in rota.layers
        for piece in pieces(layer, within, closed)
        for duty in _of_piece(piece, rota.swaps.get(piece.key))
    ]
    for override in rota.overrides:
        duties = list(_overridden(duties, override, within))
    return sorted(duties, key=lambda duty: (duty.period, duty.counsellor))


def named(duties: Sequence[Duty]) -> dict[UUID, Duty]:
    """Each duty by an id of its own that stays when it moves: the shift, who has it, and which part of it in order."""
    found: dict[UUID, Duty] = {}
    parts: dict[tuple[UUID, str], int] = {}
    for duty in duties:
        origin = duty.key.layer if duty.key else duty.override
        assert origin is not None  # every duty comes from a layer or an override
        name = f"{duty.key[1:] if duty.key else ''}/{duty.counsellor}"
        number = parts[origin, name] = parts.get((origin, name), -1) + 1
        found[uuid5(origin, f"{name}/{number}")] = duty
    return found


def standing(rota: Rota, swap: Swap, closed: AbstractSet[date]) -> Standing:
    """Whether the swap's shift is still there, at the same time and its giver's to give."""
    piece = piece_of(rota, swap.key, closed)
    if piece is None or piece.counsellor != swap.gives:
        return Standing.STRAY
    return Standing.KEPT if hull(piece) == swap.agreed else Standing.MOVED


def piece_of(rota: Rota, key: Key, closed: AbstractSet[date]) -> Piece | None:
    """The shift of this key as the rotation gives it, or None when there is no such shift any longer."""
    for layer in rota.layers:
        if layer.layer == key.layer:
            return next((piece for piece in of_turn(layer, key.turn, closed) if piece.key == key), None)
    return None


def holder(rota: Rota, piece: Piece) -> UUID:
    """Who has the shift: the one whose turn it is, or the one who took it in a swap."""
    swap = rota.swaps.get(piece.key)
    return swap.takes if swap is not None and swap.gives == piece.counsellor else piece.counsellor


def hull(piece: Piece) -> Period:
    """From the shift's first moment to its last."""
    return Period(piece.periods[0].starts_at, piece.periods[-1].ends_at)


def clashes(duties: Sequence[Duty]) -> list[tuple[Duty, Duty]]:
    """Pairs of duties that one counsellor has at the same time."""
    by_counsellor: dict[UUID, list[Duty]] = {}
    for duty in duties:
        by_counsellor.setdefault(duty.counsellor, []).append(duty)
    return [
        pair
        for own in by_counsellor.values()
        for pair in combinations(own, 2)
        if pair[0].period.overlaps(pair[1].period)
    ]


def _of_piece(piece: Piece, swap: Swap | None) -> Iterator[Duty]:
    who = swap.takes if swap is not None and swap.gives == piece.counsellor else piece.counsellor
    for period in piece.periods:
        yield Duty(key=piece.key, override=None, counsellor=who, period=period)


def _overridden(duties: Sequence[Duty], override: Override, within: Period) -> Iterator[Duty]:
    for duty in duties:
        if duty.counsellor == override.removes and duty.period.overlaps(override.period):
            yield from _cut(duty, override)
        else:
            yield duty
    if override.removes is None and override.adds is not None and override.period.overlaps(within):
        yield Duty(key=None, override=override.override, counsellor=override.adds, period=override.period)


def _cut(duty: Duty, override: Override) -> Iterator[Duty]:
    """What is left before and after, and the part between for the one who takes over."""
    starts_at, ends_at = duty.period.starts_at, duty.period.ends_at
    begins, ends = max(starts_at, override.period.starts_at), min(ends_at, override.period.ends_at)
    yield from _part(duty, starts_at, begins)
    if override.adds is not None:
        yield from _part(replace(duty, counsellor=override.adds), begins, ends)
    yield from _part(duty, ends, ends_at)


def _part(duty: Duty, starts_at: datetime, ends_at: datetime) -> Iterator[Duty]:
    if starts_at < ends_at:
        yield replace(duty, period=Period(starts_at, ends_at))
