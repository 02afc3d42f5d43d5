"""The folder that holds everything one stack keeps, and the lock that makes it one stack's own."""

import fcntl
import json
import os
import secrets
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, NotRequired, TypedDict

from joserfc.jwk import ECKey


class StateFolderBusy(Exception):
    """Another stack is running in this folder; stop it, or set SAMVERK_STATE to another folder."""


class Secrets(TypedDict):
    """What `secrets.json` keeps: passwords as text, the issuer's private key as a JWK."""

    id: str
    postgres: str
    roles: dict[str, str]
    principals: NotRequired[dict[str, str]]
    signing_key: dict[str, Any]


@dataclass(frozen=True, slots=True)
class State:
    """Paths and secrets of one stack. Nothing is created before `prepare`."""

    folder: Path

    @property
    def logs(self) -> Path:
        return self.folder / "logs"

    def log(self, name: str) -> Path:
        """Where the output of one program goes."""
        return self.logs / f"{name}.log"

    def prepare(self) -> None:
        """Create the folders; logs are for their owner alone."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self.logs.mkdir(mode=0o700, exist_ok=True)

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Own the folder. Raises StateFolderBusy; the system drops the lock of a stack that died."""
        self.prepare()
        with (self.folder / "lock").open("a") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise StateFolderBusy(str(self.folder)) from None
            yield

    def secrets(self) -> Secrets:
        """Read the secrets; the first call makes them up. Readable by their owner only."""
        path = self.folder / "secrets.json"
        if not path.exists():
            self.folder.mkdir(parents=True, exist_ok=True)
            write_private(path, _fresh_secrets(), replace=False)
        kept: Secrets = json.loads(path.read_text())
        return kept

    def session_key(self) -> str:
        """What the services encrypt their readers' sessions with, made from the signing key."""
        return sha256(json.dumps(self.secrets()["signing_key"], sort_keys=True).encode()).hexdigest()

    def role_password(self, service: str) -> str:
        """The database password of a service, made up the first time it is asked for."""
        kept = self.secrets()
        if service not in kept["roles"]:
            kept["roles"][service] = secrets.token_urlsafe(24)
            write_private(self.folder / "secrets.json", kept)
        return kept["roles"][service]

    def kafka_passwords(self, names: Iterable[str]) -> dict[str, str]:
        """The password of every principal of the cluster; those of `names` are made up the first time."""
        kept = self.secrets()
        passwords = kept.setdefault("principals", {})
        missing = [name for name in names if name not in passwords]
        if missing:
            passwords |= {name: secrets.token_urlsafe(24) for name in missing}
            write_private(self.folder / "secrets.json", kept)
        return passwords


def _fresh_secrets() -> Secrets:
    key = ECKey.generate_key("P-256", {"use": "sig", "alg": "ES256"}, private=True, auto_kid=True)
    return {
        "id": secrets.token_hex(16),
        "postgres": secrets.token_urlsafe(24),
        "roles": {},
        "signing_key": key.as_dict(private=True),
    }


def write_private(path: Path, content: object, *, replace: bool = True) -> None:
    """Write JSON that only its owner may read, whole or not at all; without `replace` the first writer wins."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    with os.fdopen(handle, "w") as file:
        json.dump(content, file, indent=2)
    written = Path(name)
    if replace:
        written.replace(path)
        return
    with suppress(FileExistsError):
        path.hardlink_to(written)
    written.unlink()
