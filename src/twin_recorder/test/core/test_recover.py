"""Spools that dead recorders left, by hand into the lake."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from twin_lakehouse import Lake, LakeSettings
from twin_recorder.core.errors import SpoolError
from twin_recorder.core.pipeline import Pipeline, RecorderConfig, RollPolicy, open_pipeline
from twin_recorder.core.recover import Recovered, find_spools, recover, survey


@pytest.fixture
def left(recorder: Any, messages: Any) -> Path:
    """The spool of a recorder that died: two closed segments, an open one that ends in half a message."""
    store = recorder.store()
    for part in range(3):
        for i in range(4):
            store.append("/odom", messages.odometry(4 * part + i), (4 * part + i + 1) * 10**9)
        if part < 2:
            store.roll()
    copy: Path = recorder.folder / "copied"
    shutil.copytree(recorder.spool, copy)
    store.close()
    (half,) = copy.glob("*.part")
    half.write_bytes(half.read_bytes() + b"\x05half")
    return copy


def lake_of(folder: Path, name: str) -> LakeSettings:
    return LakeSettings(catalog=f"sqlite:{folder}/{name}/catalog.sqlite", storage=f"{folder}/{name}/data")


def test_segments_land_once_and_oldest_first(recorder: Any, left: Path) -> None:
    told: list[tuple[str, int, int]] = []
    found = recover(left, recorder.settings, report=lambda path, i, n: told.append((path.name, i, n)))
    assert found == Recovered(segments=3, messages=12, rows=24)
    assert [(i, n) for _, i, n in told] == [(1, 3), (2, 3), (3, 3)]
    rows = recorder.rows("twins.state_snapshots", "position_x")
    assert [round(row["position_x"], 6) for row in rows] == [round(0.1 * i, 6) for i in range(12)]
    assert [row["sequence"] for row in recorder.rows("recordings.segments", "sequence")] == [0, 1, 2]
    assert [path.name for path in left.iterdir()] == [".lock"]
    assert recover(left, recorder.settings) == Recovered()


def test_segments_that_the_lake_has_add_nothing(recorder: Any, left: Path) -> None:
    again = recorder.folder / "again"
    shutil.copytree(left, again)
    recover(left, recorder.settings)
    assert recover(again, recorder.settings) == Recovered(segments=3, messages=12, replayed=3)


def test_survey_tells_what_lies_there_and_changes_nothing(left: Path) -> None:
    (left / "0.mcap").write_bytes(b"no segment")
    before = {path: path.read_bytes() for path in left.iterdir()}
    found, unreadable = survey(left)
    assert [(each.messages, each.first_ns // 10**9, each.last_ns // 10**9) for each in found] == [
        (4, 1, 4), (4, 5, 8), (4, 9, 12),
    ]  # fmt: skip
    assert unreadable == (left / "0.mcap",)
    assert {path: path.read_bytes() for path in left.iterdir()} == before


def test_survey_tells_what_recovery_will_reject_and_not_what_it_will_drop(recorder: Any, left: Path) -> None:
    whole = next(left.glob("*.part")).read_bytes()
    damaged = left / "1.mcap.part"
    damaged.write_bytes(b"\xff" + whole[1:])
    (left / "2.mcap.part").write_bytes(whole[:20])  # its recorder died as it began it
    found, unreadable = survey(left)
    assert (len(found), unreadable) == (3, (damaged,))
    assert recover(left, recorder.settings) == Recovered(
        segments=3, messages=12, rows=24, rejected=(left / "1.mcap.part.rejected",)
    )


def test_file_that_cannot_be_read_is_kept_and_the_others_go_on(recorder: Any, left: Path) -> None:
    (left / "0.mcap").write_bytes(b"no segment")
    found = recover(left, recorder.settings)
    assert found == Recovered(segments=3, messages=12, rows=24, rejected=(left / "0.mcap.rejected",))
    assert (left / "0.mcap.rejected").read_bytes() == b"no segment"


def test_spool_of_a_live_recorder_is_refused(recorder: Any) -> None:
    store = recorder.store()
    with pytest.raises(SpoolError, match="is in use by another recorder"):
        recover(recorder.spool, recorder.settings)
    store.close()


def test_spools_are_found_by_folder_and_by_twin(recorder: Any, left: Path) -> None:
    recorder.spool.parent.joinpath("empty").mkdir()
    assert find_spools(recorder.spool.parent) == (recorder.spool,)
    assert find_spools(left, "turtlebot-01") == (left,)
    with pytest.raises(SpoolError, match=r"nothing of twin other \(twins: copied\)"):
        find_spools(left, "other")
    with pytest.raises(SpoolError, match="there is no spool /none"):
        find_spools(Path("/none"))


def opened(recorder: Any, settings: LakeSettings, began_ns: int) -> Pipeline:
    """A recorder of /odom on the test's spool."""
    config = RecorderConfig(
        asset_id="turtlebot-01",
        job_id=f"job-{began_ns}",
        topics=recorder.topics,
        spool=recorder.spool.parent,
        roll=RollPolicy(max_bytes=1 << 30, max_age_ns=1 << 60),
        settings={},
    )
    pipeline = open_pipeline(config, lake=settings, now_ns=lambda: began_ns, began_ns=began_ns)
    odometry = next(topic for topic in recorder.topics.named if topic.name == "/odom")
    pipeline.register(odometry, recorder.definitions["/odom"])
    return pipeline


def died(recorder: Any, settings: LakeSettings, messages: Any, began_ns: int) -> None:
    """A recorder that reaches its lake, makes two segments, and dies before it commits them."""
    pipeline = opened(recorder, settings, began_ns)
    pipeline.begin("turtlebot-01", f"job-{began_ns}", "ros.dev.gpu")
    for _ in range(2):
        pipeline.capture("/odom", messages.odometry(0))
        pipeline._store.roll()
    pipeline.close()


def test_leftover_of_another_lake_stays_until_it_is_wanted(recorder: Any, messages: Any) -> None:
    mine, other = (lake_of(recorder.folder, name) for name in ("mine", "other"))
    died(recorder, mine, messages, 1)
    recover(recorder.spool, mine)
    died(recorder, mine, messages, 2)
    Lake.open(other).close()
    found = recover(recorder.spool, other)
    assert (found.segments, len(found.foreign)) == (0, 2)
    assert "was recorded for lake" in found.foreign[0]
    assert "twin recover --any-lake" in found.foreign[0]
    assert recover(recorder.spool, other, takes_foreign=True).segments == 2


def test_recorder_leaves_segments_of_another_lake_and_commits_its_own(
    recorder: Any, messages: Any, caplog: pytest.LogCaptureFixture
) -> None:
    mine, other = (lake_of(recorder.folder, name) for name in ("mine", "other"))
    for began_ns in (1, 2):
        died(recorder, mine, messages, began_ns)
    pipeline = opened(recorder, other, 3)
    pipeline.capture("/odom", messages.odometry(0))
    assert pipeline.drain(30.0) == 0
    pipeline.close()
    # Of the first run's segments one was begun before a lake was known; nothing says that it isn't this one's.
    assert caplog.text.count("it stays in the spool") == 3
    with Lake.open(other, read_only=True) as lake:
        assert lake.query("SELECT job_id FROM twin_jobs ORDER BY 1")["job_id"].to_pylist() == ["job-1", "job-3"]
    assert [each.job_id for each in survey(recorder.spool)[0]] == ["job-1", "job-2", "job-2"]
