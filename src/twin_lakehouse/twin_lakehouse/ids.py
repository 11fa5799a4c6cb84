"""Ids: which are allowed, and those that follow from what they name (UUIDv5), so that a replay finds the same ones."""

from __future__ import annotations

import re
from uuid import UUID, uuid5

from twin_lakehouse.errors import InvalidValueError

TWIN_NAMESPACE = UUID("6f1b1b8e-6a35-5d0c-9a57-2f6f0a4f3c11")
"""Namespace of every deterministic id of the twin packages."""

_NAME = re.compile(r"[A-Za-z0-9._-]{1,64}")
_NAME_RULE = "1 to 64 letters, digits, '.', '_' or '-', not only dots"


def named_uuid(*parts: str | int) -> UUID:
    """The id of what the parts name together: the same parts, the same id. Example: "twin_job", asset_id, job_id."""
    return uuid5(TWIN_NAMESPACE, "/".join(str(part) for part in parts))


def checked_asset_id(asset_id: str) -> str:
    """The id as it is, if it can be part of a path. Raises InvalidValueError."""
    return _checked("asset_id", asset_id)


def checked_job_id(job_id: str) -> str:
    """The id as it is, if it can be part of a path. Raises InvalidValueError."""
    return _checked("job_id", job_id)


def _checked(name: str, value: str) -> str:
    # Ids become folders (job_id=<job>/, raw/<asset_id>/): "." and ".." would leave them.
    if not _NAME.fullmatch(value) or not value.strip("."):
        raise InvalidValueError(name, value, allowed=_NAME_RULE)
    return value
