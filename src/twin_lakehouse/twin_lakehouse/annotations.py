"""Remarks of people and programs on a twin or on one of its snapshots."""

from __future__ import annotations

from uuid import UUID, uuid4

from twin_lakehouse.errors import InvalidValueError, UnknownSnapshotError
from twin_lakehouse.lake import Lake
from twin_lakehouse.records import Annotation, StateSnapshot
from twin_lakehouse.twins import get_twin

ANNOTATION_TYPES = ("label", "anomaly_flag", "note", "review")


def annotate_twin(
    lake: Lake,
    twin_id: str,
    content: str,
    *,
    annotation_type: str = "note",
    author: str = "twin",
    snapshot_id: UUID | None = None,
) -> Annotation:
    """Adds a remark (text or JSON). Raises InvalidValueError, UnknownTwinError, UnknownSnapshotError."""
    if annotation_type not in ANNOTATION_TYPES:
        raise InvalidValueError("annotation_type", annotation_type, allowed="one of " + ", ".join(ANNOTATION_TYPES))
    if not content.strip():
        raise InvalidValueError("annotation", content, allowed="a text that isn't empty")
    annotation = Annotation(
        annotation_id=uuid4(),
        asset_id=twin_id,
        snapshot_id=snapshot_id,
        author=author,
        annotation_type=annotation_type,
        content=content,
        created_at=lake.clock(),
    )

    def write() -> Annotation:
        get_twin(lake, twin_id)
        if snapshot_id and not lake.rows(StateSnapshot, "snapshot_id = ? AND asset_id = ?", [snapshot_id, twin_id]):
            raise UnknownSnapshotError(twin_id, str(snapshot_id))
        lake.insert(annotation)
        return annotation

    return lake.run(write)


def list_annotations(lake: Lake, twin_id: str, *, limit: int = 1000, offset: int = 0) -> list[Annotation]:
    """The twin's annotations, oldest first, a page of `limit` from `offset`. Raises UnknownTwinError."""
    get_twin(lake, twin_id)
    where = "asset_id = ? ORDER BY created_at, annotation_id LIMIT ? OFFSET ?"
    return lake.rows(Annotation, where, [twin_id, limit, offset])
