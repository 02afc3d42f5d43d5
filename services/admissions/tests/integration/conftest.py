"""What the integration tests of admissions share."""

import pytest

from services.admissions.tests.integration.school_year import SchoolYear
from shared.work import UnitOfWork


@pytest.fixture
def year(unit_of_work: UnitOfWork) -> SchoolYear:
    return SchoolYear(unit_of_work)
