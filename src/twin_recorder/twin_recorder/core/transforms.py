"""The tree of transforms as it was known when each message was recorded.

Of an edge, a message can use the last `_REMEMBERED` transforms that were recorded before it, and none that is older
than the one an earlier message needed: that is all that a segment has to tell the next one. A transform whose stamp
isn't newer than that of the one before is left out, as in tf2; a stamp that falls back by more than `_JUMP_NS` says
that the clock was set back, and what was known before is forgotten. Localisation post-dates its transforms: one
stamped at most `_POST_DATED_NS` after a message holds for the message where none is older.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from .pose import Transform
from .rigid import Booleans, Float64s, Int64s, Poses, between

_REMEMBERED: Final = 16
_JUMP_NS: Final = 1_000_000_000
_POST_DATED_NS: Final = 2_000_000_000
# As tf2: a quaternion whose squared length is further from 1 is no rotation.
_NORM_TOLERANCE: Final = 1e-2
# A tree has one way between two frames; what isn't a tree has more, and could have very many. Who publishes two links
# both as static and not, and a short cut besides, has six; of fewer, late ones would crowd out those known before.
_MOST_WAYS: Final = 64
_MOST_STEPS: Final = 1000


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Edge:
    """A child frame in its parent; frames have no leading slash."""

    parent: str
    child: str
    is_static: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """Transforms of one edge as they were recorded; log_ns, stamp_ns: int64 (n,); stamps mean nothing if static."""

    edge: Edge
    log_ns: Int64s
    stamp_ns: Int64s
    poses: Poses

    def take(self, which: Int64s | Booleans | slice) -> Heard:
        """Some of them."""
        return Heard(
            edge=self.edge, log_ns=self.log_ns[which], stamp_ns=self.stamp_ns[which], poses=self.poses.take(which)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answers:
    """What an edge answers to each query: transforms `first` and, where `share` > 0, the one after it."""

    heard: Heard
    first: Int64s
    share: Float64s
    is_known: Booleans
    needed_from: int

    def poses(self, which: Int64s) -> Poses:
        """The transforms of some queries, all known."""
        first, share = self.first[which], self.share[which]
        found = self.heard.poses.take(first)
        is_between = share > 0.0
        if is_between.any():
            after = self.heard.poses.take(np.where(is_between, first + 1, first))
            found = found.where(is_between, between(found, after, share))
        return found


class Tree:
    """Answers for queries at log_ns (when the message was recorded, rising) and stamp_ns, int64 (n,) each."""

    def __init__(self, heard: Sequence[Heard], log_ns: Int64s, stamp_ns: Int64s) -> None:
        self._answers = {each.edge: _answers(each, log_ns, stamp_ns) for each in heard if len(each.log_ns)}
        self._neighbours: dict[str, list[tuple[str, Edge]]] = {}
        for edge in sorted(self._answers):
            self._neighbours.setdefault(edge.parent, []).append((edge.child, edge))
            self._neighbours.setdefault(edge.child, []).append((edge.parent, edge))

    def look_up(self, source: str, target: str, which: Int64s, *, only_static: bool = False) -> tuple[Booleans, Poses]:
        """From `source` to `target` for some queries: which of them have an answer (k,), and these answers."""
        is_known = np.zeros(len(which), dtype=bool)
        found = Poses(translation=np.zeros((len(which), 3)), quat_xyzw=np.zeros((len(which), 4)))
        for way in self._ways(source, target, only_static=only_static):
            open_ = np.flatnonzero(~is_known)
            if not len(open_):
                break
            has_way = np.logical_and.reduce([self._answers[edge].is_known[which[open_]] for edge, _ in way])
            open_ = open_[has_way]
            if len(open_):
                poses = self._along(way, which[open_])
                found.translation[open_], found.quat_xyzw[open_] = poses.translation, poses.quat_xyzw
                is_known[open_] = True
        return is_known, found.take(is_known)

    def remembered(self, end_log_ns: int) -> Iterator[Transform]:
        """What messages that are recorded at `end_log_ns` or later can still need."""
        for edge in sorted(self._answers):
            answers = self._answers[edge]
            known = int(np.searchsorted(answers.heard.log_ns, end_log_ns, "left"))
            newest = known - (1 if edge.is_static else _REMEMBERED)
            yield from _plain(answers.heard.take(slice(max(newest, answers.needed_from, 0), None)))

    def _along(self, way: Sequence[tuple[Edge, bool]], which: Int64s) -> Poses:
        """The transforms of a way, one after the other."""
        whole: Poses | None = None
        for edge, is_down in way:
            step = self._answers[edge].poses(which)
            step = step if is_down else step.inverse()
            whole = step if whole is None else whole.then(step)
        if whole is None:
            raise ValueError("a way has at least one step")
        return whole

    def _ways(self, source: str, target: str, *, only_static: bool) -> Iterator[list[tuple[Edge, bool]]]:
        """Ways from frame to frame, shortest first, as edges and whether each leads to its child."""
        queue: list[tuple[str, list[tuple[Edge, bool]], frozenset[str]]] = [(source, [], frozenset([source]))]
        found = 0
        for frame, way, seen in queue:
            if frame == target:
                yield way
                found += 1
            if found == _MOST_WAYS or len(queue) > _MOST_STEPS:
                return
            if frame != target:
                queue += [
                    (other, [*way, (edge, edge.parent == frame)], seen | {other})
                    for other, edge in self._neighbours.get(frame, ())
                    if other not in seen and (edge.is_static or not only_static)
                ]


def usable(heard: Heard) -> Heard:
    """Without what is no transform (not finite, no rotation) and what isn't newer than before; unit quaternions."""
    translation, quat_xyzw = heard.poses.translation, heard.poses.quat_xyzw
    with np.errstate(invalid="ignore", over="ignore"):
        squared = (quat_xyzw * quat_xyzw).sum(axis=1)
        is_one = np.isfinite(translation).all(axis=1) & (np.abs(squared - 1.0) < _NORM_TOLERANCE)
    heard = heard.take(is_one)
    unit = heard.poses.quat_xyzw / np.sqrt(squared[is_one])[:, None]
    poses = Poses(translation=heard.poses.translation, quat_xyzw=unit)
    return Heard(edge=heard.edge, log_ns=heard.log_ns, stamp_ns=heard.stamp_ns, poses=poses)


def in_order(parts: Sequence[Heard]) -> Heard:
    """What was heard of one edge, in the order of its recording, without stamps that aren't newer than before."""
    log_ns = np.concatenate([part.log_ns for part in parts])
    order = np.argsort(log_ns, kind="stable")
    whole = Heard(
        edge=parts[0].edge,
        log_ns=log_ns[order],
        stamp_ns=np.concatenate([part.stamp_ns for part in parts])[order],
        poses=Poses.joined([part.poses for part in parts]).take(order),
    )
    return whole if whole.edge.is_static else whole.take(_is_newer(whole.stamp_ns))


def from_state(transforms: Sequence[Transform], first_log_ns: int) -> list[Heard]:
    """What the segment before has told, by edge. A log time after the segment's first says that its clock went back."""
    by_edge: dict[Edge, list[Transform]] = {}
    for each in transforms:
        edge = Edge(parent=each.parent, child=each.child, is_static=each.stamp_ns is None)
        by_edge.setdefault(edge, []).append(each)
    return [
        Heard(
            edge=edge,
            log_ns=np.array([min(each.log_ns, first_log_ns) for each in known], dtype=np.int64),
            stamp_ns=np.array([each.stamp_ns or 0 for each in known], dtype=np.int64),
            poses=Poses.of(np.array([[*each.translation, *each.quat_xyzw] for each in known], dtype=np.float64)),
        )
        for edge, known in by_edge.items()
    ]


def _plain(heard: Heard) -> Iterator[Transform]:
    """As a state holds them."""
    for log_ns, stamp_ns, (x, y, z), (qx, qy, qz, qw) in zip(
        heard.log_ns.tolist(),
        heard.stamp_ns.tolist(),
        heard.poses.translation.tolist(),
        heard.poses.quat_xyzw.tolist(),
        strict=True,
    ):
        yield Transform(
            parent=heard.edge.parent,
            child=heard.edge.child,
            log_ns=log_ns,
            stamp_ns=None if heard.edge.is_static else stamp_ns,
            translation=(x, y, z),
            quat_xyzw=(qx, qy, qz, qw),
        )


def _is_newer(stamp_ns: Int64s) -> Booleans:
    """Which stamps are newer than all before them, since the clock was last set back."""
    before = np.maximum.accumulate(np.concatenate([stamp_ns[:1] - 1, stamp_ns[:-1]]))
    if (stamp_ns >= before - _JUMP_NS).all():
        return stamp_ns > before
    newest: int | None = None
    newer = []
    for stamp in stamp_ns.tolist():
        is_newer = newest is None or stamp > newest or stamp < newest - _JUMP_NS
        newest = stamp if is_newer else newest
        newer.append(is_newer)
    return np.array(newer, dtype=bool)


def _answers(heard: Heard, log_ns: Int64s, stamp_ns: Int64s) -> _Answers:
    """What one edge answers to each query."""
    known = np.searchsorted(heard.log_ns, log_ns, "left")
    if heard.edge.is_static:
        first, needed = np.maximum(known - 1, 0), known - 1
        return _Answers(
            heard=heard,
            first=first,
            share=np.zeros(len(first)),
            is_known=known > 0,
            needed_from=int(needed.max(initial=0)),
        )
    newest, begin = _newest_at(heard.stamp_ns, known, stamp_ns)
    needed = np.maximum.accumulate(np.concatenate([[0], np.maximum(newest, begin)]))
    first = np.maximum.reduce([newest, begin, known - _REMEMBERED, needed[:-1]])
    first = np.minimum(first, np.maximum(known - 1, 0))
    late_ns = heard.stamp_ns[first] - stamp_ns
    after = np.minimum(first + 1, len(heard.stamp_ns) - 1)
    has_both = (late_ns < 0) & (first + 1 < known)
    span_ns = np.where(has_both, heard.stamp_ns[after] - heard.stamp_ns[first], 1)
    return _Answers(
        heard=heard,
        first=first,
        share=np.where(has_both, -late_ns / span_ns, 0.0),
        is_known=(known > 0) & (late_ns <= _POST_DATED_NS),
        needed_from=int(needed[-1]),
    )


def _newest_at(stamps: Int64s, known: Int64s, at: Int64s) -> tuple[Int64s, Int64s]:
    """Of each query's first `known` stamps, the index of the newest not after `at`, and where the clock's run began.

    The former is before the latter where none is.
    """
    begins = np.concatenate([[0], np.flatnonzero(np.diff(stamps) < 0) + 1, [len(stamps)]])
    run = np.maximum(np.searchsorted(begins, known - 1, "right") - 1, 0)
    newest = np.empty(len(known), dtype=np.int64)
    for number in np.unique(run):
        of_run = run == number
        begin, end = begins[number], begins[number + 1]
        newest[of_run] = begin - 1 + np.searchsorted(stamps[begin:end], at[of_run], "right")
    return np.minimum(newest, known - 1), begins[run]


def heard_by_edge(
    parents: Sequence[str], children: Sequence[str], *, is_static: bool, log_ns: Int64s, stamp_ns: Int64s, poses: Poses
) -> list[Heard]:
    """Transforms of one topic, n each, by edge; those that aren't usable are left out."""
    by_edge: dict[tuple[str, str], list[int]] = {}
    for index, names in enumerate(zip(parents, children, strict=True)):
        by_edge.setdefault(names, []).append(index)
    whole: Mapping[tuple[str, str], Int64s] = {names: np.array(found) for names, found in by_edge.items()}
    return [
        usable(
            Heard(
                edge=Edge(parent=parent, child=child, is_static=is_static),
                log_ns=log_ns[found],
                stamp_ns=stamp_ns[found],
                poses=poses.take(found),
            )
        )
        for (parent, child), found in whole.items()
    ]
