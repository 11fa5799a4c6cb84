"""A transaction of DuckDB as a block."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb

_log = logging.getLogger(__name__)


@contextmanager
def all_or_nothing(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """What the block does is committed at its end, or undone where it raises."""
    import duckdb

    connection.execute("BEGIN")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        try:
            connection.execute("ROLLBACK")
        except duckdb.Error as error:
            # A failed COMMIT has ended the transaction already.
            _log.debug("rollback: %s", error)
        raise
