"""The data path: capture, roll, project, commit."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from twin_lakehouse import LakeSettings

from .belonging import LakeMemory
from .commit import Committed, LakeCommitter, LakeWriter
from .counters import TopicCounts
from .definitions import Definition
from .delivery import Delivery
from .errors import ConfigError, SpoolError
from .ids import segment_uuid
from .pose import PoseRule
from .rate import RateLimit
from .segment import SegmentInfo
from .space import SpaceGuard, free_bytes
from .status import PipelineStatus, backlog
from .store import BRIEFLY, WRITE_THROUGH, SegmentStore
from .tend import NO_SYNC, SyncPolicy, Tender
from .topics import Qos, TopicSpec, TopicTable

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class RollPolicy:
    """A segment is full at `max_bytes` of payload or `max_age_ns` after its first message (both > 0)."""

    max_bytes: int
    max_age_ns: int

    def __post_init__(self) -> None:
        if min(self.max_bytes, self.max_age_ns) <= 0:
            raise ConfigError(f"{self}: both must be > 0; set parameters roll.max_bytes and roll.max_age")

    def is_due(self, size_bytes: int, age_ns: int, *, has_backlog: bool) -> bool:
        """Age counts too: a quiet topic must reach the lake while its job still runs.

        Not while earlier segments still wait: during an outage few large segments are better than thousands of small
        ones.
        """
        return size_bytes >= self.max_bytes or (age_ns >= self.max_age_ns and not has_backlog)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecorderConfig:
    """What a recorder needs to know. `settings`: everything a person set, as kept in each segment.

    reserve_bytes: see SpaceGuard; 0 records until the disk is full.
    """

    asset_id: str
    job_id: str
    topics: TopicTable
    spool: Path
    roll: RollPolicy
    settings: Mapping[str, object]
    pose: PoseRule = field(default_factory=PoseRule)
    sync: SyncPolicy = NO_SYNC
    reserve_bytes: int = 0


class Pipeline:
    """`capture` and `lost` from any thread; `step`, `drain` and `close` from one worker thread, `tend` from another."""

    def __init__(
        self,
        *,
        store: SegmentStore,
        lake: LakeWriter,
        roll: RollPolicy,
        now_ns: Callable[[], int],
        mono_ns: Callable[[], int] = time.monotonic_ns,
        sleep: Callable[[float], None] = time.sleep,
        sync: SyncPolicy = NO_SYNC,
        guard: SpaceGuard | None = None,
    ) -> None:
        self._store = store
        self._lake = lake
        self._roll = roll
        self._now_ns = now_ns
        self._mono_ns = mono_ns
        self._limits: dict[str, RateLimit] = {}
        self._delivery = Delivery(store.queue, lake, mono_ns, sleep)
        self._guard = guard or SpaceGuard(store.folder, 0)
        self._ranks: dict[str, int] = {}
        self._tender = Tender(store, sync, self._guard, mono_ns)
        self._is_paused = False
        self._is_split_due = False
        self._is_described = True

    def begin(self, asset_id: str, job_id: str, environment: str) -> None:
        """Tell the lake of the job before its first rows. Raises TwinError; the first commit makes up for it."""
        self._lake.begin(asset_id, job_id, environment)

    def register(self, topic: TopicSpec, definition: Definition | None, qos: Qos | None = None) -> None:
        """A topic that is captured from now on, at any time; without a definition its messages make no rows.

        `qos`: what its publishers offer, where that is known. One that is known already stays as it is.
        """
        self._store.register(topic.name, definition, qos, topic.type_name)
        self._ranks.setdefault(topic.name, topic.rank)
        if topic.max_rate_hz and topic.name not in self._limits:
            self._limits[topic.name] = RateLimit(topic.max_rate_hz)

    def capture(self, topic: str, cdr: bytes, log_ns: int | None = None) -> None:
        """Record one message of a registered topic; log_ns: when it came, ns since the epoch (default: now).

        Costs microseconds and never raises for a full disk: that is counted. Does nothing while paused.
        """
        if self._is_paused:
            return
        if log_ns is None:
            log_ns = self._now_ns()
        limit = self._limits.get(topic)
        if limit is not None and not limit.takes(log_ns):
            return
        if self._guard.refused_rank >= self._ranks.get(topic, 0):
            self._store.count_dropped(topic)
        else:
            self._store.append(topic, cdr, log_ns)

    def write(self) -> None:
        """Hand what was captured to the operating system now: from here on a crash loses none of it."""
        self._store.flush()

    def pause(self) -> None:
        """Let messages go by until `resume`; what was captured goes to the lake."""
        self._is_paused = True
        self._store.flush()
        self.split()

    def resume(self) -> None:
        """Capture again."""
        self._is_paused = False

    def split(self) -> None:
        """Have the next step begin a new segment, however young this one is, and bring the job's folder up to date."""
        self._is_split_due = True

    def lost(self, topic: str, messages: int) -> None:
        """Messages that the middleware lost on the way."""
        self._store.count_lost(topic, messages)

    def tend(self) -> None:
        """Every few ms, also while a commit hangs: write and sync what is due, look at the disk, end a full segment.

        Raises RecorderError where the disk can't; nothing is lost, call again.
        """
        self._tender.tend()
        if self._store.payload_bytes >= self._roll.max_bytes:
            self._store.roll()

    def end_segment(self) -> None:
        """Close the open segment now, also while a commit hangs. Raises RecorderError as `tend` does."""
        self._store.roll()

    def step(self) -> list[Committed]:
        """Roll if due, then commit closed segments, oldest first.

        Raises TwinError where the lake can't take them now and RecorderError where the disk can't: nothing is lost,
        call again. Until a pause is over, which grows from 0.5 s to 10 s, it only rolls.
        """
        unrolled = self._roll_if_due()
        done = [] if self._delivery.is_pausing else self._delivery.deliver()
        if not (self._is_described or self._delivery.is_pausing):
            self._delivery.describe()
            self._is_described = True
        if unrolled is not None:
            raise unrolled
        return done

    def flush(self) -> list[Committed]:
        """Roll and commit all that is left, now. Raises as `step` does."""
        self._store.roll()
        return self._delivery.deliver()

    def drain(self, deadline_s: float) -> int:
        """Roll and commit all that is left, through outages that end within `deadline_s` (a commit in progress ends);
        segments still waiting.
        """
        end_ns = self._mono_ns() + int(deadline_s * 1e9)
        unrolled = self._rolled()
        self._delivery.finish(end_ns)
        if unrolled is not None:
            unrolled = self._rolled()  # what went to the lake has made room
            self._delivery.finish(end_ns)
        if unrolled is not None:
            _LOG.warning("%s", unrolled)
        return self._store.waiting

    def _roll_if_due(self) -> SpoolError | None:
        """Why the active segment could not be ended, where it should have been."""
        store, is_split = self._store, self._is_split_due
        if is_split:
            self._is_split_due = self._is_described = False
        due = self._roll.is_due(store.payload_bytes, store.age_ns, has_backlog=store.waiting > 0)
        unrolled = self._rolled() if is_split or due else None
        if is_split and unrolled is not None:
            self._is_split_due = True
        return unrolled

    def _rolled(self) -> SpoolError | None:
        """Why the active segment could not be ended. That must not keep closed ones from the lake: committing them is
        what makes room again.
        """
        try:
            self._store.roll()
        except SpoolError as error:
            return error
        return None

    def close(self) -> None:
        """Close store and lake; what waits stays in the spool for the next start."""
        self._store.close()
        self._lake.close()

    @property
    def problem(self) -> str | None:
        """What keeps messages from disk or lake at the moment, in one sentence; None when all is well."""
        return self._store.problem or self._guard.problem or self._delivery.problem

    @property
    def waiting(self) -> int:
        """Closed segments that are not in the lake yet."""
        return self._store.waiting

    def status(self) -> PipelineStatus:
        """All of it at once; any thread may ask."""
        return PipelineStatus(
            backlog=backlog(self._store.closed()),
            disk_free_bytes=free_bytes(self._store.folder),
            last_commit_ns=self._delivery.last_commit_ns,
            problem=self.problem or "",
            counts=self.counts(),
        )

    def counts(self) -> Mapping[str, TopicCounts]:
        """Counters a topic since the start."""
        skipped = {topic: limit.skipped for topic, limit in self._limits.items()}
        return {topic: replace(counts, skipped=skipped.get(topic, 0)) for topic, counts in self._store.counts().items()}


def open_pipeline(
    config: RecorderConfig,
    *,
    lake: LakeSettings,
    now_ns: Callable[[], int],
    began_ns: int | None = None,
) -> Pipeline:
    """Make a live recording's pipeline, with what an earlier run left in the spool. Raises SpoolError.

    `now_ns`: the log time, ns since the epoch. `began_ns`: names this run in its segments' ids (default: wall time
    now).
    """
    run_ns = time.time_ns() if began_ns is None else began_ns

    memory = LakeMemory(config.spool / config.asset_id, str(lake))

    def new_info(number: int) -> SegmentInfo:
        return SegmentInfo(
            segment_id=segment_uuid(config.asset_id, config.job_id, run_ns, number),
            asset_id=config.asset_id,
            job_id=config.job_id,
            topics=config.topics,
            config=config.settings,
            pose=config.pose,
            lake_id=memory.lake_id,
        )

    is_synced = config.sync.mode == "always"
    hold = WRITE_THROUGH if is_synced else BRIEFLY
    store = SegmentStore(config.spool / config.asset_id, new_info, {}, hold=hold, is_synced=is_synced)
    return Pipeline(
        store=store,
        lake=LakeCommitter(lake, is_only_writer=True, opened=memory.learn),
        roll=config.roll,
        now_ns=now_ns,
        sync=config.sync,
        guard=SpaceGuard(store.folder, config.reserve_bytes),
    )
