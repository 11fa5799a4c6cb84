"""The lake's hot paths as it grows: a state at an instant, reads with and without merging, bytes a snapshot."""

from __future__ import annotations

import argparse
import json
import random
import tempfile
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

import numpy as np
import pyarrow as pa
from mcap.writer import CompressionType, Writer

from tests.bench.harness import Figure, Goal, percentile, time_once
from tests.bench.recorder import ODOMETRY, STORE, make, vector
from twin_lakehouse import Lake, LakeSettings, Segment, compact_lake, create_twin, get_twin_state, start_job
from twin_recorder.core.definitions import Definitions

TWIN, RESTING = "turtlebot-01", "turtlebot-02"
JOB_ROWS = 100_000  # an hour of a robot at 30 Hz: 10^8 rows are 1,000 jobs
PERIOD_US = 33_333
T0 = datetime(2026, 1, 1)  # noqa: DTZ001  the lake keeps UTC without zone
ASKED = 40
STORED = 30_000
COMMITS, COMMIT_ROWS, READS = 120, 300, 15
UNDER_50_MS = Goal(subject="value", bound=50.0, at_most=True)
THREE_TIMES = Goal(subject="ratio", bound=3.0, at_most=True)
ROWS_SQL = """
    SELECT uuid() AS snapshot_id, $twin AS asset_id, $job || (i // $job_rows)::VARCHAR AS job_id,
        $start + to_microseconds(i * $period) AS timestamp, 'simulation' AS source,
        5 * cos(i / 3e4) + random() / 1e3 AS position_x, 5 * sin(i / 3e4) + random() / 1e3 AS position_y,
        0.0 AS position_z, 0.0 AS orientation_qx, 0.0 AS orientation_qy, sin(i / 6e4) AS orientation_qz,
        cos(i / 6e4) AS orientation_qw, 0.2 + random() / 1e2 AS linear_velocity, random() / 1e2 AS angular_velocity,
        true AS reconciled
    FROM range($first, $last) AS numbers(i)
"""


def add_options(parser: argparse.ArgumentParser) -> None:
    """The scale of the largest lake."""
    parser.add_argument("--rows", type=float, default=1e7, metavar="N", help="snapshots in the largest lake [1e7]")


def measure(options: argparse.Namespace) -> list[Figure]:
    """States from 10^5 rows on, by tens; then reads and storage."""
    figures: list[Figure] = []
    smallest: float | None = None
    rows = JOB_ROWS
    while rows <= options.rows:
        with tempfile.TemporaryDirectory() as folder, opened(Path(folder)) as lake:
            fill(lake, rows)
            found = states(lake, rows, smallest)
            smallest = smallest or found[0].value
            figures += found
        rows *= 10
    with tempfile.TemporaryDirectory() as folder:
        figures += [reads(Path(folder)), *storage(Path(folder))]
    return figures


def opened(folder: Path) -> Lake:
    """A lake of its own."""
    lake = Lake.open(LakeSettings(catalog=f"sqlite:{folder}/catalog.sqlite", storage=f"{folder}/data"))
    create_twin(lake, TWIN, exist_ok=True)
    return lake


def snapshots(lake: Lake, first: int, last: int) -> tuple[str, dict[str, object]]:
    """SQL and parameters of some rows of a long drive."""
    values = {"twin": TWIN, "job": "job-", "job_rows": JOB_ROWS, "start": T0, "period": PERIOD_US}
    return ROWS_SQL, {**values, "first": first, "last": last}


def fill(lake: Lake, rows: int) -> None:
    """A lake of so many rows, each job in a file of its own, as compaction leaves it; and a robot that rests since."""
    create_twin(lake, RESTING)
    sql, values = snapshots(lake, 0, COMMIT_ROWS)
    with lake.transaction():
        resting = {**values, "twin": RESTING, "job": "first-"}
        lake.execute(f"INSERT INTO lake.twins.state_snapshots BY NAME ({sql})", resting)
    for first in range(0, rows, 20 * JOB_ROWS):
        sql, values = snapshots(lake, first, min(rows, first + 20 * JOB_ROWS))
        with lake.transaction():
            lake.execute(f"INSERT INTO lake.twins.state_snapshots BY NAME ({sql})", values)


def states(lake: Lake, rows: int, smallest: float | None) -> list[Figure]:
    """Milliseconds of one state, warm: at instants of all jobs, between snapshots, and the newest."""
    chance = random.Random(7)  # noqa: S311
    with lake.reader() as reader:

        def at() -> datetime:
            return T0 + timedelta(microseconds=chance.randrange(rows * PERIOD_US))

        ways: dict[str, Callable[[], object]] = {
            "at": lambda: get_twin_state(reader, TWIN, at()),
            "between": lambda: get_twin_state(reader, TWIN, at(), interpolate=True),
            "newest": lambda: get_twin_state(reader, TWIN),
            "of one that rests": lambda: get_twin_state(reader, RESTING),
        }
        return [state_figure(name, ask, rows, smallest if name == "at" else None) for name, ask in ways.items()]


def state_figure(name: str, ask: Callable[[], object], rows: int, smallest: float | None) -> Figure:
    ask()
    taken = [1e3 * time_once(ask) for _ in range(ASKED)]
    return Figure(
        name=f"state {name} in {rows:.0e} rows",
        value=percentile(taken, 0.5),
        unit="ms",
        runs=ASKED,
        peer=smallest,
        peer_name="" if smallest is None else "in 1e+05 rows",
        goals=(UNDER_50_MS,) if smallest is None else (UNDER_50_MS, THREE_TIMES),
    )


def reads(folder: Path) -> Figure:
    """Milliseconds of a job's trajectory from 120 commits, merged, beside the same files before."""
    with opened(folder / "committed") as lake:
        start_job(lake, TWIN, "job-0")
        for number in range(COMMITS):
            sql, values = snapshots(lake, number * COMMIT_ROWS, (number + 1) * COMMIT_ROWS)
            lake.commit_segment(segment_row(number), {"twins.state_snapshots": lake.query(sql, values)})
        unmerged = trajectory_ms(lake)
        compact_lake(lake, keep_files=timedelta(0))
        merged = trajectory_ms(lake)
    return Figure(
        name=f"trajectory of {COMMITS} commits, compacted",
        value=merged,
        unit="ms",
        runs=READS,
        peer=unmerged,
        peer_name="never compacted",
    )


def trajectory_ms(lake: Lake) -> float:
    sql = "SELECT timestamp, position_x, position_y FROM state_snapshots WHERE job_id = 'job-0' ORDER BY timestamp"
    with lake.reader() as reader:
        reader.query(sql)
        return percentile([1e3 * time_once(lambda: reader.query(sql)) for _ in range(READS)], 0.5)


def segment_row(number: int) -> Segment:
    return Segment(
        segment_id=UUID(int=number),
        asset_id=TWIN,
        job_id="job-0",
        sequence=number,
        raw_path=f"raw/{number}.mcap",
        started_at=T0,
        ended_at=T0,
        message_count=COMMIT_ROWS,
        size_bytes=1,
    )


def storage(folder: Path) -> list[Figure]:
    """Bytes a snapshot takes in the lake, merged, beside the same run as Odometry in MCAP and as lines of JSON."""
    with opened(folder / "stored") as lake:
        start_job(lake, TWIN, "job-0")
        rows = lake.query(*snapshots(lake, 0, STORED))
        for first in range(0, STORED, STORED // 10):
            part = {"twins.state_snapshots": rows.slice(first, STORED // 10)}
            lake.commit_segment(segment_row(first), part)
        compact_lake(lake, keep_files=timedelta(0))
        files = Path(lake.storage.root, "twins", "state_snapshots").rglob("*.parquet")
        ours = sum(path.stat().st_size for path in files) / STORED
    peers = {"MCAP zstd": mcap_bytes(folder / "run.mcap", rows), "JSONL": jsonl_bytes(rows)}
    return [
        Figure(name=f"bytes a snapshot, to {name}", value=ours, unit="B", runs=1, peer=size / STORED, peer_name=name)
        for name, size in peers.items()
    ]


def mcap_bytes(path: Path, rows: pa.Table) -> int:
    """The run as /odom, as a recorder writes it."""
    with path.open("wb") as file:
        writer = Writer(file, compression=CompressionType.ZSTD)
        writer.start(profile="ros2")
        schema = writer.register_schema(ODOMETRY, "ros2msg", Definitions().find(ODOMETRY).text.encode())
        channel = writer.register_channel("/odom", "cdr", schema)
        for number, row in enumerate(rows.to_pylist()):
            stamp_ns = number * PERIOD_US * 1000
            writer.add_message(channel, stamp_ns, odometry(row, stamp_ns), stamp_ns, number)
        writer.finish()  # type: ignore[no-untyped-call]
    return path.stat().st_size


def odometry(row: dict[str, float], stamp_ns: int) -> bytes:
    """A row as the message that it came from; the covariances are constant."""
    stamp = make("builtin_interfaces/msg/Time", *divmod(stamp_ns, 10**9))
    point = make("geometry_msgs/msg/Point", *(row[f"position_{axis}"] for axis in "xyz"))
    turned = make("geometry_msgs/msg/Quaternion", *(row[f"orientation_q{axis}"] for axis in "xyzw"))
    turn_rate = make("geometry_msgs/msg/Vector3", 0.0, 0.0, row["angular_velocity"])
    pose, twist = (
        make("geometry_msgs/msg/Pose", point, turned),
        make("geometry_msgs/msg/Twist", vector(row["linear_velocity"]), turn_rate),
    )
    message = make(
        ODOMETRY,
        make("std_msgs/msg/Header", stamp, "odom"),
        "base_footprint",
        make("geometry_msgs/msg/PoseWithCovariance", pose, np.zeros(36)),
        make("geometry_msgs/msg/TwistWithCovariance", twist, np.zeros(36)),
    )
    return bytes(STORE.serialize_cdr(message, ODOMETRY))


def jsonl_bytes(rows: pa.Table) -> int:
    """The rows as a logger writes them, a line each."""
    return sum(len(json.dumps(row, default=str)) + 1 for row in rows.to_pylist())
