"""Who may see to a counsellor's hours."""

from uuid import UUID

from guidance.adapters import hours as kept
from guidance.adapters.counsellors import CounsellorUnknown
from guidance.edges.actors import COORDINATE
from guidance.queries.accounts import NotACounsellor, counsellor_of
from shared.auth import Caller
from shared.service import Parts


async def may(parts: Parts, caller: Caller, whose: UUID) -> None:
    """Let counsellors see to their own hours and coordinators to their municipality's.

    Raises NotACounsellor and CounsellorUnknown.
    """
    async with parts.unit_of_work.read() as connection:
        if await counsellor_of(connection, caller.subject) == whose:
            return
        if COORDINATE not in caller.scopes:
            raise NotACounsellor
        municipality = (await kept.get(connection, whose)).municipality
        if caller.municipality not in (None, municipality):
            raise CounsellorUnknown
