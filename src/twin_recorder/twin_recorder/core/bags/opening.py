"""From a path to an open bag: a rosbag2 folder of one file or several, one such file alone, or a ROS 1 bag."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Final

import numpy as np
import xxhash
import yaml
import zstandard

from ..definitions import Definitions
from ..errors import BagError
from .mcap import McapFile
from .model import Advance, BagFile, BagTopic, Block
from .order import in_order
from .ros1 import Ros1File
from .sqlite import SqliteFile

_SUFFIXES: Final = (".bag", ".db3", ".mcap")
_NAMES: Final = ".bag, .db3 or .mcap"
_PACKED: Final = ".zstd"
_HASH_STEP: Final = 8 << 20


class Bag:
    """An open bag; see `open_bag`. topics: those of all its files, each once."""

    def __init__(self, path: Path, files: Sequence[BagFile]) -> None:
        self.path = path
        self._files = sorted(files, key=lambda file: file.span_ns)
        self.topics = _merged(self._files)
        spans = [file.span_ns for file in files if any(topic.message_count for topic in file.topics)] or [(0, 0)]
        self.span_ns = (min(span[0] for span in spans), max(span[1] for span in spans))
        self.damage = "; ".join(file.damage for file in files if file.damage)
        self.size_bytes = sum(file.size_bytes for file in files)
        # The same recording has the same digest wherever it lies and whatever its files are called.
        self.digest = xxhash.xxh3_128(b"".join(sorted(file.content for file in files))).hexdigest()

    def blocks(self, from_ns: int, advance: Advance) -> Iterator[Block]:
        """Messages from a log time on, in order; their topics are indices of `topics`. Raises BagError."""
        return in_order(self._in_files(from_ns, advance))

    def _in_files(self, from_ns: int, advance: Advance) -> Iterator[Block]:
        numbers = {topic.name: number for number, topic in enumerate(self.topics)}
        for position, file in enumerate(self._files):
            later_ns = min((other.span_ns[0] for other in self._files[position + 1 :]), default=2**63 - 1)
            index = np.array([numbers[topic.name] for topic in file.topics], dtype=np.int64)
            for block in file.blocks(from_ns, advance):
                yield replace(block, topic=index[block.topic], horizon_ns=min(block.horizon_ns, later_ns))


@contextmanager
def open_bag(
    path: Path, definitions: Definitions, *, partial: bool = False, advance: Advance = lambda _: None
) -> Iterator[Bag]:
    """Open a rosbag2 folder, a .db3 or .mcap file (also .zstd), or a ROS 1 .bag file, and read it once to check it.

    `partial`: a damaged MCAP file is used up to the damage. `advance` is told the bytes read. Raises BagError.
    """
    with ExitStack() as stack:
        opener = _Opener(definitions=definitions, partial=partial, advance=advance, stack=stack)
        paths, compression = _files_of(path)
        try:
            yield Bag(path, [opener.open(file, compression) for file in paths])
        except OSError as error:
            raise BagError(f"bag {path} can't be read: {error}; check that it is all there and readable") from error


def size_of(path: Path) -> int:
    """Bytes of a bag's files; 0 where there are none. Touches no content."""
    files = path.iterdir() if path.is_dir() else [path]
    return sum(file.stat().st_size for file in files if file.is_file())


@dataclass(frozen=True, slots=True, kw_only=True)
class _Opener:
    """Opens files by their names; what it makes is undone by the stack."""

    definitions: Definitions
    partial: bool
    advance: Advance
    stack: ExitStack

    def open(self, path: Path, compression: str) -> BagFile:
        """Open one file. Raises BagError."""
        content = b"" if path.suffix == ".mcap" else _content(path, self.advance)
        file = self._open(self._unpacked(path), content, compression)
        self.stack.callback(file.close)
        return file

    def _open(self, path: Path, content: bytes, compression: str) -> BagFile:
        if path.suffix == ".mcap":
            return McapFile(path, self.definitions, self.advance, partial=self.partial)
        if path.suffix == ".bag":
            return Ros1File(path, content, self.definitions)
        unpack = zstandard.ZstdDecompressor().decompress if compression == "message" else None
        return SqliteFile(path, content, self.definitions, unpack)

    def _unpacked(self, path: Path) -> Path:
        """The file itself, or its decompressed copy. Raises BagError."""
        if path.suffix != _PACKED:
            return path
        folder = Path(self.stack.enter_context(tempfile.TemporaryDirectory(prefix="twin-bag-")))
        copy = folder / path.stem
        try:
            with path.open("rb") as packed, copy.open("wb") as file:
                zstandard.ZstdDecompressor().copy_stream(packed, file)
        except zstandard.ZstdError as error:
            raise BagError(f"bag {path} is damaged: {error}; fetch it again where it came from") from error
        return copy


def _files_of(path: Path) -> tuple[Sequence[Path], str]:
    """A bag's files, and how they are compressed ("", "file" or "message"). Raises BagError."""
    if not path.exists():
        raise BagError(f"there is no bag {path}; give a rosbag2 folder or file, or a ROS 1 .bag file")
    if path.is_dir():
        return _files_of_folder(path)
    if not path.name.removesuffix(_PACKED).endswith(_SUFFIXES):
        raise BagError(f"{path} is no bag: its name ends in {path.suffix!r}, not {_NAMES}")
    return [path], ""


def _files_of_folder(path: Path) -> tuple[Sequence[Path], str]:
    """As `_files_of`, by the folder's metadata."""
    metadata = path / "metadata.yaml"
    if not metadata.is_file():
        raise BagError(
            f"folder {path} has no metadata.yaml, so it is no rosbag2 bag, or its recording was cut off; for the latter"
            f" run 'ros2 bag reindex {path}', or give the .db3 or .mcap file inside"
        )
    try:
        information = yaml.safe_load(metadata.read_text())["rosbag2_bagfile_information"]
        storage = information["storage_identifier"]
        # Old versions give the path from where the recorder was started.
        files = [path / PurePosixPath(name).name for name in information["relative_file_paths"]]
        mode = str(information.get("compression_mode") or "").lower()
    except (yaml.YAMLError, UnicodeDecodeError, KeyError, TypeError, AttributeError) as error:
        raise BagError(
            f"the metadata.yaml of bag {path} can't be read ({error!r}); run 'ros2 bag reindex {path}'"
        ) from error
    if storage not in {"mcap", "sqlite3"}:
        raise BagError(f"bag {path} is stored by {storage!r}, not mcap or sqlite3; convert it with 'ros2 bag convert'")
    missing = [file.name for file in files if not file.is_file()]
    if missing:
        raise BagError(f"bag {path} lacks {', '.join(missing)}, which its metadata.yaml names; bring them back")
    return files, mode if mode != "none" else ""


def _merged(files: Sequence[BagFile]) -> tuple[BagTopic, ...]:
    """Each topic once, with the messages of all files."""
    merged: dict[str, BagTopic] = {}
    for topic in (topic for file in files for topic in file.topics):
        merged[topic.name] = _with(merged[topic.name], topic) if topic.name in merged else topic
    return tuple(merged.values())


def _with(first: BagTopic, second: BagTopic) -> BagTopic:
    """One topic of two files."""
    both = replace(first, message_count=first.message_count + second.message_count)
    if first.type_name == second.type_name:
        return both
    problem = f"it has more than one type: {first.type_name}, {second.type_name}"
    return replace(both, definition=None, problem=problem)


def _content(path: Path, advance: Advance) -> bytes:
    """A digest of a file's bytes."""
    digest = xxhash.xxh3_128()
    with path.open("rb") as file:
        while block := file.read(_HASH_STEP):
            digest.update(block)
            advance(len(block))
    return digest.digest()
