"""The raw slices of a job, read once: map, plans, poses, ground truth, and the images that detections refer to."""

from __future__ import annotations

import math
import struct
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from mcap.exceptions import McapError
from mcap.reader import make_reader

from twin_lakehouse.images import decode_message
from twin_lakehouse.report.data import MapGrid, Polyline
from twin_lakehouse.report.localize import PoseRow

MAP_TOPIC, PLAN_TOPIC, POSE_TOPIC, TRUTH_TOPIC = "/map", "/plan", "/amcl_pose", "/ground_truth/odom"
_STAMP = struct.Struct("<iI")
_US = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageMessage:
    """A recorded image, decoded only when it is drawn: the CDR bytes and their ROS type."""

    type_name: str
    cdr: bytes


@dataclass(slots=True, kw_only=True)
class Slices:
    """What was found; filled slice by slice. Times of plans in ns; images by topic and stamp in µs."""

    map: MapGrid | None = None
    plans: list[tuple[int, Polyline]] = field(default_factory=list)
    poses: list[PoseRow] = field(default_factory=list)
    truth_x: list[float] = field(default_factory=list)
    truth_y: list[float] = field(default_factory=list)
    images: dict[tuple[str, int], ImageMessage] = field(default_factory=dict)
    focal: dict[str, tuple[float, float]] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)


def read_slices(paths: Iterable[Path], wanted_images: Mapping[str, set[int]]) -> Slices:
    """Reads MCAP slices in order. A slice that cannot be read is a problem in words; the others still count.

    wanted_images: by topic, the stamps (µs since the epoch) of the images to keep.
    """
    slices = Slices()
    infos = {topic.rsplit("/", 1)[0] + "/camera_info" for topic in wanted_images}
    # The recorder stores a camera's images compressed, on the topic that image_transport would use.
    images = {topic + suffix: topic for topic in wanted_images for suffix in ("", "/compressed")}
    topics = {MAP_TOPIC, PLAN_TOPIC, POSE_TOPIC, TRUTH_TOPIC, *images, *infos}
    for path in paths:
        try:
            for topic, type_name, log_ns, data in _messages(path, topics):
                if topic in images:
                    _take_image(slices, images[topic], type_name, data, wanted_images[images[topic]])
                else:
                    _take(slices, topic, type_name, log_ns, data)
        except (OSError, McapError, struct.error) as error:
            slices.problems.append(f"{path.name} cannot be read ({error})")
    return slices


def _messages(path: Path, topics: set[str]) -> Iterator[tuple[str, str, int, bytes]]:
    with path.open("rb") as file:
        # Log order would make the reader hold all messages of an unindexed file in memory; a slice is in order anyway.
        for schema, channel, message in make_reader(file).iter_messages(topics=topics, log_time_order=False):
            if schema is not None:
                yield channel.topic, schema.name, message.log_time, message.data


def _take_image(slices: Slices, topic: str, type_name: str, data: bytes, wanted_us: set[int]) -> None:
    # Every image starts with its header's stamp: no need to decode those that nobody asks for.
    seconds, nanoseconds = _STAMP.unpack_from(data, 4)
    floor_us = seconds * 1_000_000 + nanoseconds // _US
    # The lake keeps microseconds: rounded or cut off, it is the same image.
    for stamp_us in {floor_us, floor_us + 1} & wanted_us:
        slices.images[topic, stamp_us] = ImageMessage(type_name=type_name, cdr=data)


def _take(slices: Slices, topic: str, type_name: str, log_ns: int, data: bytes) -> None:
    if topic.endswith("/camera_info") and topic in slices.focal:
        return
    message = decode_message(type_name, data)
    if message is None:
        return
    if topic == MAP_TOPIC and type_name == "nav_msgs/msg/OccupancyGrid":
        slices.map = _grid(message)
    elif topic == PLAN_TOPIC and type_name == "nav_msgs/msg/Path" and message.poses:
        slices.plans.append((_stamp_ns(message, log_ns), _path(message)))
    elif topic == POSE_TOPIC and type_name == "geometry_msgs/msg/PoseWithCovarianceStamped":
        slices.poses.append(_pose(message, log_ns))
    elif topic == TRUTH_TOPIC and type_name == "nav_msgs/msg/Odometry":
        position = message.pose.pose.position
        slices.truth_x.append(position.x)
        slices.truth_y.append(position.y)
    elif type_name == "sensor_msgs/msg/CameraInfo" and message.k[0] > 0.0:
        slices.focal[topic] = (float(message.k[0]), float(message.k[2]))


def _grid(message: Any) -> MapGrid | None:  # noqa: ANN401
    info = message.info
    cells = np.asarray(message.data, dtype=np.int8)
    if info.width * info.height != cells.size or cells.size == 0:
        return None
    origin = info.origin.position
    return MapGrid(
        cells=cells.reshape(info.height, info.width),
        resolution_m=float(info.resolution),
        origin_x=origin.x,
        origin_y=origin.y,
    )


def _path(message: Any) -> Polyline:  # noqa: ANN401
    points = [pose.pose.position for pose in message.poses]
    return Polyline(x=np.array([point.x for point in points]), y=np.array([point.y for point in points]))


def _pose(message: Any, log_ns: int) -> PoseRow:  # noqa: ANN401
    position, turn = message.pose.pose.position, message.pose.pose.orientation
    yaw = math.atan2(2.0 * (turn.w * turn.z + turn.x * turn.y), 1.0 - 2.0 * (turn.y * turn.y + turn.z * turn.z))
    return (_stamp_ns(message, log_ns) / 1e9, position.x, position.y, yaw)


def _stamp_ns(message: Any, log_ns: int) -> int:  # noqa: ANN401
    stamp = message.header.stamp
    return int(stamp.sec * 1_000_000_000 + stamp.nanosec) or log_ns
