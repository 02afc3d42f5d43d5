"""A small disk of its own that can be filled without harm to anything else: an ext4 file on a loop device."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_MARGIN = 65_536


class NoDisks(Exception):
    """This machine does not let us mount."""


class Disk:
    """A mounted file system of so many mebibytes. Raises NoDisks; `unmount` leaves nothing."""

    def __init__(self, folder: Path, *, mebibytes: int) -> None:
        self.folder = folder
        self._image = folder.with_name(f".{folder.name}.img")
        folder.mkdir(parents=True, exist_ok=True)
        with self._image.open("wb") as file:
            file.truncate(mebibytes * 1024 * 1024)
        try:
            # no space is kept back for root: full is full for everybody
            _run("mkfs.ext4", "-q", "-F", "-m", "0", "-O", "^has_journal", str(self._image))
            _run("mount", "-o", "loop", str(self._image), str(folder))
        except (OSError, subprocess.SubprocessError) as error:
            self._image.unlink(missing_ok=True)
            raise NoDisks(type(error).__name__) from error
        (folder / "lost+found").rmdir()

    @property
    def free(self) -> int:
        """Bytes left."""
        return shutil.disk_usage(self.folder).free

    @contextmanager
    def filled(self) -> Iterator[None]:
        """Nothing can be written in this block."""
        filler = self.folder / "filler"
        try:
            _fill(filler)
            yield
        finally:
            filler.unlink(missing_ok=True)

    def unmount(self) -> None:
        """Take it down and remove what it stood on."""
        subprocess.run(["umount", "--lazy", str(self.folder)], check=False, capture_output=True)
        self._image.unlink(missing_ok=True)


def _fill(filler: Path) -> None:
    block = bytes(_MARGIN)
    with filler.open("ab", buffering=0) as file:
        with suppress(OSError):
            os.posix_fallocate(file.fileno(), 0, shutil.disk_usage(filler.parent).free - 16 * _MARGIN)
        try:
            while True:
                file.write(block)
        except OSError:
            return


def _run(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True, timeout=60)
