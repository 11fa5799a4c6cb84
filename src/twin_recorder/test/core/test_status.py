"""Orders to the pipeline, and what it says of itself."""

from __future__ import annotations

from typing import Any


def test_split_rolls_at_the_next_step(recorder: Any, messages: Any) -> None:
    pipeline = recorder.pipeline()
    pipeline.capture("/odom", messages.odometry(0))
    assert pipeline.step() == []
    pipeline.split()
    (committed,) = pipeline.step()
    assert (committed.rows, pipeline.step()) == (2, [])
    pipeline.close()


def test_paused_pipeline_lets_messages_go_by_and_commits_what_it_has(recorder: Any, messages: Any) -> None:
    pipeline = recorder.pipeline()
    pipeline.capture("/odom", messages.odometry(0))
    pipeline.pause()
    pipeline.capture("/odom", messages.odometry(1))
    assert [committed.rows for committed in pipeline.step()] == [2]
    pipeline.resume()
    pipeline.capture("/odom", messages.odometry(2))
    assert pipeline.counts()["/odom"].messages == 2
    pipeline.close()


def test_status_tells_backlog_room_and_last_commit(recorder: Any, messages: Any) -> None:
    pipeline = recorder.pipeline()
    pipeline.capture("/odom", messages.odometry(0))
    pipeline._store.roll()  # as a step does, without the commit that follows
    waiting = pipeline.status()
    (path,) = recorder.spool.glob("*.mcap")
    assert (waiting.backlog.segments, waiting.backlog.size_bytes) == (1, path.stat().st_size)
    assert waiting.backlog.oldest_age_s > 0
    assert (waiting.last_commit_ns, waiting.problem, waiting.disk_free_bytes > 0) == (None, "", True)
    pipeline.drain(60.0)
    assert pipeline.status().backlog.segments == 0
    assert pipeline.status().last_commit_ns is not None
    pipeline.close()
