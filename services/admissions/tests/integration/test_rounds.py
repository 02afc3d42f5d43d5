"""A school year against a real database: rounds, replies, reserves, and what is told of them."""

import asyncio
import json

import pytest
import sqlalchemy as sa
from pydantic import SecretStr

from admissions import queries
from admissions.adapters import places
from admissions.adapters.rules import NoRules
from admissions.commands import CloseReplies, close_replies, rounds
from admissions.domain.rounds import NotNow, RoundCannotRun, UnknownRound
from admissions.main import replayed
from services.admissions.tests.builders import grades
from services.admissions.tests.integration.school_year import (
    CHANGED,
    SchoolYear,
    answered,
    application,
    graded,
    in_free_quota,
    offering,
    person,
    took_test,
)
from shared.settings import Settings

EK, NA, BA = "2281-EK-1", "2281-NA-1", "2284-BA-1"
MUSIC, GROUP = "2281-ES-1", "2281-BA-2"
ANN, BO, CIA, DAN = map(person, ("ann", "bo", "cia", "dan"))


@pytest.fixture
async def applied(year: SchoolYear) -> SchoolYear:
    """One seat in EK and one in NA; Ann and Bo and Cia want EK first, Dan lacks all grades."""
    await year.deliver(offering(EK, 1), offering(NA, 1), offering(BA, 5))
    await year.apply("ann", "A", EK, NA)
    await year.apply("bo", "B", EK, NA, BA)
    await year.apply("cia", "C", EK)
    await year.deliver(application("dan", EK, NA))
    return year


async def subjects(year: SchoolYear, kind: str) -> list[str]:
    return [event["subject"] for event in await year.said(kind)]


async def test_a_preliminary_round_binds_nobody_and_tells_no_applicant(applied: SchoolYear) -> None:
    await applied.run("preliminary")
    await applied.run("preliminary")

    assert (await applied.outcomes("preliminary"))[ANN, EK] == ("admitted", None)
    assert len(await subjects(applied, "round.decided")) == 2
    assert await subjects(applied, "applicant.admitted") == await subjects(applied, "applicant.unplaced") == []


async def test_the_final_round_tells_who_got_what_and_who_got_nothing(applied: SchoolYear) -> None:
    await applied.run("final")

    assert await applied.outcomes("final") == {
        (ANN, EK): ("admitted", None), (ANN, NA): ("struck", None),
        (BO, EK): ("reserve", 1), (BO, NA): ("admitted", None), (BO, BA): ("struck", None),
        (CIA, EK): ("reserve", 2),
        (DAN, EK): ("ineligible", None), (DAN, NA): ("ineligible", None),
    }  # fmt: skip
    told = {event["subject"]: event["data"] for event in await applied.said("applicant.admitted")}
    assert {name: (data["offering"], data["choice_rank"], data["reception"]) for name, data in told.items()} == {
        ANN: (EK, 1, "first_hand"),
        BO: (NA, 2, "first_hand"),
    }
    lost = {event["subject"]: event["data"] for event in await applied.said("applicant.unplaced")}
    assert (lost[CIA]["cause"], lost[CIA]["missing_subjects"], lost[CIA]["open_programmes"]) == ("no_place", [], ["BA"])
    assert lost[DAN]["cause"] == "ineligible"
    assert lost[DAN]["missing_subjects"][:3] == ["SV/SVA", "EN", "MA"]
    assert lost[DAN]["open_programmes"] == []
    [decided] = await applied.said("round.decided")
    figures = {name: decided["data"][name] for name in ("applicants", "admitted", "reserves", "ineligible", "seats")}
    assert figures == {"applicants": 4, "admitted": 2, "reserves": 2, "ineligible": 1, "seats": 7}


async def test_the_same_input_and_seed_give_the_same_hashes(applied: SchoolYear) -> None:
    first, again = [await applied.run("preliminary") for _ in range(2)]

    async with applied.unit_of_work.read() as connection:
        one, two = [await queries.run(connection, run) for run in (first, again)]
    assert (one["input_hash"], one["decisions_hash"]) == (two["input_hash"], two["decisions_hash"])


async def test_a_binding_round_is_run_once_even_when_two_ask_at_once(applied: SchoolYear) -> None:
    answers = await asyncio.gather(applied.run("final"), applied.run("final"), return_exceptions=True)

    [refused] = [answer for answer in answers if isinstance(answer, RoundCannotRun)]
    assert refused.why is NotNow.ALREADY_PUBLISHED
    assert len(await applied.said("round.decided")) == 1


async def test_rounds_wait_for_their_turn(applied: SchoolYear) -> None:
    with pytest.raises(RoundCannotRun, match="round_before_missing"):
        await applied.run("reserve-1")
    await applied.run("final")
    with pytest.raises(RoundCannotRun, match="offers_unanswered"):
        await applied.run("reserve-1")
    with pytest.raises(RoundCannotRun, match="final_published"):
        await applied.run("preliminary")
    with pytest.raises(UnknownRound):
        await applied.run("finally")


async def test_a_reserve_round_resolves_the_chain_and_tells_each_move(applied: SchoolYear) -> None:
    await applied.run("final")
    await applied.deliver(answered("ann", "decline"), answered("bo", "accept_and_stay"))
    await applied.run("reserve-1")

    told = [
        (event["type"].split(".", 3)[3][:-3], event["subject"], event["data"].get("offering"))
        for event in await applied.said()
    ]
    assert told[-6:] == [
        ("round.decided", "2027", None),
        ("place.vacated", BO, NA),
        ("applicant.admitted", BO, EK),
        ("place.accepted", BO, EK),
        *(("applicant.unplaced", applicant, None) for applicant in sorted((CIA, DAN))),
    ]
    [declined, moved] = [event["data"] for event in await applied.said("place.vacated")]
    assert (declined["cause"], declined["vacated_on"]) == ("declined", "2027-07-10")
    assert (moved["cause"], moved["vacated_on"]) == ("moved_up", "2027-08-05")
    assert ANN not in {applicant for applicant, _ in await applied.outcomes("reserve-1")}
    assert [event["data"]["starts_on"] for event in await applied.said("place.accepted")] == ["2027-08-16"] * 2


async def test_who_accepted_without_staying_does_not_move(applied: SchoolYear) -> None:
    await applied.run("final")
    await applied.deliver(answered("ann", "decline"), answered("bo", "accept"))
    await applied.run("reserve-1")

    outcomes = await applied.outcomes("reserve-1")
    assert outcomes[BO, NA] == ("admitted", None)
    assert outcomes[CIA, EK] == ("admitted", None)
    assert (BO, EK) not in outcomes


async def test_silence_gives_the_place_up_and_reserves_are_offered_it(applied: SchoolYear) -> None:
    await applied.run("final")
    await applied.deliver(answered("bo", "accept_and_stay"))

    assert await applied.close_replies() == 1
    assert await applied.close_replies() == 0
    [silent] = [event["data"] for event in await applied.said("place.vacated")]
    assert (silent["applicant"], silent["cause"], silent["vacated_on"]) == (ANN, "silent", "2027-07-30")

    await applied.run("reserve-1")
    await applied.deliver(answered("cia", "accept", at="2027-08-13T23:59:00+02:00"))
    assert await applied.refusals() == ["no_offer"]  # Cia waits behind Bo, who moved up


async def test_answers_that_cannot_be_taken_are_refused_with_their_reason(applied: SchoolYear) -> None:
    await applied.run("final")
    await applied.deliver(
        answered("cia", "accept"),
        answered("ann", "accept", home="2284"),
        answered("ann", "accept", at="2027-07-31T00:00:01+02:00"),
        answered("bo", "decline"),
        answered("bo", "accept", revision=2),
    )

    assert sorted(await applied.refusals()) == ["answered_late", "no_offer", "no_offer", "place_given_up"]


async def test_answers_seen_before_change_nothing(applied: SchoolYear) -> None:
    await applied.run("final")
    await applied.deliver(answered("ann", "accept", revision=2), answered("ann", "decline", revision=1))
    await applied.deliver(answered("ann", "accept", revision=2))

    assert await subjects(applied, "place.accepted") == [ANN]
    assert await subjects(applied, "place.vacated") == []


async def test_a_late_change_waits_for_the_reserve_round_and_goes_last(applied: SchoolYear) -> None:
    await applied.deliver(application("cia", BA, EK, revision=2, submitted_at="2027-06-20T12:00:00+02:00"))
    await applied.run("final")
    assert (CIA, BA) not in await applied.outcomes("final")

    await applied.close_replies()
    await applied.run("reserve-1")
    choices = {
        (str(row["applicant"]), row["offering"]): row["timely"] for row in await applied.export("choices", "reserve-1")
    }
    assert (choices[CIA, BA], choices[CIA, EK]) == (0, 1)
    assert (await applied.outcomes("reserve-1"))[CIA, BA] == ("admitted", None)


async def test_only_the_home_municipalitys_grades_count_and_later_ones_raise(applied: SchoolYear) -> None:
    await applied.deliver(graded("dan", grades("A"), home="2284"))
    await applied.deliver(graded("cia", grades("A", M2SPA="A"), occasion="lovskola"))
    await applied.run("preliminary")
    before = {str(row["applicant"]): row["merit"] for row in await applied.export("applicants", "preliminary")}
    await applied.run("final")
    after = {str(row["applicant"]): row["merit"] for row in await applied.export("applicants", "final")}

    assert (before[CIA], after[CIA]) == (240, 340)
    assert before[DAN] == after[DAN] == 0


async def test_second_hand_gets_what_is_left(year: SchoolYear) -> None:
    await year.deliver(offering(EK, 1), offering("2284-EK-1", 1))
    await year.apply("far", "A", EK, home="2284")
    await year.apply("near", "E", EK, home="2262")
    await year.run("final")

    assert await year.outcomes("final") == {
        (person("near"), EK): ("admitted", None),
        (person("far"), EK): ("reserve", 1),
    }


async def test_exports_name_no_identity_and_mask_the_protected(applied: SchoolYear) -> None:
    await applied.deliver(application("eve", EK, home="2284", protected=True))
    await applied.run("final")
    rows = {str(row["applicant"]): row for row in await applied.export("applicants", "final")}

    assert rows[person("eve")]["home_municipality"] is None
    assert rows[ANN]["home_municipality"] == "2281"
    assert "identity" not in rows[ANN]
    assert {str(row["applicant"]) for row in await applied.export("decisions", "final", "2284")} == {person("eve")}
    [first, *_] = await applied.export("offerings", "final", "2284")
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
    applied: SchoolYear, database: str, capsys: pytest.CaptureFixture[str]
) -> None:
    run = await applied.run("final")
    await applied.deliver(offering(EK, 9, version=2, kind=CHANGED))
    await applied.deliver(graded("cia", grades("A"), occasion="final"))
    settings = Settings.for_documents().model_copy(update={"database_url": SecretStr(database)})

    assert await replayed(settings, [str(run)]) == 0
    assert json.loads(capsys.readouterr().out)["same"] is True
    async with applied.unit_of_work() as work:
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


async def test_whoever_holds_a_quota_seat_keeps_it_and_moving_up_leaves_it(year: SchoolYear) -> None:
    await year.deliver(offering(EK, 1), offering(NA, 2, quotas=[{"quota": "free", "seats": 1}]))
    await year.apply("ann", "A", EK)
    await year.apply("bo", "C", EK, NA)
    await year.apply("cia", "B", NA)
    await year.deliver(in_free_quota("bo", NA))
    await year.run("final")
    await year.deliver(answered("ann", "decline"), answered("bo", "accept_and_stay"), answered("cia", "accept"))
    await year.run("reserve-1")

    assert (await year.outcomes("reserve-1"))[BO, EK] == ("admitted", None)
    async with year.unit_of_work() as work:
        held = {p.applicant: (p.offering, p.quota) for p in await places.of_year(work.connection, 2027)}
    assert (held[BO], held[CIA]) == ((EK, None), (NA, None))
