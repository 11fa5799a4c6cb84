"""Text in SQL, where DuckDB takes no parameter."""

from __future__ import annotations


def quoted(text: str) -> str:
    """The text as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"
