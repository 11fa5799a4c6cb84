"""The object store's contract, on a folder (S3 has the same in test_s3.py)."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import duckdb
import pytest

from twin_lakehouse import Storage, folder
from twin_lakehouse.errors import InvalidValueError, LakeAwayError, LakeFullError, MissingFileError
from twin_lakehouse.folder import FolderStorage
from twin_lakehouse.storage import checked_key

KEY = "raw/turtlebot-01/job_id=job-1/000001.mcap"


@pytest.fixture
def storage(tmp_path: Path) -> Storage:
    return FolderStorage(tmp_path / "data")


@pytest.fixture
def local(tmp_path: Path) -> Path:
    path = tmp_path / "local.mcap"
    path.write_bytes(b"recorded")
    return path


def test_what_was_put_is_fetched_under_the_key(storage: Storage, local: Path) -> None:
    raw_path = storage.put(local, KEY)
    assert raw_path == KEY
    assert storage.exists(raw_path)
    assert storage.fetch(raw_path).read_bytes() == b"recorded"


def test_put_again_replaces(storage: Storage, local: Path) -> None:
    storage.put(local, KEY)
    storage.put_bytes(b"other", KEY)
    assert storage.fetch(KEY).read_bytes() == b"other"


def test_what_a_block_writes_is_there_when_it_ends(storage: Storage) -> None:
    with storage.writing(KEY) as file:
        file.write(b"recor")
        assert not storage.exists(KEY)
        file.writelines([b"d", b"ed"])
    assert storage.fetch(KEY).read_bytes() == b"recorded"


def test_what_a_failed_block_wrote_is_nowhere(storage: Storage, tmp_path: Path) -> None:
    def fail() -> None:
        with storage.writing(KEY) as file:
            file.write(b"half")
            raise KeyError("a bug")

    with pytest.raises(KeyError, match="a bug"):
        fail()
    assert [path for path in (tmp_path / "data").rglob("*") if path.is_file()] == []


def test_removed_key_is_gone_and_removing_it_again_is_no_error(storage: Storage, local: Path) -> None:
    storage.put(local, KEY)
    assert storage.remove(KEY)
    assert not storage.exists(KEY)
    assert not storage.remove(KEY)


def test_missing_key_is_named(storage: Storage) -> None:
    assert not storage.exists(KEY)
    with pytest.raises(MissingFileError, match=r"000001\.mcap: is not in the storage"):
        storage.fetch(KEY)


def test_missing_local_file_is_named(storage: Storage, tmp_path: Path) -> None:
    with pytest.raises(MissingFileError, match="nosuch: can't be read"):
        storage.put(tmp_path / "nosuch", KEY)


@pytest.mark.parametrize("key", ["", "/etc/passwd", "../x", "a/../b", "a//b", "a/", "./a", "a\0b"])
def test_key_outside_the_storage_is_refused(key: str) -> None:
    with pytest.raises(InvalidValueError, match="a relative path"):
        checked_key(key)


def test_file_where_the_folder_should_be_is_named(storage: Storage, local: Path, tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file")
    with pytest.raises(LakeAwayError, match="can't be written"):
        storage.put(local, KEY)


def test_full_disk_is_told_apart_and_leaves_no_key(
    storage: Storage, local: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    storage.put_bytes(b"", "there")

    def fail(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(LakeFullError, match="no space left to write"):
        storage.put(local, "full")
    assert not storage.exists("full")
    assert local.read_bytes() == b"recorded"


def test_withheld_folder_is_out_of_reach_for_the_block_alone(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    storage = FolderStorage(tmp_path)
    seen = [Path(storage.data_path, "file").exists()]
    with duckdb.connect() as connection, storage.withheld(connection):
        seen.append(Path(storage.data_path, "file").exists())
    seen.append(Path(storage.data_path, "file").exists())
    way = storage.data_path
    storage.close()
    assert [*seen, Path(way, "file").exists()] == [True, False, True, False]


def test_withheld_folder_needs_no_descriptors_elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folder, "_WAYS", tmp_path / "none")
    storage = FolderStorage(tmp_path)
    with duckdb.connect() as connection, storage.withheld(connection):
        assert storage.data_path == str(tmp_path)


def test_withheld_folder_is_in_reach_again_where_no_file_can_be_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    storage = FolderStorage(tmp_path)
    way = storage.data_path

    def full(*_: object) -> int:
        raise OSError(errno.EMFILE, "Too many open files")

    with duckdb.connect() as connection:
        with storage.withheld(connection):
            monkeypatch.setattr(os, "open", full)
        with pytest.raises(LakeAwayError, match="Too many open files"), storage.withheld(connection):
            raise AssertionError("the block was entered")
    assert Path(way).is_dir()
    storage.close()
