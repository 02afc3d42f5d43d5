"""What booking does by the clock."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from guidance.adapters import invitations
from guidance.adapters import waitlist as kept
from guidance.commands import waitlist
from guidance.commands.post import Post
from guidance.domain.slots import Rules
from guidance.domain.times import Period
from guidance.domain.waitlist import Entry
from guidance.queries import slots
from shared.chores import Chore, Errand
from shared.work import Work

_OFTEN: Final = timedelta(seconds=10)
_SELDOM: Final = timedelta(hours=1)
_SOME: Final = 200
_TIMES_TRIED: Final = 20


def booking_chores(rules: Rules, post: Post) -> Sequence[Chore | Errand]:
    """The chores: offers that lapse, times that turn up, messages, and contact details to erase."""

    async def lapse(work: Work) -> bool:
        return await waitlist.lapse_one(work, rules)

    async def look(work: Work) -> bool:
        return await look_for_times(work, rules)

    async def erase(work: Work) -> bool:
        await invitations.erase_contacts(work.connection, now=work.now, kept=rules.contacts_kept)
        return False

    return [
        Chore("lapse_offers", _OFTEN, lapse),
        Chore("offer_new_times", timedelta(minutes=1), look),
        Chore("erase_contacts", _SELDOM, erase),
        Errand("send_messages", timedelta(seconds=5), post.deliver_one),
    ]


async def look_for_times(work: Work, rules: Rules) -> bool:
    """Times that nobody let go of but that are free all the same: new hours, an absence taken back. The first in line
    who can have one is offered it; tells whether somebody was."""
    await kept.expire(work.connection, now=work.now)
    for entry in await kept.waiting(work.connection, now=work.now, limit=_SOME):
        if await waitlist.offer_to(work, entry, await _times(work, entry, rules), rules):
            return True
    return False


async def _times(work: Work, entry: Entry, rules: Rules) -> list[tuple[UUID, datetime]]:
    begins = max(entry.not_before, rules.earliest(work.now))
    ends = min(entry.not_after, begins + rules.widest_window)
    if ends <= begins:
        return []
    wish = slots.Wish(
        channel=entry.channel.value,
        language=entry.language,
        counsellor=entry.counsellor,
        session_type=entry.session_type,
    )
    found = await slots.free_slots(work.connection, Period(begins, ends), wish, rules, now=work.now, limit=_TIMES_TRIED)
    return [(slot.counsellor, slot.starts_at) for slot in found]
