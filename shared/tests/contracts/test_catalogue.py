"""The catalogue of events is written from the contracts and leaves the rest of the page alone."""

from pathlib import Path

import pytest

from shared.contracts import Contracts, catalogue
from shared.contracts.__main__ import main

CONTRACTS = Contracts.load()
PAGE = f"Before\n{catalogue.BEGIN}\nold\n{catalogue.END}\nAfter\n"


def test_only_the_part_between_the_comments_is_written(tmp_path: Path) -> None:
    page = tmp_path / "events.md"
    page.write_text(PAGE)

    assert main(["docs", str(page)]) == 0

    written = page.read_text()
    assert written.startswith(f"Before\n{catalogue.BEGIN}\n")
    assert written.endswith(f"{catalogue.END}\nAfter\n")
    assert "\nold\n" not in written
    assert catalogue.updated(written, CONTRACTS) == written


def test_every_event_has_its_place_its_fields_and_an_example() -> None:
    written = catalogue.updated(PAGE, CONTRACTS)

    for name in CONTRACTS.types():
        contract = CONTRACTS.get(name)
        assert written.count(f"### {name}\n") == 1
        assert f"(#{name.replace('.', '')}) | {contract.title.sv} |" in written
        for field in contract.schema["properties"].values():
            assert f" {field['description']} | {field['x-description-sv']} |" in written


def test_personal_and_optional_fields_are_marked() -> None:
    written = catalogue.updated(PAGE, CONTRACTS)

    assert "**personal** | Personal, coordination, TF or interim number" in written
    assert "| `orientation` (optional) |" in written
    assert "| `choices[].rank` | integer, minimum 1, maximum 20 |" in written


def test_a_page_without_the_comments_is_not_touched() -> None:
    with pytest.raises(catalogue.NoPlaceForCatalogue):
        catalogue.updated("A page about something else", CONTRACTS)


def test_a_wrong_call_is_refused() -> None:
    assert main([]) == 2
    assert main(["paint"]) == 2
