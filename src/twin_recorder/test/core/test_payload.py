"""Messages as JSON: the same values as DuckDB's to_json, and valid whatever the values are."""

from __future__ import annotations

import json
import math
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from twin_recorder.core import payload
from twin_recorder.core.payload import to_json

ROWS = st.fixed_dictionaries(
    {
        "number": st.floats(),
        "small": st.floats(width=32),
        "count": st.integers(-(2**63), 2**63 - 1),
        "flag": st.booleans(),
        'na"me': st.text(st.characters(exclude_categories=["Cs"])),
        "many": st.lists(st.floats()),
        "nested": st.fixed_dictionaries({"x": st.floats(), "empty": st.just({})}),
        "list": st.lists(
            st.fixed_dictionaries({"name": st.sampled_from(["a", "\\", "\n", "ü"]), "no": st.lists(st.booleans())})
        ),
    }
)
TYPE = pa.struct(
    {
        "number": pa.float64(),
        "small": pa.float32(),
        "count": pa.int64(),
        "flag": pa.bool_(),
        'na"me': pa.string(),
        "many": pa.list_(pa.float64()),
        "nested": pa.struct({"x": pa.float64(), "empty": pa.struct([])}),
        "list": pa.list_(pa.struct({"name": pa.string(), "no": pa.list_(pa.bool_())})),
    }
)


def texts(rows: list[dict[str, Any]]) -> list[str]:
    array = pa.array(rows, type=TYPE)
    found: list[str] = to_json(dict(zip(TYPE.names, array.flatten(), strict=True)), len(rows)).to_pylist()
    return found


def as_json(value: Any) -> Any:
    """What a reader of the JSON must find."""
    if isinstance(value, dict):
        return {key: as_json(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [as_json(inner) for inner in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


@settings(max_examples=100, deadline=None, derandomize=True)
@given(rows=st.lists(ROWS, max_size=4))
def test_values_are_exact_and_nothing_but_json_is_written(rows: list[dict[str, Any]]) -> None:
    read = [json.loads(text, parse_constant=pytest.fail) for text in texts(rows)]
    # The shortest text of a float32 names another float64; as float32 it is the same.
    read = [{**row, "small": row["small"] and float(np.float32(row["small"]))} for row in read]
    # As texts, which tell -0.0 from 0.0 and 1 from 1.0.
    assert json.dumps(read, sort_keys=True) == json.dumps([as_json(row) for row in rows], sort_keys=True)


@pytest.mark.parametrize("value", [0.0, -0.0, 1.0, 1 / 3, 1e9, 1e10, 9007199254740993.0, 5e-324, 1.7e308, 1e-5, 123.5])
def test_numbers_are_those_of_duckdb(value: float) -> None:
    (ours,) = to_json({"x": pa.array([value])}, 1).to_pylist()
    (theirs,) = duckdb.execute("SELECT to_json({'x': ?::DOUBLE})::VARCHAR", [value]).fetchone() or ()
    assert repr(json.loads(ours)) == repr(json.loads(theirs))


def test_a_row_has_the_same_text_alone_and_among_others() -> None:
    rows = [
        {**dict.fromkeys(TYPE.names), "number": x, "small": x, "many": [x], "nested": {"x": x, "empty": {}}}
        for x in (0.1, 1.0, math.nan)
    ]
    rows = [{**row, "count": 1, "flag": True, 'na"me': "", "list": []} for row in rows]
    assert texts(rows) == [text for row in rows for text in texts([row])]


@pytest.mark.parametrize(
    "data_type", [getattr(pa, f"{sign}int{bits}")() for sign in ("", "u") for bits in (8, 16, 32, 64)]
)
def test_integers_of_each_width_are_exact(data_type: pa.DataType) -> None:
    limits = np.iinfo(data_type.to_pandas_dtype())
    values = [int(limits.min), 0, int(limits.max)]
    read = [json.loads(text) for text in to_json({"x": pa.array(values, data_type)}, 3).to_pylist()]
    assert read == [{"x": value} for value in values]


@settings(max_examples=200, deadline=None, derandomize=True)
@given(bits=st.lists(st.integers(0, 2**32 - 1), min_size=1))
def test_floats_of_any_bits_are_read_again_as_they_were(bits: list[int]) -> None:
    singles = np.array(bits, dtype=np.uint32).view(np.float32)
    doubles = np.array(bits, dtype=np.uint64).view(np.float64) + np.array(bits, dtype=np.uint64) * 2.0**-31
    for values in (singles, doubles):
        read = [json.loads(text)["x"] for text in to_json({"x": pa.array(values)}, len(values)).to_pylist()]
        expected = [value.tobytes() if np.isfinite(value) else None for value in values]
        assert [value if value is None else values.dtype.type(value).tobytes() for value in read] == expected


def test_what_a_column_lacks_is_null_and_the_rest_stays_of_its_kind() -> None:
    columns = {"width": pa.array([640, None]), "far": pa.array([None, math.inf]), "name": pa.array(["a", None])}
    assert [json.loads(text) for text in to_json(columns, 2).to_pylist()] == [
        {"width": 640, "far": None, "name": "a"},
        {"width": None, "far": None, "name": None},
    ]


def test_rows_have_the_same_texts_in_many_arrays(monkeypatch: pytest.MonkeyPatch) -> None:
    lists = [[{"name": str(i), "no": [True] * j} for j in range(i % 3)] for i in range(20)]
    columns = {"many": pa.array([[float(i)] * (i % 4) for i in range(20)]), "list": pa.array(lists, TYPE["list"].type)}
    whole = to_json(columns, 20)
    monkeypatch.setattr(payload, "_CHUNK_BYTES", 100)
    parts = to_json(columns, 20)
    assert (whole.num_chunks, parts.to_pylist()) == (1, whole.to_pylist())
    assert parts.num_chunks > 1


def test_no_columns_are_empty_objects() -> None:
    assert to_json({}, 2).to_pylist() == ["{}", "{}"]


def test_no_rows_are_no_texts() -> None:
    assert texts([]) == []
