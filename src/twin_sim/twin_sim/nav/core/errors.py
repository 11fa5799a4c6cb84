"""Errors of the navigation server, and the numbers Nav2 gives them."""

from __future__ import annotations

from enum import IntEnum

from twin_sim.errors import TwinSimError


class ErrorCode(IntEnum):
    """Nav2's codes (Jazzy): 1xx `FollowPath`, 2xx `ComputePathToPose`, 6xx `FollowWaypoints`."""

    NONE = 0
    CONTROLLER_UNKNOWN = 100
    CONTROLLER_TF_ERROR = 102
    PATIENCE_EXCEEDED = 104
    FAILED_TO_MAKE_PROGRESS = 105
    NO_VALID_CONTROL = 106
    CONTROLLER_TIMED_OUT = 107
    PLANNER_UNKNOWN = 200
    INVALID_PLANNER = 201
    TF_ERROR = 202
    START_OUTSIDE_MAP = 203
    GOAL_OUTSIDE_MAP = 204
    START_OCCUPIED = 205
    GOAL_OCCUPIED = 206
    NO_VALID_PATH = 208
    WAYPOINT_UNKNOWN = 600
    TASK_EXECUTOR_FAILED = 601


class NavError(TwinSimError):
    """Base of all navigation errors; `recoverable` says whether trying again later can help."""


class MapError(NavError):
    """A map file can't be read."""


class FrameError(NavError):
    """A pose is given in a frame from which the server can't reach the map frame."""

    code = ErrorCode.TF_ERROR


class NotReadyError(NavError):
    """The server has no scan or odometry yet, so it doesn't know where the robot is."""

    recoverable = True
    code = ErrorCode.TF_ERROR


class TransitionError(NavError):
    """A navigation state was asked to move where its table has no move."""


class PlanError(NavError):
    """No path; `code` is Nav2's number for the reason."""

    recoverable = True

    def __init__(self, code: ErrorCode, text: str) -> None:
        super().__init__(text)
        self.code = code
