"""A segment's file into the object store: of the recorder's spool, or made for the store alone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from twin_lakehouse.storage import Storage

from .pack import packed, packed_data
from .segment import SegmentContents

Upload = Callable[[Storage, Path, SegmentContents, str], int]
"""Brings a segment (its path in the spool, and what is stored of it) to a key; gives its bytes there. Raises TwinError,
OSError.
"""


def upload_file(storage: Storage, path: Path, contents: SegmentContents, key: str) -> int:
    """The closed segment at `path`, or its packed copy; see `packed`."""
    with packed(path, contents) as file:
        storage.put(file, key)
        return file.stat().st_size


def upload_contents(storage: Storage, path: Path, contents: SegmentContents, key: str) -> int:  # noqa: ARG001  Upload's
    """Contents that are in no file: packed on their way."""
    with storage.writing(key) as file:
        file.writelines(packed_data(contents))
        return file.tell()
