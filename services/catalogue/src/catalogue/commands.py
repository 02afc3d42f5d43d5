"""What can be asked of the catalogue."""

from collections.abc import Sequence

from catalogue import messages
from catalogue.adapters import offerings
from catalogue.domain.offerings import Offering, Report, take
from shared.events import Incoming
from shared.work import Work


async def take_reports(work: Work, reports: Sequence[Report], causes: Sequence[Incoming | None]) -> None:
    """Take a batch of reports: decide each in turn, save what they lead to in one statement, announce the news.

    `causes` are the events that the reports came in, as which their news is told.
    """
    loaded = await offerings.load(work.connection, {report.key for report in reports})
    changed: dict[offerings.Key, Offering] = {}
    for report, cause in zip(reports, causes, strict=True):
        before = changed.get(report.key) or loaded.get(report.key)
        after, news = take(before, report)
        if after is not before:
            changed[report.key] = after
        if news is not None:
            work.announce(messages.told(after, news, cause))
    await offerings.save(work.connection, changed.values(), loaded=loaded, now=work.now)
