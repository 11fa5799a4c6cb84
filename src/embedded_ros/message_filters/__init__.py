"""Filters that messages go through: what is connected to a filter gets its output."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

from rclpy.clock import ROSClock
from rclpy.duration import Duration
from rclpy.logging import get_logger
from rclpy.time import Time

__all__ = ["ApproximateTimeSynchronizer", "Cache", "SimpleFilter", "Subscriber", "TimeSynchronizer"]

Queue: TypeAlias = dict[int, Any]
"""Messages by stamp, ns."""


class SimpleFilter:
    """Base of filters: calls back with its output."""

    def __init__(self) -> None:
        self.callbacks: dict[int, tuple[Callable[..., Any], tuple[Any, ...]]] = {}

    def registerCallback(self, cb: Callable[..., Any], *args: Any) -> int:
        """Have `cb` called with each output, `args` after it; gives the connection's number."""
        connection = len(self.callbacks)
        self.callbacks[connection] = (cb, args)
        return connection

    def signalMessage(self, *msg: Any) -> None:
        """Give an output to everyone who is connected."""
        for callback, args in list(self.callbacks.values()):
            callback(*msg, *args)


class Subscriber(SimpleFilter):
    """A subscription as a filter: takes a node, and then what `Node.create_subscription` takes but the callback.

    Attributes of the subscription are attributes of the filter.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__()
        self.node, message_type, self.topic = args[:3]
        kwargs.setdefault("qos_profile", 10)
        self.sub = self.node.create_subscription(message_type, self.topic, self.callback, *args[3:], **kwargs)

    def callback(self, msg: Any) -> None:
        """Pass a message on."""
        self.signalMessage(msg)

    def getTopic(self) -> str:
        """The topic's name as it was given."""
        topic: str = self.topic
        return topic

    def __getattr__(self, key: str) -> Any:
        if key == "sub":  # it is being made
            raise AttributeError(key)
        return getattr(self.sub, key)


class Cache(SimpleFilter):
    """The last `cache_size` messages in the order of their arrival, by stamp.

    `allow_headerless`: keep messages without a stamp, at the time of their arrival; else they are left out.
    """

    def __init__(self, f: SimpleFilter, cache_size: int = 1, allow_headerless: bool = False) -> None:
        super().__init__()
        self.cache_size = cache_size
        self.cache_msgs: list[Any] = []
        self.cache_times: list[Time] = []
        self.allow_headerless = allow_headerless
        self.connectInput(f)

    def connectInput(self, f: SimpleFilter) -> None:
        """Take the output of a filter."""
        self.incoming_connection = f.registerCallback(self.add)

    def add(self, msg: Any) -> None:
        """Keep a message, and pass it on."""
        stamp = _stamp(msg, self.allow_headerless, "message_filters_cache")
        if stamp is None:
            return
        self.cache_msgs.append(msg)
        self.cache_times.append(stamp)
        del self.cache_msgs[: -self.cache_size], self.cache_times[: -self.cache_size]
        self.signalMessage(msg)

    def getInterval(self, from_stamp: Time, to_stamp: Time) -> list[Any]:
        """Messages from one time to another, both included. Raises AssertionError if they are the wrong way round."""
        if from_stamp > to_stamp:
            raise AssertionError(f"{from_stamp} is after {to_stamp}")
        return [msg for msg, time in self._known() if from_stamp <= time <= to_stamp]

    def getElemAfterTime(self, stamp: Time) -> Any:
        """The first message at this time or later, None without one."""
        return next((msg for msg, time in self._known() if time >= stamp), None)

    def getElemBeforeTime(self, stamp: Time) -> Any:
        """The last message at this time or earlier, None without one."""
        return next((msg for msg, time in reversed(self._known()) if time <= stamp), None)

    def getLastestTime(self) -> Time | None:
        """The last message's time."""
        return self.cache_times[-1] if self.cache_times else None

    def getOldestTime(self) -> Time | None:
        """The first message's time."""
        return self.cache_times[0] if self.cache_times else None

    def getLast(self) -> Any:
        """The first message that is as late as the last one, None without any."""
        latest = self.getLastestTime()
        return None if latest is None else self.getElemAfterTime(latest)

    def _known(self) -> list[tuple[Any, Time]]:
        return list(zip(self.cache_msgs, self.cache_times, strict=True))


class TimeSynchronizer(SimpleFilter):
    """Gives one message of each input, all with the same stamp; up to `queue_size` of each wait for their partners."""

    def __init__(self, fs: Sequence[SimpleFilter], queue_size: int) -> None:
        super().__init__()
        self.queue_size = queue_size
        self.lock = threading.Lock()
        self.connectInput(fs)

    def connectInput(self, fs: Sequence[SimpleFilter]) -> None:
        """Take the outputs of filters."""
        self.queues: list[Queue] = [{} for _ in fs]
        self.input_connections = [
            f.registerCallback(self.add, queue, index)
            for index, (f, queue) in enumerate(zip(fs, self.queues, strict=True))
        ]

    def add(self, msg: Any, my_queue: Queue, my_queue_index: int | None = None) -> None:  # noqa: ARG002  # Jazzy's
        """Keep a message, and give what it completes."""
        with self.lock:
            self._keep(msg, Time.from_msg(msg.header.stamp), my_queue)
            for stamp_ns in sorted(set.intersection(*map(set, self.queues))):
                self._give([stamp_ns] * len(self.queues))

    def _keep(self, msg: Any, stamp: Time, queue: Queue) -> None:
        queue[stamp.nanoseconds] = msg
        while len(queue) > self.queue_size:
            del queue[min(queue)]

    def _give(self, stamps_ns: Sequence[int]) -> None:
        self.signalMessage(*(queue.pop(stamp_ns) for queue, stamp_ns in zip(self.queues, stamps_ns, strict=True)))


class ApproximateTimeSynchronizer(TimeSynchronizer):
    """Gives one message of each input, with stamps less than `slop` s apart; the nearest to the newest are taken.

    `allow_headerless`: take messages without a stamp, at the time of their arrival; else they are left out.
    """

    def __init__(
        self, fs: Sequence[SimpleFilter], queue_size: int, slop: float, allow_headerless: bool = False
    ) -> None:
        super().__init__(fs, queue_size)
        self.slop = Duration(seconds=slop)
        self.allow_headerless = allow_headerless

    def add(self, msg: Any, my_queue: Queue, my_queue_index: int | None = None) -> None:
        """Keep a message, and give what it completes."""
        stamp = _stamp(msg, self.allow_headerless, "message_filters_approx")
        if stamp is None:
            return
        with self.lock:
            self._keep(msg, stamp, my_queue)
            if my_queue_index is None:
                my_queue_index = next(index for index, queue in enumerate(self.queues) if queue is my_queue)
            stamps_ns = self._match(stamp.nanoseconds, my_queue_index)
            if stamps_ns is not None:
                self._give(stamps_ns)

    def _match(self, new_ns: int, new_index: int) -> Sequence[int] | None:
        slop_ns = self.slop.nanoseconds
        candidates = []
        for index, queue in enumerate(self.queues):
            near = [new_ns] if index == new_index else [ns for ns in queue if abs(ns - new_ns) <= slop_ns]
            candidates.append(sorted(near, key=lambda ns: abs(ns - new_ns)))
        for stamps_ns in itertools.product(*candidates):
            if max(stamps_ns) - min(stamps_ns) < slop_ns and new_ns in self.queues[new_index]:
                return stamps_ns
        return None


def _stamp(msg: Any, allow_headerless: bool, logger: str) -> Time | None:
    stamp = getattr(getattr(msg, "header", None), "stamp", None)
    if stamp is not None:
        return stamp if isinstance(stamp, Time) else Time.from_msg(stamp)
    if allow_headerless:
        return ROSClock().now()
    get_logger(logger).warning("a message without header.stamp is left out; 'allow_headerless' would take it")
    return None
