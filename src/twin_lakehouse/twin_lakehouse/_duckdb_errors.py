"""What DuckDB's errors say."""

from __future__ import annotations

import itertools

from twin_lakehouse.settings import without_password


def is_catalog_gone(error: Exception) -> bool:
    """Whether the catalog has lost DuckLake's own tables: somebody removed or replaced it under an open lake."""
    return "most recent snapshot for DuckLake" in str(error)


def plain_text(error: Exception) -> str:
    """DuckDB's message in one line: without the place in the text, and guesses that are other catalogs' tables."""
    lines = itertools.takewhile(lambda line: not line.startswith("LINE "), str(error).splitlines())
    text = " ".join(" ".join(line.split()) for line in lines if line and not line.startswith("Did you mean"))
    return without_password(text)
