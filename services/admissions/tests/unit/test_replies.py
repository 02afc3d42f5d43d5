"""Answers to an offered place."""

from dataclasses import replace
from datetime import date

import pytest

from admissions.domain.replies import Answer, Effect, Place, ReplyRefused, Silence, Status, reply, unanswered

LAST = date(2027, 7, 30)
OFFER = Place(applicant="a", intake_year=2027, offering="x", programme="EK", home="2281", school="2284", round="final")


def answered(place: Place | None, answer: Answer, revision: int = 1, on: date = LAST) -> tuple[Place, Effect]:
    return reply(place, answer, revision, replied_on=on, reply_by=LAST)


def test_an_offer_is_accepted_on_the_last_day() -> None:
    place, effect = answered(OFFER, Answer.ACCEPT)

    assert (place.status, place.stays, effect) == (Status.ACCEPTED, False, Effect.ACCEPTED)


def test_accepting_and_staying_keeps_the_wish_for_more() -> None:
    place, effect = answered(OFFER, Answer.ACCEPT_AND_STAY)

    assert (place.status, place.stays, effect) == (Status.ACCEPTED, True, Effect.ACCEPTED)


def test_an_offer_can_be_declined_and_then_is_gone() -> None:
    place, effect = answered(OFFER, Answer.DECLINE)

    assert (place.status, effect) == (Status.VACATED, Effect.VACATED)
    with pytest.raises(ReplyRefused, match="place_given_up"):
        answered(place, Answer.ACCEPT, 2)


def test_an_answer_after_the_last_day_is_refused() -> None:
    with pytest.raises(ReplyRefused, match="answered_late"):
        answered(OFFER, Answer.ACCEPT, on=date(2027, 7, 31))


def test_an_accepted_place_may_be_given_up_on_any_day() -> None:
    accepted, _ = answered(OFFER, Answer.ACCEPT)

    _, effect = answered(accepted, Answer.DECLINE, 2, on=date(2027, 8, 20))

    assert effect is Effect.VACATED


def test_changing_ones_mind_about_staying_tells_nobody() -> None:
    accepted, _ = answered(OFFER, Answer.ACCEPT)

    place, effect = answered(accepted, Answer.ACCEPT_AND_STAY, 2)

    assert place.stays
    assert effect is Effect.NOTHING


def test_an_answer_already_seen_changes_nothing() -> None:
    accepted, _ = answered(OFFER, Answer.ACCEPT, 5)

    assert answered(accepted, Answer.DECLINE, 5) == (accepted, Effect.NOTHING)


def test_there_must_be_an_offer() -> None:
    with pytest.raises(ReplyRefused, match="no_offer"):
        answered(None, Answer.ACCEPT)


def test_silence_means_what_the_region_says() -> None:
    assert unanswered(OFFER, Silence.DECLINE) == (replace(OFFER, status=Status.VACATED), Effect.VACATED)
    assert unanswered(OFFER, Silence.ACCEPT) == (replace(OFFER, status=Status.ACCEPTED, stays=True), Effect.ACCEPTED)


def test_silence_after_an_answer_means_nothing() -> None:
    accepted, _ = answered(OFFER, Answer.ACCEPT)

    assert unanswered(accepted, Silence.DECLINE) == (accepted, Effect.NOTHING)
