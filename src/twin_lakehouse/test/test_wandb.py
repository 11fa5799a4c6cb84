"""The W&B run of a job: read where it is, and no error where it isn't. data/wandb is of wandb 0.31.0, offline."""

from __future__ import annotations

import json
import math
import shutil
import struct
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest

from twin_lakehouse import Lake, create_twin, get_job, start_job, sync_twin
from twin_lakehouse._wandb_log import read_summary
from twin_lakehouse.errors import InvalidValueError
from twin_lakehouse.wandb_run import look_up_run

from .making import JOB, TWIN

RUN = "a1b2c3d4"
DATA = Path(__file__).parent / "data" / "wandb"
LOG = next(DATA.glob("*/*.wandb"))
SUMMARY = {"reward": 2, "success": None, "_step": 4, "best": {"epoch": 3}}


@pytest.fixture(autouse=True)
def without_wandb(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, "wandb", None)
    for name in ("WANDB_DIR", "WANDB_API_KEY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)


def known(summary: object) -> dict[str, object]:
    assert isinstance(summary, dict)
    return {name: summary[name] for name in SUMMARY}


def offline_run(folder: Path, summary: str) -> Path:
    path = folder / "wandb" / f"offline-run-20260301_120000-{RUN}" / "files" / "wandb-summary.json"
    path.parent.mkdir(parents=True)
    path.write_text(summary)
    return path


@pytest.mark.parametrize("place", [DATA, DATA.parent, LOG.parent], ids=["wandb", "its parent", "the run"])
def test_offline_run_is_read_from_its_log_without_the_package(place: Path) -> None:
    lookup = look_up_run(RUN, place)
    assert lookup.run
    assert (lookup.run.run_id, Path(lookup.run.source)) == (RUN, LOG.parent.resolve())
    assert known(lookup.run.summary) == SUMMARY


def test_summary_that_the_run_wrote_comes_before_its_log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = offline_run(tmp_path, '{"reward": 7, "loss": NaN}')
    shutil.copy(LOG, path.parent.parent)
    monkeypatch.setenv("WANDB_DIR", str(tmp_path))
    run = look_up_run(f"team/maze/{RUN}").run
    assert run
    assert run.summary == {"reward": 7, "loss": None}


def test_log_that_was_cut_gives_what_was_written_before() -> None:
    data = LOG.read_bytes()
    summaries = [read_summary(data[:end]) for end in range(7, len(data), 97)]
    assert summaries[0] == {}
    assert math.isnan(float(str(read_summary(data)["success"])))
    assert [summary["_step"] for summary in summaries if "_step" in summary] == sorted(
        int(str(summary["_step"])) for summary in summaries if "_step" in summary
    )


def test_log_whose_records_cross_blocks_is_read() -> None:
    def field(number: int, body: bytes) -> bytes:
        size, text = len(body), b""
        while size >= 0x80:
            text, size = text + bytes([size & 0x7F | 0x80]), size >> 7
        tag = number << 3 | 2
        head = bytes([tag]) if tag < 0x80 else bytes([tag & 0x7F | 0x80, tag >> 7])
        return head + text + bytes([size]) + body

    value = json.dumps("x" * 40_000).encode()
    record = field(3, field(1, field(1, b"long") + field(16, value)))
    first = (32 << 10) - 7 - 7
    parts = [(2, record[:first]), (4, record[first:])]
    log = b":W&B" + bytes(3) + b"".join(struct.pack("<IHB", 0, len(part), kind) + part for kind, part in parts)
    assert read_summary(log) == {"long": "x" * 40_000}


@pytest.mark.parametrize("content", ["", "[1]", "{", '{"a": "' + "x" * (1 << 20) + '"}'])
def test_summary_that_can_not_be_read_is_a_problem_in_words(tmp_path: Path, content: str) -> None:
    path = offline_run(tmp_path, content)
    lookup = look_up_run(RUN, tmp_path)
    assert lookup.run is None
    assert lookup.problem.startswith(f"{path.resolve()} can't be read: ")


def test_what_is_missing_is_a_problem_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    assert look_up_run(RUN).problem == (
        f"no offline run {RUN} in ., and package wandb isn't installed to ask the server"
    )
    monkeypatch.setitem(sys.modules, "wandb", ModuleType("wandb"))
    assert "isn't installed" in look_up_run(RUN).problem
    monkeypatch.setattr(sys.modules["wandb"], "Api", None, raising=False)
    assert look_up_run(RUN).problem.endswith("and WANDB_API_KEY isn't set to ask the server")


def test_server_is_asked_where_there_is_a_key(monkeypatch: pytest.MonkeyPatch) -> None:
    runs = {"team/maze/far": SimpleNamespace(summary={"reward": math.inf}, url="https://wandb.ai/team/maze/runs/far")}
    module = ModuleType("wandb")
    module.Api = lambda timeout: SimpleNamespace(run=lambda path: runs[path])  # type: ignore[attr-defined]  # noqa: ARG005
    monkeypatch.setitem(sys.modules, "wandb", module)
    monkeypatch.setenv("WANDB_API_KEY", "key")
    run = look_up_run("team/maze/far").run
    assert run
    assert (run.run_id, run.summary, run.source) == ("far", {"reward": None}, "https://wandb.ai/team/maze/runs/far")
    assert "the server gave none" in look_up_run("team/maze/none").problem


@pytest.mark.parametrize(("run", "folder"), [("", None), ("team/", None), ("a*", None), (RUN, "/no/such/folder")])
def test_run_or_folder_that_can_not_be_is_refused(run: str, folder: str | None) -> None:
    with pytest.raises(InvalidValueError, match="W&B"):
        look_up_run(run, folder)


def test_summary_becomes_metadata_of_the_job_once(lake: Lake) -> None:
    create_twin(lake, TWIN)
    start_job(lake, TWIN, JOB, metadata={"pose": {"rule": "tf"}})
    assert sync_twin(lake, TWIN, JOB).wandb == {"problem": "the job names no run"}
    result = sync_twin(lake, TWIN, JOB, wandb_run=RUN, wandb_dir=DATA)
    assert result.wandb == {"run_id": RUN, "source": str(LOG.parent.resolve())}
    job = get_job(lake, TWIN, JOB)
    metadata = json.loads(job.metadata)
    assert (job.wandb_run_id, metadata["pose"], metadata["wandb"]["run_id"]) == (RUN, {"rule": "tf"}, RUN)
    assert known(metadata["wandb"]["summary"]) == SUMMARY
    sync_twin(lake, TWIN, JOB, wandb_dir=DATA)
    assert get_job(lake, TWIN, JOB) == job


def test_run_that_is_not_there_is_no_error_and_keeps_what_was_read(lake: Lake) -> None:
    create_twin(lake, TWIN)
    start_job(lake, TWIN, JOB, wandb_run_id=RUN)
    sync_twin(lake, TWIN, JOB, wandb_dir=DATA)
    before = get_job(lake, TWIN, JOB)
    result = sync_twin(lake, TWIN, JOB)
    assert (result.sync_status, "no offline run" in str(result.wandb["problem"])) == ("synced", True)
    assert get_job(lake, TWIN, JOB) == before
