"""The digital twin in the lakehouse: open a Lake, create twins, record jobs, sync them, ask.

    from twin_lakehouse import Lake, create_twin, query_twin

    with Lake.open() as lake:
        create_twin(lake, "turtlebot-01", urdf_path="urdf/turtlebot3_waffle.urdf")
        print(query_twin(lake, "turtlebot-01", "SELECT timestamp, position_x FROM state_snapshots ORDER BY timestamp"))

Names are imported when they are first used, so that importing this package costs nothing (`twin --help`).
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from twin_lakehouse.annotations import annotate_twin, list_annotations
    from twin_lakehouse.compact import CompactResult, compact_lake
    from twin_lakehouse.errors import LakeAwayError, LakeBusyError, LakeFullError, TwinError
    from twin_lakehouse.events import append_event, twin_events
    from twin_lakehouse.expire import ExpireResult, expire_lake
    from twin_lakehouse.frames import to_pandas, to_polars
    from twin_lakehouse.ids import TWIN_NAMESPACE, checked_asset_id, checked_job_id, named_uuid
    from twin_lakehouse.jobs import complete_job, get_job, list_jobs, start_job, update_job_metadata
    from twin_lakehouse.lake import Lake
    from twin_lakehouse.migrate import MigrationResult, migrate_lake
    from twin_lakehouse.query import query_twin
    from twin_lakehouse.raw import raw_reference
    from twin_lakehouse.records import (
        AgentEvent,
        Annotation,
        Asset,
        Event,
        NavigationTrial,
        ObjectDetection,
        Segment,
        SensorReading,
        StateSnapshot,
        TwinJob,
        UrdfAsset,
    )
    from twin_lakehouse.rows import from_arrow, to_arrow
    from twin_lakehouse.schema import arrow_schema
    from twin_lakehouse.settings import LakeSettings
    from twin_lakehouse.staging import Staged
    from twin_lakehouse.state import TwinState, get_twin_state
    from twin_lakehouse.storage import Storage
    from twin_lakehouse.sync import SyncResult, sync_twin
    from twin_lakehouse.twins import create_twin, get_twin, list_models, list_twins, retire_twin

_HOMES = {
    "annotations": ("annotate_twin", "list_annotations"),
    "compact": ("CompactResult", "compact_lake"),
    "errors": ("LakeAwayError", "LakeBusyError", "LakeFullError", "TwinError"),
    "events": ("append_event", "twin_events"),
    "expire": ("ExpireResult", "expire_lake"),
    "frames": ("to_pandas", "to_polars"),
    "ids": ("TWIN_NAMESPACE", "checked_asset_id", "checked_job_id", "named_uuid"),
    "jobs": ("complete_job", "get_job", "list_jobs", "start_job", "update_job_metadata"),
    "lake": ("Lake",),
    "migrate": ("MigrationResult", "migrate_lake"),
    "query": ("query_twin",),
    "raw": ("raw_reference",),
    "records": (
        "AgentEvent",
        "Annotation",
        "Asset",
        "Event",
        "NavigationTrial",
        "ObjectDetection",
        "Segment",
        "SensorReading",
        "StateSnapshot",
        "TwinJob",
        "UrdfAsset",
    ),
    "rows": ("from_arrow", "to_arrow"),
    "schema": ("arrow_schema",),
    "settings": ("LakeSettings",),
    "staging": ("Staged",),
    "state": ("TwinState", "get_twin_state"),
    "storage": ("Storage",),
    "sync": ("SyncResult", "sync_twin"),
    "twins": ("create_twin", "get_twin", "list_models", "list_twins", "retire_twin"),
}
_HOME_OF = {name: module for module, names in _HOMES.items() for name in names}

__all__ = [
    "TWIN_NAMESPACE",
    "AgentEvent",
    "Annotation",
    "Asset",
    "CompactResult",
    "Event",
    "ExpireResult",
    "Lake",
    "LakeAwayError",
    "LakeBusyError",
    "LakeFullError",
    "LakeSettings",
    "MigrationResult",
    "NavigationTrial",
    "ObjectDetection",
    "Segment",
    "SensorReading",
    "Staged",
    "StateSnapshot",
    "Storage",
    "SyncResult",
    "TwinError",
    "TwinJob",
    "TwinState",
    "UrdfAsset",
    "annotate_twin",
    "append_event",
    "arrow_schema",
    "checked_asset_id",
    "checked_job_id",
    "compact_lake",
    "complete_job",
    "create_twin",
    "expire_lake",
    "from_arrow",
    "get_job",
    "get_twin",
    "get_twin_state",
    "list_annotations",
    "list_jobs",
    "list_models",
    "list_twins",
    "migrate_lake",
    "named_uuid",
    "query_twin",
    "raw_reference",
    "retire_twin",
    "start_job",
    "sync_twin",
    "to_arrow",
    "to_pandas",
    "to_polars",
    "twin_events",
    "update_job_metadata",
]


def __getattr__(name: str) -> object:
    if name not in _HOME_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{_HOME_OF[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__
