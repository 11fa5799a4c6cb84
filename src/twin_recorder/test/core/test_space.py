"""The disk's reserve: who has to stop, who goes on, and when everything is recorded again."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import pytest

from twin_recorder.core.pipeline import Pipeline
from twin_recorder.core.space import SpaceGuard
from twin_recorder.core.topics import Becomes, TopicSpec

RESERVE = 100 << 20


class Disk:
    """A disk with `free` reserves left, and a clock that moves half a second a look."""

    def __init__(self, free: float) -> None:
        self.free = free
        self.now_ns = 0
        self.guard = SpaceGuard(Path("spool"), RESERVE, lambda _: int(self.free * RESERVE), lambda: self.now_ns)

    def look(self, free: float) -> int:
        self.free = free
        self.now_ns += 500_000_000
        self.guard.look()
        return self.guard.refused_rank


def test_less_room_refuses_more_and_states_last() -> None:
    disk = Disk(9)
    assert [disk.look(free) for free in (9, 4.1, 3.9, 2.9, 1.9, 0.9)] == [-1, -1, 0, 1, 2, 3]


def test_room_must_be_well_above_a_limit_again() -> None:
    disk = Disk(9)
    assert [disk.look(free) for free in (1.9, 2.1, 2.3, 3.9, 4.1, 4.3)] == [2, 2, 1, 0, 0, -1]


def test_each_change_is_said_once(caplog: pytest.LogCaptureFixture) -> None:
    disk = Disk(9)
    for free in (3.5, 3.4, 3.6, 9, 9):
        disk.look(free)
    first, second = caplog.records
    assert (first.levelno, second.levelno) == (logging.ERROR, logging.WARNING)
    assert first.getMessage() == (
        "disk nearly full: 350 MiB free for spool spool, so these are not recorded: images and point clouds;"
        " free space there, or lower parameter disk.reserve (100 MiB)"
    )
    assert second.getMessage() == "spool spool has room again: everything is recorded"


def test_disk_is_asked_four_times_a_second_at_most() -> None:
    disk = Disk(9)
    disk.look(3.5)
    disk.free, disk.now_ns = 9, disk.now_ns + 100_000_000
    disk.guard.look()
    assert disk.guard.refused_rank == 0


def test_no_reserve_refuses_nothing() -> None:
    guard = SpaceGuard(Path("spool"), 0, lambda _: 0)
    guard.look()
    assert (guard.refused_rank, guard.problem) == (-1, None)


def test_refused_messages_are_counted_and_states_are_recorded(recorder: Any) -> None:
    disk = Disk(9)
    store = recorder.store()
    pipeline = Pipeline(store=store, lake=Any, roll=None, now_ns=lambda: 1, guard=disk.guard)  # type: ignore[arg-type]
    state = Becomes(table="state_snapshots", options={"source": "ros_job"})
    for name, becomes in (("/odom", (state,)), ("/cmd_vel", ())):
        pipeline.register(TopicSpec(name=name, type_name="nav_msgs/msg/Odometry", becomes=becomes), None)
    disk.look(2.5)
    for name in ("/odom", "/cmd_vel"):
        pipeline.capture(name, b"x")
    counts = pipeline.counts()
    assert [(counts[name].messages, counts[name].dropped) for name in ("/odom", "/cmd_vel")] == [(1, 0), (0, 1)]
    assert "images and point clouds, raw topics" in str(pipeline.problem)
    store.close()
