"""A file with its final name is whole, whatever happens on the way."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from twin_lakehouse import durable


class Died(BaseException):
    """Stands for a process that ends at this point."""


def test_written_file_replaces_the_old_one(tmp_path: Path) -> None:
    path = tmp_path / "a/b/file"
    durable.write_file(path, b"old")
    durable.write_file(path, b"new")
    assert path.read_bytes() == b"new"
    assert [entry.name for entry in path.parent.iterdir()] == ["file"]


def test_copied_file_is_the_same(tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.write_bytes(os.urandom(3 << 20))
    durable.copy_file(source, tmp_path / "copy")
    assert (tmp_path / "copy").read_bytes() == source.read_bytes()


@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_death_before_the_rename_leaves_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    path = tmp_path / "file"
    durable.write_file(path, b"old")
    monkeypatch.setattr(os if step == "fsync" else Path, step, _raising(Died()))
    with pytest.raises(Died):
        durable.write_file(path, b"new")
    assert path.read_bytes() == b"old"


def test_death_after_the_rename_leaves_the_new_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "file"
    durable.write_file(path, b"old")
    monkeypatch.setattr(durable, "fsync_folder", _raising(Died()))
    with pytest.raises(Died):
        durable.write_file(path, b"new")
    assert path.read_bytes() == b"new"


def test_full_disk_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "fsync", _raising(OSError(errno.ENOSPC, "No space left on device")))
    with pytest.raises(OSError, match="No space left"):
        durable.write_file(tmp_path / "file", b"data")
    assert list(tmp_path.iterdir()) == []


def test_new_folders_are_synced_up_to_the_first_that_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[Path] = []
    monkeypatch.setattr(durable, "fsync_folder", synced.append)
    durable.make_folder(tmp_path / "a/b")
    assert set(synced) == {tmp_path, tmp_path / "a"}


def _raising(error: BaseException) -> Callable[..., None]:
    def fail(*_arguments: object) -> None:
        raise error

    return fail
