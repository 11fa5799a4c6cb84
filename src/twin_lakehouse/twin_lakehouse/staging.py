"""Large tables on their way into the lake: Parquet files that Arrow writes, and a transaction registers.

Arrow writes 64,000 readings and 32,000 snapshots in 63 ms of processor time, where their INSERT takes 97, and outside
of any transaction, so that another thread can. A file that no transaction registers is an orphan as those of writers
that died: `twin expire` deletes it a day later.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, BinaryIO, Final
from uuid import uuid4

from twin_lakehouse._layout import COMPRESSION, COMPRESSION_LEVEL, FILE_PREFIX, ROW_GROUP_SIZE
from twin_lakehouse.errors import InvalidValueError, MissingFileError, SchemaError
from twin_lakehouse.ids import checked_job_id
from twin_lakehouse.schema import arrow_schema, check_columns, table_spec
from twin_lakehouse.storage import Storage

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

# A folder of this name holds rows without a job: DuckDB reads the one as NULL in small and in capital letters.
_NULL_FOLDERS: Final = ("null", "__hive_default_partition__")
# All parts of a path that read NAME=VALUE are taken for columns, and the whole for a pattern.
_MISREAD: Final = "=*?["
# Longer ones would get no minimum and maximum.
_LONGEST_TEXT_BYTES: Final = 4095
# Years 1 to 9999: DuckLake takes the least of a file's texts for its least time.
_TIMES_US: Final = (-62_135_596_800_000_000, 253_402_300_799_999_999)
_SAMPLE_ROWS: Final = 1024
# What a core's cache still holds when it is written: a third of what writing a whole file at its end costs.
_WRITE_BYTES: Final = 256 << 10


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, weakref_slot=True)
class Staged:
    """Rows for `table` that Lake.commit_segment takes: in the storage's file `key`, or else in memory, to be inserted.

    Those are rows of several jobs or of none, rows with a text of 4 KiB or more or a time after the year 9999, and rows
    whose types aren't arrow_schema's (for UUID and JSON pa.uuid() and pa.json_()): DuckDB judges them then.
    """

    table: str
    num_rows: int
    key: str | None = None
    rows: pa.Table | None = None


def stage(storage: Storage, table_name: str, rows: pa.Table) -> Staged:
    """As Lake.stage says."""
    check_columns(table_name, rows.column_names)
    whole = _as_stored(table_name, rows)
    folder = None if whole is None or _is_misread(storage.root) else _folder(table_name, whole)
    if whole is None or folder is None:
        return Staged(table=table_name, num_rows=rows.num_rows, rows=rows)
    key = f"{folder}/{FILE_PREFIX}{uuid4()}.parquet"
    with storage.writing(key) as file:
        _write(whole, file)
    return Staged(table=table_name, num_rows=rows.num_rows, key=key)


def register(connection: duckdb.DuckDBPyConnection, storage: Storage, data_path: str, staged: Staged) -> int:
    """Makes the file of `staged` (it has one) part of its table, inside a transaction; gives the number of its rows.

    `data_path` is where the connection reaches the storage. Raises SchemaError, and MissingFileError where the file was
    deleted meanwhile.
    """
    import duckdb

    spec = table_spec(staged.table)
    call = f"CALL ducklake_add_data_files('lake', '{spec.table}', ?, schema => '{spec.schema}')"
    try:
        connection.execute(call, [f"{data_path}/{staged.key}"])
    except duckdb.InvalidInputException as error:
        problem, remedy = str(error).splitlines()[0], "stage the rows again; nothing of this transaction was written"
        raise SchemaError(staged.table, problem, remedy=remedy) from error
    except duckdb.IOException as error:
        if staged.key and not storage.exists(staged.key):
            problem = "is not in the storage any more"
            raise MissingFileError(staged.key, problem=problem, remedy="stage the rows again") from error
        raise
    return staged.num_rows


def _as_stored(table_name: str, rows: pa.Table) -> pa.Table | None:
    """The rows with all columns of their table, typed as in its files; None where only an INSERT can judge them."""
    import pyarrow as pa

    columns = []
    for field in _file_schema(table_name):
        at = rows.schema.get_field_index(field.name)
        column = pa.nulls(rows.num_rows) if at < 0 else rows.column(at)
        if column.null_count == rows.num_rows:
            column = pa.nulls(rows.num_rows, field.type)
        if column.type != field.type or (column.null_count and not field.nullable) or not _is_plain(column):
            return None
        columns.append(column)
    return pa.table(columns, schema=_file_schema(table_name)) if rows.num_rows else None


def _is_plain(column: pa.Array | pa.ChunkedArray) -> bool:
    """Whether a file can hold the values with the statistics that DuckLake needs, and DuckDB can read them."""
    import pyarrow as pa

    if column.type == pa.timestamp("us"):
        return _are_plain_times(column)
    if column.type in (pa.string(), pa.json_()):
        return _are_plain_texts(column.cast(pa.string()))
    return True


def _are_plain_times(column: pa.Array | pa.ChunkedArray) -> bool:
    import pyarrow as pa
    import pyarrow.compute as pc

    first, last = pc.min_max(column.cast(pa.int64())).as_py().values()
    return first is None or (_TIMES_US[0] <= first and last <= _TIMES_US[1])


def _are_plain_texts(column: pa.Array | pa.ChunkedArray) -> bool:
    import pyarrow as pa
    import pyarrow.compute as pc

    try:
        column.validate(full=True)
    except pa.ArrowInvalid:
        return False
    return (pc.max(pc.binary_length(column)).as_py() or 0) <= _LONGEST_TEXT_BYTES


def _folder(table_name: str, rows: pa.Table) -> str | None:
    """Where DuckLake keeps files of these rows; None where they belong into several, or into one it misreads."""
    import pyarrow.compute as pc

    spec = table_spec(table_name)
    place = f"{spec.schema}/{spec.table}"
    if spec.partition_by is None:
        return place
    values = pc.unique(rows[spec.partition_by]).to_pylist()
    return f"{place}/{spec.partition_by}={values[0]}" if len(values) == 1 and _is_folder_name(values[0]) else None


def _is_folder_name(value: str | None) -> bool:
    if value is None or value.lower() in _NULL_FOLDERS:
        return False
    try:
        checked_job_id(value)
    except InvalidValueError:
        return False
    return True


def _is_misread(root: str) -> bool:
    return any(mark in root for mark in _MISREAD)


def _write(rows: pa.Table, file: BinaryIO) -> None:
    """The rows as a Parquet file, laid out as DuckLake's own are."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    # Ids don't get smaller, and times to a 200th of what zstd makes of them: a thirtieth of the work, together.
    compression = {field.name: "none" if field.type == pa.uuid() else COMPRESSION for field in rows.schema}
    target = pa.BufferedOutputStream(pa.PythonFile(file, "w"), _WRITE_BYTES)
    pq.write_table(
        rows,
        target,
        row_group_size=ROW_GROUP_SIZE,
        compression=compression,
        compression_level={name: COMPRESSION_LEVEL for name, kind in compression.items() if kind == COMPRESSION},
        column_encoding={
            field.name: "DELTA_BINARY_PACKED" for field in rows.schema if field.type == pa.timestamp("us")
        },
        use_dictionary=_repetitive(rows),
        write_statistics=_with_statistics(rows),
        store_schema=False,
    )
    target.detach()  # closing it would close the file


def _with_statistics(rows: pa.Table) -> list[str]:
    """All columns but those with NaN. Arrow leaves NaN out of minimum and maximum, and DuckDB doesn't know: it would
    not find it above the maximum, where it belongs. For other types than DOUBLE all files must have both: DuckLake
    takes those of later files for the table's where earlier ones have none.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    doubles = [field.name for field in rows.schema if field.type == pa.float64()]
    with_nan = {name for name in doubles if pc.any(pc.is_nan(rows[name])).as_py()}
    return [name for name in rows.column_names if name not in with_nan]


def _repetitive(rows: pa.Table) -> list[str]:
    """Columns of texts of which the first rows have fewer than half as many: others a dictionary makes larger."""
    import pyarrow as pa
    import pyarrow.compute as pc

    first = rows.slice(0, _SAMPLE_ROWS)
    texts = [field.name for field in rows.schema if field.type == pa.string()]
    return [name for name in texts if 2 * pc.count_distinct(first[name]).as_py() < first.num_rows]


@cache
def _file_schema(table_name: str) -> pa.Schema:
    """As arrow_schema, with the types by which a file's reader knows UUID and JSON."""
    import pyarrow as pa

    own = {"UUID": pa.uuid(), "JSON": pa.json_()}
    columns = table_spec(table_name).columns
    fields = zip(arrow_schema(table_name), columns, strict=True)
    return pa.schema([field.with_type(own.get(column.sql_type, field.type)) for field, column in fields])
