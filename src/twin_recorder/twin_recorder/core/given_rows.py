"""Rows of messages that bring their own ids: events and navigation trials."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Final
from uuid import UUID

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from twin_lakehouse import TwinError, checked_asset_id, checked_job_id

from .batch import Batch, stamp_ns, timestamps
from .topics import Becomes

Float64s = npt.NDArray[np.float64]

# Tables whose rows can bring their own id: a latched message arrives again at every start of the recorder.
GIVEN_IDS: Final[Mapping[str, str]] = {
    "twins.events": "event_id",
    "event_log.ros_navigation_trials": "trial_id",
}
# More levels of objects and arrays than this make an event that not every reader can read.
_MOST_LEVELS: Final = 64
_OUTCOMES: Final[Mapping[int, str]] = {4: "SUCCEEDED", 5: "CANCELED", 6: "ABORTED", 7: "REJECTED"}


def event_rows(_: Becomes, batch: Batch) -> pa.Table:
    """Events with the ids, assets and jobs that they name; the recorder's own where they name none that can be one."""
    payload = [_json_object(text) for text in batch.at("payload").to_pylist()]
    return batch.table(
        "events",
        {
            "event_id": _given_ids("events", batch, "event_id"),
            "asset_id": _asset_ids(batch),
            "job_id": _job_ids(batch),
            "event_type": batch.at("event_type"),
            "timestamp": timestamps(batch.time_ns),
            "actor": batch.at("actor"),
            "payload": pa.array(payload, type=pa.string()),
        },
    )


def trial_rows(_: Becomes, batch: Batch) -> pa.Table:
    """Trials with the ids, assets and jobs that they name, as in `event_rows`."""
    outcomes = [_OUTCOMES.get(code, f"UNKNOWN_{code}") for code in batch.at("outcome").to_pylist()]
    return batch.table(
        "ros_navigation_trials",
        {
            "trial_id": _given_ids("ros_navigation_trials", batch, "trial_id"),
            "asset_id": _asset_ids(batch),
            "job_id": _job_ids(batch),
            "location": batch.at("location"),
            **_pose_xy_yaw(batch, "start"),
            **_pose_xy_yaw(batch, "goal"),
            "outcome": pa.array(outcomes, type=pa.string()),
            "error_code": batch.at("error_code"),
            "error_msg": batch.at("error_msg"),
            "started_at": timestamps(stamp_ns(batch.rows, "started_at")),
            "ended_at": timestamps(batch.time_ns),
            "duration_s": batch.at("duration"),
            "distance_m": batch.at("distance"),
            "recoveries": batch.at("recoveries"),
        },
    )


def _given_ids(table: str, batch: Batch, field: str) -> pa.Array:
    """The messages' own ids where they are UUIDs, else derived ones."""
    given = (_uuid_text(text) for text in batch.at(field).to_pylist())
    derived = batch.ids(table).to_pylist()
    return pa.array([own or str(other) for own, other in zip(given, derived, strict=True)], type=pa.string())


def _uuid_text(text: str) -> str:
    """The UUID in its usual form; empty where it isn't one."""
    try:
        return str(UUID(text))
    except ValueError:
        return ""


def _asset_ids(batch: Batch) -> pa.Array:
    """The assets that the messages name, the recorder's own in place of what is no asset id."""
    return pa.array([_checked_or(checked_asset_id, text, batch.asset_id) for text in batch.at("asset_id").to_pylist()])


def _job_ids(batch: Batch) -> pa.Array:
    """As `_asset_ids`: a job's id becomes a folder, and one that can't be would keep the segment from the lake."""
    return pa.array([_checked_or(checked_job_id, text, batch.job_id) for text in batch.at("job_id").to_pylist()])


def _checked_or(checked: Callable[[str], str], text: str, default: str) -> str:
    try:
        return checked(text)
    except TwinError:
        return default


def _pose_xy_yaw(batch: Batch, path: str) -> dict[str, pa.Array]:
    """A pose in the plane: m and rad about z."""
    x, y, z, w = (batch.at(f"{path}.orientation.{axis}").to_numpy(zero_copy_only=False) for axis in "xyzw")
    yaw: Float64s = np.arctan2(2.0 * (w * z + x * y), 1.0 - 2.0 * (y * y + z * z))
    return {
        f"{path}_x": batch.at(f"{path}.position.x"),
        f"{path}_y": batch.at(f"{path}.position.y"),
        f"{path}_yaw": pa.array(yaw),
    }


def _json_object(text: str) -> str:
    """The text if it is a JSON object, {} for none; anything else is kept as {"text": …}: an event is never lost."""
    if not text:
        return "{}"
    try:
        parsed = json.loads(text)
        # json.loads takes NaN and Infinity, which aren't JSON.
        return text if isinstance(parsed, dict) and _is_strict(parsed) else json.dumps({"text": text})
    except (ValueError, RecursionError):
        return json.dumps({"text": text})


def _is_strict(parsed: dict[str, object]) -> bool:
    """Whether every reader of JSON takes it: no NaN, no half of a surrogate pair, and not too many levels."""
    try:
        json.dumps(parsed, allow_nan=False, ensure_ascii=False).encode()
    except ValueError:
        return False
    level: list[object] = [parsed]
    for _ in range(_MOST_LEVELS):
        level = [inner for value in level if isinstance(value, dict | list) for inner in _inner(value)]
    return not level


def _inner(value: dict[str, object] | list[object]) -> Iterable[object]:
    return value.values() if isinstance(value, dict) else value
