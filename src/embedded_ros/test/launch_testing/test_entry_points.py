"""Launch tests as people run them: `launch_test FILE`, and pytest."""

import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

LAUNCH_TEST = """
import unittest
import pytest
from launch import LaunchDescription
from launch.actions import DeclareLaunchArgument, ExecuteProcess
from launch.substitutions import LaunchConfiguration
from launch_testing import post_shutdown_test
from launch_testing.actions import ReadyToTest
from launch_testing.util import KeepAliveProc

@pytest.mark.launch_test
def generate_test_description():
    return LaunchDescription([
        DeclareLaunchArgument("word", default_value="nothing", description="what is said"),
        ExecuteProcess(cmd=["echo", LaunchConfiguration("word")]), KeepAliveProc(), ReadyToTest(),
    ])

class TestBeside(unittest.TestCase):
    def test_word(self, proc_output, test_args):
        proc_output.assertWaitFor(test_args["word"], stream="stdout", timeout=30)
        self.assertEqual(test_args["word"], "good")

@post_shutdown_test()
class TestAfter(unittest.TestCase):
    def test_after(self, proc_info):
        assert len(list(proc_info)) == 2
"""
PLAIN_TEST = "def generate_test_description_is_only_named():\n    pass\n\ndef test_plain():\n    pass\n"


@pytest.fixture
def launch_test(tmp_path: Path) -> Path:
    path = tmp_path / "word_launch_test.py"
    path.write_text(LAUNCH_TEST)
    return path


def run(module: str, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", module, *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
        cwd=Path(arguments[0]).parent,
    )


def test_the_command_gives_a_code_and_a_report(launch_test: Path) -> None:
    report = launch_test.with_name("report.xml")
    done = run("launch_testing.launch_test", launch_test, "word:=good", "--junit-xml", report)
    assert done.returncode == 0, done.stderr
    root = ET.parse(report).getroot()  # noqa: S314
    assert (root.get("name"), root.get("tests")) == ("word_launch_test.word_launch_test", "2")


def test_a_failed_test_is_the_code_of_the_command(launch_test: Path) -> None:
    done = run("launch_testing.launch_test", launch_test, "word:=bad")
    assert done.returncode == 1
    assert "AssertionError: 'bad' != 'good'" in done.stderr


def test_arguments_of_the_launch_are_shown(launch_test: Path) -> None:
    done = run("launch_testing.launch_test", launch_test, "--show-args")
    assert done.returncode == 0
    assert "    'word':\n        what is said\n        (default: 'nothing')\n" in done.stdout


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    done = run("launch_testing.launch_test", tmp_path / "none.py")
    assert done.returncode == 2
    assert f"Test file '{tmp_path / 'none.py'}' does not exist" in done.stderr


@pytest.mark.parametrize(("word", "outcome"), [("good", "2 passed"), ("bad", "1 failed, 1 passed")])
def test_pytest_runs_it_beside_other_tests(launch_test: Path, word: str, outcome: str) -> None:
    launch_test.rename(launch_test.with_name("test_word.py"))
    launch_test.with_name("test_plain.py").write_text(PLAIN_TEST)
    done = run("pytest", launch_test.parent, "--launch-args", f"word:={word}")
    assert outcome in done.stdout, done.stdout + done.stderr
    assert ("FAIL: " in done.stdout) is (word == "bad")
