"""Follow-up cases, as admissions' words make them."""

from collections.abc import Sequence
from uuid import uuid4

from guidance.adapters import cases
from guidance.domain import cases as follow_up
from guidance.domain.cases import Case, Word
from guidance.messages import cases as cases_said
from shared.work import Work


async def hear(work: Work, words: Sequence[tuple[Word, str | None]]) -> None:
    """Take what admissions said, each word with its trace: decide in turn, save in one statement, announce the news."""
    known = await cases.load(work.connection, {word.key for word, _ in words})
    changed: dict[cases.Key, Case] = {}
    for word, trace in words:
        before = changed.get(word.key) or known.get(word.key)
        after, news = follow_up.take(before, word, fresh=uuid4(), now=work.now)
        if after is not before:
            changed[word.key] = after
        if news is not None:
            work.announce(cases_said.of_case(after, news, trace))
    await cases.save(work.connection, changed.values())
