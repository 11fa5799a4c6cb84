"""A recorder that kills itself at a step: `crash_child.py FOLDER STEP`, or not, for step `none`."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from twin_lakehouse import Lake, LakeSettings, durable
from twin_lakehouse.folder import FolderStorage
from twin_recorder.core import commit, pack, seal, waiting, writer
from twin_recorder.core.definitions import Definitions, default_prefixes
from twin_recorder.core.pipeline import Pipeline, RecorderConfig, RollPolicy, open_pipeline
from twin_recorder.core.topics import load_topics

TOPICS = Path(__file__).resolve().parents[1] / "config" / "topics.yaml"
MESSAGES = 20


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def around(owner: Any, name: str, *, before: bool = False, after: bool = False) -> Callable[[], None]:
    """A patch that dies before or after a function of the recorder."""

    def patch() -> None:
        original = getattr(owner, name)

        def dying(*args: Any, **kwargs: Any) -> Any:
            if before:
                die()
            result = original(*args, **kwargs)
            if after:
                die()
            return result

        setattr(owner, name, dying)

    return patch


def half_a_write() -> None:
    """One more message gets to the disk by half."""
    original = os.writev

    def writev(descriptor: int, buffers: Sequence[bytes]) -> int:
        data = b"".join(buffers)
        if b"nav.half" in data:
            os.write(descriptor, data[: len(data) // 2])
            die()
        return original(descriptor, buffers)

    os.writev = writev  # type: ignore[assignment]


def inside_the_transaction() -> None:
    """After the rows, before the segment's own row."""
    original = Lake.insert

    def insert(lake: Lake, *records: Any) -> None:
        if type(records[0]).__name__ == "Segment":
            die()
        original(lake, *records)

    Lake.insert = insert  # type: ignore[method-assign, assignment]


def truncated() -> None:
    """The open file is cut to its data, and the end is not written yet."""
    whole_records, make_tail = seal.whole_records, seal._tail
    names: list[str] = []

    def named(data: memoryview, name: str) -> Any:
        names.append(name)
        return whole_records(data, name)

    def tail(records: Any, lost: Any) -> bytes:
        made = make_tail(records, lost)
        path = next(path for path in Path(sys.argv[1]).rglob(names[-1]))
        os.truncate(path, records.end)
        with path.open("ab") as file:
            file.write(made[: len(made) // 2])
        die()
        return made

    seal.whole_records, seal._tail = named, tail


PATCHES: dict[str, Callable[[], None]] = {
    "append.half": half_a_write,
    "roll.begun": around(writer.SegmentWriter, "close", before=True),
    "seal.before": around(waiting, "seal", before=True),
    "seal.truncated": truncated,
    "seal.renamed": around(durable, "fsync_folder", before=True),
    "packed": around(pack, "write_packed", after=True),
    "upload.before": around(FolderStorage, "put", before=True),
    "upload.after": around(FolderStorage, "put", after=True),
    "project.before": around(commit, "project", before=True),
    "commit.before": around(Lake, "commit_segment", before=True),
    "commit.inside": inside_the_transaction,
    "commit.after": around(Lake, "commit_segment", after=True),
    "unlink.after": around(waiting.WaitingSegments, "mark", after=True),
    "described.before": around(commit, "write_bag_metadata", before=True),
    "described.after": around(commit, "write_bag_metadata", after=True),
}


def messages(definitions: Definitions) -> list[tuple[str, bytes]]:
    """Odometry, a last event, and one that is recorded only to die in the middle of it."""
    definitions.find("nav_msgs/msg/Odometry")
    definitions.find("twin_interfaces/msg/TwinEvent")
    types, serialize = definitions.store.types, definitions.store.serialize_cdr

    def make(name: str, *values: Any) -> Any:
        return types[name](*values)

    def stamp(i: int) -> Any:
        return make("builtin_interfaces/msg/Time", 1_700_000_000 + i, 0)

    def odometry(i: int) -> bytes:
        zero = make("geometry_msgs/msg/Vector3", 0.0, 0.0, 0.0)
        pose = make(
            "geometry_msgs/msg/Pose",
            make("geometry_msgs/msg/Point", float(i), 0.0, 0.0),
            make("geometry_msgs/msg/Quaternion", 0.0, 0.0, 0.0, 1.0),
        )
        message = make(
            "nav_msgs/msg/Odometry",
            make("std_msgs/msg/Header", stamp(i), "odom"),
            "base",
            make("geometry_msgs/msg/PoseWithCovariance", pose, np.zeros(36)),
            make("geometry_msgs/msg/TwistWithCovariance", make("geometry_msgs/msg/Twist", zero, zero), np.zeros(36)),
        )
        return bytes(serialize(message, "nav_msgs/msg/Odometry"))

    def event(name: str) -> bytes:
        message = make("twin_interfaces/msg/TwinEvent", stamp(MESSAGES), "", "", "", name, "child", "")
        return bytes(serialize(message, "twin_interfaces/msg/TwinEvent"))

    run = [("/odom", odometry(i)) for i in range(MESSAGES)]
    return [*run, ("/twin/events", event("nav.last")), ("/twin/events", event("nav.half"))]


def open_recorder(folder: Path, definitions: Definitions) -> Pipeline:
    """The recorder with a fixed beginning, so that ids can be compared over runs."""
    topics = load_topics(TOPICS)
    config = RecorderConfig(
        asset_id="turtlebot-01",
        job_id="job-1",
        topics=topics,
        spool=folder / "spool",
        roll=RollPolicy(max_bytes=1 << 30, max_age_ns=1 << 60),
        settings={},
    )
    clock = iter(range(1_700_000_000_000_000_000, 2**62, 1_000_000))
    settings = LakeSettings(catalog=f"sqlite:{folder / 'lake.sqlite'}", storage=str(folder / "data"))
    pipeline = open_pipeline(config, lake=settings, now_ns=lambda: next(clock), began_ns=1)
    for topic in topics.named:
        pipeline.register(topic, definitions.find(topic.type_name))
    return pipeline


def main(folder: Path, step: str) -> None:
    """Record in one segment, commit, end."""
    definitions = Definitions(default_prefixes())
    pipeline = open_recorder(folder, definitions)
    if step in PATCHES:
        PATCHES[step]()
    run = messages(definitions)
    for topic, cdr in run[:-1]:
        pipeline.capture(topic, cdr)
    pipeline.write()
    if step == "append.half":
        pipeline.capture(*run[-1])
        pipeline.write()
    if step == "append":
        die()
    pipeline.drain(30.0)
    pipeline.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
