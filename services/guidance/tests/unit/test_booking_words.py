"""The words of the booking pages beside those of all others: one name, one meaning."""

import pytest

from guidance.pages import diary_pages, follow_up_pages, rota_pages
from guidance.pages.booking_words import BOOKING_WORDS
from guidance.pages.links_words import LINKS_WORDS
from shared.page_words import WORDS

AREAS = {
    "shared": WORDS,
    "follow_up": follow_up_pages.WORDS,
    "rota": rota_pages.WORDS,
    "diary": diary_pages.WORDS,
    "booking": BOOKING_WORDS,
    "links": LINKS_WORDS,
}


@pytest.mark.parametrize("area", ["booking", "links"])
def test_no_word_means_something_else_in_another_area(area: str) -> None:
    own = AREAS[area]
    for name, others in AREAS.items():
        differing = {word for word in own.keys() & others.keys() if own[word] != others[word]}
        assert differing == set(), f"{area} and {name} disagree"
