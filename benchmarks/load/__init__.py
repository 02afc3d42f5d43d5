"""How much the doors and the consumers take on this machine, where it bends, and whether memory stays flat."""
