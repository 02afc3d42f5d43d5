"""What the integration tests of admissions share."""

import pytest

from services.admissions.tests.integration.school_year import SchoolYear, application, offering
from shared.work import UnitOfWork

EK, NA, BA = "2281-EK-1", "2281-NA-1", "2284-BA-1"


@pytest.fixture
def year(unit_of_work: UnitOfWork) -> SchoolYear:
    return SchoolYear(unit_of_work)


@pytest.fixture
async def four(year: SchoolYear) -> SchoolYear:
    """One seat in EK and one in NA; Ann and Bo and Cia want EK first, Dan lacks all grades."""
    await year.deliver(offering(EK, 1), offering(NA, 1), offering(BA, 5))
    await year.apply("ann", "A", EK, NA)
    await year.apply("bo", "B", EK, NA, BA)
    await year.apply("cia", "C", EK)
    await year.deliver(application("dan", EK, NA))
    return year
