"""The rules over columns say the same as the rules over one applicant."""

import asyncio
from collections.abc import Iterable
from dataclasses import replace

import numpy as np
import orjson
from hypothesis import given, settings
from hypothesis import strategies as st

from admissions.adapters.grade_texts import GradeTexts
from admissions.domain.eligibility import eligibility, missing_subjects, open_programmes
from admissions.domain.grades import Occasion, best_of, passed_subjects
from admissions.domain.intake import GRADES, Column
from admissions.domain.merit import merit
from admissions.domain.offerings import Offering
from admissions.domain.receiving import GROUNDS, UNDECIDED, received
from admissions.domain.reception import OPEN_TO_ALL, Area, Ground, reception
from admissions.domain.rounds import named
from admissions.domain.run import run_round
from services.admissions.tests.builders import applicant, the_rules
from services.admissions.tests.small_intake import identified, intake_of

RULES = the_rules()
SUBJECTS = [*RULES.compulsory, "M1SPA", "M2SPA", "M2FRA", "MLARA", "MLSOM", "DA", "TN", "JU"]
REPORTS = st.dictionaries(st.sampled_from(SUBJECTS), st.sampled_from(GRADES), max_size=len(SUBJECTS))
TOWNS = ["2260", "2262", "2281", "2284"]
PROGRAMMES = ["BA", "EK", "NA"]


GRADED = st.tuples(st.fixed_dictionaries(dict.fromkeys(Occasion, REPORTS)), st.booleans())


@given(st.lists(GRADED, min_size=1, max_size=5))
@settings(max_examples=200, deadline=None)
def test_merit_and_eligibility_of_all_at_once_are_those_of_each(
    graded: list[tuple[dict[Occasion, dict[str, str]], bool]],
) -> None:
    offerings = [Offering(id="2281-NA-1", municipality="2281", programme="NA", seats=1)]
    people = [
        replace(applicant(f"p{number}", "2281-NA-1", dances=dances), grades=report)
        for number, (report, dances) in enumerate(graded)
    ]
    run = run_round(named("final"), RULES, intake_of(people, offerings), 1)
    for number, (report, dances) in enumerate(graded):
        at = list(run.assessed.names).index(identified(f"p{number}"))
        grades = best_of([report[occasion] for occasion in Occasion], RULES.merit.scale)
        passed = passed_subjects(grades, RULES.merit.scale)

        assert run.assessed.grading.merit[at] == merit(grades, RULES.merit, dancer=dances).tenths
        assert run.lacking.open[run.lacking.open_of[at]] == open_programmes(passed, RULES.programmes)
        wanted = missing_subjects(passed, RULES.programmes["NA"], RULES.compulsory)
        assert run.lacking.missing[run.lacking.missing_of[at]] == wanted
        assert bool(run.assessed.eligible[at]) is eligibility(passed, RULES.programmes["NA"]).eligible


@given(
    st.lists(st.tuples(st.sampled_from(TOWNS), st.sampled_from(PROGRAMMES)), min_size=1, max_size=6, unique=True),
    st.sets(st.sampled_from(TOWNS), max_size=3),
    st.sampled_from([None, frozenset({"BA"})]),
    st.lists(st.sampled_from(TOWNS), min_size=1, max_size=6),
    st.sampled_from([None, *OPEN_TO_ALL]),
    st.data(),
)
def test_reception_of_all_at_once_is_that_of_each(offered, members, programmes, homes, opened, data) -> None:  # type: ignore[no-untyped-def]
    offerings = [Offering(id=f"{t}-{p}", municipality=t, programme=p) for t, p in sorted(offered)]
    area = Area("area", frozenset(members), programmes)
    chosen = [data.draw(st.integers(0, len(offerings) - 1)) for _ in homes]
    by = {p: {t for t, other in offered if other == p} for p in PROGRAMMES}
    lacking = [data.draw(st.booleans()) for _ in homes]
    decided = [data.draw(st.sampled_from([UNDECIDED, *range(len(Ground))])) for _ in homes]
    open_to_all = {offerings[0].id: opened} if opened else {}
    found = received(
        _whole(map(int, homes)), _whole(chosen), offerings, (area,), open_to_all=open_to_all,
        lacking_at_home=np.array(lacking, bool), decided=_whole(decided),
    )  # fmt: skip
    for at, (home, number) in enumerate(zip(homes, chosen, strict=True)):
        one = reception(
            home=home, school=offerings[number].municipality, programme=offerings[number].programme, areas=(area,),
            offered_by=by, open_to_all=open_to_all.get(offerings[number].id), lacking_at_home=lacking[at],
        )  # fmt: skip
        ground = one.ground if decided[at] == UNDECIDED else list(Ground)[decided[at]]
        assert (found.hand[at], GROUNDS[found.ground[at]]) == (ground.hand, ground)


def _whole(values: Iterable[int]) -> Column:
    return np.fromiter(values, np.int64)


@given(st.lists(st.tuples(st.integers(0, 200_000), st.integers(0, 2), REPORTS), max_size=8), st.integers(20, 400))
def test_grades_are_read_from_copy_however_it_is_cut(rows: list[tuple[int, int, dict[str, str]]], cut: int) -> None:
    content = b"PGCOPY\n\xff\r\n\0" + bytes(8)
    for whose, when, report in rows:
        text = orjson.dumps(report)
        fields = (whose.to_bytes(4), when.to_bytes(4), text)
        content += (3).to_bytes(2) + b"".join(len(field).to_bytes(4) + field for field in fields)
    content += b"\xff\xff"
    reader = GradeTexts()

    async def read() -> None:
        for begin in range(0, len(content), cut):
            await reader.take(content[begin : begin + cut])

    asyncio.run(read())
    applicant_of, occasion, subject, grade, subjects = reader.columns()
    columns = (applicant_of.tolist(), occasion.tolist(), subject.tolist(), grade.tolist())
    found = sorted((a, o, subjects[s], GRADES[g]) for a, o, s, g in zip(*columns, strict=True))
    assert found == sorted((a, o, s, g) for a, o, report in rows for s, g in report.items())
