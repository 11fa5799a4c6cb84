"""The tree of frames: who is whose child, and how, over the last seconds."""

from __future__ import annotations

import math
import threading
from dataclasses import dataclass
from typing import Any, Final, NoReturn

from geometry_msgs.msg import TransformStamped

import rclpy.duration  # noqa: F401  # as Jazzy's: `rclpy.duration` and `rclpy.time` are there after it
from embedded_ros.absent import AbsentFromUnderlayError
from rclpy.logging import get_logger
from rclpy.time import Time
from tf2_py.cache import Cache, Link, StaticCache, TimeCache, seconds_text
from tf2_py.exceptions import (
    ConnectivityException,
    ExtrapolationException,
    InvalidArgumentException,
    LookupException,
    TransformException,
)
from tf2_py.geometry import Rigid

DEFAULT_CACHE_TIME_NS: Final = 10_000_000_000
NORMALIZATION_TOLERANCE: Final = 10e-3
_MAX_DEPTH: Final = 1000

_console = get_logger("tf2")


@dataclass(frozen=True, slots=True)
class _Walk:
    """From a frame towards the root: each frame with the transform to it, and why the walk ended where it did."""

    frames: dict[str, Rigid]
    end: str
    stopped_by: ExtrapolationException | None


class BufferCore:
    """Thread-safe. Times are `rclpy.time.Time` or `builtin_interfaces.msg.Time`; time 0 means the latest common one."""

    def __init__(self, cache_time: Any = None) -> None:
        """`cache_time`: how much of the past to keep, an rclpy Duration; 10 s if not given."""
        self._length_ns = DEFAULT_CACHE_TIME_NS if cache_time is None else int(cache_time.nanoseconds)
        self._caches: dict[str, Cache] = {}
        self._frames: set[str] = set()
        self._lock = threading.RLock()

    def set_transform(self, transform: TransformStamped, authority: str) -> None:
        """Keep a transform that held at its stamp. A bad one is logged and ignored, as tf2 does."""
        self._set(transform, authority, is_static=False)

    def set_transform_static(self, transform: TransformStamped, authority: str) -> None:
        """Keep a transform that always holds."""
        self._set(transform, authority, is_static=True)

    def clear(self) -> None:
        """Forget the past; static transforms stay."""
        with self._lock:
            self._caches = {child: cache for child, cache in self._caches.items() if isinstance(cache, StaticCache)}

    def lookup_transform_core(self, target_frame: str, source_frame: str, time: Any) -> TransformStamped:
        """What maps coordinates in `source_frame` into `target_frame`. Raises a TransformException."""
        with self._lock:
            for name, argument in ((target_frame, "target_frame"), (source_frame, "source_frame")):
                self._check_frame(name, argument, "lookupTransform")
            rigid, stamp_ns = self._lookup(target_frame, source_frame, to_ns(time))
        return _message(target_frame, source_frame, rigid, stamp_ns)

    def lookup_transform_full_core(
        self, target_frame: str, target_time: Any, source_frame: str, source_time: Any, fixed_frame: str
    ) -> TransformStamped:
        """From the source frame at one time to the target frame at another, through a frame that doesn't move."""
        with self._lock:
            frames = ((target_frame, "target_frame"), (source_frame, "source_frame"), (fixed_frame, "fixed_frame"))
            for name, argument in frames:
                self._check_frame(name, argument, "lookupTransform")
            inner, _ = self._lookup(fixed_frame, source_frame, to_ns(source_time))
            outer, stamp_ns = self._lookup(target_frame, fixed_frame, to_ns(target_time))
        return _message(target_frame, source_frame, outer @ inner, stamp_ns)

    def can_transform_core(self, target_frame: str, source_frame: str, time: Any) -> tuple[bool, str]:
        """Whether a look-up would succeed, and why not."""
        try:
            self.lookup_transform_core(target_frame, source_frame, time)
        except TransformException as error:
            return False, str(error)
        return True, ""

    def can_transform_full_core(
        self, target_frame: str, target_time: Any, source_frame: str, source_time: Any, fixed_frame: str
    ) -> tuple[bool, str]:
        """Whether a look-up through a fixed frame would succeed, and why not."""
        try:
            self.lookup_transform_full_core(target_frame, target_time, source_frame, source_time, fixed_frame)
        except TransformException as error:
            return False, str(error)
        return True, ""

    def get_latest_common_time(self, target_frame: str, source_frame: str) -> Any:
        """The newest time at which all transforms between two frames are known, as an rclpy Time."""
        with self._lock:
            for name, argument in ((target_frame, "target_frame"), (source_frame, "source_frame")):
                self._check_frame(name, argument, "getLatestCommonTime")
            return Time(nanoseconds=self._latest_common_ns(target_frame, source_frame))

    def lookupVelocityCore(self, *_args: Any, **_kwargs: Any) -> NoReturn:
        """Not in the embedded underlay."""
        raise AbsentFromUnderlayError("tf2_py.BufferCore.lookupVelocityCore")

    def lookupVelocityFullCore(self, *_args: Any) -> NoReturn:
        """Not in the embedded underlay."""
        raise NotImplementedError(
            "BufferCore.lookupVelocityFullCore() is not in the embedded underlay: use ROS 2 Jazzy"
        )

    def _frameExists(self, frame: str) -> bool:
        with self._lock:
            return frame in self._frames

    def _getFrameStrings(self) -> list[str]:
        with self._lock:
            return sorted(self._frames)

    def all_frames_as_string(self) -> str:
        """One line a frame."""
        with self._lock:
            lines = [f"Frame {child} exists with parent {cache.latest().parent}." for child, cache in self._sorted()]
        return "".join(f"{line}\n" for line in lines)

    def all_frames_as_yaml(self) -> str:
        """Every frame with its parent, its sender, its rate (Hz) and the span (s) that is known of it."""
        with self._lock:
            return "".join(_yaml_entry(child, cache) for child, cache in self._sorted()) or "{}"

    def _sorted(self) -> list[tuple[str, Cache]]:
        return sorted(self._caches.items())

    def _set(self, message: TransformStamped, authority: str, *, is_static: bool) -> None:
        child, parent = message.child_frame_id.lstrip("/"), message.header.frame_id.lstrip("/")
        rigid = _rigid(message)
        problem = _problem(child, parent, rigid)
        if problem:
            _console.error(f"TF: ignoring transform from authority '{authority}': {problem}")
            return
        link = Link(parent, rigid, to_ns(message.header.stamp), authority)
        with self._lock:
            cache = self._caches.get(child)
            if cache is None or isinstance(cache, StaticCache) is not is_static:
                cache = self._caches[child] = StaticCache(link) if is_static else TimeCache(self._length_ns)
            kept = cache.insert(link)
            self._frames |= {child, parent}
        if not kept:
            _console.warning(
                f"TF_OLD_DATA: transform of frame {child} at time {seconds_text(link.stamp_ns)} from authority "
                f"{authority} lies before the buffer's start"
            )

    def _check_frame(self, name: str, argument: str, caller: str) -> None:
        said = f'Invalid argument "{name}" passed to {caller} argument {argument}'
        if not name:
            raise InvalidArgumentException(f"{said} - in tf2 frame_ids cannot be empty")
        if name.startswith("/"):
            raise InvalidArgumentException(f"{said} - in tf2 frame_ids cannot start with a '/'")
        if name not in self._frames:
            raise LookupException(f'"{name}" passed to {caller} argument {argument} does not exist. ')

    def _lookup(self, target: str, source: str, time_ns: int) -> tuple[Rigid, int]:
        if target == source:
            cache = self._caches.get(target)
            return Rigid(), time_ns or (cache.span_ns()[1] if cache is not None else 0)
        time_ns = time_ns or self._latest_common_ns(target, source)
        up = self._walk(source, target, time_ns)
        if up.end == target:
            return up.frames[target], time_ns
        down = self._walk(target, source, time_ns, known=up.frames)
        if down.end in up.frames:
            return down.frames[down.end].inverse() @ up.frames[down.end], time_ns
        raise self._unconnected(target, source, up.stopped_by or down.stopped_by)

    def _walk(self, start: str, goal: str, time_ns: int, known: dict[str, Rigid] | None = None) -> _Walk:
        """Towards the root, until `goal` or a frame in `known` is reached."""
        frames = {start: Rigid()}
        frame = start
        while frame != goal and frame not in (known or {}) and frame in self._caches:
            try:
                link = self._caches[frame].at(time_ns)
            except ExtrapolationException as error:
                return _Walk(frames, frame, error)
            if len(frames) > _MAX_DEPTH or link.parent in frames:
                raise LookupException(f"The tf tree is invalid because it contains a loop at frame '{link.parent}'")
            frames[link.parent] = link.transform @ frames[frame]
            frame = link.parent
        return _Walk(frames, frame, None)

    def _latest_common_ns(self, target: str, source: str) -> int:
        """0 if only static transforms lie between the two. Raises ConnectivityException."""
        times: dict[str, int | None] = {}
        newest: int | None = None
        for frame, stamp_ns in self._ancestry(source):
            newest = _earlier(newest, stamp_ns)
            times[frame] = newest
        newest = None
        for frame, stamp_ns in self._ancestry(target):
            newest = _earlier(newest, stamp_ns)
            if frame in times:
                return _earlier(newest, times[frame]) or 0
        raise self._unconnected(target, source, None)

    def _ancestry(self, frame: str) -> list[tuple[str, int | None]]:
        """The frame and all above it, each with the newest time of the transform that led to it, None if static."""
        found: list[tuple[str, int | None]] = [(frame, None)]
        seen = {frame}
        while frame in self._caches:
            cache = self._caches[frame]
            frame = cache.latest().parent
            if frame in seen:
                raise LookupException(f"The tf tree is invalid because it contains a loop at frame '{frame}'")
            seen.add(frame)
            found.append((frame, None if isinstance(cache, StaticCache) else cache.span_ns()[1]))
        return found

    def _unconnected(self, target: str, source: str, cause: ExtrapolationException | None) -> TransformException:
        if cause is not None:
            return ExtrapolationException(
                f"{cause}, when looking up transform from frame [{source}] to frame [{target}]"
            )
        return ConnectivityException(
            f"Could not find a connection between '{target}' and '{source}' because they are not part of the same "
            "tree. Tf has two or more unconnected trees."
        )


def to_ns(time: Any) -> int:
    """Nanoseconds of an rclpy Time or a builtin_interfaces message."""
    nanoseconds = getattr(time, "nanoseconds", None)
    return int(time.sec) * 1_000_000_000 + int(time.nanosec) if nanoseconds is None else int(nanoseconds)


def _earlier(left: int | None, right: int | None) -> int | None:
    if left is None or right is None:
        return right if left is None else left
    return min(left, right)


def _problem(child: str, parent: str, rigid: Rigid) -> str:
    numbers = (*rigid.translation, *rigid.rotation)
    if not child:
        return "child_frame_id is not set"
    if not parent:
        return f"frame_id of child_frame_id '{child}' is not set"
    if child == parent:
        return f"frame_id and child_frame_id are both '{child}'"
    if any(math.isnan(number) for number in numbers):
        return f"child_frame_id '{child}' has a nan value in the transform {numbers}"
    if abs(math.hypot(*rigid.rotation) - 1.0) > NORMALIZATION_TOLERANCE:
        return f"child_frame_id '{child}' has an invalid quaternion {rigid.rotation}: its length is not 1"
    return ""


def _rigid(message: TransformStamped) -> Rigid:
    translation, rotation = message.transform.translation, message.transform.rotation
    return Rigid(
        (translation.x, translation.y, translation.z),
        (rotation.x, rotation.y, rotation.z, rotation.w),
    )


def _message(target: str, source: str, rigid: Rigid, stamp_ns: int) -> TransformStamped:
    message = TransformStamped(child_frame_id=source)
    message.header.frame_id = target
    message.header.stamp.sec, message.header.stamp.nanosec = divmod(stamp_ns, 1_000_000_000)
    translation, rotation = message.transform.translation, message.transform.rotation
    translation.x, translation.y, translation.z = rigid.translation
    rotation.x, rotation.y, rotation.z, rotation.w = rigid.rotation
    return message


def _yaml_entry(child: str, cache: Cache) -> str:
    oldest, newest = (stamp_ns / 1e9 for stamp_ns in cache.span_ns())
    rate = len(cache) / max(newest - oldest, 0.0001)
    link = cache.latest()
    return (
        f"{child}: \n  parent: '{link.parent}'\n  broadcaster: '{link.authority}'\n  rate: {rate:.3f}\n"
        f"  most_recent_transform: {newest:.6f}\n  oldest_transform: {oldest:.6f}\n"
        f"  buffer_length: {newest - oldest:.3f}\n"
    )
