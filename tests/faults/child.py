"""A recorder in a process of its own: records a known sequence, and says what it has acknowledged.

Message `n` of a run is stamped T0 + 1000 s a run + n µs, so that a stamp tells run and number. Said over a pipe:
(topic's index, first, last + 1) of what the counters of the recorder call recorded.
"""

from __future__ import annotations

import logging
import os
import random
import resource
import signal
import struct
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Final

import numpy as np

from tests.faults.points import arm
from tests.faults.staging import some_staged
from twin_lakehouse import LakeSettings
from twin_recorder.core.definitions import Definitions, default_prefixes
from twin_recorder.core.pipeline import Pipeline, RecorderConfig, RollPolicy, open_pipeline
from twin_recorder.core.topics import TopicTable, load_topics
from twin_recorder.core.worker import Worker

T0_S: Final = 1_700_000_000
RUN_S: Final = 1000
TYPES: Final = {"/odom": "nav_msgs/msg/Odometry", "/imu": "sensor_msgs/msg/Imu", "/camera": "sensor_msgs/msg/Image"}
TOPICS: Final = tuple(TYPES)
ACK: Final = struct.Struct("<Bqq")
_STAMP: Final = struct.Struct("<iI")
_TABLE: Final = Path(__file__).with_name("topics.yaml")
_PREFIX: Final = Path(__file__).resolve().parents[2] / "src" / "embedded_ros" / "embedded_ros" / "prefix"


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """What a child records, and how.

    per_turn: messages of each topic a turn; turn_s: a turn's length, 0 as fast as it goes; turns: how many, 0 until
    it is told to stop; stop_s: how long it may then take. is_exact: each message waits for its acknowledgement (a
    full disk drops some). clock_steps_s: log time jumps by so much at each turn, in turn. memory_mb: limit of its
    address space. dies_at: a name of POINTS, at which it dies the `calls`-th time.
    """

    spool: Path
    settings: LakeSettings
    run: int
    asset_id: str = "turtlebot-01"
    job_id: str = "job-1"
    per_turn: Mapping[str, int] = field(default_factory=lambda: {"/odom": 20, "/imu": 5})
    turn_s: float = 0.01
    turns: int = 0
    stop_s: float = 20.0
    is_exact: bool = False
    clock_steps_s: tuple[float, ...] = (0.0,)
    max_bytes: int = 1 << 20
    max_age_s: float = 0.2
    image_side: int = 32
    dies_at: str = ""
    calls: int = 1


@dataclass(slots=True)
class Said:
    """What a child tells at its end; the parent finds nothing here after a kill."""

    waiting: int
    most_waiting: int
    problem: str | None
    peak_mb: float
    sent: int
    took_s: float


def record(task: Task, acks: Connection) -> None:
    """Record until SIGTERM, then commit what is left and say how it went. Runs in the child."""
    logging.basicConfig(level=logging.ERROR)
    stopping: list[int] = []
    signal.signal(signal.SIGTERM, lambda number, _: stopping.append(number))
    if task.dies_at:
        arm(task.dies_at, task.calls)
    with some_staged(random.Random(task.run)):  # noqa: S311  faults, no secrets
        acks.send(_recorded(task, acks, stopping))
        acks.close()
        os._exit(0)  # a commit that hangs is left alone, as the recorder's process does


def _recorded(task: Task, acks: Connection, stopping: Sequence[int]) -> Said:
    """Until `stopping` has something, or all turns are over."""
    pipeline = opened(task)
    worker = Worker(pipeline)
    worker.begin(lambda: pipeline.begin(task.asset_id, task.job_id, "ros.dev.gpu"))
    worker.start()
    teller = _Teller(pipeline, acks, task)
    began_s, most, turn = time.monotonic(), 0, 0
    while not stopping and (not task.turns or turn < task.turns):
        teller.turn()
        most = max(most, pipeline.waiting)
        turn += 1
        if task.turn_s:
            time.sleep(max(0.0, began_s + turn * task.turn_s - time.monotonic()))
    problem = pipeline.problem
    teller.wait()
    took_s = time.monotonic() - began_s
    waiting = worker.finish(task.stop_s)
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return Said(waiting, most, problem, peak_mb, sum(teller.sent.values()), took_s)


def opened(task: Task) -> Pipeline:
    """The recorder's own pipeline."""
    began_s, steps = time.time(), task.clock_steps_s

    def now_ns() -> int:
        seconds = time.time()
        return int((seconds + steps[int((seconds - began_s) / 0.1) % len(steps)]) * 1e9)

    config = RecorderConfig(
        asset_id=task.asset_id,
        job_id=task.job_id,
        topics=table(),
        spool=task.spool,
        roll=RollPolicy(max_bytes=task.max_bytes, max_age_ns=int(1e9 * task.max_age_s)),
        settings={"environment": "ros.dev.gpu"},
    )
    pipeline = open_pipeline(config, lake=task.settings, now_ns=now_ns)
    for topic in config.topics.named:
        pipeline.register(topic, definitions().find(topic.type_name))
    return pipeline


class _Teller:
    """Captures, and tells the parent what was acknowledged."""

    def __init__(self, pipeline: Pipeline, acks: Connection, task: Task) -> None:
        self._pipeline = pipeline
        self._acks = acks
        self._task = task
        self.sent = dict.fromkeys(task.per_turn, 0)
        self._told = dict.fromkeys(task.per_turn, 0)
        self._messages = {name: sample(name, task.image_side) for name in task.per_turn}

    def turn(self) -> None:
        """One turn's messages."""
        for topic, count in self._task.per_turn.items():
            for _ in range(count):
                self._capture(topic)
        if not self._task.is_exact:
            self._tell()

    def wait(self) -> None:
        """Tell the rest, once nothing is held in memory any more."""
        while any(self._told[topic] < sent for topic, sent in self.sent.items()) and not self._task.is_exact:
            time.sleep(0.005)
            self._tell()

    def _capture(self, topic: str) -> None:
        before = self._pipeline.counts()[topic] if self._task.is_exact else None
        message = self._messages[topic]
        number = self.sent[topic]
        seconds, microseconds = divmod(number, 1_000_000)
        _STAMP.pack_into(message, 4, T0_S + RUN_S * self._task.run + seconds, 1000 * microseconds)
        self._pipeline.capture(topic, bytes(message))
        self.sent[topic] = number + 1
        if before is not None:
            self._pipeline._store.flush()
        while before is not None:
            now = self._pipeline.counts()[topic]
            if now.messages > before.messages:
                self._send(topic, number, number + 1)
            if (now.messages, now.dropped) != (before.messages, before.dropped):
                break
            time.sleep(0.001)

    def _tell(self) -> None:
        counts = self._pipeline.counts()
        for topic, told in self._told.items():
            if counts[topic].messages > told:
                self._send(topic, told, counts[topic].messages)
                self._told[topic] = counts[topic].messages
            if counts[topic].dropped:
                raise AssertionError(
                    f"{topic}: {counts[topic].dropped} messages were dropped: {self._pipeline.problem}"
                )

    def _send(self, topic: str, first: int, end: int) -> None:
        self._acks.send_bytes(ACK.pack(TOPICS.index(topic), first, end))


@cache
def definitions() -> Definitions:
    """Definitions of what is recorded; made once in the process that children are forked from."""
    found = Definitions((*default_prefixes(), _PREFIX))
    for kind in TYPES.values():
        found.find(kind)
    return found


@cache
def table() -> TopicTable:
    """What becomes of the topics."""
    return load_topics(_TABLE)


@cache
def sample(topic: str, side: int) -> bytearray:
    """A message whose stamp is to be written over: 8 bytes at offset 4."""
    store = definitions().store

    def make(name: str, *values: Any) -> Any:
        return store.types[name](*values)

    header = make("std_msgs/msg/Header", make("builtin_interfaces/msg/Time", 0, 0), "odom")
    turn = make("geometry_msgs/msg/Quaternion", 0.0, 0.0, 0.0, 1.0)
    vector = make("geometry_msgs/msg/Vector3", 0.1, 0.0, 0.0)
    if topic == "/odom":
        pose = make("geometry_msgs/msg/Pose", make("geometry_msgs/msg/Point", 1.0, 2.0, 0.0), turn)
        covered = make("geometry_msgs/msg/PoseWithCovariance", pose, np.zeros(36))
        twist = make(
            "geometry_msgs/msg/TwistWithCovariance", make("geometry_msgs/msg/Twist", vector, vector), np.zeros(36)
        )
        message = make(TYPES[topic], header, "base_footprint", covered, twist)
    elif topic == "/imu":
        message = make(TYPES[topic], header, turn, np.zeros(9), vector, np.zeros(9), vector, np.zeros(9))
    else:
        pixels = np.random.default_rng(1).integers(0, 255, side * side * 3, dtype=np.uint8)
        message = make(TYPES[topic], header, side, side, "rgb8", 0, 3 * side, pixels)
    return bytearray(store.serialize_cdr(message, TYPES[topic]))


def warm() -> Callable[[], None]:
    """What each child needs, made before they are forked."""
    for topic in TOPICS:
        sample(topic, 32)
    return lambda: None
