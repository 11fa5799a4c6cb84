"""Detections of a job: the best few of each class with their crops, and where the robot saw them from."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import numpy as np

from twin_lakehouse.records import ObjectDetection
from twin_lakehouse.report.crops import crop_jpeg
from twin_lakehouse.report.data import F64, Crop, DetectedObject, seconds_since
from twin_lakehouse.report.slices import Slices

if TYPE_CHECKING:
    from twin_lakehouse.lake import Lake

WantedImages = Mapping[str, set[int]]

CROPS_PER_CLASS = 4
# Neighbouring frames show the same view: pictures of one class are at least this far apart.
MIN_APART_S = 2.0
# The lens of a camera without camera_info: a horizontal field of view of 62° (Raspberry Pi camera on a TurtleBot3).
_DEFAULT_HALF_FOV = math.radians(31.0)
_DEFAULT_WIDTH_PX = 320.0


@dataclass(frozen=True, slots=True, kw_only=True)
class BestDetections:
    """By class: all detections in order of time, and the chosen ones, best first. `images`: stamps (µs) by topic."""

    by_class: Mapping[str, tuple[ObjectDetection, ...]]
    chosen: Mapping[str, tuple[ObjectDetection, ...]]
    images: WantedImages


def best_detections(lake: Lake, ids: tuple[str, str]) -> BestDetections:
    """The detections of (twin, job), those worth a picture chosen."""
    rows = lake.rows(ObjectDetection, "asset_id = ? AND job_id = ? ORDER BY timestamp", ids)
    by_class: dict[str, list[ObjectDetection]] = {}
    for row in rows:
        by_class.setdefault(row.object_class, []).append(row)
    chosen = {name: choose(detections) for name, detections in by_class.items()}
    images: dict[str, set[int]] = {}
    for detections in chosen.values():
        for detection in detections:
            if detection.image_topic:
                images.setdefault(detection.image_topic, set()).add(_epoch_us(detection.timestamp))
    return BestDetections(
        by_class={name: tuple(detections) for name, detections in by_class.items()}, chosen=chosen, images=images
    )


def choose(detections: Sequence[ObjectDetection]) -> tuple[ObjectDetection, ...]:
    """The few that show most: best score times root of area, MIN_APART_S from each other, best first."""
    chosen: list[ObjectDetection] = []
    for detection in sorted(detections, key=_worth, reverse=True):
        apart = (abs((detection.timestamp - other.timestamp).total_seconds()) for other in chosen)
        if all(seconds >= MIN_APART_S for seconds in apart):
            chosen.append(detection)
        if len(chosen) == CROPS_PER_CLASS:
            break
    return tuple(chosen)


def detected_objects(
    best: BestDetections, slices: Slices, states: Mapping[str, F64], started_at: datetime | None
) -> tuple[DetectedObject, ...]:
    """One entry a class, the most often seen first."""
    view = _View(slices=slices, states=states, started_at=started_at)
    objects = [_object(name, best.by_class[name], best.chosen[name], view) for name in best.by_class]
    return tuple(sorted(objects, key=lambda item: item.count, reverse=True))


@dataclass(frozen=True, slots=True, kw_only=True)
class _View:
    slices: Slices
    states: Mapping[str, F64]
    started_at: datetime | None


def _object(
    name: str, detections: Sequence[ObjectDetection], chosen: Sequence[ObjectDetection], view: _View
) -> DetectedObject:
    seen_from, bearing = _sight_line(chosen[0], view.slices, view.states)
    return DetectedObject(
        name=name,
        count=len(detections),
        best_score=max(detection.score for detection in detections),
        times_s=np.array([seconds_since(detection.timestamp, view.started_at) for detection in detections]),
        crops=tuple(crop for detection in chosen if (crop := _crop(detection, view)) is not None),
        seen_from=seen_from,
        bearing=bearing,
    )


def _crop(detection: ObjectDetection, view: _View) -> Crop | None:
    image = view.slices.images.get((detection.image_topic or "", _epoch_us(detection.timestamp)))
    if image is None:
        return None
    box = (detection.bbox_x, detection.bbox_y, detection.bbox_width, detection.bbox_height)
    jpeg = crop_jpeg(image, box)
    if jpeg is None:
        return None
    return Crop(
        jpeg=jpeg,
        score=detection.score,
        time_s=seconds_since(detection.timestamp, view.started_at),
        width_px=detection.bbox_width,
        height_px=detection.bbox_height,
    )


def _sight_line(
    detection: ObjectDetection, slices: Slices, states: Mapping[str, F64]
) -> tuple[tuple[float, float] | None, float | None]:
    """Where the robot stood at the image's time, and the direction in which the middle of the box lies."""
    if not states["t"].size:
        return None, None
    moment = detection.timestamp.replace(tzinfo=UTC).timestamp()
    index = int(np.argmin(np.abs(states["t"] - moment)))
    if abs(float(states["t"][index]) - moment) > 1.0:
        return None, None
    info_topic = (detection.image_topic or "").rsplit("/", 1)[0] + "/camera_info"
    default = (_DEFAULT_WIDTH_PX / 2.0 / math.tan(_DEFAULT_HALF_FOV), _DEFAULT_WIDTH_PX / 2.0)
    focal_px, centre_px = slices.focal.get(info_topic, default)
    offset_px = detection.bbox_x + detection.bbox_width / 2.0 - centre_px
    # Right in the image is clockwise on the floor.
    bearing = float(states["yaw"][index]) - math.atan2(offset_px, focal_px)
    return (float(states["x"][index]), float(states["y"][index])), bearing


def _worth(detection: ObjectDetection) -> float:
    return detection.score * math.sqrt(max(0.0, detection.bbox_width * detection.bbox_height))


def _epoch_us(moment: datetime) -> int:
    return round(moment.replace(tzinfo=UTC).timestamp() * 1e6)
