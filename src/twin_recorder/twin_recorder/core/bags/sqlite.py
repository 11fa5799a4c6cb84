"""SQLite files of rosbag2, any version: messages in the order of their log times, a few thousand a query step."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import zstandard

from ..definitions import Definitions
from ..errors import BagError, DefinitionError
from .model import Advance, BagTopic, Block, with_room
from .types import definition_of

_ROWS = 4096
_MAGIC = b"SQLite format 3\0"
_QUERY = "SELECT topic_id, timestamp, data FROM messages WHERE timestamp >= ? ORDER BY timestamp, id"


class SqliteFile:
    """A .db3 file whose structure was checked; see BagFile. `unpack`: what each message's data goes through."""

    damage = ""

    def __init__(
        self, path: Path, content: bytes, definitions: Definitions, unpack: Callable[[bytes], bytes] | None = None
    ) -> None:
        """Raises BagError where it is no rosbag2, or is damaged."""
        self._path = path
        self._unpack = unpack
        self.content = content
        self.size_bytes = path.stat().st_size
        _check_size(path)
        self._database = sqlite3.connect(_uri(path), uri=True)
        try:
            (verdict,) = self._database.execute("PRAGMA quick_check(1)").fetchone()
            if verdict != "ok":
                raise sqlite3.DatabaseError(verdict)
            self._ids, self.topics = self._read_topics(definitions)
            query = "SELECT coalesce(min(timestamp), 0), coalesce(max(timestamp), 0) FROM messages"
            self.span_ns: tuple[int, int] = self._database.execute(query).fetchone()
        except sqlite3.Error as error:
            self.close()
            raise _damaged(path, error) from error

    def blocks(self, from_ns: int, advance: Advance) -> Iterator[Block]:
        """A few thousand messages each."""
        index = np.zeros(max(self._ids, default=0) + 1, dtype=np.int64)
        for number, topic_id in enumerate(self._ids):
            index[topic_id] = number
        try:
            rows = self._database.execute(_QUERY, (from_ns,))
            while batch := rows.fetchmany(_ROWS):
                topic_ids, log_ns, data = zip(*batch, strict=True)
                payloads = with_room(map(self._unpack, data) if self._unpack else data)
                advance(len(payloads.data))
                yield Block(
                    topic=index[list(topic_ids)],
                    log_ns=np.array(log_ns, dtype=np.int64),
                    payloads=payloads,
                    horizon_ns=log_ns[-1],
                )
        except (sqlite3.Error, zstandard.ZstdError) as error:
            raise _damaged(self._path, error) from error

    def close(self) -> None:
        """Close the database."""
        self._database.close()

    def _read_topics(self, definitions: Definitions) -> tuple[Sequence[int], Sequence[BagTopic]]:
        """Topic ids and topics. Columns and tables have come with the versions: definitions with Iron."""
        counts = dict(self._database.execute("SELECT topic_id, count(*) FROM messages GROUP BY topic_id"))
        texts: dict[str, tuple[str, str]] = {}
        if self._has_table("message_definitions"):
            query = "SELECT topic_type, encoding, encoded_message_definition FROM message_definitions"
            texts = {type_name: (encoding, text) for type_name, encoding, text in self._database.execute(query)}
        found = self._database.execute("SELECT * FROM topics ORDER BY id")
        names = [column[0] for column in found.description]
        rows = [dict(zip(names, row, strict=True)) for row in found]
        topics = [
            replace(
                _topic(row["name"], row["type"], row["serialization_format"], texts, definitions),
                message_count=counts.get(row["id"], 0),
                offered_qos=row.get("offered_qos_profiles", ""),
            )
            for row in rows
        ]
        return [row["id"] for row in rows], topics

    def _has_table(self, name: str) -> bool:
        query = "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = ?"
        return bool(self._database.execute(query, (name,)).fetchone()[0])


def _topic(
    name: str,
    type_name: str,
    encoding: str,
    texts: Mapping[str, tuple[str, str]],
    definitions: Definitions,
) -> BagTopic:
    problem, definition = "" if encoding == "cdr" else f"its messages are {encoding}, not CDR", None
    if not problem:
        try:
            definition = definition_of(type_name, *texts.get(type_name, ("", "")), definitions)
        except DefinitionError as error:
            problem = str(error)
    return BagTopic(name=name, type_name=type_name, message_count=0, definition=definition, problem=problem)


def _uri(path: Path) -> str:
    """Read-only; without a write-ahead log also on media that can't be written, where SQLite would lock."""
    log = path.with_name(path.name + "-wal")
    is_alone = not log.exists() or not log.stat().st_size
    return f"{path.resolve().as_uri()}?mode=ro{'&immutable=1' if is_alone else ''}"


def _check_size(path: Path) -> None:
    """Say clearly what SQLite says of a file that was cut. Raises BagError."""
    with path.open("rb") as file:
        head = file.read(100)
    if head[:16] != _MAGIC or len(head) < 100:
        raise BagError(f"{path} is no bag that can be read: it doesn't begin as an SQLite database does")
    page = int.from_bytes(head[16:18], "big")
    expected = (65536 if page == 1 else page) * int.from_bytes(head[28:32], "big")
    # The count of pages is only right where the file's change counter says so (SQLite file format, 1.3.8).
    if head[24:28] == head[92:96] and path.stat().st_size < expected:
        raise BagError(
            f"bag {path} was cut off: it has {path.stat().st_size} of {expected} bytes; save what is whole with"
            f" 'sqlite3 {path.name} .recover | sqlite3 saved.db3' and ingest that"
        )


def _damaged(path: Path, error: Exception) -> BagError:
    return BagError(
        f"{path} is no bag that can be read: {error}; save what is whole with"
        f" 'sqlite3 {path.name} .recover | sqlite3 saved.db3' and ingest that"
    )
