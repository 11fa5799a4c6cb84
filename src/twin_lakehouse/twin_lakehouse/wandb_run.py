"""The Weights & Biases run that belongs to a job: its summary, from an offline run folder or from the server.

Offline runs are read without the `wandb` package; only a run on the server needs it, and a key.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from twin_lakehouse._wandb_log import read_summary
from twin_lakehouse.errors import InvalidValueError

DIR_VARIABLE = "WANDB_DIR"
KEY_VARIABLE = "WANDB_API_KEY"
_SUMMARY = Path("files", "wandb-summary.json")
# Summaries are a few numbers; whatever else ended up in one must not fill the jobs table.
_MOST_BYTES = 1 << 20
_MOST_LOG_BYTES = 1 << 30
_TIMEOUT_S = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class WandbRun:
    """A run as it was read; `source` is its folder, or the URL of the run."""

    run_id: str
    summary: Mapping[str, object]
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WandbLookup:
    """The run, or why there is none (`problem`)."""

    run: WandbRun | None = None
    problem: str = ""


def look_up_run(run: str, folder: str | Path | None = None) -> WandbLookup:
    """Finds a run by id, or by entity/project/id, first among offline runs in `folder` (default: $WANDB_DIR, or here).

    Whatever is missing (the folder, the package, a key, the network) is a `problem`, never an error.
    Raises InvalidValueError where the folder that was asked for isn't one.
    """
    run_id = run.rsplit("/", 1)[-1]
    if not run_id or set(run_id) & set("*?[]\\"):
        raise InvalidValueError("W&B run", run, allowed="its id, or entity/project/id")
    if folder is not None and not Path(folder).is_dir():
        raise InvalidValueError("W&B folder", str(folder), allowed="a folder with offline runs, such as ./wandb")
    place = Path(folder if folder is not None else os.environ.get(DIR_VARIABLE) or ".")
    found = _run_folders(place, run_id)
    return _offline(found[-1], run_id) if found else _online(run, run_id, place)


def _run_folders(place: Path, run_id: str) -> list[Path]:
    """Folders of a run, oldest first: a resumed run has several. `place` is one of them, wandb/, or what holds that."""
    files = [path for inside in ("", "*/", "wandb/*/") for path in place.glob(f"{inside}run-{run_id}.wandb")]
    summaries = [path for inside in ("", "wandb/") for path in place.glob(f"{inside}*run-*-{run_id}/{_SUMMARY}")]
    # `latest-run` is a link to one of them.
    folders = {path.parent.resolve() for path in files} | {path.parent.parent.resolve() for path in summaries}
    return sorted(folders, key=lambda path: path.name)


def _offline(folder: Path, run_id: str) -> WandbLookup:
    """The summary as the run wrote it down; a run that is going on, or of newer versions, has it in its log only."""
    path, log = folder / _SUMMARY, folder / f"run-{run_id}.wandb"
    read = path if path.is_file() else log
    try:
        if read == path:
            found = json.loads(_content(path, _MOST_BYTES))
        else:
            found = read_summary(_content(log, _MOST_LOG_BYTES))
        summary = _plain(found)
    except (OSError, ValueError) as error:
        return WandbLookup(problem=f"{read} can't be read: {error}")
    return WandbLookup(run=WandbRun(run_id=run_id, summary=summary, source=str(folder)))


def _content(path: Path, most_bytes: int) -> bytes:
    """The file, unless it is longer than a summary can be. Raises OSError, ValueError."""
    size = path.stat().st_size
    if size > most_bytes:
        raise ValueError(f"it has {size} bytes, more than {most_bytes}")
    return path.read_bytes()


def _online(run: str, run_id: str, place: Path) -> WandbLookup:
    """Asks the server, where the package and a key are there."""
    missing = f"no offline run {run_id} in {place}"
    try:
        api = import_module("wandb").Api
    except (ImportError, AttributeError):  # a folder called wandb is a module as well
        return WandbLookup(problem=f"{missing}, and package wandb isn't installed to ask the server")
    if not os.environ.get(KEY_VARIABLE):
        return WandbLookup(problem=f"{missing}, and {KEY_VARIABLE} isn't set to ask the server")
    try:
        found = api(timeout=_TIMEOUT_S).run(run)
        return WandbLookup(run=WandbRun(run_id=run_id, summary=_plain(dict(found.summary)), source=str(found.url)))
    except Exception as error:  # noqa: BLE001  whatever the package raises, without the run the sync goes on
        return WandbLookup(problem=f"{missing}, and the server gave none: {' '.join(str(error).split())}")


def _plain(summary: object) -> dict[str, object]:
    """The summary as JSON has it: numbers that it lacks (NaN) become null, other things text. Raises ValueError."""
    if not isinstance(summary, dict):
        raise ValueError("it is no JSON object")  # noqa: TRY004  the file is wrong, not the caller
    text = json.dumps(summary, default=str)
    if len(text) > _MOST_BYTES:
        raise ValueError("it is too long for a summary")
    return dict(json.loads(text, parse_constant=lambda _: None))
