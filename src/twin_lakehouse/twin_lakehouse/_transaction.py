"""A transaction of DuckDB as a block."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb

Committing = Callable[[], AbstractContextManager[None]]
"""A block around each COMMIT."""
_log = logging.getLogger(__name__)


@contextmanager
def all_or_nothing(connection: duckdb.DuckDBPyConnection, committing: Committing = nullcontext) -> Iterator[None]:
    """What the block does is committed at its end, or undone where it raises."""
    connection.execute("BEGIN")
    try:
        yield
        with committing():
            try:
                connection.execute("COMMIT")
            except BaseException:
                # In here too: this is what deletes files.
                _roll_back(connection)
                raise
    except BaseException:
        _roll_back(connection)
        raise


def _roll_back(connection: duckdb.DuckDBPyConnection) -> None:
    import duckdb

    try:
        connection.execute("ROLLBACK")
    except duckdb.Error as error:
        # A failed COMMIT has ended the transaction already, and so has one whose block failed afterwards.
        _log.debug("rollback: %s", error)
