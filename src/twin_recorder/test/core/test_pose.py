"""The pose rule and what segments hand on."""

from __future__ import annotations

import pytest

from twin_recorder.core.errors import ConfigError, SegmentError
from twin_recorder.core.pose import PoseRule, PoseState, Transform

CORRECTION = Transform(
    parent="map",
    child="odom",
    log_ns=1_700_000_000_123_456_789,
    stamp_ns=1_700_000_000_000_000_001,
    translation=(0.1, -1e-300, 3.0),
    quat_xyzw=(0.0, 0.0, 0.6, 0.8),
)


def test_a_rule_comes_back_from_json() -> None:
    rule = PoseRule(rule="tf", map_frame="world", base_frame="base_link")
    assert PoseRule.from_json(rule.to_json()) == rule


@pytest.mark.parametrize(
    ("rule", "why"), [({"rule": "gps"}, "auto, tf, odom, amcl_pose"), ({"map_frame": "/"}, "pose.map_frame is empty")]
)
def test_a_rule_that_is_none_is_refused(rule: dict[str, str], why: str) -> None:
    with pytest.raises(ConfigError, match=why):
        PoseRule(**rule)


def test_a_state_comes_back_exactly_from_json() -> None:
    laser = Transform(
        parent="base_link", child="laser", log_ns=5, stamp_ns=None, translation=(0, 0, 0.2), quat_xyzw=(0, 0, 0, 1)
    )
    state = PoseState(transforms=(CORRECTION, laser), odometry_since_ns=1_700_000_000_000_000_003)
    assert PoseState.from_json(state.to_json()) == state


@pytest.mark.parametrize("text", ["", "[]", '{"transforms": [["a", "b", 1]], "odometry_since_ns": null}'])
def test_a_state_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(SegmentError, match="state"):
        PoseState.from_json(text)
