"""The rota as counsellors see it: who is on duty, where gaps are, and swapping shifts."""

from datetime import date
from typing import Annotated, Any, Final, Literal
from uuid import UUID, uuid4

from fastapi import APIRouter, Depends
from pydantic import AfterValidator, BaseModel, Field
from starlette.requests import Request
from starlette.responses import Response

from guidance.adapters import shift_mail
from guidance.adapters.reference import region
from guidance.commands.rota import desk, mail, swaps
from guidance.domain.rota.refusals import ShiftUnknown
from guidance.domain.times import Period
from guidance.edges.booking import valid_email
from guidance.edges.rota import own, own_or_none
from guidance.pages.rota_tools import WEEK, done, monday_of, span, today, weeks
from guidance.queries import coverage, rota
from shared.auth import Caller
from shared.forms import Form, blank, read_form, read_query
from shared.language import asked_for
from shared.service import Parts

_WEEKS: Final = {"week": 1, "month": 5}
_SHIFTS_AHEAD: Final = 91


class Wanted(BaseModel):
    """Which part of which rota is shown."""

    first: date | None = Field(default=None, alias="from")
    view: Literal["week", "month"] = "week"
    rota: UUID | None = None


class Asking(BaseModel):
    """Whom to ask, and which shift to have instead."""

    asked: UUID | None = None
    in_return: UUID | None = None


class Mailing(BaseModel):
    """Where news of shifts is mailed."""

    email: Annotated[str, AfterValidator(valid_email)] = Field(max_length=254)


class Noting(BaseModel):
    """What the next on duty should know."""

    body: str = Field(min_length=1, max_length=2000)


def router(parts: Parts) -> APIRouter:
    """The pages under /rota."""
    routes = APIRouter(include_in_schema=False)
    _grid(routes, parts)
    _shift(routes, parts)
    _answers(routes, parts)
    _mail(routes, parts)
    return routes


def _grid(routes: APIRouter, parts: Parts) -> None:
    reader = Depends(parts.entrance("guidance:read"))

    @routes.get("/rota")
    async def grid(request: Request, caller: Annotated[Caller, reader]) -> Response:
        wanted = read_query(request, Wanted).value or Wanted()
        return parts.pages.render(request, "rota.html", caller=caller, **await _shown(parts, caller, wanted))


async def _shown(parts: Parts, caller: Caller, wanted: Wanted) -> dict[str, Any]:
    """All that the grid shows."""
    now, counsellor = parts.clock(), await own_or_none(parts, caller)
    first, number = monday_of(wanted.first or today(now)), _WEEKS[wanted.view]
    async with parts.unit_of_work.read() as connection:
        known = await rota.rotas(connection)
        chosen = next((each for each in known if each.id == wanted.rota), known[0] if known else None)
        shifts = await rota.shifts(connection, span(first, 7 * number), rota=chosen.id) if chosen else []
        gaps = await coverage.gaps(connection, now=now)
        return {
            "rotas": known,
            "chosen": chosen,
            "weeks": weeks(first, number, shifts, gaps),
            "gaps": gaps,
            "mine": counsellor,
            "view": wanted.view,
            "first": first,
            "step": WEEK * number,
            "this_week": monday_of(today(now)),
            "today": today(now),
            "region": region(),
            "notices": await rota.notices(connection, counsellor) if counsellor else [],
            "offers": await rota.offers(connection, counsellor, now=now) if counsellor else [],
            "notes": await rota.notes(connection, chosen.id) if chosen and counsellor else [],
            "coordinates": "guidance:coordinate" in caller.scopes,
        }


async def _shift_page(parts: Parts, request: Request, caller: Caller, shift: UUID, **forms: Form[Any]) -> Response:
    """One's own shift; `forms` replace the empty ones. Raises ShiftUnknown."""
    whose, now = await own(parts, caller), parts.clock()
    ahead = Period(now, span(today(now), _SHIFTS_AHEAD).ends_at)
    async with parts.unit_of_work.read() as connection:
        own_shifts = await rota.shifts(connection, ahead, counsellor=whose)
        found = next((each for each in own_shifts if each.id == shift), None)
        if found is None:
            raise ShiftUnknown
        others = await rota.shifts(connection, ahead, rota=found.rota)
        people = await rota.participants(connection, found.rota)
    shown: dict[str, Any] = {"asking": blank(), "noting": blank()} | forms
    context = {
        "shift": found,
        "begun": found.starts_at <= now,
        "others": [o for o in others if o.counsellor != whose and o.starts_at > now and o.layer is not None],
        "people": [person for person in people if person.counsellor != whose],
        "region": region(),
    }
    status = 422 if any(form.faults for form in shown.values()) else 200
    return parts.pages.render(request, "rota_shift.html", status=status, caller=caller, **shown, **context)


def _shift(routes: APIRouter, parts: Parts) -> None:
    counsellor = Depends(parts.entrance("guidance:counsel"))

    @routes.get("/rota/shifts/{shift}")
    async def show(request: Request, shift: UUID, caller: Annotated[Caller, counsellor]) -> Response:
        return await _shift_page(parts, request, caller, shift)

    @routes.post("/rota/shifts/{shift}/offer")
    async def offer(request: Request, shift: UUID, caller: Annotated[Caller, counsellor]) -> Response:
        form, by = await read_form(request, Asking), await own(parts, caller)

        async def ask(entered: Asking) -> None:
            asked = None if entered.in_return else entered.asked
            command = swaps.OfferShift(offer=uuid4(), shift=shift, by=by, asked=asked, in_return=entered.in_return)
            await swaps.offer_shift(command, parts.unit_of_work)

        if await done(form, ask):
            return parts.pages.see_other(request, "/rota", notice="rota_offer_sent")
        return await _shift_page(parts, request, caller, shift, asking=form)

    @routes.post("/rota/shifts/{shift}/handover")
    async def handover(request: Request, shift: UUID, caller: Annotated[Caller, counsellor]) -> Response:
        form, by = await read_form(request, Noting), await own(parts, caller)
        if await done(form, lambda entered: desk.write_handover(shift, by, entered.body, parts.unit_of_work)):
            return parts.pages.see_other(request, "/rota", notice="rota_note_saved")
        return await _shift_page(parts, request, caller, shift, noting=form)


def _answers(routes: APIRouter, parts: Parts) -> None:
    counsellor = Depends(parts.entrance("guidance:counsel"))
    acts = {
        "accept": (swaps.accept_shift, "rota_accepted"),
        "decline": (swaps.decline_shift, "rota_declined"),
        "withdraw": (swaps.withdraw_offer, "rota_withdrawn"),
    }

    @routes.post("/rota/offers/{offer}/{act}")
    async def answer(
        request: Request,
        offer: UUID,
        act: Literal["accept", "decline", "withdraw"],
        caller: Annotated[Caller, counsellor],
    ) -> Response:
        command, notice = acts[act]
        await command(offer, await own(parts, caller), parts.unit_of_work)
        return parts.pages.see_other(request, "/rota", notice=notice)

    @routes.post("/rota/notices/read")
    async def read(request: Request, caller: Annotated[Caller, counsellor]) -> Response:
        await desk.read_notices(await own(parts, caller), parts.unit_of_work)
        return parts.pages.see_other(request, "/rota", notice="rota_read")


def _mail(routes: APIRouter, parts: Parts) -> None:
    counsellor = Depends(parts.entrance("guidance:counsel"))

    async def page(request: Request, caller: Caller, form: Form[Any] | None = None) -> Response:
        whose = await own(parts, caller)
        async with parts.unit_of_work.read() as connection:
            address = await shift_mail.address(connection, whose)
        shown = {"form": form or blank(email=address), "address": address}
        status = 422 if form else 200
        return parts.pages.render(request, "rota_mail.html", status=status, caller=caller, **shown)

    @routes.get("/rota/mail")
    async def show(request: Request, caller: Annotated[Caller, counsellor]) -> Response:
        return await page(request, caller)

    @routes.post("/rota/mail")
    async def want(request: Request, caller: Annotated[Caller, counsellor]) -> Response:
        form, whose = await read_form(request, Mailing), await own(parts, caller)
        language = asked_for(request, otherwise="sv")
        if await done(form, lambda said: mail.want_mail(whose, said.email, language, parts.unit_of_work)):
            return parts.pages.see_other(request, "/rota", notice="rota_mail_on")
        return await page(request, caller, form)

    @routes.post("/rota/mail/stop")
    async def stop(request: Request, caller: Annotated[Caller, counsellor]) -> Response:
        await mail.stop_mail(await own(parts, caller), parts.unit_of_work)
        return parts.pages.see_other(request, "/rota", notice="rota_mail_off")
