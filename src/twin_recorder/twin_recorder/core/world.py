"""The poses of snapshots in the world, by the pose rule (`pose`)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Final

import numpy as np
import pyarrow as pa

from .batch import Batch, field_at, stamped_ns
from .pose import PoseRule, PoseState
from .rigid import Booleans, Int64s, Poses
from .transforms import Edge, Heard, Tree, from_state, heard_by_edge, in_order

TF_TYPE: Final = "tf2_msgs/msg/TFMessage"
_STATIC: Final = "tf_static"
_AMCL: Final = "amcl_pose"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Frames:
    """The world's and the robot's, without leading slashes."""

    map: str
    base: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidates:
    """A topic's messages that may become snapshots, and the poses that they bring.

    frames, children: the frame of each pose and whose it is, as numbers and what these mean. twist: where a message's
    twist is; empty for other than odometry.
    """

    batch: Batch
    own: Poses
    frames: tuple[Int64s, list[str]]
    children: tuple[Int64s, list[str]]
    twist: str

    @classmethod
    def of(cls, batch: Batch) -> Candidates:
        """Take the poses out of a batch. Raises DecodeError where a field is missing."""
        twist = "twist.twist" if "twist" in _names(batch.rows) else ""
        none = np.zeros(len(batch.rows), dtype=np.int64), [""]
        return cls(
            batch=batch,
            own=_own(batch),
            frames=_codes(batch.at("header.frame_id")),
            children=_codes(batch.at("child_frame_id")) if twist else none,
            twist=twist,
        )

    @property
    def is_amcl(self) -> bool:
        """Whether these are the localisation's own poses."""
        return self.batch.topic.rpartition("/")[2] == _AMCL

    @property
    def own_source(self) -> str:
        """What a message's own pose counts as."""
        return "odom" if self.twist else "amcl_pose" if self.is_amcl else "pose"


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """Poses of the base in the world, for some of a topic's messages: which, int64 (k,), and their poses (k,).

    is_tf: bool (k,), whether transforms made it; unplaced: how many messages have no pose for want of a transform.
    """

    of: Candidates
    which: Int64s
    poses: Poses
    is_tf: Booleans
    unplaced: int


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """Poses of each topic, in the order of the candidates, and what the next segment's poses need."""

    placed: tuple[Placed, ...]
    after: PoseState

    @property
    def sources(self) -> Mapping[str, int]:
        """How many poses came from `tf`, and were `odom`'s, `amcl_pose`'s or another topic's own `pose`."""
        counts: Counter[str] = Counter()
        for each in self.placed:
            counts["tf"] += int(each.is_tf.sum())
            counts[each.of.own_source] += int((~each.is_tf).sum())
        return {source: count for source, count in counts.items() if count}


def uses_transforms(rule: PoseRule) -> bool:
    """Whether the rule reads /tf at all."""
    return rule.rule in ("auto", "tf")


def place(
    rule: PoseRule,
    before: PoseState,
    candidates: Sequence[Candidates],
    heard: Sequence[Heard],
    *,
    first_log_ns: int,
    end_log_ns: int,
) -> World:
    """Find the poses of what becomes snapshots, from what the segment before told and the transforms of this one."""
    since_ns = _odometry_since(before, candidates)
    which = [_chosen(rule, each, since_ns) for each in candidates]
    asked = _Asked([each.batch.take(some) for each, some in zip(candidates, which, strict=True)])
    tree = Tree(_by_edge(from_state(before.transforms, first_log_ns), heard), asked.log_ns, asked.stamp_ns)
    with np.errstate(invalid="ignore", over="ignore"):
        placed = tuple(_placed(rule, tree, *each) for each in zip(candidates, which, asked.numbers, strict=True))
    remembered = tuple(tree.remembered(end_log_ns)) if uses_transforms(rule) else ()
    return World(placed=placed, after=PoseState(transforms=remembered, odometry_since_ns=since_ns))


def heard_of(batch: Batch) -> list[Heard]:
    """The transforms of a tf topic's messages. Raises DecodeError where a field is missing."""
    lists = batch.at("transforms")
    rows, each = lists.flatten(), np.repeat(batch.log_ns, lists.value_lengths().to_numpy())
    paths = [f"transform.translation.{axis}" for axis in "xyz"] + [f"transform.rotation.{axis}" for axis in "xyzw"]
    return heard_by_edge(
        _frames(field_at(rows, "header.frame_id", batch.topic)),
        _frames(field_at(rows, "child_frame_id", batch.topic)),
        is_static=batch.topic.rpartition("/")[2] == _STATIC,
        log_ns=each,
        stamp_ns=stamped_ns(rows, "header.stamp", each),
        poses=Poses.of(_numbers(field_at(rows, path, batch.topic) for path in paths)),
    )


class _Asked:
    """The queries of all topics in the order of their recording; `numbers`: where each topic's are among them."""

    def __init__(self, batches: Sequence[Batch]) -> None:
        none = np.empty(0, dtype=np.int64)
        log_ns = np.concatenate([none, *(batch.log_ns for batch in batches)])
        order = np.argsort(log_ns, kind="stable")
        place_of = np.empty_like(order)
        place_of[order] = np.arange(len(order))
        ends = np.cumsum([len(batch.log_ns) for batch in batches], dtype=np.int64)
        self.log_ns = log_ns[order]
        self.stamp_ns = np.concatenate([none, *(batch.time_ns for batch in batches)])[order]
        self.numbers = np.split(place_of, ends)[:-1]


def _odometry_since(before: PoseState, candidates: Sequence[Candidates]) -> int | None:
    """When the recording's first odometry message was recorded, ns."""
    if before.odometry_since_ns is not None:
        return before.odometry_since_ns
    return min((int(each.batch.log_ns.min()) for each in candidates if each.twist), default=None)


def _chosen(rule: PoseRule, candidates: Candidates, since_ns: int | None) -> Int64s:
    """The messages of a topic that make snapshots by this rule."""
    log_ns = candidates.batch.log_ns
    everything = np.arange(len(log_ns))
    if candidates.twist:
        return everything if rule.rule != "amcl_pose" else everything[:0]
    if not candidates.is_amcl or rule.rule == "amcl_pose":
        return everything
    if rule.rule != "auto":
        return everything[:0]
    return everything if since_ns is None else everything[log_ns <= since_ns]


def _by_edge(*parts: Sequence[Heard]) -> list[Heard]:
    """Each edge's transforms, joined."""
    by_edge: dict[Edge, list[Heard]] = {}
    for each in chain.from_iterable(parts):
        by_edge.setdefault(each.edge, []).append(each)
    return [in_order(known) for known in by_edge.values()]


def _placed(rule: PoseRule, tree: Tree, of: Candidates, which: Int64s, numbers: Int64s) -> Placed:
    """The poses of one topic; `numbers`: its queries' places in the tree's."""
    frames = _Frames(map=rule.map_frame.lstrip("/"), base=rule.base_frame.lstrip("/"))
    poses = of.own.copy() if len(which) == len(of.own) else of.own.take(which)
    if rule.rule == "tf" and of.twist:
        is_known = _based(tree, poses, np.arange(len(which)), frames, numbers)
        unplaced = int((~is_known).sum())
        return Placed(
            of=of, which=which[is_known], poses=poses.take(is_known), is_tf=is_known[is_known], unplaced=unplaced
        )
    is_tf = np.zeros(len(which), dtype=bool)
    if uses_transforms(rule):
        for frame, child, some in _by_frames(of, which):
            if child not in ("", frames.base):
                _link(tree, poses, some, (child, frames.base), numbers)
            if frame == frames.map:
                continue
            is_tf[some] = _corrected(tree, poses, some, (frames.map, frame), numbers)
            rest = some[~is_tf[some]]
            if of.twist and len(rest):
                is_tf[rest] = _based(tree, poses, rest, frames, numbers)
    return Placed(of=of, which=which, poses=poses, is_tf=is_tf, unplaced=0)


def _link(tree: Tree, poses: Poses, some: Int64s, link: tuple[str, str], numbers: Int64s) -> None:
    """Bring some poses from another of the robot's frames to the base's, where static transforms say how."""
    is_known, links = tree.look_up(*link, numbers[some], only_static=True)
    if len(links):
        known = some[is_known]
        poses.put(known, poses.take(known).then(links))


def _corrected(tree: Tree, poses: Poses, some: Int64s, frames: tuple[str, str], numbers: Int64s) -> Booleans:
    """Bring some poses from another frame to the map, where the way is known; of which of them it is."""
    is_known, corrections = tree.look_up(*frames, numbers[some])
    if len(corrections):
        known = some[is_known]
        poses.put(known, corrections.then(poses.take(known)))
    return is_known


def _based(tree: Tree, poses: Poses, some: Int64s, frames: _Frames, numbers: Int64s) -> Booleans:
    """Replace some poses by the transform from the map to the base, where it is known; of which of them it is."""
    is_known, found = tree.look_up(frames.map, frames.base, numbers[some])
    poses.put(some[is_known], found)
    return is_known


def _by_frames(of: Candidates, which: Int64s) -> Iterator[tuple[str, str, Int64s]]:
    """The chosen messages by frame and child frame, as places in `which`."""
    count = len(of.children[1])
    both = (of.frames[0] * count + of.children[0])[which]
    for code in np.unique(both):
        frame, child = divmod(int(code), count)
        yield of.frames[1][frame], of.children[1][child], np.flatnonzero(both == code)


def _codes(names: pa.Array) -> tuple[Int64s, list[str]]:
    """Frames as numbers, and what the numbers mean."""
    encoded = names.dictionary_encode()
    return encoded.indices.to_numpy().astype(np.int64), _frames(encoded.dictionary)


def _frames(names: pa.Array) -> list[str]:
    """Without the leading slash that old publishers set."""
    return [name.lstrip("/") for name in names.to_pylist()]


def _own(batch: Batch) -> Poses:
    """The poses that the messages bring."""
    pose = "pose" if "position" in _names(batch.at("pose")) else "pose.pose"
    paths = [f"{pose}.position.{axis}" for axis in "xyz"] + [f"{pose}.orientation.{axis}" for axis in "xyzw"]
    return Poses.of(_numbers(batch.at(path) for path in paths))


def _numbers(columns: Iterator[pa.Array]) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    """Columns side by side, float64 (n, k); each contiguous, as rows take them."""
    return np.stack([np.asarray(column.to_numpy(), dtype=np.float64) for column in columns]).T


def _names(rows: pa.StructArray) -> set[str]:
    return {field.name for field in rows.type}
