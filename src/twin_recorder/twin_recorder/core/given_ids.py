"""Rows that bring their own id, once each: latched messages arrive again at every start of recorder or publisher."""

from __future__ import annotations

from collections.abc import Mapping

import pyarrow as pa

from twin_lakehouse import Lake

from .given_rows import GIVEN_IDS


class GivenIds:
    """Remembers the ids of the jobs that it met; a job's earlier ones are read from the lake, once.

    Asking the lake at each commit would cost more with each segment: 15 ms after 200 of them.
    """

    def __init__(self) -> None:
        self._known: dict[tuple[str, str | None], set[str]] = {}

    def only_new(self, lake: Lake, tables: Mapping[str, pa.Table]) -> dict[str, pa.Table]:
        """The tables without rows whose id the lake has, or an earlier row. Raises TwinError."""
        return {name: self._filtered(lake, name, table) for name, table in tables.items()}

    def remember(self, tables: Mapping[str, pa.Table]) -> None:
        """These rows are in the lake now."""
        for name in tables.keys() & GIVEN_IDS.keys():
            for job_id, row_id in _keys(name, tables[name]):
                self._known[name, job_id].add(row_id)

    def _filtered(self, lake: Lake, name: str, table: pa.Table) -> pa.Table:
        if name not in GIVEN_IDS:
            return table
        met: set[str] = set()
        keep: list[int] = []
        for index, (job_id, row_id) in enumerate(_keys(name, table)):
            if row_id not in met and row_id not in self._of_job(lake, name, job_id):
                keep.append(index)
                met.add(row_id)
        return table.take(pa.array(keep, type=pa.int64()))

    def _of_job(self, lake: Lake, name: str, job_id: str | None) -> set[str]:
        """Ids of a job's rows in the lake."""
        if (name, job_id) not in self._known:
            column = GIVEN_IDS[name]
            # Names are constants of GIVEN_IDS.
            query = f"SELECT {column}::VARCHAR AS id FROM lake.{name} WHERE job_id = ?"  # noqa: S608
            self._known[name, job_id] = set(lake.query(query, (job_id,))["id"].to_pylist())
        return self._known[name, job_id]


def _keys(name: str, table: pa.Table) -> list[tuple[str | None, str]]:
    """Job and id of each row."""
    return list(zip(table["job_id"].to_pylist(), table[GIVEN_IDS[name]].to_pylist(), strict=True))
