"""The pages of one application: the office's, and the applicant's own."""

import httpx
import pytest

from services.admissions.tests.builders import grades
from services.admissions.tests.integration.entered import Who, page
from services.admissions.tests.integration.school_year import SchoolYear, application, graded, knows, offering, person

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
