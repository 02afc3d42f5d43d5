"""News of shifts by e-mail, for those who have asked for it. The page tells them in any case."""

import smtplib
from collections.abc import Awaitable, Callable
from typing import Final
from uuid import UUID

import structlog

from guidance.adapters import shift_mail as kept
from guidance.adapters.mail import Message, Sender
from guidance.messages.shift_letters import shift_letter
from shared.work import UnitOfWork

_TROUBLES: Final = (OSError, smtplib.SMTPException)

log = structlog.get_logger()


async def want_mail(counsellor: UUID, to: str, language: str, unit_of_work: UnitOfWork) -> None:
    """Mail what is told from now on; an address given before is replaced."""
    async with unit_of_work() as work:
        await kept.save(work.connection, counsellor, to, language, now=work.now)


async def stop_mail(counsellor: UUID, unit_of_work: UnitOfWork) -> None:
    """Mail no more; the address is erased."""
    async with unit_of_work() as work:
        await kept.forget(work.connection, counsellor)


def mail_news(sender: Sender | None, public_url: str) -> Callable[[UnitOfWork], Awaitable[bool]]:
    """The errand: one letter to one counsellor a turn. Without a sender nobody is mailed."""

    async def mail_one(unit_of_work: UnitOfWork) -> bool:
        if sender is None:
            return False
        async with unit_of_work() as work:
            bundle = await kept.claim(work.connection, now=work.now)
        if bundle is None:
            return False
        news = [(each.kind, each.starts_at, each.ends_at) for each in bundle.news]
        subject, text = shift_letter(news, bundle.language, f"{public_url.rstrip('/')}/rota")
        try:
            await sender.send(Message(id=str(bundle.news[0].id), to=bundle.address, subject=subject, text=text))
        except _TROUBLES as error:
            log.warning("shift_news_not_sent", error=type(error).__name__)
            async with unit_of_work() as work:
                await kept.put_back(work.connection, bundle, now=work.now)
        return True

    return mail_one
