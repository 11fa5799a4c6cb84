"""Every error names the thing, the value and the way out."""

from __future__ import annotations

import pytest

from twin_lakehouse import errors
from twin_lakehouse.errors import TwinError

EXAMPLES: list[tuple[TwinError, str]] = [
    (errors.SettingsError("TWIN_STORAGE", "ftp://x", problem="is no storage", remedy="set a folder"), "ftp://x"),
    (errors.InvalidValueError("job_id", "a/b", allowed="letters"), "a/b"),
    (errors.LakeAwayError("catalog c can't be reached", remedy="start it"), "catalog c"),
    (errors.LakeBusyError("sqlite:/c", 2.0, "another process is writing"), "2 s"),
    (errors.LakeFullError("/data"), "/data"),
    (errors.NoLakeError("sqlite:/c"), "sqlite:/c"),
    (errors.CorruptLakeError("sqlite:/c", "it is a folder"), "it is a folder"),
    (errors.LakeMismatchError("sqlite:/c", "/new", "/old"), "TWIN_STORAGE=/old"),
    (errors.OccupiedStorageError("/data", "lake.json"), "set TWIN_CATALOG to that lake's catalog"),
    (errors.LakeVersionError("sqlite:/c", 9, 1), "version 9"),
    (errors.LakeVersionError("sqlite:/c", 1, 2), "run once: twin migrate"),
    (errors.ReadOnlyLakeError("a transaction"), "read-only"),
    (errors.SchemaError("twins.events", "no column x", remedy="it has y"), "twins.events"),
    (errors.QueryError("SELECT  1\n", "why", remedy="how"), "'SELECT 1'"),
    (errors.QueryLimitError("SELECT 1", "it took longer than 2 s", remedy="ask for less"), "2 s"),
    (errors.MissingPackageError("polars"), "pip install polars"),
    (errors.MissingFileError("a.urdf", problem="can't be read", remedy="name another"), "a.urdf"),
    (errors.UnknownTwinError("t", ["a", "b"]), "twins: a, b"),
    (errors.TwinExistsError("t"), "--exist-ok"),
    (errors.RetiredTwinError("t", "start_job"), "start_job"),
    (errors.UnknownJobError("t", "j", [str(i) for i in range(7)]), "0, 1, 2, 3, 4 and 2 more"),
    (errors.JobConflictError("t", "j", "ray_job_id", known="a", given="b"), "ray_job_id a, not b"),
    (errors.UnknownSnapshotError("t", "s"), "no snapshot s"),
    (errors.ExtensionError("sqlite_scanner", "missing"), "duckdb-extension-sqlite-scanner"),
]


@pytest.mark.parametrize(("error", "value"), EXAMPLES, ids=lambda case: type(case).__name__)
def test_message_is_one_sentence_with_value_and_way_out(error: TwinError, value: str) -> None:
    assert value in str(error)
    assert str(error) == f"{error.what}; {error.remedy}"
    assert "\n" not in str(error)


def test_every_error_has_an_example() -> None:
    kinds = {kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, TwinError)}
    assert kinds - {TwinError} == {type(error) for error, _ in EXAMPLES}


def test_what_can_be_tried_again_is_a_lake_that_is_away() -> None:
    for error, _ in EXAMPLES:
        assert error.recoverable == isinstance(error, errors.LakeAwayError)


def test_long_query_is_shortened() -> None:
    assert len(str(errors.QueryError("SELECT " + "x" * 500, "why", remedy="how"))) < 120
