"""What can go wrong with the lakehouse; every message names the thing, the value and the way out."""

from __future__ import annotations

from collections.abc import Sequence


class TwinError(Exception):
    """Base of all errors of the twin packages.

    `what` says what happened, `remedy` what to do about it; `recoverable` is true where the same call can succeed
    later without a change of its arguments (nothing was lost, call again).
    """

    recoverable: bool = False

    def __init__(self, what: str, *, remedy: str) -> None:
        self.what = what
        self.remedy = remedy
        super().__init__(f"{what}; {remedy}")


class SettingsError(TwinError):
    """A setting has a value that can't be used; `name` is the environment variable."""

    def __init__(self, name: str, value: str, *, problem: str, remedy: str) -> None:
        self.name = name
        self.value = value
        super().__init__(f"{name}={value!r} {problem}", remedy=remedy)


class InvalidValueError(TwinError):
    """An argument (an id, a time, a kind, a limit) is outside what is allowed."""

    def __init__(self, name: str, value: object, *, allowed: str) -> None:
        self.name = name
        self.value = value
        super().__init__(f"{name} {value!r} is not valid", remedy=f"use {allowed}")


class LakeAwayError(TwinError):
    """The catalog or the storage can't be reached or written now. Nothing was lost: call again.

    Nothing was written either, unless the text says that a COMMIT wasn't answered.
    """

    recoverable = True


class LakeBusyError(LakeAwayError):
    """Another writer kept the lake for longer than the deadline."""

    def __init__(self, lake: str, deadline_s: float, detail: str) -> None:
        self.deadline_s = deadline_s
        super().__init__(
            f"lake {lake} stayed busy for {deadline_s:g} s ({detail})",
            remedy="nothing was written: try again, or raise TWIN_LAKE_TIMEOUT_S",
        )


class LakeFullError(LakeAwayError):
    """No space left where the lake is written."""

    def __init__(self, path: str) -> None:
        self.path = path
        super().__init__(f"no space left to write {path}", remedy="free some space and try again; nothing was lost")


class NoLakeError(TwinError):
    """A lake was opened for reading that was never created."""

    def __init__(self, catalog: str) -> None:
        self.catalog = catalog
        super().__init__(
            f"there is no lake at {catalog}",
            remedy="create a twin first (twin create ID), or point TWIN_CATALOG at an existing lake",
        )


class CorruptLakeError(TwinError):
    """The catalog can be read, but it isn't a DuckLake catalog."""

    def __init__(self, catalog: str, detail: str) -> None:
        self.catalog = catalog
        super().__init__(
            f"catalog {catalog} can't be used: {detail}",
            remedy="restore it from a backup, or set TWIN_CATALOG to another place; "
            "recorded segments can be ingested again (twin ingest)",
        )


class LakeMismatchError(TwinError):
    """Catalog and storage belong to different lakes."""

    def __init__(self, catalog: str, storage: str, recorded: str) -> None:
        self.recorded = recorded
        super().__init__(
            f"catalog {catalog} keeps its data in {recorded}, and {storage} holds no data of this lake",
            remedy=f"set TWIN_STORAGE={recorded}, or move the data there together with its lake.json",
        )


class OccupiedStorageError(TwinError):
    """A new lake may not be made where another one keeps its data."""

    def __init__(self, storage: str, marker: str) -> None:
        super().__init__(
            f"storage {storage} holds the data of another lake already ({marker})",
            remedy="set TWIN_CATALOG to that lake's catalog, or TWIN_STORAGE to an empty place; "
            f"if that lake is gone, or was never finished, remove {marker} there",
        )


class LakeVersionError(TwinError):
    """The lake's tables are of a newer version of this package, or of an older one and must be migrated first."""

    def __init__(self, catalog: str, found: int, supported: int) -> None:
        self.found = found
        self.supported = supported
        is_newer = found > supported
        super().__init__(
            f"lake {catalog} has schema version {found}, this twin_lakehouse "
            + (f"knows up to {supported}" if is_newer else f"works with {supported}"),
            remedy="install a newer twin_lakehouse" if is_newer else "run once: twin migrate",
        )


class ReadOnlyLakeError(TwinError):
    """A write through a lake that was opened for reading."""

    def __init__(self, operation: str) -> None:
        self.operation = operation
        super().__init__(f"{operation} writes, but the lake is open read-only", remedy="open it with Lake.open()")


class SchemaError(TwinError):
    """Rows don't fit their table; `table` is its full name."""

    def __init__(self, table: str, problem: str, *, remedy: str) -> None:
        self.table = table
        super().__init__(f"table {table}: {problem}", remedy=remedy)


class QueryError(TwinError):
    """A query that isn't one read-only SELECT, or that DuckDB can't run."""

    def __init__(self, sql: str, problem: str, *, remedy: str) -> None:
        self.sql = sql
        super().__init__(f"query {_shortened(sql)!r}: {problem}", remedy=remedy)


class QueryLimitError(QueryError):
    """A query took more time or memory than it may."""


class MissingPackageError(TwinError):
    """A result was asked for in the form of a package that isn't installed."""

    def __init__(self, package: str) -> None:
        self.package = package
        super().__init__(f"package {package} is not installed", remedy=f"pip install {package}")


class MissingFileError(TwinError):
    """A file that an operation needs isn't there or can't be read."""

    def __init__(self, path: str, *, problem: str, remedy: str) -> None:
        self.path = path
        super().__init__(f"{path}: {problem}", remedy=remedy)


class UnknownTwinError(TwinError):
    """No twin has this id."""

    def __init__(self, asset_id: str, known: Sequence[str]) -> None:
        self.asset_id = asset_id
        super().__init__(
            f"there is no twin {asset_id!r} in this lake (twins: {_listed(known)})",
            remedy=f"create it with: twin create {asset_id}",
        )


class TwinExistsError(TwinError):
    """A twin with this id is already there."""

    def __init__(self, asset_id: str) -> None:
        self.asset_id = asset_id
        super().__init__(f"twin {asset_id!r} exists already", remedy="choose another id, or pass --exist-ok to keep it")


class RetiredTwinError(TwinError):
    """The operation needs an active twin."""

    def __init__(self, asset_id: str, operation: str) -> None:
        self.asset_id = asset_id
        super().__init__(
            f"twin {asset_id!r} is retired, so {operation} is refused",
            remedy="create a twin with a new id; the history of this one stays readable",
        )


class UnknownJobError(TwinError):
    """The twin has no such job."""

    def __init__(self, asset_id: str, job_id: str, known: Sequence[str]) -> None:
        self.asset_id = asset_id
        self.job_id = job_id
        super().__init__(
            f"twin {asset_id!r} has no job {job_id!r} (jobs: {_listed(known)})",
            remedy='check the id with: twin query TWIN "SELECT job_id, sync_status FROM twin_jobs"',
        )


class JobConflictError(TwinError):
    """A job is there already, and isn't what is started now: `field` is `known`, not `given`."""

    def __init__(self, asset_id: str, job_id: str, field: str, *, known: str, given: str) -> None:
        self.asset_id = asset_id
        self.job_id = job_id
        self.field = field
        self.known = known
        self.given = given
        super().__init__(
            f"job {job_id!r} of twin {asset_id!r} has {field} {known}, not {given}",
            remedy=f"start a job under an id of its own, or this one with {field} {known}",
        )


class UnknownSnapshotError(TwinError):
    """The twin has no such state snapshot."""

    def __init__(self, asset_id: str, snapshot_id: str) -> None:
        self.snapshot_id = snapshot_id
        super().__init__(
            f"twin {asset_id!r} has no snapshot {snapshot_id}",
            remedy='list them with: twin query TWIN "SELECT snapshot_id, timestamp FROM state_snapshots"',
        )


class ExtensionError(TwinError):
    """A DuckDB extension wheel is missing or made for another DuckDB."""

    def __init__(self, extension: str, detail: str) -> None:
        self.extension = extension
        super().__init__(
            f"DuckDB extension {extension} can't be loaded: {detail}",
            remedy=f"pip install duckdb-extension-{extension.replace('_', '-')} in the version of duckdb",
        )


def _listed(names: Sequence[str], most: int = 5) -> str:
    if not names:
        return "none"
    return ", ".join(names[:most]) + (f" and {len(names) - most} more" if len(names) > most else "")


def _shortened(text: str, most: int = 80) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= most else flat[: most - 1] + "…"
