"""`python -m shared.contracts docs [PAGE]` writes the catalogue of events into docs/events.md, or into another page."""

import sys
from collections.abc import Sequence
from pathlib import Path

from shared.contracts import Contracts, catalogue, files


def main(arguments: Sequence[str]) -> int:
    """Write the catalogue; the exit code is 2 for a wrong call."""
    match list(arguments):
        case ["docs"]:
            catalogue.write(files.folder().parents[1] / "docs" / "events.md", Contracts.load())
        case ["docs", page]:
            catalogue.write(Path(page), Contracts.load())
        case _:
            sys.stderr.write("usage: python -m shared.contracts docs [PAGE]\n")
            return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
