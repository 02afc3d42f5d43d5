"""A case's open paths, from the region's dates and what the catalogue offers."""

from datetime import date

from guidance.adapters.agreements import dates_of, programmes
from guidance.domain.cases import Case
from guidance.domain.paths import Path, paths


def paths_of(case: Case, offered: frozenset[str], day: date) -> list[Path]:
    """The case's paths; where the catalogue has said nothing, towards every national programme."""
    if case.unplaced is None:
        return []
    known = {code: each.vocational for code, each in programmes().items() if not offered or code in offered}
    dates = dates_of(case.home_municipality, case.intake_year)
    return list(paths(case.unplaced, intake_year=case.intake_year, programmes=known, dates=dates, today=day))
