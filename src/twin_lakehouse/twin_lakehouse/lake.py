"""The lakehouse: DuckDB with a DuckLake catalog attached as `lake`."""

# ruff: noqa: S608  names in SQL come from records.py; values are parameters

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from types import TracebackType
from typing import TYPE_CHECKING, Self, TypeVar

from twin_lakehouse._attach import Attached, attach
from twin_lakehouse._duckdb_errors import statement_error
from twin_lakehouse._lock import again_while_busy, holding
from twin_lakehouse._transaction import all_or_nothing
from twin_lakehouse._tuning import tune_for_small_commits
from twin_lakehouse.clock import utc_now
from twin_lakehouse.commit import SegmentCommits, insert_table
from twin_lakehouse.errors import (
    InvalidValueError,
    LakeAwayError,
    LakeBusyError,
    LakeFullError,
    QueryError,
    ReadOnlyLakeError,
)
from twin_lakehouse.records import Segment
from twin_lakehouse.rows import Record, from_arrow, to_arrow
from twin_lakehouse.schema import spec_of
from twin_lakehouse.settings import LakeSettings
from twin_lakehouse.staging import Staged, register, stage
from twin_lakehouse.storage import Storage, open_storage

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

_T = TypeVar("_T")
_R = TypeVar("_R", bound=Record)
MIN_MEMORY_MB = 64
"""Less isn't enough to read a file."""

Parameters = Sequence[object] | Mapping[str, object]


class Lake:
    """An open lake; any thread may use it, one call runs at a time. Close it, or use it as a context manager.

    After an outage (LakeAwayError) the next call connects again.
    """

    def __init__(
        self,
        settings: LakeSettings,
        *,
        read_only: bool,
        clock: Callable[[], datetime],
        may_create: bool,
        memory_mb: int | None,
        for_small_commits: bool = False,
    ) -> None:
        if memory_mb is not None and memory_mb < MIN_MEMORY_MB:
            raise InvalidValueError("memory", memory_mb, allowed=f"MiB, {MIN_MEMORY_MB} or more")
        self.settings = settings
        self.read_only = read_only
        self.memory_mb = memory_mb
        self._for_small_commits = for_small_commits
        self.clock = clock
        self.storage: Storage = open_storage(settings)
        self._attached: Attached | None = None
        self._readers: dict[int | None, Lake] = {}
        self._commits = SegmentCommits()
        self._mutex = threading.RLock()
        self._depth = 0
        self._may_create, self._was_there = may_create, False

    @classmethod
    def open(
        cls,
        settings: LakeSettings | None = None,
        *,
        read_only: bool = False,
        clock: Callable[[], datetime] = utc_now,
        may_create: bool = True,
        memory_mb: int | None = None,
        for_small_commits: bool = False,
    ) -> Lake:
        """Opens the lake (default: the one of the environment) and, unless `may_create` is false, creates it.

        `clock` gives the time (UTC, naive) of what the operations write. With read_only nothing is created and SQL
        reaches nothing but the lake. `memory_mb` (MiB) is what a reader's queries may use (default: DuckDB's, 80 % of
        the machine). `for_small_commits`: a writer of a few thousand rows at a time, whose queries join no tables.
        Raises TwinError: see errors.py.
        """
        settings = settings or LakeSettings.from_env()
        lake = cls(
            settings,
            read_only=read_only,
            clock=clock,
            may_create=may_create,
            memory_mb=memory_mb,
            for_small_commits=for_small_commits,
        )
        try:
            lake._connection()
        except BaseException:
            lake.close()
            raise
        return lake

    def query(self, sql: str, params: Parameters = ()) -> pa.Table:
        """Result of one SELECT; bare table names are those of schema twins. Raises QueryError, LakeAwayError."""
        with self._mutex, self.translated(sql):
            return self._connection().execute(sql, params).to_arrow_table()

    def rows(self, record: type[_R], where: str = "true", params: Parameters = ()) -> list[_R]:
        """The records of a class that fulfil `where` (SQL; may end with ORDER BY and LIMIT)."""
        return from_arrow(record, self.query(f"SELECT * FROM lake.{spec_of(record).name} WHERE {where}", params))

    def execute(self, sql: str, params: Parameters = ()) -> int:
        """Runs one statement that changes rows, inside transaction(); gives the number of changed rows."""
        if not self._depth:
            raise QueryError(sql, "changes are made in a transaction", remedy="wrap it in `with lake.transaction():`")
        with self.translated(sql):
            row = self._connection().execute(sql, params).fetchone()
        return int(row[0]) if row and isinstance(row[0], int) else 0

    def insert(self, *records: Record) -> None:
        """Adds records of one class, inside transaction()."""
        self.insert_table(spec_of(type(records[0])).name, to_arrow(records))

    def insert_table(self, table_name: str, rows: pa.Table) -> int:
        """Adds the rows to `schema.table`, inside transaction(). Raises SchemaError where they don't fit."""
        with self.translated(f"INSERT INTO {table_name}"):
            return insert_table(self._connection(), table_name, rows)

    def stage(self, table_name: str, rows: pa.Table) -> Staged:
        """Writes the rows into the storage for commit_segment, within a day; also while another thread commits.

        What no file can hold stays in memory: see Staged. Raises SchemaError, LakeAwayError, ReadOnlyLakeError.
        """
        if self.read_only:
            raise ReadOnlyLakeError("stage")
        return stage(self.storage, table_name, rows)

    def insert_staged(self, staged: Staged) -> int:
        """Adds the rows of a staged file, inside transaction(). Raises SchemaError, MissingFileError."""
        with self.translated(f"INSERT INTO {staged.table}"):
            return register(self._connection(), self.storage, self._lake().data_path, staged)

    def discard(self, staged: Staged) -> None:
        """Deletes a file that nobody will commit; not after a failed COMMIT, when the lake may have it."""
        self._commits.discard(self.storage, staged)

    @contextmanager
    def lent(self, name: str, rows: pa.Table) -> Iterator[None]:
        """Inside the block, SQL can read the rows under that name."""
        with self._mutex:
            self._connection().register(name, rows)
            try:
                yield
            finally:
                self._connection().unregister(name)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing for what is done inside; the only writer meanwhile. Inside another one it is part of it.

        Raises ReadOnlyLakeError; LakeBusyError (no turn, or a conflict) and LakeAwayError: nothing was written, unless
        the text says that a COMMIT wasn't answered.
        """
        if self.read_only:
            raise ReadOnlyLakeError("a transaction")
        with self._mutex:
            if self._depth:
                yield
                return
            try:
                with self.translated("BEGIN"), self._turn(), self._begun(self._lake()):
                    yield
            except LakeBusyError:
                raise
            except LakeAwayError:
                # What is wrong with the connection is unknown: the next call makes a new one.
                self._disconnect()
                raise

    @property
    def in_transaction(self) -> bool:
        """Whether a transaction is open: only queries see its rows, no statistics."""
        return self._depth > 0

    def run(self, action: Callable[[], _T]) -> _T:
        """Runs `action` in a transaction, and again after a conflict, with growing pauses up to the timeout."""
        with self._mutex:  # else the open transaction may be another thread's
            if self._depth:
                return action()

        def attempt() -> _T:
            with self.transaction():
                return action()

        return again_while_busy(attempt, deadline_s=self.settings.timeout_s)

    def commit_segment(self, segment: Segment, tables: Mapping[str, pa.Table | Staged], *, is_new: bool = False) -> int:
        """Adds a segment's rows (by table name) and its own row in one transaction; gives the number of rows added.

        A segment that is there adds nothing and gives 0, and what was staged for it is deleted; `is_new` says that it
        can't be there, and saves the look.
        Raises SchemaError where rows don't fit their table, and LakeAwayError (recoverable) where catalog or storage
        can't be reached: call again, nothing is added twice.
        """
        return self._commits.commit(self, segment, tables, is_new=is_new)

    def reader(self, memory_mb: int | None = None) -> Lake:
        """This lake opened for reading only, in a DuckDB of its own with `memory_mb` (MiB); itself if it is that."""
        if self.read_only and memory_mb in (None, self.memory_mb):
            return self
        with self._mutex:
            if memory_mb not in self._readers:
                self._readers[memory_mb] = Lake.open(
                    self.settings, read_only=True, clock=self.clock, memory_mb=memory_mb
                )
            return self._readers[memory_mb]

    @contextmanager
    def session(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """A DuckDB connection of its own (variables, temporary views), with bare names in schema twins."""
        with self._mutex:
            cursor = self._connection().cursor()
            try:
                cursor.execute("USE lake.twins")
                yield cursor
            finally:
                cursor.close()

    def close(self) -> None:
        """Closes the lake; a second call does nothing."""
        with self._mutex:
            for reader in self._readers.values():
                reader.close()
            self._readers.clear()
            self._disconnect()
            self.storage.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __str__(self) -> str:
        return str(self.settings)

    def _lake(self) -> Attached:
        with self._mutex:
            if self._attached is None:
                is_so = {"read_only": self.read_only, "may_create": self._may_create, "was_there": self._was_there}
                self._attached = attach(self.settings, self.storage, **is_so, memory_mb=self.memory_mb)
                if self._for_small_commits:
                    tune_for_small_commits(self._attached.connection)
                # A lake that was there and isn't now (an unmounted disk) must come back: an empty one would hide it.
                self._may_create, self._was_there = False, True
            return self._attached

    def _connection(self) -> duckdb.DuckDBPyConnection:
        return self._lake().connection

    def _disconnect(self) -> None:
        if self._attached is not None:
            self._attached.close()
            self._attached = None

    def _turn(self) -> AbstractContextManager[None]:
        """The lake's lock, held."""
        return holding(self._lake().lock, lake=self.settings.catalog_shown, deadline_s=self.settings.timeout_s)

    @contextmanager
    def _begun(self, attached: Attached) -> Iterator[None]:
        self._depth = 1
        try:
            with all_or_nothing(attached.connection, attached.committing):
                yield
        finally:
            self._depth = 0

    @contextmanager
    def translated(self, sql: str) -> Iterator[None]:
        """DuckDB's errors as ours; after an outage the connection is dropped, so that the next call makes a new one."""
        import duckdb

        try:
            yield
        except duckdb.Error as error:
            failure = statement_error(error, sql, self.settings, self.memory_mb)
            is_away = isinstance(failure, LakeAwayError) and not isinstance(failure, LakeBusyError | LakeFullError)
            if is_away and not self._depth:
                self._disconnect()
            raise failure from error
