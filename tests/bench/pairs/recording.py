"""A real recorder beside a real robot: CPU from the wire to the committed row, losses, and how far rows are behind."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from tests.bench.harness import Figure, Goal
from tests.bench.pairs.flow import routed
from twin_lakehouse import Lake, LakeSettings, TwinError

ODOMETRY: Final = ("/odom",)
MIX: Final = ("/odom", "/imu", "/scan", "/camera/color/image_raw")
_ASSET, _JOB = "bench", "run"
_WAIT_S: Final = 60.0
_TICK_S: Final = 1 / os.sysconf("SC_CLK_TCK")

NO_LOSS = Goal(subject="value", bound=0.0, at_most=True)
HALF_A_CORE = Goal(subject="value", bound=0.5, at_most=True)
TWO_SECONDS = Goal(subject="value", bound=2.0, at_most=True)
# `ros2 bag record` (C++, MCAP), at 2,000 Odometry messages a second; it fills no table.
BAG_RECORD_US: Final = 59.0
LESS_THAN_A_BAG = Goal(subject="ratio", bound=1.0, at_most=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One recording. cpu_s: the recorder's threads by kind, from the first message to the last committed row."""

    seconds: float
    sent: Mapping[str, int]
    rows: Mapping[str, int]
    latest_s: float
    behind_s: float
    cpu_s: Mapping[str, float]

    @property
    def lost(self) -> int:
        """Messages that were sent and are in no segment of the lake."""
        return sum(count - self.rows.get(topic, 0) for topic, count in self.sent.items())

    @property
    def total_cpu_s(self) -> float:
        return sum(self.cpu_s.values())


def figures(seconds: float) -> list[Figure]:
    """The mix of a robot with a camera, then Odometry alone."""
    return [*mixed(record(MIX, seconds)), *alone(record(ODOMETRY, seconds))]


def mixed(run: Run) -> Iterator[Figure]:
    """What a robot asks of its recorder."""
    yield _figure("record mix: lost", run.lost, "messages", NO_LOSS)
    yield _figure("record mix: CPU", run.total_cpu_s / run.seconds, "cores", HALF_A_CORE)
    yield _figure("record mix: rows behind, p99", run.behind_s, "s", TWO_SECONDS)
    yield _figure("record mix: robot's latest message", run.latest_s, "s")


def alone(run: Run) -> Iterator[Figure]:
    """CPU a message from the wire to the committed row, and where it goes."""
    messages = sum(run.rows.values())
    yield Figure(
        name="record Odometry, 2,000 a second",
        value=1e6 * run.total_cpu_s / messages,
        unit="us",
        runs=1,
        peer=BAG_RECORD_US,
        peer_name="ros2 bag record, as given",
        goals=(LESS_THAN_A_BAG,),
    )
    # What a machine makes of it today: the same messages by the same way, to a callback that only counts them.
    yield Figure(
        name="record Odometry, beside receiving",
        value=1e6 * run.total_cpu_s / messages,
        unit="us",
        runs=1,
        peer=routed("zenoh").cpu_us,
        peer_name="zenoh-python, counting only",
    )
    for name, cpu_s in run.cpu_s.items():
        yield _figure(f"record Odometry: {name}", 1e6 * cpu_s / messages, "us")
    yield _figure("record Odometry: lost", run.lost, "messages", NO_LOSS)
    yield _figure("record Odometry: robot's latest", run.latest_s, "s")


def record(topics: Sequence[str], seconds: float) -> Run:
    """Record a robot that publishes for `seconds`."""
    with tempfile.TemporaryDirectory() as folder:
        settings = LakeSettings(catalog=f"sqlite:{folder}/catalog.sqlite", storage=f"{folder}/data")
        with _recorder(Path(folder), settings) as recorder, _robot(topics, seconds) as robot:
            _wait_for_job(settings, recorder, Path(folder) / "log")
            before = thread_cpu_s(recorder.pid)
            _answer(robot)
            said = _said(robot)
            sent = said["sent"]
            rows = _wait_for(settings, sum(sent.values()))
            after = thread_cpu_s(recorder.pid)
            _answer(robot)
        return Run(
            seconds=seconds,
            sent=sent,
            rows=rows,
            latest_s=said["latest_s"],
            behind_s=_behind_s(settings),
            cpu_s={name: after[name] - before.get(name, 0.0) for name in after},
        )


def thread_cpu_s(pid: int) -> dict[str, float]:
    """CPU of a process by kind of thread: the executor's, the recorder's own, and those of the libraries."""
    name = Path(f"/proc/{pid}/comm").read_text().strip()
    total = {"executor and capture": 0.0, "worker": 0.0, "libraries": 0.0}
    for task in Path(f"/proc/{pid}/task").iterdir():
        comm, _, rest = (task / "stat").read_text().partition("(")[2].rpartition(")")
        fields = rest.split()
        kind = "libraries" if comm != name else "worker"
        kind = "executor and capture" if int(task.name) == pid else kind
        total[kind] += _TICK_S * (int(fields[11]) + int(fields[12]))
    return total


@contextmanager
def _recorder(folder: Path, settings: LakeSettings) -> Iterator[subprocess.Popen[str]]:
    """A recorder process that listens; ended as a person ends it."""
    values = {
        "asset_id": _ASSET,
        "job_id": _JOB,
        "spool": f"{folder}/spool",
        "catalog": settings.catalog,
        "storage": settings.storage,
    }
    arguments = [word for name, value in values.items() for word in ("-p", f"{name}:={value}")]
    command = [sys.executable, "-m", "twin_recorder.main", "--ros-args", *arguments]
    with (
        (folder / "log").open("w") as log,
        subprocess.Popen(command, stdout=log, stderr=log, text=True, env=_environment(folder)) as process,
    ):
        try:
            yield process
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(_WAIT_S)


@contextmanager
def _robot(topics: Sequence[str], seconds: float) -> Iterator[subprocess.Popen[str]]:
    """A robot that everybody listens to; it begins when it is answered."""
    command = [sys.executable, "-m", "tests.bench.pairs.robot", str(seconds), *topics]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=_environment(Path(tempfile.gettempdir()))
    ) as process:
        try:
            _said(process)
            yield process
        finally:
            process.terminate()


def _environment(folder: Path) -> dict[str, str]:
    """A ROS domain that only this benchmark's processes share."""
    return {**os.environ, "ROS_DOMAIN_ID": str(100 + os.getpid() % 100), "ROS_LOG_DIR": str(folder)}


def _said(process: subprocess.Popen[str]) -> dict[str, Any]:
    """The next line of a process. Raises ChildProcessError where it has ended."""
    assert process.stdout is not None
    line = process.stdout.readline()
    if not line:
        raise ChildProcessError(f"{process.args!r} ended with exit code {process.wait()}")
    found: dict[str, Any] = json.loads(line)
    return found


def _answer(process: subprocess.Popen[str]) -> None:
    assert process.stdin is not None
    process.stdin.write("\n")
    process.stdin.flush()


def _wait_for_job(settings: LakeSettings, recorder: subprocess.Popen[str], log: Path) -> None:
    """Until the lake is open and knows the job: what that costs is the start's. Raises ChildProcessError."""
    end = time.monotonic() + _WAIT_S
    while time.monotonic() < end:
        if recorder.poll() is not None:
            raise ChildProcessError(
                f"the recorder ended with exit code {recorder.returncode}: {log.read_text()[-500:]}"
            )
        with suppress(TwinError), Lake.open(settings, read_only=True) as lake:
            if lake.query("FROM lake.twins.twin_jobs").num_rows:
                return
        time.sleep(0.2)
    raise ChildProcessError(f"the recorder made no job in {_WAIT_S:g} s: {log.read_text()[-500:]}")


def _wait_for(settings: LakeSettings, messages: int) -> dict[str, int]:
    """Messages a topic in the lake's segments, once all are there or no more come."""
    found: dict[str, int] = {}
    end = time.monotonic() + _WAIT_S
    while sum(found.values()) < messages and time.monotonic() < end:
        time.sleep(1.0)
        found = _recorded(settings)
    return found


def _recorded(settings: LakeSettings) -> dict[str, int]:
    counts: dict[str, int] = {}
    with Lake.open(settings, read_only=True) as lake:
        for topics in lake.query("SELECT topics::VARCHAR AS topics FROM lake.recordings.segments")[
            "topics"
        ].to_pylist():
            for topic, summary in json.loads(topics).items():
                counts[topic] = counts.get(topic, 0) + summary["messages"]
    return counts


def _behind_s(settings: LakeSettings) -> float:
    """p99 over the rows: from a message's own stamp until its row was committed."""
    with Lake.open(settings, read_only=True) as lake:
        found = lake.query(
            "SELECT quantile_cont(epoch(s.committed_at - r.timestamp), 0.99) AS behind_s"
            " FROM lake.twins.sensor_readings r JOIN lake.recordings.segments s"
            " ON split_part(r.raw_path, '#', 1) = s.raw_path"
        )
    return float(found["behind_s"][0].as_py())


def _figure(name: str, value: float, unit: str, *goals: Goal) -> Figure:
    return Figure(name=name, value=value, unit=unit, runs=1, goals=goals)
