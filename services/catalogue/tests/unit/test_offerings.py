"""What reports do to offerings."""

from dataclasses import replace
from itertools import permutations

import pytest

from catalogue.domain.offerings import Content, News, Offering, Report, Status, take

CONTENT = Content(
    programme="EK",
    orientation=None,
    school_unit="10000001",
    school_name="Västra gymnasiet",
    seats=64,
    status=Status.OFFERED,
)


def report(revision: int = 1, **changes: object) -> Report:
    content = replace(CONTENT, **changes)  # type: ignore[arg-type]
    return Report(
        offering="2281-EK-10000001", intake_year=2027, municipality="2281", revision=revision, content=content
    )


def after(*reports: Report) -> tuple[Offering, list[News]]:
    known: Offering | None = None
    told = []
    for each in reports:
        known, news = take(known, each)
        told += [news] if news else []
    assert known is not None
    return known, told


def test_the_first_offer_is_published() -> None:
    offering, told = after(report())
    assert (offering.version, told) == (1, [News.PUBLISHED])


@pytest.mark.parametrize(
    "change", [{"seats": 60}, {"school_name": "Östra gymnasiet"}, {"orientation": "EKEKO"}, {"programme": "SA"}]
)
def test_what_an_applicant_would_see_is_a_change(change: dict[str, object]) -> None:
    offering, told = after(report(), report(2, **change))
    assert (offering.version, told) == (2, [News.PUBLISHED, News.CHANGED])


def test_the_same_content_again_tells_nothing_but_counts_as_the_newest() -> None:
    offering, told = after(report(1), report(5), report(4, seats=1))
    assert (offering.revision, offering.version, offering.content.seats) == (5, 1, 64)
    assert told == [News.PUBLISHED]


def test_a_withdrawn_offering_that_nobody_knew_of_is_not_told_of() -> None:
    offering, told = after(report(3, status=Status.WITHDRAWN), report(2))
    assert (offering.version, told) == (0, [])
    assert offering.content.status is Status.WITHDRAWN


def test_an_offering_comes_and_goes() -> None:
    gone = report(2, status=Status.WITHDRAWN)
    _, told = after(report(1), gone, replace(gone, revision=3), report(4))
    assert told == [News.PUBLISHED, News.WITHDRAWN, News.CHANGED]


def test_the_order_of_delivery_does_not_matter_for_where_it_ends() -> None:
    reports = [report(1), report(2, seats=10), report(3, status=Status.WITHDRAWN), report(4, seats=20)]
    ends = {(end.revision, end.content) for end, _ in (after(*order) for order in permutations(reports))}
    assert ends == {(4, replace(CONTENT, seats=20))}
