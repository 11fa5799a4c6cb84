"""Files that are whole or not there: temporary file, fsync, rename, fsync of the folder."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO
from uuid import uuid4


def write_file(path: Path, data: bytes) -> None:
    """Writes `data` to `path`; a crash at any point leaves the old file or the new one, never half of it."""
    with writing(path) as target:
        target.write(data)


def copy_file(source: Path, path: Path) -> None:
    """Copies `source` to `path` with the same promise as write_file."""
    with source.open("rb") as reader, writing(path) as target:
        shutil.copyfileobj(reader, target, 1 << 20)


@contextmanager
def writing(path: Path) -> Iterator[BinaryIO]:
    """A file that is at `path` when the block has ended, with the same promise as write_file; where it fails, never."""
    make_folder(path.parent)
    # The temporary name is hidden and unique: two writers of one key never share a file.
    temporary = path.parent / f".{path.name}.{uuid4().hex}.tmp"
    try:
        with temporary.open("xb") as target:
            yield target
            target.flush()
            os.fsync(target.fileno())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    fsync_folder(path.parent)


def make_folder(folder: Path) -> None:
    """Creates `folder` and its parents so that they survive a power cut."""
    missing = [path for path in (folder, *folder.parents) if not path.exists()]
    folder.mkdir(parents=True, exist_ok=True)
    for path in missing:
        fsync_folder(path.parent)


def fsync_folder(folder: Path) -> None:
    """Makes the names in `folder` durable: a rename is only safe on disk after this."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
