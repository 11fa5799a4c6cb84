"""A segment's rows into the lake: rows that it has by their own ids are left out, and large tables go as files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Final

import pyarrow as pa

from twin_lakehouse import Lake, Segment, Staged
from twin_lakehouse.errors import SchemaError

from .errors import SegmentError
from .given_ids import GivenIds
from .given_rows import GIVEN_IDS
from .once import Beside, Once

# Fewer rows are inserted faster than a file of them is registered.
_STAGED_FROM_ROWS: Final = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """A segment's rows by the lake's table name: as they are, or on their way into files."""

    tables: Mapping[str, pa.Table] = field(default_factory=dict)
    staging: Mapping[str, Once[Staged]] = field(default_factory=dict)

    def help(self) -> None:
        """Write the files that no other thread has begun."""
        for each in self.staging.values():
            each()

    @contextmanager
    def all_or_none(self, lake: Lake) -> Iterator[None]:
        """Where the block fails, they are discarded."""
        try:
            yield
        except BaseException:
            self.discard(lake)
            raise

    def discard(self, lake: Lake) -> None:
        """Delete the files, which will not be committed; those that can't be reached `twin expire` deletes."""
        for each in self.staging.values():
            with suppress(Exception):  # one that could not be written is none to delete
                file = each.dropped()
                if file is not None:
                    lake.discard(file)


def staged(lake: Lake, tables: Mapping[str, pa.Table], beside: Beside) -> Rows:
    """The tables, large ones as files that are written `beside`.

    Rows that bring their own ids are no files: which of them the lake has is only known when they land.
    """
    large = {name for name, rows in tables.items() if rows.num_rows >= _STAGED_FROM_ROWS and name not in GIVEN_IDS}
    staging = {name: Once(partial(lake.stage, name, tables[name])) for name in sorted(large)}
    for each in staging.values():
        beside(each)
    return Rows(tables={name: rows for name, rows in tables.items() if name not in large}, staging=staging)


class Landing:
    """Adds segments' rows to a lake, one segment at a time."""

    def __init__(self) -> None:
        self._given_ids = GivenIds()

    def add(self, lake: Lake, segment: Segment, rows: Rows, *, is_new: bool) -> int:
        """One transaction for rows and the mark that the segment is done; the number of rows added. Where it fails, no
        file stays that the lake doesn't have.

        Raises TwinError (recoverable), SegmentError where the rows don't fit the lake.
        """
        try:
            with rows.all_or_none(lake):
                fresh = self._given_ids.only_new(lake, rows.tables)
                files = {name: each.result() for name, each in rows.staging.items()}
                added = lake.commit_segment(segment, {**fresh, **files}, is_new=is_new)
        except SchemaError as error:
            raise SegmentError(
                f"segment {segment.sequence} of job {segment.job_id} doesn't fit the lake: {error}"
            ) from error
        self._given_ids.remember(fresh)
        return added

    def forget(self) -> None:
        """What the lake has may be different from now on."""
        self._given_ids = GivenIds()
