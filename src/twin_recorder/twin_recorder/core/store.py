"""The segments of one asset on the local disk: where messages are appended, rolled, and wait for the lake."""

from __future__ import annotations

import errno
import fcntl
import logging
import os
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from uuid import UUID

from .counters import Counter, TopicCounts
from .definitions import Definition
from .errors import SegmentError, SpoolError
from .offered_qos import offered_qos
from .seal import seal
from .segment import CLOSED_SUFFIX, OPEN_SUFFIX, PACKED_SUFFIX, SegmentInfo, read_info
from .state import SegmentState, move
from .topics import Qos
from .writer import MOST_HELD, ChannelRecords, SegmentWriter

_LOG = logging.getLogger(__name__)
REJECTED_SUFFIX: Final = ".rejected"
ROOM_ERRORS: Final = (errno.ENOSPC, errno.EDQUOT)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosedSegment:
    """A closed segment that waits for the lake. `is_leftover`: an earlier run left it."""

    path: Path
    segment_id: UUID
    asset_id: str
    job_id: str
    is_leftover: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldPolicy:
    """Messages wait in memory until `max_bytes` are there or the oldest is `max_age_ns` old, to be written at once."""

    max_bytes: int
    max_age_ns: int


WRITE_THROUGH: Final = HoldPolicy(max_bytes=0, max_age_ns=0)
"""Each message is the operating system's when `append` returns."""
BRIEFLY: Final = HoldPolicy(max_bytes=32 << 10, max_age_ns=5_000_000)
"""What comes within 5 ms is written at once; an image goes straight through."""


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
        self._lock_file = own(folder)
        self._lock = threading.Lock()
        self._rolling = threading.Lock()
        self._syncing = threading.Lock()  # a file isn't closed while it is brought to the disk
        self._topics: dict[str, tuple[ChannelRecords, Counter]] = {}
        self._held: list[Counter] = []
        self._held_since_ns = 0
        for topic, definition in definitions.items():
            self.register(topic, definition)
        self._unsealed: list[tuple[Path, Mapping[str, int]]] = [(path, {}) for path in files_with(folder, OPEN_SUFFIX)]
        self._closed: dict[UUID, ClosedSegment] = {}
        self._states: dict[UUID, SegmentState] = {}
        self._made = 0
        self._problem: str | None = None
        self._has_taken_over = False
        self._first_ns = 0
        self._active = self._begin()
        for path in files_with(folder, PACKED_SUFFIX):  # an upload that the last run didn't end
            path.unlink()
        for path in files_with(folder, CLOSED_SUFFIX):
            self._admit(path)
        self._seal_all()
        self._has_taken_over = True

    def register(self, topic: str, definition: Definition | None, qos: Qos | None = None) -> None:
        """A topic that may be appended from now on, and what its publishers offer; one that is known already stays as
        it is.
        """
        with self._lock:
            if topic not in self._topics:
                channel = ChannelRecords.of(len(self._topics) + 1, topic, definition, offered_qos(qos))
                self._topics[topic] = (channel, Counter())

    def append(self, topic: str, cdr: bytes, log_ns: int) -> bool:
        """Record one message; False where it had to be dropped (disk full), which is counted and logged once.

        The topic is a registered one.
        """
        with self._lock:
            channel, counter = self._topics[topic]
            active = self._active
            if not active.held_bytes:
                self._held_since_ns = self._mono_ns()
            if not active.message_count:
                self._first_ns = self._held_since_ns
            if not counter.held:
                self._held.append(counter)
            active.append(channel, counter.hold(log_ns), log_ns, cdr)
            return self._flush() if self._is_hold_over() else True

    def flush(self, *, is_forced: bool = True) -> None:
        """Hand what is held to the operating system; not forced: only what is older than `hold.max_age_ns`."""
        with self._lock:
            if self._active.held_bytes and (is_forced or self._is_hold_over()):
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
            self._seal_all()
            self.flush()
            if not self._active.message_count:
                return
            fresh = self._begin()
            with self._lock:
                self._flush()
                full, self._active = self._active, fresh
                lost = self._take_lost()
            self._close(full)
            self._unsealed.append((full.path, lost))
            self._seal_all()

    def sync(self) -> None:
        """Bring what was written to the disk itself. Raises SpoolError."""
        try:
            with self._syncing:
                self._active.sync()
        except OSError as error:
            raise SpoolError(self._sentence(error)) from error

    def closed(self) -> tuple[ClosedSegment, ...]:
        """Segments that wait for the lake, oldest first."""
        return tuple(sorted(self._closed.values(), key=lambda segment: segment.path.name))

    @property
    def folder(self) -> Path:
        """Where the segments are."""
        return self._folder

    @property
    def waiting(self) -> int:
        """How many closed segments wait for the lake; any thread may ask."""
        return len(self._closed)

    def mark(self, segment: ClosedSegment, state: SegmentState) -> None:
        """Move a closed segment on. Raises SegmentStateError at a wrong move. A committed one is deleted."""
        self._states[segment.segment_id] = move(segment.path.name, self._states[segment.segment_id], state)
        if state is SegmentState.COMMITTED:
            self._forget(segment)
            segment.path.unlink(missing_ok=True)

    def state(self, segment_id: UUID) -> SegmentState:
        """Where a closed segment is on its way."""
        return self._states[segment_id]

    def set_aside(self, segment: ClosedSegment) -> Path:
        """Put away a segment that can't ever be committed, for a person to look at; the others go on."""
        self._forget(segment)
        aside = segment.path.with_name(segment.path.name + REJECTED_SUFFIX)
        segment.path.rename(aside)
        return aside

    def leave(self, segment: ClosedSegment) -> None:
        """Nothing becomes of a segment in this run; it stays as it is for a later one."""
        self._forget(segment)

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
            self._unsealed.append((full.path, lost))
            try:
                self._seal_all()
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
            self._failed(error)
            return False
        for counter in held:
            counter.keep()
        return self._synced() if self._is_synced else self._went_well()

    def _synced(self) -> bool:
        """Bring what was written to the disk; where that fails it is in the file all the same."""
        try:
            self._active.sync()
        except OSError as error:
            self._failed(error)
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
        """A new, empty segment. Names sort by age: wall time first, then the counter. Raises SpoolError."""
        info = self._new_info(self._made)
        path = self._folder / f"{time.time_ns():020d}-{self._made:06d}{OPEN_SUFFIX}"
        try:
            writer = SegmentWriter(path, info)
        except OSError as error:
            raise SpoolError(self._sentence(error)) from error
        self._made += 1
        return writer

    def _seal_all(self) -> None:
        """Seal what is not yet. Raises SpoolError; the rest is sealed next time."""
        while self._unsealed:
            path, lost = self._unsealed[0]
            try:
                closed = seal(path, lost)
            except OSError as error:
                raise SpoolError(self._sentence(error)) from error
            self._unsealed.pop(0)
            if closed is not None:
                self._admit(closed)

    def _admit(self, path: Path) -> None:
        """A closed segment joins those that wait; a file that isn't one is put aside."""
        try:
            info = read_info(path)
        except SegmentError as error:
            _LOG.error("%s; kept as %s%s", error, path.name, REJECTED_SUFFIX)
            path.rename(path.with_name(path.name + REJECTED_SUFFIX))
            return
        self._closed[info.segment_id] = ClosedSegment(
            path=path,
            segment_id=info.segment_id,
            asset_id=info.asset_id,
            job_id=info.job_id,
            is_leftover=not self._has_taken_over,
        )
        self._states[info.segment_id] = move(path.name, SegmentState.OPEN, SegmentState.CLOSED)

    def _forget(self, segment: ClosedSegment) -> None:
        """Nothing waits for this segment any more."""
        del self._closed[segment.segment_id]
        del self._states[segment.segment_id]

    def _failed(self, error: OSError) -> None:
        """Say once that messages are being dropped."""
        if self._problem is None:
            self._problem = self._sentence(error)
            _LOG.error("%s; messages are dropped and counted until then", self._problem)

    def _recovered(self) -> None:
        """Say that messages are recorded again."""
        self._problem = None
        dropped = sum(counter.counts().dropped for _, counter in self._topics.values())
        _LOG.warning("spool %s has room again: recording goes on; dropped=%d since the start", self._folder, dropped)

    def _sentence(self, error: OSError) -> str:
        """One clear sentence about a failed write."""
        if error.errno in ROOM_ERRORS:
            return (
                f"disk full: no room in spool {self._folder}; free space there, or set parameter spool to another disk"
            )
        return f"spool {self._folder} can't be written: {error.strerror}; set parameter spool to a writable folder"


def own(folder: Path) -> int:
    """Make the folder and lock it for this process; the lock ends with the process. Raises SpoolError."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(folder / ".lock", os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        raise SpoolError(
            f"spool {folder} can't be made or opened: {error.strerror}; set parameter spool to a writable folder"
        ) from error
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        os.close(descriptor)
        raise SpoolError(
            f"spool {folder} is in use by another recorder of the same asset; stop it, or set parameter spool"
        ) from error
    return descriptor


def files_with(folder: Path, suffix: str) -> Sequence[Path]:
    """The folder's files with a suffix, oldest first."""
    return sorted(path for path in folder.iterdir() if path.name.endswith(suffix))
