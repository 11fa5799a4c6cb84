"""A spool: the folder of an asset's segments on the local disk. One process owns it."""

from __future__ import annotations

import errno
import fcntl
import logging
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from .errors import SegmentError, SpoolError

_LOG = logging.getLogger(__name__)
REJECTED_SUFFIX: Final = ".rejected"
ROOM_ERRORS: Final = (errno.ENOSPC, errno.EDQUOT)


def own(folder: Path) -> int:
    """Make the folder and lock it for this process; the lock ends with the process. Raises SpoolError."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(folder / ".lock", os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        raise SpoolError(
            f"spool {folder} can't be made or opened: {error.strerror}; set parameter spool to a writable folder"
        ) from error
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        os.close(descriptor)
        raise SpoolError(
            f"spool {folder} is in use by another recorder of the same asset; stop it, or set parameter spool"
        ) from error
    return descriptor


def files_with(folder: Path, suffix: str) -> Sequence[Path]:
    """The folder's files with a suffix, oldest first."""
    return sorted(path for path in folder.iterdir() if path.name.endswith(suffix))


def reject(path: Path, error: SegmentError) -> Path:
    """Put a file that can't ever be committed aside, for a person to look at, and say so; its new path."""
    aside = path.with_name(path.name + REJECTED_SUFFIX)
    path.rename(aside)
    _LOG.error("%s; kept as %s, its messages are not in the lake", error, aside)
    return aside


def why_not_written(folder: Path, error: OSError) -> str:
    """One clear sentence about a failed write."""
    if error.errno in ROOM_ERRORS:
        return f"disk full: no room in spool {folder}; free space there, or set parameter spool to another disk"
    return f"spool {folder} can't be written: {error.strerror}; set parameter spool to a writable folder"
