"""Launch tests of ROS nodes under pytest."""

from pathlib import Path

import pytest

pytest_plugins = ["pytester"]

FILE = """
import unittest

import launch
import launch_testing.actions
import pytest
from launch.actions import ExecuteProcess


@pytest.mark.rostest
def generate_test_description():
    process = ExecuteProcess(cmd=["sh", "-c", "echo ready; exec sleep 60"])
    return launch.LaunchDescription([process, launch_testing.actions.ReadyToTest()])


class TestOutput(unittest.TestCase):
    def test_it_speaks(self, proc_output):
        proc_output.assertWaitFor({expected!r}, stream="stdout", timeout={timeout_s})
"""


@pytest.mark.parametrize(
    ("expected", "timeout_s", "outcome"), [("ready", 20, {"passed": 1}), ("steady", 0.1, {"failed": 1})]
)
def test_a_marked_file_is_one_test(
    pytester: pytest.Pytester, expected: str, timeout_s: float, outcome: dict[str, int]
) -> None:
    text = FILE.format(expected=expected, timeout_s=timeout_s)
    Path(pytester.path, "test_launch.py").write_text(text)
    pytester.runpytest_subprocess("-p", "no:cacheprovider").assert_outcomes(**outcome)


def test_the_plugin_brings_no_ros_into_runs_that_do_not_need_it(pytester: pytest.Pytester) -> None:
    Path(pytester.path, "test_plain.py").write_text("import sys\ndef test(): assert 'rclpy' not in sys.modules\n")
    pytester.runpytest_subprocess("-p", "no:cacheprovider").assert_outcomes(passed=1)
