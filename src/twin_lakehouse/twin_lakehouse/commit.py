"""Rows into the lake: one INSERT … SELECT from Arrow a table, or a staged file; the segment's own row beside them."""

# ruff: noqa: S608  names in SQL come from records.py; values are parameters

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Protocol, TypeVar
from weakref import WeakSet

from twin_lakehouse.errors import LakeAwayError, SchemaError
from twin_lakehouse.ids import checked_asset_id, checked_job_id
from twin_lakehouse.records import Segment
from twin_lakehouse.rows import R, Record
from twin_lakehouse.schema import check_columns
from twin_lakehouse.staging import Staged
from twin_lakehouse.storage import Storage

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

_T = TypeVar("_T")

_INCOMING = "incoming_rows"
# Nobody has checked these rows yet.
_PENDING_AGAIN = (
    "UPDATE lake.twins.twin_jobs SET sync_status = 'pending' "
    "WHERE twin_id = ? AND job_id = ? AND sync_status = 'synced'"
)
_SNAPSHOT = "FROM ducklake_current_snapshot('lake')"


class LakeWriter(Protocol):
    """What commits ask of the lake."""

    @property
    def clock(self) -> Callable[[], datetime]:
        """The time now, UTC."""

    @property
    def storage(self) -> Storage:
        """Where the files are."""

    @property
    def in_transaction(self) -> bool:
        """Whether a transaction is open."""

    def run(self, action: Callable[[], _T]) -> _T:
        """Runs `action` in a transaction, and again after a conflict."""

    def query(self, sql: str) -> pa.Table:
        """Result of one SELECT."""

    def rows(self, record: type[R], where: str = "true", params: Sequence[object] = ()) -> list[R]:
        """The records that fulfil `where`."""

    def insert(self, *records: Record) -> None:
        """Adds records of one class."""

    def insert_table(self, table_name: str, rows: pa.Table) -> int:
        """Adds rows to `schema.table`; gives their number."""

    def insert_staged(self, staged: Staged) -> int:
        """Adds the rows of a file; gives their number."""

    def execute(self, sql: str, params: Sequence[object] = ()) -> int:
        """Runs one statement that changes rows; gives their number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pending:
    """Jobs (asset, job) of which the lake's state `snapshot` says that they aren't synced."""

    snapshot: int = -1
    jobs: frozenset[tuple[str, str]] = frozenset()


class SegmentCommits:
    """The work of Lake.commit_segment, for one lake."""

    def __init__(self) -> None:
        self._left = _Pending()
        # Of a COMMIT that failed nobody knows for sure whether the lake has their files now.
        self._given: WeakSet[Staged] = WeakSet()

    def commit(
        self, lake: LakeWriter, segment: Segment, tables: Mapping[str, pa.Table | Staged], *, is_new: bool
    ) -> int:
        """As Lake.commit_segment says."""
        checked_asset_id(segment.asset_id)
        checked_job_id(segment.job_id)
        # Inside another transaction its own changes count, and it is not known whether it will be committed.
        is_alone = not lake.in_transaction
        left = self._left if is_alone else _Pending()
        self._left = _Pending()  # unknown again, should this fail
        attempts = itertools.count()
        given = [rows for rows in tables.values() if isinstance(rows, Staged)]

        def add() -> tuple[int | None, _Pending]:
            # Only the first: of one that failed in its COMMIT nobody knows whether it took place.
            outcome = _add(lake, segment, tables, left, is_new=is_new and next(attempts) == 0)
            if outcome[0] is not None:
                self._given.update(given)
            return outcome

        added, now = lake.run(add)
        if is_alone:
            self._left = now
            if added is None:
                self._discard_all(lake.storage, given)
        return added or 0

    def _discard_all(self, storage: Storage, given: Sequence[Staged]) -> None:
        """What was given for a segment that is there; `twin expire` deletes what can't be reached now."""
        with suppress(LakeAwayError):
            for staged in given:
                self.discard(storage, staged)

    def discard(self, storage: Storage, staged: Staged) -> None:
        """As Lake.discard says."""
        if staged.key is not None and staged not in self._given:
            storage.remove(staged.key)


def _add(
    lake: LakeWriter, segment: Segment, tables: Mapping[str, pa.Table | Staged], left: _Pending, *, is_new: bool
) -> tuple[int | None, _Pending]:
    """The rows added (None: the segment is there), and what the transaction leaves pending."""
    if not is_new and lake.rows(Segment, "segment_id = ? AND job_id = ?", [segment.segment_id, segment.job_id]):
        return None, left
    added = sum(_added(lake, name, rows) for name, rows in tables.items())
    lake.insert(replace(segment, committed_at=lake.clock()))
    return added, _made_pending(lake, left, (segment.asset_id, segment.job_id)) if added else _Pending()


def _added(lake: LakeWriter, table_name: str, rows: pa.Table | Staged) -> int:
    if not isinstance(rows, Staged):
        return lake.insert_table(table_name, rows)
    if rows.table != table_name:
        raise SchemaError(table_name, f"the rows were staged for {rows.table}", remedy="give them under that name")
    return lake.insert_table(table_name, rows.rows) if rows.rows is not None else lake.insert_staged(rows)


def _made_pending(lake: LakeWriter, left: _Pending, job: tuple[str, str]) -> _Pending:
    """Sees to it that the job is pending, as nobody has checked its new rows; what the transaction leaves pending.

    Where the newest state is the one that this process left, nobody has synced a job since. The UPDATE that finds
    nothing costs 2 ms, a twentieth of a commit, and asking for the state a tenth of that.
    """
    snapshot = int(lake.query(_SNAPSHOT)["id"][0].as_py())
    jobs = left.jobs if left.snapshot == snapshot else frozenset()
    if job not in jobs:
        lake.execute(_PENDING_AGAIN, job)
    # The state that this transaction makes. Where it became a later one, the next commit looks again.
    return _Pending(snapshot=snapshot + 1, jobs=jobs | {job})


def insert_table(connection: duckdb.DuckDBPyConnection, table_name: str, rows: pa.Table) -> int:
    """Adds the rows (columns by name) to `schema.table`; gives their number. Raises SchemaError."""
    import duckdb

    check_columns(table_name, rows.column_names)
    if not rows.num_rows:
        return 0
    columns = ", ".join(f'"{name}"' for name in rows.column_names)
    # The name stays until other rows take it: dropping it costs as much as making it.
    connection.register(_INCOMING, rows)
    try:
        connection.execute(f"INSERT INTO lake.{table_name} ({columns}) SELECT {columns} FROM {_INCOMING}")
    except (duckdb.ConversionException, duckdb.ConstraintException, duckdb.InvalidInputException) as error:
        raise SchemaError(
            table_name, str(error).splitlines()[0], remedy="correct the rows; nothing of this transaction was written"
        ) from error
    return int(rows.num_rows)
