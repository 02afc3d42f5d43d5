"""What is done by the clock: rounds and simulations that wait are carried out, old simulations forgotten."""

from collections.abc import Sequence
from datetime import timedelta
from functools import partial

from admissions.commands import round_requests, simulations
from shared.chores import Chore, Errand


def simulation_chores(region: str) -> Sequence[Chore | Errand]:
    """The chores."""
    return [
        Errand("run_rounds", timedelta(seconds=1), partial(round_requests.carry_out, region=region)),
        Errand("simulate", timedelta(seconds=2), partial(simulations.carry_out, region=region)),
        Chore("forget_simulations", timedelta(hours=1), simulations.forget),
    ]
