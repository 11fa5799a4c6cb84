"""Places that can't be used: one sentence each, and what was there stays as it was."""

# ruff: noqa: PT012  the loop is what fills the disk

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from twin_lakehouse import Lake, LakeAwayError, LakeFullError, LakeSettings, StateSnapshot, list_twins, to_arrow
from twin_lakehouse.errors import CorruptLakeError, LakeMismatchError, QueryLimitError
from twin_lakehouse.testing import small_disk

from .making import segment, snapshot


def test_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(LakeAwayError, match=rf"{tmp_path}/file.*set TWIN_CATALOG and TWIN_STORAGE"):
        Lake.open(LakeSettings(catalog=f"sqlite:{tmp_path}/file/catalog.sqlite", storage=f"{tmp_path}/data"))


def test_storage_that_is_a_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("precious")
    with pytest.raises(LakeAwayError, match=f"{tmp_path}/data can't be written"):
        Lake.open(LakeSettings(catalog=f"sqlite:{tmp_path}/catalog.sqlite", storage=f"{tmp_path}/data"))
    assert (tmp_path / "data").read_text() == "precious"


def test_folder_without_permission_is_named(settings: LakeSettings, monkeypatch: pytest.MonkeyPatch) -> None:
    # Root may write everywhere, so the system's answer is replaced.
    monkeypatch.setattr(os, "access", lambda *_: False)
    with pytest.raises(LakeAwayError, match="can't be written; change its permissions"):
        Lake.open(settings)


def test_catalog_that_is_a_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(CorruptLakeError, match="it is a folder, not a file"):
        Lake.open(LakeSettings(catalog=f"sqlite:{tmp_path}", storage=f"{tmp_path}/data"))


@pytest.mark.parametrize(
    "content", [b"not a database at all, but long enough to be read" * 50, b"SQLite format 3\0junk"]
)
def test_corrupt_catalog_is_named_and_not_touched(settings: LakeSettings, content: bytes) -> None:
    assert settings.catalog_path
    settings.catalog_path.parent.mkdir()
    settings.catalog_path.write_bytes(content)
    for read_only in (False, True):
        with pytest.raises(CorruptLakeError, match="restore it from a backup"):
            Lake.open(settings, read_only=read_only)
    assert settings.catalog_path.read_bytes() == content


def test_database_of_another_program_is_not_turned_into_a_lake(settings: LakeSettings) -> None:
    assert settings.catalog_path
    settings.catalog_path.parent.mkdir()
    with sqlite3.connect(settings.catalog_path) as connection:
        connection.execute("CREATE TABLE places (url TEXT)")
    connection.close()
    with pytest.raises(CorruptLakeError, match="another program"):
        Lake.open(settings)
    with sqlite3.connect(settings.catalog_path) as connection:
        assert connection.execute("SELECT name FROM sqlite_master").fetchall() == [("places",)]
    connection.close()


def test_creation_that_died_after_the_first_byte_is_finished(settings: LakeSettings) -> None:
    assert settings.catalog_path
    settings.catalog_path.parent.mkdir()
    settings.catalog_path.touch()
    with Lake.open(settings) as lake:
        assert lake.rows(StateSnapshot) == []


def test_creation_that_died_in_its_first_write_is_taken_back_by_the_next_writer(
    settings: LakeSettings, tmp_path: Path
) -> None:
    assert settings.catalog_path is not None
    settings.catalog_path.parent.mkdir(parents=True)
    with closing(sqlite3.connect(tmp_path / "dying", isolation_level=None)) as dying:
        # Pages that don't fit into the cache go to the file before the commit.
        dying.execute("PRAGMA cache_size = 1")
        dying.execute("BEGIN")
        dying.execute("CREATE TABLE ducklake_metadata AS SELECT hex(randomblob(500000))")
        shutil.copy(tmp_path / "dying", settings.catalog_path)
        shutil.copy(tmp_path / "dying-journal", f"{settings.catalog_path}-journal")
    with pytest.raises(LakeAwayError, match="readonly database"):
        Lake.open(settings, read_only=True)
    Lake.open(settings).close()
    with Lake.open(settings, read_only=True) as lake:
        assert list_twins(lake) == []


@pytest.mark.parametrize("read_only", [False, True])
def test_lake_that_goes_away_is_an_outage_and_not_made_anew(
    settings: LakeSettings, tmp_path: Path, *, read_only: bool
) -> None:
    with Lake.open(settings) as first:
        first.commit_segment(segment(), {"twins.state_snapshots": to_arrow([snapshot(0)])})
    with Lake.open(settings, read_only=read_only) as lake:
        lake._disconnect()
        (tmp_path / "lake").rename(tmp_path / "unmounted")
        with pytest.raises(LakeAwayError, match="is gone; put it back"):
            lake.rows(StateSnapshot)
        (tmp_path / "unmounted").rename(tmp_path / "lake")
        assert lake.rows(StateSnapshot) == [snapshot(0)]


def test_lake_can_be_moved(settings: LakeSettings, tmp_path: Path) -> None:
    with Lake.open(settings) as lake:
        lake.commit_segment(segment(), {"twins.state_snapshots": to_arrow([snapshot(0)])})
    shutil.move(tmp_path / "lake", tmp_path / "moved")
    moved = LakeSettings(catalog=f"sqlite:{tmp_path}/moved/catalog.sqlite", storage=f"{tmp_path}/moved/data")
    with Lake.open(moved) as lake:
        assert lake.rows(StateSnapshot) == [snapshot(0)]
        lake.commit_segment(segment(2), {"twins.state_snapshots": to_arrow([snapshot(1)])})
        assert lake.reader().rows(StateSnapshot, "true ORDER BY timestamp") == [snapshot(0), snapshot(1)]


def test_data_of_another_lake_is_refused_with_the_right_place(settings: LakeSettings, tmp_path: Path) -> None:
    other = LakeSettings(catalog=f"sqlite:{tmp_path}/other.sqlite", storage=f"{tmp_path}/other")
    for place in (settings, other):
        Lake.open(place).close()
    mixed = LakeSettings(catalog=settings.catalog, storage=other.storage)
    for read_only in (False, True):
        with pytest.raises(LakeMismatchError, match=f"set TWIN_STORAGE={settings.storage}"):
            Lake.open(mixed, read_only=read_only)


@pytest.fixture
def full_soon(tmp_path: Path) -> Iterator[Path]:
    """A file system of 4 MiB."""
    try:
        with small_disk(tmp_path / "small", 4) as disk:
            yield disk
    except PermissionError as error:
        pytest.skip(str(error))


def test_full_disk_is_told_and_loses_nothing(full_soon: Path) -> None:
    settings = LakeSettings(catalog=f"sqlite:{full_soon}/catalog.sqlite", storage=f"{full_soon}/data", timeout_s=1)
    rows = {"twins.state_snapshots": to_arrow([snapshot(i) for i in range(2000)])}
    with Lake.open(settings) as lake:
        lake.commit_segment(segment(1), rows)
        ballast = full_soon / "ballast"
        with ballast.open("wb", buffering=0) as file, pytest.raises(OSError, match="No space left"):
            while True:
                file.write(bytes(1 << 12))
        with pytest.raises(LakeFullError, match="no space left to write"):
            lake.commit_segment(segment(2), rows)
        with pytest.raises(LakeFullError):
            lake.storage.put_bytes(bytes(100_000), "raw/x")
        with pytest.raises(LakeFullError):
            Lake.open(settings)
        ballast.unlink()
        assert lake.query("SELECT count(*) AS n FROM state_snapshots")["n"].to_pylist() == [2000]
        assert lake.commit_segment(segment(2), rows) == 2000
        assert lake.commit_segment(segment(1), rows) == 0
        assert lake.query("SELECT count(*) AS n FROM state_snapshots")["n"].to_pylist() == [4000]


def test_missing_parquet_file_is_an_outage_that_ends_when_it_is_back(lake: Lake, tmp_path: Path) -> None:
    lake.commit_segment(segment(), {"twins.state_snapshots": to_arrow([snapshot(0)])})
    (parquet,) = Path(lake.storage.root, "twins/state_snapshots").rglob("*.parquet")
    parquet.rename(tmp_path / "away")
    with pytest.raises(LakeAwayError, match="nothing was lost, call again"):
        lake.rows(StateSnapshot)
    (tmp_path / "away").rename(parquet)
    assert lake.rows(StateSnapshot) == [snapshot(0)]


@pytest.mark.parametrize("read_only", [False, True])
def test_storage_that_is_away_is_no_broken_catalog(settings: LakeSettings, tmp_path: Path, *, read_only: bool) -> None:
    Lake.open(settings).close()
    Path(settings.storage).rename(tmp_path / "away")
    Path(settings.storage).mkdir()
    with pytest.raises(LakeAwayError, match=r"can't be reached .* check that its catalog and its storage are there"):
        Lake.open(settings, read_only=read_only)
    Path(settings.storage).rmdir()
    (tmp_path / "away").rename(settings.storage)
    Lake.open(settings, read_only=read_only).close()


def test_writer_that_needs_more_memory_than_there_is_says_so(lake: Lake) -> None:
    with lake.session() as session:
        session.execute("SET memory_limit = '64MiB'")
        session.execute("SET temp_directory = ''")
    with pytest.raises(QueryLimitError, match="it needs more memory than there is"):
        lake.query("SELECT list(range) FROM range(100000000)")
    assert lake.rows(StateSnapshot) == []
