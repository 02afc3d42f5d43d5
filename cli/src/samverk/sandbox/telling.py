"""What is being done just now, for a terminal somebody watches."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from samverk import screen
from samverk.words import language
from shared.texts import Text

Tell = Callable[[Text], None]


@contextmanager
def told(steps: int) -> Iterator[Tell]:
    """A bar that moves one step on each time something new begins."""
    with screen.progress() as progress:
        task = progress.add_task("", total=steps, start=True)

        def tell(doing: Text) -> None:
            progress.update(task, description=doing.in_language(language()), advance=1)

        yield tell
