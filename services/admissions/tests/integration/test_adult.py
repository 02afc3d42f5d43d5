"""Adult education against a real database: reports in, selections made, events out, over HTTP too."""

from datetime import date
from itertools import count
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from fastapi import FastAPI

from admissions.adapters.adult import NoSuchStart, NotOrganiser
from admissions.api import adult as api
from admissions.commands.adult import SelectForStart, Selection, select_for_start
from admissions.consumer.adult import readings
from admissions.main import build
from admissions.messages.adult import DECIDED, FORWARDED, REGISTERED
from admissions.queries import adult as queries
from services.admissions.tests.integration.school_year import SchoolYear, person, protected
from shared.auth import Caller
from shared.contracts import Contracts
from shared.problems import Problems
from shared.settings import Settings
from shared.testing import announced, example, incoming, refused
from shared.testing import parts as parts_of
from shared.work import UnitOfWork

IN = "se.samverk.admissions"
COURSE, START = "2284-VUX-MATE1B00X", date(2027, 8, 16)
BY_TYPE = {reading.type: reading for reading in readings()}
OFFSETS = count()


class Adults:
    """Sends reports through the handlers and tells what came of them."""

    def __init__(self, unit_of_work: UnitOfWork) -> None:
        self.unit_of_work = unit_of_work

    async def send(self, kind: str, *reports: tuple[str, dict[str, Any]]) -> None:
        reading = BY_TYPE[f"{IN}.{kind}.v1"]
        events = [
            incoming(
                reading.type, data, municipality=code, subject=str(data.get("application", "x")), offset=next(OFFSETS)
            )
            for code, data in reports
        ]
        async with self.unit_of_work() as work:
            await reading.handle(work, events)

    async def apply(self, *, home: str = "2281", **changed: Any) -> str:
        data = example(f"{IN}.adult_application.submitted.v1") | {
            "application": str(uuid4()),
            "applicant": str(uuid4()),
        }
        data["facts"] = data["facts"] | changed.pop("facts", {})
        data |= changed
        await self.send("adult_application.submitted", (home, data))
        return str(data["application"])

    async def course(self, seats: int, *, revision: int = 1) -> None:
        starts = [{"starts_on": START.isoformat(), "seats": seats, "apply_by": None}]
        data = example(f"{IN}.adult_course.reported.v1") | {"starts": starts, "revision": revision}
        await self.send("adult_course.reported", ("2284", data))

    async def opinion(self, application: str, *, undertakes: bool = True, by: str = "2281") -> None:
        data = example(f"{IN}.adult_opinion.given.v1") | {"application": application, "undertakes": undertakes}
        await self.send("adult_opinion.given", (by, data))

    async def select(self, municipality: str | None = "2284", course: str = COURSE) -> Selection:
        command = SelectForStart(course=course, starts_on=START, municipality=municipality, by="officer")
        return await select_for_start(command, self.unit_of_work)

    async def listed(self) -> dict[str, queries.Listed]:
        async with self.unit_of_work.read() as connection:
            rows = await queries.applications(
                connection, municipality=None, course=None, status=None, after=None, limit=100
            )
        return {str(row.application): row for row in rows}

    async def shown(self, application: str) -> set[str | None]:
        """Every word on home and on who pays, which is the same, that the list and the decisions tell."""
        row = (await self.listed())[application]
        async with self.unit_of_work.read() as connection:
            decided = await queries.decisions(connection, UUID(application))
            one = await queries.application(connection, UUID(application), municipality=None)
        return {
            row.home_municipality, row.undertaken_by, one.home_municipality, one.undertaken_by,
            *(decision.undertaken_by for decision in decided),
        }  # fmt: skip

    async def said(self, kind: str) -> list[dict[str, Any]]:
        async with self.unit_of_work.read() as connection:
            return [event["data"] for event in await announced(connection) if event["type"] == kind]

    async def refusals(self) -> list[str]:
        async with self.unit_of_work.read() as connection:
            return [letter["reason"] for letter in await refused(connection)]


@pytest.fixture
def adults(unit_of_work: UnitOfWork) -> Adults:
    return Adults(unit_of_work)


async def test_an_application_goes_from_home_to_organiser_and_is_admitted(adults: Adults) -> None:
    await adults.course(1)
    application = await adults.apply()
    assert (await adults.said(FORWARDED))[0]["needs_opinion"] is True

    assert (await adults.select()).admitted == 0, "nobody decides before the home municipality has had its say"
    await adults.opinion(application)
    result = await adults.select()

    assert (result.admitted, result.seats_left) == (1, 0)
    assert (await adults.said(REGISTERED))[0]["undertaken_by"] == "2281"
    (decided,) = await adults.said(DECIDED)
    assert (decided["outcome"], decided["reason"], decided["undertaken_by"]) == ("admitted", "step_2", "2281")
    for kind in (FORWARDED, REGISTERED, DECIDED):
        assert Contracts.load().faults(kind, (await adults.said(kind))[0]) == []


async def test_the_greatest_need_first_then_a_vacancy_goes_to_the_first_reserve(adults: Adults) -> None:
    await adults.course(1)
    diploma = {"completed_upper_secondary": True, "need": "planned_occupation"}
    later = await adults.apply(home="2284", facts=diploma)
    first = await adults.apply(home="2284", facts={"begun_under_plan": True})
    await adults.select()
    before = await adults.listed()
    assert (before[first].status, before[later].status, before[later].queue) == ("admitted", "reserve", 1)

    data = example(f"{IN}.adult_application.submitted.v1")
    withdrawn = data | {
        "application": first,
        "applicant": str(before[first].applicant),
        "withdrawn": True,
        "revision": 2,
    }
    await adults.send("adult_application.submitted", ("2284", withdrawn))
    await adults.select()

    after = await adults.listed()
    assert (after[first].status, after[later].status) == ("withdrawn", "admitted")
    async with adults.unit_of_work.read() as connection:
        history = [decision.status for decision in await queries.decisions(connection, UUID(later))]
    assert history == ["reserve", "admitted"]


async def test_rights_go_beyond_the_seats_and_are_told(adults: Adults) -> None:
    await adults.course(1)
    for _ in range(3):
        await adults.apply(home="2284", facts={"aim": "higher_education"})

    result = await adults.select()

    assert (result.admitted, result.seats_missing) == (3, 2)


async def test_who_may_not_be_received_gets_a_decision_with_its_reason(adults: Adults) -> None:
    await adults.course(5)
    knows = await adults.apply(home="2284", facts={"lacks_knowledge": False})
    unpaid = await adults.apply()
    await adults.opinion(unpaid, undertakes=False)
    assert (await adults.select()).not_received == 2

    found = await adults.listed()
    assert (found[knows].reason, found[unpaid].reason) == ("has_knowledge", "no_undertaking")
    assert all(event["appealable"] for event in await adults.said(DECIDED))


async def test_selecting_twice_changes_and_says_nothing_new(adults: Adults) -> None:
    await adults.course(1)
    for _ in range(3):
        await adults.apply(home="2284")
    await adults.select()
    said = len(await adults.said(DECIDED))

    await adults.select()

    assert len(await adults.said(DECIDED)) == said == 3


async def test_a_move_takes_what_waits_along_and_leaves_what_is_undertaken(adults: Adults) -> None:
    person = str(uuid4())
    undertaken = await adults.apply(applicant=person)
    await adults.opinion(undertaken)
    waiting = await adults.apply(applicant=person)
    moved = {"applicant": person, "to": "2262", "moved_on": "2027-05-20", "revision": 1}

    await adults.send("adult_applicant.moved", ("2281", moved))

    found = await adults.listed()
    assert (found[undertaken].home_municipality, found[undertaken].undertaken_by) == ("2281", "2281")
    assert found[waiting].home_municipality == "2262"
    await adults.opinion(waiting, by="2281")
    assert await adults.refusals() == ["not_home_municipality"]


async def test_validation_ends_an_application_and_only_its_organiser_may_say_so(adults: Adults) -> None:
    application = await adults.apply()
    data = example(f"{IN}.adult_validation.reported.v1") | {"application": application}

    await adults.send("adult_validation.reported", ("2281", data))
    await adults.send("adult_validation.reported", ("2284", data), ("2284", data))
    await adults.send("adult_validation.reported", ("2284", data | {"application": str(uuid4())}))

    assert (await adults.listed())[application].status == "validated"
    assert await adults.refusals() == ["not_organiser", "unknown_application"]
    assert len(await adults.said(DECIDED)) == 1


async def test_only_the_organiser_selects_and_only_for_a_start_there_is(adults: Adults) -> None:
    await adults.course(1)

    with pytest.raises(NotOrganiser):
        await adults.select("2281")
    with pytest.raises(NoSuchStart):
        await adults.select(course="2284-VUX-OTHER")
    assert (await adults.select(None)).admitted == 0


async def test_the_protected_show_neither_home_nor_who_pays(adults: Adults) -> None:
    await adults.course(1)
    application = await adults.apply(protected=True)
    await adults.opinion(application)
    await adults.select()

    row = (await adults.listed())[application]
    assert (row.home_municipality, row.undertaken_by, row.status) == (None, None, "admitted")
    async with adults.unit_of_work.read() as connection:
        [decision] = await queries.decisions(connection, UUID(application))
    assert decision.undertaken_by is None


@pytest.mark.parametrize("by", ["2281", "2260"])
async def test_a_level_reported_of_the_person_masks_the_application_too(adults: Adults, by: str) -> None:
    await adults.course(1)
    application = await adults.apply(applicant=person("ann"), protected=False)
    await adults.opinion(application)
    await adults.select()
    assert await adults.shown(application) == {"2281"}

    year = SchoolYear(adults.unit_of_work)
    await year.deliver(protected("ann", "secrecy_marking", by=by))
    assert await adults.shown(application) == {None}
    await year.deliver(protected("ann", "none", by=by, revision=2))
    assert await adults.shown(application) == {"2281"}


async def test_an_older_report_of_a_course_changes_nothing(adults: Adults) -> None:
    await adults.course(7, revision=2)
    await adults.course(3, revision=1)

    async with adults.unit_of_work.read() as connection:
        (start,) = await queries.starts(connection, organiser="2284", limit=10)
    assert start.seats == 7


@pytest.mark.parametrize(
    ("kind", "changed", "code"),
    [
        ("adult_course.reported", {"course": "2281-VUX-1"}, "other_organiser"),
        ("adult_course.reported", {"starts": [{"starts_on": "2027-08-16", "seats": 1}] * 2}, "start_twice"),
        ("adult_application.submitted", {"organiser": "2281"}, "other_organiser"),
        ("adult_application.submitted", {"identity": "19950317-9801"}, "identity"),
    ],
)
def test_what_no_schema_can_say_is_checked(kind: str, changed: dict[str, Any], code: str) -> None:
    reading = BY_TYPE[f"{IN}.{kind}.v1"]
    assert reading.check is not None
    event = incoming(reading.type, example(reading.type) | changed, municipality="2284")

    assert [fault.code for fault in reading.check(event)] == [code]


async def test_the_doors_tell_a_decision_in_plain_words_and_only_to_those_concerned(adults: Adults) -> None:
    await adults.course(1)
    application = await adults.apply(home="2284")
    caller = Caller("officer", "2284", frozenset(), frozenset({"admissions:read", "adult:decide"}))
    app = FastAPI()

    def guard(_scope: str) -> Any:
        return lambda: caller

    app.include_router(api.router(parts_of(adults.unit_of_work, guard)))
    Problems(build(Settings.for_documents()).errors).install(app)

    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://door") as door:
        selected = await door.post(f"/adult/courses/{COURSE}/starts/{START}/select")
        shown = await door.get(f"/adult/applications/{application}")
        starts = await door.get("/adult/starts")
        missing = await door.get(f"/adult/applications/{uuid4()}")
        nowhere = await door.post(f"/adult/courses/{COURSE}/starts/2027-01-01/select")

    assert selected.json() == {"admitted": 1, "reserves": 0, "not_received": 0, "seats_left": 0, "seats_missing": 0}
    (decision,) = shown.json()["decisions"]
    assert "gymnasieexamen" in decision["why"]["sv"]
    assert "identity" not in shown.json()
    assert starts.json()["starts"][0]["admitted"] == 1
    assert (missing.status_code, nowhere.status_code) == (404, 404)
