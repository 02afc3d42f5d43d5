"""Prints a token of an issuer that runs apart from a stack: `python -m local_stack.give_token STATE ISSUER …`."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from local_stack.issuer import sign_token
from local_stack.state import State


def main(arguments: Sequence[str] | None = None) -> None:
    """Sign with the key in STATE, in the name of ISSUER (an address). Raises UnknownRole."""
    parser = argparse.ArgumentParser(prog="local_stack.give_token")
    parser.add_argument("state", type=Path)
    parser.add_argument("issuer")
    parser.add_argument("--municipality")
    parser.add_argument("--role", action="append", default=[])
    asked = parser.parse_args(arguments)
    token = sign_token(State(asked.state), municipality=asked.municipality, roles=asked.role, issuer=asked.issuer)
    sys.stdout.write(f"{token}\n")


if __name__ == "__main__":
    main()
