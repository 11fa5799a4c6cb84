"""The page as a whole: what is on it for a full job, for jobs with parts missing, and for hostile text."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from twin_lakehouse import Lake, create_twin, start_job, sync_twin
from twin_lakehouse.errors import UnknownJobError, UnknownTwinError
from twin_lakehouse.report import build_report

from .conftest import JOB, START, TWIN, SyntheticJob, full_job, make

VOID = {"meta", "br", "img", "link", "input", "hr"}


class Balance(HTMLParser):
    """Collects unclosed elements and the addresses that a page would load."""

    def __init__(self) -> None:
        super().__init__()
        self.stack: list[str] = []
        self.loads: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.loads += [value or "" for name, value in attrs if name in ("src", "href", "xlink:href", "action")]
        if tag not in VOID:
            self.stack.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.stack.pop()

    def handle_endtag(self, tag: str) -> None:
        assert self.stack.pop() == tag


def text_of(page: Path) -> str:
    """What a reader sees outside of drawings, with single spaces."""
    html = re.sub(r"<(style|svg).*?</\1>", " ", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def built(lake: Lake, tmp_path: Path, job: SyntheticJob) -> Path:
    job.write(lake, tmp_path)
    return build_report(lake, TWIN, JOB, tmp_path / "out")


def test_full_job_shows_result_figures_goals_and_tables(lake: Lake, tmp_path: Path) -> None:
    full_job().write(lake, tmp_path)
    sync_twin(lake, TWIN, JOB)
    page = build_report(lake, TWIN, JOB, tmp_path / "out")
    text = text_of(page)
    assert page == tmp_path / "out" / "report.html"
    for expected in (
        "Red object found near bedroom",
        "mission succeeded",
        "2 of 4",
        "living room",
        "rejected",
        "needs 0.18 m",
        "10 detections",
        "state_snapshots",
        "✓ synced",
        "/ground_truth/odom",
    ):
        assert expected in text
    assert page.read_text(encoding="utf-8").count("<svg") == 3
    assert (tmp_path / "out" / "trajectory.png").read_bytes().startswith(b"\x89PNG")


def test_page_is_well_formed_and_loads_nothing(lake: Lake, tmp_path: Path) -> None:
    page = built(lake, tmp_path, full_job())
    parser = Balance()
    parser.feed(page.read_text(encoding="utf-8"))
    outside = [address for address in parser.loads if not address.startswith(("data:", "#"))]
    assert parser.stack == []
    assert outside == []
    assert "@import" not in page.read_text(encoding="utf-8")


def test_crops_are_cut_from_the_recorded_images(lake: Lake, tmp_path: Path) -> None:
    page = built(lake, tmp_path, full_job())
    assert page.read_text(encoding="utf-8").count("data:image/jpeg;base64,") == 6


def compressed(message: Any) -> Any:
    """The image as the recorder stores it."""
    pixels = np.asarray(message.data).reshape(message.height, message.width, 3)
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, format="JPEG")
    data = np.frombuffer(buffer.getvalue(), dtype=np.uint8)
    text = "rgb8; jpeg compressed bgr8"
    return make("sensor_msgs/msg/CompressedImage", header=message.header, format=text, data=data)


def test_crops_are_cut_from_images_that_were_stored_compressed(lake: Lake, tmp_path: Path) -> None:
    job = full_job()
    job.messages = [
        (f"{topic}/compressed", compressed(message), time_ns)
        if message.__msgtype__ == "sensor_msgs/msg/Image"
        else (topic, message, time_ns)
        for topic, message, time_ns in job.messages
    ]
    page = built(lake, tmp_path, job)
    assert page.read_text(encoding="utf-8").count("data:image/jpeg;base64,") == 6


def without_map(job: SyntheticJob) -> None:
    job.messages = [entry for entry in job.messages if entry[0] != "/map"]


def without_images(job: SyntheticJob) -> None:
    job.messages = [entry for entry in job.messages if "camera" not in entry[0]]


def without_detections(job: SyntheticJob) -> None:
    job.detections.clear()


def without_goals(job: SyntheticJob) -> None:
    job.trials.clear()


def without_events(job: SyntheticJob) -> None:
    job.events.clear()


def without_poses(job: SyntheticJob) -> None:
    job.states.clear()


@pytest.mark.parametrize(
    ("leave_out", "sentence"),
    [
        (without_map, "No map was recorded on /map"),
        (without_images, "The camera images of these detections are not in the recording."),
        (without_detections, "No object was detected in this job."),
        (without_goals, "No navigation trial was recorded in this job."),
        (without_events, "No event was recorded in this job."),
        (without_poses, "No pose was observed."),
        (lambda _job: None, "The job has not been synced yet"),
    ],
)
def test_missing_part_leaves_a_sentence(
    lake: Lake, tmp_path: Path, leave_out: Callable[[SyntheticJob], None], sentence: str
) -> None:
    job = full_job()
    leave_out(job)
    assert sentence in text_of(built(lake, tmp_path, job))


def test_job_with_odometry_alone_has_a_report(lake: Lake, tmp_path: Path) -> None:
    text = text_of(built(lake, tmp_path, SyntheticJob(states=full_job().states[:72])))
    assert "A recording without a mission" in text
    assert "No event was recorded in this job." in text
    assert "no mission result" in text


def test_job_without_any_row_has_a_report(lake: Lake, tmp_path: Path) -> None:
    create_twin(lake, TWIN)
    start_job(lake, TWIN, JOB, started_at=START)
    text = text_of(build_report(lake, TWIN, JOB, tmp_path / "out"))
    assert "Nothing to draw" in text
    assert "No slice of this job is in the lake." in text


def test_damaged_slice_is_named_and_the_rest_is_shown(lake: Lake, tmp_path: Path) -> None:
    full_job().write(lake, tmp_path, slice_bytes=b"\x89MCAP0\r\nbroken")
    text = text_of(build_report(lake, TWIN, JOB, tmp_path / "out"))
    assert "000000.mcap cannot be read" in text
    assert "Red object found near bedroom" in text


def test_missing_slice_is_named(lake: Lake, tmp_path: Path) -> None:
    full_job().write(lake, tmp_path)
    lake.storage.fetch(f"raw/{TWIN}/job_id={JOB}/000000.mcap").unlink()
    assert "000000.mcap" in text_of(build_report(lake, TWIN, JOB, tmp_path / "out"))


def test_text_from_the_lake_is_escaped(lake: Lake, tmp_path: Path) -> None:
    job = full_job()
    evil = "<script>alert('x')</script>"
    job.trials = [replace(trial, error_msg=evil, location=evil) for trial in job.trials]
    job.events = [replace(event, actor=evil, event_type=f"mission.{evil}") for event in job.events]
    job.detections = [replace(detection, object_class=evil) for detection in job.detections]
    html = built(lake, tmp_path, job).read_text(encoding="utf-8")
    assert "<script" not in html
    assert "&lt;script&gt;" in html


def test_numbers_that_are_none_are_drawn_around(lake: Lake, tmp_path: Path) -> None:
    job = full_job()
    nan = float("nan")
    job.states[40] = replace(job.states[40], position_x=nan, linear_velocity=nan)
    job.states[60] = replace(job.states[60], position_x=40.0)
    job.states[80] = replace(job.states[80], linear_velocity=None)
    job.trials[0] = replace(job.trials[0], goal_x=nan, start_x=nan)
    page = built(lake, tmp_path, job)
    assert "nan" not in re.sub(r"[A-Za-z0-9+/]{60,}", "", text_of(page)).lower().split()
    assert page.read_text(encoding="utf-8").count("<svg") == 3


def test_failed_mission_gives_its_reason(lake: Lake, tmp_path: Path) -> None:
    job = full_job()
    payload = '{"target": "red", "reason": "all 4 locations are done and no red object was seen"}'
    job.events[-1] = replace(job.events[-1], event_type="mission.failed", payload=payload)
    text = text_of(built(lake, tmp_path, job))
    assert "No red object found" in text
    assert "all 4 locations are done" in text


def test_second_report_replaces_the_first(lake: Lake, tmp_path: Path) -> None:
    first = built(lake, tmp_path, full_job())
    before = text_of(first)
    assert text_of(build_report(lake, TWIN, JOB, tmp_path / "out")) == before
    assert sorted(path.name for path in first.parent.iterdir()) == ["report.html", "trajectory.png"]


def test_unknown_twin_and_job_are_refused(lake: Lake, tmp_path: Path) -> None:
    with pytest.raises(UnknownTwinError, match="turtlebot-99"):
        build_report(lake, "turtlebot-99", JOB, tmp_path)
    create_twin(lake, TWIN)
    with pytest.raises(UnknownJobError, match="no-such-job"):
        build_report(lake, TWIN, "no-such-job", tmp_path)
