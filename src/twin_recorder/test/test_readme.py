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


def test_every_entry_of_the_topic_table_is_named(packaged: TopicTable) -> None:
    named = (rule.name or rule.type_name for rule in packaged.rules)
    assert [what for what in named if what and f"`{what}`" not in README] == []
