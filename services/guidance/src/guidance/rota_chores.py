"""What the rota and the calendars do by the clock."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta

from guidance.adapters.calendars.fetching import Fetcher
from guidance.adapters.calendars.vault import Vault
from guidance.commands.calendars.sources import read_due
from guidance.commands.drop_in import sweep
from guidance.commands.rota import planning
from shared.chores import Chore, Errand
from shared.work import UnitOfWork


def rota_chores(
    vault: Vault, fetcher: Fetcher, mail_news: Callable[[UnitOfWork], Awaitable[bool]]
) -> Sequence[Chore | Errand]:
    """Shifts are planned further as days go by; absence and sessions make gaps that nobody else would look for."""

    async def read_calendars(unit_of_work: UnitOfWork) -> bool:
        return await read_due(unit_of_work, vault, fetcher)

    return [
        Chore("plan_rota", timedelta(hours=1), planning.plan_ahead),
        Chore("watch_cover", timedelta(minutes=1), planning.watch_cover),
        Chore("sweep_drop_in", timedelta(seconds=30), sweep),
        Errand("read_calendars", timedelta(seconds=20), read_calendars),
        Errand("mail_shift_news", timedelta(minutes=1), mail_news),
    ]
