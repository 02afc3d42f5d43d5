"""What opens or bars education beside grades: exemptions, equivalent knowledge, age, completed programmes, variants."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from admissions.adapters.rules import rules_in, sources
from admissions.domain.assessing import INELIGIBLE_BECAUSE
from admissions.domain.eligibility import eligibility
from admissions.domain.entry import Requirement
from admissions.domain.grades import Occasion, passed_subjects
from admissions.domain.offerings import Introduction, Offering
from admissions.domain.rounds import named
from admissions.domain.run import Run, run_round
from services.admissions.tests.builders import applicant, grades, the_rules
from services.admissions.tests.small_intake import Applicant, intake_of

RULES = the_rules()
EK, MUSIC, GROUP = "2281-EK-1", "2281-ES-1", "2281-EK-IMV"
OFFERINGS = [
    Offering(id=EK, municipality="2281", programme="EK", seats=5),
    Offering(id=MUSIC, municipality="2281", programme="ES", seats=5),
    Offering(id=GROUP, municipality="2281", programme="EK", seats=5, introduction=Introduction.IMV),
]
WITHOUT_ENGLISH = grades("C", EN="F")


def ran(*people: Applicant, rules: object = RULES) -> Run:
    return run_round(named("final"), rules, intake_of(people, OFFERINGS), 1)  # type: ignore[arg-type]


def because(run: Run) -> list[str]:
    return [INELIGIBLE_BECAUSE[why] for why in run.assessed.because.tolist()]


def someone(*offerings: str, **changed: object) -> Applicant:
    return replace(applicant("a", *(offerings or (EK,))), **changed)  # type: ignore[arg-type]


def test_an_exemption_from_english_opens_and_gives_no_merit() -> None:
    report = {Occasion.AUTUMN: WITHOUT_ENGLISH}
    without, exempted = ran(someone(grades=report)), ran(someone(grades=report, knows=["EN"]))

    assert (because(without), because(exempted)) == (["missing_subjects"], [""])
    assert without.assessed.grading.merit.tolist() == exempted.assessed.grading.merit.tolist() == [2250]
    assert "EK" in exempted.lacking.open[exempted.lacking.open_of[0]]


def test_who_is_opened_a_programme_by_it_cannot_be_taken_into_the_introduction_to_it() -> None:
    report = {Occasion.AUTUMN: WITHOUT_ENGLISH}

    assert because(ran(someone(GROUP, grades=report))) == [""]
    assert because(ran(someone(GROUP, grades=report, knows=["EN"]))) == ["fully_eligible"]


@given(
    st.dictionaries(st.sampled_from(RULES.compulsory), st.sampled_from("ACEF-"), max_size=16),
    st.lists(st.sampled_from(RULES.compulsory), max_size=6, unique=True),
)
def test_equivalent_knowledge_is_a_pass_for_eligibility(report: dict[str, str], knows: list[str]) -> None:
    run, plain = (ran(someone(grades={Occasion.AUTUMN: report}, knows=known)) for known in (knows, []))
    passed = passed_subjects(report, RULES.merit.scale) | {*knows}

    assert (because(run) == [""]) is eligibility(passed, RULES.programmes["EK"]).eligible
    assert run.assessed.grading.merit.tolist() == plain.assessed.grading.merit.tolist()


@pytest.mark.parametrize(
    ("changed", "why"),
    [({"turning": 19}, ""), ({"turning": 20}, "too_old"), ({"completed": True}, "completed_programme")],
)
def test_who_is_too_old_or_has_completed_a_programme_may_not_begin(changed: dict[str, object], why: str) -> None:
    run = ran(someone(**changed))

    assert because(run) == [why]
    assert bool(run.lacking.open[run.lacking.open_of[0]]) is (why == "")


def test_a_special_variant_may_require_a_grade() -> None:
    rules = replace(RULES, required_grades={MUSIC: [Requirement("MU", "C")]})
    reports = {
        "high": grades("E", MU="B"),
        "same": grades("E", MU="C"),
        "low": grades("A", MU="D"),
        "none": grades("A"),
    }
    reports["none"].pop("MU")
    found = {
        name: because(ran(someone(MUSIC, EK, grades={Occasion.AUTUMN: report}), rules=rules))
        for name, report in reports.items()
    }

    assert found == {
        "high": ["", ""], "same": ["", ""], "low": ["grade_required", ""], "none": ["grade_required", ""],
    }  # fmt: skip


def test_required_grades_are_data() -> None:
    texts = sources("vasternorrland", 2027)
    row = '[[required_grade]]\nfirst_intake = 2027\nsubject = "MU"\ngrade = "C"\nofferings = ["2281-ES-1"]\n'
    rules = rules_in(texts | {"areas.toml": texts["areas.toml"] + row}, "vasternorrland", 2027)

    assert rules.required_grades == {"2281-ES-1": (Requirement("MU", "C"),)}
    assert rules.oldest == 19
