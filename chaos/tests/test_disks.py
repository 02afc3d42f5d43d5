"""A full disk takes nothing, and takes again when there is room."""

from pathlib import Path

import pytest

from chaos.disks import Disk, NoDisks


def test_a_filled_disk_takes_nothing_until_it_is_emptied(tmp_path: Path) -> None:
    try:
        disk = Disk(tmp_path / "small", mebibytes=16)
    except NoDisks as reason:
        pytest.skip(f"nothing can be mounted here: {reason}")
    try:
        with disk.filled(), pytest.raises(OSError, match="No space"):
            (disk.folder / "file").write_bytes(bytes(1_000_000))
        (disk.folder / "file").write_bytes(bytes(1_000_000))
    finally:
        disk.unmount()

    assert list(tmp_path.iterdir()) == [tmp_path / "small"]
    assert list((tmp_path / "small").iterdir()) == []
