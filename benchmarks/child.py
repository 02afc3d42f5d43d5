"""`python -m benchmarks.child MODULE`: run one contender with the JSON object on standard input, print its outcome."""

import gc
import json
import sys
from importlib import import_module

import uvloop

MARK = "outcome: "


def main() -> None:
    """As a service does it: uvloop, and the garbage collector spared once all is imported."""
    contender = import_module(sys.argv[1])
    given = json.load(sys.stdin)
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)
    outcome = uvloop.run(contender.run(given))
    print(MARK + json.dumps(outcome.as_dict()), flush=True)


if __name__ == "__main__":
    main()
