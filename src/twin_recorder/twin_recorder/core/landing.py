"""A segment's rows into the lake: rows that it has by their own ids are left out, and large tables go as files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Final

import pyarrow as pa

from twin_lakehouse import Lake, Segment, Staged, TwinError
from twin_lakehouse.errors import SchemaError

from .errors import SegmentError
from .given_ids import GivenIds

# Fewer rows are inserted faster than a file of them is registered.
_STAGED_FROM_ROWS: Final = 10_000


class Landing:
    """Adds segments' rows to a lake, one segment at a time."""

    def __init__(self) -> None:
        self._given_ids = GivenIds()

    def add(self, lake: Lake, segment: Segment, tables: Mapping[str, pa.Table], *, is_new: bool) -> int:
        """One transaction for rows and the mark that the segment is done; the number of rows added.

        Raises TwinError (recoverable), SegmentError where the rows don't fit the lake.
        """
        fresh = self._given_ids.only_new(lake, tables)
        try:
            with _staged(lake, fresh) as given:
                added = lake.commit_segment(segment, given, is_new=is_new)
        except SchemaError as error:
            raise SegmentError(
                f"segment {segment.sequence} of job {segment.job_id} doesn't fit the lake: {error}"
            ) from error
        self._given_ids.remember(fresh)
        return added

    def forget(self) -> None:
        """What the lake has may be different from now on."""
        self._given_ids = GivenIds()


@contextmanager
def _staged(lake: Lake, tables: Mapping[str, pa.Table]) -> Iterator[Mapping[str, pa.Table | Staged]]:
    """The tables, large ones as files; where the block fails, no file stays that the lake doesn't have."""
    staged: dict[str, Staged] = {}
    try:
        for name, rows in tables.items():
            if rows.num_rows >= _STAGED_FROM_ROWS:
                staged[name] = lake.stage(name, rows)
        yield {**tables, **staged}
    except BaseException:
        _discard(lake, staged.values())
        raise


def _discard(lake: Lake, files: Iterable[Staged]) -> None:
    """Delete what can be reached; the rest is deleted by `twin expire`."""
    for each in files:
        with suppress(TwinError):
            lake.discard(each)
