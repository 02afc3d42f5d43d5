"""The booking pages: for the holder of a signed link, phone first, without an account and without JavaScript."""

from fastapi import APIRouter

from guidance.adapters.links import links_of
from guidance.adapters.reference import rules
from guidance.adapters.rooms import Rooms
from guidance.commands.desk import Desk
from guidance.pages import booking_own, booking_times, booking_waitlist
from guidance.pages.booking_counter import Counter
from guidance.pages.gate import Gate
from guidance.settings import Secrets
from shared.service import Parts


def router(parts: Parts, secrets: Secrets, gate: Gate) -> APIRouter:
    """The pages under /book/<link>."""
    counter = Counter(
        parts=parts,
        links=links_of(secrets),
        rooms=Rooms(secrets.rooms),
        desk=Desk(parts.unit_of_work, rules()),
        rules=rules(),
    )
    routes = APIRouter(include_in_schema=False, route_class=gate.routes())
    booking_own.add(routes, counter)
    booking_times.add(routes, counter)
    booking_waitlist.add(routes, counter)
    return routes
