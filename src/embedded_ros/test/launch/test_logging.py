"""Where launch logs to, and in which format."""

import logging
from collections.abc import Callable
from pathlib import Path

import pytest

from launch import logging as launch_logging
from launch.actions import ExecuteProcess, LogInfo


def test_a_run_has_a_folder_of_its_own_and_a_link_to_the_last(launched: Callable[..., int], log_dir: Path) -> None:
    launched(LogInfo(msg="hello"))
    assert "[INFO] [launch.user]: hello" in (log_dir / "latest" / "launch.log").read_text()
    assert sorted(path.name for path in log_dir.iterdir() if not path.is_symlink()) == [
        Path(launch_logging.launch_config.log_dir).name
    ]


def test_a_process_may_have_log_files_of_its_own(launched: Callable[..., int], log_dir: Path) -> None:
    process = ExecuteProcess(cmd=["sh", "-c", "echo out; echo err >&2"], output="own_log", output_format="{line}")
    launched(process)
    name = process.name
    texts = {path.name: path.read_text() for path in (log_dir / "latest").glob(f"{name}*")}
    assert texts[f"{name}-stdout.log"] == "out\n"
    assert texts[f"{name}-stderr.log"] == "err\n"
    assert sorted(texts[f"{name}.log"].split()) == ["err", "out"]


@pytest.mark.parametrize("config", ["loud", {"stdin": "screen"}, {"stdout": "printer"}, 3])
def test_an_unknown_output_is_refused(config: object, log_dir: Path) -> None:
    with pytest.raises(ValueError, match="is not a valid"):
        launch_logging.get_output_loggers("talker-1", config)  # type: ignore[arg-type]


def test_the_environment_may_set_the_format(
    log_dir: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("OVERRIDE_LAUNCH_SCREEN_FORMAT", "{name}\\t{msg}")
    launch_logging.reset()
    launch_logging.get_logger("launch.test").warning("%s is late", "it")
    assert capfd.readouterr().out == "launch.test\tit is late\n"


def test_a_log_folder_that_is_not_there_is_refused(log_dir: Path) -> None:
    with pytest.raises(ValueError, match="/no/such/folder is not a directory"):
        launch_logging.launch_config.log_dir = "/no/such/folder"


def test_any_handler_of_python_can_be_asked_for() -> None:
    handler = getattr(launch_logging.handlers, "MemoryHandler")(capacity=1)  # noqa: B009
    assert isinstance(handler, logging.handlers.MemoryHandler)
    with pytest.raises(AttributeError, match="no attribute 'NoSuchHandler'"):
        getattr(launch_logging.handlers, "NoSuchHandler")  # noqa: B009
