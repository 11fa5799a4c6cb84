"""Goals and poses of other frames, brought into the map frame."""

from __future__ import annotations

from dataclasses import dataclass

from geometry_msgs.msg import PoseStamped

from twin_sim.nav.core.errors import FrameError
from twin_sim.nav.core.geometry import Pose2D
from twin_sim.nav.core.localizer import Localizer
from twin_sim.nav.messages import pose2d_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Frames:
    """Names of the frames that the server knows."""

    map: str
    odom: str
    base: str

    def to_map(self, message: PoseStamped, localizer: Localizer, now_s: float) -> Pose2D:
        """The pose in the map frame. Raises FrameError for another frame, NotReadyError before the robot has a pose."""
        frame, pose = message.header.frame_id, pose2d_of(message.pose)
        if frame == self.map:
            return pose
        if frame == self.odom:
            localizer.pose_at(now_s)
            return localizer.map_odom.compose(pose)
        if frame == self.base:
            return localizer.pose_at(now_s).compose(pose)
        raise FrameError(
            f"frame_id {frame!r} of pose ({pose.x:.2f}, {pose.y:.2f}) is unknown here; "
            f"give it in {self.map}, {self.odom} or {self.base}"
        )
