"""A lake of another version: refused with the way out, and migrated in one transaction."""

from __future__ import annotations

import duckdb
import pytest

from twin_lakehouse import Lake, LakeAwayError, LakeSettings, StateSnapshot, migrate_lake
from twin_lakehouse._setup import MIGRATIONS, SCHEMA_VERSION, Migration
from twin_lakehouse.errors import LakeVersionError, NoLakeError
from twin_lakehouse.records import LakeInfo

from .making import snapshot

OPTIONS = "SELECT key, value FROM __ducklake_metadata_lake.ducklake_metadata WHERE key LIKE 'parquet%'"


@pytest.fixture
def old(settings: LakeSettings) -> LakeSettings:
    """A lake as version 1 made it, that lacks a table and a column as well; it holds a snapshot."""
    lake = Lake.open(settings)
    with lake.transaction():
        lake.insert(snapshot(0))
        lake.execute("ALTER TABLE lake.twins.state_snapshots DROP COLUMN cosmos_model")
        lake.execute("DROP TABLE lake.twins.annotations")
        lake.execute("UPDATE lake.recordings.lake SET schema_version = 1")
    options = "DELETE FROM __ducklake_metadata_lake.ducklake_metadata WHERE key LIKE 'parquet%'"
    with lake.session() as session:
        session.execute(options)
    lake.close()
    return settings


def version(settings: LakeSettings) -> int:
    with Lake.open(settings) as lake:
        return lake.rows(LakeInfo)[0].schema_version


def test_last_step_leads_to_the_version_of_this_code() -> None:
    assert [step.version for step in MIGRATIONS] == list(range(2, SCHEMA_VERSION + 1))


@pytest.mark.parametrize("read_only", [False, True])
def test_older_lake_is_refused_with_the_way_out(old: LakeSettings, *, read_only: bool) -> None:
    with pytest.raises(LakeVersionError, match=r"has schema version 1, .* works with 2; run once: twin migrate"):
        Lake.open(old, read_only=read_only)


def test_migrated_lake_has_what_a_new_one_has_and_its_rows(
    old: LakeSettings, tmp_path_factory: pytest.TempPathFactory
) -> None:
    result = migrate_lake(old)
    assert (result.schema_version, result.steps) == (SCHEMA_VERSION, tuple(step.summary for step in MIGRATIONS))
    folder = tmp_path_factory.mktemp("new")
    new = LakeSettings(catalog=f"sqlite:{folder}/catalog.sqlite", storage=f"{folder}/data")
    with Lake.open(old) as migrated, Lake.open(new) as fresh:
        assert migrated.query(OPTIONS).sort_by("key").equals(fresh.query(OPTIONS).sort_by("key"))
        assert migrated.rows(StateSnapshot) == [snapshot(0)]
        assert migrated.query("FROM annotations").num_rows == 0


def test_lake_of_this_version_is_left_alone(old: LakeSettings) -> None:
    migrate_lake(old)
    assert migrate_lake(old).steps == ()
    assert version(old) == SCHEMA_VERSION


def test_step_that_fails_leaves_the_lake_as_it_was(old: LakeSettings) -> None:
    def fail(connection: duckdb.DuckDBPyConnection) -> None:
        connection.execute("DROP TABLE lake.twins.events")
        raise LakeAwayError("the disk broke", remedy="mend it")

    with pytest.raises(LakeAwayError, match="the disk broke"):
        migrate_lake(old, migrations=[*MIGRATIONS, Migration(version=3, summary="fails", apply=fail)])
    with pytest.raises(LakeVersionError, match="version 1"):
        Lake.open(old)
    migrate_lake(old)
    with Lake.open(old) as lake:
        assert lake.query("FROM events").num_rows == 0


def test_steps_are_taken_in_order_from_the_version_that_is_found(settings: LakeSettings) -> None:
    Lake.open(settings).close()
    taken: list[int] = []
    steps = [
        Migration(version=number, summary=f"step {number}", apply=lambda _, number=number: taken.append(number))  # type: ignore[misc]
        for number in (1, 2, 3, 4)
    ]
    assert migrate_lake(settings, migrations=steps).schema_version == 4
    assert taken == [3, 4]
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
