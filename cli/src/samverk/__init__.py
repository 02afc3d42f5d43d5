"""The `samverk` command: what a municipality, an operator and a newcomer run."""
