"""DuckDB's extensions from their Python wheels: nothing is downloaded at run time."""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING

from twin_lakehouse.errors import ExtensionError

if TYPE_CHECKING:
    import duckdb


def load_extensions(connection: duckdb.DuckDBPyConnection, names: tuple[str, ...]) -> None:
    """Loads e.g. ("ducklake", "sqlite_scanner") into the database of `connection`. Raises ExtensionError."""
    import duckdb

    connection.execute("SET autoinstall_known_extensions = false")
    connection.execute("SET autoload_known_extensions = false")
    for name in names:
        path = _shipped_file(name, duckdb.__version__)
        try:
            connection.execute(f"LOAD '{path}'")
        except duckdb.Error as error:
            raise ExtensionError(name, str(error).splitlines()[0]) from error


def _shipped_file(name: str, version: str) -> str:
    try:
        file = files(f"duckdb_extension_{name}") / "extensions" / f"v{version}" / f"{name}.duckdb_extension"
    except ModuleNotFoundError as error:
        raise ExtensionError(name, f"package {error.name} is not installed") from error
    if not file.is_file():
        raise ExtensionError(name, f"its package is not made for duckdb {version}")
    return str(file).replace("'", "''")
