"""Every ROS parameter of the node: name, default, unit, range, description."""

from __future__ import annotations

import os
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from twin_lakehouse import LakeSettings, checked_asset_id, checked_job_id
from twin_lakehouse.jobs import ENVIRONMENTS
from twin_node.errors import ParameterError
from twin_node.parameters import Values, number, text

from .core.pipeline import RecorderConfig, RollPolicy
from .core.topics import load_topics
from .share import default_topics_file

PARAMETERS: Final = (
    text("asset_id", "turtlebot-01", "the twin that is recorded; created as a robot where it isn't in the lake"),
    text("job_id", "", "the job of this recording; empty: a new one, which is logged"),
    text("environment", "ros.dev.gpu", f"where the job runs: {' or '.join(ENVIRONMENTS)}"),
    text("topics_file", "", "topic table; empty: this package's"),
    text("spool", "lake/spool", "folder in which segments wait for the lake"),
    text("catalog", "", "the lake's catalog; empty: TWIN_CATALOG, or lake/"),
    text("storage", "", "the lake's object store; empty: TWIN_STORAGE, or lake/"),
    # With a commit of 0.1 s, or 0.5 s on a busy machine, rows are in the lake within 2 s, with room.
    number("roll.max_age", 0.75, "s, real time", 0.05, 3600.0, "a segment's greatest age"),
    number("roll.max_bytes", 64 << 20, "bytes", 1 << 10, 1 << 30, "a segment's greatest payload"),
    number("shutdown.grace", 0.5, "s, real time", 0.0, 60.0, "how long recording goes on after a signal"),
    number("shutdown.timeout", 20.0, "s, real time", 0.0, 3600.0, "longest time to commit what is left at the end"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeConfig:
    """The pipeline's configuration, the lake's place, and how the node ends."""

    recorder: RecorderConfig
    lake: LakeSettings
    grace_s: float
    timeout_s: float
    environment: str
    is_new_job: bool


def parse(given: Mapping[str, object]) -> NodeConfig:
    """Check and group values. Raises ParameterError, ConfigError, or TwinError for what the lake would refuse."""
    values = Values(PARAMETERS, given)
    given_job = values.text("job_id")
    job_id = given_job or f"job-{uuid.uuid4()}"
    topics_file = values.text("topics_file") or str(default_topics_file())
    settings: dict[str, object] = {**given, "job_id": job_id, "topics_file": topics_file}
    recorder = RecorderConfig(
        asset_id=checked_asset_id(values.text("asset_id")),
        job_id=checked_job_id(job_id),
        topics=load_topics(Path(topics_file)),
        spool=Path(values.text("spool")).expanduser().absolute(),
        roll=RollPolicy(max_bytes=values.whole("roll.max_bytes"), max_age_ns=int(1e9 * values.number("roll.max_age"))),
        # A catalog's URL may hold a password, and segments go to the object store.
        settings={name: value for name, value in settings.items() if name not in ("catalog", "storage")},
    )
    return NodeConfig(
        recorder=recorder,
        lake=_lake_settings(values.text("catalog"), values.text("storage")),
        grace_s=values.number("shutdown.grace"),
        timeout_s=values.number("shutdown.timeout"),
        environment=_environment(values.text("environment")),
        is_new_job=not given_job,
    )


def _environment(value: str) -> str:
    """One of the platform's environments."""
    if value not in ENVIRONMENTS:
        raise ParameterError("environment", f"{value!r} is unknown; give {' or '.join(ENVIRONMENTS)}")
    return value


def _lake_settings(catalog: str, storage: str) -> LakeSettings:
    """The lake that the parameters name; what they leave open, the environment says."""
    named = {"TWIN_CATALOG": catalog, "TWIN_STORAGE": storage}
    return LakeSettings.from_env({**os.environ, **{name: value for name, value in named.items() if value}})
