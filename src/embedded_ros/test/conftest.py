"""What all tests of the underlay share."""

import json
import logging
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import zenoh

import embedded_ros.rosidl.hook  # noqa: F401  # interface packages, also where the .pth file is not installed
from launch import LaunchDescription, LaunchService
from launch import logging as launch_logging
from launch.launch_description_entity import LaunchDescriptionEntity


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session", autouse=True)
def log_directory(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Log files of contexts that are initialized in the tests lie here, and not in the home folder."""
    with pytest.MonkeyPatch.context() as patch:
        folder = tmp_path_factory.mktemp("log")
        patch.setenv("ROS_LOG_DIR", str(folder))
        yield folder


@pytest.fixture(scope="session")
def endpoint() -> Iterator[str]:
    """A Zenoh router of the tests' own, so that no other graph on this machine shows up."""
    endpoint = f"tcp/127.0.0.1:{_free_port()}"
    config = zenoh.Config()
    config.insert_json5("mode", '"router"')
    config.insert_json5("listen/endpoints", json.dumps([endpoint]))
    config.insert_json5("scouting/multicast/enabled", "false")
    with zenoh.open(config):
        yield endpoint


@pytest.fixture
def own_router(endpoint: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """Contexts that are initialized in this test meet on the tests' own router; gives the override's text."""
    override = f'connect/endpoints=["{endpoint}"]'
    monkeypatch.setenv("ZENOH_CONFIG_OVERRIDE", override)
    return override


@pytest.fixture
def spoken() -> Iterator[list[str]]:
    """What the wire says in this test: its warnings and news, whether or not a context has taken over its logger."""
    lines: list[str] = []
    handler = logging.Handler()
    handler.emit = lambda record: lines.append(record.getMessage())  # type: ignore[method-assign]
    logger = logging.getLogger("rmw_zenoh_cpp")
    level = logger.level
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    yield lines
    logger.removeHandler(handler)
    logger.setLevel(level)


@pytest.fixture
def free_port() -> int:
    """A port that nobody listens on."""
    return _free_port()


@pytest.fixture
def log_dir(tmp_path: Path) -> Iterator[Path]:
    """Launches log into this folder; the test may change how, as long as it asks for this fixture first."""
    folder = tmp_path / "log"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ROS_LOG_DIR", str(folder))
        launch_logging.reset()
        yield folder
    launch_logging.reset()


@pytest.fixture
def launched(log_dir: Path) -> Callable[..., int]:
    """Runs entities; gives launch's exit code."""

    def run(*entities: LaunchDescriptionEntity) -> int:
        service = LaunchService(noninteractive=True)
        service.include_launch_description(LaunchDescription(entities))
        return service.run()

    return run
