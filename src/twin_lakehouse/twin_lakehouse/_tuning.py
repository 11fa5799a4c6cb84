"""DuckDB set up for transactions of a few thousand rows, where planning costs as much as the work."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb

# Passes over a plan for joins, nested queries, sorting and common parts. A commit has 40 statements of one table and
# few rows, most of them DuckLake's: without these passes it takes 39.9 instead of 41.8 ms, and where the lake has 500
# segments 32 instead of 38 ms of processor time. Looks at the segments themselves take as long with them.
_NEEDLESS_PASSES = (
    "join_order",
    "join_filter_pushdown",
    "join_elimination",
    "build_side_probe_side",
    "deliminator",
    "common_subexpressions",
    "common_subplan",
    "common_aggregate",
    "cte_inlining",
    "cte_filter_pusher",
    "late_materialization",
    "compressed_materialization",
    "top_n",
    "top_n_window_elimination",
    "window_self_join",
    "sum_rewriter",
)


def tune_for_small_commits(connection: duckdb.DuckDBPyConnection) -> None:
    """One thread, as handing tasks to others costs a third more than it saves, and plans as they are written."""
    connection.execute("SET threads = 1")
    # A pass that this DuckDB doesn't know would be refused.
    known = {str(name) for (name,) in connection.execute("SELECT name FROM duckdb_optimizers()").fetchall()}
    passes = ",".join(name for name in _NEEDLESS_PASSES if name in known)
    connection.execute(f"SET disabled_optimizers = '{passes}'")
