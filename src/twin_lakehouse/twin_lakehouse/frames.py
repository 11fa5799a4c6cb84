"""Arrow tables as data frames and files; the packages that need it are imported only then."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from twin_lakehouse.errors import InvalidValueError, MissingPackageError

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl
    import pyarrow as pa

FILE_SUFFIXES = (".parquet", ".arrow")


def to_pandas(rows: pa.Table) -> pd.DataFrame:
    """The rows (of query_twin) as a pandas frame. Raises MissingPackageError."""
    with _needing("pandas"):
        import pandas as pd  # noqa: F401  # pyarrow's own error does not say how to get it
    return rows.to_pandas()


def to_polars(rows: pa.Table) -> pl.DataFrame:
    """The rows (of query_twin) as a Polars frame, mostly without a copy. Raises MissingPackageError."""
    with _needing("polars"):
        import polars as pl
    return pl.DataFrame(rows)


def write_rows(rows: pa.Table, path: Path) -> None:
    """Writes the rows to a Parquet (.parquet) or Arrow IPC (.arrow) file. Raises InvalidValueError, OSError."""
    from pyarrow import feather, parquet

    if path.suffix == ".parquet":
        parquet.write_table(rows, path, compression="zstd")
    elif path.suffix == ".arrow":
        feather.write_feather(rows, str(path), compression="uncompressed")
    else:
        raise InvalidValueError("file", str(path), allowed="a name that ends in " + " or ".join(FILE_SUFFIXES))


@contextmanager
def _needing(package: str) -> Iterator[None]:
    try:
        yield
    except ImportError as error:
        raise MissingPackageError(package) from error
