"""The gate as it is run: on a folder of files, with the exit code that fails a build."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import pytest

from shared import compatibility
from shared.contracts import files

TYPE = "se.samverk.pricing.thing.done.v1"
CONTRACT: dict[str, Any] = {
    "type": TYPE,
    "title": {"sv": "Sak", "en": "Thing"},
    "summary": {"sv": "En sak.", "en": "A thing."},
    "topic": "pricing.events",
    "key": "{thing}",
    "schema": {"type": "object", "required": ["thing"], "properties": {"thing": {"type": "string", "maxLength": 5}}},
    "example": {
        "specversion": "1.0",
        "id": "1",
        "type": TYPE,
        "source": "/samverk/pricing",
        "subject": "abc",
        "data": {"thing": "abc"},
    },
}


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Writes the contract with some of its words replaced, and gives the folder."""

    def write(**words: Any) -> Path:
        (tmp_path / f"{TYPE}.json").write_bytes(orjson.dumps({**CONTRACT, **words}))
        return tmp_path

    return write


def schema(**thing: Any) -> dict[str, Any]:
    return {**CONTRACT["schema"], "properties": {"thing": {"type": "string", "maxLength": 5, **thing}}}


def test_a_new_contract_must_be_released(write: Callable[..., Path]) -> None:
    folder = write()

    assert compatibility.check(folder) == [f"{TYPE} /: not released yet; run `python -m shared.compatibility release`"]
    assert compatibility.release(folder) == []
    assert compatibility.check(folder) == []


def test_a_breaking_change_is_named_and_never_released(write: Callable[..., Path]) -> None:
    folder = write()
    compatibility.release(folder)
    frozen = (folder / "released" / f"{TYPE}.json").read_bytes()
    write(schema=schema(maxLength=6))
    why = [
        f"{TYPE} /thing: maxLength widened from 5 to 6 (forward: a reader of the former schema could not live with it)"
    ]

    assert compatibility.check(folder) == why
    assert compatibility.release(folder) == why
    assert (folder / "released" / f"{TYPE}.json").read_bytes() == frozen


def test_a_released_contract_may_not_vanish(write: Callable[..., Path]) -> None:
    folder = write()
    compatibility.release(folder)
    (folder / f"{TYPE}.json").unlink()

    assert compatibility.check(folder) == [
        f"{TYPE} /: the contract has vanished (backward: an event stored before could not be read)"
    ]


@pytest.mark.parametrize(("word", "value"), [("topic", "catalogue.events"), ("key", "{other}")])
def test_topic_and_key_stay(write: Callable[..., Path], word: str, value: str) -> None:
    folder = write()
    compatibility.release(folder)
    write(**{word: value})

    (line,) = compatibility.check(folder)

    assert line.startswith(f"{TYPE} /: {word} changed from ")


def test_an_added_optional_field_passes_but_must_be_released_so_that_it_is_guarded_from_then_on(
    write: Callable[..., Path],
) -> None:
    folder = write()
    compatibility.release(folder)
    added = schema()
    added["properties"]["more"] = {"type": "integer"}
    write(schema=added)

    assert compatibility.check(folder) == [
        f"{TYPE} /: changed since its release; run `python -m shared.compatibility release`"
    ]
    assert compatibility.release(folder) == []
    assert compatibility.check(folder) == []


def test_changed_words_need_no_release(write: Callable[..., Path]) -> None:
    folder = write()
    compatibility.release(folder)
    write(schema=schema(description="Other words"), title={"sv": "Annat", "en": "Other"})

    assert compatibility.check(folder) == []


def test_a_stored_event_must_still_be_valid(write: Callable[..., Path]) -> None:
    folder = write()
    compatibility.release(folder)
    path = folder / "released" / f"{TYPE}.json"
    released = orjson.loads(path.read_bytes())
    released["examples"].append({**CONTRACT["example"], "id": "2", "data": {"thing": "too long"}})
    path.write_bytes(orjson.dumps(released))

    assert compatibility.check(folder) == [f"{TYPE} /thing: stored event 2 does not keep the contract (max_length)"]


def test_an_example_must_be_valid(write: Callable[..., Path]) -> None:
    folder = write(example={**CONTRACT["example"], "specversion": "0.3", "data": {}})
    faults = [
        f"{TYPE} /specversion: example does not keep the contract (specversion)",
        f"{TYPE} /thing: example does not keep the contract (missing)",
    ]

    assert compatibility.check(folder) == faults
    assert compatibility.release(folder) == faults
    assert not (folder / "released").exists()


def test_examples_of_each_release_are_kept(write: Callable[..., Path]) -> None:
    folder = write()
    compatibility.release(folder)
    write(example={**CONTRACT["example"], "id": "2"})
    compatibility.release(folder)
    compatibility.release(folder)

    examples = orjson.loads((folder / "released" / f"{TYPE}.json").read_bytes())["examples"]

    assert [example["id"] for example in examples] == ["1", "2"]


def test_the_command_says_each_reason_and_fails(
    write: Callable[..., Path], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = write()
    monkeypatch.setattr(files, "_REPOSITORY", folder)

    assert compatibility.main(["check"]) == 1
    assert capsys.readouterr().out.count("\n") == 1
    assert compatibility.main(["release"]) == 0
    assert compatibility.main(["check"]) == 0
    assert compatibility.main(["other"]) == 2
