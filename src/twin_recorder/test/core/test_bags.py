"""Bags of every storage as blocks of messages in the order of their times."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import numpy as np
import pytest
import yaml
import zstandard
from mcap.writer import CompressionType, Writer
from rosbags.rosbag2 import CompressionFormat, CompressionMode, StoragePlugin
from rosbags.rosbag2 import Writer as Writer2
from rosbags.typesys import Stores, get_typestore

from twin_recorder.core import _mcap, _mcap_read
from twin_recorder.core.bag_segments import Cursor, contents_of, cuts
from twin_recorder.core.bags import Bag, BagTopic, Block, open_bag, order
from twin_recorder.core.bags import mcap as bags_mcap
from twin_recorder.core.bags.model import with_room
from twin_recorder.core.buffers import Buffers
from twin_recorder.core.definitions import Definitions
from twin_recorder.core.errors import BagError
from twin_recorder.core.segment import SegmentInfo

TYPE = "std_msgs/msg/UInt64"


@pytest.fixture(scope="module")
def known() -> Definitions:
    return Definitions()


def cdr(value: int) -> bytes:
    return b"\0\1\0\0" + value.to_bytes(8, "little")


def values(blocks: Iterator[Block]) -> list[tuple[int, int]]:
    """Log time and value of each message."""
    return [
        (int(log_ns), int.from_bytes(payload[4:12], "little"))
        for block in blocks
        for log_ns, payload in zip(block.log_ns, block.payloads, strict=True)
    ]


def read(bag: Bag, from_ns: int = 0) -> list[tuple[int, int]]:
    return values(bag.blocks(from_ns, lambda _: None))


def mcap(
    path: Path,
    times: list[int],
    *,
    compression: CompressionType = CompressionType.NONE,
    chunk_size: int = 200,
    chunked: bool = True,
    has_crcs: bool = True,
) -> Path:
    """Message i has value i and log time times[i], on two topics in turn."""
    with path.open("wb") as file:
        writer = Writer(
            file, chunk_size=chunk_size, compression=compression, use_chunking=chunked, enable_crcs=has_crcs
        )
        writer.start(profile="ros2")
        schema = writer.register_schema(TYPE, "ros2msg", b"uint64 data")
        channels = [writer.register_channel(topic, "cdr", schema) for topic in ("/a", "/b")]
        for value, log_ns in enumerate(times):
            writer.add_message(channels[value % 2], log_ns, cdr(value), log_ns)
        writer.finish()  # type: ignore[no-untyped-call]
    return path


@pytest.mark.parametrize("chunked", [True, False])
@pytest.mark.parametrize("compression", list(CompressionType))
def test_messages_come_in_the_order_of_their_times(
    tmp_path: Path, known: Definitions, compression: CompressionType, chunked: bool
) -> None:
    times = np.random.default_rng(3).integers(0, 1000, 300).tolist()
    path = mcap(tmp_path / "x.mcap", times, compression=compression, chunked=chunked)
    with open_bag(path, known) as bag:
        assert [(topic.name, topic.message_count) for topic in bag.topics] == [("/a", 150), ("/b", 150)]
        everything = read(bag)
        later = read(bag, from_ns=500)
    assert [log_ns for log_ns, _ in everything] == sorted(times)
    assert sorted(everything) == sorted((log_ns, value) for value, log_ns in enumerate(times))
    assert later == [row for row in everything if row[0] >= 500]


def test_equal_times_keep_the_order_of_the_file(tmp_path: Path, known: Definitions) -> None:
    with open_bag(mcap(tmp_path / "x.mcap", [7] * 100), known) as bag:
        assert read(bag) == [(7, value) for value in range(100)]


@pytest.mark.parametrize("step", [1, -1])
@pytest.mark.parametrize("known_messages", [0, 100, 1000])
def test_file_without_chunks_is_read_in_stretches(
    tmp_path: Path, known: Definitions, monkeypatch: pytest.MonkeyPatch, known_messages: int, step: int
) -> None:
    monkeypatch.setattr(bags_mcap, "_STRETCH", 100)
    monkeypatch.setattr(bags_mcap, "_KNOWN", known_messages)
    times, read_bytes = list(range(1, 2001))[::step], list[int]()
    path = mcap(tmp_path / "x.mcap", times, chunked=False)
    with open_bag(path, known, advance=read_bytes.append) as bag:
        assert read(bag) == sorted((log_ns, value) for value, log_ns in enumerate(times))
        assert max(len(block) for block in bag.blocks(0, read_bytes.append)) < len(times)
    assert 1.9 * path.stat().st_size < sum(read_bytes) <= 2 * path.stat().st_size


def test_message_outside_of_chunks_may_be_of_a_channel_inside_of_one(tmp_path: Path, known: Definitions) -> None:
    path = mcap(tmp_path / "x.mcap", list(range(1, 31)))
    data = path.read_bytes()
    top = _mcap_read.scan(memoryview(data), _mcap_read.data_start(memoryview(data), "x"))
    message = _mcap.message_head(1, 30, 7, len(cdr(30))) + cdr(30)
    path.write_bytes(data[: top.end] + message + data[top.end :])
    with open_bag(path, known) as bag:
        assert read(bag) == sorted([(value + 1, value) for value in range(30)] + [(7, 30)])


@pytest.mark.parametrize("seed", range(20))
def test_blocks_that_overlap_are_merged_in_the_order_of_the_file(seed: int) -> None:
    random = np.random.default_rng(seed)
    begins = np.sort(random.integers(0, 60, 12))
    blocks, rows = list[Block](), list[tuple[int, int]]()
    for number, begin in enumerate(begins.tolist()):
        times = begin + random.integers(0, 20, int(random.integers(0, 8)))
        horizon_ns = int(begins[number + 1]) if number + 1 < len(begins) else 2**62
        new = [(int(log_ns), len(rows) + i) for i, log_ns in enumerate(times)]
        payloads = with_room([cdr(value) for _, value in new])
        topic = np.zeros(len(new), dtype=np.int64)
        blocks.append(Block(topic=topic, log_ns=times, payloads=payloads, horizon_ns=horizon_ns))
        rows += new
    assert values(order.in_order(blocks)) == sorted(rows)


def split_bag(folder: Path, kind: str, *, overlap: bool = False) -> Path:
    """Two files under one metadata.yaml, messages 0 to 9 and 10 to 19."""
    folder.mkdir()
    suffix = {"mcap": "mcap", "sqlite3": "db3"}[kind]
    plugin = StoragePlugin.MCAP if kind == "mcap" else StoragePlugin.SQLITE3
    for part in range(2):
        with Writer2(folder / f"part{part}", version=9, storage_plugin=plugin) as writer:
            connection = writer.add_connection("/a", TYPE, typestore=get_typestore(Stores.ROS2_JAZZY))
            for i in range(10):
                writer.write(connection, (2 * i + part if overlap else 10 * part + i) + 1, cdr(10 * part + i))
        shutil.move(folder / f"part{part}" / f"part{part}.{suffix}", folder / f"all_{part}.{suffix}")
    metadata = yaml.safe_load((folder / "part0" / "metadata.yaml").read_text())
    metadata["rosbag2_bagfile_information"]["relative_file_paths"] = [f"all_{part}.{suffix}" for part in range(2)]
    (folder / "metadata.yaml").write_text(yaml.safe_dump(metadata))
    return folder


@pytest.mark.parametrize("kind", ["mcap", "sqlite3"])
@pytest.mark.parametrize("overlap", [False, True])
def test_split_bag_is_one_bag(tmp_path: Path, known: Definitions, kind: str, overlap: bool) -> None:
    with open_bag(split_bag(tmp_path / "bag", kind, overlap=overlap), known) as bag:
        assert [(topic.name, topic.message_count) for topic in bag.topics] == [("/a", 20)]
        rows = read(bag)
    assert [log_ns for log_ns, _ in rows] == list(range(1, 21))
    assert sorted(value for _, value in rows) == list(range(20))


@pytest.mark.parametrize("mode", [CompressionMode.FILE, CompressionMode.MESSAGE])
def test_compressed_sqlite_bag_is_read(tmp_path: Path, known: Definitions, mode: CompressionMode) -> None:
    writer = Writer2(tmp_path / "bag", version=9, storage_plugin=StoragePlugin.SQLITE3)
    writer.set_compression(mode, CompressionFormat.ZSTD)
    with writer:
        connection = writer.add_connection("/a", TYPE, typestore=get_typestore(Stores.ROS2_JAZZY))
        for i in range(10):
            writer.write(connection, i + 1, cdr(i))
    with open_bag(tmp_path / "bag", known) as bag:
        assert read(bag) == [(i + 1, i) for i in range(10)]


def test_file_compressed_mcap_is_read_alone(tmp_path: Path, known: Definitions) -> None:
    packed = tmp_path / "x.mcap.zstd"
    packed.write_bytes(zstandard.compress(mcap(tmp_path / "x.mcap", [1, 2, 3]).read_bytes()))
    with open_bag(packed, known) as bag:
        assert read(bag) == [(1, 0), (2, 1), (3, 2)]


def test_same_content_has_the_same_digest_under_another_name(tmp_path: Path, known: Definitions) -> None:
    digests = []
    for name, times in (("x", [1, 2]), ("y", [1, 2]), ("z", [1, 3])):
        with open_bag(mcap(tmp_path / f"{name}.mcap", times), known) as bag:
            digests.append(bag.digest)
    assert digests[0] == digests[1] != digests[2]


IDL = f"""{"=" * 80}
IDL: zoo_msgs/msg/Zoo
module zoo_msgs {{ module msg {{ struct Zoo {{ std_msgs::msg::UInt64 count; }}; }}; }};
{"=" * 80}
IDL: std_msgs/msg/UInt64
module std_msgs {{ module msg {{ struct UInt64 {{ uint64 data; }}; }}; }};
"""


@pytest.mark.parametrize(
    ("encoding", "text"),
    [("ros2msg", f"std_msgs/UInt64 count\n{'=' * 80}\nMSG: std_msgs/UInt64\nuint64 data\n"), ("ros2idl", IDL)],
)
def test_custom_type_is_taken_from_the_bag(tmp_path: Path, known: Definitions, encoding: str, text: str) -> None:
    with (tmp_path / "x.mcap").open("wb") as file:
        writer = Writer(file)
        writer.start(profile="ros2")
        channel = writer.register_channel(
            "/zoo", "cdr", writer.register_schema("zoo_msgs/msg/Zoo", encoding, text.encode())
        )
        writer.add_message(channel, 1, cdr(5), 1)
        writer.finish()  # type: ignore[no-untyped-call]
    with open_bag(tmp_path / "x.mcap", known) as bag:
        (topic,) = bag.topics
    assert topic.definition is not None
    assert topic.definition.text.split() == f"std_msgs/UInt64 count {'=' * 80} MSG: std_msgs/UInt64 uint64 data".split()


@pytest.mark.parametrize(
    ("encoding", "schema", "problem"),
    [
        ("json", ("a/msg/B", "jsonschema", b"{}"), "its messages are json, not CDR"),
        ("cdr", ("zoo_msgs/msg/Zoo", "", b""), "no definition of zoo_msgs/msg/Zoo"),
        ("cdr", ("zoo_msgs/msg/Zoo", "ros2msg", b"%&!"), "the bag's own definition of zoo_msgs/msg/Zoo can't be used"),
        ("cdr", None, "the file doesn't say its type"),
    ],
)
def test_topic_that_cannot_be_read_says_why(
    tmp_path: Path, known: Definitions, encoding: str, schema: Any, problem: str
) -> None:
    with (tmp_path / "x.mcap").open("wb") as file:
        writer = Writer(file)
        writer.start()
        channel = writer.register_channel("/zoo", encoding, writer.register_schema(*schema) if schema else 0)
        writer.add_message(channel, 1, b"{}", 1)
        writer.finish()  # type: ignore[no-untyped-call]
    with open_bag(tmp_path / "x.mcap", known) as bag:
        (topic,) = bag.topics
    assert topic.definition is None
    assert topic.problem.startswith(problem)


@pytest.mark.parametrize("chunked", [True, False])
def test_cut_at_any_byte_is_refused_or_used_up_to_the_cut(tmp_path: Path, known: Definitions, chunked: bool) -> None:
    whole = mcap(tmp_path / "x.mcap", list(range(1, 21)), chunked=chunked).read_bytes()
    path = tmp_path / "cut.mcap"
    longest = 0
    for end in range(0, len(whole), 7):
        path.write_bytes(whole[:end])
        with pytest.raises(BagError, match=r"is damaged|no MCAP"), open_bag(path, known):
            pass
        if end < 64:  # the header itself
            continue
        with open_bag(path, known, partial=True) as bag:
            rows = read(bag)
        assert rows == [(i + 1, i) for i in range(len(rows))]
        assert len(rows) >= longest
        longest = len(rows)
    assert longest == 20


def test_changed_byte_in_a_chunk_is_found_before_a_row_is_written(tmp_path: Path, known: Definitions) -> None:
    path = mcap(tmp_path / "x.mcap", list(range(1, 100)))
    data = bytearray(path.read_bytes())
    data[data.index(cdr(70)) + 4] ^= 0xFF
    path.write_bytes(data)
    with pytest.raises(BagError, match="wrong checksum"), open_bag(path, known):
        pass
    with open_bag(path, known, partial=True) as bag:
        assert 0 < len(read(bag)) <= 70
        assert "wrong checksum" in bag.damage


@pytest.mark.parametrize("seed", range(20))
def test_damaged_index_changes_no_message(tmp_path: Path, known: Definitions, seed: int) -> None:
    times = np.random.default_rng(3).integers(0, 1000, 300).tolist()
    path = mcap(tmp_path / "x.mcap", times, chunk_size=2000)
    with open_bag(path, known) as bag:
        rows = read(bag)
    random, data = np.random.default_rng(seed), bytearray(path.read_bytes())
    top = _mcap_read.scan(memoryview(bytes(data)), _mcap_read.data_start(memoryview(data), "x"))
    indexes = [(begin, end) for opcode, begin, end in top.others if opcode == _mcap.MESSAGE_INDEX]
    for begin, end in random.permutation(indexes)[: len(indexes) // 2].tolist():
        data[begin:end] = random.bytes(end - begin)
    path.write_bytes(data)
    with open_bag(path, known) as bag:
        assert read(bag) == rows


@pytest.mark.parametrize(("has_crcs", "chunked"), [(True, True), (False, True), (False, False)])
def test_change_while_a_bag_is_read_is_noticed(
    tmp_path: Path, known: Definitions, has_crcs: bool, chunked: bool
) -> None:
    path = mcap(tmp_path / "x.mcap", list(range(1, 100)), has_crcs=has_crcs, chunked=chunked)
    head = _mcap.message_head(1, 0, 71, len(cdr(70)))
    at = path.read_bytes().index(head) + _mcap.PREFIX_BYTES
    os.utime(path, (0, 0))
    with open_bag(path, known) as bag:
        with path.open("r+b") as file:
            file.seek(at)
            file.write(b"\xff")  # another channel
        with pytest.raises(BagError, match="changed while it was read"):
            read(bag)


def test_file_that_is_replaced_while_it_is_read_stays_as_it_was(tmp_path: Path, known: Definitions) -> None:
    path = mcap(tmp_path / "x.mcap", list(range(1, 100)))
    with open_bag(path, known) as bag:
        mcap(tmp_path / "y.mcap", [1, 2, 3]).replace(path)
        assert len(read(bag)) == 99


def test_cut_sqlite_file_is_refused_with_a_way_out(tmp_path: Path, known: Definitions) -> None:
    folder = split_bag(tmp_path / "bag", "sqlite3")
    whole = (folder / "all_0.db3").read_bytes()
    for end in range(0, len(whole), 4001):
        path = tmp_path / "cut.db3"
        path.write_bytes(whole[:end])
        with pytest.raises(BagError, match=r"cut off|can't be read|no bag that can be read"), open_bag(path, known):
            pass


def blocks_of(times: list[int], sizes: list[int]) -> Iterator[Block]:
    """Messages of one topic in blocks of the given sizes."""
    begin = 0
    for size in sizes:
        part = times[begin : begin + size]
        data = Buffers.of([bytes(31) + cdr(begin + i) for i in range(len(part))])
        payloads = Buffers(data.data, data.offsets + 31, data.sizes - 31)
        yield Block(topic=np.zeros(len(part), np.int64), log_ns=np.array(part), payloads=payloads, horizon_ns=2**62)
        begin += size


def test_segments_are_cut_at_the_same_places_from_any_start(tmp_path: Path, known: Definitions) -> None:
    times = sorted(np.random.default_rng(5).integers(0, 40, 200).tolist())
    with open_bag(mcap(tmp_path / "x.mcap", times), known) as bag:
        whole = list(cuts(bag.blocks(0, lambda _: None), bag.topics, Cursor(), 300))
        for number, cut in enumerate(whole):
            again = Cursor.from_json(cut.end.to_json())
            rest = list(cuts(bag.blocks(again.log_ns, lambda _: None), bag.topics, again, 300))
            assert [values(iter(other.blocks)) for other in rest] == [
                values(iter(other.blocks)) for other in whole[number + 1 :]
            ]
            assert [other.end for other in rest] == [other.end for other in whole[number + 1 :]]
    assert whole[-1].end.counts == {"/a": 100, "/b": 100}


def test_segments_of_messages_without_content_end_too(known: Definitions) -> None:
    topics = [BagTopic(name="/a", type_name=TYPE, message_count=0, definition=known.find(TYPE))]
    topic, log_ns = np.zeros(100, dtype=np.int64), np.arange(100)
    block = Block(topic=topic, log_ns=log_ns, payloads=with_room([b""] * 100), horizon_ns=99)
    assert [sum(map(len, cut.blocks)) for cut in cuts([block], topics, Cursor(), 64 * 40)] == [40, 40, 20]


def test_segment_of_few_messages_of_a_bag_holds_little_of_the_rest(known: Definitions) -> None:
    topics = [
        BagTopic(name=name, type_name=TYPE, message_count=0, definition=definition)
        for name, definition in (("/images", None), ("/a", known.find(TYPE)))
    ]
    messages = [bytes(1 << 16), *(cdr(value) for value in range(10)), bytes(1 << 16)]
    topic, log_ns = np.array([0, *[1] * 10, 0]), np.arange(12)
    blocks = (Block(topic=topic, log_ns=log_ns, payloads=with_room(messages), horizon_ns=11) for _ in range(3))
    (cut,) = cuts(blocks, topics, Cursor(), 1 << 20)
    assert [value for _, value in values(iter(cut.blocks))] == [*range(10)] * 3
    assert sum(len(block.payloads.data) for block in cut.blocks) < 1 << 12


def test_segment_counts_each_topics_messages_from_where_the_last_one_ended(
    tmp_path: Path, known: Definitions, topics: Any
) -> None:
    info = SegmentInfo(segment_id=UUID(int=1), asset_id="a", job_id="j", topics=topics)
    with open_bag(mcap(tmp_path / "x.mcap", list(range(1, 61))), known) as bag:
        start, found = Cursor(), []
        for cut in cuts(bag.blocks(0, lambda _: None), bag.topics, start, 250):
            contents = contents_of(cut, bag.topics, start, info)
            found += [
                (s.topic, n, v)
                for s in contents.streams
                for n, (_, v) in zip(s.sequence, stream_values(s), strict=True)
            ]
            start = cut.end
    assert sorted(found) == sorted(("/ab"[:1] + "ab"[value % 2], value // 2, value) for value in range(60))


def stream_values(stream: Any) -> list[tuple[int, int]]:
    return [
        (int(log_ns), int.from_bytes(payload[4:12], "little"))
        for log_ns, payload in zip(stream.log_ns, stream.payloads, strict=True)
    ]
