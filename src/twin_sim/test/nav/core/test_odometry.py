import pytest

from twin_sim.nav.core.errors import NotReadyError
from twin_sim.nav.core.geometry import Pose2D
from twin_sim.nav.core.odometry import OdometryBuffer, OdometrySample


def _buffer(*samples: tuple[float, float]) -> OdometryBuffer:
    buffer = OdometryBuffer()
    for stamp_s, x in samples:
        buffer.add(OdometrySample(stamp_s, Pose2D(x, 0.0, 0.0), 0.2, 0.0))
    return buffer


@pytest.mark.parametrize(
    ("stamp_s", "x"),
    [(10.0, 0.0), (10.05, 0.01), (10.1, 0.02), (10.2, 0.04), (11.1, 0.08), (9.0, 0.0)],
    ids=["first", "between", "last", "driven on", "driven on for 0.3 s at most", "before all"],
)
def test_pose_at_a_time(stamp_s: float, x: float) -> None:
    assert _buffer((10.0, 0.0), (10.1, 0.02)).at(stamp_s).x == pytest.approx(x)


def test_late_message_changes_nothing() -> None:
    buffer = _buffer((10.0, 0.0), (10.1, 0.02))
    assert not buffer.add(OdometrySample(10.05, Pose2D(9.0, 0.0, 0.0)))
    assert buffer.at(10.05).x == pytest.approx(0.01)


@pytest.mark.parametrize(
    ("stamp_s", "x"), [(3.0, 0.02), (10.13, 5.0)], ids=["clock set back", "pose set back to the start"]
)
def test_reset_begins_anew(stamp_s: float, x: float) -> None:
    buffer = _buffer((10.0, 0.0), (10.1, 0.02))
    assert buffer.add(OdometrySample(stamp_s, Pose2D(x, 0.0, 0.0)))
    assert buffer.latest.pose.x == x
    assert not buffer.covers(10.05)


def test_gap_in_odometry_is_no_reset() -> None:
    buffer = _buffer((10.0, 0.0))
    assert not buffer.add(OdometrySample(15.0, Pose2D(1.2, 0.0, 0.0)))
    assert buffer.covers(12.0)


def test_empty_buffer_says_what_is_missing() -> None:
    with pytest.raises(NotReadyError, match="check topic odom"):
        OdometryBuffer().at(1.0)
