"""Geometry messages in another frame."""

import math

import numpy as np
import pytest
from geometry_msgs.msg import (
    Point32,
    PointStamped,
    PolygonStamped,
    PoseStamped,
    PoseWithCovarianceStamped,
    TransformStamped,
    Vector3Stamped,
)

from tf2_geometry_msgs import (
    do_transform_point,
    do_transform_polygon_stamped,
    do_transform_pose_stamped,
    do_transform_pose_with_covariance_stamped,
    do_transform_vector3,
)


@pytest.fixture
def quarter_turn() -> TransformStamped:
    """1 m ahead and a quarter turn to the left, into `map`."""
    transform = TransformStamped(child_frame_id="base")
    transform.header.frame_id = "map"
    transform.transform.translation.x = 1.0
    transform.transform.rotation.z = transform.transform.rotation.w = math.sqrt(0.5)
    return transform


def test_point_is_turned_and_moved(quarter_turn: TransformStamped) -> None:
    point = PointStamped()
    point.point.x = 2.0
    moved = do_transform_point(point, quarter_turn)
    assert (moved.point.x, moved.point.y) == pytest.approx((1.0, 2.0))
    assert moved.header.frame_id == "map"


def test_vector_is_only_turned(quarter_turn: TransformStamped) -> None:
    vector = Vector3Stamped()
    vector.vector.x = 2.0
    moved = do_transform_vector3(vector, quarter_turn)
    assert (moved.vector.x, moved.vector.y) == pytest.approx((0.0, 2.0))
    assert quarter_turn.transform.translation.x == 1.0


def test_pose_is_turned_and_moved(quarter_turn: TransformStamped) -> None:
    pose = PoseStamped()
    pose.pose.position.y = 1.0
    moved = do_transform_pose_stamped(pose, quarter_turn).pose
    assert (moved.position.x, moved.position.y) == pytest.approx((0.0, 0.0), abs=1e-12)
    assert moved.orientation.z == pytest.approx(math.sqrt(0.5))


def test_covariance_turns_with_the_pose(quarter_turn: TransformStamped) -> None:
    pose = PoseWithCovarianceStamped()
    pose.pose.covariance[0], pose.pose.covariance[21] = 4.0, 9.0
    covariance = do_transform_pose_with_covariance_stamped(pose, quarter_turn).pose.covariance.reshape(6, 6)
    np.testing.assert_allclose(np.diag(covariance), [0.0, 4.0, 0.0, 0.0, 9.0, 0.0], atol=1e-12)


def test_polygon_is_moved_point_by_point(quarter_turn: TransformStamped) -> None:
    polygon = PolygonStamped()
    polygon.polygon.points = [Point32(x=1.0), Point32(y=1.0)]
    moved = do_transform_polygon_stamped(polygon, quarter_turn).polygon.points
    np.testing.assert_allclose([(point.x, point.y) for point in moved], [(1.0, 1.0), (0.0, 0.0)], atol=1e-7)


def test_of_a_rotations_two_quaternions_the_one_with_positive_w_comes_out() -> None:
    upside_down = TransformStamped()
    upside_down.transform.rotation.x, upside_down.transform.rotation.w = 1.0, 0.0
    pose = PoseStamped()
    pose.pose.orientation.x, pose.pose.orientation.w = 1.0, 0.0
    assert do_transform_pose_stamped(pose, upside_down).pose.orientation.w == 1.0
