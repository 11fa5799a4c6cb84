"""Navigation as method calls: send a task, ask whether it is complete, get its result."""

from __future__ import annotations

from enum import Enum
from typing import Any

from action_msgs.msg import GoalStatus
from builtin_interfaces.msg import Duration as DurationMessage
from geometry_msgs.msg import Point
from nav2_msgs.action import (
    AssistedTeleop,
    BackUp,
    ComputePathThroughPoses,
    ComputePathToPose,
    DockRobot,
    DriveOnHeading,
    FollowGPSWaypoints,
    FollowPath,
    FollowWaypoints,
    NavigateThroughPoses,
    NavigateToPose,
    SmoothPath,
    Spin,
    UndockRobot,
)

import rclpy
from nav2_simple_commander._maps import Maps
from nav2_simple_commander._start_up import StartUp
from rclpy.duration import Duration


class TaskResult(Enum):
    """How a task ended; UNKNOWN before that."""

    UNKNOWN = 0
    SUCCEEDED = 1
    CANCELED = 2
    FAILED = 3


_RESULTS = {
    GoalStatus.STATUS_SUCCEEDED: TaskResult.SUCCEEDED,
    GoalStatus.STATUS_ABORTED: TaskResult.FAILED,
    GoalStatus.STATUS_CANCELED: TaskResult.CANCELED,
}


class BasicNavigator(Maps, StartUp):
    """One task at a time; a method waits for its server, without limit, as Nav2's own does.

    Methods that start a task return whether its server took it; those that compute a path wait for it.
    """

    def __init__(self, node_name: str = "basic_navigator", namespace: str = "") -> None:
        super().__init__(node_name=node_name, namespace=namespace)
        self._open_actions()

    def _open_actions(self) -> None:
        self.nav_through_poses_client: Any = self._action(NavigateThroughPoses, "navigate_through_poses")
        self.follow_waypoints_client: Any = self._action(FollowWaypoints, "follow_waypoints")
        self.follow_gps_waypoints_client: Any = self._action(FollowGPSWaypoints, "follow_gps_waypoints")
        self.follow_path_client: Any = self._action(FollowPath, "follow_path")
        self.compute_path_to_pose_client: Any = self._action(ComputePathToPose, "compute_path_to_pose")
        self.compute_path_through_poses_client: Any = self._action(
            ComputePathThroughPoses, "compute_path_through_poses"
        )
        self.smoother_client: Any = self._action(SmoothPath, "smooth_path")
        self.spin_client: Any = self._action(Spin, "spin")
        self.backup_client: Any = self._action(BackUp, "backup")
        self.drive_on_heading_client: Any = self._action(DriveOnHeading, "drive_on_heading")
        self.assisted_teleop_client: Any = self._action(AssistedTeleop, "assisted_teleop")
        self.docking_client: Any = self._action(DockRobot, "dock_robot")
        self.undocking_client: Any = self._action(UndockRobot, "undock_robot")

    def destroyNode(self) -> None:
        """As destroy_node."""
        self.destroy_node()

    # Tasks

    def goThroughPoses(self, poses: Any, behavior_tree: str = "") -> bool:
        """Drive through a list of geometry_msgs/PoseStamped without stopping."""
        goal = NavigateThroughPoses.Goal(poses=poses, behavior_tree=behavior_tree)
        self.info(f"Navigating with {len(poses)} goals....")
        rejected = f"Goal with {len(poses)} poses was rejected!"
        return self._start(self.nav_through_poses_client, "NavigateThroughPoses", goal, rejected)

    def goToPose(self, pose: Any, behavior_tree: str = "") -> bool:
        """Drive to a geometry_msgs/PoseStamped."""
        goal = NavigateToPose.Goal(pose=pose, behavior_tree=behavior_tree)
        where = f"{pose.pose.position.x} {pose.pose.position.y}"
        self.info(f"Navigating to goal: {where}...")
        return self._start(self.nav_to_pose_client, "NavigateToPose", goal, f"Goal to {where} was rejected!")

    def followWaypoints(self, poses: Any) -> bool:
        """Drive to each of a list of geometry_msgs/PoseStamped in turn, and do there what the server is set to do."""
        self.info(f"Following {len(poses)} goals....")
        rejected = f"Following {len(poses)} waypoints request was rejected!"
        return self._start(self.follow_waypoints_client, "FollowWaypoints", FollowWaypoints.Goal(poses=poses), rejected)

    def followGpsWaypoints(self, gps_poses: Any) -> bool:
        """Like `followWaypoints`, of geographic_msgs/GeoPose."""
        goal = FollowGPSWaypoints.Goal(gps_poses=gps_poses)
        self.info(f"Following {len(gps_poses)} gps goals....")
        rejected = f"Following {len(gps_poses)} gps waypoints request was rejected!"
        return self._start(self.follow_gps_waypoints_client, "FollowGPSWaypoints", goal, rejected)

    def spin(self, spin_dist: float = 1.57, time_allowance: int = 10) -> bool:
        """Turn on the spot by `spin_dist` rad, within `time_allowance` s."""
        goal = Spin.Goal(target_yaw=float(spin_dist), time_allowance=DurationMessage(sec=time_allowance))
        self.info(f"Spinning to angle {spin_dist}....")
        return self._start(self.spin_client, "Spin", goal, "Spin request was rejected!")

    def backup(self, backup_dist: float = 0.15, backup_speed: float = 0.025, time_allowance: int = 10) -> bool:
        """Drive backward by `backup_dist` m at `backup_speed` m/s, within `time_allowance` s."""
        goal = BackUp.Goal(
            target=Point(x=float(backup_dist)),
            speed=float(backup_speed),
            time_allowance=DurationMessage(sec=time_allowance),
        )
        self.info(f"Backing up {backup_dist} m at {backup_speed} m/s....")
        return self._start(self.backup_client, "Backup", goal, "Backup request was rejected!")

    def driveOnHeading(self, dist: float = 0.15, speed: float = 0.025, time_allowance: int = 10) -> bool:
        """Drive straight ahead by `dist` m at `speed` m/s, within `time_allowance` s."""
        goal = DriveOnHeading.Goal(
            target=Point(x=float(dist)), speed=float(speed), time_allowance=DurationMessage(sec=time_allowance)
        )
        self.info(f"Drive {dist} m on heading at {speed} m/s....")
        return self._start(
            self.drive_on_heading_client, "DriveOnHeading", goal, "Drive On Heading request was rejected!"
        )

    def assistedTeleop(self, time_allowance: int = 30) -> bool:
        """Let a human drive, kept from collisions, for `time_allowance` s."""
        goal = AssistedTeleop.Goal(time_allowance=DurationMessage(sec=time_allowance))
        self.info("Running 'assisted_teleop'....")
        rejected = "Assisted Teleop request was rejected!"
        return self._start(self.assisted_teleop_client, "assisted_teleop", goal, rejected)

    def followPath(self, path: Any, controller_id: str = "", goal_checker_id: str = "") -> bool:
        """Drive along a nav_msgs/Path."""
        goal = FollowPath.Goal(path=path, controller_id=controller_id, goal_checker_id=goal_checker_id)
        self.info("Executing path...")
        return self._start(self.follow_path_client, "FollowPath", goal, "Follow path was rejected!")

    def dockRobotByPose(self, dock_pose: Any, dock_type: str, nav_to_dock: bool = True) -> bool:
        """Dock at a geometry_msgs/PoseStamped; `nav_to_dock`: first drive to its staging pose."""
        goal = DockRobot.Goal(
            use_dock_id=False, dock_pose=dock_pose, dock_type=dock_type, navigate_to_staging_pose=nav_to_dock
        )
        self.info(f"Docking at pose: {dock_pose}...")
        return self._start(self.docking_client, "DockRobot", goal, "Docking request was rejected!")

    def dockRobotByID(self, dock_id: str, nav_to_dock: bool = True) -> bool:
        """Dock at a dock of the server's database; `nav_to_dock`: first drive to its staging pose."""
        goal = DockRobot.Goal(use_dock_id=True, dock_id=dock_id, navigate_to_staging_pose=nav_to_dock)
        self.info(f"Docking at dock ID: {dock_id}...")
        return self._start(self.docking_client, "DockRobot", goal, "Docking request was rejected!")

    def undockRobot(self, dock_type: str = "") -> bool:
        """Leave the dock; an empty type is that of the last docking."""
        self.info(f"Undocking from dock of type: {dock_type}...")
        return self._start(
            self.undocking_client,
            "UndockRobot",
            UndockRobot.Goal(dock_type=dock_type),
            "Undocking request was rejected!",
        )

    # The task under way

    def cancelTask(self) -> None:
        """Ask for the end of the task, and wait for the answer; it is complete when isTaskComplete() says so."""
        self.info("Canceling current task.")
        if self.result_future:
            rclpy.spin_until_future_complete(self, self.goal_handle.cancel_goal_async())

    def isTaskComplete(self) -> bool:
        """Whether the task has ended; waits up to 0.1 s for that, so that it can be asked in a loop."""
        if not self.result_future:
            return True
        rclpy.spin_until_future_complete(self, self.result_future, timeout_sec=0.10)
        if not self.result_future.result():
            return False
        self.status = self.result_future.result().status
        if self.status == GoalStatus.STATUS_SUCCEEDED:
            self.debug("Task succeeded!")
        else:
            self.debug(f"Task failed with status code: {self.status}")
        return True

    def getFeedback(self) -> Any:
        """The task's last feedback message; None before the first one."""
        return self.feedback

    def getResult(self) -> TaskResult:
        """How the task ended."""
        return _RESULTS.get(self.status, TaskResult.UNKNOWN)

    # Paths

    def getPath(self, start: Any, goal: Any, planner_id: str = "", use_start: bool = False) -> Any:
        """The nav_msgs/Path to `goal`, from `start` or (not use_start) the robot; None, and a warning, without one."""
        return self._path_of(self._getPathImpl(start, goal, planner_id, use_start))

    def _getPathImpl(self, start: Any, goal: Any, planner_id: str = "", use_start: bool = False) -> Any:
        """The whole action result, with its error code."""
        request = ComputePathToPose.Goal(start=start, goal=goal, planner_id=planner_id, use_start=use_start)
        self.info("Getting path...")
        return self._finish(self.compute_path_to_pose_client, "ComputePathToPose", request, "Get path was rejected!")

    def getPathThroughPoses(self, start: Any, goals: Any, planner_id: str = "", use_start: bool = False) -> Any:
        """Like `getPath`, by way of a list of geometry_msgs/PoseStamped."""
        return self._path_of(self._getPathThroughPosesImpl(start, goals, planner_id, use_start))

    def _getPathThroughPosesImpl(self, start: Any, goals: Any, planner_id: str = "", use_start: bool = False) -> Any:
        request = ComputePathThroughPoses.Goal(start=start, goals=goals, planner_id=planner_id, use_start=use_start)
        self.info("Getting path...")
        return self._finish(
            self.compute_path_through_poses_client, "ComputePathThroughPoses", request, "Get path was rejected!"
        )

    def smoothPath(
        self, path: Any, smoother_id: str = "", max_duration: float = 2.0, check_for_collision: bool = False
    ) -> Any:
        """The smoothed nav_msgs/Path, made within `max_duration` s; None, and a warning, without one."""
        return self._path_of(self._smoothPathImpl(path, smoother_id, max_duration, check_for_collision))

    def _smoothPathImpl(
        self, path: Any, smoother_id: str = "", max_duration: float = 2.0, check_for_collision: bool = False
    ) -> Any:
        request = SmoothPath.Goal(
            path=path,
            smoother_id=smoother_id,
            max_smoothing_duration=Duration(seconds=max_duration).to_msg(),
            check_for_collisions=check_for_collision,
        )
        self.info("Smoothing path...")
        return self._finish(self.smoother_client, "SmoothPath", request, "Smooth path was rejected!")
