"""What DuckDB's errors mean for the lake, as errors of ours: of opening it, and of a statement on it."""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING

from twin_lakehouse.errors import (
    CorruptLakeError,
    LakeAwayError,
    LakeBusyError,
    LakeFullError,
    QueryError,
    QueryLimitError,
    TwinError,
)
from twin_lakehouse.schema import tables
from twin_lakehouse.settings import LakeSettings, without_password
from twin_lakehouse.storage import full_folder

if TYPE_CHECKING:
    import duckdb

# SQLite's words for a file that is whole, and can't be used just now.
_SQLITE_AWAY = ("disk I/O error", "unable to open database file", "database or disk is full", "readonly database")
_SQLITE_BUSY = "database is locked"
# PostgreSQL's words begin with ERROR where it refused the COMMIT; else the answer is missing.
_NO_ANSWER, _REFUSED = 'Failed to execute query "', "ERROR:"
# The way by which a folder is reached while it may be withheld.
_OWN_WAY = re.compile(r"/proc/self/fd/\d+(?=/)")


def opening_error(error: duckdb.Error, settings: LakeSettings) -> TwinError:
    """Why the lake can't be opened: only a catalog that is broken needs more than to be opened again."""
    import duckdb

    detail = _plain_text(error)
    if full := full_folder(settings):
        return LakeFullError(full)
    if _SQLITE_BUSY in detail:
        return LakeBusyError(settings.catalog_shown, settings.timeout_s, detail)
    # Of a file that can't be read, or of a server: an SQLite catalog that is broken gives a plain Error.
    is_away = isinstance(error, duckdb.IOException) or any(text in detail for text in _SQLITE_AWAY)
    if settings.catalog_path is not None and not is_away:
        return CorruptLakeError(settings.catalog_shown, detail)
    return LakeAwayError(
        f"lake {settings} can't be reached ({detail})",
        remedy="check that its catalog and its storage are there, TWIN_CATALOG and TWIN_STORAGE; nothing was lost",
    )


def statement_error(error: duckdb.Error, sql: str, settings: LakeSettings, memory_mb: int | None) -> TwinError:
    """Why a statement failed; `memory_mb` (MiB): what it may use, None where only the machine sets a limit."""
    import duckdb

    detail = _plain_text(error)
    if isinstance(error, duckdb.OutOfMemoryException):
        needed = "more memory than there is" if memory_mb is None else f"more than {memory_mb} MiB of memory"
        return QueryLimitError(sql, f"it needs {needed}", remedy="ask for less, or raise the limit")
    # DuckLake reports trouble with its catalog as a plain Error.
    if isinstance(error, duckdb.OperationalError) or type(error) is duckdb.Error or _is_catalog_gone(error):
        if full := full_folder(settings):
            return LakeFullError(full)
        if isinstance(error, duckdb.TransactionException):
            if _NO_ANSWER in detail and _REFUSED not in detail:
                return LakeAwayError(
                    f"lake {settings} didn't answer a COMMIT ({detail})",
                    remedy="nothing was lost; whether it was written isn't known: look before you write it again",
                )
            return LakeBusyError(settings.catalog_shown, settings.timeout_s, detail)
        return LakeAwayError(
            f"lake {settings} can't be reached ({detail})",
            remedy="check the catalog and the storage; nothing was lost, call again",
        )
    names = ", ".join(spec.table for spec in tables() if spec.schema in ("twins", "event_log"))
    is_name = isinstance(error, duckdb.CatalogException)
    remedy = f"the tables are {names}" if is_name else "DESCRIBE TABLE lists the columns of a table"
    return QueryError(sql, detail, remedy=remedy)


def _is_catalog_gone(error: Exception) -> bool:
    """Whether the catalog has lost DuckLake's own tables: somebody removed or replaced it under an open lake."""
    return "most recent snapshot for DuckLake" in str(error)


def _plain_text(error: Exception) -> str:
    """DuckDB's message in one line: without the place in the text, and guesses that are other catalogs' tables."""
    lines = itertools.takewhile(lambda line: not line.startswith("LINE "), str(error).splitlines())
    text = " ".join(" ".join(line.split()) for line in lines if line and not line.startswith("Did you mean"))
    return without_password(_OWN_WAY.sub("", text))
