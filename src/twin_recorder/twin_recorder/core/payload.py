"""Messages as JSON text, in bulk by DuckDB.

A payload is the message's fields without its stamp (the row has it), byte blobs and covariances (the raw segment has
them); `header.frame_id` becomes `frame_id`. Numbers are exact. JSON has no NaN or infinity: they become null, so a
lidar ray that hit nothing is null, and the raw message says which of the two it was.
"""

from __future__ import annotations

from functools import cache

import duckdb
import pyarrow as pa
import pyarrow.compute as pc


def payloads(rows: pa.StructArray) -> pa.Array:
    """JSON texts of decoded messages, one a row."""
    columns = dict(zip((field.name for field in rows.type), rows.flatten(), strict=True))
    header = columns.pop("header", None)
    columns.pop("stamp", None)
    if header is not None and pa.types.is_struct(header.type):
        columns = {"frame_id": pc.struct_field(header, "frame_id"), **columns}
    return to_json(columns, len(rows))


def to_json(columns: dict[str, pa.Array], rows: int) -> pa.Array:
    """One JSON object a row from columns of one length."""
    if not columns:
        return pa.array(["{}"] * rows, type=pa.string())
    finite = pa.StructArray.from_arrays([_finite(column) for column in columns.values()], names=list(columns))
    message = pa.table({"message": finite})
    cursor = _connection().cursor()
    cursor.register("messages", message)
    result = cursor.execute("SELECT to_json(message)::VARCHAR AS payload FROM messages").to_arrow_table()
    cursor.close()
    return result["payload"].combine_chunks().cast(pa.string())


def _finite(array: pa.Array) -> pa.Array:
    """The array with null in place of NaN and infinity, at any depth."""
    if pa.types.is_floating(array.type):
        return pc.if_else(pc.is_finite(array), array, pa.scalar(None, type=array.type))
    if pa.types.is_list(array.type):
        return pa.ListArray.from_arrays(array.offsets, _finite(array.values))
    if pa.types.is_struct(array.type) and array.type.num_fields:
        names = [field.name for field in array.type]
        return pa.StructArray.from_arrays([_finite(child) for child in array.flatten()], names=names)
    return array


@cache
def _connection() -> duckdb.DuckDBPyConnection:
    """One in-memory database for this process; each call uses a cursor of its own.

    One thread: the recorder shares its cores with the robot, and row order is that of the input.
    """
    return duckdb.connect(config={"threads": 1})
