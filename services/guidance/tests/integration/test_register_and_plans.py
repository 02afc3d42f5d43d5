"""The register of the activity responsibility, study plans, surveys and figures, from door to database."""

from csv import DictReader
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from guidance.adapters.agreements import Certainty, survey_codes
from guidance.commands.activity_responsibility import leave_who_are_due
from guidance.consumer import OFFERINGS, VACATED
from guidance.domain.activity_responsibility import Ended, Entered, Left, MeasureKind, Occupation, Sex
from guidance.messages.study_plans import AGREED, REVISED
from shared.testing import example, incoming

from ..builders import NOW
from .follow_up_steps import ANNA, BO, carried, door, held, one_case, region
from .steps import accepted, at, deliver, said, scalar

PERSON = UUID(int=1)
WITHDRAWN = OFFERINGS[2]
OUTSIDE = {"outside_catalogue": True}
PLAN = {
    "student": str(UUID(int=7)),
    "home_municipality": "2281",
    "goal": "vocation",
    "aim": "Undersköterska",
    "extent_points": 1500,
    "courses": [{"title": "Vård 1", "code": "VARVAR01", "points": 100, "school_form": "VUXGY", **OUTSIDE}],
}


async def handed_over(engine: AsyncEngine, **known: Any) -> UUID:
    case = await one_case(engine)
    body = {"outcome": "handed_over", "register": {"entered": "never_started"} | known}
    assert (await door(engine)().post(f"/cases/{case}/close", json=body)).status_code == 204
    return await scalar(engine, "SELECT id FROM kaa_entries")


async def leave(engine: AsyncEngine, today: date) -> Any:
    async with at(engine)() as work:
        await leave_who_are_due(work, today=today)
    return await scalar(engine, "SELECT left_cause || ' ' || left_on FROM kaa_entries")


async def test_a_case_handed_over_stands_in_its_own_municipalitys_register_only(engine: AsyncEngine) -> None:
    await handed_over(engine, born_on="2011-03-02")
    kaa = ("guidance:kaa",)
    [entry] = (await door(engine)("o", "2281", kaa).get("/activity-responsibility/entries")).json()["entries"]
    assert (entry["person"], entry["born_on"]) == (str(PERSON), "2011-03-02")
    assert (await door(engine)("o", "2262", kaa).get("/activity-responsibility/entries")).json() == {"entries": []}
    other = door(engine)("o", "2262", kaa)
    for path, body in (("leaving", {"on": "2027-07-01", "cause": "moved"}), ("measures", _measure())):
        answer = await other.post(f"/activity-responsibility/entries/{entry['id']}/{path}", json=body)
        assert answer.status_code == 404
    assert (await door(engine)("o", None, kaa).get("/activity-responsibility/entries")).status_code == 403
    assert (
        await door(engine)("o", "2281", ("guidance:read",)).get("/activity-responsibility/entries")
    ).status_code == 403


def _measure() -> dict[str, str]:
    return {"kind": "internship", "goal": "Praktik", "responsible": "SYV", "begins": "2027-07-01"}


@pytest.mark.parametrize(
    ("today", "left"),
    [(date(2031, 3, 1), None), (date(2031, 3, 2), "turned_twenty 2031-03-02")],
)
async def test_one_leaves_the_register_on_the_day_of_turning_twenty(
    engine: AsyncEngine, today: date, left: str | None
) -> None:
    await handed_over(engine, born_on="2011-03-02")
    assert await leave(engine, today) == left


async def test_an_accepted_place_ends_it_when_it_begins_unless_it_is_given_up(engine: AsyncEngine) -> None:
    await handed_over(engine)
    await deliver(at(engine), accepted(PERSON, starts_on="2027-08-18", offering="2284-EK-10000002"))
    gone = example(VACATED) | {"applicant": str(PERSON), "offering": "2284-EK-10000002"}
    await deliver(at(engine), incoming(VACATED, gone | {"offering": "2281-EK-10000001"}))  # another place
    assert await leave(engine, date(2027, 8, 17)) is None
    await deliver(at(engine), incoming(VACATED, gone))
    assert await leave(engine, date(2027, 8, 18)) is None
    await deliver(at(engine), accepted(PERSON, starts_on="2027-08-18", offering="2284-EK-10000002"))
    assert await leave(engine, date(2027, 8, 18)) == "started 2027-08-18"


async def test_measures_are_documented_and_counted_in_the_half_year(engine: AsyncEngine) -> None:
    entry = await handed_over(engine, born_on="2011-03-02", sex="woman")
    officer = door(engine)("o", "2281", ("guidance:kaa",))
    path = f"/activity-responsibility/entries/{entry}"
    measure = (await officer.post(f"{path}/measures", json=_measure())).json()["measure"]
    ended = {"ends": "2027-09-01", "ended": "education"}
    assert (await officer.post(f"{path}/measures/{measure}/end", json=ended)).status_code == 204
    assert (await officer.post(f"{path}/measures/{measure}/end", json=ended)).status_code == 404
    told = (await officer.get("/activity-responsibility/statistics/2027-2")).json()
    counted = {(line["what"], line["kind"]): line["number"] for line in told["figures"]}
    assert counted["covered", ""] == counted["measure", "internship"] == counted["sex", "woman"] == 1
    assert (told["begins"], told["ends"]) == ("2027-07-01", "2027-12-31")
    for kind, begins in (("xlsx", b"PK"), ("csv", b"\xef\xbb\xbf")):
        file = await officer.get(f"/activity-responsibility/statistics/2027-2?format={kind}")
        assert file.content.startswith(begins)
    assert (await officer.get("/activity-responsibility/statistics/2027-3")).status_code == 404


async def test_a_person_stands_once_in_a_register_and_never_at_twenty(engine: AsyncEngine) -> None:
    officer = door(engine)("o", "2281")
    new = {"person": str(uuid4()), "entered_on": "2027-07-01", "entered": "moved_in"}
    assert (await officer.post("/activity-responsibility/entries", json=new)).status_code == 201
    assert (await officer.post("/activity-responsibility/entries", json=new)).status_code == 409
    old = new | {"person": str(uuid4()), "born_on": "2007-07-01"}
    assert (await officer.post("/activity-responsibility/entries", json=old)).status_code == 422


async def test_what_the_survey_asks_for_is_told_person_by_person_with_how_sure_each_code_is(
    engine: AsyncEngine,
) -> None:
    entry = await handed_over(engine, sex="woman", born_on="2010-05-06")
    officer = door(engine, NOW + timedelta(days=20))("o", "2281")
    measure = {"kind": "motivation", "goal": "Börja på IMY", "responsible": "SYV", "begins": "2027-07-05"}
    for kind in ("motivation", "guidance"):
        path = f"/activity-responsibility/entries/{entry}/measures"
        assert (await officer.post(path, json=measure | {"kind": kind})).status_code == 201
    told = (await officer.get("/activity-responsibility/statistics/2027-2/persons")).text
    rows = list(DictReader(told.removeprefix("\ufeff").splitlines(), delimiter=";"))
    assert {(row["Åtgärd"], row["Åtgärd, kod"], row["Åtgärd, kodens säkerhet"]) for row in rows} == {
        ("motivation", "", "unknown"),
        ("guidance", "", "unknown"),
    }
    assert {(row["Kön"], row["Född"], row["Orsak till lämnande"]) for row in rows} == {("woman", "2010-05-06", "")}
    assert (await officer.get("/activity-responsibility/statistics/2027-1/persons")).text.count("\n") == 1
    staff = door(engine)("staff", None)
    assert (await staff.get("/activity-responsibility/statistics/2027-2/persons")).status_code == 403


def test_every_word_of_the_register_has_its_row_of_codes() -> None:
    sets = {"sex": Sex, "entered": Entered, "left": Left, "occupation": Occupation, "measure": MeasureKind}
    words = {(name, str(word)) for name, kind in {**sets, "ended": Ended}.items() for word in kind}
    assert set(survey_codes()) == words
    assert all(each.code is not None or each.certainty is Certainty.UNKNOWN for each in survey_codes().values())


async def test_a_plan_is_told_once_both_have_agreed_and_again_when_revised(engine: AsyncEngine) -> None:
    await region(engine)
    client, student = door(engine)(ANNA, "2281"), door(engine)(UUID(int=7))
    plan = (await client.post("/study-plans", json=PLAN)).json()["plan"]
    assert (await client.post(f"/study-plans/{plan}/agreement", json={"version": 1})).status_code == 200
    assert await said(engine, AGREED) == []
    assert (
        await door(engine)(UUID(int=8)).post(f"/study-plans/{plan}/own-agreement", json={"version": 1})
    ).status_code == 404
    assert (await student.post(f"/study-plans/{plan}/own-agreement", json={"version": 1})).status_code == 200
    [told] = await said(engine, AGREED)
    assert (told["version"], told["courses"][0]["code"], told["extent_points"]) == (1, "VARVAR01", 1500)
    assert "aim" not in told
    content = {name: value for name, value in PLAN.items() if name not in ("student", "home_municipality")}
    revised = content | {"extent_points": 1600}
    assert (await client.post(f"/study-plans/{plan}/versions", json=content)).status_code == 409
    assert (await client.post(f"/study-plans/{plan}/versions", json=revised)).status_code == 201
    changes = (await client.get(f"/study-plans/{plan}/changes?before=1&after=2")).json()
    assert changes["fields"] == {"extent_points": [1500, 1600]}
    assert (await client.post(f"/study-plans/{plan}/agreement", json={"version": 1})).status_code == 409
    for door_, path in ((client, "agreement"), (student, "own-agreement")):
        assert (await door_.post(f"/study-plans/{plan}/{path}", json={"version": 2})).status_code == 200
    assert [each["version"] for each in await said(engine, REVISED)] == [2]
    versions = (await client.get(f"/study-plans/{plan}")).json()["versions"]
    assert [version["content"]["extent_points"] for version in versions] == [1500, 1600]


async def test_a_course_is_the_catalogues_or_marked_as_outside_it(engine: AsyncEngine) -> None:
    await region(engine)
    await carried(engine)
    client = door(engine)(ANNA, "2281")
    course = {"title": "Vård och omsorg", "points": 1000, "school_form": "VUXGY"}
    chosen = course | {"offering": "2281-VO-10000001"}
    for wrong in (course, course | {"code": "VARVAR01"}, course | {"offering": "2281-XX-1"}, chosen | OUTSIDE):
        answer = await client.post("/study-plans", json=PLAN | {"courses": [wrong]})
        assert (answer.status_code, answer.json()["type"].rpartition(":")[2]) == (422, "not-in-catalogue"), wrong
    plan = (await client.post("/study-plans", json=PLAN | {"courses": [chosen]})).json()["plan"]
    await carried(engine, version=2, seats=0)
    gone = example(WITHDRAWN) | {"offering": "2281-VO-10000001", "intake_year": 2027, "version": 3}
    await deliver(at(engine), incoming(WITHDRAWN, gone, subject="2281-VO-10000001"))
    content = {name: value for name, value in PLAN.items() if name not in ("student", "home_municipality")}
    revised = content | {"courses": [chosen], "extent_points": 1600}  # what the plan had may stay
    assert (await client.post(f"/study-plans/{plan}/versions", json=revised)).status_code == 201
    other = PLAN | {"courses": [chosen], "student": str(UUID(int=8))}
    assert (await client.post("/study-plans", json=other)).status_code == 422


async def test_a_survey_is_given_once_for_ones_own_held_session(engine: AsyncEngine) -> None:
    await region(engine)
    session = await held(engine, await one_case(engine))
    later = await held(engine, await one_case(engine, UUID(int=2)), starts_at=NOW + timedelta(days=1))
    anna = door(engine)(ANNA, "2281")
    assert (await door(engine)(BO, "2281").post(f"/sessions/{session}/survey")).status_code == 409
    assert (await anna.post(f"/sessions/{later}/survey")).status_code == 409
    given = await anna.post(f"/sessions/{session}/survey")
    assert given.status_code == 201
    assert str(session) not in given.json()["path"]
    assert (await anna.post(f"/sessions/{session}/survey")).status_code == 409


async def test_figures_goals_and_methods_are_the_coordinators(engine: AsyncEngine) -> None:
    await region(engine)
    await held(engine, await one_case(engine), starts_at=NOW + timedelta(hours=1), counsellor_municipality="2262")
    later = door(engine, NOW + timedelta(days=2))
    chief = later("chief")
    days = "begins=2027-07-01&ends=2027-07-31"
    told = (await chief.get(f"/statistics?{days}")).json()
    assert (told["total"]["held"], told["total"]["across_borders"], told["total"]["coverage"]) == (1, 1.0, 1.0)
    assert told["survey"] == {"name": "", "answers": None, "means": None}
    for kind in ("xlsx", "csv"):
        assert (await chief.get(f"/statistics?{days}&format={kind}")).status_code == 200
    goal = {"measured": "coverage", "begins": "2027-07-01", "ends": "2027-07-31", "target": 0.8}
    id_ = (await chief.put("/goals", json=goal)).json()["goal"]
    await chief.put("/goals", json=goal | {"target": 0.9})
    [shown] = (await chief.get("/goals")).json()["goals"]
    assert (shown["goal"], shown["target"], shown["actual"], shown["reached"]) == (id_, 0.9, 1.0, True)
    assert (await chief.put("/session-types/guidance/method", json={"sv": "Lyssna först."})).status_code == 204
    assert (await chief.put("/session-types/none/method", json={"sv": "x"})).status_code == 404
    counsellor = later(ANNA, "2281", ("guidance:read", "guidance:counsel"))
    assert (await counsellor.get(f"/statistics?{days}")).status_code == 403
    assert (await counsellor.put("/goals", json=goal)).status_code == 403
