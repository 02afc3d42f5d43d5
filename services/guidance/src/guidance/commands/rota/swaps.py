"""Offering one's shift to a colleague or to all, and answering."""

from dataclasses import dataclass
from uuid import UUID

from guidance.adapters import rota as rotas
from guidance.adapters import shifts, swap_offers
from guidance.adapters.busy import free_for
from guidance.adapters.reference import holidays_sv
from guidance.adapters.swap_offers import SwapOffer
from guidance.commands.rota.planning import plan
from guidance.domain.rota.layers import Key, Piece
from guidance.domain.rota.planning import Notice, Told
from guidance.domain.rota.refusals import (
    NotInRota,
    NotYourShift,
    OfferClosed,
    OfferUnknown,
    OwnOffer,
    ShiftBegun,
    ShiftUnknown,
)
from guidance.domain.rota.schedule import Rota, Swap, holder, hull, piece_of
from shared.work import UnitOfWork, Work


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferShift:
    """`by` offers a shift: to `asked`, or to all in the rota; for nothing, or for the shift `in_return`."""

    offer: UUID
    shift: UUID
    by: UUID
    asked: UUID | None = None
    in_return: UUID | None = None


async def offer_shift(command: OfferShift, unit_of_work: UnitOfWork) -> None:
    """Make the offer and tell who is asked."""
    async with unit_of_work() as work:
        rota_id, shift = await shifts.get(work.connection, command.shift)
        rota = await rotas.lock(work.connection, rota_id, now=work.now)
        piece = _held(rota, shift.duty.key, command.by, work)
        asked, back = command.asked, None
        if command.in_return is not None:
            asked, back = await _wanted(work, rota, command)
        everyone = _participants(rota)
        if asked is not None and asked not in everyone:
            raise NotInRota
        offer = SwapOffer(
            offer=command.offer,
            rota=rota_id,
            key=piece.key,
            offered_by=command.by,
            asked=asked,
            in_return=back,
            period=hull(piece),
        )
        await swap_offers.save(work.connection, offer, now=work.now)
        told = {asked} if asked is not None else everyone - {command.by}
        notices = [Notice(counsellor=who, told=Told.ASKED, period=offer.period) for who in sorted(told)]
        await shifts.tell(work.connection, notices, now=work.now)


async def accept_shift(offer: UUID, by: UUID, unit_of_work: UnitOfWork) -> None:
    """Take the offered shift, giving the one asked for in return. The swap follows the shifts when they move."""
    async with unit_of_work() as work:
        known, rota = await _asked(work, offer, by)
        try:
            swaps = [(_held(rota, known.key, known.offered_by, work), by)]
            if known.in_return is not None:
                swaps.append((_held(rota, known.in_return, by, work), known.offered_by))
        except (ShiftUnknown, NotYourShift, ShiftBegun):
            raise OfferClosed from None
        given = [piece.key for piece, _ in swaps]
        for piece, takes in swaps:
            await free_for(work.connection, takes, hull(piece), giving=given)
            swap = Swap(key=piece.key, gives=piece.counsellor, takes=takes, agreed=hull(piece))
            await rotas.save_swap(work.connection, rota.rota, swap, now=work.now)
        await swap_offers.close(work.connection, offer, "accepted", by, now=work.now)
        told = Notice(counsellor=known.offered_by, told=Told.ACCEPTED, period=known.period)
        await shifts.tell(work.connection, [told], now=work.now)
        await plan(work, rota)


async def decline_shift(offer: UUID, by: UUID, unit_of_work: UnitOfWork) -> None:
    """Say no; when all who were asked have, the offer is closed and its maker told."""
    async with unit_of_work() as work:
        known, rota = await _asked(work, offer, by)
        await swap_offers.decline(work.connection, offer, by)
        left = {known.asked} if known.asked is not None else _participants(rota) - {known.offered_by}
        if left <= {by, *known.declined_by}:
            await swap_offers.close(work.connection, offer, "declined", by, now=work.now)
            told = Notice(counsellor=known.offered_by, told=Told.DECLINED, period=known.period)
            await shifts.tell(work.connection, [told], now=work.now)


async def withdraw_offer(offer: UUID, by: UUID, unit_of_work: UnitOfWork) -> None:
    """Take one's own offer back. Raises OfferUnknown and OfferClosed."""
    async with unit_of_work() as work:
        known = await swap_offers.get(work.connection, offer)
        if known.offered_by != by:
            raise OfferUnknown
        await rotas.lock(work.connection, known.rota, now=work.now)
        if not (await swap_offers.get(work.connection, offer)).open:
            raise OfferClosed
        await swap_offers.close(work.connection, offer, "withdrawn", by, now=work.now)


async def _asked(work: Work, offer: UUID, by: UUID) -> tuple[SwapOffer, Rota]:
    """The open offer, as one of those asked may answer it, with its rota locked."""
    rota_id = (await swap_offers.get(work.connection, offer)).rota
    rota = await rotas.lock(work.connection, rota_id, now=work.now)
    known = await swap_offers.get(work.connection, offer)  # again: it may have been answered while we waited
    if known.offered_by == by:
        raise OwnOffer
    if by not in _participants(rota) or known.asked not in (None, by):
        raise OfferUnknown
    if not known.open:
        raise OfferClosed
    return known, rota


async def _wanted(work: Work, rota: Rota, command: OfferShift) -> tuple[UUID, Key]:
    """Whose the shift wanted in return is, and which."""
    assert command.in_return is not None
    rota_id, shift = await shifts.get(work.connection, command.in_return)
    whose = shift.duty.counsellor
    if rota_id != rota.rota or command.asked not in (None, whose) or whose == command.by:
        raise ShiftUnknown
    return whose, _held(rota, shift.duty.key, whose, work).key


def _held(rota: Rota, key: Key | None, by: UUID, work: Work) -> Piece:
    """The shift, which this counsellor has and which has not begun. Raises ShiftUnknown, NotYourShift, ShiftBegun."""
    piece = None if key is None else piece_of(rota, key, holidays_sv().keys())
    if piece is None:
        raise ShiftUnknown
    if holder(rota, piece) != by:
        raise NotYourShift
    if hull(piece).starts_at <= work.now:
        raise ShiftBegun
    return piece


def _participants(rota: Rota) -> set[UUID]:
    return {who for layer in rota.layers for who in layer.participants}
