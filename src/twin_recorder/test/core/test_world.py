"""Where a snapshot's pose comes from: the pose rule, transforms in time, and segments that hand on what they know."""

from __future__ import annotations

import math
import os
from dataclasses import replace
from typing import Any
from uuid import UUID

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from twin_recorder.core.buffers import Buffers
from twin_recorder.core.definitions import Definitions
from twin_recorder.core.pose import PoseRule, PoseState
from twin_recorder.core.project import Projection, project
from twin_recorder.core.segment import SegmentContents, SegmentInfo, Stream
from twin_recorder.core.topics import TopicTable

# As in test_properties: TWIN_PROPERTY_EXAMPLES makes it longer.
EXAMPLES = int(os.environ.get("TWIN_PROPERTY_EXAMPLES", "4"))
LOG_NS = 1_700_000_000_000_000_000
TYPES = {
    "/odom": "nav_msgs/msg/Odometry",
    "/tf": "tf2_msgs/msg/TFMessage",
    "/tf_static": "tf2_msgs/msg/TFMessage",
    "/amcl_pose": "geometry_msgs/msg/PoseWithCovarianceStamped",
}
QUARTER = math.pi / 2
# Log time (ns after LOG_NS), topic, message.
Event = tuple[int, str, bytes]


class World:
    """Projects events by a rule."""

    def __init__(self, definitions: Definitions, topics: TopicTable) -> None:
        self._definitions = definitions
        self._info = SegmentInfo(segment_id=UUID(int=7), asset_id="a", job_id="j", topics=topics)

    def project(self, events: list[Event], rule: PoseRule, before: PoseState = PoseState()) -> Projection:  # noqa: B008
        streams = []
        for topic in dict.fromkeys(topic for _, topic, _ in events):
            own = [(log, cdr) for log, name, cdr in events if name == topic]
            streams.append(
                Stream(
                    topic=topic,
                    definition=self._definitions.find(TYPES[topic]),
                    log_ns=np.array([LOG_NS + log for log, _ in own]),
                    sequence=np.arange(len(own)),
                    payloads=Buffers.of(cdr for _, cdr in own),
                )
            )
        info = replace(self._info, pose=rule)
        contents = SegmentContents(info=info, streams=tuple(streams), lost={}, size_bytes=0, pose_before=before)
        return project(contents, "raw.mcap")

    def poses(self, events: list[Event], rule: PoseRule | None = None) -> list[tuple[float, float, float]]:
        """x, y and yaw of each snapshot."""
        return planar(self.project(events, rule or PoseRule()).tables.get("twins.state_snapshots"))


def planar(table: pa.Table | None) -> list[tuple[float, float, float]]:
    if table is None:
        return []
    columns = [
        table[f"{name}"].to_pylist() for name in ("position_x", "position_y", "orientation_qz", "orientation_qw")
    ]
    return [(x, y, 2 * math.atan2(z, w)) for x, y, z, w in zip(*columns, strict=True)]


@pytest.fixture(scope="module")
def world(definitions: Definitions, topics: TopicTable) -> World:
    return World(definitions, topics)


def numbered(*messages: tuple[str, bytes]) -> list[Event]:
    return [(number, topic, cdr) for number, (topic, cdr) in enumerate(messages)]


def test_odometry_is_composed_with_the_map_to_odom_transform(world: World, messages: Any) -> None:
    events = numbered(
        ("/tf", messages.tf(0, ("map", "odom", 10.0, 0.0, QUARTER))), ("/odom", messages.posed(1, 1.0, 2.0, 0.5))
    )
    assert world.poses(events) == [pytest.approx((8.0, 1.0, QUARTER + 0.5))]
    assert world.project(events, PoseRule()).pose_sources == {"tf": 1}


def test_odometry_keeps_its_own_pose_until_a_transform_is_known(world: World, messages: Any) -> None:
    events = numbered(
        ("/odom", messages.posed(0, 1.0, 2.0, 0.5)),
        ("/tf", messages.tf(0, ("map", "odom", 10.0, 0.0, 0.0))),
        ("/odom", messages.posed(1, 1.0, 2.0, 0.5)),
    )
    assert world.poses(events) == [pytest.approx((1.0, 2.0, 0.5)), pytest.approx((11.0, 2.0, 0.5))]
    assert world.project(events, PoseRule()).pose_sources == {"odom": 1, "tf": 1}


def test_a_transform_is_interpolated_between_its_neighbours_and_held_after_the_newest(
    world: World, messages: Any
) -> None:
    corrections = [("/tf", messages.tf(i, ("map", "odom", float(i), 0.0, i / 10))) for i in (10, 0, 20)]
    events = numbered(*corrections, *[("/odom", messages.posed(i, 0.0, 0.0, 0.0)) for i in (10, 15, 20, 29)])
    assert world.poses(events) == [pytest.approx((x, 0.0, x / 10)) for x in (10.0, 15.0, 20.0, 20.0)]


def test_a_post_dated_transform_holds_before_its_stamp(world: World, messages: Any) -> None:
    correction = "/tf", messages.tf(30, ("map", "odom", 5.0, 0.0, 0.0))
    events = numbered(correction, *[("/odom", messages.posed(i, 0.0, 0.0, 0.0)) for i in (9, 10, 30)])
    assert [x for x, _, _ in world.poses(events)] == [0.0, 5.0, 5.0]


def test_a_transform_recorded_later_counts_for_no_message_before(world: World, messages: Any) -> None:
    events = numbered(
        ("/odom", messages.posed(5, 1.0, 0.0, 0.0)), ("/tf", messages.tf(0, ("map", "odom", 10.0, 0.0, 0.0)))
    )
    assert world.poses(events) == [pytest.approx((1.0, 0.0, 0.0))]


def test_frames_may_have_a_leading_slash(world: World, messages: Any) -> None:
    events = numbered(
        ("/tf", messages.tf(0, ("/map", "/odom", 10.0, 0.0, 0.0))),
        ("/odom", messages.posed(1, 1.0, 0.0, 0.0, frame_id="/odom", child="/base_footprint")),
    )
    assert world.poses(events, PoseRule(map_frame="/map")) == [pytest.approx((11.0, 0.0, 0.0))]


def test_a_base_that_is_published_in_the_map_wins_over_an_unconnected_odometry(world: World, messages: Any) -> None:
    events = numbered(
        ("/tf", messages.tf(0, ("map", "base_footprint", 3.0, 4.0, 1.0))), ("/odom", messages.posed(0, 9.0, 9.0, 0.0))
    )
    assert world.poses(events) == [pytest.approx((3.0, 4.0, 1.0))]


def test_odometry_of_another_link_is_brought_to_the_base(world: World, messages: Any) -> None:
    events = numbered(
        ("/tf_static", messages.tf(0, ("base_footprint", "wheel", 0.0, 0.5, 0.0))),
        ("/odom", messages.posed(0, 1.0, 0.0, QUARTER, child="wheel")),
        ("/odom", messages.posed(0, 1.0, 0.0, QUARTER, child="somewhere")),
    )
    assert world.poses(events) == [pytest.approx((1.5, 0.0, QUARTER)), pytest.approx((1.0, 0.0, QUARTER))]


def test_a_chain_is_followed_in_both_directions(world: World, messages: Any) -> None:
    chain = ("map", "world", 1.0, 0.0, 0.0), ("odom", "world", 0.0, 2.0, QUARTER)
    events = numbered(("/tf", messages.tf(0, *chain)), ("/odom", messages.posed(0, 3.0, 0.0, 0.0)))
    # The world is at (0, 2) in odom and turned by 90 degrees: odom is at (-2, 0) in the world, turned back.
    assert world.poses(events) == [pytest.approx((-1.0, -3.0, -QUARTER))]


def test_amcl_pose_makes_snapshots_until_odometry_comes(world: World, messages: Any) -> None:
    amcl = "/amcl_pose", messages.amcl(0, 7.0, 8.0, 0.0)
    assert world.poses([(0, *amcl), (1, *amcl)]) == [pytest.approx((7.0, 8.0, 0.0))] * 2
    events = numbered(amcl, ("/odom", messages.posed(0, 1.0, 0.0, 0.0)), amcl)
    assert world.project(events, PoseRule()).pose_sources == {"amcl_pose": 1, "odom": 1}


@pytest.mark.parametrize(
    ("rule", "sources"),
    [("auto", {"tf": 2}), ("odom", {"odom": 2}), ("amcl_pose", {"amcl_pose": 1}), ("tf", {"tf": 1})],
)
def test_the_rule_chooses_the_source(world: World, messages: Any, rule: str, sources: dict[str, int]) -> None:
    events = numbered(
        ("/tf", messages.tf(0, ("map", "odom", 1.0, 0.0, 0.0))),
        ("/odom", messages.posed(0, 1.0, 0.0, 0.0)),
        ("/amcl_pose", messages.amcl(0, 7.0, 8.0, 0.0)),
        ("/tf", messages.tf(0, ("odom", "base_footprint", 1.5, 0.0, 0.0))),
        ("/odom", messages.posed(0, 1.0, 0.0, 0.0)),
    )
    projection = world.project(events, PoseRule(rule=rule))
    assert projection.pose_sources == sources
    assert [skipped.messages for skipped in projection.skipped] == ([1] if rule == "tf" else [])


def test_a_transform_that_is_none_is_left_out(world: World, messages: Any) -> None:
    bad = [("map", "odom", math.nan, 0.0, 0.0), ("map", "odom", 2.0, 0.0, math.nan)]
    events = numbered(
        ("/tf", messages.tf(0, ("map", "odom", 1.0, 0.0, 0.0))),
        *[("/tf", messages.tf(i, each)) for i, each in enumerate(bad, start=1)],
        ("/odom", messages.posed(9, 0.0, 0.0, 0.0)),
    )
    assert world.poses(events) == [pytest.approx((1.0, 0.0, 0.0))]


def test_a_transform_without_a_stamp_holds_from_its_recording_on(world: World, messages: Any) -> None:
    unstamped = messages.definitions.store.deserialize_cdr(messages.tf(0, ("map", "odom", 2.0, 0.0, 0.0)), TYPES["/tf"])
    unstamped.transforms[0].header.stamp.sec = 0
    second = 1_000_000_000
    events = [(0, "/tf", messages.tf(0, ("map", "odom", 1.0, 0.0, 0.0))), (second, "/tf", messages.cdr(unstamped))]
    events += [(3 * second + i, "/odom", messages.posed(i, 0.0, 0.0, 0.0)) for i in (0, 5, 10, 20)]
    assert [x for x, _, _ in world.poses(events)] == [1.0, 1.5, 2.0, 2.0]


def test_transforms_that_come_later_crowd_out_no_way(world: World, messages: Any) -> None:
    """Links that are published as static and not, and a short cut besides: six ways, of which one was known in time."""
    links = [("map", "odom", 1.0, 0.0, 0.0), ("odom", "base_footprint", 2.0, 0.0, 0.0)]
    short_cut = ("map", "base_footprint", 9.0, 0.0, 0.0)
    events = numbered(
        ("/tf_static", messages.tf(0, *links)),
        ("/odom", messages.posed(1, 0.0, 0.0, 0.0)),
        ("/tf", messages.tf(2, *links, short_cut)),
        ("/tf_static", messages.tf(3, short_cut)),
    )
    assert world.poses(events, PoseRule(rule="tf")) == [pytest.approx((3.0, 0.0, 0.0))]


def test_poses_that_are_not_finite_stay_so(world: World, messages: Any) -> None:
    ((x, y, _),) = world.poses(numbered(("/odom", messages.posed(0, math.nan, math.inf, 0.0))))
    assert (math.isnan(x), y) == (True, math.inf)


def test_a_clock_that_is_set_back_forgets_the_transforms_before(world: World, messages: Any) -> None:
    events = numbered(
        ("/tf", messages.tf(500, ("map", "odom", 50.0, 0.0, 0.0))),
        ("/odom", messages.posed(500, 0.0, 0.0, 0.0)),
        ("/odom", messages.posed(1, 0.0, 0.0, 0.0)),
        ("/tf", messages.tf(1, ("map", "odom", 1.0, 0.0, 0.0))),
        ("/odom", messages.posed(2, 0.0, 0.0, 0.0)),
    )
    assert [x for x, _, _ in world.poses(events)] == [50.0, 0.0, 1.0]


FRAMES = st.sampled_from(
    [
        ("map", "odom"),
        ("map", "odom"),
        ("map", "odom"),
        ("odom", "base_footprint"),
        ("base_footprint", "link"),
        ("/map", "base_footprint"),
    ]
)
STEPS = st.integers(-8, 15)


@st.composite
def recordings(draw: Any, messages: Any) -> list[list[Event]]:
    """Events in the order of their log times (0.1 s steps, some equal), cut into segments.

    Of two topics at one instant nobody knows which was first: /amcl_pose has instants of its own.
    """
    segments: list[list[Event]] = [[]]
    step, is_taken = 40, False
    for _ in range(draw(st.integers(1, 40))):
        kind = draw(st.sampled_from(["/odom", "/odom", "/tf", "/tf", "/tf_static", "/amcl_pose"]))
        step += draw(st.integers(0, 2)) + (is_taken or kind == "/amcl_pose")
        is_taken = kind == "/amcl_pose"
        stamp, where = max(0, step + draw(STEPS)), (draw(STEPS) / 7, draw(STEPS) / 3, draw(STEPS) / 5)
        if kind == "/odom":
            frame = draw(st.sampled_from(["odom", "/odom", "map", ""]))
            child = draw(st.sampled_from(["base_footprint", "link"]))
            cdr = messages.posed(stamp, *where, frame_id=frame, child=child)
        elif kind == "/amcl_pose":
            cdr = messages.amcl(stamp, *where)
        else:
            cdr = messages.tf(stamp, *[(*draw(FRAMES), *where) for _ in range(draw(st.integers(1, 2)))])
        if segments[-1] and draw(st.booleans()):
            segments.append([])
        segments[-1].append((step * 100_000_000, kind, cdr))
    return segments


def without_ids(projections: list[Projection]) -> list[str]:
    """The snapshots as texts, which tell every two numbers apart; sorted, as a table's rows have no order."""
    tables = [each.tables.get("twins.state_snapshots") for each in projections]
    rows = [row for table in tables if table is not None for row in table.to_pylist()]
    return sorted(repr({**row, "snapshot_id": None}) for row in rows)


@pytest.mark.parametrize("rule", ["auto", "tf"])
@settings(max_examples=12 * EXAMPLES, deadline=None, derandomize=True, database=None)
@given(data=st.data())
def test_rows_do_not_depend_on_where_a_recording_is_cut(
    world: World, messages: Any, rule: str, data: st.DataObject
) -> None:
    segments = data.draw(recordings(messages))
    state, cut = PoseState(), []
    for segment in segments:
        cut.append(world.project(segment, PoseRule(rule=rule), state))
        state = PoseState.from_json(cut[-1].pose_after.to_json())
    whole = world.project([event for segment in segments for event in segment], PoseRule(rule=rule))
    assert without_ids(cut) == without_ids([whole])
