"""One detection of vision_msgs 4.x (ROS 2 Jazzy) as the values of a row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import pyarrow as pa

from .errors import DecodeError

DETECTION: Final = pa.struct(
    [
        ("class", pa.string()),
        *((name, pa.float64()) for name in ("score", "bbox_x", "bbox_y", "bbox_width", "bbox_height")),
    ]
)


def plain_detection(detection: Mapping[str, object]) -> dict[str, object]:
    """One vision_msgs/Detection2D as plain values. Raises DecodeError where its definition is another version."""
    try:
        results = _mappings(detection["results"])
        best = max((_mapping(result["hypothesis"]) for result in results), key=_score, default=None)
        box = _mapping(detection["bbox"])
        centre = _mapping(_mapping(box["center"])["position"])
        width, height = _number(box["size_x"]), _number(box["size_y"])
        return {
            "class": str(best["class_id"]) if best else "",
            "score": _score(best) if best else 0.0,
            "bbox_x": _number(centre["x"]) - width / 2,
            "bbox_y": _number(centre["y"]) - height / 2,
            "bbox_width": width,
            "bbox_height": height,
        }
    except (KeyError, TypeError) as error:
        raise DecodeError(
            f"a detection has no field {error}: its vision_msgs definition is another version than 4.x;"
            " set the topic to raw"
        ) from error


def _mapping(value: object) -> Mapping[str, object]:
    if not isinstance(value, dict):
        raise TypeError(f"of a message, but {value!r}")
    return value


def _mappings(value: object) -> Sequence[Mapping[str, object]]:
    if not isinstance(value, list):
        raise TypeError(f"with messages, but {value!r}")
    return [_mapping(item) for item in value]


def _number(value: object) -> float:
    if not isinstance(value, int | float):
        raise TypeError(f"with a number, but {value!r}")
    return float(value)


def _score(hypothesis: Mapping[str, object]) -> float:
    return _number(hypothesis["score"])
