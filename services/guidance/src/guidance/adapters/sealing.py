"""Seals confidential text: AES-256-GCM, with the key's id beside it, bound to what it belongs to."""

import base64
from collections.abc import Mapping
from secrets import token_bytes
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from guidance.settings import Secrets

_NONCE_BYTES: Final = 12
_KEY_BYTES: Final = 32


class SealingOff(Exception):
    """Confidential notes can't be kept: SAMVERK_GUIDANCE_NOTE_KEY and _NOTE_KEYS are not set."""

    sv = "Anteckningar kan inte sparas: SAMVERK_GUIDANCE_NOTE_KEY och _NOTE_KEYS är inte satta."


class KeyMissing(Exception):
    """The note was sealed with a key that this service no longer has; ask operations to put it back."""

    sv = "Anteckningen är förseglad med en nyckel som tjänsten inte längre har; be driften lägga tillbaka den."


class Seal:
    """Seals with the current key, opens with any that it knows."""

    def __init__(self, keys: Mapping[str, str], current: str | None) -> None:
        """Keys by id, 32 bytes each in base64. Raises ValueError when one is not."""
        self._keys = {name: AESGCM(_decoded(text)) for name, text in keys.items()}
        self._current = current

    @property
    def current(self) -> str:
        """Id of the key that seals now. Raises SealingOff."""
        if self._current is None:
            raise SealingOff
        return self._current

    def seal(self, text: str, bound_to: str) -> bytes:
        """The sealed text; it opens only for the same `bound_to`. Raises SealingOff."""
        nonce = token_bytes(_NONCE_BYTES)
        return nonce + self._keys[self.current].encrypt(nonce, text.encode(), bound_to.encode())

    def open(self, sealed: bytes, key_id: str, bound_to: str) -> str:
        """The text. Raises KeyMissing when the key is gone, or is another under the same id."""
        if key_id not in self._keys:
            raise KeyMissing
        try:
            return self._keys[key_id].decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], bound_to.encode()).decode()
        except InvalidTag:
            raise KeyMissing from None


def _decoded(text: str) -> bytes:
    key = base64.b64decode(text, validate=True)
    if len(key) != _KEY_BYTES:
        raise ValueError("a note key has 32 bytes")
    return key


def seal_of(secrets: Secrets) -> Seal | None:
    """The seal that the settings give, None when notes are off."""
    if secrets.note_key is None:
        return None
    return Seal({name: key.get_secret_value() for name, key in secrets.note_keys.items()}, secrets.note_key)


def known_seal(seal: Seal | None) -> Seal:
    """Raises SealingOff when there is none."""
    if seal is None:
        raise SealingOff
    return seal
