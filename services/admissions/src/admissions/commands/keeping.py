"""What is not kept for ever."""

from admissions.adapters import runs
from shared.work import Work


async def forget_inputs(work: Work, *, kept: int) -> bool:
    """Forget inputs of runs that bound nobody, but the newest `kept` of each round; done in one go."""
    await runs.forget_inputs(work.connection, kept)
    return False
