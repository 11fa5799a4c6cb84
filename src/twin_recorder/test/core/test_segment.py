"""Segments: written straight, sealed as MCAP, recovered after any cut, readable by others."""

from __future__ import annotations

import errno
import itertools
import os
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from mcap.reader import make_reader
from rosbags.highlevel import AnyReader

from twin_recorder.core import _mcap, _mcap_read, pack
from twin_recorder.core.errors import SegmentError, SegmentStateError
from twin_recorder.core.pack import packed, with_compressed_images, write_packed
from twin_recorder.core.pose import PoseState
from twin_recorder.core.seal import seal
from twin_recorder.core.segment import SegmentContents, SegmentInfo, parse_segment, read_info, read_segment
from twin_recorder.core.state import MOVES, SegmentState, move
from twin_recorder.core.topics import TopicSpec, TopicTable
from twin_recorder.core.writer import ChannelRecords, SegmentWriter

LOG_NS = 1_700_000_000_000_000_000


@pytest.fixture
def info(topics: TopicTable) -> SegmentInfo:
    return SegmentInfo(segment_id=UUID(int=7), asset_id="a", job_id="j", topics=topics, config={"roll": 0.5})


@pytest.fixture
def channels(definitions: Any) -> tuple[ChannelRecords, ChannelRecords]:
    odometry = ChannelRecords.of(1, "/odom", definitions.find("nav_msgs/msg/Odometry"))
    return odometry, ChannelRecords.of(2, "/unknown", None, type_name="my_msgs/msg/Unknown")


def write(path: Path, info: SegmentInfo, channels: tuple[ChannelRecords, ...], payloads: list[bytes]) -> Path:
    """An open segment with the payloads on alternating topics."""
    writer = SegmentWriter(path, info)
    for number, payload in enumerate(payloads):
        writer.append(channels[number % len(channels)], number, LOG_NS + number, payload)
    writer.flush()
    writer.close()
    return path


def payloads_of(path: Path) -> list[bytes]:
    streams = read_segment(path).streams
    numbered = [(number, bytes(p)) for s in streams for number, p in zip(s.sequence, s.payloads, strict=True)]
    return [payload for _, payload in sorted(numbered)]


def test_sealed_segment_has_what_was_appended(tmp_path: Path, info: SegmentInfo, channels: Any, messages: Any) -> None:
    payloads = [messages.odometry(i) for i in range(5)]
    path = seal(write(tmp_path / "s.mcap.part", info, channels, payloads), {"/odom": 3})
    assert path == tmp_path / "s.mcap"
    contents = read_segment(path)
    assert (contents.info, contents.lost) == (info, {"/odom": 3})
    assert [stream.topic for stream in contents.streams] == ["/odom", "/unknown"]
    assert contents.streams[0].log_ns.tolist() == [LOG_NS, LOG_NS + 2, LOG_NS + 4]
    assert (contents.streams[1].definition, contents.streams[1].recorded_type) == (None, "my_msgs/msg/Unknown")
    assert payloads_of(path) == payloads


@pytest.mark.parametrize("is_packed", [False, True])
def test_segment_is_readable_by_rosbags_and_mcap(
    tmp_path: Path, info: SegmentInfo, channels: Any, messages: Any, is_packed: bool
) -> None:
    payloads = [messages.odometry(i) for i in range(4)]
    path = seal(write(tmp_path / "s.mcap.part", info, channels[:1], payloads), {"/odom": 3})
    assert path is not None
    if is_packed:
        write_packed(tmp_path / "packed.mcap", read_segment(path))
        path = tmp_path / "packed.mcap"
    with AnyReader([path]) as bag:
        read = [(connection.topic, log_ns, data) for connection, log_ns, data in bag.messages()]
        decoded: list[Any] = [bag.deserialize(data, "nav_msgs/msg/Odometry") for _, _, data in read]
    assert read == [("/odom", LOG_NS + i, payload) for i, payload in enumerate(payloads)]
    assert [message.pose.pose.position.x for message in decoded] == [0.1 * i for i in range(4)]
    with path.open("rb") as file:
        reader = make_reader(file, validate_crcs=True)
        summary = reader.get_summary()
        assert summary is not None
        assert summary.statistics is not None
        assert summary.statistics.message_count == len(payloads)
        assert [message.data for _, _, message in reader.iter_messages()] == payloads
        assert next(iter(reader.iter_metadata())).metadata["asset_id"] == "a"


def test_every_cut_keeps_every_whole_message(tmp_path: Path, info: SegmentInfo, channels: Any, messages: Any) -> None:
    payloads = [messages.event(i, "x") for i in range(3)]
    whole = write(tmp_path / "whole.mcap.part", info, channels[1:], payloads).read_bytes()
    ends = [whole.index(payload) + len(payload) for payload in payloads]
    for cut in range(0, len(whole) + 1, 3):
        part = tmp_path / "s.mcap.part"
        part.write_bytes(whole[:cut])
        kept = payloads[: sum(end <= cut for end in ends)]
        closed = seal(part)
        assert (closed is None) == (not kept), cut
        assert closed is None or payloads_of(closed) == kept, cut
        assert not part.exists()


@pytest.mark.parametrize("garbage", [b"\0" * 100, b"\x05\xff\xff\xff\xff\xff\xff\xff\x7f", b"\x77" * 30])
def test_garbage_after_a_power_failure_is_cut_off(
    tmp_path: Path, info: SegmentInfo, channels: Any, messages: Any, garbage: bytes
) -> None:
    part = write(tmp_path / "s.mcap.part", info, channels, [messages.odometry(0)])
    part.write_bytes(part.read_bytes() + garbage)
    closed = seal(part)
    assert closed is not None
    assert payloads_of(closed) == [messages.odometry(0)]


def test_half_written_end_is_written_again(tmp_path: Path, info: SegmentInfo, channels: Any, messages: Any) -> None:
    closed = seal(write(tmp_path / "s.mcap.part", info, channels, [messages.odometry(0)]))
    assert closed is not None
    whole = closed.read_bytes()
    for missing in (1, 8, 40, 100):
        part = tmp_path / "t.mcap.part"
        part.write_bytes(whole[:-missing])
        again = seal(part)
        assert again is not None
        assert again.read_bytes() == whole


def test_compressed_copy_is_used_only_where_it_is_smaller(
    tmp_path: Path, info: SegmentInfo, channels: Any, messages: Any
) -> None:
    images = seal(write(tmp_path / "i.mcap.part", info, channels, [messages.image(i, 100, 100) for i in range(9)]))
    noise = seal(write(tmp_path / "n.mcap.part", info, channels, [os.urandom(30_000) for _ in range(9)]))
    for path, is_smaller in ((images, True), (noise, False)):
        assert path is not None
        with packed(path, read_segment(path)) as file:
            assert (file != path) is is_smaller
            assert payloads_of(file) == payloads_of(path)
            assert read_segment(file).info == info
        assert file.exists() is not is_smaller


def test_compressed_copy_carries_what_poses_need_from_before(
    tmp_path: Path, info: SegmentInfo, channels: Any, messages: Any
) -> None:
    path = seal(write(tmp_path / "s.mcap.part", info, channels, [messages.odometry(0)]))
    assert path is not None
    contents = replace(read_segment(path), pose_before=PoseState(odometry_since_ns=LOG_NS))
    write_packed(tmp_path / "p.mcap", contents)
    assert read_segment(tmp_path / "p.mcap").pose_before == contents.pose_before


def test_compressed_copy_is_made_in_memory_where_the_disk_has_no_room(
    tmp_path: Path, info: SegmentInfo, channels: Any, messages: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = seal(write(tmp_path / "s.mcap.part", info, channels, [messages.odometry(i) for i in range(9)]))
    assert path is not None
    contents = replace(read_segment(path), pose_before=PoseState(odometry_since_ns=LOG_NS))

    def full_disk(place: Path, of: SegmentContents) -> None:
        if place.parent == tmp_path:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        write_packed(place, of)

    monkeypatch.setattr(pack, "write_packed", full_disk)
    with packed(path, contents) as file:
        assert read_segment(file).pose_before == contents.pose_before
        assert payloads_of(file) == payloads_of(path)
    assert list(tmp_path.iterdir()) == [path]


def test_type_without_a_definition_keeps_its_name_in_the_copy(
    tmp_path: Path, info: SegmentInfo, channels: Any, messages: Any
) -> None:
    path = seal(write(tmp_path / "s.mcap.part", info, channels, [messages.odometry(i) for i in range(4)]))
    assert path is not None
    write_packed(tmp_path / "p.mcap", read_segment(path))
    for place in (path, tmp_path / "p.mcap"):
        with place.open("rb") as file:
            summary = make_reader(file).get_summary()
        assert summary is not None
        schemas = {schema.name: (schema.encoding, schema.data) for schema in summary.schemas.values()}
        assert schemas["my_msgs/msg/Unknown"] == ("", b"")
        assert {channel.schema_id for channel in summary.channels.values()} == set(summary.schemas)
        assert summary.statistics is not None
        assert summary.statistics.schema_count == 2


def test_segment_with_a_damaged_beginning_is_not_deleted(
    tmp_path: Path, info: SegmentInfo, channels: Any, messages: Any
) -> None:
    path = write(tmp_path / "s.mcap.part", info, channels, [messages.odometry(0)])
    with path.open("r+b") as file:
        file.write(b"\0" * 8)
    with pytest.raises(SegmentError, match="is no MCAP file"):
        seal(path)
    assert path.exists()


def test_damaged_chunk_is_refused(tmp_path: Path, info: SegmentInfo, channels: Any, messages: Any) -> None:
    path = seal(write(tmp_path / "s.mcap.part", info, channels, [messages.image(0, 50, 50)]))
    assert path is not None
    write_packed(tmp_path / "p.mcap", read_segment(path))
    data = bytearray((tmp_path / "p.mcap").read_bytes())
    at = data.index(b"\x28\xb5\x2f\xfd")  # zstd's magic
    data[at + 20 : at + 40] = bytes(20)
    (tmp_path / "p.mcap").write_bytes(data)
    with pytest.raises(SegmentError, match="a chunk of"):
        read_segment(tmp_path / "p.mcap")


def test_changed_byte_in_a_packed_chunk_changes_no_message(
    tmp_path: Path, info: SegmentInfo, channels: Any, messages: Any
) -> None:
    payloads = [messages.odometry(i) for i in range(5)]
    path = seal(write(tmp_path / "s.mcap.part", info, channels[:1], payloads))
    assert path is not None
    write_packed(tmp_path / "p.mcap", read_segment(path))
    data = (tmp_path / "p.mcap").read_bytes()
    found = _mcap_read.scan(memoryview(data), _mcap_read.data_start(memoryview(data), "p"))
    ((_, _, end),) = [other for other in found.others if other[0] == _mcap.CHUNK]
    refused = 0
    places = range(data.index(b"\x28\xb5\x2f\xfd"), end)
    for at in places:
        changed = data[:at] + bytes([data[at] ^ 0x55]) + data[at + 1 :]
        try:
            assert [*parse_segment(memoryview(changed), "p").streams[0].payloads] == payloads
        except SegmentError:
            refused += 1
    assert refused > 0.95 * len(places)


@pytest.mark.parametrize(("data", "sentence"), [(b"hello world", "is no MCAP file"), (b"", "is no MCAP file")])
def test_other_file_is_refused(tmp_path: Path, data: bytes, sentence: str) -> None:
    path = tmp_path / "x.mcap"
    path.write_bytes(data)
    with pytest.raises(SegmentError, match=sentence):
        read_segment(path)


def test_other_mcap_file_is_refused_with_the_way_out(tmp_path: Path) -> None:
    from mcap.writer import Writer

    path = tmp_path / "x.mcap"
    with path.open("wb") as file:
        writer = Writer(file)
        writer.start(profile="ros2")
        writer.finish()  # type: ignore[no-untyped-call]
    with pytest.raises(SegmentError, match=r"no segment of the recorder; use twin ingest"):
        read_info(path)


@pytest.mark.parametrize(("now", "to"), list(itertools.product(SegmentState, repeat=2)))
def test_states_move_as_the_table_says(now: SegmentState, to: SegmentState) -> None:
    if to in MOVES[now]:
        assert move("s", now, to) is to
    else:
        with pytest.raises(SegmentStateError, match=f"segment s is {now.value} and can't become {to.value}"):
            move("s", now, to)


def test_packed_file_has_every_message_whatever_its_chunk(tmp_path: Path, info: SegmentInfo, channels: Any) -> None:
    payloads = [bytes([i % 251]) * (20_000 + i) for i in range(200)]
    path = seal(write(tmp_path / "s.mcap.part", info, channels, payloads))
    assert path is not None
    contents = read_segment(path)
    write_packed(tmp_path / "packed.mcap", contents)
    with (tmp_path / "packed.mcap").open("rb") as file:
        reader = make_reader(file, validate_crcs=True)
        summary = reader.get_summary()
        assert summary is not None
        assert len(summary.chunk_indexes) == 4
        assert sorted((message.sequence, message.data) for _, _, message in reader.iter_messages()) == [
            *enumerate(payloads)
        ]
        (one,) = reader.iter_messages(starting_at=LOG_NS + 111, ending_before=LOG_NS + 112)
    assert (one[1].topic, one[2].data) == ("/unknown", payloads[111])
    again = read_segment(tmp_path / "packed.mcap")
    assert [(s.topic, s.definition, [*s.payloads]) for s in again.streams] == [
        (s.topic, s.definition, [*s.payloads]) for s in contents.streams
    ]


def test_clock_that_went_back_leaves_a_topic_in_order(tmp_path: Path, info: SegmentInfo, channels: Any) -> None:
    writer = SegmentWriter(tmp_path / "s.mcap.part", info)
    for number, log_ns in enumerate((50, 60, 10, 20, 70)):
        writer.append(channels[number % 2], number, log_ns, bytes([number]))
    writer.flush()
    writer.close()
    path = seal(tmp_path / "s.mcap.part")
    assert path is not None
    write_packed(tmp_path / "packed.mcap", read_segment(path))
    streams = read_segment(tmp_path / "packed.mcap").streams
    assert [stream.log_ns.tolist() for stream in streams] == [[50, 10, 70], [60, 20]]


def test_images_are_packed_as_the_table_says(tmp_path: Path, definitions: Any, messages: Any) -> None:
    spec = TopicSpec(name="/camera", type_name="sensor_msgs/msg/Image", image="jpeg")
    info = SegmentInfo(segment_id=UUID(int=7), asset_id="a", job_id="j", topics=TopicTable.of([spec]))
    camera = ChannelRecords.of(1, "/camera", definitions.find(spec.type_name))
    path = seal(write(tmp_path / "s.mcap.part", info, (camera,), [messages.image(0), b"damaged", messages.image(2)]))
    assert path is not None
    with packed(path, with_compressed_images(read_segment(path))) as file:
        streams = {stream.stored_topic: stream for stream in read_segment(file).streams}
        assert file != path
        (tmp_path / "uploaded.mcap").write_bytes(file.read_bytes())
        with AnyReader([tmp_path / "uploaded.mcap"]) as bag:
            types = {connection.topic: connection.msgtype for connection in bag.connections}
    assert {name: (s.topic, s.sequence.tolist(), s.log_ns.tolist()) for name, s in streams.items()} == {
        "/camera": ("/camera", [1], [LOG_NS + 1]),
        "/camera/compressed": ("/camera", [0, 2], [LOG_NS, LOG_NS + 2]),
    }
    assert types == {"/camera": spec.type_name, "/camera/compressed": "sensor_msgs/msg/CompressedImage"}
    assert b"jpeg" in bytes(streams["/camera/compressed"].payloads[1])
