"""Keeps addresses and passwords of calendars, and what visitors leave for a short while, sealed in the database."""

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from pydantic import SecretStr

from guidance.domain.calendars import AddressWrong, CalendarsOff, Fault, Unreadable

_PURPOSE: Final = b"samverk guidance calendars"


@dataclass(frozen=True, slots=True)
class Account:
    """Where a calendar is, and who may read it there."""

    address: str
    user: str | None
    password: str | None

    @property
    def host(self) -> str:
        """All of the address that is ever shown again."""
        return urlsplit(self.address).hostname or ""


def account(address: str, user: str | None, password: str | None) -> Account:
    """The account as it was entered; webcal: is what calendars call https:. Raises AddressWrong."""
    entered = address.strip()
    if entered.lower().startswith("webcal://"):
        entered = "https://" + entered[len("webcal://") :]
    try:
        parts = urlsplit(entered)
        right = parts.scheme in ("https", "http") and bool(parts.hostname) and not parts.username and not parts.password
    except ValueError:
        right = False
    if not right or not entered.isprintable():
        raise AddressWrong
    return Account(entered, user, password)


class Vault:
    """Seals with the first key, opens with any of them, so that keys can be changed one after the other."""

    def __init__(self, keys: Sequence[SecretStr]) -> None:
        self._keys = MultiFernet([Fernet(_derived(key)) for key in keys]) if keys else None

    def seal(self, text: str, bound_to: str) -> bytes:
        """The sealed text; it opens for the same `bound_to` only. Raises CalendarsOff."""
        if self._keys is None:
            raise CalendarsOff
        return self._keys.encrypt(json.dumps([bound_to, text]).encode())

    def open(self, sealed: bytes, bound_to: str) -> str:
        """The text. Raises CalendarsOff, and Unreadable when no key fits."""
        if self._keys is None:
            raise CalendarsOff
        try:
            belongs, text = json.loads(self._keys.decrypt(bytes(sealed)))
        except InvalidToken:
            raise Unreadable(Fault.KEY_MISSING) from None
        if belongs != bound_to:
            raise Unreadable(Fault.KEY_MISSING)
        return str(text)

    def seal_account(self, known: Account, bound_to: str) -> bytes:
        """The account, sealed."""
        return self.seal(json.dumps([known.address, known.user, known.password]), bound_to)

    def open_account(self, sealed: bytes, bound_to: str) -> Account:
        """The account again."""
        return Account(*json.loads(self.open(sealed, bound_to)))


def _derived(key: SecretStr) -> bytes:
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=_PURPOSE).derive(key.get_secret_value().encode())
    return base64.urlsafe_b64encode(derived)
