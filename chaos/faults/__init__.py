"""The faults that can be injected. Each is a block: entering it breaks something, leaving it mends that."""

from chaos.faults import clocks, crashes, crowds, disks, networks, pauses
from chaos.faults.fault import Fault

FAULTS: tuple[Fault, ...] = (
    *crashes.FAULTS,
    *pauses.FAULTS,
    *networks.FAULTS,
    *disks.FAULTS,
    *clocks.FAULTS,
    *crowds.FAULTS,
)
BY_NAME = {fault.name: fault for fault in FAULTS}

__all__ = ["BY_NAME", "FAULTS", "Fault"]
