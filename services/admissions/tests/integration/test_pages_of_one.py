"""The pages of one application: the office's, and the applicant's own."""

from uuid import UUID

import httpx
import pytest

from admissions.api.explanations import explained
from admissions.queries.explanations import NothingDecided
from services.admissions.tests.builders import grades
from services.admissions.tests.integration.entered import Who, page
from services.admissions.tests.integration.school_year import (
    SchoolYear,
    application,
    graded,
    knows,
    moved,
    offering,
    person,
)
from shared.testing import parts as parts_of

EK, NA = "2281-EK-1", "2281-NA-1"


@pytest.fixture
async def offered(year: SchoolYear) -> SchoolYear:
    await year.deliver(offering(EK, 1), offering(NA, 1))
    return year


async def test_what_counts_beside_grades_counts_on_the_page(
    client: httpx.AsyncClient, offered: SchoolYear, who: Who
) -> None:
    without_english = {subject: grade for subject, grade in grades("C").items() if subject != "EN"}
    await offered.deliver(application("ann", EK), application("bo", EK))
    await offered.deliver(graded("ann", without_english), graded("bo", without_english))
    await offered.deliver(knows("ann", english_exempted=True))

    who.be(person("bo"))
    assert "Saknar Engelska" in await page(client, "/my")
    who.be(person("ann"))
    shown = await page(client, "/my")
    assert "Saknar Engelska" not in shown
    assert "Inget nationellt program." not in shown

    await offered.deliver(knows("ann", english_exempted=True, completed_programme=True, revision=2))
    assert "Inget nationellt program." in await page(client, "/my")


async def test_what_was_decided_is_seen_from_the_home_that_handed_in_and_the_one_of_today(
    offered: SchoolYear, who: Who
) -> None:
    await offered.apply("ann", "B", EK)
    await offered.deliver(moved("ann", "2284", on="2026-06-15"))
    await offered.run("final")
    await offered.deliver(moved("ann", "2260", on="2026-06-20"))
    ann, parts = UUID(person("ann")), parts_of(offered.unit_of_work, who)

    for municipality in ("2281", "2260", None):
        told = await explained(parts, ann, 2027, municipality)
        assert [choice.outcome for choice in told.rounds[0].choices] == ["admitted"]
    for stranger in ("2284", "2262"):
        with pytest.raises(NothingDecided):
            await explained(parts, ann, 2027, stranger)


async def test_the_page_of_who_has_moved_tells_what_was_decided(
    client: httpx.AsyncClient, offered: SchoolYear, who: Who
) -> None:
    await offered.apply("ann", "B", EK)
    await offered.deliver(moved("ann", "2284", on="2026-06-15"))
    await offered.run("final")
    for municipality in ("2281", "2284"):
        who.be("officer", municipality)
        shown = await page(client, f"/office/applications/{person('ann')}")
        assert "Inte avgjort" not in shown
        assert "Du är antagen" in shown
