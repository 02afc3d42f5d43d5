"""OUT_DIR: decisions and the record of the run, written as a whole or not at all, and read again."""

import csv
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from samverk.sandbox.faults import BadCell, BadFiles

DECISIONS = ("decisions.csv", ("applicant", "offering", "rank", "outcome", "queue", "reason"))
RECORD = "run.json"


@dataclass(frozen=True, slots=True)
class Record:
    """What the record of a run says of how it was made; None where it does not say."""

    seed: int | None = None
    tie_breakers: tuple[str, ...] | None = None
    input_hash: str | None = None
    decisions_hash: str | None = None


def write(folder: Path, decisions: bytes, record: Mapping[str, Any]) -> None:
    """Both files. Raises BadFiles when the folder cannot be written; then nothing has changed."""
    record_text = json.dumps({**record, "decisions_hash": hashed(decisions)}, ensure_ascii=False, indent=2) + "\n"
    write_files(folder, {DECISIONS[0]: decisions, RECORD: record_text.encode()})


def write_files(folder: Path, files: Mapping[str, bytes]) -> None:
    """Made ready beside their place and moved there, so that nobody meets half a file. Raises BadFiles."""
    try:
        _replace(folder, files)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        fault = BadCell(str(folder), None, None, f"Går inte att skriva: {reason}", f"Can't be written: {reason}")
        raise BadFiles([fault]) from None


def _replace(folder: Path, files: Mapping[str, bytes]) -> None:
    beside = folder if folder.is_dir() else folder.parent
    beside.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=beside, prefix=".samverk-") as temporary:
        ready = Path(temporary) / "ready"
        ready.mkdir()
        for name, content in files.items():
            (ready / name).write_bytes(content)
        if not folder.exists():
            ready.rename(folder)
            return
        for name in files:
            (ready / name).replace(folder / name)


def read_record(folder: Path) -> Record:
    """The record beside the decisions; an empty one when there is none. Raises BadFiles when it is none of ours."""
    try:
        said = json.loads((folder / RECORD).read_text(encoding="utf-8-sig"))
        ties = said.get("tie_breakers")
        return Record(
            None if said.get("seed") is None else int(said["seed"]),
            None if ties is None else tuple(str(tie) for tie in ties),
            said.get("input_hash"),
            said.get("decisions_hash"),
        )
    except FileNotFoundError:
        return Record()
    except (OSError, ValueError, TypeError, AttributeError):
        raise BadFiles(
            [BadCell(RECORD, None, None, "Filen är ingen körning av sandlådan.", "The file is no run of the sandbox.")]
        ) from None


def as_csv(header: Sequence[str], rows: Any) -> bytes:
    """Comma, UTF-8, a line feed at the end of each line."""
    text = StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue().encode()


def hashed(content: bytes) -> str:
    """SHA-256, as `sha256sum` shows it."""
    return sha256(content).hexdigest()
