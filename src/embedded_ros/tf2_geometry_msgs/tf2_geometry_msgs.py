"""One function a message type: the message in the transform's header frame."""

from __future__ import annotations

from typing import Any, TypeVar

import numpy as np
from geometry_msgs.msg import (
    Point32,
    PointStamped,
    PolygonStamped,
    Pose,
    PoseStamped,
    PoseWithCovarianceStamped,
    TransformStamped,
    Vector3Stamped,
)
from numpy.typing import ArrayLike, NDArray

from tf2_py.geometry import Quaternion, Rigid, Vector, normalized, rotate
from tf2_ros.buffer_interface import ConvertRegistration, TransformRegistration

T = TypeVar("T")


def to_msg_msg(msg: T) -> T:
    """A message is one already."""
    return msg


def from_msg_msg(msg: T) -> T:
    """A message stays one."""
    return msg


def transform_covariance(cov_in: ArrayLike, transform: TransformStamped) -> NDArray[np.float64]:
    """A pose's covariance (36 values, row by row; position, then rotation), turned into the other frame."""
    turn = np.zeros((6, 6))
    turn[:3, :3] = turn[3:, 3:] = np.column_stack([rotate(_rigid(transform).rotation, axis) for axis in _AXES])
    turned: NDArray[np.float64] = turn @ np.asarray(cov_in, dtype=np.float64).reshape(6, 6) @ turn.T
    return turned.reshape(36)


def do_transform_point(point: PointStamped, transform: TransformStamped) -> PointStamped:
    """A point: rotated and moved."""
    result = PointStamped(header=transform.header)
    _set(result.point, _rigid(transform).apply(_vector(point.point)))
    return result


def do_transform_vector3(vector3: Vector3Stamped, transform: TransformStamped) -> Vector3Stamped:
    """A direction: rotated, not moved."""
    result = Vector3Stamped(header=transform.header)
    _set(result.vector, rotate(_rigid(transform).rotation, _vector(vector3.vector)))
    return result


def do_transform_pose(pose: Pose, transform: TransformStamped) -> Pose:
    """A bare pose."""
    moved = _rigid(transform) @ Rigid(_vector(pose.position), _quaternion(pose.orientation))
    result = Pose()
    _set(result.position, moved.translation)
    orientation = result.orientation
    # Of the two quaternions of a rotation, Jazzy gives the one with w >= 0.
    sign = -1.0 if moved.rotation[3] < 0.0 else 1.0
    orientation.x, orientation.y, orientation.z, orientation.w = (sign * part for part in normalized(moved.rotation))
    return result


def do_transform_pose_stamped(pose: PoseStamped, transform: TransformStamped) -> PoseStamped:
    """A pose with a header."""
    return PoseStamped(header=transform.header, pose=do_transform_pose(pose.pose, transform))


def do_transform_pose_with_covariance_stamped(
    pose: PoseWithCovarianceStamped, transform: TransformStamped
) -> PoseWithCovarianceStamped:
    """A pose with its covariance, both turned."""
    result = PoseWithCovarianceStamped(header=transform.header)
    result.pose.pose = do_transform_pose(pose.pose.pose, transform)
    result.pose.covariance = transform_covariance(pose.pose.covariance, transform)
    return result


def do_transform_polygon_stamped(polygon: PolygonStamped, transform: TransformStamped) -> PolygonStamped:
    """A polygon, point by point."""
    result = PolygonStamped(header=transform.header)
    rigid = _rigid(transform)
    for point in polygon.polygon.points:
        x, y, z = rigid.apply(_vector(point))
        result.polygon.points.append(Point32(x=x, y=y, z=z))
    return result


_AXES: tuple[Vector, ...] = ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0))


def _vector(message: Any) -> Vector:
    return message.x, message.y, message.z


def _quaternion(message: Any) -> Quaternion:
    return message.x, message.y, message.z, message.w


def _rigid(transform: TransformStamped) -> Rigid:
    return Rigid(_vector(transform.transform.translation), _quaternion(transform.transform.rotation))


def _set(message: Any, values: Vector) -> None:
    message.x, message.y, message.z = values


def _register() -> None:
    transformers = TransformRegistration()
    transformers.add(PointStamped, do_transform_point)
    transformers.add(Vector3Stamped, do_transform_vector3)
    transformers.add(PoseStamped, do_transform_pose_stamped)
    transformers.add(PoseWithCovarianceStamped, do_transform_pose_with_covariance_stamped)
    transformers.add(PolygonStamped, do_transform_polygon_stamped)
    converters = ConvertRegistration()
    for message in (Vector3Stamped, PoseStamped, PointStamped):
        converters.add_to_msg(message, to_msg_msg)
        converters.add_from_msg(message, from_msg_msg)


_register()
