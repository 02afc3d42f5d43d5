"""`round`: a whole national final round from the database and back, beside bare COPY of the same rows."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import asyncpg
from rich.console import Console

from admissions.main import MIGRATIONS
from benchmarks import intake, report
from benchmarks.contenders import round_ours
from benchmarks.contenders.round_copy import WRITTEN
from benchmarks.harness import Contender, Scale, Unsound, measure
from benchmarks.national import WHOLE_COUNTRY
from benchmarks.servers import Servers, serving
from shared.database import upgrade_async

_QUICK = 2_000


class Round:
    """Every run has a fresh copy of one filled database. The rows of the limit are those of a run of ours."""

    name, unit = "round", "choices/s"
    title = "round: merit, eligibility, reception, placement, verification, explanations, decisions and events"
    goals = "goals: at most 3 times as long as bare COPY of the same rows (ratio 0.333), memory under 1.5 GB"

    def __init__(self, scale: Scale, folder: Path) -> None:
        self.applicants = _QUICK if scale.quick else WHOLE_COUNTRY
        self._folder = folder
        self._template = ""
        self._choices = 0
        self._wanted: dict[str, int] = {}

    def contenders(self) -> Sequence[Contender]:
        """Ours and the limit."""
        return [
            Contender(name="admissions", role="ours", module="round_ours"),
            Contender(name="bare COPY, the same rows out and in", role="limit", module="round_copy"),
        ]

    async def ready(self, servers: Servers) -> None:
        """A filled database, and what a run writes into it."""
        self._template = await servers.empty_database("round")
        url = servers.url(self._template)
        await upgrade_async(url.replace("postgresql://", "postgresql+asyncpg://"), MIGRATIONS)
        await intake.fill(url, self.applicants)
        await servers.settle(self._template)
        once = await servers.empty_database("round", self._template)
        await round_ours.run_once(servers.url(once))
        await self._keep(servers.url(once))
        await servers.drop_database(once)

    async def _keep(self, url: str) -> None:
        connection = await asyncpg.connect(url)
        try:
            for table in WRITTEN:
                await connection.copy_from_table(table, output=self._folder / table, format="binary")
            self._wanted = await _counts(connection)
            self._choices = self._wanted["decisions"]
        finally:
            await connection.close()

    async def fresh(self, servers: Servers, _: Contender) -> dict[str, Any]:
        """A copy of the database."""
        database = await servers.empty_database("round", self._template)
        await servers.settle(database)
        url = servers.url(database)
        return {"database": database, "url": url, "folder": str(self._folder), "choices": self._choices}

    async def verify(self, _: Servers, /, contender: Contender, given: Mapping[str, Any]) -> dict[str, Any]:
        """As many rows in each table as there were, whoever wrote them."""
        connection = await asyncpg.connect(given["url"])
        try:
            found = await _counts(connection)
        finally:
            await connection.close()
        if found != self._wanted:
            raise Unsound(f"{contender.name}: wrote {found}, not {self._wanted}")
        return {"rows": found, "applicants": self.applicants}

    async def forget(self, servers: Servers, given: Mapping[str, Any]) -> None:
        """Leave nothing for the next run."""
        await servers.drop_database(given["database"])


async def _counts(connection: asyncpg.Connection) -> dict[str, int]:
    return {table: await connection.fetchval(f'SELECT count(*) FROM "{table}"') for table in WRITTEN}


async def main(scale: Scale, console: Console, results: Path | None) -> dict[str, Any]:
    """Measure, show and keep."""
    with TemporaryDirectory(prefix="samverk-round-") as folder:
        benchmark = Round(scale, Path(folder))
        async with serving("round") as servers:
            outcomes = await measure(benchmark, servers, scale, console)
    content = report.result(benchmark, outcomes, scale)
    console.print(report.table(benchmark, content))
    report.write(content, results)
    return content
