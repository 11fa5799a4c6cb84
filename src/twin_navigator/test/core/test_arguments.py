"""A launch file that names the node must not name its helper too."""

from __future__ import annotations

import pytest

from twin_navigator.core.arguments import without_node_name


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ([], []),
        (["--ros-args", "-r", "__node:=searcher"], ["--ros-args"]),
        (["--ros-args", "--remap", "__name:=searcher", "-p", "a:=1"], ["--ros-args", "-p", "a:=1"]),
        (["--ros-args", "-r", "twin_navigator:__node:=x", "-r", "odom:=o"], ["--ros-args", "-r", "odom:=o"]),
        (["--ros-args", "-r", "__ns:=/robot"], ["--ros-args", "-r", "__ns:=/robot"]),
    ],
)
def test_rules_for_the_node_name_are_left_out(given: list[str], kept: list[str]) -> None:
    assert without_node_name(given) == kept
