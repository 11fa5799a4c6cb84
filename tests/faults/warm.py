"""Imported by the process that children are forked from, so that each of them starts in milliseconds."""

from __future__ import annotations

import duckdb  # noqa: F401
import pyarrow.parquet  # noqa: F401

from tests.faults.child import warm

warm()
