"""The year, played step by step: reports in, rounds run, replies, settlements, guidance."""

from collections.abc import Sequence
from dataclasses import dataclass

from samverk.demo import guiding, reports, rubbish
from samverk.demo.cast import Cast
from samverk.demo.follow import Follow
from samverk.demo.offices import Offices
from samverk.demo.post import Post
from samverk.demo.replies import admitted, replies
from samverk.demo.reports import LATE_WITH_COSTS, Report
from samverk.demo.telling import Teller
from samverk.words import said

ROUNDS = ("preliminary", "final", "reserve-1")
BINDING = ROUNDS[1:]
# whom the local issuer takes a reader for who names nobody
LOCAL_ACCOUNT = "local"
SETTLED_MONTHS = (8, 9, 10, 11, 12)


@dataclass
class Year:
    """All that plays."""

    cast: Cast
    post: Post
    offices: Offices
    follow: Follow
    teller: Teller

    @property
    def intake_year(self) -> int:
        return self.cast.region.intake_year

    @property
    def months(self) -> list[str]:
        """The autumn that is settled."""
        return [f"{self.intake_year}-{month:02}" for month in SETTLED_MONTHS]

    async def play(self) -> None:
        """From the first offering to the last booked session."""
        self.teller.chapter(
            said("1  Kommunerna rapporterar utbud och kostnader", "1  Offerings and costs are reported")
        )
        await self._offerings_and_costs()
        self.teller.chapter(said("2  Prislistan låses", "2  The price list is frozen"))
        await self._prices()
        self.teller.chapter(
            said("3  Ansökan, betyg, antagning och svar", "3  Applications, grades, rounds and replies")
        )
        await self._seeds()
        await self._preliminary()
        await self._final()
        await self._reserve()
        self.teller.chapter(said("4  Avräkning mellan kommunerna", "4  Settlements between the municipalities"))
        await self._settlements()
        self.teller.chapter(said("5  Vägledning", "5  Guidance"))
        await self._guidance()

    async def _send(self, title: str, sent: Sequence[Report]) -> None:
        """Send, and wait until all services have done with it."""
        with self.teller.step(title, len(sent)) as step:
            await self.post.deliver(sent, step.advance)
            await self.follow.until_quiet()
            step.outcome = said(f"{len(sent)} händelser", f"{len(sent)} events")

    async def _offerings_and_costs(self) -> None:
        offered = reports.offerings(self.cast)
        at_door = rubbish.at_the_door(self.cast)
        await self._send(said("utbildningar med platser", "offerings with seats"), [*offered, *at_door])
        in_time = [each for each in reports.costs(self.cast) if each.municipality.code != LATE_WITH_COSTS]
        await self._send(said("kostnadsunderlag per program", "cost bases per programme"), in_time)
        await self._send(said("samma rapport en gång till", "the same report once more"), rubbish.twice(offered))
        await self._send(
            said("samma id med annat innehåll", "the same id with other content"),
            rubbish.same_id_other_content(offered),
        )
        raws = rubbish.offerings_by_kafka(self.cast)
        with self.teller.step(
            said("skräp i raderna från en kommun", "rubbish rows from one municipality"), len(raws)
        ) as step:
            await self.post.drop(raws, step.advance)
            await self.follow.until_quiet()
            step.outcome = said(f"{len(raws)} poster", f"{len(raws)} records")

    async def _prices(self) -> None:
        on = self.cast.region.dates["prices_frozen"]
        with self.teller.step(
            said(f"prislistan för {self.intake_year}", f"the price list of {self.intake_year}")
        ) as step:
            frozen = await self.offices.freeze_prices(self.intake_year, on)
            await self.follow.until_quiet()
            estimated = sum(price["estimated"] for price in frozen["prices"])
            number = len(frozen["prices"])
            step.outcome = said(
                f"{number} program, {estimated} beräknade ur riksprislistan, {len(frozen['missing'])} underlag saknas",
                f"{number} programmes, {estimated} estimated from the national list, "
                f"{len(frozen['missing'])} bases missing",
            )
        late = [each for each in reports.costs(self.cast) if each.municipality.code == LATE_WITH_COSTS]
        await self._send(said("en kommun kommer för sent", "one municipality is late"), late)

    async def _seeds(self) -> None:
        """Locked before anybody applies, so that nobody can choose who is lucky."""
        with self.teller.step(said("lottningarnas frön låses", "the seeds of the draws are locked")) as step:
            for number, name in enumerate(ROUNDS):
                seed = self.cast.seed * len(ROUNDS) + number
                await self.offices.commit_seed(self.intake_year, name, seed)
            step.outcome = said(f"{len(ROUNDS)} omgångar", f"{len(ROUNDS)} rounds")

    async def _preliminary(self) -> None:
        applications = reports.applications(self.cast)
        autumn = reports.grades(self.cast, "autumn")
        # grades may come before the application they belong to
        early = [each for each in autumn if each.municipality.code == "2281"]
        late = [each for each in autumn if each.municipality.code != "2281"]
        await self._send(
            said("ansökningar och höstbetyg", "applications and autumn grades"), [*early, *applications, *late]
        )
        # after the others: who comes first with an identity keeps it
        broken = rubbish.applications(self.cast)
        await self._send(said("ansökningar med fel identitet", "applications with a wrong identity"), broken)
        await self._run("preliminary")
        await self._send(said("ändrade val", "changed choices"), reports.changes(self.cast))

    async def _final(self) -> None:
        await self._send(said("slutbetyg", "final grades"), reports.grades(self.cast, "final"))
        await self._send(said("betyg efter lovskola", "grades after lovskola"), reports.grades(self.cast, "lovskola"))
        await self._run("final")
        dates = self.cast.region.dates
        offered = admitted(await self.offices.round(self.intake_year, "final", "decisions"))
        answers = replies(self.cast, offered, dates["replies_from"], dates["replies_to"])
        await self._send(said("svar på erbjudanden", "replies to offers"), answers)
        await self._close()

    async def _reserve(self) -> None:
        before = admitted(await self.offices.round(self.intake_year, "final", "decisions"))
        await self._run("reserve-1")
        now = admitted(await self.offices.round(self.intake_year, "reserve-1", "decisions"))
        offered = {applicant: row for applicant, row in now.items() if applicant not in before}
        day = self.cast.region.dates["reserve_replies"]
        answers = replies(self.cast, offered, day, day)
        await self._send(said("svar från reserver", "replies from reserves"), answers)
        await self._close()

    async def _run(self, name: str) -> None:
        with self.teller.step(said(f"omgången {name}", f"the {name} round")) as step:
            run = await self.offices.run_round(self.intake_year, name)
            await self.follow.until_quiet()
            step.outcome = said(
                f"{run['admitted']} av {run['applicants']} antagna på {run['seats']} platser, "
                f"{run['ineligible']} obehöriga",
                f"{run['admitted']} of {run['applicants']} admitted to {run['seats']} seats, "
                f"{run['ineligible']} ineligible",
            )

    async def _close(self) -> None:
        with self.teller.step(said("svarstiden är ute", "the time to reply is out")) as step:
            silent = await self.offices.close_replies(self.intake_year)
            await self.follow.until_quiet()
            step.outcome = said(f"{silent} svarade inte", f"{silent} did not reply")

    async def _settlements(self) -> None:
        for month in self.months:
            with self.teller.step(month) as step:
                issued = await self.offices.settle(month)
                await self.follow.until_quiet()
                total = sum(int(each["amount_ore"]) for each in issued)
                step.outcome = said(
                    f"{len(issued)} avräkningar, {kronor(total)} kr", f"{len(issued)} settlements, SEK {kronor(total)}"
                )

    async def _guidance(self) -> None:
        counsellors = guiding.availability(self.cast)
        await self._send(said("vägledares lediga tider", "counsellors' free times"), counsellors)
        cases = [case async for case in self.offices.cases("open")]
        with self.teller.step(said("samtal bokas", "sessions are booked"), len(cases)) as step:
            booked = await guiding.book(self.offices, self.cast, cases, step.advance)
            await self.offices.tie(LOCAL_ACCOUNT, counsellors[0].event["subject"])
            await self.follow.until_quiet()
            step.outcome = said(
                f"{booked} samtal för {len(cases)} ärenden", f"{booked} sessions for {len(cases)} cases"
            )


def kronor(ore: int) -> str:
    """Whole kronor with thin spaces between thousands."""
    return f"{round(ore / 100):,}".replace(",", "\N{NO-BREAK SPACE}")
