"""The object store as a local or mounted folder."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from twin_lakehouse import durable
from twin_lakehouse.storage import checked_key, local_errors, missing, storage_errors

if TYPE_CHECKING:
    import duckdb

# Where a process's descriptors are folders to go through: Linux.
_WAYS = Path("/proc/self/fd")
_ROOT, _NOWHERE = "/", "/proc/self/task"


class FolderStorage:
    """A local or mounted folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._descriptor: int | None = None

    @property
    def root(self) -> str:
        """The folder."""
        return str(self._folder)

    def put(self, local: Path, key: str) -> str:
        """Copies to a temporary name beside the target, then renames."""
        target = self._folder / checked_key(key)
        with local_errors(local, str(target)):
            durable.copy_file(local, target)
        return key

    def put_bytes(self, data: bytes, key: str) -> str:
        """As put."""
        with self.writing(key) as file:
            file.write(data)
        return key

    @contextmanager
    def writing(self, key: str) -> Iterator[BinaryIO]:
        """Under a temporary name beside the target, which is renamed."""
        target = self._folder / checked_key(key)
        with storage_errors(str(target)), durable.writing(target) as file:
            yield file

    def fetch(self, key: str) -> Path:
        """The file itself: nothing is copied."""
        path = self._folder / checked_key(key)
        if not path.is_file():
            raise missing(key, self.root)
        return path

    def exists(self, key: str) -> bool:
        """Whether the file is there."""
        return (self._folder / checked_key(key)).is_file()

    def remove(self, key: str) -> bool:
        """Unlinks the file."""
        path = self._folder / checked_key(key)
        with storage_errors(str(path)):
            try:
                path.unlink()
            except FileNotFoundError:
                return False
        return True

    def prepare(self, connection: duckdb.DuckDBPyConnection) -> None:
        """DuckDB reads folders as they are."""

    @property
    def data_path(self) -> str:
        """The folder, by way of a descriptor of the root folder that is this storage's alone; itself where a system
        has no such ways.
        """
        if not _WAYS.is_dir():
            return self.root
        if self._descriptor is None:
            self._descriptor = _opened(_ROOT)
        return f"{_WAYS}/{self._descriptor}{self._folder}"

    @contextmanager
    def withheld(self, connection: duckdb.DuckDBPyConnection) -> Iterator[None]:  # noqa: ARG002  the contract's
        """The descriptor leads to a folder without this one in it; does nothing where `data_path` is the folder."""
        if self._descriptor is None:
            yield
            return
        # Both before: who can open no more files must not find out when the way is shut.
        with _held(_ROOT) as root, _held(_NOWHERE) as nowhere:
            try:
                # In one step, so that no other file gets the descriptor's number meanwhile.
                os.dup2(nowhere, self._descriptor, inheritable=False)
                yield
            finally:
                os.dup2(root, self._descriptor, inheritable=False)

    def close(self) -> None:
        """Nothing was copied: fetch hands out the files themselves."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


@contextmanager
def _held(folder: str) -> Iterator[int]:
    descriptor = _opened(folder)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _opened(folder: str) -> int:
    """A descriptor of the folder. Raises LakeAwayError where no more can be opened."""
    with storage_errors(folder):
        return os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
