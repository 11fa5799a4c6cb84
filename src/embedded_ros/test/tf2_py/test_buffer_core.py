"""Look-ups through the tree: chains, interpolation, time, and what can't be known."""

import math

import pytest
from geometry_msgs.msg import TransformStamped
from hypothesis import given, settings
from hypothesis import strategies as st

from rclpy.duration import Duration
from rclpy.time import Time
from tf2_py import (
    BufferCore,
    ConnectivityException,
    ExtrapolationException,
    InvalidArgumentException,
    LookupException,
)
from tf2_py.geometry import Rigid, normalized, slerp

SECOND = 1_000_000_000
LATEST = Time()


def link(parent: str, child: str, at_s: float = 0.0, x: float = 0.0, yaw: float = 0.0) -> TransformStamped:
    message = TransformStamped(child_frame_id=child)
    message.header.frame_id = parent
    message.header.stamp = Time(nanoseconds=round(at_s * SECOND)).to_msg()
    message.transform.translation.x = x
    message.transform.rotation.z, message.transform.rotation.w = math.sin(yaw / 2), math.cos(yaw / 2)
    return message


def at(seconds: float) -> Time:
    return Time(nanoseconds=round(seconds * SECOND))


def pose(found: TransformStamped) -> tuple[float, float, float]:
    rotation = found.transform.rotation
    return found.transform.translation.x, found.transform.translation.y, 2 * math.atan2(rotation.z, rotation.w)


@pytest.fixture
def buffer() -> BufferCore:
    """Map → odom (at 1 s and 2 s) → base (at 1 s … 3 s), base → laser always."""
    core = BufferCore()
    for second, x in ((1, 10.0), (2, 20.0)):
        core.set_transform(link("map", "odom", second, x), "test")
    for second, yaw in ((1, 0.0), (2, 1.0), (3, 2.0)):
        core.set_transform(link("odom", "base", second, 1.0, yaw), "test")
    core.set_transform_static(link("base", "laser", x=0.5), "test")
    return core


def test_a_chain_is_multiplied_in_order(buffer: BufferCore) -> None:
    found = buffer.lookup_transform_core("map", "laser", at(2.0))
    assert pose(found) == pytest.approx((21.0 + 0.5 * math.cos(1.0), 0.5 * math.sin(1.0), 1.0))
    assert (found.header.frame_id, found.child_frame_id) == ("map", "laser")
    assert found.header.stamp == at(2.0).to_msg()


def test_the_way_down_is_the_inverse_of_the_way_up(buffer: BufferCore) -> None:
    up, down = (
        buffer.lookup_transform_core(target, source, at(1.5)) for target, source in (("map", "laser"), ("laser", "map"))
    )
    there = Rigid(*_parts(up)) @ Rigid(*_parts(down))
    assert there.translation == pytest.approx((0.0, 0.0, 0.0), abs=1e-12)


def _parts(found: TransformStamped) -> tuple[tuple[float, float, float], tuple[float, float, float, float]]:
    t, r = found.transform.translation, found.transform.rotation
    return (t.x, t.y, t.z), (r.x, r.y, r.z, r.w)


def test_between_two_stamps_is_interpolated(buffer: BufferCore) -> None:
    assert pose(buffer.lookup_transform_core("map", "odom", at(1.25)))[0] == pytest.approx(12.5)
    assert pose(buffer.lookup_transform_core("odom", "base", at(2.5)))[2] == pytest.approx(1.5)


def test_time_zero_is_the_latest_common_time(buffer: BufferCore) -> None:
    found = buffer.lookup_transform_core("map", "base", LATEST)
    assert found.header.stamp == at(2.0).to_msg()
    assert pose(found)[2] == pytest.approx(1.0)
    assert buffer.get_latest_common_time("map", "base") == at(2.0)


def test_static_transforms_hold_at_all_times(buffer: BufferCore) -> None:
    for time in (LATEST, at(1e6)):
        assert pose(buffer.lookup_transform_core("base", "laser", time))[0] == 0.5


def test_siblings_meet_below_the_root(buffer: BufferCore) -> None:
    buffer.set_transform_static(link("base", "camera", x=0.1), "test")
    found = buffer.lookup_transform_core("camera", "laser", at(2.7))  # map → odom is not known then, and not needed
    assert pose(found)[0] == pytest.approx(0.4)


def test_the_same_frame_is_the_identity(buffer: BufferCore) -> None:
    assert pose(buffer.lookup_transform_core("base", "base", at(2.0))) == (0.0, 0.0, 0.0)


@pytest.mark.parametrize(
    ("time_s", "text"),
    [
        (2.5, r"into the future\.  Requested time 2\.500000 but the latest data is at time 2\.000000, when looking up"),
        (0.5, r"into the past\.  Requested time 0\.500000 but the earliest data is at time 1\.000000"),
    ],
)
def test_outside_of_the_buffer_is_an_extrapolation(buffer: BufferCore, time_s: float, text: str) -> None:
    with pytest.raises(ExtrapolationException, match=text):
        buffer.lookup_transform_core("map", "base", at(time_s))


def test_a_single_stamp_only_serves_its_own_time() -> None:
    core = BufferCore()
    core.set_transform(link("map", "odom", 1.0), "test")
    with pytest.raises(ExtrapolationException, match=r"at time 2\.000000, but only time 1\.000000 is in the buffer"):
        core.lookup_transform_core("map", "odom", at(2.0))


def test_unknown_frames_and_bad_names(buffer: BufferCore) -> None:
    with pytest.raises(LookupException, match='"nope" passed to lookupTransform argument target_frame does not exist'):
        buffer.lookup_transform_core("nope", "base", LATEST)
    with pytest.raises(InvalidArgumentException, match="cannot start with a '/'"):
        buffer.lookup_transform_core("/map", "base", LATEST)
    with pytest.raises(InvalidArgumentException, match="cannot be empty"):
        buffer.lookup_transform_core("map", "", LATEST)


@pytest.mark.parametrize("time", [LATEST, at(2.0)])
def test_two_trees_are_not_connected(buffer: BufferCore, time: Time) -> None:
    buffer.set_transform_static(link("elsewhere", "island"), "test")
    with pytest.raises(ConnectivityException, match="'island' and 'base' because they are not part of the same tree"):
        buffer.lookup_transform_core("island", "base", time)


def test_can_transform_says_why_not(buffer: BufferCore) -> None:
    assert buffer.can_transform_core("map", "base", at(2.0)) == (True, "")
    possible, reason = buffer.can_transform_core("map", "base", at(9.0))
    assert not possible
    assert "into the future" in reason


def test_between_two_times_through_a_fixed_frame(buffer: BufferCore) -> None:
    found = buffer.lookup_transform_full_core("base", at(1.0), "base", at(2.0), "odom")
    assert pose(found)[2] == pytest.approx(1.0)  # base turned by 1 rad in between


def test_what_is_older_than_the_cache_is_forgotten() -> None:
    core = BufferCore(Duration(seconds=2))
    for second in (1, 2, 3, 4):
        core.set_transform(link("map", "odom", second), "test")
    with pytest.raises(ExtrapolationException, match="earliest data is at time 2"):
        core.lookup_transform_core("map", "odom", at(1.5))


def test_late_transforms_are_put_in_order(buffer: BufferCore) -> None:
    buffer.set_transform(link("map", "odom", 1.5, 99.0), "test")
    assert pose(buffer.lookup_transform_core("map", "odom", at(1.5)))[0] == 99.0


@pytest.mark.parametrize(
    ("bad", "text"),
    [
        (link("map", "map"), "both 'map'"),
        (link("", "odom"), "is not set"),
        (link("map", ""), "child_frame_id is not set"),
        (link("map", "odom", x=math.nan), "nan"),
    ],
)
def test_bad_transforms_are_ignored_and_logged(
    bad: TransformStamped, text: str, capfd: pytest.CaptureFixture[str]
) -> None:
    core = BufferCore()
    core.set_transform(bad, "culprit")
    assert core.all_frames_as_string() == ""
    logged = capfd.readouterr().err
    assert text in logged
    assert "culprit" in logged


def test_a_loop_is_refused() -> None:
    core = BufferCore()
    for parent, child in (("a", "b"), ("b", "c"), ("c", "a")):
        core.set_transform_static(link(parent, child), "test")
    core.set_transform_static(link("x", "y"), "test")
    with pytest.raises(LookupException, match="contains a loop"):
        core.lookup_transform_core("x", "a", LATEST)


def test_clear_keeps_static_transforms(buffer: BufferCore) -> None:
    buffer.clear()
    assert buffer.all_frames_as_string() == "Frame laser exists with parent base.\n"


def test_yaml_lists_parent_and_sender(buffer: BufferCore) -> None:
    text = buffer.all_frames_as_yaml()
    assert "base: \n  parent: 'odom'\n  broadcaster: 'test'\n  rate: 1.500\n  most_recent_transform: 3.000000" in text


unit = st.tuples(*[st.floats(-1, 1)] * 4).filter(lambda q: math.hypot(*q) > 0.1).map(normalized)


@settings(derandomize=True, deadline=None, max_examples=60)
@given(unit, unit, st.floats(0, 1))
def test_slerp_keeps_length_and_moves_evenly(first: tuple[float, ...], second: tuple[float, ...], ratio: float) -> None:
    between = slerp(first, second, ratio)  # type: ignore[arg-type]

    def angle(a: tuple[float, ...], b: tuple[float, ...]) -> float:
        return math.acos(min(1.0, abs(sum(x * y for x, y in zip(a, b, strict=True)))))

    assert math.hypot(*between) == pytest.approx(1.0)
    assert angle(first, between) == pytest.approx(ratio * angle(first, second), abs=2e-4)


def test_frames_are_known_by_name() -> None:
    core = BufferCore()
    core.set_transform(link("map", "odom"), "test")
    assert (core._frameExists("odom"), core._frameExists("base")) == (True, False)
    assert core._getFrameStrings() == ["map", "odom"]


def test_an_absent_method_is_refused_by_name() -> None:
    with pytest.raises(ImportError, match=r"tf2_py\.BufferCore\.lookupVelocityCore is not in the embedded underlay"):
        BufferCore().lookupVelocityCore("base", "map", Time(), Duration(seconds=1))
