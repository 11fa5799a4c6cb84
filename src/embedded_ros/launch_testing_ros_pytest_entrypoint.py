"""The plugin for launch tests of ROS nodes. Outside its package: that brings rclpy, which most runs don't need."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest


def pytest_launch_collect_makemodule(path: Path, parent: pytest.Collector, entrypoint: Any) -> pytest.Collector | None:
    """Collect what is marked with `rostest`."""
    from launch_testing.pytest.hooks import has_mark, marked_module

    if not has_mark(entrypoint, "rostest"):
        return None
    from launch_testing_ros.pytest.hooks import LaunchROSTestModule

    return marked_module(LaunchROSTestModule, path, parent, entrypoint)


def pytest_configure(config: pytest.Config) -> None:
    """Declare the marker."""
    config.addinivalue_line(
        "markers", "rostest: the function describes a launch of ROS nodes; the file's unittest cases run beside it"
    )
