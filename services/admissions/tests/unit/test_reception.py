"""First or second hand (SL 16:43–44): a matter of applicant and offering together; decisions and their words."""

from datetime import date

import pytest

from admissions.adapters.rules import rules_in, sources
from admissions.domain.reception import OPEN_TO_ALL, Area, Ground, Hand, Reception, reception
from admissions.domain.reception_sentences import appeal_said, ground_said
from admissions.domain.receptions import Decision, ReceptionRefused, Source, follows
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


@pytest.mark.parametrize("ground", OPEN_TO_ALL)
def test_where_all_are_received_an_outsider_is_first_hand(ground: Ground) -> None:
    found = reception(
        home="2284", school="2281", programme="EK", areas=AREAS, offered_by=EVERYWHERE, open_to_all=ground
    )

    assert found == Reception(Hand.FIRST, ground)


def test_what_the_home_municipality_says_it_lacks_is_first_hand() -> None:
    found = reception(
        home="2284", school="2281", programme="EK", areas=AREAS, offered_by=EVERYWHERE, lacking_at_home=True
    )

    assert found.ground is Ground.NOT_OFFERED_AT_HOME


def test_offerings_open_to_all_are_data_with_their_ground() -> None:
    texts = sources("vasternorrland", 2027)
    row = '[[open_to_all]]\nfirst_intake = {year}\nground = "{ground}"\nofferings = ["2284-NB-1"]\n'

    def loaded(**said: object) -> dict[str, Ground]:
        areas = texts["areas.toml"] + row.format(**{"year": 2027, "ground": "nationally_recruiting"} | said)
        return dict(rules_in(texts | {"areas.toml": areas}, "vasternorrland", 2027).open_to_all)

    assert loaded() == {"2284-NB-1": Ground.NATIONALLY_RECRUITING}
    assert loaded(year=2028) == {}
    with pytest.raises(ValueError, match="open_to_all"):
        loaded(ground="residence")


def made(**changed: object) -> Decision:
    facts: dict[str, object] = {
        "applicant": "a", "intake_year": 2027, "offering": "2281-EK-1", "version": 0, "reason": "Skäl.",
        "ground": Ground.SPECIAL_REASONS, "source": Source.OFFICE, "decided_by": "olle", "decided_on": date(2027, 5, 1),
    }  # fmt: skip
    return Decision(**facts | changed)  # type: ignore[arg-type]


def test_decisions_are_numbered_and_each_follows_the_one_before() -> None:
    first = follows(None, made())
    second = follows(first, made(ground=Ground.OFFERED_AT_HOME))

    assert (first.version, first.hand, second.version, second.hand) == (1, Hand.FIRST, 2, Hand.SECOND)


@pytest.mark.parametrize(
    ("before", "after", "code"),
    [
        (None, made(reason=" \n"), "reason_missing"),
        (made(), made(decided_by="someone else"), "nothing_changed"),
        (made(source=Source.APPEAL), made(ground=Ground.OFFERED_AT_HOME), "decided_on_appeal"),
    ],
)
def test_decisions_that_cannot_be_made(before: Decision | None, after: Decision, code: str) -> None:
    with pytest.raises(ReceptionRefused, match=code):
        follows(before, after)


def test_the_board_may_decide_again() -> None:
    before = made(source=Source.APPEAL, version=3)

    assert follows(before, made(source=Source.APPEAL, ground=Ground.OFFERED_AT_HOME)).version == 4


@pytest.mark.parametrize("ground", Ground)
def test_every_ground_is_said_with_the_rule_it_rests_on(ground: Ground) -> None:
    said, appeal = ground_said(ground), appeal_said(ground, "rules", "Sundsvalls kommun")

    assert "skollagen" in said.sv
    assert "Education Act" in said.en
    assert ("Sundsvalls kommun" in appeal.sv) is (ground.hand is Hand.SECOND)


def test_what_the_board_decided_cannot_be_appealed() -> None:
    assert "28 kap. 18 §" in appeal_said(Ground.OFFERED_AT_HOME, "appeal", "Sundsvalls kommun").sv
