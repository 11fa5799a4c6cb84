"""Looks through everything that a job left, and says what is wrong with it; reads only."""

# ruff: noqa: S608  names in SQL come from records.py; values are parameters

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from twin_lakehouse.anomalies import Anomaly, Ints, RowTally, Tally, row_anomalies
from twin_lakehouse.arrival import JobRows, job_rows, repeated_ids
from twin_lakehouse.clocks import clock_of
from twin_lakehouse.errors import MissingFileError
from twin_lakehouse.lake import Lake
from twin_lakehouse.limits import ChosenLimits, chosen_limits
from twin_lakehouse.model_limits import model_limits
from twin_lakehouse.readings import FRAME, Readings
from twin_lakehouse.records import Asset, SensorReading, StateSnapshot
from twin_lakehouse.segments import BagCheck, judge_counts, judge_files, judge_topics
from twin_lakehouse.snapshots import judge_snapshots
from twin_lakehouse.twins import list_models

# What is said of the recording around a row: the row itself is as good as any.
_NOT_OF_THE_ROW = ("gap", "frame_changed")
# Kinds whose value is a text of the row.
_TEXTS = {"unknown_source": "source", "frame_changed": FRAME}


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What a job's rows and recording are worth. `wrong_rows`: row numbers of snapshots, of those up to `last_row`."""

    snapshots: int
    readings: int
    wrong_rows: Ints
    last_row: int
    last_reading: int
    tallies: Mapping[str, Tally]
    limits: ChosenLimits
    is_simulated: bool
    bag: BagCheck
    notes: tuple[str, ...]

    @property
    def kinds(self) -> dict[str, int]:
        """Anomalies by kind, most first."""
        return {kind: tally.count for kind, tally in sorted(self.tallies.items(), key=lambda item: -item[1].count)}


def judge_job(lake: Lake, asset: Asset, job_id: str) -> Judgement:
    """Judges the rows that the job has now, and its recording. Raises InvalidValueError (limits), LakeAwayError."""
    chosen, notes = _limits(lake, asset)
    snapshots = job_rows(lake, StateSnapshot, asset.asset_id, job_id)
    readings = job_rows(lake, SensorReading, asset.asset_id, job_id)
    counted, newest_us = _extent(snapshots)
    counted_readings, newest_reading_us = _extent(readings)
    clock = clock_of(
        max((time for time in (newest_us, newest_reading_us) if time is not None), default=None), lake.clock()
    )
    of_snapshots, of_readings = RowTally(), RowTally()
    sensors = Readings(readings, chosen.limits, clock)
    of_snapshots.take(repeated_ids(snapshots, counted))
    of_snapshots.take(judge_snapshots(snapshots, chosen.limits, clock))
    of_readings.take(repeated_ids(readings, counted_readings))
    of_readings.take(sensors.findings())
    of_snapshots.take(sensors.foreign_snapshots(snapshots))
    of_job = {"twin_id": asset.asset_id, "job_id": job_id}
    counts = {"twins.state_snapshots": counted, "twins.sensor_readings": counted_readings}
    others = [
        *sensors.anomalies(),
        *judge_topics(lake, of_job, chosen.limits, is_simulated=clock.is_simulated),
        *judge_counts(lake, of_job, counts),
    ]
    bag = judge_files(lake, of_job, others)
    return Judgement(
        snapshots=counted,
        readings=counted_readings,
        wrong_rows=of_snapshots.wrong_rows(besides=_NOT_OF_THE_ROW),
        last_row=snapshots.last,
        last_reading=readings.last,
        tallies=_tallies(((snapshots, of_snapshots), (readings, of_readings)), others),
        limits=chosen,
        is_simulated=clock.is_simulated,
        bag=bag,
        notes=notes,
    )


def _limits(lake: Lake, asset: Asset) -> tuple[ChosenLimits, tuple[str, ...]]:
    """The asset's limits, its newest URDF looked into; and why not, where that can't be."""
    models = [model for model in list_models(lake, asset.asset_id) if model.format == "urdf"]
    if not models:
        return chosen_limits(asset.asset_type, asset.metadata), ()
    try:
        derived = model_limits(lake.storage.fetch(models[-1].urdf_path))
    except MissingFileError as error:
        return chosen_limits(asset.asset_type, asset.metadata), (f"no limits from the model: {error}",)
    return chosen_limits(asset.asset_type, asset.metadata, derived, models[-1].version), ()


def _extent(rows: JobRows) -> tuple[int, int | None]:
    """How many rows there are, and the newest stamp (µs since 1970)."""
    sql = f"SELECT count(*) AS rows, epoch_us(max(timestamp)) AS newest FROM {rows.table} WHERE {rows.where}"
    found = rows.lake.query(sql, rows.params)
    newest = found["newest"][0].as_py()
    return int(found["rows"][0].as_py()), None if newest is None else int(newest)


def _tallies(found: tuple[tuple[JobRows, RowTally], ...], others: list[Anomaly]) -> dict[str, Tally]:
    """All anomalies by kind; the ids of rows are looked up for those that are told."""
    tallies: dict[str, Tally] = {}
    for rows, row_tally in found:
        for kind, count in row_tally.counts().items():
            told = row_tally.told(kind)
            ids, texts = _names(rows, told.subject, _TEXTS.get(kind, "NULL"), told.row_ids)
            tally = tallies.setdefault(kind, Tally())
            tally.add(row_anomalies(told, ids, texts))
            tally.count += count - len(told)
    for anomaly in others:
        tallies.setdefault(anomaly.kind, Tally()).add([anomaly])
    return tallies


def _names(rows: JobRows, key: str, text: str, row_ids: Ints) -> tuple[dict[int, str], dict[int, str | None]]:
    """The id of each row by its number, and a text."""
    found = rows.select(
        f"{key} AS id, {text} AS text", "rowid IN (SELECT unnest($rows::BIGINT[]))", rows=row_ids.tolist()
    )
    numbers = found["row_id"].to_pylist()
    return (
        dict(zip(numbers, found["id"].to_pylist(), strict=True)),
        dict(zip(numbers, found["text"].to_pylist(), strict=True)),
    )
