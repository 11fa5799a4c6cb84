"""The table as JSON: a segment carries the table that it was recorded with."""

from __future__ import annotations

import json

from twin_recorder.core.errors import ConfigError

from .grammar import parse_topics
from .table import Qos, TopicRule, TopicTable


def topics_to_json(topics: TopicTable) -> str:
    """The table as JSON text that `topics_from_json` reads; entries as in the YAML file."""
    return json.dumps([_entry(rule) for rule in topics.rules])


def topics_from_json(text: str) -> TopicTable:
    """Inverse of `topics_to_json`; also of the lists that earlier segments carry. Raises ConfigError."""
    try:
        return parse_topics(json.loads(text))
    except (json.JSONDecodeError, TypeError) as error:
        raise ConfigError(f"the topic table inside the segment can't be read: {error}") from error


def _entry(rule: TopicRule) -> dict[str, object]:
    """One rule; only what it says."""
    entry: dict[str, object] = {"name": rule.name, "pattern": rule.pattern, "type": rule.type_name}
    if rule.ignore:
        entry["ignore"] = True
    else:
        entry["becomes"] = [{"table": kind.table, **kind.options} for kind in rule.becomes] or "raw"
        entry["qos"] = None if rule.qos is None else _qos(rule.qos)
        entry["max_rate_hz"] = rule.max_rate_hz
        entry["image"] = None if rule.image == "raw" else rule.image
        entry["jpeg_quality"] = rule.jpeg_quality
    return {key: value for key, value in entry.items() if value is not None}


def _qos(qos: Qos) -> dict[str, object]:
    return {"reliability": qos.reliability, "durability": qos.durability, "depth": qos.depth}
