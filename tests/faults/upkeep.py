"""`python -m tests.faults.upkeep FOLDER`: maintains the lake in a folder until it is killed."""

from __future__ import annotations

import sys

from tests.faults.scenarios import upkeep
from twin_lakehouse import LakeSettings

if __name__ == "__main__":
    upkeep(LakeSettings(catalog=f"sqlite:{sys.argv[1]}/catalog.sqlite", storage=f"{sys.argv[1]}/data"))
