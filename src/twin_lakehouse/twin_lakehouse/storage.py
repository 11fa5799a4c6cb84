"""The object store: a folder or an S3 bucket, one small contract for both.

Keys are relative paths with '/' (raw/<asset_id>/job_id=<job>/000001.mcap). A key that exists holds a whole file.
`put` returns the key: what the tables keep is relative to the storage, so that a lake can be moved.
"""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, BinaryIO, Protocol

from twin_lakehouse.errors import InvalidValueError, LakeAwayError, LakeFullError, MissingFileError
from twin_lakehouse.settings import LakeSettings

if TYPE_CHECKING:
    import duckdb

_NO_SPACE = (errno.ENOSPC, errno.EDQUOT)
_FULL_BELOW_BYTES = 1 << 20


class Storage(Protocol):
    """What the lake asks of an object store."""

    @property
    def root(self) -> str:
        """Where the storage is, as in TWIN_STORAGE."""

    def put(self, local: Path, key: str) -> str:
        """Uploads a file whole or not at all; returns `key`. Raises LakeAwayError (recoverable), MissingFileError."""

    def put_bytes(self, data: bytes, key: str) -> str:
        """As put, for bytes in memory."""

    def writing(self, key: str) -> AbstractContextManager[BinaryIO]:
        """As put, for what the block writes; nothing is there where it fails."""

    def fetch(self, key: str) -> Path:
        """A local file with the content of `key`, read-only for the caller. Raises MissingFileError, LakeAwayError."""

    def exists(self, key: str) -> bool:
        """True if `key` holds a file. Raises LakeAwayError."""

    def remove(self, key: str) -> bool:
        """Removes the file of `key`; false where there is none. Raises LakeAwayError."""

    def prepare(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Lets DuckDB read and write the storage. Cheap: called before each use, as credentials may have expired."""

    @property
    def data_path(self) -> str:
        """Under which DuckDB reaches the storage where it may be withheld; the same in all calls until close."""

    def withheld(self, connection: duckdb.DuckDBPyConnection) -> AbstractContextManager[None]:
        """Inside the block DuckDB reaches nothing below `data_path`, and so deletes nothing.

        For a COMMIT that a server carries out: where its answer gets lost DuckLake takes it for failed and deletes the
        transaction's files, which the catalog may name by then. Of one that did fail `twin expire` deletes them.
        """

    def close(self) -> None:
        """Removes the local copies that fetch made."""


def open_storage(settings: LakeSettings) -> Storage:
    """The storage that the settings name; touches nothing yet."""
    folder = settings.storage_path
    if folder is None:
        from twin_lakehouse.s3 import S3Storage

        return S3Storage(settings.storage, settings.s3, timeout_s=settings.timeout_s)
    from twin_lakehouse.folder import FolderStorage

    return FolderStorage(folder)


def checked_key(key: str) -> str:
    """The key as it is, if it stays inside the storage. Raises InvalidValueError."""
    path = PurePosixPath(key)
    if not key or path.is_absolute() or ".." in path.parts or str(path) != key or "\0" in key:
        raise InvalidValueError("storage key", key, allowed="a relative path such as raw/ID/job_id=JOB/000001.mcap")
    return key


def full_folder(settings: LakeSettings) -> str | None:
    """The folder of the lake whose disk is full, if one is."""
    catalog, data = settings.catalog_path, settings.storage_path
    for folder in (catalog and catalog.parent, data):
        if folder is not None and folder.exists() and shutil.disk_usage(folder).free < _FULL_BELOW_BYTES:
            return str(folder)
    return None


def write_error(error: OSError, target: str) -> LakeAwayError:
    """The error that says what an OSError means for the storage."""
    if error.errno in _NO_SPACE:
        return LakeFullError(target)
    reason = error.strerror or str(error)
    return LakeAwayError(
        f"{target} can't be written or read ({reason})",
        remedy="check that the folder or bucket exists and is yours to write, or set TWIN_CATALOG and TWIN_STORAGE",
    )


@contextmanager
def storage_errors(target: str) -> Iterator[None]:
    """Raises the LakeAwayError of an OSError in the block."""
    try:
        yield
    except OSError as error:
        raise write_error(error, target) from error


@contextmanager
def local_errors(local: Path, target: str) -> Iterator[None]:
    """As storage_errors, and MissingFileError where `local` is no readable file."""
    if not os.access(local, os.R_OK) or not local.is_file():
        raise MissingFileError(str(local), problem="can't be read", remedy="name a file that exists and is readable")
    with storage_errors(target):
        yield


def missing(key: str, root: str) -> MissingFileError:
    """The error of a key that holds no file."""
    return MissingFileError(
        key, problem=f"is not in the storage {root}", remedy="check TWIN_STORAGE, or restore the file there"
    )
