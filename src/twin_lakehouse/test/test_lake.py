"""The lake: transactions, readers beside a writer, schema versions."""

# ruff: noqa: DTZ001, PT012  times in the lake are UTC without zone; the block is the transaction

from __future__ import annotations

import os
import threading
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import NoReturn

import duckdb
import pytest

from twin_lakehouse import Asset, Lake, LakeAwayError, LakeBusyError, LakeSettings, _attach
from twin_lakehouse._lock import FileLock
from twin_lakehouse._setup import SCHEMA_VERSION
from twin_lakehouse._transaction import all_or_nothing
from twin_lakehouse.errors import LakeVersionError, NoLakeError, OccupiedStorageError, QueryError, ReadOnlyLakeError
from twin_lakehouse.records import LakeInfo

from .making import TWIN, snapshot


def asset(asset_id: str = TWIN) -> Asset:
    return Asset(
        asset_id=asset_id, asset_type="robot", display_name="t", status="active", created_at=datetime(2026, 3, 1)
    )


def test_new_lake_is_refused_where_another_keeps_its_data(settings: LakeSettings, tmp_path: Path) -> None:
    with Lake.open(settings) as lake, lake.transaction():
        lake.insert(asset())
    other = replace(settings, catalog=f"sqlite:{tmp_path}/other.sqlite")
    for _ in range(2):
        with pytest.raises(OccupiedStorageError, match="holds the data of another lake already"):
            Lake.open(other)
    with Lake.open(settings) as lake:
        assert [found.asset_id for found in lake.rows(Asset)] == [TWIN]


def test_opened_again_it_is_the_same_lake(settings: LakeSettings) -> None:
    with Lake.open(settings) as lake:
        first = lake.rows(LakeInfo)
    with Lake.open(settings) as lake:
        assert lake.rows(LakeInfo) == first
        assert first[0].schema_version == SCHEMA_VERSION


def test_bare_names_are_tables_of_twins(lake: Lake) -> None:
    with lake.transaction():
        lake.insert(*map(snapshot, range(3)))
    assert lake.query("SELECT count(*) AS n FROM state_snapshots WHERE asset_id = ?", [TWIN])["n"].to_pylist() == [3]


def test_failed_transaction_leaves_nothing(lake: Lake) -> None:
    with pytest.raises(ZeroDivisionError), lake.transaction():
        lake.insert(asset())
        raise ZeroDivisionError
    assert lake.rows(Asset) == []


def test_inner_transaction_is_part_of_the_outer(lake: Lake) -> None:
    with pytest.raises(ZeroDivisionError), lake.transaction():
        with lake.transaction():
            lake.insert(asset())
        raise ZeroDivisionError
    assert lake.rows(Asset) == []


def test_changes_need_a_transaction(lake: Lake) -> None:
    with pytest.raises(QueryError, match="in a transaction"):
        lake.execute("DELETE FROM lake.twins.assets")


def test_read_only_lake_refuses_to_write(lake: Lake) -> None:
    with pytest.raises(ReadOnlyLakeError), lake.reader().transaction():
        pytest.fail("a transaction began")
    with pytest.raises(QueryError, match="read-only"):
        lake.reader().query("DELETE FROM lake.twins.assets")


def test_reading_a_lake_that_was_never_made_creates_nothing(settings: LakeSettings) -> None:
    with pytest.raises(NoLakeError, match="twin create"):
        Lake.open(settings, read_only=True)
    assert settings.catalog_path
    assert not settings.catalog_path.parent.exists()


def test_reading_a_lake_that_another_process_is_creating_finds_no_lake_yet(
    settings: LakeSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(*_: object, **__: object) -> None:
        raise LakeAwayError("died before the tables were there", remedy="none")

    monkeypatch.setattr(_attach, "ensure_tables", die)
    with pytest.raises(LakeAwayError):
        Lake.open(settings)
    with pytest.raises(NoLakeError, match="twin create"):
        Lake.open(settings, read_only=True)


def test_readers_see_commits_and_only_commits_while_one_writes(lake: Lake, settings: LakeSettings) -> None:
    with Lake.open(settings, read_only=True) as one, Lake.open(settings, read_only=True) as other:
        with lake.transaction():
            lake.insert(asset())
            assert one.rows(Asset) == other.rows(Asset) == []
        assert one.rows(Asset) == other.rows(Asset) == [asset()]


def test_second_writer_waits_for_its_turn(lake: Lake, settings: LakeSettings) -> None:
    inside = threading.Event()

    def write_later() -> None:
        with Lake.open(settings) as other:
            inside.set()
            other.run(lambda: other.insert(asset("second")))

    writer = threading.Thread(target=write_later)
    writer.start()
    assert inside.wait(30)
    with lake.transaction():
        lake.insert(asset("first"))
    writer.join(30)
    assert {row.asset_id for row in lake.rows(Asset)} == {"first", "second"}


def test_work_beside_a_transaction_of_another_thread_has_one_of_its_own(lake: Lake) -> None:
    def fail() -> None:
        lake.insert(asset("second"))
        raise ZeroDivisionError

    with ThreadPoolExecutor() as pool:
        with lake.transaction():
            other = pool.submit(lake.run, fail)
            wait([other], 0.2)
            lake.insert(asset("first"))
        assert isinstance(other.exception(30), ZeroDivisionError)
    assert [row.asset_id for row in lake.rows(Asset)] == ["first"]


def test_transaction_that_cannot_be_committed_is_rolled_back() -> None:
    def shut() -> NoReturn:
        raise LakeAwayError("a folder", remedy="call again")

    with duckdb.connect() as connection:
        with pytest.raises(LakeAwayError), all_or_nothing(connection, shut):
            connection.execute("CREATE TABLE made (id INTEGER)")
        with all_or_nothing(connection):
            assert connection.execute("SHOW TABLES").fetchall() == []


def test_writer_without_a_turn_gives_up_at_its_deadline(lake: Lake, settings: LakeSettings) -> None:
    hasty = LakeSettings(catalog=settings.catalog, storage=settings.storage, timeout_s=0.1)
    with Lake.open(hasty) as other, lake.transaction():
        with pytest.raises(LakeBusyError, match="another process is writing") as caught:
            other.run(lambda: other.insert(asset()))
        assert caught.value.recoverable


def test_conflict_is_tried_again(lake: Lake) -> None:
    attempts: list[int] = []

    def write() -> None:
        attempts.append(1)
        if len(attempts) < 3:
            raise LakeBusyError("lake", 1.0, "conflict")
        lake.insert(asset())

    lake.run(write)
    assert (len(attempts), lake.rows(Asset)) == (3, [asset()])


def test_commit_that_conflicts_is_busy_and_nothing_is_written(lake: Lake) -> None:
    # A client that doesn't take the lock: it changes the same row between our read and our commit.
    with lake.transaction():
        lake.insert(asset())
    with pytest.raises(LakeBusyError), lake.session() as foreign, lake.transaction():
        lake.execute("UPDATE lake.twins.assets SET display_name = 'ours'")
        foreign.execute("UPDATE lake.twins.assets SET display_name = 'theirs'")
    assert [row.display_name for row in lake.rows(Asset)] == ["theirs"]


def test_after_an_outage_the_next_call_connects_again(lake: Lake) -> None:
    connection = lake._connection()

    class Broken:
        def execute(self, *_arguments: object) -> None:
            raise duckdb.IOException("IO Error: connection lost")

        def close(self) -> None:
            connection.close()

    lake._attached = replace(lake._lake(), database=Broken())  # type: ignore[arg-type]
    with pytest.raises(LakeAwayError, match="connection lost"):
        lake.query("SELECT 1")
    assert lake.query("SELECT 1 AS one")["one"].to_pylist() == [1]


@pytest.mark.parametrize("read_only", [False, True])
def test_lake_of_a_newer_version_is_refused(settings: LakeSettings, *, read_only: bool) -> None:
    with Lake.open(settings) as lake, lake.transaction():
        lake.execute("UPDATE lake.recordings.lake SET schema_version = 99")
    with pytest.raises(LakeVersionError, match="version 99, this twin_lakehouse knows up to"):
        Lake.open(settings, read_only=read_only)


def test_lock_is_free_when_it_was_given_back_whoever_has_inherited_it(tmp_path: Path) -> None:
    lock, other = FileLock(tmp_path / "lock"), FileLock(tmp_path / "lock")
    assert lock.try_acquire()
    inherited = os.dup(lock._descriptor or -1)  # as a fork does
    assert not other.try_acquire()
    lock.release()
    assert other.try_acquire()
    other.release()
    os.close(inherited)
