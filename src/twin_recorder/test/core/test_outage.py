"""What goes away or breaks between the robot and the lake: recording goes on, and all of it lands once, later."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from twin_lakehouse import Lake, LakeAwayError, retire_twin
from twin_recorder.core.commit import Committed, LakeCommitter
from twin_recorder.core.errors import SpoolError
from twin_recorder.core.state import SegmentState
from twin_recorder.core.waiting import ClosedSegment

JOB = "job-1"


class AwayLake:
    """A lake that can be taken away, before a commit or after its upload."""

    def __init__(self, committer: LakeCommitter) -> None:
        self._committer = committer
        self.is_away = False
        self.asked = 0
        self.back_at_the = 0

    def begin(self, asset_id: str, job_id: str, environment: str) -> None:
        self._committer.begin(asset_id, job_id, environment)

    def commit(self, segment: ClosedSegment, moved: Callable[[SegmentState], None]) -> Committed:
        self.asked += 1
        if self.asked == self.back_at_the:
            self.is_away = False
        if self.is_away:
            moved(SegmentState.UPLOADED)
            raise LakeAwayError("lake is away", remedy="wait")
        return self._committer.commit(segment, moved)

    def describe(self) -> None:
        self._committer.describe()

    def close(self) -> None:
        self._committer.close()


def test_outage_keeps_recording_and_rows_land_when_it_ends(recorder: Any, messages: Any) -> None:
    lake = AwayLake(LakeCommitter(recorder.settings))
    pipeline = recorder.pipeline(lake=lake)
    lake.is_away = True
    outcomes = []
    for i in range(40):
        pipeline.capture("/odom", messages.odometry(i))
        recorder.clock.advance(1.0)
        try:
            outcomes.append(len(pipeline.step()))
        except LakeAwayError:
            outcomes.append(-1)
    assert -1 in outcomes
    assert pipeline.problem == "lake is away; wait"
    lake.is_away = False
    recorder.clock.advance(10.0)
    pipeline.step()
    pipeline.step()
    assert (pipeline.problem, pipeline.waiting) == (None, 0)
    assert len(recorder.rows("twins.state_snapshots")) == 40
    pipeline.close()


def test_outage_is_asked_about_less_and_less_but_at_least_every_10_s(recorder: Any, messages: Any) -> None:
    lake = AwayLake(LakeCommitter(recorder.settings))
    lake.is_away = True
    pipeline = recorder.pipeline(lake=lake)
    pipeline.capture("/odom", messages.odometry(0))
    asked_at_s = []
    for tenth in range(600):
        recorder.clock.advance(0.1)
        before = lake.asked
        with suppress(LakeAwayError):
            pipeline.step()
        if lake.asked > before:
            asked_at_s.append(tenth / 10)
    pauses = [later - earlier for earlier, later in pairwise(asked_at_s)]
    assert pauses == [pytest.approx(pause, abs=0.11) for pause in (0.5, 1, 2, 4, 8, *[10] * 9)[: len(pauses)]]
    assert len(pauses) >= 7
    pipeline.close()


def test_outage_makes_few_large_segments(recorder: Any, messages: Any) -> None:
    lake = AwayLake(LakeCommitter(recorder.settings))
    lake.is_away = True
    pipeline = recorder.pipeline(lake=lake)
    for i in range(100):
        pipeline.capture("/odom", messages.odometry(i))
        recorder.clock.advance(1.0)
        with suppress(LakeAwayError):
            pipeline.step()
    assert pipeline.waiting == 1
    pipeline.close()


def test_what_could_not_land_lands_at_the_next_start_of_another_job(recorder: Any, messages: Any) -> None:
    lake = AwayLake(LakeCommitter(recorder.settings))
    lake.is_away = True
    pipeline = recorder.pipeline("job-1", lake=lake)
    pipeline.capture("/odom", messages.odometry(0))
    assert pipeline.drain(60.0) == 1
    pipeline.close()
    assert recorder.record([("/odom", messages.odometry(1))], "job-2", began_ns=2) == 0
    assert [row["job_id"] for row in recorder.rows("twins.state_snapshots")] == ["job-1", "job-2"]
    assert {row["job_id"] for row in recorder.rows("twins.twin_jobs")} == {"job-1", "job-2"}


def test_outage_that_ends_in_time_is_waited_for_at_the_end(recorder: Any, messages: Any) -> None:
    lake = AwayLake(LakeCommitter(recorder.settings))
    lake.is_away, lake.back_at_the = True, 4
    pipeline = recorder.pipeline(lake=lake)
    pipeline.capture("/odom", messages.odometry(0))
    assert pipeline.drain(10.0) == 0
    pipeline.close()
    assert (lake.asked, recorder.clock.mono_ns / 1e9) == (4, 0.5 + 1 + 2)
    assert len(recorder.rows("twins.state_snapshots")) == 1


def test_outage_that_does_not_end_in_time_is_said_once(
    recorder: Any, messages: Any, caplog: pytest.LogCaptureFixture
) -> None:
    lake = AwayLake(LakeCommitter(recorder.settings))
    lake.is_away = True
    pipeline = recorder.pipeline(lake=lake)
    pipeline.capture("/odom", messages.odometry(0))
    assert pipeline.drain(10.0) == 1
    pipeline.close()
    assert recorder.clock.mono_ns == 10 * 10**9
    assert [record.getMessage() for record in caplog.records] == ["lake is away; wait"]


def test_lake_of_another_writer_is_an_outage_not_an_end(recorder: Any, messages: Any) -> None:
    """A catalog that another process has locked."""
    recorder.record([("/odom", messages.odometry(0))])
    settings = replace(recorder.settings, timeout_s=0.2)
    pipeline = recorder.pipeline(began_ns=2, lake=LakeCommitter(settings))
    pipeline.capture("/odom", messages.odometry(1))
    # A process of its own: POSIX file locks don't hold within one.
    lock = (
        "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.execute('BEGIN EXCLUSIVE');"
        " print('locked', flush=True); input()"
    )
    catalog = recorder.settings.catalog.removeprefix("sqlite:")
    command = [sys.executable, "-c", lock, catalog]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        other.stdout.readline()
        recorder.clock.advance(1.0)
        with pytest.raises(LakeAwayError):
            pipeline.step()
        other.communicate("\n")
    recorder.clock.advance(1.0)
    assert [done.sequence for done in pipeline.step()] == [1]
    pipeline.close()


def test_lake_that_vanishes_is_waited_for_and_not_begun_anew(
    recorder: Any, messages: Any, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """An unmounted disk: rows in a new lake at the mount point would be hidden when the disk is back."""
    pipeline = recorder.pipeline()
    pipeline.capture("/odom", messages.odometry(0))
    pipeline.flush()
    (tmp_path / "lake").rename(tmp_path / "away")
    pipeline.capture("/odom", messages.odometry(1))
    for _ in range(2):
        with pytest.raises(LakeAwayError):
            pipeline.flush()
    shutil.rmtree(tmp_path / "lake")
    (tmp_path / "away").rename(tmp_path / "lake")
    assert [done.rows for done in pipeline.flush()] == [2]
    pipeline.close()
    assert len(recorder.rows("twins.state_snapshots")) == 2


def test_lake_put_back_from_a_backup_gets_the_twin_and_job_again(recorder: Any, messages: Any, tmp_path: Path) -> None:
    Lake.open(recorder.settings).close()
    shutil.copytree(tmp_path / "lake", tmp_path / "backup")
    pipeline = recorder.pipeline()
    event = messages.event(0, "nav.goal_set", event_id=str(UUID(int=1)))
    pipeline.capture("/twin/events", event)
    pipeline.flush()
    shutil.rmtree(tmp_path / "lake")
    pipeline.capture("/twin/events", event)
    with pytest.raises(LakeAwayError):
        pipeline.flush()
    shutil.rmtree(tmp_path / "lake")
    (tmp_path / "backup").rename(tmp_path / "lake")
    assert [done.rows for done in pipeline.flush()] == [1]
    pipeline.close()
    assert [row["job_id"] for row in recorder.rows("twins.twin_jobs")] == [JOB]


def test_lake_that_cannot_be_written_says_so_and_keeps_the_recording(recorder: Any, messages: Any) -> None:
    (recorder.folder / "lake").write_text("a file where the lake's folder should be")
    pipeline = recorder.pipeline()
    pipeline.capture("/odom", messages.odometry(0))
    assert pipeline.drain(60.0) == 1
    pipeline.close()
    (recorder.folder / "lake").unlink()
    assert recorder.record([], began_ns=2) == 0
    assert len(recorder.rows("twins.state_snapshots")) == 1


def test_retired_twin_keeps_the_segments_waiting(recorder: Any, messages: Any) -> None:
    recorder.record([("/odom", messages.odometry(0))])
    with Lake.open(recorder.settings) as lake:
        retire_twin(lake, "turtlebot-01")
    assert recorder.record([("/odom", messages.odometry(1))], "job-2", began_ns=2) == 1


def test_damaged_segment_is_put_aside_and_the_next_one_lands(
    recorder: Any, messages: Any, caplog: pytest.LogCaptureFixture
) -> None:
    store = recorder.store()
    store.append("/odom", messages.odometry(0), 1)
    store.roll()
    (closed,) = store.closed()
    schema = b"nav_msgs/msg/Odometry" + (7).to_bytes(4, "little")
    closed.path.write_bytes(closed.path.read_bytes().replace(schema, schema[:-1] + b"\x7f"))
    store.close()
    assert recorder.record([("/odom", messages.odometry(1))], began_ns=2) == 0
    assert len(recorder.rows("twins.state_snapshots")) == 1
    assert closed.path.with_name(closed.path.name + ".rejected").exists()
    assert "is damaged: a record can't be read" in caplog.text


def test_disk_that_has_no_room_to_roll_lets_closed_segments_go(
    recorder: Any, messages: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    pipeline = recorder.pipeline()
    pipeline.capture("/odom", messages.odometry(0))
    pipeline._store.roll()
    pipeline.capture("/odom", messages.odometry(1))
    with monkeypatch.context() as patched:
        patched.setattr(pipeline._store, "roll", full)
        pipeline.split()
        with pytest.raises(SpoolError, match="no room"):
            pipeline.step()
        assert pipeline.waiting == 0
    assert len(pipeline.step()) == 1  # the split is made up for
    assert len(recorder.rows("twins.state_snapshots")) == 2
    pipeline.close()


def full() -> None:
    raise SpoolError("no room")


def test_segment_that_somebody_deleted_does_not_hold_up_the_others(
    recorder: Any, messages: Any, caplog: pytest.LogCaptureFixture
) -> None:
    pipeline = recorder.pipeline()
    for i in range(2):
        pipeline.capture("/odom", messages.odometry(i))
        pipeline._store.roll()
    pipeline._store.closed()[0].path.unlink()
    assert len(pipeline.step()) == 1
    assert (pipeline.waiting, pipeline.problem) == (0, None)
    assert "is gone from the spool: its messages are not in the lake" in caplog.text
    pipeline.close()
