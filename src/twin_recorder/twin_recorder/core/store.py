"""The segment of one asset that is written now: where messages are appended, counted, and rolled."""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from .counters import Counter, TopicCounts
from .definitions import Definition
from .errors import SpoolError
from .offered_qos import offered_qos
from .segment import OPEN_SUFFIX, PACKED_SUFFIX, SegmentInfo
from .spool import files_with, own, why_not_written
from .topics import Qos
from .waiting import ClosedSegment, WaitingSegments
from .writer import MOST_HELD, ChannelRecords, SegmentWriter

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldPolicy:
    """Messages wait in memory, to be written at once: until the next `flush`, or until one comes that makes `max_bytes`
    or finds the oldest `max_age_ns` old.
    """

    max_bytes: int
    max_age_ns: int


WRITE_THROUGH: Final = HoldPolicy(max_bytes=0, max_age_ns=0)
"""Each message is the operating system's when `append` returns."""
BRIEFLY: Final = HoldPolicy(max_bytes=64 << 10, max_age_ns=40_000_000)
"""As long as the tender takes to come by: it writes, not who captures, unless an fsync holds it up. At 2,000 messages a
second on two busy cores 25 ms instead of 5 save 13 us a message, 40 ms another 2. An image goes straight through.
"""


class SegmentStore:
    """`append`, `register`, `flush`, `sync` and `roll` from any thread; everything else from one worker thread.

    `new_info` names each new segment: (counter from 0) -> identity. `definitions`: what the topics that are known
    beforehand hold; a topic with None is recorded without a schema. `hold`: how long a message may be lost with the
    process; a message counts once the operating system has it, or, with `is_synced`, the disk.
    """

    def __init__(
        self,
        folder: Path,
        new_info: Callable[[int], SegmentInfo],
        definitions: Mapping[str, Definition | None],
        mono_ns: Callable[[], int] = time.monotonic_ns,
        hold: HoldPolicy = WRITE_THROUGH,
        *,
        is_synced: bool = False,
    ) -> None:
        """Take the folder over, with what an earlier run left in it. Raises SpoolError."""
        self._folder = folder
        self._new_info = new_info
        self._mono_ns = mono_ns
        self._hold = hold
        self._is_synced = is_synced
        self._lock = threading.Lock()
        self._rolling = threading.Lock()
        self._syncing = threading.Lock()  # a file isn't closed while it is brought to the disk
        self._topics: dict[str, tuple[ChannelRecords, Counter]] = {}
        self._held: list[Counter] = []
        self._held_since_ns = self._first_ns = 0
        self._made = self._begun_ns = 0
        self._problem: str | None = None
        for topic, definition in definitions.items():
            self.register(topic, definition)
        self._lock_file = own(folder)
        try:
            self._take_over()
        except BaseException:
            os.close(self._lock_file)  # a later attempt of this process would be refused by its own lock
            raise

    def _take_over(self) -> None:
        """Close what an earlier run left open, and begin. Raises SpoolError."""
        for path in files_with(self._folder, PACKED_SUFFIX):  # an upload that the last run didn't end
            path.unlink()
        self.queue = WaitingSegments(self._folder)
        self.queue.seal()
        self._active = self._begin()

    def register(self, topic: str, definition: Definition | None, qos: Qos | None = None, type_name: str = "") -> None:
        """A topic that may be appended from now on, and what its publishers offer; one that is known already stays as
        it is. `type_name`: its type, where there is no definition.
        """
        with self._lock:
            if topic not in self._topics:
                channel = ChannelRecords.of(len(self._topics) + 1, topic, definition, offered_qos(qos), type_name)
                self._topics[topic] = (channel, Counter())

    def append(self, topic: str, cdr: bytes, log_ns: int) -> bool:
        """Record one message; False where it had to be dropped (disk full), which is counted and logged once.

        The topic is a registered one.
        """
        with self._lock:
            channel, counter = self._topics[topic]
            active = self._active
            if not active.held_count:
                self._held_since_ns = self._mono_ns()
            if not active.message_count:
                self._first_ns = self._held_since_ns
            if not counter.held:
                self._held.append(counter)
            active.append(channel, counter.hold(log_ns), log_ns, cdr)
            return self._flush() if self._is_hold_over() else True

    def flush(self) -> None:
        """Hand what is held to the operating system."""
        with self._lock:
            if self._active.held_count:
                self._flush()

    def count_lost(self, topic: str, messages: int) -> None:
        """Messages that the middleware says it lost."""
        with self._lock:
            self._topics[topic][1].lose(messages)

    def count_dropped(self, topic: str) -> None:
        """A message that arrived and was not wanted: the disk's reserve is kept for what matters more."""
        with self._lock:
            self._topics[topic][1].drop()

    def roll(self) -> None:
        """Close the active segment and begin another; without messages in it, nothing happens.

        Raises SpoolError where the disk gives no room: the segments stay as they are, and recording goes on into the
        active one.
        """
        with self._rolling:
            self.queue.seal()
            self.flush()
            if not self._active.message_count:
                return
            fresh = self._begin()
            with self._lock:
                self._flush()
                full, self._active = self._active, fresh
                lost = self._take_lost()
            self._close(full)
            self.queue.add(full.path, lost)
            self.queue.seal()

    def sync(self) -> None:
        """Bring what was written to the disk itself. Raises SpoolError."""
        try:
            with self._syncing:
                self._active.sync()
        except OSError as error:
            raise SpoolError(why_not_written(self._folder, error)) from error

    def closed(self) -> tuple[ClosedSegment, ...]:
        """Segments that wait for the lake, oldest first."""
        return self.queue.oldest_first()

    @property
    def folder(self) -> Path:
        """Where the segments are."""
        return self._folder

    @property
    def waiting(self) -> int:
        """How many closed segments wait for the lake; any thread may ask."""
        return len(self.queue)

    @property
    def payload_bytes(self) -> int:
        """Payload in the active segment."""
        return self._active.payload_bytes

    @property
    def age_ns(self) -> int:
        """Time since the active segment's first message, monotonic; 0 without one."""
        return self._mono_ns() - self._first_ns if self._active.message_count else 0

    @property
    def problem(self) -> str | None:
        """What keeps messages from being recorded at the moment."""
        return self._problem

    def counts(self) -> Mapping[str, TopicCounts]:
        """What was recorded and lost since the start, a topic."""
        with self._lock:
            return {topic: counter.counts() for topic, (_, counter) in self._topics.items()}

    def close(self) -> None:
        """Close what is open and give the folder back; segments that wait stay in it."""
        with self._lock:
            self._flush()
            full, lost = self._active, self._take_lost()
        if full.message_count == 0:
            full.discard()
        else:
            self._close(full)
            self.queue.add(full.path, lost)
            try:
                self.queue.seal()
            except SpoolError as error:
                _LOG.warning("%s; what was recorded stays as it is, and the next start closes it", error)
        os.close(self._lock_file)

    def _is_hold_over(self) -> bool:
        """Whether what is held has to be written now."""
        held_bytes = self._active.held_bytes
        return (
            held_bytes >= self._hold.max_bytes
            or self._active.held_count >= MOST_HELD
            or self._mono_ns() - self._held_since_ns >= self._hold.max_age_ns
        )

    def _flush(self) -> bool:
        """Write what is held, with the lock; False where it had to be dropped."""
        held, self._held = self._held, []
        try:
            self._active.flush()
        except OSError as error:
            for counter in held:
                counter.drop_held()
            self._failed(error, "messages are dropped and counted until then")
            return False
        for counter in held:
            counter.keep()
        return self._synced() if self._is_synced else self._went_well()

    def _synced(self) -> bool:
        """Bring what was written to the disk; where that fails it is in the file all the same."""
        try:
            self._active.sync()
        except OSError as error:
            self._failed(error, "messages are written, but a power failure could take them until then")
            return True
        return self._went_well()

    def _went_well(self) -> bool:
        if self._problem is not None:
            self._recovered()
        return True

    def _take_lost(self) -> Mapping[str, int]:
        """What was lost a topic since the last segment."""
        return {topic: count for topic, (_, counter) in self._topics.items() if (count := counter.take_lost())}

    def _close(self, full: SegmentWriter) -> None:
        """Let go of a file that nobody appends to any more."""
        with self._syncing:
            full.close()

    def _begin(self) -> SegmentWriter:
        """A new, empty segment. Names sort by age: by wall time, as long as that doesn't go back. Raises SpoolError."""
        info = self._new_info(self._made)
        self._begun_ns = max(self._begun_ns + 1, time.time_ns())
        path = self._folder / f"{self._begun_ns:020d}-{self._made:06d}{OPEN_SUFFIX}"
        try:
            writer = SegmentWriter(path, info)
        except OSError as error:
            raise SpoolError(why_not_written(self._folder, error)) from error
        self._made += 1
        return writer

    def _failed(self, error: OSError, consequence: str) -> None:
        """Say once what becomes of the messages."""
        if self._problem is None:
            self._problem = why_not_written(self._folder, error)
            _LOG.error("%s; %s", self._problem, consequence)

    def _recovered(self) -> None:
        """Say that messages are recorded again."""
        self._problem = None
        dropped = sum(counter.counts().dropped for _, counter in self._topics.values())
        _LOG.warning("spool %s has room again: recording goes on; dropped=%d since the start", self._folder, dropped)
