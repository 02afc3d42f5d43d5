"""The four kinds of identity, held against the library `personnummer` where it has an opinion."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from personnummer import personnummer

import admissions
from admissions.domain.identity import is_valid


@pytest.mark.parametrize(
    "identity",
    [
        "201101012381",
        "201101612388",
        "20110101TF10",
        "20110101T123",
        "20120229TF20",
        "20110101-2381",
    ],
)
def test_a_well_formed_identity_is_taken(identity: str) -> None:
    assert is_valid(identity)


@pytest.mark.parametrize(
    "identity",
    [
        "",
        "201101012382",
        "201113012384",
        "201102302381",
        "20110101-2384",
        "20110101--2381",
        "1101012384",
        "20110101tf10",
        "20110161TF10",
        "20110101A123",
        "20110101TF1",
        "２０1101012384",
    ],
)
def test_an_ill_formed_identity_is_refused(identity: str) -> None:
    assert not is_valid(identity)


@given(st.dates(), st.integers(0, 999), st.integers(0, 9), st.sampled_from([0, 60]))
def test_agrees_with_the_library_on_every_number(day, serial, check, added) -> None:  # type: ignore[no-untyped-def]
    number = f"{day.year:04}{day.month:02}{day.day + added:02}{serial:03}{check}"
    assert is_valid(number) == personnummer.valid(number)


def test_no_page_list_or_query_speaks_of_identities() -> None:
    package = Path(admissions.__file__).parent
    places = [file for folder in ("queries", "pages", "templates", "api") for file in (package / folder).rglob("*.*")]
    speaks = [f.name for f in places if f.suffix in {".py", ".html"} and "identity" in f.read_text(encoding="utf-8")]

    assert len(places) > 20
    assert speaks == ["persons.py"]  # the door of the register itself
