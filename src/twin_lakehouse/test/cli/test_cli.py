"""The `twin` command: the operations, from the shell."""

from __future__ import annotations

import argparse
import dataclasses
import json
import os
import shlex
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from unittest.mock import Mock
from uuid import UUID

import pytest

from twin_lakehouse import Lake, cli, create_twin, start_job
from twin_lakehouse._setup import SCHEMA_VERSION
from twin_lakehouse.cli import program
from twin_lakehouse.cli.program import build_parser

from ..making import JOB, PERIOD, TWIN, snapshot

COMMANDS = (
    *("create", "list", "state", "query", "events", "annotate", "retire", "sync", "report"),
    *("compact", "expire", "migrate"),
)


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The default lake is in the current folder."""
    monkeypatch.chdir(tmp_path)
    for name in ("TWIN_CATALOG", "TWIN_STORAGE"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def recorded() -> None:
    with Lake.open() as lake:
        create_twin(lake, TWIN)
        start_job(lake, TWIN, JOB)
        with lake.transaction():
            lake.insert(*map(snapshot, range(5)))


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = cli.main(arguments)
    output, errors = capsys.readouterr()
    return code, output, errors


def run_json(capsys: pytest.CaptureFixture[str], *arguments: str) -> object:
    code, output, errors = run(capsys, *arguments, "--json")
    assert code == 0, errors
    return json.loads(output)


def test_twin_is_created_listed_and_retired(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "robot.urdf").write_text("<robot/>")
    created = run_json(
        capsys, "create", TWIN, "--urdf", "robot.urdf", "--limit", "linear_velocity=0.5", "--name", "Bot"
    )
    assert isinstance(created, dict)
    assert created["metadata"] == {"limits": {"linear_velocity": 0.5}}
    assert created["created_at"].endswith("Z")
    assert run_json(capsys, "list") == [created]
    retired = run_json(capsys, "retire", TWIN, "--reason", "sold")
    assert isinstance(retired, dict)
    assert retired["status"] == "retired"
    events = run_json(capsys, "events", TWIN)
    assert isinstance(events, list)
    assert [(event["event_type"], event["payload"]) for event in events] == [
        ("twin.created", {"asset_type": "robot"}),
        ("twin.retired", {"reason": "sold"}),
    ]


@pytest.mark.usefixtures("recorded")
def test_recorded_job_is_synced_and_queried(capsys: pytest.CaptureFixture[str]) -> None:
    synced = run_json(capsys, "sync", TWIN, "--job", JOB)
    assert isinstance(synced, dict)
    assert (synced["snapshots"], synced["reconciled"], synced["new_events"]) == (5, 5, 1)
    sql = "SELECT timestamp, position_x FROM state_snapshots WHERE position_x > $x ORDER BY timestamp"
    assert run_json(capsys, "query", TWIN, sql, "--param", "x=0.012") == [
        {"timestamp": snapshot(i).timestamp.isoformat() + "Z", "position_x": snapshot(i).position_x} for i in (3, 4)
    ]


@pytest.mark.usefixtures("recorded")
def test_sync_says_what_it_found_and_ends_with_an_error_only_where_it_is_asked_to(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with Lake.open() as lake, lake.transaction():
        lake.insert(dataclasses.replace(snapshot(5), linear_velocity=9.0))
    code, output, _ = run(capsys, "sync", TWIN, "--job", JOB, "--wandb-run", "a1b2")
    lines = {line[:17].strip(): line[17:].strip() for line in output.splitlines()}
    assert code == 0
    assert {name: lines[name] for name in ("anomalies", "linear_velocity", "reconciled", "bag")} == {
        "anomalies": "1",
        "linear_velocity": "1",
        "reconciled": "5",
        "bag": "0 files looked at",
    }
    assert "linear_velocity 0.26" in lines["limits (default)"]
    assert lines["wandb"].startswith("no offline run a1b2 in .")
    assert run(capsys, "sync", TWIN, "--job", JOB, "--strict")[0] == 1
    assert run(capsys, "sync", TWIN, "--job", JOB, "--wandb-dir", "nowhere")[0] == 1


@pytest.mark.usefixtures("recorded")
def test_columns_of_one_name_are_kept_apart(capsys: pytest.CaptureFixture[str]) -> None:
    sql = "SELECT 1 AS a, 2 AS a, 3 AS a_1"
    assert run_json(capsys, "query", TWIN, sql) == [{"a": 1, "a_1": 2, "a_1_1": 3}]
    _, output, _ = run(capsys, "query", TWIN, sql)
    assert [line.split() for line in output.splitlines()] == [["a", "a_1", "a_1_1"], ["1", "2", "3"]]


@pytest.mark.usefixtures("recorded")
def test_time_beyond_the_calendar_is_one_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    code, _, errors = run(capsys, "query", TWIN, "SELECT TIMESTAMP 'infinity' AS t")
    assert (code, errors.splitlines()[1].partition(": it gives a time that can't be shown")[1] != "") == (1, True)


@pytest.mark.usefixtures("recorded")
def test_report_that_has_no_place_is_one_sentence(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    code, _, err = run(capsys, "report", TWIN, "--job", JOB, "--out", str(tmp_path / "file" / "report"))
    assert (code, err.splitlines()[-1].count("choose another place")) == (1, 1)


@pytest.mark.usefixtures("recorded")
def test_state_has_asset_and_snapshot(capsys: pytest.CaptureFixture[str]) -> None:
    at = snapshot(2).timestamp.isoformat() + "Z"
    state = run_json(capsys, "state", TWIN, "--at", at)
    assert isinstance(state, dict)
    assert (state["at"], state["asset"]["asset_id"]) == (at, TWIN)
    assert state["snapshot"]["snapshot_id"] == str(snapshot(2).snapshot_id)
    code, output, _ = run(capsys, "state", TWIN, "--at", "2000-01-01")
    assert (code, "none observed by then" in output) == (0, True)


@pytest.mark.usefixtures("recorded")
def test_annotation_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    note = run_json(capsys, "annotate", TWIN, "blurred", "--type", "label", "--snapshot", str(snapshot(1).snapshot_id))
    assert isinstance(note, dict)
    assert str(UUID(note["annotation_id"])) == note["annotation_id"]
    assert (note["content"], note["annotation_type"], note["author"]) == ("blurred", "label", "twin")


@pytest.mark.usefixtures("recorded")
def test_table_is_aligned_and_plain_when_piped(capsys: pytest.CaptureFixture[str]) -> None:
    _, output, errors = run(
        capsys, "query", TWIN, "SELECT 1 AS n, 'a' AS long_name UNION ALL SELECT 20, NULL ORDER BY n"
    )
    assert output == " n  long_name\n 1  a\n20\n"
    assert errors == f"lake sqlite:{Path.cwd()}/lake/catalog.sqlite with data in {Path.cwd()}/lake/data\n"


@pytest.mark.usefixtures("recorded")
def test_lake_is_looked_after(capsys: pytest.CaptureFixture[str]) -> None:
    compacted = run_json(capsys, "compact", "--keep-files", "0s")
    assert compacted == {"files_before": 5, "files_after": 5, "merged": 0, "removed": 0}
    expired = run_json(capsys, "expire", "--older-than", "0s", "--rows", "0d", "--recordings", "1w", "--dry-run")
    assert isinstance(expired, dict)
    assert (expired["states"] > 0, expired["rows"], expired["recordings"]) == (True, 0, 0)
    assert run_json(capsys, "migrate") == {"schema_version": SCHEMA_VERSION, "steps": []}


@pytest.mark.usefixtures("recorded")
def test_state_between_two_snapshots_names_the_one_after(capsys: pytest.CaptureFixture[str]) -> None:
    at = (snapshot(2).timestamp + PERIOD / 3).isoformat()
    state = run_json(capsys, "state", TWIN, "--at", at, "--interpolate", "--max-gap", "0.5")
    assert isinstance(state, dict)
    assert state["interpolated_to"] == str(snapshot(3).snapshot_id)
    assert snapshot(2).position_x < state["snapshot"]["position_x"] < snapshot(3).position_x


@pytest.mark.usefixtures("recorded")
def test_rows_are_printed_as_csv_or_written_to_a_file(capsys: pytest.CaptureFixture[str]) -> None:
    sql = "SELECT TIMESTAMP '2026-03-01 12:00:00.5' AS t, 0.1::DOUBLE AS x, 'a,b' AS s, [1, NULL] AS l, NULL AS n"
    assert run(capsys, "query", TWIN, sql, "--csv")[1] == (
        't,x,s,l,n\n2026-03-01T12:00:00.500000Z,0.1,"a,b","[1, null]",\n'
    )
    assert run_json(capsys, "query", TWIN, sql, "--out", "rows.parquet") == {"rows": 1, "file": "rows.parquet"}
    assert Path("rows.parquet").stat().st_size > 0


@pytest.mark.usefixtures("recorded")
def test_interrupt_is_code_130(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    for error in (KeyboardInterrupt(), RuntimeError("Query interrupted")):
        monkeypatch.setattr("twin_lakehouse.query.query_twin", Mock(side_effect=error))
        code, _, errors = run(capsys, "query", TWIN, "SELECT 1")
        assert (code, errors.splitlines()[-1].startswith("twin: interrupted")) == (130, True)


def test_argument_that_is_not_utf8_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    code, _, errors = run(capsys, "create", os.fsdecode(b"bot-\xff"))
    assert (code, errors.count("\n")) == (2, 1)
    assert "is not UTF-8" in errors


@pytest.mark.parametrize(
    "arguments",
    [
        ["sync", TWIN, "--job", JOB],
        ["annotate", TWIN, "x"],
        ["retire", TWIN],
        ["compact"],
        ["expire", "--older-than", "1d"],
        ["migrate"],
    ],
    ids=lambda arguments: arguments[0],
)
def test_lake_that_is_not_there_is_made_by_create_alone(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, arguments: list[str]
) -> None:
    code, _, errors = run(capsys, *arguments)
    assert (code, "there is no lake at" in errors) == (1, True)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("recorded")
def test_number_that_json_does_not_have_is_null(capsys: pytest.CaptureFixture[str]) -> None:
    assert run_json(capsys, "query", TWIN, "SELECT 'nan'::DOUBLE AS x, [1, 2] AS y") == [{"x": None, "y": [1, 2]}]


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (["list"], "there is no lake at"),
        (["create", "a/b"], "asset_id 'a/b' is not valid"),
        (["create", TWIN, "--urdf", "nosuch.urdf"], "nosuch.urdf: the model can't be read"),
        (["create", TWIN, "--metadata", "[]"], "--metadata '[]' is not valid"),
        (["create", TWIN, "--limit", "fast"], "--limit 'fast' is not valid; use NAME=VALUE"),
        (["create", TWIN, "--type", "car"], "asset_type 'car'"),
        (["create", TWIN, "--limit=linear_velocity=Infinity"], "finite numbers"),
        (["create", TWIN, "--metadata", '{"limits": 3}', "--limit", "margin=2"], "limits of --metadata 3 is not valid"),
        (["list", "--catalog", "mysql:x"], "TWIN_CATALOG='mysql:x' is no catalog"),
        (["annotate", TWIN, "x", "--snapshot", "7"], "--snapshot '7' is not valid"),
        (["state", TWIN, "--at", "noon"], "time 'noon' is not valid; use ISO 8601"),
        (["state", TWIN, "--at", "0001-01-01T00:00:00+14:00"], "a time from year 1 to 9999"),
        (["events", TWIN, "--since", "9999-12-31T23:59:59-14:00"], "a time from year 1 to 9999"),
        (["state", TWIN, "--interpolate"], "use it with --at TIME"),
        (["expire", "--older-than", "30"], "--older-than '30' is not valid; use a number with its unit"),
        (["compact", "--keep-files", "99999w"], "at most 36500d"),
    ],
)
def test_refusal_is_one_sentence_on_stderr_and_code_1(
    capsys: pytest.CaptureFixture[str], arguments: list[str], problem: str
) -> None:
    code, output, errors = run(capsys, *arguments)
    assert (code, output) == (1, "")
    message = errors.splitlines()[-1]
    assert message.startswith("twin: ")
    assert problem in message


@pytest.mark.usefixtures("recorded")
@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (["create", TWIN], "exists already"),
        (["state", "nobody"], "no twin 'nobody'"),
        (["sync", TWIN, "--job", "other"], "no job 'other'"),
        (["query", TWIN, "DROP TABLE assets"], "it isn't a SELECT"),
        (["query", TWIN, "SELECT colour FROM assets"], '"colour" not found'),
        (["events", TWIN, "--limit", "0"], "limit >= 1"),
    ],
)
def test_refusal_of_an_operation_is_one_sentence(
    capsys: pytest.CaptureFixture[str], arguments: list[str], problem: str
) -> None:
    code, output, errors = run(capsys, *arguments)
    assert (code, output) == (1, "")
    assert problem in errors.splitlines()[-1]
    assert len(errors.splitlines()) == 2


@pytest.mark.parametrize("arguments", [[], ["nosuch"], ["query", TWIN], ["sync", TWIN], ["list", "--bogus"]])
def test_wrong_usage_is_code_2(capsys: pytest.CaptureFixture[str], arguments: Sequence[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        cli.main(arguments)
    assert caught.value.code == 2
    assert "usage: twin" in capsys.readouterr().err


@pytest.mark.parametrize("command", COMMANDS)
def test_help_has_an_example_that_parses_and_the_json_fields(
    capsys: pytest.CaptureFixture[str], command: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    with pytest.raises(SystemExit) as caught:
        cli.main([command, "--help"])
    assert caught.value.code == 0
    text = capsys.readouterr().out
    assert "--json fields: " in text
    example = text.split("example:\n")[1].strip()
    program, *words = shlex.split(example)
    assert program == "twin"
    assert build_parser().parse_args(words).run


def test_help_is_fast_because_it_imports_nothing_heavy() -> None:
    script = (
        "import sys; from twin_lakehouse.cli.program import build_parser; build_parser().format_help(); "
        "print(sorted({'duckdb', 'pyarrow', 'numpy'} & set(sys.modules)))"
    )
    environment = {**os.environ, "PYTHONPATH": ":".join(sys.path)}
    begin = time.perf_counter()
    done = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True)
    took_s = time.perf_counter() - begin
    assert done.stdout == "[]\n"
    # 0.07 s on an idle machine; the wide margin is for a busy one.
    assert took_s < 2.0


def test_command_of_another_package_is_added(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def wave(arguments: argparse.Namespace) -> int:
        print(arguments.json)
        return 0

    def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
        parser = subparsers.add_parser("wave", parents=[cli.lake_options()])
        parser.set_defaults(run=wave)

    monkeypatch.setattr(program, "_plugged_in", lambda: [("wave", lambda: register)])
    assert run(capsys, "wave", "--json") == (0, "True\n", "")


def test_broken_command_of_another_package_leaves_the_others(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def load() -> None:
        raise ImportError("no module named oops")

    monkeypatch.setattr(program, "_plugged_in", lambda: [("wave", load)])
    code, _, errors = run(capsys, "create", TWIN)
    assert code == 0
    assert "command wave is not available (no module named oops)" in errors


def test_reader_that_goes_away_is_no_error(tmp_path: Path) -> None:
    with Lake.open() as lake:
        create_twin(lake, TWIN)
    command = f"{sys.executable} -m twin_lakehouse.cli query {TWIN} 'FROM range(300000)' | head -1"
    environment = {**os.environ, "PYTHONPATH": ":".join(sys.path)}
    done = subprocess.run(
        ["bash", "-c", f"set -o pipefail; {command}; exit ${{PIPESTATUS[0]}}"],
        env=environment,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Traceback" not in done.stderr
    assert "Exception ignored" not in done.stderr
    assert done.stdout.strip() == "range"
