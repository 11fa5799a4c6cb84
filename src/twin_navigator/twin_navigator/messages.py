"""The core's values as ROS messages; nothing here decides anything."""

from __future__ import annotations

import math
from collections.abc import Sequence

from builtin_interfaces.msg import Time
from geometry_msgs.msg import Pose as PoseMessage
from py_trees.common import Status
from std_msgs.msg import Header
from twin_interfaces.msg import BehaviorTree, BehaviorTreeNode, NavigationTrial, TwinEvent
from vision_msgs.msg import Detection2D, Detection2DArray, ObjectHypothesisWithPose

from twin_navigator.core.detector import Detection
from twin_navigator.core.events import Event
from twin_navigator.core.locations import Pose
from twin_navigator.core.mission import Trial
from twin_navigator.core.tree import TreeState

ACTOR = "twin_navigator"

_STATUS = {
    Status.INVALID: BehaviorTreeNode.INVALID,
    Status.RUNNING: BehaviorTreeNode.RUNNING,
    Status.SUCCESS: BehaviorTreeNode.SUCCESS,
    Status.FAILURE: BehaviorTreeNode.FAILURE,
}


def time_message(stamp_ns: int) -> Time:
    """Seconds and nanoseconds of a time in ns since the epoch."""
    return Time(sec=stamp_ns // 1_000_000_000, nanosec=stamp_ns % 1_000_000_000)


def event_message(event: Event, *, asset_id: str, job_id: str) -> TwinEvent:
    """The event with its payload as JSON text."""
    return TwinEvent(
        stamp=time_message(event.stamp_ns),
        event_id=event.event_id,
        asset_id=asset_id,
        job_id=job_id,
        event_type=event.type.value,
        actor=ACTOR,
        payload=event.payload_json(),
    )


def trial_message(trial: Trial, *, asset_id: str, job_id: str, frame_id: str) -> NavigationTrial:
    """The trial; an unknown start pose becomes NaN."""
    return NavigationTrial(
        header=Header(stamp=time_message(trial.ended_ns), frame_id=frame_id),
        trial_id=trial.trial_id,
        asset_id=asset_id,
        job_id=job_id,
        location=trial.label,
        start=_pose_message(trial.start or Pose(x=math.nan, y=math.nan)),
        goal=_pose_message(trial.goal),
        outcome=int(trial.outcome),
        error_code=trial.error_code,
        error_msg=trial.error_msg,
        started_at=time_message(trial.started_ns),
        duration=trial.duration_s,
        distance=trial.distance_m,
        recoveries=trial.recoveries,
    )


def detections_message(detections: Sequence[Detection], header: Header) -> Detection2DArray:
    """All detections of one image under the image's own header."""
    return Detection2DArray(header=header, detections=[_detection(detection, header) for detection in detections])


def tree_message(state: TreeState, stamp_ns: int) -> BehaviorTree:
    """The tree's nodes and its drawing."""
    nodes = [
        BehaviorTreeNode(
            id=node.id,
            parent=node.parent,
            name=node.name,
            type=node.type,
            status=_STATUS[node.status],
            message=node.message,
        )
        for node in state.nodes
    ]
    return BehaviorTree(header=Header(stamp=time_message(stamp_ns)), nodes=nodes, text=state.text)


def _pose_message(pose: Pose) -> PoseMessage:
    message = PoseMessage()
    message.position.x, message.position.y = pose.x, pose.y
    rotation = message.orientation
    rotation.x, rotation.y, rotation.z, rotation.w = pose.quat_xyzw
    return message


def _detection(detection: Detection, header: Header) -> Detection2D:
    result = ObjectHypothesisWithPose()
    result.hypothesis.class_id = detection.colour
    result.hypothesis.score = detection.score
    message = Detection2D(header=header, results=[result])
    # vision_msgs gives the box by its centre.
    message.bbox.center.position.x = detection.x + detection.width / 2.0
    message.bbox.center.position.y = detection.y + detection.height / 2.0
    message.bbox.size_x = float(detection.width)
    message.bbox.size_y = float(detection.height)
    return message
