"""The main job as a person starts it: its exit code says whether the mission succeeded, its report is there."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from .conftest import ROOM, ROOT


def demo(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the demo to its end."""
    return subprocess.run(
        [ROOT / "scripts" / "demo", *arguments],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
        env=os.environ,
    )


@pytest.mark.parametrize(("target", "exit_code"), [("red", 0), ("blue", 1), ("purple", 2)])
def test_exit_code_says_found_not_found_or_not_begun(
    own_graph: int, own_lake: Path, target: str, exit_code: int
) -> None:
    job = f"demo-test-{target}-{os.getpid()}"
    finished = demo("--world", str(ROOM), "--target", target, "--job", job)
    report = ROOT / "out" / job / "report.html"
    assert finished.returncode == exit_code, finished.stdout + finished.stderr
    assert "turtlebot-01" in report.read_text()
    assert (report.parent / "trajectory.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--world", "atlantis"], "no world 'atlantis'"),
        (["--colour", "red"], "unknown argument '--colour'"),
        (["--target"], "--target needs a value"),
    ],
)
def test_wrong_use_is_one_sentence_and_exit_code_2(arguments: list[str], sentence: str) -> None:
    finished = demo(*arguments)
    assert (finished.returncode, finished.stderr.count("\n")) == (2, 1)
    assert sentence in finished.stderr
