"""Messages as JSON text, column by column.

A payload is the message's fields without its stamp (the row has it), byte blobs and covariances (the raw segment has
them); `header.frame_id` becomes `frame_id`. Numbers are exact: each has as many digits as tell it from every other one
of its type. JSON has no NaN or infinity: they become null, so a lidar ray that hit nothing is null, and the raw
message says which of the two it was.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Final, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

# A text that all rows share, or each row's own.
Part: TypeAlias = str | pa.Array
# Texts of more bytes than 2³¹ don't fit one Arrow array; a number's text is at most 24 times its 1 byte.
_CHUNK_BYTES: Final = 1 << 26
# From here on Arrow writes whole numbers with an exponent, which says by itself that they aren't integers.
_EXPONENT_FROM: Final = 1e10


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
        elements = _joined(_parts(column.values), len(column.values))
        yield "["
        yield pc.binary_join(pa.ListArray.from_arrays(column.offsets, elements), ",")
        yield "]"
    else:
        shared = _shared_text(column)
        yield _texts(column) if shared is None else shared


def _joined(parts: Iterable[Part], rows: int) -> pa.Array:
    """The parts one after the other, row by row; what rows share is joined once."""
    shared = ""
    joined: list[pa.Array | pa.Scalar] = []
    for part in parts:
        if isinstance(part, str):
            shared += part
        else:
            joined += [pa.scalar(shared), part]
            shared = ""
    if not joined:
        return pa.repeat(pa.scalar(shared), rows)
    return pc.binary_join_element_wise(*joined, pa.scalar(shared), pa.scalar(""))


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
    return _text_of(column.type, values[:1].tobytes()) if (values == values[0]).all() else None


@lru_cache(maxsize=1024)
def _text_of(data_type: pa.DataType, value: bytes) -> str:
    """One value's text, as `_texts` makes it; segment after segment shares the same few values."""
    values = np.frombuffer(value, dtype=data_type.to_pandas_dtype())
    text: str = _texts(pa.array(values, type=data_type))[0].as_py()
    return text


def _texts(column: pa.Array) -> pa.Array:
    """Texts of numbers, booleans or strings."""
    if pa.types.is_string(column.type):
        known = column.dictionary_encode()
        quoted = [json.dumps(text, ensure_ascii=False) for text in known.dictionary.to_pylist()]
        texts = pa.array(quoted, type=pa.string()).take(known.indices)
    elif pa.types.is_floating(column.type):
        return _fractions(column, pc.cast(column, pa.string()))
    else:
        texts = pc.cast(column, pa.string())
    return pc.fill_null(texts, "null") if texts.null_count else texts


def _fractions(column: pa.Array, texts: pa.Array) -> pa.Array:
    """Texts of floats with null for what JSON can't say, and .0 where else it would be an integer."""
    values = column.to_numpy()
    is_whole = (values == np.trunc(values)) & (np.abs(values) < _EXPONENT_FROM)
    if is_whole.any():
        texts = pc.if_else(pa.array(is_whole), pc.binary_join_element_wise(texts, ".0", ""), texts)
    is_finite = np.isfinite(values)
    return texts if is_finite.all() else pc.if_else(pa.array(is_finite), texts, "null")
