"""From the lake's tables and the raw slices to one ReportData."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from twin_lakehouse.errors import TwinError
from twin_lakehouse.jobs import get_job
from twin_lakehouse.records import Event, NavigationTrial, Segment, TwinJob
from twin_lakehouse.report.data import (
    F64,
    MAX_STEP_M,
    EventRow,
    MissionResult,
    Polyline,
    RecordedView,
    ReportData,
    Subject,
    SyncResult,
    TableSize,
    Trajectory,
    seconds_since,
)
from twin_lakehouse.report.goals import goals_of, is_turn, places_of
from twin_lakehouse.report.health import recording_of
from twin_lakehouse.report.localize import localized
from twin_lakehouse.report.objects import WantedImages, best_detections, detected_objects
from twin_lakehouse.report.slices import Slices, read_slices
from twin_lakehouse.schema import tables
from twin_lakehouse.twins import get_twin

if TYPE_CHECKING:
    from twin_lakehouse.lake import Lake

_OF_JOB = "asset_id = ? AND job_id = ?"
_LIFECYCLE = ("twin.created", "twin.synced", "twin.retired")
_STATES_SQL = """
    SELECT epoch(timestamp) AS t, position_x AS x, position_y AS y, linear_velocity AS speed,
        reconciled::DOUBLE AS reconciled,
        atan2(2 * (orientation_qw * orientation_qz + orientation_qx * orientation_qy),
              1 - 2 * (orientation_qy * orientation_qy + orientation_qz * orientation_qz)) AS yaw
    FROM lake.twins.state_snapshots
    WHERE asset_id = ? AND job_id = ? AND cosmos_model IS NULL
    ORDER BY timestamp
"""


def collect(lake: Lake, twin_id: str, job_id: str) -> ReportData:
    """Everything that the report of one job shows. Raises UnknownTwinError or UnknownJobError."""
    asset = get_twin(lake, twin_id)
    job = get_job(lake, twin_id, job_id)
    ids = (twin_id, job_id)
    segments = lake.rows(Segment, f"{_OF_JOB} ORDER BY sequence", ids)
    trials = lake.rows(NavigationTrial, f"{_OF_JOB} ORDER BY started_at", ids)
    events = lake.rows(Event, f"{_OF_JOB} ORDER BY timestamp", ids)
    states = _states(lake, ids)
    started_at, ended_at = _bounds(states, segments, job)
    goals = goals_of(trials, started_at)
    best = best_detections(lake, ids)
    slices = _read(lake, segments, best.images)
    in_map = localized(states, slices.poses)
    trajectory = _trajectory(states, in_map, started_at)
    return ReportData(
        subject=Subject(
            twin_id=twin_id,
            display_name=asset.display_name,
            asset_type=asset.asset_type,
            job_id=job_id,
            environment=job.environment,
            started_at=started_at,
            ended_at=ended_at,
        ),
        mission=_mission(events, started_at),
        trajectory=trajectory,
        goals=goals,
        places=places_of(goals),
        objects=detected_objects(best, slices, in_map, started_at),
        events=tuple(_event_row(event, started_at, ended_at) for event in events),
        tables=_table_sizes(lake, ids),
        sync=_sync(job, events, trajectory),
        recording=recording_of(segments),
        view=_view(slices, trials, started_at, odometry=None if in_map is states else states),
    )


def _states(lake: Lake, ids: tuple[str, str]) -> Mapping[str, F64]:
    """Columns of the observed snapshots in order of time: float64 (n,), `t` in s since the epoch."""
    table = lake.query(_STATES_SQL, ids)
    return {name: np.array(table[name].to_pylist(), dtype=np.float64) for name in table.column_names}


def _bounds(
    states: Mapping[str, F64], segments: Sequence[Segment], job: TwinJob
) -> tuple[datetime | None, datetime | None]:
    """First and last observation: of the poses, else of the slices, else what the job says."""
    if states["t"].size:
        return _datetime(float(states["t"][0])), _datetime(float(states["t"][-1]))
    if segments:
        return min(s.started_at for s in segments), max(s.ended_at for s in segments)
    return job.started_at, job.completed_at


def _datetime(epoch_s: float) -> datetime:
    return datetime.fromtimestamp(epoch_s, UTC).replace(tzinfo=None)


def _trajectory(states: Mapping[str, F64], in_map: Mapping[str, F64], started_at: datetime | None) -> Trajectory | None:
    """Speed and distance as observed (a correction of the pose is no driving), the way in the map."""
    if not states["t"].size or started_at is None:
        return None
    step = np.hypot(np.diff(states["x"]), np.diff(states["y"]))
    step = np.where(np.isfinite(step) & (step <= MAX_STEP_M), step, 0.0)
    return Trajectory(
        time_s=states["t"] - states["t"][0],
        x=in_map["x"],
        y=in_map["y"],
        speed=np.abs(states["speed"]),
        distance=np.concatenate(([0.0], np.cumsum(step))),
        is_reconciled=states["reconciled"] > 0.5,
    )


def _payload(event: Event) -> Mapping[str, Any]:
    try:
        payload = json.loads(event.payload or "{}")
    except ValueError:
        return {}
    return payload if isinstance(payload, dict) else {}


def _mission(events: Sequence[Event], started_at: datetime | None) -> MissionResult | None:
    ended = [event for event in events if event.event_type in ("mission.succeeded", "mission.failed")]
    if not ended:
        return None
    payload = _payload(ended[-1])
    return MissionResult(
        succeeded=ended[-1].event_type == "mission.succeeded",
        target=str(payload.get("target") or ""),
        found_near=str(payload.get("found_near") or ""),
        reason=str(payload.get("reason") or ""),
        at_s=seconds_since(ended[-1].timestamp, started_at),
    )


def _event_row(event: Event, started_at: datetime | None, ended_at: datetime | None) -> EventRow:
    payload = _payload(event)
    words = [f"{key} {payload[key]}" for key in ("location", "target", "kind", "outcome", "reason") if payload.get(key)]
    time_s = seconds_since(event.timestamp, started_at)
    is_inside = -1.0 <= time_s <= (seconds_since(ended_at, started_at) if ended_at else 0.0) + 1.0
    return EventRow(
        time_s=time_s,
        timestamp=event.timestamp,
        event_type=event.event_type,
        actor=event.actor,
        words=" · ".join(words),
        # The lakehouse's own events carry its clock, which may run beside a simulated one.
        is_during_job=is_inside and event.event_type not in _LIFECYCLE,
    )


def _table_sizes(lake: Lake, ids: tuple[str, str]) -> tuple[TableSize, ...]:
    sizes = []
    for spec in tables():
        if {"asset_id", "job_id"} <= set(spec.column_names):
            sql = f"SELECT count(*) AS n FROM lake.{spec.name} WHERE {_OF_JOB}"  # noqa: S608  both parts are our own
            sizes.append(TableSize(name=spec.name, rows=int(lake.query(sql, ids)["n"][0].as_py())))
    return tuple(sorted(sizes, key=lambda size: size.rows, reverse=True))


def _sync(job: TwinJob, events: Sequence[Event], trajectory: Trajectory | None) -> SyncResult | None:
    if job.sync_status == "pending":
        return None
    kinds = Counter(_anomaly_kinds(events))
    return SyncResult(
        status=job.sync_status,
        snapshots=trajectory.time_s.size if trajectory else 0,
        reconciled=int(trajectory.is_reconciled.sum()) if trajectory else 0,
        anomalies=dict(kinds.most_common()),
    )


def _anomaly_kinds(events: Sequence[Event]) -> dict[str, int]:
    """What the newest sync found; older lakes have its events only."""
    synced = [event for event in events if event.event_type == "twin.synced"]
    newest = max(synced, key=lambda event: event.timestamp, default=None)
    kinds = {} if newest is None else _payload(newest).get("kinds")
    if isinstance(kinds, dict):
        return kinds
    return Counter(
        str(_payload(event).get("kind", "unnamed")) for event in events if event.event_type == "twin.anomaly"
    )


def _read(lake: Lake, segments: Sequence[Segment], wanted: WantedImages) -> Slices:
    paths: list[Path] = []
    problems: list[str] = []
    for segment in segments:
        try:
            paths.append(lake.storage.fetch(segment.raw_path))
        except TwinError as error:
            problems.append(str(error))
    slices = read_slices(paths, wanted)
    slices.problems += problems
    return slices


def _view(
    slices: Slices,
    trials: Sequence[NavigationTrial],
    started_at: datetime | None,
    *,
    odometry: Mapping[str, F64] | None,
) -> RecordedView:
    truth = None
    if slices.truth_x:
        truth = Polyline(x=np.array(slices.truth_x), y=np.array(slices.truth_y))
    return RecordedView(
        map=slices.map,
        plans=_first_plans(slices, trials, started_at),
        ground_truth=truth,
        odometry=Polyline(x=odometry["x"], y=odometry["y"]) if odometry else None,
        problems=tuple(slices.problems),
    )


def _first_plans(
    slices: Slices, trials: Sequence[NavigationTrial], started_at: datetime | None
) -> tuple[Polyline, ...]:
    """The first plan of each way, since later ones only follow the robot; all of them if there were no trials."""
    start_s = started_at.replace(tzinfo=UTC).timestamp() if started_at else 0.0
    dated = [
        Polyline(x=plan.x, y=plan.y, time_s=stamp_ns / 1e9 - start_s)
        for stamp_ns, plan in sorted(slices.plans, key=lambda item: item[0])
    ]
    if not trials:
        return tuple(dated)
    chosen = []
    for trial in trials:
        begin, end = seconds_since(trial.started_at, started_at), seconds_since(trial.ended_at, started_at)
        during = [plan for plan in dated if begin <= plan.time_s <= end]
        if during and not is_turn(trial):
            chosen.append(during[0])
    return tuple(chosen)
