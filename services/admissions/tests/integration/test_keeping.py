"""What is not kept for ever: inputs of preliminary runs, but the newest."""

import pytest

from admissions.commands import rounds
from admissions.commands.keeping import forget_inputs
from admissions.commands.rounds import CannotReplay
from admissions.main import build
from services.admissions.tests.integration.school_year import SchoolYear
from shared.settings import Settings


async def test_the_newest_inputs_and_those_that_bound_are_kept(four: SchoolYear) -> None:
    oldest, middle, newest = [await four.run("preliminary") for _ in range(3)]
    final = await four.run("final")
    async with four.unit_of_work() as work:
        await forget_inputs(work, kept=2)
        assert await forget_inputs(work, kept=2) is False

    for run in (middle, newest, final):
        assert (await rounds.replay(run, four.unit_of_work)).same
    with pytest.raises(CannotReplay):
        await rounds.replay(oldest, four.unit_of_work)


async def test_the_chores_of_the_office_can_be_done_with_nothing_to_do(year: SchoolYear) -> None:
    chores = {chore.name: chore for chore in build(Settings.for_documents()).chores}
    for name in ("remind_of_replies", "forget_run_inputs"):
        async with year.unit_of_work() as work:
            assert await chores[name].do(work) is False  # type: ignore[arg-type]
