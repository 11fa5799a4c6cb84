"""The topic table: which topics are recorded, and what each of them becomes in the lake."""

from __future__ import annotations

from .convert import topics_from_json, topics_to_json
from .grammar import is_topic_name, is_type_name, load_topics, parse_topics
from .table import DEFAULT_JPEG_QUALITY, Becomes, Qos, TopicRule, TopicSpec, TopicTable

__all__ = [
    "DEFAULT_JPEG_QUALITY",
    "Becomes",
    "Qos",
    "TopicRule",
    "TopicSpec",
    "TopicTable",
    "is_topic_name",
    "is_type_name",
    "load_topics",
    "parse_topics",
    "topics_from_json",
    "topics_to_json",
]
