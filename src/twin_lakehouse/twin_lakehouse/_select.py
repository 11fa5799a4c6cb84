"""Whether a text is one SELECT that reads nothing but the lake: judged on DuckDB's own parse of it, by what is allowed.

A second wall stands behind this one: the reader's connection has no access to files, nor to settings (_attach.py).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from twin_lakehouse.errors import QueryError
from twin_lakehouse.schema import tables

if TYPE_CHECKING:
    import duckdb

TABLE_FUNCTIONS = frozenset({"range", "generate_series", "unnest", "json_each", "json_tree", "repeat"})
"""What FROM may call; others read files or databases, or run SQL from a string."""
# They write, tell what this process was set to, or look up what SQL in a string names, on the catalog's server as well;
# all others work on their arguments alone.
_OUTSIDE_FUNCTIONS = frozenset({"current_setting", "write_log", "nextval", "currval", "getenv", "json_serialize_plan"})
# e.g. duckdb_databases, whose rows hold the catalog's password
_SYSTEM_PREFIXES = ("duckdb_", "pragma_", "sqlite_", "pg_")
# By a name in front a table may also be one of the catalog's database.
_SCHEMAS = frozenset({"", "lake", "information_schema"} | {spec.schema for spec in tables()})
_CATALOGS = frozenset({"", "lake"})


def checked_select(session: duckdb.DuckDBPyConnection, sql: str) -> set[str]:
    """Names of the tables in `sql`, in small letters. Raises QueryError unless it is one SELECT on the lake."""
    try:
        nodes = _parsed(session, sql)
    except RecursionError:
        raise QueryError(sql, "it is nested too deeply", remedy="write it in fewer levels") from None
    for node in nodes:
        if node.get("type") == "TABLE_FUNCTION":
            function = str(node["function"]["function_name"]).lower()
            _refuse_unless(function in TABLE_FUNCTIONS, sql, f"{function}()")
        elif node.get("type") == "FUNCTION":
            function = str(node["function_name"]).lower()
            _refuse_unless(function not in _OUTSIDE_FUNCTIONS, sql, f"{function}()")
        elif node.get("type") == "BASE_TABLE":
            _check_table(node, sql)
    return {str(node["table_name"]).lower() for node in nodes if node.get("type") == "BASE_TABLE"}


def _parsed(session: duckdb.DuckDBPyConnection, sql: str) -> list[dict[str, Any]]:
    """Every node of the statement."""
    row = session.execute("SELECT json_serialize_sql($sql)", {"sql": sql}).fetchone()
    parsed = json.loads(row[0]) if row else {}
    if parsed.get("error"):
        # Of what DuckDB can parse, it serializes SELECT alone.
        is_other = parsed.get("error_type") == "not implemented"
        problem = "it isn't a SELECT" if is_other else " ".join(str(parsed.get("error_message")).split())
        raise QueryError(sql, problem, remedy="write one SELECT; a twin is changed by its operations, not by SQL")
    if len(parsed["statements"]) != 1:
        raise QueryError(sql, f"it has {len(parsed['statements'])} statements", remedy="write exactly one SELECT")
    return list(_nodes(parsed))


def _check_table(node: dict[str, Any], sql: str) -> None:
    catalog, schema, name = (str(node[part]).lower() for part in ("catalog_name", "schema_name", "table_name"))
    shown = ".".join(filter(None, (catalog, schema, name)))
    is_system = name.startswith(_SYSTEM_PREFIXES) or schema not in _SCHEMAS or catalog not in _CATALOGS
    _refuse_unless(not is_system, sql, shown)
    if not name.isidentifier():
        # DuckDB would take it for a file.
        problem = f"table {shown} does not exist, and files can't be read here"
        raise QueryError(sql, problem, remedy=f"the tables are {', '.join(spec.table for spec in tables())}")


def _refuse_unless(is_allowed: bool, sql: str, what: str) -> None:
    if not is_allowed:
        functions = ", ".join(sorted(TABLE_FUNCTIONS))
        raise QueryError(
            sql, f"{what} is not allowed here", remedy=f"read the lake's tables; FROM may call {functions}"
        )


def _nodes(node: object) -> Iterator[dict[str, Any]]:
    """Every object in a serialized statement."""
    if isinstance(node, dict):
        yield node
        for value in node.values():
            yield from _nodes(value)
    elif isinstance(node, list):
        for value in node:
            yield from _nodes(value)
