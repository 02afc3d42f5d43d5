"""Which tie-breakers there are."""

from collections.abc import Sequence

from admissions.domain.wishes import UnknownTies, check_ties


def known(ties: Sequence[str]) -> bool:
    """Whether the engine can break ties so."""
    try:
        check_ties(ties)
    except UnknownTies:
        return False
    return bool(ties)
