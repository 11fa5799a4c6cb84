"""Odometry put into the map: the drift that localization found is taken out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from twin_lakehouse.report.data import F64, Bools

# Time (s since the epoch), x, y (m), yaw (rad) of the robot in the map.
PoseRow = tuple[float, float, float, float]


def localized(states: Mapping[str, F64], poses: Sequence[PoseRow]) -> Mapping[str, F64]:
    """`states` (t, x, y, yaw, each (n,)) with x, y and yaw in the map frame; as they are where nothing is known.

    Between two poses the correction map from odom is interpolated; before the first and after the last it stays.
    """
    table = np.array(sorted(poses), dtype=np.float64).reshape(-1, 4)
    time = states["t"]
    if not time.size or not table.size:
        return states
    table = table[(table[:, 0] >= time[0]) & (table[:, 0] <= time[-1])]
    if not table.size:
        return states
    at, good = table[:, 0], _trusted(states)
    if not good.any():
        return states
    yaw = np.interp(at, time[good], np.unwrap(states["yaw"][good]))
    x, y = (np.interp(at, time[good], states[name][good]) for name in ("x", "y"))
    turn = np.unwrap(table[:, 3] - yaw)
    shift_x = table[:, 1] - (np.cos(turn) * x - np.sin(turn) * y)
    shift_y = table[:, 2] - (np.sin(turn) * x + np.cos(turn) * y)
    turn, shift_x, shift_y = (np.interp(time, at, values) for values in (turn, shift_x, shift_y))
    return {
        **states,
        "x": np.cos(turn) * states["x"] - np.sin(turn) * states["y"] + shift_x,
        "y": np.sin(turn) * states["x"] + np.cos(turn) * states["y"] + shift_y,
        "yaw": states["yaw"] + turn,
    }


def _trusted(states: Mapping[str, F64]) -> Bools:
    """The finite states, and of those the reconciled ones where there are any: a teleport is no drift."""
    finite: Bools = np.isfinite(states["x"]) & np.isfinite(states["y"]) & np.isfinite(states["yaw"])
    reconciled: Bools = finite & (states["reconciled"] > 0.5)
    return reconciled if reconciled.any() else finite
