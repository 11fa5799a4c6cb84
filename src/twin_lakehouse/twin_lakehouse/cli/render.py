"""Results as text: JSON for programs, aligned tables for people."""

from __future__ import annotations

import csv
import itertools
import json
import math
import os
import shutil
import sys
from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import datetime
from typing import TYPE_CHECKING, Any

from twin_lakehouse.schema import spec_of

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

Row = Mapping[str, Any]
_BOLD, _PLAIN = "\033[1m", "\033[0m"
_NARROWEST = 8


def record_row(record: object) -> dict[str, Any]:
    """A record by column name, with its JSON columns parsed."""
    columns = spec_of(type(record)).columns
    values = {column.name: getattr(record, column.field) for column in columns}
    return {column.name: _parsed(values[column.name], column.sql_type) for column in columns}


def object_row(value: DataclassInstance) -> dict[str, Any]:
    """Any other data class by field name."""
    return {field.name: getattr(value, field.name) for field in fields(value)}


def distinct(names: Sequence[str]) -> list[str]:
    """The names, with _1, _2, … after one that was there before, as a join of two tables gives it."""
    found: list[str] = []
    for name in names:
        others = (f"{name}_{number}" for number in itertools.count(1))
        found.append(next(other for other in itertools.chain([name], others) if other not in found))
    return found


def print_json(value: object) -> None:
    """Prints JSON: times as ISO 8601 with Z, ids as text, numbers that JSON doesn't have as null."""
    sys.stdout.write(json.dumps(_plain(value), ensure_ascii=False, indent=2, allow_nan=False) + "\n")


def print_json_line(value: object) -> None:
    """As print_json on one line, for a command that prints one result after the other."""
    sys.stdout.write(json.dumps(_plain(value), ensure_ascii=False, allow_nan=False) + "\n")


def print_csv(rows: Sequence[Row], columns: Sequence[str]) -> None:
    """Prints CSV with a header: numbers in full, times as ISO 8601 with Z, lists and objects as JSON, NULL empty."""
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([_csv_cell(row[name]) for name in columns] for row in rows)


def print_table(rows: Sequence[Row], columns: Sequence[str]) -> None:
    """Prints rows under their column names; on a terminal cells are cut so that a row fits on a line."""
    is_terminal = sys.stdout.isatty()
    cells = [[_cell(row[name]) for name in columns] for row in rows]
    widths = [max(map(len, column)) for column in zip(columns, *cells, strict=True)]
    if is_terminal:
        widths = _fitted(widths, shutil.get_terminal_size().columns)
    numeric = [all(_is_number(row[name]) for row in rows) and bool(rows) for name in columns]
    header = _line(list(columns), widths, numeric)
    styled = is_terminal and "NO_COLOR" not in os.environ
    lines = [f"{_BOLD}{header}{_PLAIN}" if styled else header]
    lines += [_line(line, widths, numeric) for line in cells]
    sys.stdout.write("\n".join(lines) + "\n")


def print_row(row: Row, *, as_json: bool) -> None:
    """Prints a command's one result, for programs or for people."""
    (print_json if as_json else print_fields)(row)


def print_fields(row: Row) -> None:
    """Prints one row, a column a line."""
    width = max(len(name) for name in row)
    sys.stdout.write("".join(f"{name:<{width}}  {_cell(value)}\n" for name, value in row.items()))


def _line(cells: list[str], widths: list[int], numeric: list[bool]) -> str:
    padded = [
        _cut(cell, width).rjust(width) if right else _cut(cell, width).ljust(width)
        for cell, width, right in zip(cells, widths, numeric, strict=True)
    ]
    return "  ".join(padded).rstrip()


def _fitted(widths: list[int], available: int) -> list[int]:
    """Widths that fit: the widest columns give way first, none below _NARROWEST."""
    widths = list(widths)
    while sum(widths) + 2 * (len(widths) - 1) > available and max(widths) > _NARROWEST:
        widths[widths.index(max(widths))] -= 1
    return widths


def _cut(text: str, width: int) -> str:
    return text if len(text) <= width else text[: width - 1] + "…"


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.6g}" if abs(value) < 1e-3 or abs(value) >= 1e6 else f"{value:.6f}".rstrip("0").rstrip(".")
    if isinstance(value, (dict, list)):
        return json.dumps(_plain(value), ensure_ascii=False)
    return " ".join(str(_plain(value)).split())


def _csv_cell(value: object) -> object:
    if isinstance(value, (dict, list)):
        return json.dumps(_plain(value), ensure_ascii=False)
    # Unlike JSON, CSV has nan and inf.
    return value if isinstance(value, float) else _plain(value)


def _is_number(value: object) -> bool:
    return value is None or (isinstance(value, (int, float)) and not isinstance(value, bool))


def _parsed(value: object, sql_type: str) -> object:
    if sql_type != "JSON" or not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value


def _plain(value: object) -> object:
    """The value in JSON's types."""
    if isinstance(value, Mapping):
        return {str(name): _plain(item) for name, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if isinstance(value, datetime):
        return value.replace(tzinfo=None).isoformat() + "Z"
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return value if value is None or isinstance(value, (bool, int, str)) else str(value)
