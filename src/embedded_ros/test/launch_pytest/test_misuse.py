"""The plugin, misused: each mistake is told."""

import pytest

pytest_plugins = ["pytester"]

HEAD = """
import launch_pytest, pytest
from launch import LaunchDescription
from launch_pytest.actions import ReadyToTest
"""


@pytest.mark.parametrize(
    ("body", "outcome", "message"),
    [
        (
            "@launch_pytest.fixture\n"
            "def what(): return 'nothing'\n"
            "@pytest.mark.launch(fixture=what)\n"
            "def test_it(): pass\n",
            {"errors": 1},
            "*return value must be either a launch description*",
        ),
        (
            "@launch_pytest.fixture\n"
            "def what(): return LaunchDescription([ReadyToTest(), ReadyToTest()])\n"
            "@pytest.mark.launch(fixture=what)\n"
            "def test_it(): pass\n",
            {"errors": 1},
            "*only one ReadyToTest action*",
        ),
        (
            "@launch_pytest.fixture\n"
            "def what(): return LaunchDescription([])\n"
            "@pytest.mark.launch(fixture=what)\n"
            "def test_it():\n    yield\n    yield\n",
            {"failed": 1},
            "*must stop iteration after yielding once*",
        ),
        (
            "@launch_pytest.fixture\n"
            "def what(): return LaunchDescription([])\n"
            "@pytest.mark.launch(fixture=what, shutdown=True)\n"
            "def test_it():\n    yield\n",
            {"failed": 1},
            "*cannot be marked with shutdown=True*",
        ),
        ("@pytest.mark.launch\ndef test_it(): pass\n", {"skipped": 1}, "*keyword argument is required*"),
        (
            "from launch.actions import OpaqueFunction\n"
            "def fail(context): raise ValueError('no good')\n"
            "@launch_pytest.fixture\n"
            "def what(): return LaunchDescription([OpaqueFunction(function=fail)])\n"
            "@pytest.mark.launch(fixture=what)\n"
            "def test_it(): pass\n",
            {"errors": 1},
            "*ended with code 1 before it was ready to test*",
        ),
    ],
    ids=["not-a-description", "two-ready", "two-yields", "generator-after", "no-fixture", "launch-fails"],
)
def test_mistake(pytester: pytest.Pytester, body: str, outcome: dict[str, int], message: str) -> None:
    pytester.makepyfile(HEAD + body)
    result = pytester.runpytest_subprocess("-p", "no:cacheprovider", "-rs")
    result.assert_outcomes(**outcome)
    result.stdout.fnmatch_lines([message])
