"""Navigation as method calls: send a task, ask whether it is complete, get its result."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from typing import Any, NoReturn

from action_msgs.msg import GoalStatus
from geometry_msgs.msg import PoseStamped, PoseWithCovarianceStamped
from nav2_msgs.action import ComputePathToPose, FollowWaypoints, NavigateToPose

import rclpy
from rclpy.action import ActionClient
from rclpy.node import Node
from rclpy.qos import QoSDurabilityPolicy, QoSHistoryPolicy, QoSProfile, QoSReliabilityPolicy


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


def _absent(name: str) -> Callable[..., NoReturn]:
    """A method of Jazzy's navigator whose server the embedded underlay does not have."""

    def method(self: BasicNavigator, *args: object, **kwargs: object) -> NoReturn:
        raise NotImplementedError(
            f"BasicNavigator.{name}() is not in the embedded underlay, which serves navigate_to_pose, "
            "follow_waypoints and compute_path_to_pose: use Nav2 on ROS 2 Jazzy"
        )

    method.__name__ = name
    return method


class BasicNavigator(Node):
    """One task at a time; a method waits for its server, without limit, as Nav2's own does."""

    goThroughPoses = _absent("goThroughPoses")
    followGpsWaypoints = _absent("followGpsWaypoints")
    followPath = _absent("followPath")
    getPathThroughPoses = _absent("getPathThroughPoses")
    smoothPath = _absent("smoothPath")
    spin = _absent("spin")
    backup = _absent("backup")
    driveOnHeading = _absent("driveOnHeading")
    assistedTeleop = _absent("assistedTeleop")
    dockRobotByPose = _absent("dockRobotByPose")
    dockRobotByID = _absent("dockRobotByID")
    undockRobot = _absent("undockRobot")
    changeMap = _absent("changeMap")
    clearAllCostmaps = _absent("clearAllCostmaps")
    clearLocalCostmap = _absent("clearLocalCostmap")
    clearGlobalCostmap = _absent("clearGlobalCostmap")
    clearCostmapExceptRegion = _absent("clearCostmapExceptRegion")
    clearCostmapAroundRobot = _absent("clearCostmapAroundRobot")
    clearCostmapAroundPose = _absent("clearCostmapAroundPose")
    getGlobalCostmap = _absent("getGlobalCostmap")
    getLocalCostmap = _absent("getLocalCostmap")
    lifecycleStartup = _absent("lifecycleStartup")
    lifecycleShutdown = _absent("lifecycleShutdown")

    def __init__(self, node_name: str = "basic_navigator", namespace: str = "") -> None:
        super().__init__(node_name=node_name, namespace=namespace)
        self.initial_pose: Any = PoseStamped()
        self.initial_pose.header.frame_id = "map"
        self.goal_handle: Any = None
        self.result_future: Any = None
        self.feedback: Any = None
        self.status: int | None = None
        self.initial_pose_received = False
        self.nav_to_pose_client: Any = ActionClient(self, NavigateToPose, "navigate_to_pose")
        self.follow_waypoints_client: Any = ActionClient(self, FollowWaypoints, "follow_waypoints")
        self.compute_path_to_pose_client: Any = ActionClient(self, ComputePathToPose, "compute_path_to_pose")
        latched = QoSProfile(
            durability=QoSDurabilityPolicy.TRANSIENT_LOCAL,
            reliability=QoSReliabilityPolicy.RELIABLE,
            history=QoSHistoryPolicy.KEEP_LAST,
            depth=1,
        )
        self.localization_pose_sub: Any = self.create_subscription(
            PoseWithCovarianceStamped, "amcl_pose", self._amclPoseCallback, latched
        )
        self.initial_pose_pub: Any = self.create_publisher(PoseWithCovarianceStamped, "initialpose", 10)

    def destroyNode(self) -> None:
        """As destroy_node."""
        self.destroy_node()

    def destroy_node(self) -> None:
        """Give up the action clients and the node."""
        for client in (self.nav_to_pose_client, self.follow_waypoints_client, self.compute_path_to_pose_client):
            client.destroy()
        super().destroy_node()

    def setInitialPose(self, initial_pose: Any) -> None:
        """Tell the localization where the robot is (geometry_msgs/PoseStamped, frame map)."""
        self.initial_pose_received = False
        self.initial_pose = initial_pose
        self._setInitialPose()

    def goToPose(self, pose: Any, behavior_tree: str = "") -> bool:
        """Start driving to a geometry_msgs/PoseStamped; False if the goal was rejected."""
        goal = NavigateToPose.Goal()
        goal.pose = pose
        goal.behavior_tree = behavior_tree
        position = pose.pose.position
        where = f"{position.x} {position.y}"
        self.info(f"Navigating to goal: {where}...")
        return self._start(self.nav_to_pose_client, "NavigateToPose", goal, f"Goal to {where} was rejected!")

    def followWaypoints(self, poses: Any) -> bool:
        """Start driving along a list of geometry_msgs/PoseStamped; False if they were rejected."""
        goal = FollowWaypoints.Goal()
        goal.poses = poses
        self.info(f"Following {len(goal.poses)} goals....")
        rejected = f"Following {len(poses)} waypoints request was rejected!"
        return self._start(self.follow_waypoints_client, "FollowWaypoints", goal, rejected)

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

    def waitUntilNav2Active(self, navigator: str = "bt_navigator", localizer: str = "amcl") -> None:
        """Wait until goals can be sent and (localizer amcl) the robot's pose is known.

        The embedded navigation server has no lifecycle: it is active when its action server is there.
        """
        self.debug(f"Waiting for {navigator} to become active..")
        self._wait_for_server(self.nav_to_pose_client, "NavigateToPose")
        if localizer == "amcl":
            self._waitForInitialPose()
        self.info("Nav2 is ready for use!")

    def getPath(self, start: Any, goal: Any, planner_id: str = "", use_start: bool = False) -> Any:
        """The nav_msgs/Path to `goal`, from `start` or (not use_start) the robot; None, and a warning, without one."""
        result = self._getPathImpl(start, goal, planner_id, use_start)
        if self.status != GoalStatus.STATUS_SUCCEEDED or result is None:
            self.warn(f"Getting path failed with status code: {self.status}")
            return None
        return result.path

    def _getPathImpl(self, start: Any, goal: Any, planner_id: str = "", use_start: bool = False) -> Any:
        """The whole action result, with its error code."""
        request = ComputePathToPose.Goal()
        request.start = start
        request.goal = goal
        request.planner_id = planner_id
        request.use_start = use_start
        self.info("Getting path...")
        self.status = None
        if not self._start(self.compute_path_to_pose_client, "ComputePathToPose", request, "Get path was rejected!"):
            return None
        rclpy.spin_until_future_complete(self, self.result_future)
        self.status = self.result_future.result().status
        return self.result_future.result().result

    def _start(self, client: Any, action: str, goal: Any, rejected: str) -> bool:
        self._wait_for_server(client, action)
        sent = client.send_goal_async(goal, self._feedbackCallback)
        rclpy.spin_until_future_complete(self, sent)
        self.goal_handle = sent.result()
        if not self.goal_handle.accepted:
            self.error(rejected)
            return False
        self.result_future = self.goal_handle.get_result_async()
        return True

    def _wait_for_server(self, client: Any, action: str) -> None:
        self.debug(f"Waiting for '{action}' action server")
        while not client.wait_for_server(timeout_sec=1.0):
            self.info(f"'{action}' action server not available, waiting...")

    def _waitForInitialPose(self) -> None:
        # Asked first, told after: a localization that knows the pose must not be moved to a guess.
        rclpy.spin_once(self, timeout_sec=1.0)
        while not self.initial_pose_received:
            self.info("Setting initial pose")
            self._setInitialPose()
            self.info("Waiting for amcl_pose to be received")
            rclpy.spin_once(self, timeout_sec=1.0)

    def _amclPoseCallback(self, msg: Any) -> None:  # noqa: ARG002
        self.debug("Received amcl pose")
        self.initial_pose_received = True

    def _feedbackCallback(self, msg: Any) -> None:
        self.debug("Received action feedback message")
        self.feedback = msg.feedback

    def _setInitialPose(self) -> None:
        msg = PoseWithCovarianceStamped()
        msg.pose.pose = self.initial_pose.pose
        msg.header = self.initial_pose.header
        self.info("Publishing Initial Pose")
        self.initial_pose_pub.publish(msg)

    def info(self, msg: str) -> None:
        """Log at INFO."""
        self.get_logger().info(msg)

    def warn(self, msg: str) -> None:
        """Log at WARN."""
        self.get_logger().warning(msg)

    def error(self, msg: str) -> None:
        """Log at ERROR."""
        self.get_logger().error(msg)

    def debug(self, msg: str) -> None:
        """Log at DEBUG."""
        self.get_logger().debug(msg)
