"""Rounds against a real database: preliminary and final, what is told of them, and what can be read afterwards."""

import asyncio
import json

import pytest
import sqlalchemy as sa
from pydantic import SecretStr

from admissions import queries
from admissions.adapters.rules import NoRules
from admissions.commands import CloseReplies, close_replies, rounds
from admissions.domain.rounds import NotNow, RoundCannotRun, UnknownRound
from admissions.main import replayed
from services.admissions.tests.builders import SIXTEEN, grades
from services.admissions.tests.integration.school_year import (
    CHANGED,
    SchoolYear,
    application,
    examined,
    graded,
    in_free_quota,
    knows,
    offering,
    person,
    took_test,
)
from shared.settings import Settings

EK, NA, BA = "2281-EK-1", "2281-NA-1", "2284-BA-1"
MUSIC, GROUP = "2281-ES-1", "2281-BA-2"
ANN, BO, CIA, DAN = map(person, ("ann", "bo", "cia", "dan"))


async def test_a_preliminary_round_binds_nobody_and_tells_no_applicant(four: SchoolYear) -> None:
    await four.run("preliminary")
    await four.run("preliminary")

    assert (await four.outcomes("preliminary"))[ANN, EK] == ("admitted", None)
    assert len(await four.subjects("round.decided")) == 2
    assert await four.subjects("applicant.admitted") == await four.subjects("applicant.unplaced") == []


async def test_the_final_round_tells_who_got_what_and_who_got_nothing(four: SchoolYear) -> None:
    await four.run("final")

    assert await four.outcomes("final") == {
        (ANN, EK): ("admitted", None), (ANN, NA): ("struck", None),
        (BO, EK): ("reserve", 1), (BO, NA): ("admitted", None), (BO, BA): ("struck", None),
        (CIA, EK): ("reserve", 2),
        (DAN, EK): ("ineligible", None), (DAN, NA): ("ineligible", None),
    }  # fmt: skip
    told = {event["subject"]: event["data"] for event in await four.said("applicant.admitted")}
    assert {name: (data["offering"], data["choice_rank"], data["reception"]) for name, data in told.items()} == {
        ANN: (EK, 1, "first_hand"),
        BO: (NA, 2, "first_hand"),
    }
    lost = {event["subject"]: event["data"] for event in await four.said("applicant.unplaced")}
    assert (lost[CIA]["cause"], lost[CIA]["missing_subjects"], lost[CIA]["open_programmes"]) == ("no_place", [], ["BA"])
    assert lost[DAN]["cause"] == "ineligible"
    assert lost[DAN]["missing_subjects"][:3] == ["SV/SVA", "EN", "MA"]
    assert lost[DAN]["open_programmes"] == []
    [decided] = await four.said("round.decided")
    figures = {name: decided["data"][name] for name in ("applicants", "admitted", "reserves", "ineligible", "seats")}
    assert figures == {"applicants": 4, "admitted": 2, "reserves": 2, "ineligible": 1, "seats": 7}


async def test_the_same_input_and_seed_give_the_same_hashes(four: SchoolYear) -> None:
    first, again = [await four.run("preliminary") for _ in range(2)]

    async with four.unit_of_work.read() as connection:
        one, two = [await queries.run(connection, run) for run in (first, again)]
    assert (one["input_hash"], one["decisions_hash"]) == (two["input_hash"], two["decisions_hash"])


async def test_a_binding_round_is_run_once_even_when_two_ask_at_once(four: SchoolYear) -> None:
    answers = await asyncio.gather(four.run("final"), four.run("final"), return_exceptions=True)

    [refused] = [answer for answer in answers if isinstance(answer, RoundCannotRun)]
    assert refused.why is NotNow.ALREADY_PUBLISHED
    assert len(await four.said("round.decided")) == 1


async def test_rounds_wait_for_their_turn(four: SchoolYear) -> None:
    with pytest.raises(RoundCannotRun, match="round_before_missing"):
        await four.run("reserve-1")
    await four.run("final")
    with pytest.raises(RoundCannotRun, match="offers_unanswered"):
        await four.run("reserve-1")
    with pytest.raises(RoundCannotRun, match="final_published"):
        await four.run("preliminary")
    with pytest.raises(UnknownRound):
        await four.run("finally")


async def test_only_the_home_municipalitys_grades_count_and_later_ones_raise(four: SchoolYear) -> None:
    await four.deliver(graded("dan", grades("A"), home="2284"))
    await four.deliver(graded("cia", grades("A", M2SPA="A"), occasion="lovskola"))
    await four.run("preliminary")
    before = {str(row["applicant"]): row["merit"] for row in await four.export("applicants", "preliminary")}
    await four.run("final")
    after = {str(row["applicant"]): row["merit"] for row in await four.export("applicants", "final")}

    assert (before[CIA], after[CIA]) == (240, 340)
    assert before[DAN] == after[DAN] == 0


async def test_an_examination_raises_a_grade_and_never_lowers_one(year: SchoolYear) -> None:
    await year.deliver(offering(EK, 1))
    await year.apply("ann", "C", EK)
    await year.deliver(examined("ann", {"MA": "A", "EN": "F"}))
    await year.run("preliminary")
    await year.run("final")

    merits = [(await year.export("applicants", name))[0]["merit"] for name in ("preliminary", "final")]
    assert merits == [240, 245]


async def test_second_hand_gets_what_is_left(year: SchoolYear) -> None:
    await year.deliver(offering(EK, 1), offering("2284-EK-1", 1))
    await year.apply("far", "A", EK, home="2284")
    await year.apply("near", "E", EK, home="2262")
    await year.run("final")

    assert await year.outcomes("final") == {
        (person("near"), EK): ("admitted", None),
        (person("far"), EK): ("reserve", 1),
    }


async def test_exports_name_no_identity_and_mask_the_protected(four: SchoolYear) -> None:
    await four.deliver(application("eve", EK, home="2284", protected=True))
    await four.run("final")
    rows = {str(row["applicant"]): row for row in await four.export("applicants", "final")}

    assert rows[person("eve")]["home_municipality"] is None
    assert rows[ANN]["home_municipality"] == "2281"
    assert "identity" not in rows[ANN]
    assert {str(row["applicant"]) for row in await four.export("decisions", "final", "2284")} == {person("eve")}
    [first, *_] = await four.export("offerings", "final", "2284")
    assert (first["offering"], first["first_choice"], first["admitted"], first["vacant"]) == (EK, 5, 1, 0)
    assert first["lowest_merit"] == 320


async def test_a_round_not_run_has_nothing_to_show_and_a_year_without_rules_cannot_run(year: SchoolYear) -> None:
    with pytest.raises(queries.NoRun):
        await year.export("decisions", "final")
    with pytest.raises(NoRules):
        await close_replies(CloseReplies(region="vasternorrland", intake_year=2050), year.unit_of_work)


async def test_an_empty_year_runs(year: SchoolYear) -> None:
    await year.run("final")

    assert [event["data"]["applicants"] for event in await year.said("round.decided")] == [0]


async def test_a_run_is_replayed_from_the_command_line_though_everything_has_changed_since(
    four: SchoolYear, database: str, capsys: pytest.CaptureFixture[str]
) -> None:
    run = await four.run("final")
    await four.deliver(offering(EK, 9, version=2, kind=CHANGED))
    await four.deliver(graded("cia", grades("A"), occasion="final"))
    settings = Settings.for_documents().model_copy(update={"database_url": SecretStr(database)})

    assert await replayed(settings, [str(run)]) == 0
    assert json.loads(capsys.readouterr().out)["same"] is True
    async with four.unit_of_work() as work:
        await work.connection.execute(sa.text("UPDATE decisions SET queue = 7 WHERE queue = 1"))
    assert await replayed(settings, [str(run)]) == 1
    assert json.loads(capsys.readouterr().out)["same_rows"] is False


async def test_skill_tests_free_quota_and_introduction_programmes_end_to_end(year: SchoolYear) -> None:
    scale = [{"result": "1", "tenths": 160, "passed": False}, {"result": "20", "tenths": 3200, "passed": True}]
    await year.deliver(
        offering(MUSIC, 2, skill_test={"required": True, "scale": scale}, quotas=[{"quota": "free", "seats": 1}]),
        offering(BA, 1), offering(GROUP, 1, introduction="IMV"),
    )  # fmt: skip
    await year.apply("ann", "E", MUSIC)
    await year.apply("bo", "A", MUSIC)
    await year.apply("cia", "E", MUSIC)
    await year.apply("eva", "A", MUSIC)
    await year.deliver(application("dan", BA, GROUP))
    await year.deliver(graded("dan", dict.fromkeys(["SV", "EN", "BL", "HKK", "IDH", "MU"], "E")))
    await year.deliver(took_test("ann", MUSIC, "20"), took_test("bo", MUSIC, "1"), took_test("cia", MUSIC, "20"))
    await year.deliver(took_test("eva", MUSIC, "20"))
    await year.deliver(in_free_quota("cia", MUSIC))
    run = await year.run("final")

    rows = {(str(row["applicant"]), row["offering"]): row for row in await year.export("decisions", "final")}
    assert {key: (row["outcome"], row["reason"], row["quota"]) for key, row in rows.items()} == {
        (ANN, MUSIC): ("reserve", "merit", None),
        (BO, MUSIC): ("ineligible", "test_not_passed", None),
        (CIA, MUSIC): ("admitted", "priority_reached", "free"),
        (person("eva"), MUSIC): ("admitted", "priority_reached", None),
        (DAN, BA): ("ineligible", "missing_subjects", None),
        (DAN, GROUP): ("admitted", "priority_reached", None),
    }
    told = {event["subject"]: event["data"] for event in await year.said("applicant.admitted")}
    assert told[CIA]["quota"] == "free"
    assert told[DAN]["introduction"] == "IMV"
    assert (await rounds.replay(run, year.unit_of_work)).same


async def test_what_is_known_beside_the_grades_opens_and_bars(year: SchoolYear) -> None:
    await year.deliver(offering(EK, 5))
    for name in ("ann", "bo", "cia"):
        await year.deliver(application(name, EK))
        await year.deliver(graded(name, grades("C", EN="F", RE="-")))
    await year.deliver(application("old", EK, identity="20070101TF10"))
    await year.deliver(graded("old", grades()))
    await year.deliver(
        knows("ann", "RE", english_exempted=True), knows("bo", "RE", "EN", by="2284"),
        knows("cia", "RE", "EN", revision=2, completed_programme=True), knows("cia", revision=1),
    )  # fmt: skip
    run = await year.run("final")

    reasons = {str(row["applicant"]): row["reason"] for row in await year.export("decisions", "final")}
    assert reasons == {
        ANN: "priority_reached", BO: "missing_subjects", CIA: "completed_programme", person("old"): "too_old",
    }  # fmt: skip
    assert (await rounds.replay(run, year.unit_of_work)).same


async def test_a_dancers_few_grades_are_scaled_up_as_the_latest_report_says(year: SchoolYear) -> None:
    few = {subject: "B" for subject in SIXTEEN if subject not in ("HKK", "SL", "TK")}
    await year.deliver(offering(EK, 5))
    for name in ("ann", "bo", "cia", "dan"):
        await year.deliver(application(name, EK))
    await year.deliver(
        graded("ann", few, revision=2, dances=True), graded("ann", few, dances=False), graded("bo", few, dances=True),
        graded("cia", few), graded("cia", few, home="2284", dances=True), graded("dan", few, dances=False),
    )  # fmt: skip
    await year.run("preliminary")
    await year.deliver(
        graded("ann", {"M2SPA": "E"}, occasion="final", dances=True), graded("bo", {"MA": "B"}, occasion="final"),
        graded("dan", {"MA": "B"}, occasion="lovskola", dances=True),
    )  # fmt: skip
    await year.deliver(examined("dan", {"SL": "A"}))
    run = await year.run("final")

    async def merits(round_name: str) -> dict[str, float]:
        return {str(row["applicant"]): float(row["merit"]) for row in await year.export("applicants", round_name)}

    assert await merits("preliminary") == {ANN: 280, BO: 280, CIA: 227.5, DAN: 227.5}
    assert await merits("final") == {ANN: 290, BO: 227.5, CIA: 227.5, DAN: 282.9}
    assert (await rounds.replay(run, year.unit_of_work)).same
