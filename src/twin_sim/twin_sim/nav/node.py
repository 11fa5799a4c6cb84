"""ROS shell of the navigation server: sensors in; pose, plan and commands out; the actions are next door."""

from __future__ import annotations

import time

from diagnostic_msgs.msg import DiagnosticArray
from geometry_msgs.msg import PoseWithCovarianceStamped, Twist
from lifecycle_msgs.msg import State as LifecycleState
from lifecycle_msgs.srv import GetState
from nav_msgs.msg import OccupancyGrid, Odometry
from nav_msgs.msg import Path as PathMessage
from sensor_msgs.msg import LaserScan
from std_msgs.msg import Header

import rclpy.time
from rclpy.clock import Clock
from rclpy.clock_type import ClockType
from rclpy.node import Node
from rclpy.qos import DurabilityPolicy, QoSProfile, ReliabilityPolicy, qos_profile_sensor_data
from tf2_ros import Buffer, TransformBroadcaster, TransformException, TransformListener
from twin_node.declare import declare
from twin_node.diagnostics import OK, WARN, diagnostics
from twin_node.errors import ParameterError
from twin_node.logs import LogRoute
from twin_sim.nav import messages
from twin_sim.nav.actions import NavigationActions
from twin_sim.nav.core.controller import STOP
from twin_sim.nav.core.geometry import Pose2D
from twin_sim.nav.core.grid import Grid, load_map
from twin_sim.nav.core.planner import Path
from twin_sim.nav.core.server import Core, build_core
from twin_sim.nav.core.states import State
from twin_sim.nav.frames import Frames
from twin_sim.nav.params import PARAMETERS, NavParams, parse
from twin_sim.world.load import load_world
from twin_sim.world.map import occupancy_map

# Late subscribers (a recorder, RViz) still get the map, and nav2_simple_commander expects it of /amcl_pose.
_LATCHED = QoSProfile(depth=1, reliability=ReliabilityPolicy.RELIABLE, durability=DurabilityPolicy.TRANSIENT_LOCAL)
# Scans are matched on a finer map than paths are planned on, where the world is known exactly.
_WALLS_RESOLUTION_M = 0.025
_LOST_AFTER = 10
_REPEAT_S = 5.0
# A simulator takes 2 s to start, and longer on a busy machine.
_START_S = 10.0


class NavServer(Node):
    """Navigation server; raises ParameterError or TwinSimError if a parameter or the map it names is wrong."""

    def __init__(self) -> None:
        super().__init__("nav_server")
        self._params = parse(declare(self, PARAMETERS))
        self._frames = Frames(map=self._params.map_frame, odom=self._params.odom_frame, base=self._params.base_frame)
        self._grid, self._core = open_core(self._params)
        self._mount: Pose2D | None = None
        self._scan_header = Header()
        self._published: Path | None = None
        self._was_driving = False
        self._logs = LogRoute(self.get_logger(), "twin_sim.nav")
        self._opened_s = time.monotonic()
        self._open_topics()
        self._actions: NavigationActions | None = None
        self.create_timer(1.0 / self._params.control_hz, self._on_control)
        self.create_timer(1.0 / self._params.transform_hz, self._on_transform)
        # Steady: that no time comes is among the things to tell.
        self.create_timer(1.0, self._on_diagnostics, clock=Clock(clock_type=ClockType.STEADY_TIME))

    def destroy_node(self) -> None:
        """Also stops the robot, while there is a topic to say it on: none is left driving."""
        if self._was_driving:
            self._command_publisher.publish(messages.twist_of(STOP))
        self._logs.close()
        if self._actions is not None:
            self._actions.destroy()
        super().destroy_node()

    def _open_topics(self) -> None:
        self._command_publisher = self.create_publisher(Twist, "cmd_vel", 10)
        self._plan_publisher = self.create_publisher(PathMessage, "plan", 10)
        self._pose_publisher = self.create_publisher(PoseWithCovarianceStamped, "amcl_pose", _LATCHED)
        self._diagnostics_publisher = self.create_publisher(DiagnosticArray, "/diagnostics", 10)
        self._transform_broadcaster = TransformBroadcaster(self)
        self._map_publisher = self.create_publisher(OccupancyGrid, "map", _LATCHED)
        self._map_publisher.publish(messages.map_of(self._grid, self._frames.map, self.get_clock().now().to_msg()))
        self.create_subscription(Odometry, "odom", self._on_odometry, 50)
        self.create_subscription(LaserScan, "scan", self._on_scan, qos_profile_sensor_data)
        self.create_subscription(PoseWithCovarianceStamped, "initialpose", self._on_initial_pose, 10)
        self.create_service(GetState, "~/get_state", self._on_get_state)
        # Only for the lidar's place on the robot: given up as soon as that is known.
        self._buffer = Buffer()
        self._listener: TransformListener | None = TransformListener(self._buffer, self)

    # Sensors

    def _on_odometry(self, message: Odometry) -> None:
        self._core.navigator.senses.add_odometry(messages.sample_of(message), self._now_s())
        self._publish_estimate()

    def _on_scan(self, message: LaserScan) -> None:
        if self._mount is None:
            self._mount = self._find_mount(message.header.frame_id)
        if self._mount is None:
            return
        self._scan_header = message.header
        self._core.navigator.senses.add_scan(messages.scan_of(message, self._mount), self._now_s())
        self._publish_estimate()

    def _find_mount(self, frame: str) -> Pose2D | None:
        try:
            transform = self._buffer.lookup_transform(self._frames.base, frame, rclpy.time.Time())
        except TransformException as error:
            text = f"scan in frame {frame!r} not used: its place on {self._frames.base} isn't on /tf_static yet"
            if not self._is_starting():
                self.get_logger().warning(f"{text} ({error})", throttle_duration_sec=_REPEAT_S)
            return None
        if self._listener is not None:
            self._listener.unregister()
            self._listener = None
        return messages.mount_of(transform)

    def _on_initial_pose(self, message: PoseWithCovarianceStamped) -> None:
        if message.header.frame_id != self._frames.map:
            self.get_logger().error(
                f"initialpose in frame {message.header.frame_id!r} not used: give it in {self._frames.map!r}"
            )
            return
        pose = messages.pose2d_of(message.pose.pose)
        self._core.localizer.set_pose(pose)
        self.get_logger().info(f"robot set to ({pose.x:.2f}, {pose.y:.2f}, {pose.yaw:.2f} rad) map")

    def _publish_estimate(self) -> None:
        """The pose at the last scan, once odometry has caught up with it."""
        localizer = self._core.localizer
        stamp = self._scan_header.stamp
        if localizer.match_stamp_s != messages.seconds_of(stamp) or localizer.last_match is None:
            return
        pose = localizer.last_match.pose
        self._pose_publisher.publish(messages.estimate_of(pose, localizer.covariance, self._frames.map, stamp))
        self._scan_header = Header()

    # Timers

    def _now_s(self) -> float:
        return float(self.get_clock().now().nanoseconds) * 1e-9

    def _on_control(self) -> None:
        now_s = self._now_s()
        self._check_active(now_s)
        if self._actions is None:
            return
        command = self._actions.tick(now_s)
        if command is not None:
            self._command_publisher.publish(messages.twist_of(command))
        elif self._was_driving:
            # The goal ended between two turns of this loop: one zero, then silence.
            self._command_publisher.publish(messages.twist_of(STOP))
        self._was_driving = self._core.navigator.state is not State.IDLE
        path = self._core.navigator.path
        if path is not None and path is not self._published:
            self._published = path
            self._plan_publisher.publish(messages.path_of(path, self._frames.map, messages.time_of(now_s)))

    def _check_active(self, now_s: float) -> None:
        if self._actions is None and self._core.localizer.is_ready and not self._core.navigator.senses.missing(now_s):
            # Not before: a client that waits for the server then has its first goal taken.
            self._actions = self._open_actions()
            pose = self._core.localizer.pose_at(now_s)
            self.get_logger().info(f"active: robot at ({pose.x:.2f}, {pose.y:.2f}, {pose.yaw:.2f} rad) map")

    def _open_actions(self) -> NavigationActions:
        return NavigationActions(
            self,
            self._core,
            self._frames,
            feedback_hz=self._params.feedback_hz,
            stop_on_failure=self._params.stop_on_failure,
            publish_plan=self._plan_publisher.publish,
        )

    def _on_transform(self) -> None:
        odometry = self._core.localizer.odometry
        if not odometry:
            return
        # Dated ahead, as AMCL does, so that a listener never has to wait for the next one.
        stamp = messages.time_of(max(self._now_s(), odometry.latest.stamp_s) + self._params.transform_tolerance_s)
        self._transform_broadcaster.sendTransform(
            messages.transform_of(self._core.localizer.map_odom, self._frames.map, self._frames.odom, stamp)
        )

    def _on_diagnostics(self) -> None:
        problem = self._problem(self._now_s())
        if problem and not self._is_starting():
            self.get_logger().warning(problem, throttle_duration_sec=_REPEAT_S)
        match = self._core.localizer.last_match
        values = [
            ("state", self._core.navigator.state.value),
            ("rays on walls", f"{match.inliers:.2f}" if match is not None else "no scan yet"),
            ("scans refused in a row", str(self._core.localizer.refusals)),
        ]
        stamp = self.get_clock().now().to_msg()
        level = WARN if problem else OK
        self._diagnostics_publisher.publish(
            diagnostics("nav_server: navigation", level, problem or "ok", values, stamp)
        )

    def _is_starting(self) -> bool:
        """Whether robot or simulator, begun at the same moment, may still be on their way."""
        return self._actions is None and time.monotonic() - self._opened_s < _START_S

    def _problem(self, now_s: float) -> str:
        missing = self._core.navigator.senses.missing(now_s)
        if missing:
            return f"no goals taken: {missing}; start the robot or the simulator"
        localizer = self._core.localizer
        if localizer.refusals >= _LOST_AFTER and localizer.last_match is not None:
            reason = localizer.last_match.refused
            return f"position uncertain: {localizer.refusals} scans in a row refused ({reason}); set /initialpose"
        return ""

    def _on_get_state(self, _request: GetState.Request, response: GetState.Response) -> GetState.Response:
        is_active = self._actions is not None
        response.current_state.id = (
            LifecycleState.PRIMARY_STATE_ACTIVE if is_active else LifecycleState.PRIMARY_STATE_INACTIVE
        )
        response.current_state.label = "active" if is_active else "inactive"
        return response


def open_core(params: NavParams) -> tuple[Grid, Core]:
    """The map and the parts that work on it. Raises TwinSimError or ParameterError where they can't be used."""
    if params.world is None:
        if params.map_file is None:
            raise ParameterError("world", "empty, and so is map; give one, a world or a Nav2 map .yaml")
        grid = load_map(params.map_file)
        return grid, build_core(grid, params.initial or Pose2D(), params.core)
    world = load_world(params.world)
    start = Pose2D(world.start.x, world.start.y, world.start.yaw)
    grid = Grid.of(occupancy_map(world, params.map_resolution_m))
    walls = Grid.of(occupancy_map(world, min(_WALLS_RESOLUTION_M, params.map_resolution_m)))
    initial = params.initial or start
    return grid, build_core(grid, initial, params.core, walls, may_be_elsewhere=params.initial is None)
