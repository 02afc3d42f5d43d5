"""What the office's clock does: reminders of unanswered offers, and inputs of runs that nobody needs any more."""

from collections.abc import Sequence
from datetime import timedelta
from functools import partial

from admissions.commands import keeping, notices
from admissions.settings import Keeping
from shared.chores import Chore


def office_chores(region: str, settings: Keeping) -> Sequence[Chore]:
    """The chores."""
    return [
        Chore("remind_of_replies", timedelta(hours=1), partial(notices.remind, region=region)),
        Chore("forget_run_inputs", timedelta(hours=1), partial(keeping.forget_inputs, kept=settings.run_inputs_kept)),
    ]
