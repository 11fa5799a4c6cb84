"""The README's tables say what the code does."""

from __future__ import annotations

import re
from pathlib import Path

from twin_recorder.core.topics import TopicTable
from twin_recorder.params import PARAMETERS

README = (Path(__file__).resolve().parents[1] / "README.md").read_text()


def test_parameter_table_has_every_parameter_as_it_is() -> None:
    lines = re.findall(r"^\| `.*$", README.split("## Parameters")[1].split("##")[0], re.MULTILINE)
    assert lines == [parameter.row for parameter in PARAMETERS]


def test_every_recorded_topic_is_named(topics: TopicTable) -> None:
    unnamed = {topic.name for topic in topics.named if f"`{topic.name}`" not in README}
    assert unnamed == {"/camera/color/camera_info", "/camera/depth/camera_info", "/twin_navigator/tree"}
