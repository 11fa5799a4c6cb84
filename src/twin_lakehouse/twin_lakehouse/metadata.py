"""Metadata of twins and jobs: JSON objects, kept as text."""

from __future__ import annotations

import json
from collections.abc import Mapping

from twin_lakehouse.errors import InvalidValueError


def metadata_json(metadata: Mapping[str, object]) -> str:
    """The object as the lake keeps it. Raises InvalidValueError for what JSON doesn't have."""
    try:
        text = json.dumps(dict(metadata), sort_keys=True, allow_nan=False, ensure_ascii=False)
        text.encode()  # half of a surrogate pair is no text
    except (TypeError, ValueError, RecursionError) as error:
        allowed = f"what JSON has: texts, finite numbers, true, false, null, lists and objects ({error})"
        raise InvalidValueError("metadata", dict(metadata), allowed=allowed) from error
    return text


def changed_metadata(text: str, changes: Mapping[str, object]) -> str:
    """The object with these keys replaced, and those removed that are None now. Raises InvalidValueError."""
    known = json.loads(text)
    kept = {**known, **changes}
    return metadata_json({key: value for key, value in kept.items() if value is not None or key not in changes})
