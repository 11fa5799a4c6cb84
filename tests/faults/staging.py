"""Tables of a recorder that go into the lake as staged files: here also those of a few rows."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import pyarrow as pa

from twin_lakehouse import Lake
from twin_recorder.core import commit, landing
from twin_recorder.core.landing import Rows
from twin_recorder.core.once import Beside


@contextmanager
def some_staged(dice: random.Random) -> Iterator[None]:
    """Inside, each second time on average all tables of a segment are staged; else as the recorder does it.

    A segment that lands again may so be inserted after it was staged, or the other way round.
    """
    from_rows, original = landing._STAGED_FROM_ROWS, landing.staged

    def staged(lake: Lake, tables: Mapping[str, pa.Table], beside: Beside) -> Rows:
        landing._STAGED_FROM_ROWS = 1 if dice.random() < 0.5 else from_rows  # type: ignore[misc]
        return original(lake, tables, beside)

    commit.staged = staged  # type: ignore[attr-defined]
    try:
        yield
    finally:
        landing._STAGED_FROM_ROWS, commit.staged = from_rows, original  # type: ignore[misc, attr-defined]
