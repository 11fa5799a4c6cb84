"""A navigation from goal to end, in values: what can be configured, what is told on the way, how it ends."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

from twin_sim.nav.core.controller import Command, ControllerConfig
from twin_sim.nav.core.errors import ErrorCode
from twin_sim.nav.core.geometry import Pose2D
from twin_sim.nav.core.guard import Footprint, GuardConfig
from twin_sim.nav.core.progress import ProgressConfig


@dataclass(frozen=True, slots=True, kw_only=True)
class RecoveryConfig:
    """After `max_recoveries` of them the goal is aborted.

    A robot that is stuck drives `distance_m` away at `speed` (m/s), backwards or forwards, as far as is free; one that
    has no path waits `wait_s`. `blocked_s`: patience before an obstacle.
    """

    max_recoveries: int = 6
    blocked_s: float = 2.0
    wait_s: float = 2.0
    distance_m: float = 0.25
    speed: float = 0.10


@dataclass(frozen=True, slots=True, kw_only=True)
class NavigatorConfig:
    """`latency_s`: least time after which a command acts (more where odometry comes later).

    `sensor_timeout_s`: silence of lidar or odometry that stops the robot, or messages that come twice as late; after
    `sensor_patience_s` of it the goal is aborted.
    """

    controller: ControllerConfig = field(default_factory=ControllerConfig)
    footprint: Footprint = field(default_factory=Footprint)
    guard: GuardConfig = field(default_factory=GuardConfig)
    recovery: RecoveryConfig = field(default_factory=RecoveryConfig)
    progress: ProgressConfig = field(default_factory=ProgressConfig)
    replan_period_s: float = 4.0
    latency_s: float = 0.05
    sensor_timeout_s: float = 0.5
    sensor_patience_s: float = 15.0


class Ending(Enum):
    """How a navigation ended."""

    SUCCEEDED = "succeeded"
    CANCELED = "canceled"
    ABORTED = "aborted"
    PREEMPTED = "preempted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """The end of a navigation; `code` is NONE and `text` empty where it succeeded."""

    ending: Ending
    code: ErrorCode = ErrorCode.NONE
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Feedback:
    """`remaining_s` is 0 while the robot stands, as in Nav2."""

    pose: Pose2D
    elapsed_s: float
    remaining_s: float
    remaining_m: float
    recoveries: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What a step gives: the command to send (None: no goal, send nothing), and the outcome if the navigation ended."""

    command: Command | None = None
    outcome: Outcome | None = None
