"""Who acts, and what day it is in the region."""

from datetime import date

from guidance.commands.notes import Reader
from guidance.domain.following import Actor
from guidance.domain.times import local
from guidance.queries.accounts import counsellor_of
from shared.auth import Caller
from shared.service import Parts

COORDINATE = "guidance:coordinate"


async def actor(parts: Parts, caller: Caller) -> Actor:
    """The caller as one who follows cases."""
    async with parts.unit_of_work.read() as connection:
        counsellor = await counsellor_of(connection, caller.subject)
    return Actor(counsellor=counsellor, municipality=caller.municipality, coordinates=COORDINATE in caller.scopes)


async def reader(parts: Parts, caller: Caller) -> Reader:
    """The caller as one who asks for notes."""
    async with parts.unit_of_work.read() as connection:
        counsellor = await counsellor_of(connection, caller.subject)
    return Reader(subject=caller.subject, counsellor=counsellor, municipality=caller.municipality)


def today(parts: Parts) -> date:
    """The day in the region."""
    return local(parts.clock()).date()
