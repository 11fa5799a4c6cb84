"""An ingest that dies by SIGKILL when its n-th segment is in the lake: ingest_child.py N BAG CATALOG STORAGE PREFIX…"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

from twin_lakehouse import LakeSettings
from twin_recorder.core import ingest as ingest_module
from twin_recorder.core.commit import Committed, LakeCommitter, Prepared
from twin_recorder.core.definitions import Definitions
from twin_recorder.core.topics import load_topics
from twin_recorder.share import default_topics_file


def main() -> None:
    """Ingest in segments of 3,000 bytes."""
    left, bag, catalog, storage, *prefixes = sys.argv[1:]
    ingest_module._SEGMENT_BYTES = 3000  # type: ignore[misc]
    remaining = int(left)
    land = LakeCommitter.land

    def dying(committer: LakeCommitter, prepared: Prepared) -> Committed:
        nonlocal remaining
        if remaining == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        remaining -= 1
        return land(committer, prepared)

    LakeCommitter.land = dying  # type: ignore[method-assign, assignment]
    config = ingest_module.IngestConfig(
        asset_id="turtlebot-01", job_id="job-1", topics=load_topics(default_topics_file())
    )
    definitions = Definitions([Path(prefix) for prefix in prefixes])
    ingest_module.ingest(
        Path(bag), config, lake=LakeSettings(catalog=catalog, storage=storage), definitions=definitions
    )


if __name__ == "__main__":
    main()
