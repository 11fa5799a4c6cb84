"""The spool: rolling, recovery, one owner, and a disk that is full for a while."""

from __future__ import annotations

import errno
import itertools
import logging
import os
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from twin_recorder.core import waiting
from twin_recorder.core.errors import SpoolError
from twin_recorder.core.segment import read_segment
from twin_recorder.core.space import SpaceGuard
from twin_recorder.core.store import HoldPolicy, SegmentStore
from twin_recorder.core.tend import NO_SYNC, Tender

HOLD = HoldPolicy(max_bytes=40, max_age_ns=5_000_000)


class SmallDisk:
    """Stands in for os.writev on a disk with `room` bytes left; a write that doesn't fit is cut short, then refused."""

    def __init__(self, room: int) -> None:
        self.room = room

    def writev(self, descriptor: int, buffers: Sequence[bytes]) -> int:
        return self.write(descriptor, b"".join(buffers))

    def write(self, descriptor: int, data: bytes) -> int:
        if not self.room:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        written = _WRITE(descriptor, bytes(data)[: self.room])
        self.room -= written
        return written


_WRITE = os.write


@pytest.fixture
def small_disk(monkeypatch: pytest.MonkeyPatch) -> SmallDisk:
    disk = SmallDisk(1 << 30)
    monkeypatch.setattr("twin_recorder.core.writer.os.writev", disk.writev)
    monkeypatch.setattr("twin_recorder.core.writer.os.write", disk.write)
    return disk


def payloads(store: SegmentStore) -> list[bytes]:
    """Everything in the closed segments, oldest first."""
    return [
        bytes(payload)
        for segment in store.closed()
        for stream in read_segment(segment.path).streams
        for payload in stream.payloads
    ]


def test_roll_closes_what_was_appended_and_begins_another(recorder: Any) -> None:
    store = recorder.store()
    store.append("/odom", b"one", 1)
    store.roll()
    store.append("/odom", b"two", 2)
    assert payloads(store) == [b"one"]
    store.roll()
    assert payloads(store) == [b"one", b"two"]
    store.close()


def test_roll_without_messages_makes_no_segment(recorder: Any) -> None:
    store = recorder.store()
    store.roll()
    store.close()
    assert sorted(path.name for path in recorder.spool.iterdir()) == [".lock"]


def test_start_that_fails_can_be_tried_again(recorder: Any, small_disk: SmallDisk) -> None:
    small_disk.room = 100
    with pytest.raises(SpoolError, match="disk full"):
        recorder.store()
    small_disk.room = 1 << 30
    recorder.store().close()


def test_leftovers_come_first_and_clock_that_goes_back_changes_no_order(
    recorder: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = itertools.count(1_000_000, -1)
    monkeypatch.setattr("twin_recorder.core.store.time.time_ns", lambda: next(clock))
    store = recorder.store()
    for payload in (b"one", b"two", b"three"):
        store.append("/odom", payload, 1)
        store.roll()
    assert payloads(store) == [b"one", b"two", b"three"]
    store.close()
    again = recorder.store("job-2", began_ns=2)
    again.append("/odom", b"four", 1)
    again.roll()
    assert payloads(again) == [b"one", b"two", b"three", b"four"]
    again.close()


def test_age_counts_from_the_first_message(recorder: Any) -> None:
    store = recorder.store()
    recorder.clock.advance(5.0)
    assert store.age_ns == 0
    store.append("/odom", b"one", 1)
    recorder.clock.advance(2.0)
    assert (store.age_ns, store.payload_bytes) == (2_000_000_000, 3)
    store.close()


def test_next_start_finds_what_the_last_one_left(recorder: Any) -> None:
    store = recorder.store()
    store.append("/odom", b"closed", 1)
    store.roll()
    store.append("/odom", b"open", 2)
    store.close()
    again = recorder.store("job-2", began_ns=2)
    assert payloads(again) == [b"closed", b"open"]
    assert {segment.job_id for segment in again.closed()} == {"job-1"}
    again.close()


def test_second_recorder_of_the_asset_is_refused(recorder: Any) -> None:
    store = recorder.store()
    with pytest.raises(SpoolError, match=r"is in use by another recorder of the same asset; stop it, or set"):
        recorder.store()
    store.close()
    recorder.store().close()


def test_spool_that_cannot_be_made_is_one_sentence(recorder: Any) -> None:
    recorder.spool.parent.write_text("a file")
    with pytest.raises(SpoolError, match=r"can't be made or opened: Not a directory; set parameter spool"):
        recorder.store()


def test_file_that_is_no_segment_is_put_aside(recorder: Any, caplog: pytest.LogCaptureFixture) -> None:
    recorder.spool.mkdir(parents=True)
    (recorder.spool / "1.mcap").write_text("nonsense")
    store = recorder.store()
    assert store.closed() == ()
    assert (recorder.spool / "1.mcap.rejected").exists()
    assert "1.mcap is no MCAP file" in caplog.text
    store.close()


def test_half_an_upload_is_thrown_away(recorder: Any) -> None:
    recorder.spool.mkdir(parents=True)
    (recorder.spool / "1.mcap.upload").write_text("half")
    recorder.store().close()
    assert not (recorder.spool / "1.mcap.upload").exists()


def test_full_disk_keeps_whole_messages_counts_drops_and_goes_on(
    recorder: Any, small_disk: SmallDisk, caplog: pytest.LogCaptureFixture
) -> None:
    store = recorder.store()
    store.append("/odom", b"before", 1)
    small_disk.room = 10  # less than a record's head: it is cut short in its middle
    assert [store.append("/odom", b"dropped", 2) for _ in range(3)] == [False] * 3
    assert store.problem is not None
    assert store.problem.startswith(f"disk full: no room in spool {recorder.spool}; free space there")
    small_disk.room = 1 << 30
    assert store.append("/odom", b"after", 3)
    assert store.problem is None
    store.roll()
    (segment,) = store.closed()
    assert payloads(store) == [b"before", b"after"]
    assert read_segment(segment.path).lost == {"/odom": 3}
    assert store.counts()["/odom"].dropped == 3
    levels = [record.levelno for record in caplog.records]
    assert levels == [logging.ERROR, logging.WARNING]
    store.close()


def test_disk_too_full_for_a_new_segment_keeps_the_old_one(recorder: Any, small_disk: SmallDisk) -> None:
    store = recorder.store()
    store.append("/odom", b"one", 1)
    small_disk.room = 100
    with pytest.raises(SpoolError, match="disk full"):
        store.roll()
    small_disk.room = 1 << 30
    store.append("/odom", b"two", 2)
    store.roll()
    assert payloads(store) == [b"one", b"two"]
    store.close()


def test_lost_messages_go_into_the_segment_of_their_time(recorder: Any) -> None:
    store = recorder.store()
    for count in (2, 5):
        store.count_lost("/imu", count)
        store.append("/odom", b"x", 1)
        store.roll()
    assert [read_segment(segment.path).lost for segment in store.closed()] == [{"/imu": 2}, {"/imu": 5}]
    assert store.counts()["/imu"].lost == 7
    store.close()


def test_counters_say_first_last_and_longest_gap(recorder: Any) -> None:
    store = recorder.store()
    for log_ns in (10, 20, 50, 60):
        store.append("/odom", b"x", log_ns)
    counts = store.counts()["/odom"]
    assert (counts.messages, counts.first_ns, counts.last_ns, counts.max_gap_ns) == (4, 10, 60, 30)
    store.close()


def test_threads_append_while_another_rolls(recorder: Any) -> None:
    store = recorder.store()
    sent = [[f"{thread}-{number}".encode() for number in range(500)] for thread in range(4)]

    def append(batch: list[bytes]) -> None:
        for number, payload in enumerate(batch):
            store.append("/odom", payload, number)

    threads = [threading.Thread(target=append, args=(batch,)) for batch in sent]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        store.roll()
    store.roll()
    assert sorted(payloads(store)) == sorted(payload for batch in sent for payload in batch)
    store.close()


def test_topic_registered_in_the_middle_of_a_segment_is_in_it(recorder: Any, messages: Any) -> None:
    store = recorder.store()
    store.append("/odom", b"one", 1)
    store.register("/found/odom", messages.definitions.find("nav_msgs/msg/Odometry"))
    store.append("/found/odom", b"two", 2)
    store.roll()
    streams = read_segment(store.closed()[0].path).streams
    assert [stream.topic for stream in streams] == ["/odom", "/found/odom"]
    assert streams[1].definition == messages.definitions.find("nav_msgs/msg/Odometry")
    assert payloads(store) == [b"one", b"two"]
    store.close()


def test_tender_writes_what_is_held(recorder: Any) -> None:
    store = recorder.store(hold=HOLD)
    store.append("/odom", b"held", 0)
    Tender(store, NO_SYNC, SpaceGuard(store.folder, 0), lambda: recorder.clock.mono_ns).tend()
    assert store.counts()["/odom"].messages == 1
    store.close()


def test_held_messages_count_when_they_are_written(recorder: Any) -> None:
    store = recorder.store(hold=HOLD)
    for number in range(3):
        store.append("/odom", b"held", number)
    assert store.counts()["/odom"].messages == 0
    store.flush()
    assert store.counts()["/odom"].messages == 3
    store.append("/odom", b"long" * 10, 3)
    assert store.counts()["/odom"].messages == 4
    store.append("/odom", b"early", 4)
    recorder.clock.advance(0.01)
    assert store.counts()["/odom"].messages == 4
    store.append("/odom", b"late", 5)
    assert store.counts()["/odom"].messages == 6
    store.append("/odom", b"rolled", 6)
    store.roll()
    assert payloads(store) == [b"held"] * 3 + [b"long" * 10, b"early", b"late", b"rolled"]
    store.close()


def test_held_messages_that_do_not_fit_are_dropped_as_if_never_there(recorder: Any, small_disk: SmallDisk) -> None:
    store = recorder.store(hold=HOLD)
    store.append("/odom", b"kept", 1)
    store.flush()
    for topic in ("/odom", "/imu", "/odom"):
        store.append(topic, b"dropped", 2)
    small_disk.room = 50
    store.flush()
    small_disk.room = 1 << 30
    for topic in ("/imu", "/odom"):
        store.append(topic, b"after", 3)
    store.roll()
    contents = read_segment(store.closed()[0].path)
    assert contents.lost == {"/odom": 2, "/imu": 1}
    assert {stream.topic: stream.sequence.tolist() for stream in contents.streams} == {"/odom": [0, 1], "/imu": [0]}
    store.close()


def test_store_without_room_to_close_a_segment_ends_all_the_same(
    recorder: Any, messages: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    store = recorder.store()
    store.append("/odom", messages.odometry(0), 1)
    with monkeypatch.context() as patched:
        patched.setattr(waiting, "seal", full_disk)
        store.close()
    assert "disk full" in caplog.text
    assert recorder.record([], "next-job") == 0
    assert len(recorder.rows("twins.state_snapshots")) == 1


def full_disk(*_: Any) -> Path:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
