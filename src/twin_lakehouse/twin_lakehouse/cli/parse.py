"""Arguments that are more than a word."""

from __future__ import annotations

import json
from collections.abc import Sequence
from uuid import UUID

from twin_lakehouse.errors import InvalidValueError


def pairs(option: str, texts: Sequence[str]) -> dict[str, object]:
    """NAME=VALUE texts; a value that is JSON (1, 0.5, true, null) is what it says, any other is text."""
    found: dict[str, object] = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not equals or not name:
            raise InvalidValueError(option, text, allowed="NAME=VALUE")
        try:
            found[name] = json.loads(value)
        except ValueError:
            found[name] = value
    return found


def metadata_with_limits(text: str, limits: Sequence[str]) -> dict[str, object]:
    """The JSON object of --metadata with the values of --limit in its `limits`."""
    try:
        metadata = json.loads(text)
    except ValueError:
        metadata = None
    if not isinstance(metadata, dict):
        raise InvalidValueError("--metadata", text, allowed='a JSON object such as {"owner": "lab"}')
    if limits:
        metadata["limits"] = {**metadata.get("limits", {}), **pairs("--limit", limits)}
    return metadata


def uuid_of(option: str, text: str) -> UUID:
    """The id that `text` is. Raises InvalidValueError."""
    try:
        return UUID(text)
    except ValueError:
        raise InvalidValueError(option, text, allowed="a UUID (32 hexadecimal digits)") from None
