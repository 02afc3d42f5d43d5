"""What a counsellor does with shifts of their own over HTTP, and whose account is whose."""

from dataclasses import asdict
from typing import Annotated, Any, Literal
from uuid import UUID, uuid4

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, Field

from guidance.api.forms import times
from guidance.api.rota import Span, shown_shift
from guidance.commands.rota import accounts, desk, mail, swaps
from guidance.edges.booking import EMAIL
from guidance.queries import rota as rows
from guidance.queries.accounts import own_counsellor
from shared.auth import Caller
from shared.service import Parts


class OfferBody(BaseModel, extra="forbid"):
    """A shift to offer: to `asked`, or to all in the rota; for nothing, or for the shift `in_return`."""

    shift: UUID
    asked: UUID | None = None
    in_return: UUID | None = None


class AnswerBody(BaseModel, extra="forbid"):
    """Yes or no."""

    accept: bool


class NoteBody(BaseModel, extra="forbid"):
    """What the next on duty should know; never anything about a person."""

    body: str = Field(min_length=1, max_length=2000)


class MailBody(BaseModel, extra="forbid"):
    """Where to, and in which language."""

    address: str = Field(pattern=EMAIL, max_length=254)
    language: Literal["sv", "en"] = "sv"


class AccountBody(BaseModel, extra="forbid"):
    """Which counsellor an account is."""

    counsellor: UUID


def router(parts: Parts) -> APIRouter:
    """Own shifts, offers, hand-over, and accounts."""
    routes = APIRouter(tags=["rota"])
    counsellor = Depends(parts.guard("guidance:counsel"))

    async def own(caller: Caller) -> UUID:
        async with parts.unit_of_work.read() as connection:
            return await own_counsellor(connection, caller.subject)

    _shifts(routes, parts, counsellor, own)
    _offers(routes, parts, counsellor, own)
    coordinator = Depends(parts.guard("guidance:coordinate"))

    @routes.put("/counsellor-accounts/{subject}", status_code=204, summary="Tie an account to a counsellor of yours")
    async def tie(subject: str, body: AccountBody, caller: Annotated[Caller, coordinator]) -> None:
        await accounts.tie_account(subject, body.counsellor, parts.unit_of_work, municipality=caller.municipality)

    return routes


def _shifts(routes: APIRouter, parts: Parts, counsellor: Any, own: Any) -> None:
    @routes.get("/my/shifts", summary="Your own shifts, in order of time")
    async def shifts(caller: Annotated[Caller, counsellor], span: Annotated[Span, Query()]) -> dict[str, Any]:
        who = await own(caller)
        async with parts.unit_of_work.read() as connection:
            found = await rows.shifts(connection, span.period(parts.clock()), counsellor=who)
        return {"shifts": [shown_shift(row) for row in found]}

    @routes.get("/my/notices", summary="What has changed in your future shifts and you have not read")
    async def notices(caller: Annotated[Caller, counsellor]) -> dict[str, Any]:
        who = await own(caller)
        async with parts.unit_of_work.read() as connection:
            found = await rows.notices(connection, who)
        return {"notices": [asdict(row) | times(row.starts_at, row.ends_at) for row in found]}

    @routes.post("/my/notices/read", status_code=204, summary="You have read them")
    async def read(caller: Annotated[Caller, counsellor]) -> None:
        await desk.read_notices(await own(caller), parts.unit_of_work)

    @routes.put("/my/notices/mail", status_code=204, summary="Have them mailed too, from now on")
    async def mailed(body: MailBody, caller: Annotated[Caller, counsellor]) -> None:
        await mail.want_mail(await own(caller), body.address, body.language, parts.unit_of_work)

    @routes.delete("/my/notices/mail", status_code=204, summary="Mail them no more; the address is erased")
    async def not_mailed(caller: Annotated[Caller, counsellor]) -> None:
        await mail.stop_mail(await own(caller), parts.unit_of_work)

    @routes.post("/shifts/{shift}/handover", status_code=204, summary="Leave a note for the next on duty")
    async def handover(shift: UUID, body: NoteBody, caller: Annotated[Caller, counsellor]) -> None:
        await desk.write_handover(shift, await own(caller), body.body, parts.unit_of_work)


def _offers(routes: APIRouter, parts: Parts, counsellor: Any, own: Any) -> None:
    @routes.get("/swap-offers", summary="Open offers that you made, or that were made to you")
    async def offers(caller: Annotated[Caller, counsellor]) -> dict[str, Any]:
        who = await own(caller)
        async with parts.unit_of_work.read() as connection:
            found = await rows.offers(connection, who, now=parts.clock())
        return {"offers": [_offer(row) for row in found]}

    @routes.post("/swap-offers", status_code=201, summary="Offer a shift of yours to a colleague or to all")
    async def offer(body: OfferBody, caller: Annotated[Caller, counsellor]) -> dict[str, Any]:
        made = swaps.OfferShift(
            offer=uuid4(), shift=body.shift, by=await own(caller), asked=body.asked, in_return=body.in_return
        )
        await swaps.offer_shift(made, parts.unit_of_work)
        return {"offer": made.offer}

    @routes.post("/swap-offers/{offer}/answer", status_code=204, summary="Take the shift, or say no")
    async def answer(offer: UUID, body: AnswerBody, caller: Annotated[Caller, counsellor]) -> None:
        act = swaps.accept_shift if body.accept else swaps.decline_shift
        await act(offer, await own(caller), parts.unit_of_work)

    @routes.delete("/swap-offers/{offer}", status_code=204, summary="Take your offer back")
    async def withdraw(offer: UUID, caller: Annotated[Caller, counsellor]) -> None:
        await swaps.withdraw_offer(offer, await own(caller), parts.unit_of_work)


def _offer(row: rows.OfferRow) -> dict[str, Any]:
    content = asdict(row)
    return {"offer": content.pop("id")} | content | times(row.starts_at, row.ends_at)
