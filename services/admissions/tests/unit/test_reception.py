"""First or second hand (SL 16:43–44): a matter of applicant and offering together."""

from admissions.domain.reception import Area, Ground, Hand, Reception, reception
from services.admissions.tests.builders import the_rules

AREAS = the_rules().areas
EVERYWHERE = {"EK": {"2281", "2262", "2280", "2284"}, "NA": {"2281"}, "RL": {"2284", "2280"}}


def received(home: str, school: str, programme: str = "EK", areas: tuple[Area, ...] = AREAS) -> Reception:
    return reception(home=home, school=school, programme=programme, areas=areas, offered_by=EVERYWHERE)


def test_a_resident_is_first_hand() -> None:
    assert received("2281", "2281") == Reception(Hand.FIRST, Ground.RESIDENCE)


def test_a_resident_of_the_cooperation_area_is_first_hand() -> None:
    assert received("2260", "2281") == Reception(Hand.FIRST, Ground.COOPERATION_AREA)


def test_an_outsider_whose_home_offers_the_programme_is_second_hand() -> None:
    assert received("2284", "2281") == Reception(Hand.SECOND, Ground.OFFERED_AT_HOME)


def test_an_outsider_whose_area_offers_the_programme_is_second_hand() -> None:
    assert received("2260", "2280") == Reception(Hand.SECOND, Ground.OFFERED_AT_HOME)


def test_an_outsider_whose_area_does_not_offer_it_is_first_hand() -> None:
    assert received("2284", "2281", "NA") == Reception(Hand.FIRST, Ground.NOT_OFFERED_AT_HOME)
    assert received("2281", "2284", "RL") == Reception(Hand.FIRST, Ground.NOT_OFFERED_AT_HOME)


def test_an_agreement_may_cover_some_programmes_only() -> None:
    areas = (Area("crafts", frozenset({"2284", "2280"}), frozenset({"RL"})),)

    assert received("2284", "2280", "RL", areas).ground is Ground.COOPERATION_AREA
    assert received("2284", "2280", "EK", areas).hand is Hand.SECOND
