"""ROS shell of the simulation: parameters, topics, services, diagnostics; no physics."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from pathlib import Path

from diagnostic_msgs.msg import DiagnosticArray
from geometry_msgs.msg import PoseStamped, Twist
from std_srvs.srv import SetBool, Trigger
from twin_interfaces.srv import SetPose

from rclpy.clock import Clock
from rclpy.clock_type import ClockType
from rclpy.node import Node
from twin_node.declare import declare
from twin_node.diagnostics import ERROR, OK, WARN, diagnostics
from twin_node.logs import LogRoute
from twin_sim.errors import PlacementError, RobotModelError, TwinSimError
from twin_sim.simulator import params
from twin_sim.simulator.core.loop import SimulationLoop
from twin_sim.simulator.core.simulation import Simulation
from twin_sim.simulator.messages import MAP_FRAME, Messages
from twin_sim.simulator.outputs import Outputs
from twin_sim.world import load_world
from twin_sim.world.model import Pose2D
from twin_sim.world.urdf import parse_urdf

# Below this part of the wished real-time factor the machine is too slow: worth a warning.
_SLOW = 0.8


class MujocoSim(Node):
    """The robot and its world. Raises ParameterError or TwinSimError when one of its files or parameters is wrong."""

    def __init__(self) -> None:
        super().__init__("mujoco_sim")
        config = params.parse(declare(self, params.PARAMETERS))
        self._wanted_factor = config.real_time_factor
        urdf = _read(config.urdf)
        robot = parse_urdf(urdf)
        self._simulation = Simulation(load_world(config.world), robot, config.simulation)
        start_ns = time.time_ns() if config.start_time_s < 0.0 else round(config.start_time_s * 1e9)
        self._messages = Messages(config.simulation, start_ns)
        self._outputs = Outputs(self, self._messages, robot, with_links=config.publish_robot_state)
        self._outputs.describe(urdf)
        self._loop = SimulationLoop(self._simulation, self._outputs.publish, config.real_time_factor)
        self._open_inputs()
        self._logs = LogRoute(self.get_logger(), "twin_sim.simulator")
        self._loop.start()
        self.get_logger().info(
            f"world={self._simulation.world.name} seed={config.simulation.seed} "
            f"real_time_factor={config.real_time_factor:g} noise={config.simulation.noise.enabled}"
        )

    def destroy_node(self) -> None:
        """Also ends the simulation, before its publishers go away."""
        self._loop.stop()
        self._logs.close()
        super().destroy_node()

    def _open_inputs(self) -> None:
        self.create_subscription(Twist, "cmd_vel", self._on_command, 10)
        self.create_service(Trigger, "~/reset", self._on_reset)
        self.create_service(SetBool, "~/pause", self._on_pause)
        self.create_service(SetPose, "~/set_pose", self._on_set_pose)
        self._diagnostics = self.create_publisher(DiagnosticArray, "/diagnostics", 10)
        # Steady time: with simulated time, a paused or stuck simulation would never be reported.
        self.create_timer(1.0, self._on_diagnostics, clock=Clock(clock_type=ClockType.STEADY_TIME))

    def _on_command(self, message: Twist) -> None:
        self._loop.command(message.linear.x, message.angular.z)

    def _on_reset(self, _request: Trigger.Request, response: Trigger.Response) -> Trigger.Response:
        return self._answer(response, lambda: self._loop.call(Simulation.reset), "robot at the start")

    def _on_pause(self, request: SetBool.Request, response: SetBool.Response) -> SetBool.Response:
        done = "simulation paused" if request.data else "simulation running"
        return self._answer(response, lambda: self._loop.pause(request.data), done)

    def _on_set_pose(self, request: SetPose.Request, response: SetPose.Response) -> SetPose.Response:
        def place() -> None:
            pose = planar_pose(request.pose)
            self._loop.call(lambda simulation: simulation.set_pose(pose))

        return self._answer(response, place, "robot placed")

    def _answer(self, response: Trigger.Response, action: Callable[[], None], done: str) -> Trigger.Response:
        try:
            action()
        except TwinSimError as error:
            response.success, response.message = False, str(error)
            self.get_logger().warning(response.message)
        else:
            response.success, response.message = True, done
            self.get_logger().info(done)
        return response

    def _on_diagnostics(self) -> None:
        factor = self._loop.measured_factor()
        level, text = self._health(factor)
        values = [
            ("real_time_factor", f"{factor:.2f}"),
            ("wanted_real_time_factor", f"{self._wanted_factor:g}"),
            ("simulated_s", f"{self._simulation.time_ns / 1e9:.3f}"),
            ("world", self._simulation.world.name),
        ]
        stamp = self._messages.stamp(self._simulation.time_ns)
        self._diagnostics.publish(
            diagnostics("mujoco_sim: simulation", level, text, values, stamp, hardware_id="mujoco")
        )

    def _health(self, factor: float) -> tuple[bytes, str]:
        if not self._loop.is_alive:
            return ERROR, "the simulation has stopped; its error is in the log, restart the node"
        if self._simulation.camera_problem:
            return WARN, self._simulation.camera_problem
        if self._loop.is_paused:
            return OK, "paused"
        if factor < _SLOW * self._wanted_factor:
            wanted = f"{self._wanted_factor:g}"
            return WARN, f"{factor:.2f} times real time, {wanted} is wished; lower real_time_factor"
        return OK, f"{factor:.2f} times real time"


def planar_pose(message: PoseStamped) -> Pose2D:
    """Pose on the floor. Raises PlacementError on another frame than the map or numbers that are no pose."""
    frame = message.header.frame_id
    if frame not in ("", MAP_FRAME):
        raise PlacementError(f"frame {frame!r} is not the simulation's; give the pose in {MAP_FRAME!r}")
    position, q = message.pose.position, message.pose.orientation
    norm = math.hypot(q.x, q.y, q.z, q.w)
    if not all(math.isfinite(value) for value in (position.x, position.y, norm)) or abs(norm - 1.0) > 1e-3:
        raise PlacementError(
            f"position ({position.x}, {position.y}), quaternion of length {norm:.3f}: no pose; "
            "give finite numbers and a unit quaternion"
        )
    yaw = math.atan2(2.0 * (q.w * q.z + q.x * q.y), 1.0 - 2.0 * (q.y * q.y + q.z * q.z))
    return Pose2D(x=position.x, y=position.y, yaw=yaw)


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise RobotModelError(f"{path}: cannot be read ({error}); give the path of a URDF in parameter urdf") from error
