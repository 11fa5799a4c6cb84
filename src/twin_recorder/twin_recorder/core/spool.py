"""A spool: the folder of an asset's segments on the local disk. One process owns it."""

from __future__ import annotations

import errno
import fcntl
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from .errors import SpoolError

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


def why_not_written(folder: Path, error: OSError) -> str:
    """One clear sentence about a failed write."""
    if error.errno in ROOM_ERRORS:
        return f"disk full: no room in spool {folder}; free space there, or set parameter spool to another disk"
    return f"spool {folder} can't be written: {error.strerror}; set parameter spool to a writable folder"
