"""Messages as JSON text, column by column.

A payload is the message's fields without its stamp (the row has it), byte blobs and covariances (the raw segment has
them); `header.frame_id` becomes `frame_id`. Numbers are exact: each has as many digits as tell it from every other one
of its type. JSON has no NaN or infinity: they become null, so a lidar ray that hit nothing is null, and the raw
message says which of the two it was.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt
import orjson
import pyarrow as pa
import pyarrow.compute as pc

Int64s = npt.NDArray[np.int64]
# A text that all rows share, each row's own, or each row's number as `_numbers` has them.
Part: TypeAlias = str | pa.Array | bytes
# So much of the columns becomes text at a time: of a segment of scans all of it would take 300 MB more, and a third
# longer. Texts of more than 2³¹ bytes wouldn't fit one Arrow array either.
_CHUNK_BYTES: Final = 1 << 22


def payloads(rows: pa.StructArray, more: Mapping[str, pa.Array]) -> pa.ChunkedArray:
    """JSON objects of decoded messages (Arrow's json), one a row, with `more` columns at the end."""
    columns = dict(zip((field.name for field in rows.type), rows.flatten(), strict=True))
    header = columns.pop("header", None)
    columns.pop("stamp", None)
    if header is not None and pa.types.is_struct(header.type):
        columns = {"frame_id": pc.struct_field(header, "frame_id"), **columns}
    texts = to_json({**columns, **more}, len(rows))
    return pa.chunked_array([pa.ExtensionArray.from_storage(pa.json_(), text) for text in texts.chunks], pa.json_())


def to_json(columns: dict[str, pa.Array], rows: int) -> pa.ChunkedArray:
    """One JSON object a row from columns of one length; only numbers, booleans and strings may be null."""
    step = max(1, rows * _CHUNK_BYTES // (sum(column.nbytes for column in columns.values()) or 1))
    chunks = []
    for begin in range(0, rows, step):
        names, part = list(columns), [column.slice(begin, step) for column in columns.values()]
        chunks.append(_joined(_object(names, part), min(step, rows - begin)))
    return pa.chunked_array(chunks, type=pa.string())


def _object(names: Iterable[str], columns: Iterable[pa.Array]) -> Iterator[Part]:
    """The parts of an object's text."""
    before = "{"
    for name, column in zip(names, columns, strict=True):
        yield f"{before}{json.dumps(name)}:"
        yield from _parts(column)
        before = ","
    yield "}" if before == "," else "{}"


def _parts(column: pa.Array) -> Iterator[Part]:
    """The parts of a column's text."""
    if pa.types.is_struct(column.type):
        yield from _object((field.name for field in column.type), column.flatten())
    elif pa.types.is_list(column.type):
        yield "["
        yield _lists(column)
        yield "]"
    elif (shared := _shared_text(column)) is not None:
        yield shared
    else:
        yield _strings(column) if pa.types.is_string(column.type) else _numbers(column)


def _joined(parts: Iterable[Part], rows: int) -> pa.Array:
    """The parts one after the other, row by row; what rows share is joined once."""
    shared, columns = [""], []
    for part in parts:
        if isinstance(part, str):
            shared[-1] += part
        else:
            columns.append(part)
            shared.append("")
    if not columns or not rows:
        return pa.repeat(pa.scalar(shared[0]), rows)
    joined: list[pa.Array | pa.Scalar] = []
    for number, column in enumerate(columns):
        joined.append(pa.scalar(shared[number]))
        if isinstance(column, bytes):
            joined.append(_ended(column, shared[number + 1][:1]))
            shared[number + 1] = shared[number + 1][1:]
        else:
            joined.append(column)
    return pc.binary_join_element_wise(*joined, pa.scalar(shared[-1]), pa.scalar(""))


def _lists(column: pa.Array) -> pa.Array:
    """The texts of lists, without brackets."""
    values = column.flatten()
    offsets = column.offsets.to_numpy() - column.offsets[0].as_py()
    if not pa.types.is_nested(values.type) and not pa.types.is_string(values.type):
        numbers = _numbers(values)
        with_comma = _split(numbers, _ends(numbers)[offsets])
        return pc.binary_slice(with_comma.cast(pa.binary()), 0, -1).cast(pa.string())
    return pc.binary_join(pa.ListArray.from_arrays(pa.array(offsets), _joined(_parts(values), len(values))), ",")


def _shared_text(column: pa.Array) -> str | None:
    """The text that all rows share, as a frame's name or a planar robot's height; None where they differ."""
    if not len(column) or column.null_count:
        return None
    if pa.types.is_string(column.type):
        first = column[0]
        return json.dumps(first.as_py(), ensure_ascii=False) if pc.all(pc.equal(column, first)).as_py() else None
    values = column.to_numpy(zero_copy_only=False)
    if values.dtype.kind == "f":  # bits, so that NaN is NaN and -0.0 isn't 0.0
        values = values.view(f"i{values.itemsize}")
    return _numbers(column[:1])[:-1].decode() if (values == values[0]).all() else None


def _strings(column: pa.Array) -> pa.Array:
    """Texts of strings."""
    known = column.dictionary_encode()
    quoted = [json.dumps(text, ensure_ascii=False) for text in known.dictionary.to_pylist()]
    texts = pa.array(quoted, type=pa.string()).take(known.indices)
    return pc.fill_null(texts, "null") if texts.null_count else texts


def _numbers(column: pa.Array) -> bytes:
    """Texts of numbers or booleans, a comma after each."""
    values = column.to_pylist() if column.null_count else column.to_numpy(zero_copy_only=False)
    return orjson.dumps(values, option=orjson.OPT_SERIALIZE_NUMPY)[1:-1] + b","


def _ends(numbers: bytes) -> Int64s:
    """Where each of `_numbers` begins, int64 (n + 1,): behind a comma, as does what comes after them."""
    commas = np.flatnonzero(np.frombuffer(numbers, dtype=np.uint8) == ord(","))
    return np.concatenate([[0], commas + 1])


def _ended(numbers: bytes, end: str) -> pa.Array:
    """`_numbers` as an array of texts, with another character in place of each comma."""
    return _split(numbers if end == "," else numbers.replace(b",", end.encode()), _ends(numbers))


def _split(text: bytes, bounds: Int64s) -> pa.Array:
    """The texts between bounds, int64 (n + 1,)."""
    offsets = bounds.astype(np.int32)
    return pa.StringArray.from_buffers(len(offsets) - 1, pa.py_buffer(offsets), pa.py_buffer(text))
