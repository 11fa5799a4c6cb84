"""Twins: create, list, retire, and the models (URDF) that belong to them."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

from twin_lakehouse.errors import (
    InvalidValueError,
    MissingFileError,
    RetiredTwinError,
    TwinExistsError,
    UnknownTwinError,
)
from twin_lakehouse.ids import checked_asset_id, named_uuid
from twin_lakehouse.lake import Lake
from twin_lakehouse.limits import limits_of
from twin_lakehouse.metadata import metadata_json
from twin_lakehouse.records import Asset, Event, UrdfAsset

ASSET_TYPES = ("robot", "drone", "sensor_node", "custom")
MODEL_FORMATS = ("urdf", "xacro", "sdf", "obj")
_VERSION = re.compile(r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-[0-9A-Za-z.-]+)?")


def create_twin(
    lake: Lake,
    asset_id: str,
    asset_type: str = "robot",
    urdf_path: str | Path | None = None,
    *,
    display_name: str | None = None,
    metadata: Mapping[str, object] | None = None,
    urdf_version: str = "1.0.0",
    actor: str = "twin",
    exist_ok: bool = False,
) -> Asset:
    """Creates the twin of an asset, with its model if `urdf_path` is given, and appends `twin.created`.

    The model is copied to the storage (urdf/<asset_id>/<version>/) and registered with its SHA-256. `metadata` is kept
    as JSON; its `limits` are those that sync checks. With exist_ok a twin that is there is returned as it is, and a
    model it doesn't have yet is registered.
    Raises InvalidValueError, MissingFileError, TwinExistsError, RetiredTwinError, LakeAwayError.
    """
    checked_asset_id(asset_id)
    if asset_type not in ASSET_TYPES:
        raise InvalidValueError("asset_type", asset_type, allowed="one of " + ", ".join(ASSET_TYPES))
    asset = Asset(
        asset_id=asset_id,
        asset_type=asset_type,
        display_name=display_name or asset_id,
        status="active",
        created_at=lake.clock(),
        metadata=metadata_json(metadata or {}),
    )
    limits_of(asset_type, asset.metadata)  # refuses now what sync couldn't use
    # The file comes first: a model in the storage without a row is harmless, a row without its file is not.
    model = None if urdf_path is None else _store_model(lake, asset_id, Path(urdf_path), urdf_version)

    def write() -> Asset:
        known = lake.rows(Asset, "asset_id = ?", [asset_id])
        if known and not exist_ok:
            raise TwinExistsError(asset_id)
        if known and known[0].status != "active":
            raise RetiredTwinError(asset_id, "create_twin")
        if not known:
            lake.insert(asset)
            lake.insert(_lifecycle(asset, "twin.created", actor, {"asset_type": asset_type}))
        if model is not None:
            _register(lake, model)
        return known[0] if known else asset

    return lake.run(write)


def list_twins(lake: Lake, *, status: str | None = None) -> list[Asset]:
    """All twins by id; only those of `status` (active or retired) if it is given."""
    if status not in (None, "active", "retired"):
        raise InvalidValueError("status", status, allowed="active or retired")
    return lake.rows(Asset, "status = ? OR ? IS NULL ORDER BY asset_id", [status, status])


def get_twin(lake: Lake, twin_id: str) -> Asset:
    """The twin's row. Raises InvalidValueError, UnknownTwinError."""
    # Compared as an expression: for a plain column DuckLake looks through the statistics of all the lake's files first,
    # which for 1,000 jobs takes as long as the rest.
    found = lake.rows(Asset, "asset_id || '' = ?", [checked_asset_id(twin_id)])
    if not found:
        raise UnknownTwinError(twin_id, [asset.asset_id for asset in list_twins(lake)])
    return found[0]


def get_active_twin(lake: Lake, twin_id: str, operation: str) -> Asset:
    """As get_twin, for an operation that a retired twin refuses. Raises RetiredTwinError as well."""
    asset = get_twin(lake, twin_id)
    if asset.status != "active":
        raise RetiredTwinError(twin_id, operation)
    return asset


def retire_twin(lake: Lake, twin_id: str, *, reason: str = "", actor: str = "twin") -> Asset:
    """Marks the twin retired and appends `twin.retired`; its history stays. A retired twin is returned as it is."""

    def write() -> Asset:
        asset = get_twin(lake, twin_id)
        if asset.status == "retired":
            return asset
        retired = replace(asset, status="retired", retired_at=lake.clock())
        lake.execute(
            "UPDATE lake.twins.assets SET status = ?, retired_at = ? WHERE asset_id = ?",
            [retired.status, retired.retired_at, twin_id],
        )
        lake.insert(_lifecycle(retired, "twin.retired", actor, {"reason": reason}))
        return retired

    return lake.run(write)


def list_models(lake: Lake, twin_id: str) -> list[UrdfAsset]:
    """The twin's models, oldest first."""
    return lake.rows(UrdfAsset, "asset_id = ? ORDER BY uploaded_at, version", [get_twin(lake, twin_id).asset_id])


def _store_model(lake: Lake, asset_id: str, path: Path, version: str) -> UrdfAsset:
    suffix = path.suffix.removeprefix(".").lower()
    if suffix not in MODEL_FORMATS:
        raise InvalidValueError("model file", str(path), allowed="a file ending in ." + ", .".join(MODEL_FORMATS))
    if not _VERSION.fullmatch(version):
        raise InvalidValueError("model version", version, allowed="a semantic version such as 1.0.0")
    try:
        checksum = hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        raise MissingFileError(
            str(path), problem=f"the model can't be read ({error.strerror})", remedy="pass the path of a readable file"
        ) from error
    # The checksum is part of the key: a version that is refused later never overwrites the file it clashes with.
    key = lake.storage.put(path, f"urdf/{asset_id}/{version}/{checksum[:12]}-{path.name}")
    return UrdfAsset(
        urdf_id=named_uuid("urdf", asset_id, version),
        asset_id=asset_id,
        version=version,
        urdf_path=key,
        format=suffix,
        uploaded_at=lake.clock(),
        checksum=checksum,
    )


def _register(lake: Lake, model: UrdfAsset) -> None:
    known = lake.rows(UrdfAsset, "urdf_id = ?", [model.urdf_id])
    if not known:
        lake.insert(model)
    elif known[0].checksum != model.checksum:
        raise InvalidValueError(
            "model version", model.version, allowed=f"a new version: {model.asset_id} has another file under this one"
        )


def _lifecycle(asset: Asset, event_type: str, actor: str, payload: Mapping[str, object]) -> Event:
    return Event(
        event_id=uuid4(),
        asset_id=asset.asset_id,
        job_id=None,
        event_type=event_type,
        timestamp=asset.retired_at or asset.created_at,
        actor=actor,
        payload=json.dumps(payload),
    )
