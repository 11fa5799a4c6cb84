"""Every parameter of `nav_server`: name, default, unit, range, description; and the configuration made from them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from twin_node.errors import ParameterError
from twin_node.parameters import Parameter, Values, number, switch, text
from twin_sim.nav.core.controller import ControllerConfig
from twin_sim.nav.core.costmap import LiveLayerConfig
from twin_sim.nav.core.geometry import Pose2D
from twin_sim.nav.core.guard import Footprint, GuardConfig
from twin_sim.nav.core.localizer import MotionNoise
from twin_sim.nav.core.matcher import MatchConfig
from twin_sim.nav.core.planner import PlannerConfig
from twin_sim.nav.core.progress import ProgressConfig
from twin_sim.nav.core.server import CoreConfig
from twin_sim.nav.core.task import NavigatorConfig, RecoveryConfig

_NAN = math.nan
_C, _R, _F, _G = ControllerConfig(), RecoveryConfig(), Footprint(), GuardConfig()
_P, _M, _L, _N, _S = PlannerConfig(), MatchConfig(), LiveLayerConfig(), NavigatorConfig(), ProgressConfig()

PARAMETERS: tuple[Parameter, ...] = (
    text("world", "", "path of a world .yaml; the map and the start pose come from it"),
    text("map", "", "path of a Nav2 map .yaml, instead of a world"),
    number("map_resolution", 0.05, "m", 0.01, 0.2, "cell size of the map made from a world"),
    number("initial_pose.x", _NAN, "m", -1000.0, 1000.0, "where the robot starts in the map; NaN: the world's start"),
    number("initial_pose.y", _NAN, "m", -1000.0, 1000.0, "where the robot starts in the map; NaN: the world's start"),
    number("initial_pose.yaw", _NAN, "rad", -6.3, 6.3, "heading at the start; NaN: the world's start"),
    text("frames.map", "map", "fixed frame of map, goals and plans"),
    text("frames.odom", "odom", "frame in which /odom gives the pose"),
    text("frames.base", "base_footprint", "the robot's frame, on the floor"),
    number("rates.control", 20.0, "Hz", 5.0, 50.0, "control loop, in the node's time"),
    number("rates.transform", 10.0, "Hz", 1.0, 50.0, "how often map -> odom is sent"),
    number("rates.feedback", 2.0, "Hz", 0.2, 20.0, "feedback of the navigation actions"),
    number("transform_tolerance", 0.2, "s", 0.0, 2.0, "how far map -> odom is dated into the future"),
    number("latency", _N.latency_s, "s", 0.0, 0.5, "least delay of a command; longer is measured on odometry"),
    number("limits.linear", _C.max_linear, "m/s", 0.02, 1.0, "highest speed"),
    number("limits.angular", _C.max_angular, "rad/s", 0.1, 2.84, "highest turning speed"),
    number("limits.linear_accel", _C.linear_accel, "m/s^2", 0.05, 5.0, "highest acceleration"),
    number("limits.angular_accel", _C.angular_accel, "rad/s^2", 0.1, 10.0, "highest angular acceleration"),
    number("goal.xy_tolerance", _C.xy_tolerance_m, "m", 0.03, 1.0, "how near to the goal counts as there"),
    number("goal.yaw_tolerance", _C.yaw_tolerance, "rad", 0.03, 3.15, "how near to the goal's heading counts as there"),
    number("controller.lookahead_time", _C.lookahead_time_s, "s", 0.2, 5.0, "lookahead distance for each m/s of speed"),
    number("controller.lookahead_min", _C.lookahead_min_m, "m", 0.1, 1.0, "shortest lookahead"),
    number("controller.lookahead_max", _C.lookahead_max_m, "m", 0.1, 2.0, "longest lookahead"),
    number("controller.slow_radius", _C.slow_radius_m, "m", 0.05, 5.0, "slower on tighter bends than this"),
    number("controller.slow_clearance", _C.slow_clearance_m, "m", 0.05, 2.0, "slower with obstacles nearer than this"),
    number("planner.clearance", _P.clearance_m, "m", 0.05, 1.0, "least distance from the robot's centre to obstacles"),
    number("planner.cost_weight", _P.cost_weight, "", 0.0, 1000.0, "cost of a cell at that distance, above 1"),
    number("planner.cost_decay", _P.cost_decay_per_m, "1/m", 0.1, 50.0, "how fast the cost falls with distance"),
    number("planner.replan_period", _N.replan_period_s, "s", 0.5, 60.0, "age at which a path is renewed"),
    number("obstacles.mark_range", _L.mark_range_m, "m", 0.3, 20.0, "scan points nearer than this become obstacles"),
    number("obstacles.explained", _L.explained_m, "m", 0.05, 1.0, "a scan point this near to a mapped one is no news"),
    number("obstacles.expire", _L.expire_s, "s", 1.0, 600.0, "an obstacle not seen again is forgotten after this"),
    number("guard.margin", _G.margin_m, "m", 0.0, 0.3, "distance that the outline keeps from scan points"),
    number("guard.horizon", _G.horizon_s, "s", 0.2, 5.0, "how far ahead each command is checked"),
    number("footprint.front", _F.front_m, "m", 0.01, 1.0, "outline before the base frame"),
    number("footprint.rear", _F.rear_m, "m", 0.01, 1.0, "outline behind the base frame"),
    number("footprint.half_width", _F.half_width_m, "m", 0.01, 1.0, "outline to each side"),
    number("footprint.wheel_radius", _F.wheel_radius_m, "m", 0.0, 1.0, "wheels before and behind the base frame"),
    number("footprint.wheel_half_width", _F.wheel_half_width_m, "m", 0.0, 1.0, "outer side of the wheels"),
    number("recovery.max", _R.max_recoveries, "", 0, 100, "recoveries before a goal is aborted"),
    number("recovery.blocked", _R.blocked_s, "s", 0.1, 60.0, "patience before an obstacle"),
    number("recovery.wait", _R.wait_s, "s", 0.1, 60.0, "pause before planning again where there was no path"),
    number("recovery.distance", _R.distance_m, "m", 0.0, 1.0, "how far to drive away"),
    number("recovery.speed", _R.speed, "m/s", 0.02, 0.26, "speed of driving away"),
    number("progress.distance", _S.distance_m, "m", 0.01, 2.0, "the robot must move this far"),
    number("progress.allowance", _S.allowance_s, "s", 1.0, 120.0, "... within this time"),
    number("sensors.timeout", _N.sensor_timeout_s, "s", 0.1, 10.0, "older scan or odometry stops the robot"),
    number("sensors.patience", _N.sensor_patience_s, "s", 0.5, 600.0, "silence after which a goal is aborted"),
    number(
        "match.min_inliers", _M.min_inliers, "", 0.1, 1.0, "share of rays on mapped walls below which a scan is refused"
    ),
    number("match.max_shift", _M.max_shift_m, "m", 0.05, 5.0, "largest correction believed"),
    number("match.max_turn", _M.max_turn, "rad", 0.05, 3.15, "largest turn believed"),
    switch("waypoints.stop_on_failure", False, "end follow_waypoints at the first waypoint missed"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class NavParams:
    """What the node needs. Exactly one of `world` and `map_file` is set; `initial` None: the world's start."""

    world: Path | None
    map_file: Path | None
    map_resolution_m: float
    initial: Pose2D | None
    map_frame: str
    odom_frame: str
    base_frame: str
    control_hz: float
    transform_hz: float
    feedback_hz: float
    transform_tolerance_s: float
    stop_on_failure: bool
    core: CoreConfig


def parse(given: Mapping[str, object]) -> NavParams:
    """Check every value and build the configuration; missing names take their default. Raises ParameterError."""
    values = Values(PARAMETERS, given)
    world, map_file = values.text("world"), values.text("map")
    if bool(world) == bool(map_file):
        raise ParameterError("world", f"{world!r}, and map {map_file!r}: give one, a world or a Nav2 map .yaml")
    return NavParams(
        world=Path(world) if world else None,
        map_file=Path(map_file) if map_file else None,
        map_resolution_m=values.number("map_resolution"),
        initial=_initial(values),
        map_frame=_frame(values, "frames.map"),
        odom_frame=_frame(values, "frames.odom"),
        base_frame=_frame(values, "frames.base"),
        control_hz=values.number("rates.control"),
        transform_hz=values.number("rates.transform"),
        feedback_hz=values.number("rates.feedback"),
        transform_tolerance_s=values.number("transform_tolerance"),
        stop_on_failure=values.flag("waypoints.stop_on_failure"),
        core=_core(values),
    )


def _frame(values: Values, name: str) -> str:
    frame = values.text(name)
    if not frame or frame.startswith("/"):
        raise ParameterError(name, f"{frame!r} is no frame; give a name without a leading slash")
    return frame


def _initial(values: Values) -> Pose2D | None:
    pose = Pose2D(*(values.number(f"initial_pose.{axis}") for axis in ("x", "y", "yaw")))
    if all(math.isnan(value) for value in (pose.x, pose.y, pose.yaw)):
        return None
    if not pose.is_finite():
        raise ParameterError("initial_pose.x", f"{pose.x}, .y {pose.y}, .yaw {pose.yaw}: set all three or none")
    return pose


def _core(values: Values) -> CoreConfig:
    low, high = values.number("controller.lookahead_min"), values.number("controller.lookahead_max")
    if low > high:
        raise ParameterError(
            "controller.lookahead_min", f"{low:g} m is more than controller.lookahead_max, {high:g} m; lower it"
        )
    return CoreConfig(
        live=LiveLayerConfig(
            mark_range_m=values.number("obstacles.mark_range"),
            explained_m=values.number("obstacles.explained"),
            expire_s=values.number("obstacles.expire"),
        ),
        planner=PlannerConfig(
            clearance_m=values.number("planner.clearance"),
            cost_weight=values.number("planner.cost_weight"),
            cost_decay_per_m=values.number("planner.cost_decay"),
        ),
        match=MatchConfig(
            min_inliers=values.number("match.min_inliers"),
            max_shift_m=values.number("match.max_shift"),
            max_turn=values.number("match.max_turn"),
        ),
        motion=MotionNoise(),
        navigator=_navigator(values),
    )


def _navigator(values: Values) -> NavigatorConfig:
    return NavigatorConfig(
        controller=_controller(values),
        footprint=Footprint(
            front_m=values.number("footprint.front"),
            rear_m=values.number("footprint.rear"),
            half_width_m=values.number("footprint.half_width"),
            wheel_radius_m=values.number("footprint.wheel_radius"),
            wheel_half_width_m=values.number("footprint.wheel_half_width"),
        ),
        guard=GuardConfig(margin_m=values.number("guard.margin"), horizon_s=values.number("guard.horizon")),
        recovery=RecoveryConfig(
            max_recoveries=values.whole("recovery.max"),
            blocked_s=values.number("recovery.blocked"),
            wait_s=values.number("recovery.wait"),
            distance_m=values.number("recovery.distance"),
            speed=values.number("recovery.speed"),
        ),
        progress=ProgressConfig(
            distance_m=values.number("progress.distance"), allowance_s=values.number("progress.allowance")
        ),
        replan_period_s=values.number("planner.replan_period"),
        latency_s=values.number("latency"),
        sensor_timeout_s=values.number("sensors.timeout"),
        sensor_patience_s=values.number("sensors.patience"),
    )


def _controller(values: Values) -> ControllerConfig:
    return ControllerConfig(
        max_linear=values.number("limits.linear"),
        max_angular=values.number("limits.angular"),
        linear_accel=values.number("limits.linear_accel"),
        angular_accel=values.number("limits.angular_accel"),
        lookahead_time_s=values.number("controller.lookahead_time"),
        lookahead_min_m=values.number("controller.lookahead_min"),
        lookahead_max_m=values.number("controller.lookahead_max"),
        slow_radius_m=values.number("controller.slow_radius"),
        slow_clearance_m=values.number("controller.slow_clearance"),
        xy_tolerance_m=values.number("goal.xy_tolerance"),
        yaw_tolerance=values.number("goal.yaw_tolerance"),
    )
