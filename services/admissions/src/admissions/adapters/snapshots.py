"""A run's whole input as bytes, so that it can be replayed whatever changes later.

Applicants stand in it by pseudonym; no identity number, no name. Kept as long as the run's record.
"""

import io
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256

import numpy as np
import orjson

from admissions.adapters import terms
from admissions.domain.intake import COLUMNS, Intake
from admissions.domain.offerings import Offering

_FASTEST = 1


@dataclass(frozen=True, slots=True)
class Snapshot:
    """`texts`: the files of rules."""

    region: str
    intake_year: int
    round: str
    texts: Mapping[str, str]
    intake: Intake


def packed(snapshot: Snapshot) -> bytes:
    """As it is kept: a header in JSON, then each column in numpy's format, compressed one by one.

    The same input gives the same bytes.
    """
    head = {
        "region": snapshot.region, "intake_year": snapshot.intake_year, "round": snapshot.round,
        "rules": dict(sorted(snapshot.texts.items())),
        "subjects": snapshot.intake.subjects,
        "offerings": [terms.as_data(offering) for offering in snapshot.intake.offerings],
    }  # fmt: skip
    parts = [zlib.compress(orjson.dumps(head, option=orjson.OPT_SORT_KEYS), _FASTEST)]
    for column in snapshot.intake.columns().values():
        content = io.BytesIO()
        np.save(content, np.ascontiguousarray(column), allow_pickle=False)
        parts.append(zlib.compress(content.getbuffer(), _FASTEST))
    return b"".join(len(part).to_bytes(8) + part for part in parts)


def unpacked(content: bytes) -> Snapshot:
    """What `packed` packed."""
    head_part, *parts = _parts(content)
    head = orjson.loads(zlib.decompress(head_part))
    columns = [np.load(io.BytesIO(zlib.decompress(part)), allow_pickle=False) for part in parts]
    intake = Intake(
        **dict(zip(COLUMNS, columns, strict=True)),
        subjects=tuple(head["subjects"]),
        offerings=tuple(terms.from_data(data) for data in head["offerings"]),
    )
    return Snapshot(head["region"], head["intake_year"], head["round"], head["rules"], intake)


def beginning(content: bytes) -> tuple[Mapping[str, str], tuple[Offering, ...]]:
    """The files of rules and the offerings alone, without the columns."""
    head = orjson.loads(zlib.decompress(content[8 : 8 + int.from_bytes(content[:8])]))
    return head["rules"], tuple(terms.from_data(data) for data in head["offerings"])


def _parts(content: bytes) -> list[bytes]:
    parts, at = [], 0
    while at < len(content):
        begin, at = at + 8, at + 8 + int.from_bytes(content[at : at + 8])
        parts.append(content[begin:at])
    return parts


def input_hash(snapshot: Snapshot) -> str:
    """SHA-256 of all that decides but the seed, whatever the library that compresses."""
    digest = sha256(
        orjson.dumps(
            [
                snapshot.intake_year, snapshot.round, dict(snapshot.texts), snapshot.intake.subjects,
                [terms.as_data(offering) for offering in snapshot.intake.offerings],
            ],
            option=orjson.OPT_SORT_KEYS,
        )
    )  # fmt: skip
    for name, column in snapshot.intake.columns().items():
        digest.update(name.encode())
        digest.update(np.ascontiguousarray(column).astype(column.dtype.newbyteorder("<")).tobytes())
    return digest.hexdigest()
