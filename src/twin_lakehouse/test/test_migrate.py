"""A lake of another version: refused with the way out, and migrated in one transaction."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from datetime import datetime
from pathlib import Path
from uuid import UUID

import duckdb
import pytest

from twin_lakehouse import Lake, LakeAwayError, LakeBusyError, LakeSettings, StateSnapshot, TwinJob, migrate_lake
from twin_lakehouse._extensions import load_extensions
from twin_lakehouse._setup import MIGRATIONS, SCHEMA_VERSION, Migration
from twin_lakehouse.errors import LakeVersionError, NoLakeError
from twin_lakehouse.records import LakeInfo

from .making import snapshot

DATA = Path(__file__).parent / "data"
OPTIONS = "SELECT key, value FROM __ducklake_metadata_lake.ducklake_metadata WHERE key LIKE 'parquet%'"
JOB = TwinJob(
    twin_job_id=UUID("1f0e2c0a-0000-5000-8000-000000000001"),
    twin_id="turtlebot-01",
    job_id="job-1",
    ray_job_id=None,
    environment="ros.dev.gpu",
    started_at=datetime(2026, 3, 1, 12),  # noqa: DTZ001  as the lake keeps times
    completed_at=datetime(2026, 3, 1, 12, 5),  # noqa: DTZ001
    wandb_run_id="a1b2c3d4",
    sync_status="synced",
    metadata="{}",
)
# A process that dies after the last step, before the commit.
KILLED = """
import os, signal, sys
from twin_lakehouse import LakeSettings, migrate_lake
from twin_lakehouse._setup import MIGRATIONS, Migration
die = Migration(version=99, summary="dies", apply=lambda _: os.kill(os.getpid(), signal.SIGKILL))
migrate_lake(LakeSettings(catalog=sys.argv[1], storage=sys.argv[2]), migrations=[*MIGRATIONS, die])
"""


def lake_of_version(settings: LakeSettings, version: int) -> None:
    """A lake made by the statements of that version, as they were."""
    assert settings.catalog_path
    assert settings.storage_path
    settings.storage_path.mkdir(parents=True)
    with duckdb.connect(":memory:") as connection:
        load_extensions(connection, ("ducklake", "sqlite_scanner"))
        connection.execute(
            f"ATTACH 'ducklake:sqlite:{settings.catalog_path}' AS lake (DATA_PATH '{settings.storage}/', "
            "DATA_INLINING_ROW_LIMIT 0, META_JOURNAL_MODE 'WAL')"
        )
        for number in range(1, version + 1):
            connection.execute((DATA / f"lake_v{number}.sql").read_text())
    marker = {"lake_id": "1f0e2c0a-0000-5000-8000-000000000003"}
    (settings.storage_path / "lake.json").write_text(json.dumps(marker))


@pytest.fixture(params=range(1, SCHEMA_VERSION))
def old(settings: LakeSettings, request: pytest.FixtureRequest) -> LakeSettings:
    lake_of_version(settings, request.param)
    return settings


def version(settings: LakeSettings) -> int:
    with Lake.open(settings) as lake:
        return lake.rows(LakeInfo)[0].schema_version


def test_last_step_leads_to_the_version_of_this_code() -> None:
    assert [step.version for step in MIGRATIONS] == list(range(2, SCHEMA_VERSION + 1))


@pytest.mark.parametrize("read_only", [False, True])
def test_older_lake_is_refused_with_the_way_out(old: LakeSettings, *, read_only: bool) -> None:
    with pytest.raises(LakeVersionError, match=r"has schema version [12], .* works with 3; run once: twin migrate"):
        Lake.open(old, read_only=read_only)


def test_migrated_lake_has_what_a_new_one_has_and_its_rows(
    old: LakeSettings, tmp_path_factory: pytest.TempPathFactory
) -> None:
    with pytest.raises(LakeVersionError) as refused:
        Lake.open(old)
    result = migrate_lake(old)
    taken = [step.summary for step in MIGRATIONS if step.version > refused.value.found]
    assert (result.schema_version, list(result.steps)) == (SCHEMA_VERSION, taken)
    folder = tmp_path_factory.mktemp("new")
    new = LakeSettings(catalog=f"sqlite:{folder}/catalog.sqlite", storage=f"{folder}/data")
    columns = (
        "SELECT table_name, column_name, data_type FROM duckdb_columns() WHERE database_name = 'lake' ORDER BY ALL"
    )
    with Lake.open(old) as migrated, Lake.open(new) as fresh:
        assert migrated.query(OPTIONS).sort_by("key").equals(fresh.query(OPTIONS).sort_by("key"))
        assert migrated.query(columns).equals(fresh.query(columns))
        assert migrated.rows(TwinJob) == [JOB]
        assert [row.position_y for row in migrated.rows(StateSnapshot)] == [2.0]


def test_writer_of_an_older_version_that_goes_on_leaves_rows_that_can_be_read(old: LakeSettings) -> None:
    migrate_lake(old)
    columns = "twin_job_id, twin_id, job_id, environment, started_at, sync_status"
    values = "'1f0e2c0a-0000-5000-8000-000000000009', 'turtlebot-01', 'job-2', 'ros.dev.gpu', now(), 'pending'"
    with Lake.open(old) as lake:
        with lake.transaction():
            lake.execute(f"INSERT INTO lake.twins.twin_jobs ({columns}) VALUES ({values})")  # noqa: S608
        assert [job.metadata for job in lake.rows(TwinJob)] == ["{}", "{}"]


def test_lake_of_this_version_is_left_alone(old: LakeSettings) -> None:
    migrate_lake(old)
    assert migrate_lake(old).steps == ()
    assert version(old) == SCHEMA_VERSION


def test_step_that_fails_leaves_the_lake_as_it_was(old: LakeSettings) -> None:
    def fail(connection: duckdb.DuckDBPyConnection) -> None:
        connection.execute("DROP TABLE lake.twins.events")
        raise LakeAwayError("the disk broke", remedy="mend it")

    with pytest.raises(LakeAwayError, match="the disk broke"):
        migrate_lake(old, migrations=[*MIGRATIONS, Migration(version=9, summary="fails", apply=fail)])
    with pytest.raises(LakeVersionError, match=r"version [12]"):
        Lake.open(old)
    migrate_lake(old)
    with Lake.open(old) as lake:
        assert lake.query("FROM events").num_rows == 0


def test_migration_that_is_killed_leaves_the_lake_as_it_was(old: LakeSettings) -> None:
    arguments = [sys.executable, "-c", KILLED, old.catalog, old.storage]
    killed = subprocess.run(arguments, env=dict(os.environ), timeout=120, check=False)
    assert killed.returncode == -signal.SIGKILL
    with pytest.raises(LakeVersionError, match=r"version [12]"):
        Lake.open(old)
    migrate_lake(old)
    with Lake.open(old) as lake:
        assert lake.rows(TwinJob) == [JOB]


def test_migration_waits_for_the_writer_before_it(settings: LakeSettings) -> None:
    waits_long = LakeSettings(catalog=settings.catalog, storage=settings.storage, timeout_s=60)
    waits_short = LakeSettings(catalog=settings.catalog, storage=settings.storage, timeout_s=0.1)
    step = Migration(version=SCHEMA_VERSION + 1, summary="nothing", apply=lambda _: None)
    with Lake.open(settings) as lake:
        with lake.transaction():
            lake.insert(snapshot(0))
            with pytest.raises(LakeBusyError):
                migrate_lake(waits_short, migrations=[step])
            waiting = threading.Thread(target=migrate_lake, args=(waits_long,), kwargs={"migrations": [step]})
            waiting.start()
        waiting.join(60)
        assert [row.schema_version for row in lake.rows(LakeInfo)] == [SCHEMA_VERSION + 1]
        assert lake.rows(StateSnapshot) == [snapshot(0)]


def test_steps_are_taken_in_order_from_the_version_that_is_found(settings: LakeSettings) -> None:
    Lake.open(settings).close()
    taken: list[int] = []
    steps = [
        Migration(version=number, summary=f"step {number}", apply=lambda _, number=number: taken.append(number))  # type: ignore[misc]
        for number in (2, 3, 4, 5)
    ]
    assert migrate_lake(settings, migrations=steps).schema_version == 5
    assert taken == [4, 5]
    with pytest.raises(LakeVersionError, match="install a newer"):
        Lake.open(settings)


def test_newer_lake_is_refused(settings: LakeSettings) -> None:
    with Lake.open(settings) as lake, lake.transaction():
        lake.execute("UPDATE lake.recordings.lake SET schema_version = 99")
    with pytest.raises(LakeVersionError, match="install a newer"):
        migrate_lake(settings)


def test_lake_that_is_not_there_is_not_made(settings: LakeSettings) -> None:
    with pytest.raises(NoLakeError):
        migrate_lake(settings)
    assert settings.catalog_path
    assert not settings.catalog_path.exists()
