"""What the rota does by the clock."""

from collections.abc import Sequence
from datetime import timedelta

from guidance.commands.rota import planning
from shared.chores import Chore


def rota_chores() -> Sequence[Chore]:
    """Shifts are planned further as days go by; absence and sessions make gaps that nobody else would look for."""
    return [
        Chore("plan_rota", timedelta(hours=1), planning.plan_ahead),
        Chore("watch_cover", timedelta(minutes=1), planning.watch_cover),
    ]
