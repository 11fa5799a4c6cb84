"""What a commit leaves for the next one, and beside the segments."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from rosbags.highlevel import AnyReader

from twin_lakehouse import Lake
from twin_recorder.core.project import project
from twin_recorder.core.segment import read_segment

MAP_TO_ODOM = ("map", "odom", 10.0, 0.0, 0.0)


def job_folder(recorder: Any) -> Path:
    return Path(recorder.folder, "lake", "data", "raw", "turtlebot-01", "job_id=job-1")


def test_pose_goes_from_segment_to_segment_and_over_a_restart(recorder: Any, messages: Any) -> None:
    pipeline = recorder.pipeline()
    pipeline.capture("/tf", messages.tf(0, MAP_TO_ODOM))
    pipeline.flush()
    recorder.clock.advance(0.1)
    pipeline.capture("/odom", messages.odometry(1))
    pipeline.flush()
    pipeline.close()
    recorder.clock.advance(0.1)
    recorder.record([("/odom", messages.odometry(2))], began_ns=2)
    poses = recorder.rows("twins.state_snapshots", "timestamp, round(position_x, 6) AS x")
    assert [row["x"] for row in poses] == [10.1, 10.2]


def test_bug_in_the_transaction_leaves_the_place_of_its_segment_free(
    recorder: Any, messages: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(*_: object, **__: object) -> int:
        raise KeyError("a bug")

    pipeline = recorder.pipeline()
    for i in range(3):
        pipeline.capture("/odom", messages.odometry(i))
        if i == 1:
            with monkeypatch.context() as patched:
                patched.setattr(Lake, "commit_segment", failing)
                with pytest.raises(KeyError):
                    pipeline.flush()
        pipeline.flush()
    pipeline.close()
    assert [row["sequence"] for row in recorder.rows("recordings.segments", "sequence")] == [0, 1, 2]
    assert len(recorder.rows("twins.state_snapshots")) == 3


def test_uploaded_file_alone_gives_the_rows_again(recorder: Any, messages: Any) -> None:
    for began_ns, run in enumerate([[("/tf", messages.tf(0, MAP_TO_ODOM))], [("/odom", messages.odometry(1))]]):
        recorder.record(run, began_ns=began_ns)
    row = recorder.rows("recordings.segments", "raw_path, sequence", "sequence = 1")[0]
    again = project(read_segment(recorder.folder / "lake" / "data" / row["raw_path"]), row["raw_path"])
    (snapshot,) = again.tables["twins.state_snapshots"].to_pylist()
    assert recorder.rows("twins.state_snapshots", "snapshot_id::VARCHAR AS id, position_x") == [
        {"id": str(snapshot["snapshot_id"]), "position_x": snapshot["position_x"]}
    ]


def test_job_says_by_which_rule_its_poses_came(recorder: Any, messages: Any) -> None:
    recorder.record([("/odom", messages.odometry(0))])
    (job,) = recorder.rows("twins.twin_jobs", "metadata::VARCHAR AS metadata")
    assert json.loads(job["metadata"])["pose"] == {
        "rule": "auto",
        "map_frame": "map",
        "base_frame": "base_footprint",
    }


def test_folder_of_a_job_is_a_bag_when_the_recording_ends(recorder: Any, messages: Any) -> None:
    run = [("/odom", messages.odometry(i)) for i in range(3)]
    recorder.record(run)
    with AnyReader([job_folder(recorder)]) as bag:
        assert [(connection.topic, data) for connection, _, data in bag.messages()] == run


def test_folder_is_a_bag_also_where_the_lake_had_the_last_segment(
    recorder: Any, messages: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A recorder killed after its commit, before anything else."""
    pipeline = recorder.pipeline()
    pipeline.capture("/odom", messages.odometry(0))
    with monkeypatch.context() as patched:
        patched.setattr(Path, "unlink", lambda *_, **__: None)
        pipeline.flush()
        pipeline.close()
    recorder.record([], "job-2", began_ns=2)
    with AnyReader([job_folder(recorder)]) as bag:
        assert bag.message_count == 1


def test_split_brings_the_folder_up_to_date(recorder: Any, messages: Any) -> None:
    pipeline = recorder.pipeline()
    pipeline.capture("/odom", messages.odometry(0))
    pipeline.split()
    pipeline.step()
    with AnyReader([job_folder(recorder)]) as bag:
        assert bag.message_count == 1
    pipeline.close()
