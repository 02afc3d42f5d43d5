"""After the final round against a real database: answers, silence, and the reserve rounds that fill what is vacated."""

from admissions.adapters import places
from services.admissions.tests.integration.school_year import (
    SchoolYear,
    answered,
    application,
    in_free_quota,
    offering,
    person,
)

EK, NA, BA = "2281-EK-1", "2281-NA-1", "2284-BA-1"
ANN, BO, CIA, DAN = map(person, ("ann", "bo", "cia", "dan"))


async def test_a_reserve_round_resolves_the_chain_and_tells_each_move(four: SchoolYear) -> None:
    await four.run("final")
    await four.deliver(answered("ann", "decline"), answered("bo", "accept_and_stay"))
    await four.run("reserve-1")

    told = [
        (event["type"].split(".", 3)[3][:-3], event["subject"], event["data"].get("offering"))
        for event in await four.said()
    ]
    assert told[-6:] == [
        ("round.decided", "2027", None),
        ("place.vacated", BO, NA),
        ("applicant.admitted", BO, EK),
        ("place.accepted", BO, EK),
        *(("applicant.unplaced", applicant, None) for applicant in sorted((CIA, DAN))),
    ]
    [declined, moved] = [event["data"] for event in await four.said("place.vacated")]
    assert (declined["cause"], declined["vacated_on"]) == ("declined", "2027-07-10")
    assert (moved["cause"], moved["vacated_on"]) == ("moved_up", "2027-08-05")
    assert ANN not in {applicant for applicant, _ in await four.outcomes("reserve-1")}
    assert [event["data"]["starts_on"] for event in await four.said("place.accepted")] == ["2027-08-16"] * 2


async def test_who_accepted_without_staying_does_not_move(four: SchoolYear) -> None:
    await four.run("final")
    await four.deliver(answered("ann", "decline"), answered("bo", "accept"))
    await four.run("reserve-1")

    outcomes = await four.outcomes("reserve-1")
    assert outcomes[BO, NA] == ("admitted", None)
    assert outcomes[CIA, EK] == ("admitted", None)
    assert (BO, EK) not in outcomes


async def test_silence_gives_the_place_up_and_reserves_are_offered_it(four: SchoolYear) -> None:
    await four.run("final")
    await four.deliver(answered("bo", "accept_and_stay"))

    assert await four.close_replies() == 1
    assert await four.close_replies() == 0
    [silent] = [event["data"] for event in await four.said("place.vacated")]
    assert (silent["applicant"], silent["cause"], silent["vacated_on"]) == (ANN, "silent", "2027-07-30")

    await four.run("reserve-1")
    await four.deliver(answered("cia", "accept", at="2027-08-13T23:59:00+02:00"))
    assert await four.refusals() == ["no_offer"]  # Cia waits behind Bo, who moved up


async def test_answers_that_cannot_be_taken_are_refused_with_their_reason(four: SchoolYear) -> None:
    await four.run("final")
    await four.deliver(
        answered("cia", "accept"),
        answered("ann", "accept", home="2284"),
        answered("ann", "accept", at="2027-07-31T00:00:01+02:00"),
        answered("bo", "decline"),
        answered("bo", "accept", revision=2),
    )

    assert sorted(await four.refusals()) == ["answered_late", "no_offer", "no_offer", "place_given_up"]


async def test_answers_seen_before_change_nothing(four: SchoolYear) -> None:
    await four.run("final")
    await four.deliver(answered("ann", "accept", revision=2), answered("ann", "decline", revision=1))
    await four.deliver(answered("ann", "accept", revision=2))

    assert await four.subjects("place.accepted") == [ANN]
    assert await four.subjects("place.vacated") == []


async def test_a_late_change_waits_for_the_reserve_round_and_goes_last(four: SchoolYear) -> None:
    await four.deliver(application("cia", BA, EK, revision=2, submitted_at="2027-06-20T12:00:00+02:00"))
    await four.run("final")
    assert (CIA, BA) not in await four.outcomes("final")

    await four.close_replies()
    await four.run("reserve-1")
    choices = {
        (str(row["applicant"]), row["offering"]): row["timely"] for row in await four.export("choices", "reserve-1")
    }
    assert (choices[CIA, BA], choices[CIA, EK]) == (0, 1)
    assert (await four.outcomes("reserve-1"))[CIA, BA] == ("admitted", None)


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
