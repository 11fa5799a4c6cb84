"""`twin ingest`: exit codes, texts, and help that is quick."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from rosbags.rosbag2 import Writer

from twin_recorder.core.bags import Advance

Twin = Callable[..., int]


@pytest.fixture
def bag(tmp_path: Path, messages: Any) -> Path:
    """A bag of one odometry message and one text."""
    with Writer(tmp_path / "bag", version=9) as writer:
        store = messages.definitions.store
        odom = writer.add_connection("/odom", "nav_msgs/msg/Odometry", typestore=store)
        text = writer.add_connection("/clock", "std_msgs/msg/String", typestore=store)
        writer.write(odom, 1, messages.odometry(0))
        writer.write(text, 2, messages.cdr(messages.make("std_msgs/msg/String", "hello")))
    return tmp_path / "bag"


def test_text_says_what_landed_and_what_was_skipped(twin: Twin, bag: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert twin("ingest", str(bag), "--twin", "tb", "--job", "old") == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "twin tb, job old, bag bag: 1 messages, 2 new rows, 1 segments"
    assert lines[1].startswith("skipped /clock (1 messages): the topic table ignores it")


def test_json_has_the_documented_fields(twin: Twin, bag: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for rows, replayed in ((2, 0), (0, 1)):
        assert twin("ingest", str(bag), "--twin", "tb", "--job", "old", "--json") == 0
        result = json.loads(capsys.readouterr().out)
        skipped = result.pop("skipped")
        counts = {"messages": 1, "rows": rows, "segments": 1, "replayed_segments": replayed}
        assert result == {"bag": str(bag), "damage": "", **counts}
        assert [set(each) for each in skipped] == [{"topic", "messages", "reason"}]


def test_dry_run_says_what_would_become_of_each_topic(
    twin: Twin, bag: Path, settings: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    assert twin("ingest", str(bag), "--twin", "tb", "--job", "old", "--dry-run") == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "bag bag: 1 messages to ingest, 0.0 s"
    assert [line.split()[:4] for line in lines[1:3]] == [
        ["topic", "type", "messages", "becomes"],
        ["/odom", "nav_msgs/msg/Odometry", "1", "state_snapshots"],
    ]
    assert twin("ingest", str(bag), "--twin", "tb", "--job", "old", "--dry-run", "--json") == 0
    planned = json.loads(capsys.readouterr().out)
    becomes = {topic["topic"]: topic["becomes"] for topic in planned["topics"]}
    assert becomes["/odom"] == "state_snapshots sensor_readings"
    assert becomes["/clock"].startswith("skipped: the topic table ignores it")
    assert not Path(settings.storage).exists()


def test_interrupt_ends_an_ingest_between_two_blocks(
    twin: Twin, bag: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(*_: Any, advance: Advance, **__: Any) -> None:
        signal.raise_signal(signal.SIGINT)
        advance(1)
        pytest.fail("it went on")

    monkeypatch.setattr("twin_recorder.core.ingest.ingest", interrupted)
    assert twin("ingest", str(bag), "--twin", "tb", "--job", "old") == 130
    assert capsys.readouterr().err == "twin ingest: interrupted; the same command goes on where this one was\n"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--twin", "t/b"], "--twin 't/b' is not valid; use 1 to 64 letters"),
        (["--job", "../x"], "--job '../x' is not valid; use 1 to 64 letters"),
        (["--environment", "mars"], "--environment 'mars' is not valid; use one of ros.dev.gpu"),
        (
            ["--topics", "/none.yaml"],
            "--topics can't be used: topic table /none.yaml: No such file or directory; set --topics to a",
        ),
        (["--pose-rule", "gps"], "--pose-rule can't be used: pose.rule 'gps' is not one of auto, tf, odom, amcl_pose"),
        (["--map-frame", "/"], "--map-frame can't be used: pose.map_frame is empty"),
    ],
)
def test_wrong_option_is_named_in_one_sentence_and_exit_code_2(
    twin: Twin, bag: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], sentence: str
) -> None:
    assert twin("ingest", str(bag), "--twin", "tb", "--job", "old", *arguments) == 2
    error = capsys.readouterr().err
    assert error.startswith(f"twin ingest: {sentence}")
    assert error.count("\n") == 1


def test_failure_is_one_sentence_and_exit_code_1(twin: Twin, capsys: pytest.CaptureFixture[str]) -> None:
    assert twin("ingest", "/none", "--twin", "tb", "--job", "old") == 1
    error = capsys.readouterr().err
    assert error.startswith("twin ingest: there is no bag /none")
    assert error.count("\n") == 1


def test_options_choose_the_lake_which_is_said(
    twin: Twin, bag: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = ("--catalog", f"sqlite:{tmp_path}/other/catalog.sqlite", "--storage", f"{tmp_path}/other/data")
    assert twin("ingest", str(bag), "--twin", "tb", "--job", "old", *place) == 0
    assert capsys.readouterr().err == f"lake {place[1]} with data in {place[3]}\n"
    assert (tmp_path / "other" / "catalog.sqlite").is_file()


def test_missing_arguments_are_exit_code_2(twin: Twin) -> None:
    with pytest.raises(SystemExit) as caught:
        twin("ingest")
    assert caught.value.code == 2


def test_help_imports_nothing_heavy() -> None:
    program = (
        "import argparse, sys; from twin_recorder.command import register;"
        " register(argparse.ArgumentParser().add_subparsers());"
        " print([name for name in ('numpy', 'pyarrow', 'duckdb', 'rosbags') if name in sys.modules])"
    )
    finished = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert finished.stdout == "[]\n"
