"""What is in a lake, against what was acknowledged: rows once each, and each row's file really holds its message."""

from __future__ import annotations

import struct
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Final

import numpy as np
from mcap.reader import make_reader

from tests.faults.driving import Acks, Stamps
from tests.faults.files import check_files
from twin_lakehouse import Lake, LakeSettings, raw_reference

_SENSORS: Final = {"/odom": "odometry", "/imu": "imu", "/camera": "camera"}
_STAMP: Final = struct.Struct("<iI")


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """lost: acknowledged, and in a table or in no file; doubled: rows or copies in files beyond the first. staged,
    missing, unnamed: see Files.
    """

    faults: int = 0
    acknowledged: int = 0
    lost: int = 0
    doubled: int = 0
    staged: int = 0
    missing: int = 0
    unnamed: int = 0

    def __add__(self, other: Tally) -> Tally:
        return Tally(**{each.name: getattr(self, each.name) + getattr(other, each.name) for each in fields(Tally)})


def check(settings: LakeSettings, acks: Acks, *, faults: int = 0) -> Tally:
    """Compare all of it. A message that was not acknowledged may be there or not, but not twice."""
    files = check_files(settings)
    total = Tally(faults=faults, staged=files.staged, missing=files.missing, unnamed=files.unnamed)
    with Lake.open(settings, read_only=True) as lake:
        filed = _filed(lake)
        for asset_id in sorted(acks.assets):
            for topic in _SENSORS:
                total += _of_topic(lake, acks.stamps(asset_id, topic), asset_id, topic, filed)
    return total


def _of_topic(
    lake: Lake, acknowledged: Stamps, asset_id: str, topic: str, filed: Mapping[tuple[str, str], Stamps]
) -> Tally:
    readings = lake.query(
        "SELECT epoch_us(timestamp) AS stamp, raw_path FROM sensor_readings WHERE asset_id = ? AND sensor_type = ?",
        [asset_id, _SENSORS[topic]],
    )
    tables = [readings["stamp"].to_numpy()]
    if topic == "/odom":
        sql = "SELECT epoch_us(timestamp) AS stamp FROM state_snapshots WHERE asset_id = ?"
        tables.append(lake.query(sql, [asset_id])["stamp"].to_numpy())
    rows = defaultdict(list)
    for stamp, raw_path in zip(readings["stamp"].to_pylist(), readings["raw_path"].to_pylist(), strict=True):
        rows[raw_reference(raw_path)[0]].append(stamp)
    nothing = np.zeros(0, np.int64)
    # A row whose file hasn't got its message is as good as lost.
    astray = sum(len(np.setdiff1d(stamps, filed.get((key, topic), nothing))) for key, stamps in rows.items())
    tables.append(np.concatenate([nothing, *(filed.get((key, topic), nothing) for key in rows)]))
    return Tally(
        acknowledged=len(acknowledged),
        lost=astray + sum(len(np.setdiff1d(acknowledged, stamps)) for stamps in tables),
        doubled=sum(len(stamps) - len(np.unique(stamps)) for stamps in tables),
    )


def _filed(lake: Lake) -> dict[tuple[str, str], Stamps]:
    """Stamps in the uploaded files, by key and topic."""
    keys = lake.query("SELECT raw_path FROM lake.recordings.segments")["raw_path"].to_pylist()
    found: dict[tuple[str, str], Stamps] = {}
    for key in keys:
        for topic, stamps in _stamps(lake.storage.fetch(raw_reference(key)[0])).items():
            found[raw_reference(key)[0], topic] = np.array(stamps, dtype=np.int64)
    return found


def _stamps(path: Path) -> dict[str, list[int]]:
    """Stamps of a file's messages, read by the mcap library; a compressed image's topic is its camera's."""
    found: dict[str, list[int]] = defaultdict(list)
    with path.open("rb") as file:
        for _, channel, message in make_reader(file).iter_messages():
            seconds, nanoseconds = _STAMP.unpack_from(message.data, 4)
            found[channel.topic.removesuffix("/compressed")].append(1_000_000 * seconds + nanoseconds // 1000)
    return found
