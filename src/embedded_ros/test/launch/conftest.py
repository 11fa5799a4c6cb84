"""Launches that log into the test's own folder."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from launch import LaunchDescription, LaunchService
from launch import logging as launch_logging
from launch.launch_description_entity import LaunchDescriptionEntity


@pytest.fixture(autouse=True)
def log_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    folder = tmp_path / "log"
    monkeypatch.setenv("ROS_LOG_DIR", str(folder))
    launch_logging.reset()
    yield folder
    launch_logging.reset()


@pytest.fixture
def launched() -> Callable[..., int]:
    """Runs entities; gives launch's exit code."""

    def run(*entities: LaunchDescriptionEntity) -> int:
        service = LaunchService(noninteractive=True)
        service.include_launch_description(LaunchDescription(entities))
        return service.run()

    return run
