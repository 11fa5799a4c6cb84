"""Log files of a process."""

import os
from pathlib import Path

import pytest

from rclpy.context import Context
from rclpy.impl.errors import RCLError
from rclpy.logging import get_logger


@pytest.fixture
def folder(own_router: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("ROS_LOG_DIR", str(tmp_path / "log"))
    return tmp_path / "log"


def test_what_is_spoken_is_written_until_the_last_context_ends(folder: Path) -> None:
    contexts = [Context(), Context()]
    for context in contexts:
        context.init(["--ros-args", "--log-file-name", "robot"], domain_id=77)
    get_logger("a.b").info("first")
    get_logger("a.b").debug("silent")
    contexts[0].shutdown()
    get_logger("a.b").error("second")
    contexts[1].shutdown()
    get_logger("a.b").info("third")
    (path,) = folder.iterdir()
    assert path.name.startswith(f"robot_{os.getpid()}_")
    assert [line.partition("] [")[0] + line.partition(" [a.b]")[2] for line in path.read_text().splitlines()] == [
        "[INFO: first",
        "[ERROR: second",
    ]


def test_files_can_be_switched_off(folder: Path) -> None:
    context = Context()
    context.init(["--ros-args", "--disable-external-lib-logs"], domain_id=77)
    get_logger("a").info("only on the console")
    context.shutdown()
    assert not folder.exists()


def test_a_folder_that_cannot_be_written_to_is_told_once(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder.write_text("a file is in the way")
    context = Context()
    context.init([], domain_id=77)
    for _ in range(2):
        get_logger("a").info("hello")
    context.shutdown()
    spoken = capsys.readouterr().err
    assert spoken.count("hello") == 2
    assert spoken.count(f"no log file is written: [Errno 17] File exists: '{folder}'; set ROS_LOG_DIR") == 1


def test_files_lie_below_ros_home(own_router: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ROS_LOG_DIR", raising=False)
    monkeypatch.setenv("ROS_HOME", str(tmp_path))
    context = Context()
    context.init([], domain_id=77)
    get_logger("a").info("hello")
    context.shutdown()
    assert len(list((tmp_path / "log").iterdir())) == 1


def test_a_logging_configuration_is_refused(own_router: str) -> None:
    with pytest.raises(RCLError, match=r"--log-config-file log\.yaml: there are no configuration files"):
        Context().init(["--ros-args", "--log-config-file", "log.yaml"], domain_id=77)
