"""What a transaction of a recorder writes, as small as it can be."""

from __future__ import annotations

from uuid import uuid4

import pyarrow as pa

from twin_lakehouse import Asset, Segment, to_arrow
from twin_lakehouse.clock import utc_now


def segment() -> Segment:
    """Any."""
    return Segment(
        segment_id=uuid4(),
        asset_id="robot",
        job_id="job-1",
        sequence=1,
        raw_path="raw/robot/job_id=job-1/000001.mcap",
        started_at=utc_now(),
        ended_at=utc_now(),
        message_count=1,
        size_bytes=1,
    )


def assets(name: str) -> pa.Table:
    """One row, in the types of which a file is made."""
    one = Asset(asset_id=name, asset_type="robot", display_name=name, status="active", created_at=utc_now())
    rows = to_arrow([one])
    metadata = pa.ExtensionArray.from_storage(pa.json_(), pa.array(["{}"]))
    return rows.set_column(rows.column_names.index("metadata"), "metadata", metadata)
