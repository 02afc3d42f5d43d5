"""Bytes to text, as Excel and its kin write them."""

import sys
from pathlib import Path

from samverk.reading.rows import Unreadable

STANDARD_INPUT = "-"
_LARGEST = 512 * 1024 * 1024


def read_bytes(file: str) -> bytes:
    """The file, or standard input for `-`. Raises Unreadable."""
    if file == STANDARD_INPUT:
        return sys.stdin.buffer.read()
    path = Path(file)
    try:
        if path.stat().st_size > _LARGEST:
            raise Unreadable("Filen är större än 512 MB; dela den.", "The file is larger than 512 MB; split it.")
        return path.read_bytes()
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise Unreadable(f"Filen {file} går inte att läsa: {reason}", f"Can't read the file {file}: {reason}") from None


def decoded(content: bytes) -> str:
    """UTF-8 with or without a byte order mark, UTF-16 with one, else Windows-1252 (Latin-1 with a few letters more)."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")
