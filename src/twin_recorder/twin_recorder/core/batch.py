"""Decoded messages of one topic on their way to rows: what every table's rows are made from, and with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final
from uuid import UUID

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from twin_lakehouse import arrow_schema
from twin_lakehouse.raw import LOG_TIME

from .buffers import Buffers
from .errors import DecodeError
from .ids import numbered_ids

Int64s = npt.NDArray[np.int64]
Columns = Mapping[str, pa.Array | pa.ChunkedArray | str | float | bool | None]

SNAPSHOTS: Final = "state_snapshots"
# What the recorder's table names are in the lake.
LAKE_TABLES: Final[Mapping[str, str]] = {
    SNAPSHOTS: "twins.state_snapshots",
    "sensor_readings": "twins.sensor_readings",
    "events": "twins.events",
    "object_detections": "event_log.object_detections",
    "ros_navigation_trials": "event_log.ros_navigation_trials",
}

_MADE_HERE: Final = (pa.uuid(), pa.json_())


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Decoded messages of one topic. `rows` struct (n,); `time_ns`, `log_ns`, `sequence` int64 (n,).

    time_ns: when each message's content was true (`observation_times_ns`); log_ns: when it was recorded, ns since the
    epoch both. raw_path: the file that holds them; messages: as they are in there.
    """

    topic: str
    type_name: str
    rows: pa.StructArray
    time_ns: Int64s
    log_ns: Int64s
    sequence: Int64s
    segment_id: UUID
    asset_id: str
    job_id: str
    raw_path: str
    messages: Buffers

    def at(self, path: str) -> pa.Array:
        """The column at a dotted path. Raises DecodeError that names topic and field."""
        return field_at(self.rows, path, self.topic)

    def ids(self, table: str) -> pa.Array:
        """Ids that follow from segment, table, topic and the message's number."""
        return numbered_ids(self.segment_id, table, self.topic, self.sequence)

    def take(self, which: Int64s) -> Batch:
        """Some of the messages."""
        if len(which) == len(self.rows):
            return self
        return replace(
            self,
            rows=self.rows.take(pa.array(which)),
            time_ns=self.time_ns[which],
            log_ns=self.log_ns[which],
            sequence=self.sequence[which],
            messages=self.messages.take(which),
        )

    def raw_paths(self) -> pa.Array:
        """Where each message is: the file, and its log time in it."""
        texts = pc.cast(pa.array(self.log_ns), pa.string())
        return pc.binary_join_element_wise(pa.scalar(self.raw_path + LOG_TIME), texts, pa.scalar(""))

    def table(self, name: str, columns: Columns) -> pa.Table:
        """Columns in the lake's order and types; single values are repeated, and whose rows these are is added. UUIDs
        and JSON stay what they are: as texts the lake would parse and check each.
        """
        schema = arrow_schema(LAKE_TABLES[name])
        given: Columns = {"asset_id": self.asset_id, "job_id": self.job_id, **columns}
        count = next(len(column) for column in columns.values() if isinstance(column, pa.Array))
        arrays = [_array(given[field.name], field.type, count) for field in schema]
        fields = [field.with_type(array.type) for field, array in zip(schema, arrays, strict=True)]
        return pa.table(arrays, schema=pa.schema(fields))


def observation_times_ns(rows: pa.StructArray, log_ns: Int64s) -> Int64s:
    """When each message's content was true: `header.stamp`, else `stamp`, else the log time; ns, int64 (n,)."""
    names = {field.name for field in rows.type}
    path = "header.stamp" if "header" in names else "stamp"
    return stamped_ns(rows, path, log_ns) if path.split(".", maxsplit=1)[0] in names else log_ns


def stamped_ns(rows: pa.StructArray, path: str, log_ns: Int64s) -> Int64s:
    """The stamps at a path, ns; a stamp of zero says that the publisher set none, and the log time counts."""
    stamps_ns = stamp_ns(rows, path)
    return np.where(stamps_ns == 0, log_ns, stamps_ns)


def stamp_ns(rows: pa.StructArray, path: str) -> Int64s:
    """A builtin_interfaces/Time as ns since the epoch."""
    seconds = field_at(rows, f"{path}.sec", path).to_numpy().astype(np.int64)
    stamps_ns: Int64s = seconds * 1_000_000_000 + field_at(rows, f"{path}.nanosec", path).to_numpy()
    return stamps_ns


def timestamps(time_ns: Int64s) -> pa.Array:
    """Times since the epoch, ns, as timestamps; what is below a µs is cut off."""
    return pa.array(time_ns // 1000).view(pa.timestamp("us"))


def field_at(rows: pa.StructArray, path: str, topic: str) -> pa.Array:
    """The column at a dotted path; `topic` is named where it isn't there. Raises DecodeError."""
    column = rows
    try:
        for name in path.split("."):
            column = column.field(name)
    except (AttributeError, KeyError) as error:
        raise DecodeError(
            f"messages on {topic} have no field {path}: their definition is another version than the tables need;"
            " set the topic to raw, or record with the current definition"
        ) from error
    return column


def _array(value: pa.Array | str | float | bool | None, data_type: pa.DataType, count: int) -> pa.Array:
    """A column of the type, from an array or from a value that all rows share."""
    if isinstance(value, pa.Array | pa.ChunkedArray):
        return value if value.type in (data_type, *_MADE_HERE) else value.cast(data_type)
    return pa.nulls(count, data_type) if value is None else pa.repeat(pa.scalar(value, type=data_type), count)
