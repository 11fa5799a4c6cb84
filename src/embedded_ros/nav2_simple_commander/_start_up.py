"""The navigator's start and end: the initial pose, and the lifecycle of Nav2's nodes."""

from __future__ import annotations

import time
from typing import Any

from geometry_msgs.msg import PoseStamped, PoseWithCovarianceStamped
from lifecycle_msgs.msg import State
from lifecycle_msgs.srv import GetState
from nav2_msgs.action import NavigateToPose
from nav2_msgs.srv import ManageLifecycleNodes

import rclpy
from nav2_simple_commander._task_client import TaskClient
from rclpy.qos import QoSDurabilityPolicy, QoSHistoryPolicy, QoSProfile, QoSReliabilityPolicy

_POLL_S = 0.5
"""How long a node that is not active yet is left alone before it is asked again."""


class StartUp(TaskClient):
    """What has to be so before a task can succeed."""

    def __init__(self, node_name: str, namespace: str) -> None:
        super().__init__(node_name=node_name, namespace=namespace)
        self.initial_pose: Any = PoseStamped()
        self.initial_pose.header.frame_id = "map"
        self.initial_pose_received = False
        self.nav_to_pose_client: Any = self._action(NavigateToPose, "navigate_to_pose")
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

    def setInitialPose(self, initial_pose: Any) -> None:
        """Tell the localization where the robot is (geometry_msgs/PoseStamped, frame map)."""
        self.initial_pose_received = False
        self.initial_pose = initial_pose
        self._setInitialPose()

    def waitUntilNav2Active(self, navigator: str = "bt_navigator", localizer: str = "amcl") -> None:
        """Wait until goals can be sent and (localizer amcl) the robot's pose is known.

        A navigation server without lifecycle nodes, as the embedded one, is active when it takes goals.
        """
        if localizer != "robot_localization":  # which is no lifecycle node
            self._waitForNodeToActivate(localizer)
        if localizer == "amcl":
            self._waitForInitialPose()
        self._waitForNodeToActivate(navigator)
        self.info("Nav2 is ready for use!")

    def lifecycleStartup(self) -> None:
        """Have every lifecycle manager in the graph activate its nodes."""
        self.info("Starting up lifecycle nodes based on lifecycle_manager.")
        self._manage(ManageLifecycleNodes.Request.STARTUP)
        self.info("Nav2 is ready for use!")

    def lifecycleShutdown(self) -> None:
        """Have every lifecycle manager in the graph end its nodes."""
        self.info("Shutting down lifecycle nodes based on lifecycle_manager.")
        self._manage(ManageLifecycleNodes.Request.SHUTDOWN)

    def _manage(self, command: int) -> None:
        for name, types in self.get_service_names_and_types():
            if types[0] == "nav2_msgs/srv/ManageLifecycleNodes":
                self.info(f"Calling {name}")
                client: Any = self.create_client(ManageLifecycleNodes, name)
                self._call(client, ManageLifecycleNodes.Request(command=command))
                self.destroy_client(client)

    def _waitForNodeToActivate(self, node_name: str) -> None:
        self.debug(f"Waiting for {node_name} to become active..")
        client: Any = self.create_client(GetState, f"{node_name}/get_state")
        while not self._is_active(client):
            self.info(f"{node_name} is not active, waiting...")
            time.sleep(_POLL_S)
        self.destroy_client(client)

    def _is_active(self, client: Any) -> bool:
        if client.wait_for_service(timeout_sec=_POLL_S):
            return bool(self._call(client, GetState.Request()).current_state.id == State.PRIMARY_STATE_ACTIVE)
        return bool(self.nav_to_pose_client.server_is_ready())

    def _waitForInitialPose(self) -> None:
        # Asked first, told after: a localization that knows the pose must not be moved to a guess.
        rclpy.spin_once(self, timeout_sec=1.0)
        while not self.initial_pose_received:
            self.info("Setting initial pose")
            self._setInitialPose()
            self.info("Waiting for amcl_pose to be received")
            rclpy.spin_once(self, timeout_sec=1.0)

    def _setInitialPose(self) -> None:
        msg = PoseWithCovarianceStamped(header=self.initial_pose.header)
        msg.pose.pose = self.initial_pose.pose
        self.info("Publishing Initial Pose")
        self.initial_pose_pub.publish(msg)

    def _amclPoseCallback(self, msg: Any) -> None:  # noqa: ARG002
        self.debug("Received amcl pose")
        self.initial_pose_received = True
