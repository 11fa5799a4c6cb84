"""`python -m tests.faults.upkeep FOLDER`: maintains the lake in a folder until it is killed."""

from __future__ import annotations

import sys
from contextlib import suppress
from datetime import timedelta

from twin_lakehouse import Lake, LakeSettings, compact_lake, expire_lake, migrate_lake, sync_twin
from twin_lakehouse.errors import TwinError


def upkeep(settings: LakeSettings) -> None:
    """Maintain a lake, over and over, until killed."""
    while True:
        with suppress(TwinError), Lake.open(settings, may_create=False) as lake:
            compact_lake(lake, keep_files=timedelta(hours=1))
            expire_lake(lake, older_than=timedelta(hours=1))
            for asset in ("one", "two"):
                with suppress(TwinError):
                    sync_twin(lake, asset, "job-1")
        with suppress(TwinError):
            migrate_lake(settings)


if __name__ == "__main__":
    upkeep(LakeSettings(catalog=f"sqlite:{sys.argv[1]}/catalog.sqlite", storage=f"{sys.argv[1]}/data"))
