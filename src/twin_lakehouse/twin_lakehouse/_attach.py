"""Opens DuckDB with the lake attached as `lake`: catalog, storage, extensions, secrets."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING

from twin_lakehouse import durable
from twin_lakehouse._answers import AnswerWatch, patient_url
from twin_lakehouse._duckdb_errors import opening_error
from twin_lakehouse._extensions import load_extensions
from twin_lakehouse._lock import FileLock, PostgresLock, WriterLock, holding
from twin_lakehouse._quoting import quoted
from twin_lakehouse._setup import Migration, checked_version, ensure_tables, migrate_tables
from twin_lakehouse._transaction import Committing
from twin_lakehouse.errors import CorruptLakeError, LakeAwayError, NoLakeError
from twin_lakehouse.settings import LakeSettings
from twin_lakehouse.storage import Storage, write_error

if TYPE_CHECKING:
    import duckdb

CATALOG = "lake"
"""The name under which the lake is attached."""
_SERVER = "lake_server"
_CONFIG: dict[str, str | bool | int | float | list[str]] = {
    # A name in SQL means a table of the lake, never a Python variable that happens to be called so.
    "python_enable_replacements": False,
    # To check the extensions' signatures takes 0.25 s of processor time at each start, all else 0.1 s. They come from
    # where DuckDB itself comes from, which nobody checks then; and no statement of a user's can load others.
    "allow_unsigned_extensions": True,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Attached:
    """An open DuckDB with the lake in it, and the lock that its writes take."""

    database: duckdb.DuckDBPyConnection
    storage: Storage
    lock: WriterLock
    watch: AnswerWatch

    @property
    def connection(self) -> duckdb.DuckDBPyConnection:
        """The connection, with credentials that haven't expired."""
        self.storage.prepare(self.database)
        return self.database

    @property
    def committing(self) -> Committing:
        """For each COMMIT: of an SQLite catalog's this process always knows how it ended."""
        return (lambda: self.storage.withheld(self.database)) if self._is_of_server else nullcontext

    @property
    def data_path(self) -> str:
        """Where the lake's own paths begin, for a writer."""
        # So that it can be withheld from a COMMIT.
        return self.storage.data_path if self._is_of_server else self.storage.root

    @property
    def _is_of_server(self) -> bool:
        return isinstance(self.lock, PostgresLock)

    def close(self) -> None:
        self.database.close()
        self.watch.close()


def attach(
    settings: LakeSettings,
    storage: Storage,
    *,
    read_only: bool,
    may_create: bool = True,
    was_there: bool = False,
    memory_mb: int | None = None,
) -> Attached:
    """Opens the lake, and creates it and its tables if it isn't there (not when read_only, nor without may_create).

    A reader's queries may use `memory_mb` (MiB). Of a lake that `was_there` it is an outage that it isn't.
    Raises NoLakeError, LakeAwayError, CorruptLakeError, LakeMismatchError, OccupiedStorageError, LakeVersionError,
    ExtensionError.
    """
    try:
        return _attached(settings, storage, read_only=read_only, may_create=may_create, memory_mb=memory_mb)
    except NoLakeError as error:
        if not was_there:
            raise
        remedy = "put it back, or start again to begin a new one"
        raise LakeAwayError(f"the lake at {settings.catalog_shown} is gone", remedy=remedy) from error


def _attached(
    settings: LakeSettings, storage: Storage, *, read_only: bool, may_create: bool, memory_mb: int | None
) -> Attached:
    with _opening(settings, storage, read_only=read_only, may_create=may_create) as attached:
        if read_only:
            _attach_for_reading(attached.connection, settings, storage, memory_mb)
        else:
            with _turn(attached, settings):
                _attach_for_writing(attached, settings, may_create=may_create)
        attached.connection.execute(f"USE {CATALOG}.twins")
    return attached


def attach_and_migrate(settings: LakeSettings, storage: Storage, migrations: Sequence[Migration]) -> list[Migration]:
    """Takes the steps that the lake lacks, in one transaction; gives them. Raises as attach does."""
    with _opening(settings, storage, read_only=False, may_create=False) as attached, _turn(attached, settings):
        if not _is_lake_there(attached.connection, settings, read_only=False):
            raise NoLakeError(settings.catalog_shown)
        _attach_lake(attached.connection, settings, attached.data_path, "")
        found = checked_version(attached.connection, settings, storage, oldest=0)
        steps = migrate_tables(attached.connection, migrations, attached.committing, found=found) if found else []
    attached.close()
    return steps


@contextmanager
def _opening(settings: LakeSettings, storage: Storage, *, read_only: bool, may_create: bool) -> Iterator[Attached]:
    """A DuckDB with all that an attached lake needs; closed where the block fails, and its error translated."""
    import duckdb

    _prepare_place(settings, read_only=read_only, may_create=may_create and not read_only)
    connection = duckdb.connect(":memory:", config=_CONFIG)
    watch = AnswerWatch(settings)
    try:
        load_extensions(connection, _needed_extensions(settings))
        connection.execute("SET TimeZone = 'UTC'")
        # On a busy machine it would be drawn into the recorder's log.
        connection.execute("SET enable_progress_bar = false")
        if settings.catalog_path is not None:
            # Scans by several threads read the catalog outside their transaction: a reader would see the files that a
            # merge has removed vanish from its snapshot, and not those that took their place.
            connection.execute("SET GLOBAL sqlite_disable_multithreaded_scans = true")
        # Secrets that a user of this machine stored for other programs aren't the lake's.
        connection.execute("SET secret_directory = '/dev/null/none'")
        storage.prepare(connection)
        # A conflict is a writer without the lock, or a COMMIT of our own that a broken wire held back: DuckLake would
        # put the same rows behind it, where the transaction must look again at what is there.
        connection.execute("SET GLOBAL ducklake_max_retry_count = 0")
        yield Attached(database=connection, storage=storage, lock=_writer_lock(connection, settings), watch=watch)
    except duckdb.Error as error:
        connection.close()
        watch.close()
        raise opening_error(error, settings) from error
    except BaseException:
        connection.close()
        watch.close()
        raise


def _turn(attached: Attached, settings: LakeSettings) -> AbstractContextManager[None]:
    return holding(attached.lock, lake=settings.catalog_shown, deadline_s=settings.timeout_s)


def _attach_for_writing(attached: Attached, settings: LakeSettings, *, may_create: bool) -> None:
    connection, storage = attached.connection, attached.storage
    is_there = _is_lake_there(connection, settings, read_only=False)
    if not is_there and not may_create:
        raise NoLakeError(settings.catalog_shown)
    data = attached.data_path
    if not is_there and data != settings.storage:
        # A new catalog keeps the path that it is made with.
        _attach_lake(connection, settings, settings.storage, "")
        connection.execute(f"DETACH {CATALOG}")
    _attach_lake(connection, settings, data, "")
    version = checked_version(connection, settings, storage) if is_there else None
    ensure_tables(connection, storage, attached.committing, are_there=version is not None)


def _attach_for_reading(
    connection: duckdb.DuckDBPyConnection, settings: LakeSettings, storage: Storage, memory_mb: int | None
) -> None:
    if not _is_lake_there(connection, settings, read_only=True):
        raise NoLakeError(settings.catalog_shown)
    _attach_lake(connection, settings, settings.storage, ", READ_ONLY")
    if not _has_twins(connection):  # another process is creating it right now
        raise NoLakeError(settings.catalog_shown)
    checked_version(connection, settings, storage)
    # Whatever a query says, it reaches no file outside the lake and changes no setting.
    root = settings.storage if settings.storage_path is None else str(settings.storage_path)
    connection.execute(f"SET allowed_directories = [{quoted(root + '/')}]")
    if memory_mb is not None:
        connection.execute(f"SET memory_limit = '{memory_mb}MiB'")
    # What doesn't fit into memory would be written to the current folder.
    connection.execute("SET temp_directory = ''")
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")


def _prepare_place(settings: LakeSettings, *, read_only: bool, may_create: bool) -> None:
    """Folders, before SQLite is asked: its own messages name neither the folder nor the reason."""
    catalog, data = settings.catalog_path, settings.storage_path
    if catalog is not None:
        if not may_create and not catalog.exists():
            raise NoLakeError(settings.catalog_shown)
        if catalog.is_dir():
            raise CorruptLakeError(settings.catalog_shown, "it is a folder, not a file")
    if read_only:
        return
    for folder in [path for path in (catalog and catalog.parent, data) if path is not None]:
        if may_create:
            try:
                durable.make_folder(folder)
            except OSError as error:
                raise write_error(error, str(folder)) from error
        if not os.access(folder, os.W_OK):
            raise LakeAwayError(
                f"folder {folder} can't be written",
                remedy="change its permissions, or set TWIN_CATALOG and TWIN_STORAGE to another place",
            )


def _needed_extensions(settings: LakeSettings) -> tuple[str, ...]:
    scanner = "postgres_scanner" if settings.catalog_path is None else "sqlite_scanner"
    return ("ducklake", scanner) + (("httpfs",) if settings.storage_path is None else ())


def _writer_lock(connection: duckdb.DuckDBPyConnection, settings: LakeSettings) -> WriterLock:
    if settings.catalog_path is not None:
        return FileLock(settings.catalog_path.with_name(settings.catalog_path.name + ".lock"))
    connection.execute(f"ATTACH {quoted(patient_url(settings))} AS {_SERVER} (TYPE postgres, READ_ONLY)")
    return PostgresLock(connection, _SERVER)


def _is_lake_there(connection: duckdb.DuckDBPyConnection, settings: LakeSettings, *, read_only: bool) -> bool:
    """True if the database holds a DuckLake catalog, false if it can become one; else raises CorruptLakeError.

    A writer's look also takes back what a process that was killed in the middle of creating the lake left half-written.
    """
    database = _SERVER
    if settings.catalog_path is not None:
        if not settings.catalog_path.exists() or settings.catalog_path.stat().st_size == 0:
            return False
        # Only DuckDB's own SQLite may open the file: a second copy of the library in one process drops its locks.
        database = "lake_probe"
        mode = ", READ_ONLY" if read_only else ""
        connection.execute(f"ATTACH {quoted(str(settings.catalog_path))} AS {database} (TYPE sqlite{mode})")
    sql = "SELECT table_name FROM duckdb_tables() WHERE database_name = ?"
    names = {str(name) for (name,) in connection.execute(sql, [database]).fetchall()}
    if settings.catalog_path is None:
        return "ducklake_metadata" in names
    connection.execute(f"DETACH {database}")
    if names and "ducklake_metadata" not in names:
        raise CorruptLakeError(settings.catalog_shown, "it is an SQLite database of another program, not a lake")
    return bool(names)


def _has_twins(connection: duckdb.DuckDBPyConnection) -> bool:
    """Whether the attached lake's tables were committed yet: they come in one transaction, after the catalog itself."""
    sql = "SELECT count(*) FROM duckdb_schemas() WHERE database_name = ? AND schema_name = 'twins'"
    row = connection.execute(sql, [CATALOG]).fetchone()
    return bool(row and row[0])


def _attach_lake(connection: duckdb.DuckDBPyConnection, settings: LakeSettings, data: str, mode: str) -> None:
    kind = "postgres:" if settings.catalog_path is None else "sqlite:"
    place = patient_url(settings) if settings.catalog_path is None else str(settings.catalog_path)
    # WAL: readers and the writer don't wait for each other.
    journal = "" if settings.catalog_path is None else ", META_JOURNAL_MODE 'WAL'"
    busy_ms = int(settings.timeout_s * 1000)
    # The settings say where the data is (a lake may have been moved): checked_version compares it with the catalog's
    # own record. Inlining is off: SQLite can't keep NaN, and what a robot said wrong must stay as it was said.
    connection.execute(
        f"ATTACH {quoted(f'ducklake:{kind}{place}')} AS {CATALOG} (DATA_PATH {quoted(data + '/')}, "
        f"OVERRIDE_DATA_PATH true, DATA_INLINING_ROW_LIMIT 0, BUSY_TIMEOUT {busy_ms}{journal}{mode})"
    )
