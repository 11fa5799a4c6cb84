"""A job's folder in the object store as one rosbag2 bag: its `metadata.yaml`, as Jazzy's `ros2 bag` writes it.

Layout and names: rosbag2_storage's BagMetadata, version 9. The folder's files are the job's segments; everything that
the metadata says of them is in the rows of `recordings.segments`, so no file is opened.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any, Final

import yaml

from twin_lakehouse import Lake, Segment
from twin_lakehouse.expire import kept_recordings
from twin_lakehouse.raw import bag_metadata_key

_VERSION: Final = 9
_DISTRO: Final = "jazzy"

Value = str | int | bool | Sequence["Value"] | Mapping[str, "Value"]


@dataclass(frozen=True, slots=True, kw_only=True)
class _StoredTopic:
    """One topic of one file. Times: log time, ns since the epoch."""

    name: str
    type_name: str
    type_hash: str
    offered_qos: str
    messages: int
    first_ns: int
    last_ns: int


def write_bag_metadata(lake: Lake, asset_id: str, job_id: str) -> str | None:
    """Write the metadata of a job's folder anew; its key, or None (and no metadata) where the job has no files.

    Raises TwinError.
    """
    segments = kept_recordings(lake, asset_id, job_id)
    key = bag_metadata_key(asset_id, job_id)
    if not segments:
        lake.storage.remove(key)
        return None
    return lake.storage.put_bytes(metadata_yaml(segments), key)


def metadata_yaml(segments: Sequence[Segment]) -> bytes:
    """The `metadata.yaml` of a job's segments (at least one): equal rows give equal bytes."""
    files = sorted(((_stored_topics(segment), segment) for segment in segments), key=_by_time)
    topics = [topic for stored, _ in files for topic in stored]
    started_ns = min((topic.first_ns for topic in topics), default=0)
    ended_ns = max((topic.last_ns for topic in topics), default=0)
    names = [PurePosixPath(segment.raw_path).name for _, segment in files]
    information: Mapping[str, Value] = {
        "version": _VERSION,
        "storage_identifier": "mcap",
        "duration": {"nanoseconds": ended_ns - started_ns},
        "starting_time": {"nanoseconds_since_epoch": started_ns},
        "message_count": sum(topic.messages for topic in topics),
        "topics_with_message_count": _topics(topics),
        # Chunks are compressed inside the files, which rosbag2 doesn't count as compression.
        "compression_format": "",
        "compression_mode": "",
        "relative_file_paths": names,
        "files": [_file(name, stored) for name, (stored, _) in zip(names, files, strict=True)],
        "custom_data": {"asset_id": segments[0].asset_id, "job_id": segments[0].job_id},
        "ros_distro": _DISTRO,
    }
    return yaml.safe_dump({"rosbag2_bagfile_information": information}, sort_keys=False, allow_unicode=True).encode()


def _stored_topics(segment: Segment) -> list[_StoredTopic]:
    """What a segment's file holds, by its row: topics that only lost messages are in no file."""
    return [
        topic
        for name, summary in json.loads(segment.topics).items()
        if summary["messages"]
        for topic in _of_summary(name, summary)
    ]


def _of_summary(name: str, summary: Mapping[str, Any]) -> Iterator[_StoredTopic]:
    """The file's topics of one recorded topic; rows of earlier versions say nothing of the file."""
    for stored_name, stored in summary.get("stored", {name: summary}).items():
        yield _StoredTopic(
            name=stored_name,
            type_name=stored["type"],
            type_hash=stored.get("type_hash", ""),
            offered_qos=stored.get("offered_qos", ""),
            messages=stored["messages"],
            first_ns=summary["first_ns"],
            last_ns=summary["last_ns"],
        )


def _by_time(file: tuple[list[_StoredTopic], Segment]) -> tuple[int, int]:
    """rosbag2 plays file after file; a bag that was ingested into a recorded job may be older than its recording."""
    stored, segment = file
    return min((topic.first_ns for topic in stored), default=0), segment.sequence


def _topics(topics: Iterable[_StoredTopic]) -> list[Mapping[str, Value]]:
    """Each topic once, with the messages of all files."""
    # A topic whose publishers came back with another QoS is there twice: rosbags reads it by name, type and QoS.
    alike: dict[tuple[str, str, str], list[_StoredTopic]] = {}
    for topic in topics:
        alike.setdefault((topic.name, topic.type_name, topic.offered_qos), []).append(topic)
    return [
        {
            "topic_metadata": {
                "name": name,
                "type": type_name,
                "serialization_format": "cdr",
                "offered_qos_profiles": yaml.safe_load(qos) or [],
                "type_description_hash": same[-1].type_hash,
            },
            "message_count": sum(topic.messages for topic in same),
        }
        for (name, type_name, qos), same in sorted(alike.items())
    ]


def _file(name: str, stored: Sequence[_StoredTopic]) -> Mapping[str, Value]:
    """A file with its own span."""
    first_ns = min((topic.first_ns for topic in stored), default=0)
    last_ns = max((topic.last_ns for topic in stored), default=0)
    return {
        "path": name,
        "starting_time": {"nanoseconds_since_epoch": first_ns},
        "duration": {"nanoseconds": last_ns - first_ns},
        "message_count": sum(topic.messages for topic in stored),
    }
