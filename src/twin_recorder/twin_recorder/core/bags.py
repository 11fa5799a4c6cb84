"""Recordings that something else made: rosbag2 (sqlite3, mcap) and ROS 1 bags, read by rosbags, as ROS 2 messages."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from rosbags.convert.converter import generate_message_converter
from rosbags.highlevel import AnyReader, AnyReaderError
from rosbags.interfaces import Connection
from rosbags.rosbag2 import ReaderError
from rosbags.typesys import Stores, TypesysError, get_typestore
from rosbags.typesys.store import Typestore

from .definitions import Definition, Definitions, definition_text
from .errors import BagError, DefinitionError

_BLOCK: Final = 1 << 20
_BAD_BAG: Final = (AnyReaderError, ReaderError, sqlite3.Error, TypesysError, KeyError, AssertionError, ValueError)
Convert = Callable[[bytes], bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class BagTopic:
    """A topic of a bag. `definition` None: `problem` says why its messages can't be read."""

    name: str
    type_name: str
    message_count: int
    definition: Definition | None
    problem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BagMessage:
    """One message as ROS 2 CDR; log_ns: when the bag's recorder got it."""

    topic: str
    log_ns: int
    cdr: bytes


class Bag:
    """An open bag; see `open_bag`."""

    def __init__(self, path: Path, reader: AnyReader, definitions: Definitions) -> None:
        self._path = path
        self._reader = reader
        self._connections: dict[str, list[Connection]] = {}
        self._converters: dict[str, Convert] = {}
        for connection in reader.connections:
            self._connections.setdefault(connection.topic, []).append(connection)
        self.topics = tuple(
            self._topic(name, connections, definitions) for name, connections in self._connections.items()
        )

    def messages(self, topics: Sequence[str]) -> Iterator[BagMessage]:
        """Messages of readable topics in the order of their log times. Raises BagError where the file is damaged."""
        wanted = [connection for topic in topics for connection in self._connections[topic]]
        if not wanted:
            return
        try:
            for connection, log_ns, data in self._reader.messages(connections=wanted):
                yield BagMessage(topic=connection.topic, log_ns=log_ns, cdr=self._converters[connection.topic](data))
        except Exception as error:
            # Each storage and compression raises errors of its own; whichever it is, the file can't be read further.
            raise BagError(
                f"bag {self._path} is damaged: {str(error) or repr(error)}; repair it with 'ros2 bag reindex' or"
                " 'rosbag reindex' and ingest it as another job: of a large bag, rows before the damage are in this one"
            ) from error

    def _topic(self, name: str, connections: list[Connection], definitions: Definitions) -> BagTopic:
        """A topic with what its messages are in ROS 2."""
        types = sorted({connection.msgtype for connection in connections})
        count = sum(connection.msgcount for connection in connections)
        topic = partial(BagTopic, name=name, type_name=types[0], message_count=count)
        if len(types) > 1:
            return topic(definition=None, problem=f"it has more than one type: {', '.join(types)}")
        try:
            definition, self._converters[name] = self._prepare(types[0], definitions)
        except (DefinitionError, TypesysError, KeyError) as error:
            return topic(definition=None, problem=str(error))
        return topic(definition=definition)

    def _prepare(self, type_name: str, definitions: Definitions) -> tuple[Definition, Convert]:
        """Definition and converter of a type: the bag's own definition for ROS 2, today's for ROS 1."""
        own = self._reader.typestore
        if not self._reader.is2:
            return _from_ros1(own, type_name, definitions)
        if type_name not in own.fielddefs:  # the bag carries no definition of it
            return definitions.find(type_name), bytes
        return Definition(type_name=type_name, text=definition_text(own, type_name)), bytes


@contextmanager
def open_bag(path: Path, definitions: Definitions) -> Iterator[Bag]:
    """Open a rosbag2 folder, a .db3 or .mcap file, or a ROS 1 .bag file. Raises BagError."""
    _check(path)
    with ExitStack() as stack:
        try:
            reader = stack.enter_context(AnyReader([path], default_typestore=definitions.store))
            bag = Bag(path, reader, definitions)
        except FileNotFoundError as error:
            raise BagError(f"bag {path} isn't whole: {error}") from error
        except (*_BAD_BAG, OSError) as error:
            raise BagError(
                f"{path} is no bag that can be read: {error}; give a rosbag2 folder or a ROS 1 .bag file"
            ) from error
        yield bag


def digest(path: Path) -> str:
    """SHA-256 over a bag's files and their names: the same recording has the same digest wherever it lies."""
    files = sorted(path.rglob("*")) if path.is_dir() else [path]
    total = hashlib.sha256()
    for file in files:
        if file.is_file() and not file.name.endswith(("-wal", "-shm")):  # SQLite's, made by reading
            total.update(f"{file.name}\0{file.stat().st_size}\0".encode())
            with file.open("rb") as stream:
                while block := stream.read(_BLOCK):
                    total.update(block)
    return total.hexdigest()


def _check(path: Path) -> None:
    """Say what is wrong with a path before anything is opened."""
    if not path.exists():
        raise BagError(f"there is no bag {path}; give a rosbag2 folder or a ROS 1 .bag file")
    if path.is_dir() and not (path / "metadata.yaml").is_file():
        raise BagError(
            f"folder {path} has no metadata.yaml, so it is no rosbag2 bag, or its recording was cut off; for the latter"
            f" run 'ros2 bag reindex {path}', or give the .db3 or .mcap file inside"
        )
    if path.is_file() and path.suffix not in (".bag", ".db3", ".mcap"):
        raise BagError(f"{path} is no bag: its name ends in {path.suffix!r}, not .bag, .db3 or .mcap")


def _from_ros1(own: Typestore, type_name: str, definitions: Definitions) -> tuple[Definition, Convert]:
    """A ROS 1 type's ROS 2 definition, and the conversion of its messages (headers lose `seq`, renamed fields move)."""
    try:
        target = definitions.find(type_name)
        store = definitions.store
    except DefinitionError:
        store = get_typestore(Stores.EMPTY)
        header = definitions.store.fielddefs["std_msgs/msg/Header"]
        store.register({**own.fielddefs, "std_msgs/msg/Header": header})
        target = Definition(type_name=type_name, text=definition_text(store, type_name))
    convert = generate_message_converter(own, store, type_name, type_name, {}, src_is2=False, dst_is2=True)
    return target, lambda data: bytes(convert(data))
