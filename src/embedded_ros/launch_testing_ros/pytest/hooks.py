"""Collectors of launch tests that are marked as ROS tests."""

from __future__ import annotations

from typing import Any

from launch_testing.pytest.hooks import LaunchTestItem, LaunchTestModule

from ..test_runner import LaunchTestRunner


class LaunchROSTestItem(LaunchTestItem):
    """All launches of a file, with their tests."""

    @classmethod
    def from_parent(cls, parent: Any, **kwargs: Any) -> Any:
        """An item with the runner of ROS tests."""
        return super().from_parent(parent, **{**kwargs, "runner_cls": LaunchTestRunner})


class LaunchROSTestModule(LaunchTestModule):
    """A file with launch tests of ROS nodes."""

    def makeitem(self, *args: Any, **kwargs: Any) -> LaunchROSTestItem:
        """The item of the file."""
        item: LaunchROSTestItem = LaunchROSTestItem.from_parent(*args, **kwargs)
        return item
