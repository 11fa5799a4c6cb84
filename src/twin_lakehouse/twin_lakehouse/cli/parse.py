"""Arguments that are more than a word."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from twin_lakehouse.errors import InvalidValueError

_UNITS = {
    "s": timedelta(seconds=1),
    "m": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
    "w": timedelta(weeks=1),
}
# More would lead out of the calendar.
_LONGEST_AGE = timedelta(days=36500)
_AGE = re.compile(rf"(?P<number>\d{{1,6}}(\.\d+)?)(?P<unit>[{''.join(_UNITS)}])", re.ASCII)


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
        known = metadata.get("limits", {})
        if not isinstance(known, dict):
            raise InvalidValueError(
                "limits of --metadata", known, allowed='an object such as {"linear_velocity": 0.26}'
            )
        metadata["limits"] = {**known, **pairs("--limit", limits)}
    return metadata


def age(option: str, text: str) -> timedelta:
    """90s, 15m, 12h, 30d or 8w as a duration. Raises InvalidValueError."""
    match = _AGE.fullmatch(text)
    found = float(match["number"]) * _UNITS[match["unit"]] if match else None
    if found is not None and found <= _LONGEST_AGE:
        return found
    raise InvalidValueError(option, text, allowed="a number with its unit: 90s, 15m, 12h, 30d, 8w; at most 36500d")


def uuid_of(option: str, text: str) -> UUID:
    """The id that `text` is. Raises InvalidValueError."""
    try:
        return UUID(text)
    except ValueError:
        raise InvalidValueError(option, text, allowed="a UUID (32 hexadecimal digits)") from None
