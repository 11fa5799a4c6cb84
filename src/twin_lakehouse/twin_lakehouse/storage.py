"""The object store: a folder or an S3 bucket, one small contract for both.

Keys are relative paths with '/' (raw/<asset_id>/job_id=<job>/000001.mcap). A key that exists holds a whole file.
`put` returns the key: what the tables keep is relative to the storage, so that a lake can be moved.
"""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Protocol

from twin_lakehouse import durable
from twin_lakehouse.errors import InvalidValueError, LakeAwayError, LakeFullError, MissingFileError
from twin_lakehouse.settings import LakeSettings, S3Access

if TYPE_CHECKING:
    from pyarrow import NativeFile
    from pyarrow.fs import S3FileSystem

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

    def fetch(self, key: str) -> Path:
        """A local file with the content of `key`, read-only for the caller. Raises MissingFileError, LakeAwayError."""

    def exists(self, key: str) -> bool:
        """True if `key` holds a file. Raises LakeAwayError."""

    def remove(self, key: str) -> bool:
        """Removes the file of `key`; false where there is none. Raises LakeAwayError."""

    def close(self) -> None:
        """Removes the local copies that fetch made."""


def open_storage(settings: LakeSettings) -> Storage:
    """The storage that the settings name; touches nothing yet."""
    folder = settings.storage_path
    return S3Storage(settings.storage, settings.s3) if folder is None else FolderStorage(folder)


class FolderStorage:
    """A local or mounted folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @property
    def root(self) -> str:
        """The folder."""
        return str(self._folder)

    def put(self, local: Path, key: str) -> str:
        """Copies to a temporary name beside the target, then renames."""
        target = self._folder / checked_key(key)
        with _local_errors(local, str(target)):
            durable.copy_file(local, target)
        return key

    def put_bytes(self, data: bytes, key: str) -> str:
        """Writes to a temporary name beside the target, then renames."""
        target = self._folder / checked_key(key)
        with _storage_errors(str(target)):
            durable.write_file(target, data)
        return key

    def fetch(self, key: str) -> Path:
        """The file itself: nothing is copied."""
        path = self._folder / checked_key(key)
        if not path.is_file():
            raise _missing(key, self.root)
        return path

    def exists(self, key: str) -> bool:
        """Whether the file is there."""
        return (self._folder / checked_key(key)).is_file()

    def remove(self, key: str) -> bool:
        """Unlinks the file."""
        path = self._folder / checked_key(key)
        with _storage_errors(str(path)):
            try:
                path.unlink()
            except FileNotFoundError:
                return False
        return True

    def close(self) -> None:
        """Nothing was copied: fetch hands out the files themselves."""


class S3Storage:
    """A bucket with a prefix, on AWS or a compatible service."""

    def __init__(self, url: str, access: S3Access) -> None:
        self._url = url
        self._prefix = url.removeprefix("s3://")
        self._access = access
        self._filesystem: S3FileSystem | None = None
        self._cache: tempfile.TemporaryDirectory[str] | None = None

    @property
    def root(self) -> str:
        """The URL, s3://bucket/prefix."""
        return self._url

    def put(self, local: Path, key: str) -> str:
        """Uploads in parts of 8 MiB."""
        target = f"{self._prefix}/{checked_key(key)}"
        # An S3 object appears when its upload is complete: a broken one leaves no key.
        with _local_errors(local, f"s3://{target}"), local.open("rb") as reader, self._stream(target) as writer:
            while block := reader.read(8 << 20):
                writer.write(block)
        return key

    def put_bytes(self, data: bytes, key: str) -> str:
        """Uploads the bytes."""
        target = f"{self._prefix}/{checked_key(key)}"
        with _storage_errors(f"s3://{target}"), self._stream(target) as writer:
            writer.write(data)
        return key

    def fetch(self, key: str) -> Path:
        """A copy in a temporary folder, kept until close."""
        if self._cache is None:
            self._cache = tempfile.TemporaryDirectory(prefix="twin-storage-")
        path = Path(self._cache.name) / checked_key(key)
        if path.exists():
            return path
        if not self.exists(key):
            raise _missing(key, self.root)
        with _storage_errors(f"{self._url}/{key}"), self._s3().open_input_stream(f"{self._prefix}/{key}") as reader:
            durable.write_file(path, reader.read())
        return path

    def exists(self, key: str) -> bool:
        """Whether the object is there."""
        from pyarrow.fs import FileType

        with _storage_errors(f"{self._url}/{key}"):
            (info,) = self._s3().get_file_info([f"{self._prefix}/{checked_key(key)}"])
        return bool(info.type == FileType.File)

    def remove(self, key: str) -> bool:
        """Deletes the object."""
        if not self.exists(key):
            return False
        with _storage_errors(f"{self._url}/{key}"):
            self._s3().delete_file(f"{self._prefix}/{key}")
        return True

    def close(self) -> None:
        """Removes the copies."""
        if self._cache is not None:
            self._cache.cleanup()
            self._cache = None

    def _stream(self, target: str) -> NativeFile:
        return self._s3().open_output_stream(target)

    def _s3(self) -> S3FileSystem:
        if self._filesystem is None:
            from pyarrow.fs import S3FileSystem

            access = self._access
            self._filesystem = S3FileSystem(
                access_key=access.access_key or None,
                secret_key=access.secret_key or None,
                session_token=access.session_token or None,
                anonymous=not access.access_key,
                region=access.region,
                endpoint_override=access.host or None,
                scheme="https" if access.uses_tls else "http",
            )
        return self._filesystem


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
def _storage_errors(target: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise write_error(error, target) from error


@contextmanager
def _local_errors(local: Path, target: str) -> Iterator[None]:
    if not os.access(local, os.R_OK) or not local.is_file():
        raise MissingFileError(str(local), problem="can't be read", remedy="name a file that exists and is readable")
    with _storage_errors(target):
        yield


def _missing(key: str, root: str) -> MissingFileError:
    return MissingFileError(
        key, problem=f"is not in the storage {root}", remedy="check TWIN_STORAGE, or restore the file there"
    )
