"""What follow-up does by the clock."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from guidance.adapters.agreements import FollowUpRules
from guidance.adapters.sealing import Seal
from guidance.commands import activity_responsibility, follow_up, notes
from guidance.domain.times import local
from shared.chores import Chore
from shared.work import Work

_OFTEN: Final = timedelta(minutes=1)
_SELDOM: Final = timedelta(hours=1)


def follow_up_chores(rules: FollowUpRules, seal: Seal | None) -> Sequence[Chore]:
    """The chores; without a seal there are no notes to seal anew."""

    async def note_guided(work: Work) -> bool:
        return await follow_up.note_guided(work, grace=rules.no_show_grace)

    async def close_quiet(work: Work) -> bool:
        return await follow_up.close_quiet(work, after=rules.close_guided_after)

    async def leave_register(work: Work) -> bool:
        return await activity_responsibility.leave_who_are_due(work, today=local(work.now).date())

    async def erase_notes(work: Work) -> bool:
        return await notes.erase_notes(work, kept=rules.notes_kept)

    async def reseal_notes(work: Work) -> bool:
        return seal is not None and await notes.reseal_notes(work, seal)

    return [
        Chore("share_out_cases", _OFTEN, share_out_cases),
        Chore("note_guided_cases", _OFTEN, note_guided),
        Chore("close_quiet_cases", _SELDOM, close_quiet),
        Chore("leave_register", _SELDOM, leave_register),
        Chore("erase_notes", _SELDOM, erase_notes),
        Chore("reseal_notes", _SELDOM, reseal_notes),
    ]


async def share_out_cases(work: Work) -> bool:
    """Cases that came before their municipality's first counsellor; whether there may be more."""
    return await follow_up.share_out(work) > 0
