"""`twin recover`: exit codes and texts."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Twin = Callable[..., int]


@pytest.fixture
def spool(recorder: Any, messages: Any) -> Path:
    """A spool with one segment of two messages."""
    store = recorder.store()
    for i in (0, 1):
        store.append("/odom", messages.odometry(i), (i + 1) * 10**9)
    store.close()
    folder: Path = recorder.spool
    return folder


def test_dry_run_lists_what_lies_there(twin: Twin, spool: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert twin("recover", "--spool", str(spool), "--dry-run", "--json") == 0
    (row,) = json.loads(capsys.readouterr().out)
    (path,) = spool.glob("*.mcap")
    assert row["path"] == str(path)
    assert (row["asset_id"], row["job_id"], row["messages"], row["lake_id"]) == ("turtlebot-01", "job-1", 2, None)
    assert (row["started_at"], row["ended_at"]) == ("1970-01-01T00:00:01Z", "1970-01-01T00:00:02Z")
    assert row["size_bytes"] == path.stat().st_size


def test_text_says_what_landed(twin: Twin, spool: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for sentence in ("1 segments, 2 messages, 4 new rows\n", "0 segments, 0 messages, 0 new rows\n"):
        assert twin("recover", "--spool", str(spool)) == 0
        assert capsys.readouterr().out == sentence
    assert twin("recover", "--spool", str(spool.parent), "--dry-run") == 0
    assert capsys.readouterr().out == f"no segment waits in {spool.parent}\n"


def test_json_has_the_documented_fields(twin: Twin, spool: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert twin("recover", "--spool", str(spool), "--json") == 0
    fields = {"segments": 1, "messages": 2, "rows": 4, "replayed_segments": 0, "rejected": [], "foreign": []}
    assert json.loads(capsys.readouterr().out) == fields


def test_what_cannot_be_read_is_named_and_exit_code_1(
    twin: Twin, spool: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (spool / "9.mcap").write_bytes(b"no segment")
    assert twin("recover", "--spool", str(spool)) == 1
    assert f"{spool}/9.mcap.rejected can't be read as a segment" in capsys.readouterr().err
    assert twin("recover", "--spool", "/none") == 1
    assert capsys.readouterr().err == (
        "twin recover: there is no spool /none; name the folder of parameter spool, or a copy of it\n"
    )
