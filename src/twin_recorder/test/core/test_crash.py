"""The recorder dies at each step, by SIGKILL, and the next start ends with the same rows, once each."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from twin_lakehouse import LakeSettings

CHILD = Path(__file__).parent.parent / "crash_child.py"
STEPS = (
    "append",
    "append.half",
    "roll.begun",
    "seal.before",
    "seal.truncated",
    "seal.renamed",
    "packed",
    "upload.before",
    "upload.after",
    "project.before",
    "commit.before",
    "commit.inside",
    "commit.after",
    "unlink.after",
    "described.before",
    "described.after",
)


def record(folder: Path, prefixes: tuple[Path, ...], step: str) -> int:
    """Run the recorder in a process of its own; its exit status, negative for a signal."""
    environment = {**os.environ, "AMENT_PREFIX_PATH": ":".join(map(str, prefixes))}
    command = [sys.executable, str(CHILD), str(folder), step]
    finished = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert finished.returncode in (0, -signal.SIGKILL), finished.stderr
    return finished.returncode


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory, prefixes: tuple[Path, ...]) -> Path:
    """A folder in which nothing went wrong."""
    folder = tmp_path_factory.mktemp("undisturbed")
    assert record(folder, prefixes, "none") == 0
    return folder


def in_folder(recorder: Any, folder: Path) -> Any:
    """The recorder of the fixture, on the spool and the lake of a child."""
    settings = LakeSettings(catalog=f"sqlite:{folder / 'lake.sqlite'}", storage=str(folder / "data"))
    return replace(recorder, folder=folder, settings=settings)


@pytest.mark.parametrize("step", STEPS)
def test_rows_after_a_crash_are_the_same_once_each(
    tmp_path: Path, prefixes: tuple[Path, ...], undisturbed: Path, recorder: Any, step: str
) -> None:
    assert record(tmp_path, prefixes, step) == -signal.SIGKILL
    again = in_folder(recorder, tmp_path)
    assert again.record([], "another-job") == 0
    assert again.everything(ids=True) == in_folder(recorder, undisturbed).everything(ids=True)
    assert {path.name for path in again.spool.iterdir()} <= {".lake.json", ".lock"}
