"""Ingests of a bag that are killed: what they leave is that of one that nobody disturbed."""

# ruff: noqa: S608  names in SQL are from this file

from __future__ import annotations

import os
import struct
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
from rosbags.rosbag2 import StoragePlugin, Writer

from tests.faults.checking import Tally
from tests.faults.child import T0_S, TYPES, definitions, sample, table
from tests.faults.driving import context
from tests.faults.files import check_files
from tests.faults.place import Place
from twin_lakehouse import Lake, LakeSettings
from twin_lakehouse.testing import PostgresServer, S3Server
from twin_recorder.core import ingest as ingest_module
from twin_recorder.core.ingest import IngestConfig, ingest

# Three segments whose tables are all large enough to be staged by themselves, and one of a few rows.
_SEGMENT_BYTES: Final = 8 << 20
_TURNS: Final = 5_000
_TURN: Final = ("/odom", "/imu", *["/odom"] * 6)
_TABLES: Final = ("state_snapshots", "sensor_readings")
_MOST_KILLS: Final = 3
_END_S: Final = 120.0
_LEAST_S: Final = 1.0
_STAMP: Final = struct.Struct("<iI")


def ingests(place: Place, settings_of: Callable[[int], LakeSettings]) -> Tally:
    """An ingest into the n-th lake is killed at any instant, several times, then it comes to its end."""
    bag = _write_bag(place.folder / "bag")
    undisturbed = _lake_of(place, "undisturbed")
    took_s = _ended(bag, undisturbed)
    expected = _rows(undisturbed)
    total = Tally()
    for number in place.until_over():
        settings, kills = settings_of(number), 0
        while kills < _MOST_KILLS and _killed_after(bag, settings, place.dice.uniform(0.05, took_s)):
            kills += 1
        # The first one, on a machine that was busy or cold, says little of the others.
        took_s = min(took_s, max(_LEAST_S, _ended(bag, settings)))
        total += _compared(_rows(settings), expected, settings, kills)
    assert total.staged, "no table was staged"
    return total


def local_lakes(place: Place) -> Callable[[int], LakeSettings]:
    """Lakes of files."""
    return lambda number: _lake_of(place, str(number))


def served_lakes(catalog: PostgresServer, store: S3Server) -> Callable[[int], LakeSettings]:
    """Lakes of servers."""
    return lambda _: LakeSettings(
        catalog=catalog.new_database(), storage=f"s3://{store.new_bucket()}/twin", s3=store.access
    )


def _lake_of(place: Place, name: str) -> LakeSettings:
    folder = place.folder / name
    return LakeSettings(catalog=f"sqlite:{folder}/catalog.sqlite", storage=f"{folder}/data")


def _ended(bag: Path, settings: LakeSettings) -> float:
    """Ingest the bag to its end, in s. Raises AssertionError where it fails."""
    began_s = time.monotonic()
    assert not _killed_after(bag, settings, _END_S), "an ingest doesn't end"
    return time.monotonic() - began_s


def _killed_after(bag: Path, settings: LakeSettings, seconds: float) -> bool:
    """Ingest the bag in a process of its own; whether it had to be killed. Raises AssertionError where it fails."""
    process = context().Process(target=_ingest, args=(bag, settings))
    process.start()
    process.join(seconds)
    if process.exitcode is None:
        process.kill()
        process.join(_END_S)
        return True
    assert process.exitcode == 0, f"the ingest ended with {process.exitcode}"
    return False


def _ingest(bag: Path, settings: LakeSettings) -> None:
    """Runs in the child."""
    ingest_module._SEGMENT_BYTES = _SEGMENT_BYTES  # type: ignore[misc]
    config = IngestConfig(asset_id="turtlebot-01", job_id="job-1", topics=table())
    ingest(bag, config, lake=settings, definitions=definitions())
    os._exit(0)


def _write_bag(path: Path) -> Path:
    with Writer(path, version=9, storage_plugin=StoragePlugin.MCAP) as writer:
        topics = {
            topic: (writer.add_connection(topic, TYPES[topic], typestore=definitions().store), sample(topic, 0))
            for topic in dict.fromkeys(_TURN)
        }
        for number, topic in enumerate(_TURN * _TURNS):
            connection, message = topics[topic]
            _STAMP.pack_into(message, 4, T0_S, 1000 * number)
            writer.write(connection, 10**9 * T0_S + 1000 * number, bytes(message))
    return path


def _rows(settings: LakeSettings) -> npt.NDArray[np.uint64]:
    """Digests of all rows with their ids."""
    with Lake.open(settings, read_only=True) as lake:
        found = [lake.query(f"SELECT hash(each) AS digest FROM {name} AS each") for name in _TABLES]
    return np.concatenate([each["digest"].to_numpy() for each in found])


def _compared(
    rows: npt.NDArray[np.uint64], expected: npt.NDArray[np.uint64], settings: LakeSettings, kills: int
) -> Tally:
    files = check_files(settings)
    return Tally(
        faults=kills,
        acknowledged=len(expected),
        lost=len(np.setdiff1d(expected, rows)),
        doubled=len(rows) - len(np.intersect1d(rows, expected)),
        staged=files.staged,
        missing=files.missing,
        unnamed=files.unnamed,
    )
