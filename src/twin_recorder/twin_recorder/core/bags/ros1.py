"""ROS 1 bags, read by rosbags, as ROS 2 messages: headers lose `seq`, renamed fields move."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from itertools import islice
from pathlib import Path

import numpy as np
from rosbags.convert.converter import generate_message_converter
from rosbags.highlevel import AnyReader
from rosbags.interfaces import Connection
from rosbags.typesys import Stores, TypesysError, get_typestore
from rosbags.typesys.store import Typestore

from ..definitions import Definition, Definitions, definition_text
from ..errors import BagError, DefinitionError
from .model import Advance, BagTopic, Block, with_room

_ROWS = 4096
Convert = Callable[[bytes], bytes]


class Ros1File:
    """A .bag file whose chunks were all read once; see BagFile."""

    damage = ""

    def __init__(self, path: Path, content: bytes, definitions: Definitions) -> None:
        """Raises BagError where it is no bag, or is damaged."""
        self._path = path
        self.content = content
        self.size_bytes = path.stat().st_size
        self._open = ExitStack()
        self._converters: list[Convert | None] = []
        try:
            self._reader = self._open.enter_context(AnyReader([path]))
            self._connections: dict[str, list[Connection]] = {}
            for connection in self._reader.connections:
                self._connections.setdefault(connection.topic, []).append(connection)
            self.topics: Sequence[BagTopic] = [self._topic(name, definitions) for name in self._connections]
            has_some = self._reader.message_count > 0
            self.span_ns = (self._reader.start_time, self._reader.end_time - 1) if has_some else (0, 0)
            for _ in self._reader.messages():
                pass
        except Exception as error:
            # Storage, compression and types raise errors of their own; whichever it is, the file can't be read.
            self.close()
            raise _damaged(path, error) from error

    def blocks(self, from_ns: int, advance: Advance) -> Iterator[Block]:
        """A few thousand messages each, converted."""
        numbers = {name: number for number, name in enumerate(self._connections) if self._converters[number]}
        wanted = [connection for name in numbers for connection in self._connections[name]]
        messages = self._reader.messages(wanted, start=from_ns) if wanted else iter(())
        try:
            while batch := list(islice(messages, _ROWS)):
                topic = [numbers[connection.topic] for connection, _, _ in batch]
                payloads = with_room(self._convert(number, row[2]) for number, row in zip(topic, batch, strict=True))
                advance(len(payloads.data))
                log_ns = np.array([row[1] for row in batch], dtype=np.int64)
                horizon_ns = int(log_ns[-1])
                yield Block(topic=np.array(topic), log_ns=log_ns, payloads=payloads, horizon_ns=horizon_ns)
        except Exception as error:
            raise _damaged(self._path, error) from error

    def close(self) -> None:
        """Close the reader."""
        self._open.close()

    def _convert(self, number: int, data: bytes) -> bytes:
        convert = self._converters[number]
        return convert(data) if convert else b""

    def _topic(self, name: str, definitions: Definitions) -> BagTopic:
        """A topic with what its messages are in ROS 2."""
        connections = self._connections[name]
        types = sorted({connection.msgtype for connection in connections})
        definition: Definition | None = None
        convert: Convert | None = None
        problem = f"it has more than one type: {', '.join(types)}" if len(types) > 1 else ""
        if not problem:
            try:
                definition, convert = _target(self._reader.typestore, types[0], definitions)
            except (DefinitionError, TypesysError, KeyError) as error:
                problem = str(error)
        self._converters.append(convert)
        count = sum(connection.msgcount for connection in connections)
        return BagTopic(name=name, type_name=types[0], message_count=count, definition=definition, problem=problem)


def _target(own: Typestore, type_name: str, definitions: Definitions) -> tuple[Definition, Convert]:
    """A type's ROS 2 definition, today's where there is one, and the conversion of its messages."""
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


def _damaged(path: Path, error: Exception) -> BagError:
    return BagError(
        f"{path} is no bag that can be read: {str(error) or repr(error)}; if its recording was cut off, run"
        f" 'rosbag reindex {path.name}' and ingest that"
    )
