"""One writer at a time: a lock that its holder's death releases.

DuckLake resolves conflicts between transactions, but two of them may both see that a segment is missing and both add
it, and on SQLite they fail instead of waiting. So every write transaction of these packages holds this lock; readers
don't need it.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeVar

from twin_lakehouse.errors import LakeBusyError
from twin_lakehouse.storage import write_error

if TYPE_CHECKING:
    import duckdb

_T = TypeVar("_T")
_FIRST_WAIT_S, _LONGEST_WAIT_S = 0.002, 0.1
# After a conflict.
_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 0.01, 1.0


class WriterLock(Protocol):
    """Excludes other writers of the lake, in this process and in others."""

    def try_acquire(self) -> bool:
        """True if the lock is now held; never waits."""

    def release(self) -> None:
        """Gives the lock back; nothing happens where it isn't held."""


class FileLock:
    """Lock beside an SQLite catalog (which lives on one machine, as this does)."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._descriptor: int | None = None

    def try_acquire(self) -> bool:
        try:
            descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
        except OSError as error:
            raise write_error(error, str(self._path)) from error
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(descriptor)
            return False
        self._descriptor = descriptor
        return True

    def release(self) -> None:
        if self._descriptor is not None:
            # Closing it would leave the lock to a process that was forked meanwhile.
            fcntl.flock(self._descriptor, fcntl.LOCK_UN)
            os.close(self._descriptor)
            self._descriptor = None


class PostgresLock:
    """Advisory lock of the catalog's database; `database` is the name under which it is attached to DuckDB."""

    # Any number that other users of the database are unlikely to lock.
    _KEY = 0x7477696E

    def __init__(self, connection: duckdb.DuckDBPyConnection, database: str) -> None:
        self._cursor = connection.cursor()
        self._database = database

    def try_acquire(self) -> bool:
        # Tied to the transaction: a lost connection gives the lock back.
        self._cursor.execute("BEGIN")
        sql = f"SELECT pg_try_advisory_xact_lock({self._KEY}) AS held"
        try:
            row = self._cursor.execute("SELECT held FROM postgres_query(?, ?)", [self._database, sql]).fetchone()
        except BaseException:
            self._cursor.execute("ROLLBACK")
            raise
        held = bool(row and row[0])
        if not held:
            self._cursor.execute("ROLLBACK")
        return held

    def release(self) -> None:
        import duckdb

        # With the connection the server has dropped the lock as well.
        with suppress(duckdb.Error):
            self._cursor.execute("ROLLBACK")


@contextmanager
def holding(lock: WriterLock, *, lake: str, deadline_s: float) -> Iterator[None]:
    """Holds the lock; waits for it up to `deadline_s`, then raises LakeBusyError."""
    if not retried(lock.try_acquire, deadline_s=deadline_s):
        raise LakeBusyError(lake, deadline_s, "another process is writing")
    try:
        yield
    finally:
        lock.release()


def retried(attempt: Callable[[], bool], *, deadline_s: float) -> bool:
    """Calls `attempt` with growing pauses until it gives true (then true) or `deadline_s` have passed (then false)."""
    end = time.monotonic() + deadline_s
    wait_s = _FIRST_WAIT_S
    while not attempt():
        left_s = end - time.monotonic()
        if left_s <= 0:
            return False
        time.sleep(min(wait_s, left_s))
        wait_s = min(2 * wait_s, _LONGEST_WAIT_S)
    return True


def again_while_busy(attempt: Callable[[], _T], *, deadline_s: float) -> _T:
    """Calls `attempt` again with growing pauses where it raises LakeBusyError, until `deadline_s` are over."""
    end = time.monotonic() + deadline_s
    wait_s = _FIRST_PAUSE_S
    while True:
        try:
            return attempt()
        except LakeBusyError:
            if time.monotonic() + wait_s > end:
                raise
        time.sleep(wait_s)
        wait_s = min(2 * wait_s, _LONGEST_PAUSE_S)


def give_way() -> None:
    """Lets a writer that waits have its turn, between two transactions of a long work."""
    time.sleep(2 * _LONGEST_WAIT_S)
