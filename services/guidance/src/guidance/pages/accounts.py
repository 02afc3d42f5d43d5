"""Where a coordinator says which counsellor an account is, so that a colleague's own pages are theirs."""

from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field
from starlette.requests import Request
from starlette.responses import Response

from guidance.adapters.counsellors import CounsellorUnknown
from guidance.commands.rota import accounts
from guidance.edges.actors import COORDINATE
from guidance.pages.diary_words import DIARY_WORDS
from guidance.pages.tools import done
from guidance.queries import booking
from shared.auth import Caller
from shared.forms import Form, blank, read_form
from shared.service import Parts
from shared.texts import Text

_SAID: Final[dict[type[Exception], Text]] = {CounsellorUnknown: DIARY_WORDS["account_taken"]}


class Tying(BaseModel):
    """An account and its counsellor, as entered."""

    account: str = Field(max_length=200)
    counsellor: UUID


def router(parts: Parts) -> APIRouter:
    """The page /accounts."""
    routes = APIRouter(include_in_schema=False, prefix="/accounts")
    coordinator = Depends(parts.entrance(COORDINATE))

    @routes.get("")
    async def show(request: Request, caller: Annotated[Caller, coordinator]) -> Response:
        return await _page(parts, request, caller, blank())

    @routes.post("")
    async def tie(request: Request, caller: Annotated[Caller, coordinator]) -> Response:
        form = await read_form(request, Tying)

        async def do(said: Tying) -> None:
            home = caller.municipality
            await accounts.tie_account(said.account.strip(), said.counsellor, parts.unit_of_work, municipality=home)

        if await done(form, do, (CounsellorUnknown,), _SAID):
            return parts.pages.see_other(request, "/accounts", notice="account_tied")
        return await _page(parts, request, caller, form)

    return routes


async def _page(parts: Parts, request: Request, caller: Caller, form: Form[Any]) -> Response:
    async with parts.unit_of_work.read() as connection:
        found = await booking.counsellors(connection, municipality=caller.municipality)
    choices = [(each.counsellor, each.display_name) for each in found]
    status = 422 if form.faults else 200
    return parts.pages.render(request, "accounts.html", status=status, caller=caller, form=form, colleagues=choices)
